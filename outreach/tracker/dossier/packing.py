"""An answer as an archive: a file for programs, a paper in the language that was asked for, and the files."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO

import outreach.charts
from outreach.core import typeset
from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.tracker.cases import papers
from outreach.tracker.dossier.gathering import LARGEST, gather
from outreach.tracker.dossier.parts import Coded, Dossier, Item, Kept, Value
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.letters import files

FORMAT = "outreach-person-data/1"
_FONTS = Path(outreach.charts.__file__).parent / "fonts"
# What tells a reader of paper nothing, but a program something.
_NOT_ON_PAPER = frozenset({"action", "subject", "subject_number", "code"})


@dataclass(frozen=True)
class Answer:
    """An archive and the name to give it out under; the name says which record, not whose."""

    name: str
    content: bytes = field(repr=False)


def answer(app: App, actor: str, scope: Scope, language: str) -> Answer:
    """The archive in memory; it is kept nowhere. Owns its transaction, in which the line of the trail is written.

    Raises as `gather`, `privacy.error.large` where the files are too many for memory: then the command writes them.
    """
    now = app.clock.now()
    with app.store.transaction() as session:
        told = gather(session, now, actor, app, scope)
        if sum(one.size for one in told.files) > LARGEST:
            raise OutreachError("privacy.error.large", number=scope.number)
    made = io.BytesIO()
    write(app, told, now, language, made)
    return Answer(name_of(scope, local_day(now, app.settings.zone)), made.getvalue())


def answer_into(app: App, actor: str, scope: Scope, language: str, to: Path) -> int:
    """The archive as a new file that only its owner may read; how many files of the person went along.

    Raises as `gather`, `privacy.error.there` where the file is there already, `core.file` where it cannot be written.
    """
    now = app.clock.now()
    with app.store.transaction() as session:
        told = gather(session, now, actor, app, scope)
        # Not looked for before: whoever made it meanwhile must not lose it either.
        try:
            to.touch(mode=0o600, exist_ok=False)
        except FileExistsError as error:
            raise OutreachError("privacy.error.there", file=str(to)) from error
        except OSError as error:
            raise OutreachError("core.file", file=str(to), reason=error.strerror or "") from error
    try:
        with to.open("wb") as out:
            return write(app, told, now, language, out)
    except BaseException:
        to.unlink(missing_ok=True)  # half of an answer is none
        raise


def name_of(scope: Scope, day: date) -> str:
    """The archive's name."""
    return f"{scope.kind}-{scope.number}-{day.isoformat()}.zip"


def write(app: App, told: Dossier, now: datetime, language: str, out: IO[bytes]) -> int:
    """Writes the archive; how many files went along. One whose bytes are gone is left out, and its name stays told."""
    t = app.texts.in_language(language)
    count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", as_json(told, now))
        archive.writestr("data.pdf", as_pdf(app, told, now, t))
        for one in told.files:
            content = _bytes(app, one)
            if content is not None:
                archive.writestr(one.path, content)
                count += 1
    return count


def as_json(told: Dossier, now: datetime) -> str:
    """For programs: ISO dates, UTC moments, codes as they are; names as docs/person-data.md says."""
    found: dict[str, object] = {
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "record": {"kind": told.kind, "number": told.number},
    }
    for section in told.sections:
        found[section.name] = [{name: _plain(value) for name, value in item.items()} for item in section.items]
    return json.dumps(found, ensure_ascii=False, indent=1)


def as_pdf(app: App, told: Dossier, now: datetime, t: Words) -> bytes:
    """For reading: what there is, section by section; empty values are left out."""
    zone, office = app.settings.zone, app.office.name.get(t.language) or app.office.name["lv"]

    def worded(value: Value) -> str:
        if isinstance(value, Coded):
            key = f"{value.group}.{value.name}"
            return t(key) if t.knows(key) else value.name
        if isinstance(value, bool):
            return t("privacy.paper.yes" if value else "privacy.paper.no")
        if isinstance(value, datetime):
            return f"{t.day(local_day(value, zone))}, {value.astimezone(zone):%H:%M}"
        if isinstance(value, date):
            return t.day(value)
        return "\n".join(value) if isinstance(value, tuple) else str(value)

    def lines(item: Item) -> Iterator[tuple[str, str]]:
        for name, value in item.items():
            if value is not None and value != () and name not in _NOT_ON_PAPER:
                yield t(f"privacy.key.{name}"), worded(value)

    day = local_day(now, zone)
    title = t("privacy.paper.title")
    sections = [
        {"title": t(f"privacy.section.{one.name}"), "items": [list(lines(item)) for item in one.items]}
        for one in told.sections
        if one.items
    ]
    empty = [t(f"privacy.section.{one.name}") for one in told.sections if not one.items]
    data: Mapping[str, object] = {
        "title": title,
        "office": office,
        "about": t(f"privacy.paper.about.{told.kind}", number=str(told.number), day=t.day(day)),
        "sections": sections,
        "empty": t("privacy.paper.empty", names=_listed(empty)) if empty else "",
        "foot": office,
    }
    return typeset.pdf("person", typeset.About(title, t.language, office, day), data, fonts=_FONTS)


def _bytes(app: App, one: Kept) -> bytes | None:
    opening = files.open_file if one.folder == files.FOLDER else papers.open_file
    try:
        return opening(app.seal, app.settings.folder, one.token)
    except OutreachError as error:
        if error.key.startswith("core.seal"):
            raise
        return None


def _plain(value: Value) -> object:
    if isinstance(value, Coded):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name[:1].lower() + name[1:] for name in names)
