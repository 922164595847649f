"""Pages and posts in WARC files (ISO 28500), one compressed record a file, so that any reader of web archives opens
them.

A file lies at `evidence/<year>/<month>/<day>/<16 hex digits>.warc.gz` in the data folder, the day being UTC's and the
digits the hash of address and content: the same page twice in a day is one file.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from outreach.core.errors import OutreachError
from outreach.core.files import write_whole

FOLDER = "evidence"
# True of the transfer, not of the unpacked body that is kept.
_OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_LONGEST = 64 * 2**20


@dataclass(frozen=True)
class Kept:
    """A page that lies in the data folder: `file` relative to it, the SHA-256 of its body (hex), the file's bytes."""

    file: str
    sha256: str
    size: int
    url: str
    at: datetime


@dataclass(frozen=True)
class Page:
    """A kept page again. `status` is 0 for a text that was no page. Headers as told, but for those of the transfer."""

    url: str
    at: datetime
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def keep(folder: Path, url: str, status: int, headers: Mapping[str, str], body: bytes, at: datetime) -> Kept:
    """Writes an answer as it came; OSError where the disk refuses. `at` is aware; `body` is unpacked."""
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    told = [
        (name, _line(value))
        for name, value in headers.items()
        if _NAME.fullmatch(name) and name.lower() not in _OF_TRANSFER
    ]
    http = StatusAndHeaders(
        f"{status} {reason}".strip(), [*told, ("Content-Length", str(len(body)))], protocol="HTTP/1.1"
    )
    return _written(folder, url, "response", body, at, http, "")


def keep_text(folder: Path, url: str, text: str, at: datetime) -> Kept:
    """Writes a text that is no page as it came, as a record of its own kind (resource)."""
    return _written(folder, url, "resource", text.encode("utf-8", "replace"), at, None, "text/plain; charset=utf-8")


def _line(value: str) -> str:
    return " ".join(value.split()).encode("utf-8", "replace").decode("utf-8")


def _written(
    folder: Path, url: str, kind: str, body: bytes, at: datetime, http: StatusAndHeaders | None, media: str
) -> Kept:
    digest = hashlib.sha256(body).digest()
    name = hashlib.sha256(url.encode("utf-8", "replace") + b"\n" + digest).hexdigest()[:16]
    moment = at.astimezone(UTC)
    file = f"{FOLDER}/{moment:%Y/%m/%d}/{name}.warc.gz"
    path = folder / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _record(url, kind, body, moment, http, media, digest))
    return Kept(file, digest.hex(), path.stat().st_size, url, moment)


def _record(
    url: str, kind: str, body: bytes, at: datetime, http: StatusAndHeaders | None, media: str, digest: bytes
) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    facts = {
        "WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Payload-Digest": f"sha256:{base64.b32encode(digest).decode('ascii')}",
    }
    writer.write_record(
        writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=media,
            warc_headers_dict=facts,
            http_headers=http,
        )
    )
    return out.getvalue()


def read_file(folder: Path, file: str, sha256: str) -> Page:
    """The kept page, whole and unaltered.

    OutreachError `scrapers.evidence_lost` where the file is not there, `scrapers.evidence_damaged` where it is not
    what was kept.
    """
    path = (folder / file).resolve()
    if not path.is_relative_to((folder / FOLDER).resolve()) or not path.is_file():
        raise OutreachError("scrapers.evidence_lost", file=file)
    try:
        with path.open("rb") as stream:
            page = _page(stream)
    except (OSError, ValueError, EOFError, ArchiveLoadFailed) as error:
        raise OutreachError("scrapers.evidence_damaged", file=file) from error
    if page is None or hashlib.sha256(page.body).hexdigest() != sha256:
        raise OutreachError("scrapers.evidence_damaged", file=file)
    return page


def _page(stream: object) -> Page | None:
    for record in ArchiveIterator(stream):
        body = record.content_stream().read(_LONGEST)
        http = record.http_headers
        status = int(http.get_statuscode()) if http is not None and record.rec_type == "response" else 0
        headers = {name.lower(): value for name, value in http.headers} if status else {}
        told = record.rec_headers.get_header
        at = datetime.strptime(told("WARC-Date"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return Page(told("WARC-Target-URI") or "", at, status, headers, body)
    return None
