"""The list of sources: tables and OPML in and out, and what a person adds or changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers import opml, sheet
from scrapers.models import Source
from scrapers.sheet import SourceFacts, refused_row
from scrapers.source import source_of

_FACTS = ("tier", "language", "region", "site", "medium", "owner", "note")
_CHOICES = ("kind", "settings", "enabled")


@dataclass(frozen=True)
class Imported:
    """What an import did, in numbers of sources.

    `unpolled` names outlets of the table that have no address to poll; `refused` is one error a bad row,
    each with its line: nothing is passed over in silence.
    """

    added: int
    changed: int
    kept: int
    unpolled: tuple[str, ...]
    refused: tuple[OutreachError, ...]


def bring_in(session: Session, now: datetime, file: Path) -> Imported:
    """Imports a file, OPML or a table by what it holds, new sources due at once.

    OutreachError `scrapers.file` where it cannot be read, else as `import_csv` and `import_opml`.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise OutreachError("scrapers.file", file=str(file), reason=error.strerror or "") from error
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return import_opml(session, now, data)
    return import_csv(session, now, data)


def load_office(session: Session, now: datetime, office: Office) -> Imported:
    """Brings the sources up to the office's own table of outlets."""
    return bring_in(session, now, office.outlets)


def as_table(session: Session) -> str:
    """The sources as the table that `bring_in` reads."""
    return sheet.write([_facts(row) for row in _rows(session)])


def write_out(session: Session, file: Path) -> int:
    """Writes the sources to a file, OPML where its name says so (.opml, .xml), else a table; how many."""
    sources = [_facts(row) for row in _rows(session)]
    if file.suffix.lower() in {".opml", ".xml"}:
        # Sources of other kinds have no place in a list of feeds.
        sources = [one for one in sources if one.kind == "feed"]
        data = opml.write(sources, "Outreach")
    else:
        # Spreadsheets take a table for UTF-8 only with the mark.
        data = sheet.write(sources).encode("utf-8-sig")
    try:
        file.write_bytes(data)
    except OSError as error:
        raise OutreachError("scrapers.file", file=str(file), reason=error.strerror or "") from error
    return len(sources)


def import_csv(session: Session, now: datetime, data: bytes) -> Imported:
    """Imports a table of outlets (see `sheet.read`); OutreachError `scrapers.table.*` where it is no such
    table.
    """
    read = sheet.read(data)
    return _import(session, now, read.sources, read.refused, read.unpolled, by_address=False)


def import_opml(session: Session, now: datetime, data: bytes) -> Imported:
    """Imports the feeds of an OPML file; OutreachError `scrapers.opml` where it is none."""
    sources, refused = opml.read(data)
    return _import(session, now, sources, refused, (), by_address=True)


def add(
    session: Session,
    now: datetime,
    name: str,
    url: str = "",
    kind: str = "feed",
    *,
    tier: str = "national",
    language: str = "",
    region: str = "",
    site: str = "",
    medium: str = "",
    owner: str = "earned",
    note: str = "",
    settings: Mapping[str, object] | None = None,
) -> int:
    """Adds a source, due at once; its id. The address is `url`, or stands in the `settings` of the kind.

    OutreachError `registry.*`, `scrapers.url`, `scrapers.name`, `scrapers.choice`, or `scrapers.same_name`
    and `scrapers.same_address` where it is there already.
    """
    facts = SourceFacts(
        name.strip(),
        tier,
        language,
        region,
        site,
        medium,
        owner,
        kind,
        {**(settings or {}), **({"url": url.strip()} if url else {})},
        True,
        note,
    )
    sheet.check(facts)
    held = _by_address(session)
    if session.scalar(select(Source.id).where(Source.name == facts.name)) is not None:
        raise OutreachError("scrapers.same_name", name=facts.name)
    if facts.address in held:
        raise OutreachError("scrapers.same_address", other=held[facts.address].name)
    row = Source(**_columns(facts), catalogue={}, next_poll_at=now)
    session.add(row)
    session.flush()
    return row.id


def change(session: Session, now: datetime, source_id: int, kind: str, settings: Mapping[str, object]) -> None:
    """Gives a source other settings; it is asked anew, for what was remembered belongs to the old ones."""
    source_of(kind, settings)
    row = session.get(Source, source_id)
    if row is None:
        raise OutreachError("scrapers.source_missing", name=source_id)
    row.kind, row.settings = kind, dict(settings)
    _forget(row)
    row.next_poll_at = row.state_since = now


def switch(session: Session, now: datetime, name: str, enabled: bool) -> None:
    """Pauses a source, or lets it be polled again, at once; `scrapers.source_missing` if there is none."""
    row = session.scalar(select(Source).where(Source.name == name))
    if row is None:
        raise OutreachError("scrapers.source_missing", name=name)
    if row.enabled != enabled:
        row.enabled = enabled
        row.state = "new" if enabled else "paused"
        _take_away(row)
        row.reason_key, row.reason_facts, row.failures = None, {}, 0
        row.next_poll_at = row.state_since = now


def _import(
    session: Session,
    now: datetime,
    sources: Sequence[SourceFacts],
    refused: Sequence[OutreachError],
    unpolled: Sequence[str],
    *,
    by_address: bool,
) -> Imported:
    rows = {row.name: row for row in _rows(session)}
    addresses = _by_address(session)
    added = changed = kept = 0
    bad = list(refused)
    for facts in sources:
        other = addresses.get(facts.address)
        if by_address:
            if other is not None:
                kept += 1
                continue
            facts = opml.renamed(facts, rows)
        row = rows.get(facts.name)
        if other is not None and other is not row:
            bad.append(refused_row(facts.line, facts.name, OutreachError("scrapers.same_address", other=other.name)))
            continue
        if row is None:
            row = Source(
                **_columns(facts),
                catalogue=_told(facts),
                state="new" if facts.enabled else "paused",
                next_poll_at=now,
            )
            session.add(row)
            rows[facts.name] = row
            added += 1
        elif _update(row, facts):
            changed += 1
        else:
            kept += 1
        addresses[_address(row)] = row
    session.flush()
    return Imported(added, changed, kept, tuple(unpolled), tuple(bad))


def _update(row: Source, facts: SourceFacts) -> bool:
    """Brings a row up to the table; what a person set stays. True if anything changed."""
    before = _facts(row)
    for name in _FACTS:
        setattr(row, name, getattr(facts, name))
    told = _told(facts)
    if row.catalogue:
        # A choice that is still what the last import told was made by nobody: it follows the table.
        if row.enabled == row.catalogue.get("enabled") and row.enabled != facts.enabled:
            row.enabled = facts.enabled
            row.state = "new" if facts.enabled else "paused"
            _take_away(row)
        followed = row.kind == row.catalogue.get("kind") and row.settings == row.catalogue.get("settings")
        if followed and (row.kind, row.settings) != (facts.kind, facts.settings):
            row.kind, row.settings = facts.kind, dict(facts.settings)
            _forget(row)
        row.catalogue = told
    return _facts(row) != before


def _forget(row: Source) -> None:
    row.etag = row.modified = row.body_hash = row.moved_to = row.reason_key = None
    row.marks = row.bookmark = row.full_at = row.ttl_seconds = row.hub = None
    row.reason_facts, row.failures, row.next_poll_at = {}, 0, None
    row.state = "new" if row.enabled else "paused"
    _take_away(row)


def _take_away(row: Source) -> None:
    """A poll that is under way keeps what it brings, but it has no say about the source any more."""
    row.claimed_until = None
    # Told also where nothing was claimed when the row was read: it may be by now.
    flag_modified(row, "claimed_until")


def _told(facts: SourceFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in _CHOICES}


def _columns(facts: SourceFacts) -> dict[str, Any]:
    return {name: value for name, value in asdict(facts).items() if name != "line"}


def _facts(row: Source) -> SourceFacts:
    return SourceFacts(
        row.name,
        row.tier,
        row.language,
        row.region,
        row.site,
        row.medium,
        row.owner,
        row.kind,
        dict(row.settings),
        row.enabled,
        row.note,
    )


def _rows(session: Session) -> list[Source]:
    return list(session.scalars(select(Source).order_by(Source.id)))


def _by_address(session: Session) -> dict[str, Source]:
    return {_address(row): row for row in _rows(session)}


def _address(row: Source) -> str:
    return _facts(row).address
