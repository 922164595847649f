"""The table of outlets as a file: one row an outlet, in columns that a spreadsheet shows."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from outreach.core.errors import OutreachError
from scrapers.canonical import canonical
from scrapers.models import OWNERS, TIERS
from scrapers.reading.encoding import decode
from scrapers.reading.plain import clean
from scrapers.source import address_of, source_of

COLUMNS = (
    "name",
    "tier",
    "language",
    "region",
    "site",
    "medium",
    "owner",
    "kind",
    "feed",
    "settings",
    "enabled",
    "note",
)
_NEEDED = frozenset({"name", "tier", "kind", "feed"})
_YES = frozenset({"yes", "true", "1", "jā", "ja"})
_NO = frozenset({"no", "false", "0", "nē", "ne", ""})
_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class SourceFacts:
    """A source as a table or a person tells it; `settings` are its kind's, with `url`."""

    name: str
    tier: str
    language: str
    region: str
    site: str
    medium: str
    owner: str
    kind: str
    settings: dict[str, Any]
    enabled: bool
    note: str
    line: int = field(default=0, compare=False)

    @property
    def address(self) -> str:
        """What two sources must not share: the kind and the address it asks."""
        return f"{self.kind} {canonical(address_of(self.kind, self.settings))} {self.settings.get('item', '')}"


@dataclass(frozen=True)
class ReadSheet:
    """What a table told: good rows, rows without anything to poll, and one error a bad row."""

    sources: tuple[SourceFacts, ...]
    unpolled: tuple[str, ...]
    refused: tuple[OutreachError, ...]


def read(data: bytes) -> ReadSheet:
    """Reads a table with the columns name, tier, language, region, site, medium, owner, kind, feed,
    settings, enabled and note, in any order; name, tier, kind and feed must be there. `settings` is JSON;
    `feed` is its `url`.

    Comma or semicolon, any encoding `decode` knows. OutreachError `scrapers.table.columns` where columns
    are missing, `scrapers.table.broken` where it is no table.
    """
    text = clean(decode(data))
    delimiter = ";" if text[:2_000].split("\n", 1)[0].count(";") > text[:2_000].split("\n", 1)[0].count(",") else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    try:
        missing = sorted(_NEEDED - {name.strip().lower() for name in rows.fieldnames or ()})
        if missing:
            raise OutreachError("scrapers.table.columns", columns=", ".join(missing))
        return _read(rows)
    except csv.Error as error:
        raise OutreachError("scrapers.table.broken", line=rows.line_num, reason=str(error)) from error


def _read(rows: "csv.DictReader[str]") -> ReadSheet:
    sources: dict[str, SourceFacts] = {}
    unpolled: list[str] = []
    refused: list[OutreachError] = []
    for row in rows:
        # A row that is too long gives a list under None, one that is too short gives None.
        cells = {name.strip().lower(): _cell(value) for name, value in row.items() if name and isinstance(value, str)}
        name, line = cells.get("name", ""), rows.line_num
        if not any(cells.values()):
            continue
        try:
            if not cells.get("kind") and not cells.get("feed"):
                if not name:
                    raise OutreachError("scrapers.name")
                unpolled.append(name)
                continue
            facts = _facts(cells, line)
            if facts.name in sources:
                raise OutreachError("scrapers.same_name", name=facts.name)
            sources[facts.name] = facts
        except OutreachError as error:
            refused.append(refused_row(line, name, error))
    return ReadSheet(tuple(sources.values()), tuple(unpolled), tuple(refused))


def refused_row(line: int, name: str, error: OutreachError) -> OutreachError:
    """The error of one row: its line and name, and why (`reason_key` with that error's own facts)."""
    facts = {key: value for key, value in error.facts.items() if key not in {"line", "name"}}
    return OutreachError("scrapers.row", line=line, name=name, reason_key=error.key, **facts)


def _facts(cells: Mapping[str, str], line: int) -> SourceFacts:
    settings: dict[str, Any] = {}
    if cells.get("settings"):
        try:
            told = json.loads(cells["settings"])
        except ValueError as error:
            raise OutreachError("scrapers.settings", settings=cells["settings"][:100]) from error
        if not isinstance(told, dict):
            raise OutreachError("scrapers.settings", settings=cells["settings"][:100])
        settings = told
    if cells.get("feed"):
        settings = {"url": cells["feed"], **settings}
    enabled = cells.get("enabled", "yes").lower()
    if enabled not in _YES | _NO:
        raise OutreachError("scrapers.choice", column="enabled", value=enabled, known="yes, no")
    facts = SourceFacts(
        name=cells.get("name", ""),
        tier=cells.get("tier", ""),
        language=cells.get("language", ""),
        region=cells.get("region", ""),
        site=cells.get("site", ""),
        medium=cells.get("medium", ""),
        owner=cells.get("owner") or "earned",
        kind=cells.get("kind") or "feed",
        settings=settings,
        enabled=enabled in _YES,
        note=cells.get("note", ""),
        line=line,
    )
    check(facts)
    return facts


def check(facts: SourceFacts) -> None:
    """OutreachError `scrapers.name`, `scrapers.choice`, `registry.*` or the kind's own for facts that do
    not fit.
    """
    if not facts.name or len(facts.name) > 200:
        raise OutreachError("scrapers.name")
    for column, value, known in (("tier", facts.tier, TIERS), ("owner", facts.owner, OWNERS)):
        if value not in known:
            raise OutreachError("scrapers.choice", column=column, value=value[:50], known=", ".join(known))
    source_of(facts.kind, facts.settings)


def write(sources: Sequence[SourceFacts]) -> str:
    """The table as text with a comma; cells that a spreadsheet would run are quoted with an apostrophe."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    rows.writeheader()
    for one in sources:
        others = {name: value for name, value in one.settings.items() if name != "url"}
        cells = {name: getattr(one, name) for name in COLUMNS if name not in {"feed", "settings", "enabled"}}
        cells["feed"] = str(one.settings.get("url") or "")
        cells["settings"] = json.dumps(others, ensure_ascii=False, sort_keys=True) if others else ""
        cells["enabled"] = "yes" if one.enabled else "no"
        rows.writerow({name: f"'{value}" if value.startswith(_FORMULA) else value for name, value in cells.items()})
    return out.getvalue()


def _cell(value: str) -> str:
    value = value.strip()
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value
