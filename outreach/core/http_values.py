"""What is asked and what came back: the frozen values of the HTTP wire, and what their headers mean."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from outreach.core.errors import WireError
from outreach.core.http_url import host_of, told

# Control characters, and what a header cannot carry at all.
UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")
_DAY = timedelta(hours=24)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
# Character sets pages are really written in. Python knows other "encodings" (zip, idna, escapes) that are
# none.
_CHARSET = re.compile(
    r"utf-?(8|16|16-?[bl]e|32)|us-ascii|ascii|iso-?8859-?\d+|latin-?\d+|(windows-|cp)12[5]\d|cp\d{3}|koi8-[rut]"
    r"|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift_jis|iso-2022-jp",
)
_AS_BROWSERS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Headers(Mapping[str, str]):
    """Headers of an answer: found in any case, read only; those that came more than once are joined by commas."""

    __slots__ = ("_lines", "_named")

    def __init__(self, headers: Mapping[str, str] | None = None, lines: Sequence[bytes] = ()) -> None:
        """From a mapping, or from the lines as they came: those are read when somebody first asks."""
        self._lines = lines
        self._named: dict[str, tuple[str, str]] | None = None
        if headers is not None:
            self._named = {name.lower(): (name, value) for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._read()[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._read().values())

    def __len__(self) -> int:
        return len(self._read())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return {name.lower(): value for name, value in self.items()} == {
            str(name).lower(): value for name, value in other.items()
        }

    __hash__ = None  # type: ignore[assignment]

    def _read(self) -> dict[str, tuple[str, str]]:
        if self._named is None:
            self._named = {}
            for line in self._lines:
                name, colon, value = line.decode("latin-1").partition(":")
                name, value = name.strip(), value.strip()
                if colon:
                    before = self._named.get(name.lower())
                    self._named[name.lower()] = (before[0], f"{before[1]}, {value}") if before else (name, value)
            self._lines = ()
        return self._named


@dataclass(frozen=True)
class Request:
    """What to ask. `follow=False` gives a redirect back as the answer: for callers who publish.

    `max_bytes` overrides the wire's own limit on the unpacked body. Headers and body are kept out of the
    repr: they carry secrets.
    """

    url: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    follow: bool = True
    max_bytes: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came, whatever its status.

    `url` is the address that answered, `hops` the ones before it that led there, `headers` case-insensitive
    and read only. `moved_to` is `url` when every redirect on the way was permanent (301, 308), else None.
    """

    url: str = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    hops: tuple[str, ...] = field(default=(), repr=False)
    moved_to: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if type(self.headers) is not Headers:
            object.__setattr__(self, "headers", Headers(self.headers))

    def text(self) -> str:
        """The body as text: by its byte order mark, the header, or what its first 2 KiB declare; else UTF-8.

        Never fails: what does not fit becomes U+FFFD.
        """
        for mark, charset in _BOMS:
            if self.body.startswith(mark):
                return self.body.decode(charset, "replace")
        named = _DECLARED.search(self.headers.get("Content-Type", "").encode("latin-1", "replace"))
        inside = _DECLARED.search(self.body[:2048])
        for found in (named, inside):
            charset = found[1].decode("ascii").lower() if found else ""
            if _CHARSET.fullmatch(charset) and (found is named or not charset.startswith("utf-16")):
                try:
                    return self.body.decode(_AS_BROWSERS.get(charset, charset), "replace")
                except LookupError:
                    continue
        return self.body.decode("utf-8", "replace")

    def json(self) -> object:
        """The body as JSON. Raises WireError `http.json` if it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise WireError("http.json", url=told(self.url), host=host_of(self.url)) from None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long we are asked to wait: Retry-After in seconds or as an HTTP date, from 0 to 24 hours."""
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        return min(timedelta(seconds=float(value)), _DAY)
    if re.fullmatch(r"[0-9]{10,}", value):
        return _DAY
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(moment - now, timedelta(0)), _DAY)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def conditional(etag: str | None, modified: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it changed, from the ETag and Last-Modified it had before."""
    pairs = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in pairs.items() if value and not UNFIT.search(value)}
