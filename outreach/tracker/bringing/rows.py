"""A row of a table to an inquiry that may be, with all that is wrong with it at once; pure.

What refuses a row is what would make it another family's or another day's; anything else that cannot be read is kept in
the row's words, and said.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from campaigns.timing.sheet import Cell, Line
from outreach.tracker.bringing import cells
from outreach.tracker.bringing.columns import Table
from outreach.tracker.bringing.places import Atlas
from outreach.tracker.bringing.words import is_total, language_of
from outreach.tracker.intake import Incoming
from outreach.tracker.lexicon import topic_of

_LONGEST = {"name": 200, "contact": 400, "text": 10_000}
_NOON = time(12)
# Those in which a formula, or what a broken one leaves, would be kept as a family's own words.
_WORDS = ("name", "given", "family", "phone", "mail", "contact", "text")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a column (None: the whole row): a text's key, and whether the row cannot be taken for it."""

    at: int | None
    key: str
    refuses: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A row that was read. `incoming` is without number, day and batch; `content` says when two rows are the same."""

    number: int
    incoming: Incoming
    day: date | None
    problems: tuple[Problem, ...]
    content: str = field(repr=False)
    cells: tuple[str, ...] = field(repr=False)

    @property
    def refused(self) -> bool:
        return any(one.refuses for one in self.problems)


def read(table: Table, atlas: Atlas, now: datetime, zone: ZoneInfo) -> list[Row]:
    """Every row below the headings, in order. A day to come is a problem: `now` says from when."""
    where = table.fields()
    heads = {one.at: one.head for one in table.columns}
    return [_row(line, table, where, heads, atlas, now, zone) for line in table.lines]


def _row(
    line: Line,
    table: Table,
    where: Mapping[str, tuple[int, ...]],
    heads: Mapping[int, str],
    atlas: Atlas,
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    shown = tuple(cells.text(cell) for cell in line.cells)
    if table.is_head(shown):
        return _none(line, shown, "bringing.problem.head")
    if _is_total(shown):
        return _none(line, shown, "bringing.problem.total")
    reader = _Reader(line, shown, where, heads, atlas)
    incoming, day = reader.incoming(now, zone)
    # A country alone, understood or not, is nobody.
    told = (incoming.name, incoming.contact, *reader.told("text"))
    if not any(told) and not any(one.refuses for one in reader.problems):
        reader.problems.append(Problem(None, "bringing.problem.nothing"))
    return Row(line.number, incoming, day, tuple(reader.problems), _content(incoming), shown)


def _none(line: Line, shown: tuple[str, ...], key: str) -> Row:
    return Row(line.number, Incoming("import"), None, (Problem(None, key),), "", shown)


def _is_total(shown: Sequence[str]) -> bool:
    filled = [one for one in shown if one]
    rest = [one for one in filled[1:] if not one.replace(" ", "").replace(",", ".").replace(".", "", 1).isdigit()]
    return bool(filled) and is_total(filled[0]) and not rest


def _content(incoming: Incoming) -> str:
    """What the row says, by which it is known again: spaces and case of letters count for nothing."""
    told = (
        incoming.name, incoming.contact, incoming.text, incoming.country, incoming.municipality, incoming.topic,
        incoming.said_source, incoming.language, incoming.code,
    )  # fmt: skip
    words = [" ".join((one or "").casefold().split()) for one in told]
    at = incoming.received_at.date().isoformat() if incoming.received_at else ""
    return json.dumps([*words, incoming.people or 0, at], ensure_ascii=True)


@dataclass
class _Reader:
    """One row while it is read: what cannot be put into its field goes to `kept`, what is wrong to `problems`."""

    line: Line
    shown: tuple[str, ...]
    where: Mapping[str, tuple[int, ...]]
    heads: Mapping[int, str]
    atlas: Atlas
    problems: list[Problem] = field(default_factory=list)
    kept: list[str] = field(default_factory=list, repr=False)

    def incoming(self, now: datetime, zone: ZoneInfo) -> tuple[Incoming, date | None]:
        for name in _WORDS:
            for at, told in self._told(name):
                if cells.is_broken(told):
                    self.problems.append(Problem(at, "bringing.problem.formula"))
        country = self._looked_up("country", self.atlas.country)
        received = self._moment(now, zone)
        contact = self._contact(country)
        name = self._name()
        whole = Incoming(
            "import",
            language=self._looked_up("language", language_of),
            country=country,
            municipality=self._looked_up("place", self.atlas.municipality),
            topic=self._topic(),
            people=self._people(),
            said_source=self._first("source") or None,
            code=self._first("code") or None,
            name=name or None,
            contact=contact or None,
            received_at=received,
        )
        text = "\n".join([*(told for _, told in self._told("text")), *self.kept])
        for field_name, told in (("name", name), ("contact", contact), ("text", text)):
            if len(told) > _LONGEST[field_name]:
                facts = {"most": _LONGEST[field_name]}
                self.problems.append(Problem(self._at(field_name), "bringing.problem.long", True, facts))
        day = received.astimezone(zone).date() if received is not None else None
        return replace(whole, text=text[: _LONGEST["text"]] or None), day

    def _told(self, name: str) -> Iterator[tuple[int, str]]:
        for at in self.where.get(name, ()):
            if at < len(self.shown) and self.shown[at]:
                yield at, self.shown[at]

    def told(self, name: str) -> list[str]:
        """What stands in the columns of a field."""
        return [told for _, told in self._told(name)]

    def _first(self, name: str) -> str:
        return next((told for _, told in self._told(name)), "")

    def _at(self, name: str) -> int | None:
        places = self.where.get(name, ())
        return places[0] if places else None

    def _cell(self, name: str) -> Cell:
        at = self._at(name)
        return self.line.cells[at] if at is not None and at < len(self.line.cells) else None

    def _keep(self, at: int | None, told: str, key: str) -> None:
        """What was not understood stays with its heading in the words."""
        head = self.heads.get(at, "") if at is not None else ""
        self.kept.append(f"{head}: {told}" if head else told)
        if key:
            self.problems.append(Problem(at, key, refuses=False))

    def _looked_up(self, name: str, look: Callable[[str], str | None]) -> str | None:
        told = self._first(name)
        found = look(told) if told else None
        if told and found is None:
            self._keep(self._at(name), told, f"bringing.problem.{name}")
        return found

    def _topic(self) -> str | None:
        told = self._first("topic")
        if not told:
            return None
        self._keep(self._at("topic"), told, "")
        return topic_of(told)

    def _name(self) -> str:
        """Several people in a cell, one under the other, stand beside each other afterwards."""
        whole = self._first("name")
        parts = [" ".join(part for part in (self._first("given"), self._first("family")) if part), whole]
        return ", ".join(part for one in parts for part in one.replace(";", "\n").splitlines() if part.strip())

    def _moment(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        if not self._first("day"):
            return None
        found = cells.moment(self._cell("day"))
        if found is None:
            self.problems.append(Problem(self._at("day"), "bringing.problem.day"))
            return None
        today = now.astimezone(zone).date()
        if found.day > today:
            self.problems.append(Problem(self._at("day"), "bringing.problem.day_to_come"))
            return None
        return min(datetime.combine(found.day, found.hour or _NOON, zone).astimezone(UTC), now)

    def _people(self) -> int | None:
        for at, told in self._told("people"):
            found = cells.people(told)
            if found is None:
                self._keep(at, told, "bringing.problem.people")
            return found
        parts = {}
        for name in ("adults", "children"):
            for at, told in self._told(name):
                found = 0 if told == "0" else cells.people(told)
                if found is None:
                    self._keep(at, told, "bringing.problem.people")
                    return None
                self._keep(at, told, "")
                parts[name] = found
        # Children alone are no family's size.
        return sum(parts.values()) or None if parts.get("adults") else None

    def _contact(self, country: str | None) -> str:
        found: list[str] = []
        doubtful: list[tuple[int, str]] = []
        reached = False
        for name in ("phone", "mail", "contact"):
            for at, told in self._told(name):
                kept, real = _ways(name, told, country)
                found.append(kept.replace("\n", ", "))
                reached = reached or bool(real)
                if not real and name != "contact":
                    doubtful.append((at, f"bringing.problem.{name}"))
        # With another way to reach them the row can be taken as it stands.
        self.problems += [Problem(at, key, refuses=not reached) for at, key in doubtful]
        return ", ".join(dict.fromkeys(found))


def _ways(name: str, told: str, country: str | None) -> tuple[str, tuple[str, ...]]:
    """A cell of ways to reach somebody as it is kept, and what is real in it."""
    if name == "phone":
        kept, found = cells.phones(told, country)
        # Tables mix them up.
        return (kept, found) if found or "@" not in kept else cells.mails(told)
    if name == "mail" or "@" in told:
        return cells.mails(told)
    return cells.phones(told, country)
