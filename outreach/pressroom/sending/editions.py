"""What a sending says in one language: rendered once, kept word for word, and cast into a mould for all its mails.

Where each recipient's own words go stand slots, made at random, that say themselves which field they are: whoever
reads an edition needs nothing else to fill it.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.mail_mould import Attached, Mould
from outreach.core.settings import Settings
from outreach.pressroom.models import Release, ReleaseEdition
from outreach.pressroom.outputs import merging, wording
from outreach.pressroom.outputs.docx import docx
from outreach.pressroom.outputs.mail import Links, letter
from outreach.pressroom.outputs.pdf import pdf
from outreach.pressroom.sending import addresses
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.texts import Said

WHY, LEAVE = "why", "leave"
_LETTERS = {"greeting": "G", "name": "N", "outlet": "O", "role": "R", WHY: "W", LEAVE: "L"}
_FIELDS = {letter: name for name, letter in _LETTERS.items()}
_SLOT = re.compile(r"Slot([GNORWL])[0-9a-f]{24}")
# The link to leave: an element of the HTML, a line of the text.
_LEAVING = re.compile(r" ?<a [^>]*SlotL[0-9a-f]{24}[^>]*>.*?</a>", re.DOTALL)
_LEAVING_LINE = re.compile(r"^.*SlotL[0-9a-f]{24}.*\n?", re.MULTILINE)
_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class File:
    """A file of an edition, ready to be kept by its hash."""

    kind: str
    name: str
    data: bytes = field(repr=False)

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Rendered:
    """An edition before it is kept; subject, HTML and text with slots."""

    said: Said
    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Cast:
    """An edition's bytes, and which slot is which field's. `alone` has no link to leave: for who is on no list."""

    language: str
    subject: str
    made_at: datetime
    mould: Mould = field(repr=False)
    alone: Mould = field(repr=False)
    slots: Mapping[str, str] = field(repr=False)


def render(app: App, release: Release, said: Said, wanted: Wanted, begins: datetime, leaves: bool) -> Rendered:
    """One language's edition, as it is read from `begins` on. `leaves`: its recipients can leave by a link.

    Raises OutreachError of the greeting's fields and of the typesetter. Pictures whose people do not agree are to be
    taken out of `said` before.
    """
    t, zone = app.texts.in_language(said.language), app.settings.zone
    slots = {name: f"Slot{mark}{secrets.token_hex(12)}" for name, mark in _LETTERS.items()}
    typed = {word: slots[name] for word, name in merging.typed_names().items()}
    hello = merging.merge(wanted.hello.get(said.language) or t("pressout.out.hello"), typed)
    base = addresses.outside(app.settings)
    leave = f"{base}/prese/{slots[LEAVE]}" if base and leaves else ""
    links = replace(_links(release, said, base, begins), leave=leave)
    made = letter(said, hello, links, t, app.office, zone=zone, now=begins, why=slots[WHY])
    return Rendered(said, made.subject, made.html, made.text, _files(app, said, wanted.attach, begins))


def keep_files(folder: Path, rendered: Rendered) -> None:
    """Keeps an edition's files by their hash; one that is there stays. Raises OutreachError `pressmail.folder`."""
    for one in rendered.files:
        _keep_file(folder, one)


def keep(session: Session, now: datetime, sending_id: int, rendered: Rendered) -> None:
    """Keeps an edition, whose files lie there already."""
    session.add(
        ReleaseEdition(
            sending_id=sending_id,
            language=rendered.said.language,
            text_id=rendered.said.text_id,
            revision=rendered.said.revision,
            subject=rendered.subject,
            html=rendered.html,
            text=rendered.text,
            files=[{"kind": one.kind, "name": one.name, "hash": one.mark} for one in rendered.files],
            made_at=now,
        )
    )


def cast(folder: Path, edition: ReleaseEdition) -> Cast:
    """A kept edition's bytes. Raises OutreachError `pressmail.file` where one of its files is gone or another."""
    files = [File(one["kind"], one["name"], _read_file(folder, one)) for one in edition.files]
    return _cast(edition.language, edition.subject, edition.html, edition.text, files, edition.made_at)


def cast_new(rendered: Rendered, now: datetime) -> Cast:
    """The bytes of an edition that is not kept: for a look at it."""
    return _cast(rendered.said.language, rendered.subject, rendered.html, rendered.text, rendered.files, now)


def folder_of(told: Settings) -> Path:
    """Where files that went out with releases lie."""
    return Path(told.folder) / "press"


def _cast(
    language: str, subject: str, html: str, text: str, files: Sequence[File], made_at: datetime
) -> Cast:
    slots = {match[0]: _FIELDS[match[1]] for match in _SLOT.finditer(html + text)}
    attached = [Attached(f"{one.name}.{one.kind}", _KINDS[one.kind], one.data) for one in files]
    mark = hashlib.sha256((html + text).encode("utf-8", "replace")).hexdigest()
    mould = alone = Mould.cast(text=text, html=html, files=attached, words=sorted(slots), mark=mark)
    if LEAVE in slots.values():
        others = sorted(slot for slot, name in slots.items() if name != LEAVE)
        bare, line = _LEAVING.sub("", html), _LEAVING_LINE.sub("", text)
        alone = Mould.cast(text=line, html=bare, files=attached, words=others, mark=mark)
    return Cast(language, subject, made_at, mould, alone, slots)


def _links(release: Release, said: Said, base: str, begins: datetime) -> Links:
    """The release's page and files in the press room, where strangers may read it by then."""
    early = release.embargo_until is not None and release.embargo_until > begins
    if not base or release.published_at is None or not release.slug or early:
        return Links()
    page = f"{base}/prese/{release.slug}"
    names = [one.name.removesuffix(".webp") for one in said.pictures]
    return Links(
        f"{page}?lang={said.language}",
        f"{page}/files/{said.language}.pdf",
        f"{page}/files/{said.language}.docx",
        tuple(f"{page}/pictures/{name}-small.webp" for name in names),
        tuple(f"{page}/pictures/{name}.jpg" for name in names),
    )


def _files(app: App, said: Said, kinds: Sequence[str], begins: datetime) -> tuple[File, ...]:
    t, zone = app.texts.in_language(said.language), app.settings.zone
    office = wording.office_name(app.office, said.language)
    media = Path(app.settings.folder) / "media"
    name = t("pressmail.file.name", number=str(said.release_id), language=said.language)
    found = []
    for kind in kinds:
        make = pdf if kind == "pdf" else docx
        found.append(File(kind, name, make(said, office, zone, t, now=begins, media=media)))
    return tuple(found)


def _keep_file(folder: Path, file: File) -> None:
    path = folder / f"{file.mark}.{file.kind}"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, file.data)
    except OSError as error:
        raise OutreachError("pressmail.folder", folder=str(folder), reason=error.strerror or "") from error


def _read_file(folder: Path, told: Mapping[str, str]) -> bytes:
    try:
        data = (folder / f"{told['hash']}.{told['kind']}").read_bytes() if _HASH.fullmatch(told["hash"]) else b""
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != told["hash"]:
        raise OutreachError("pressmail.file", file=f"{told['name']}.{told['kind']}")
    return data
