"""A table as it was brought: which row holds the headings, what each column is taken for, which rows are none; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from campaigns.timing.sheet import MOST_ROWS, Cell, Line
from outreach.core.errors import OutreachError
from outreach.tracker.bringing import cells
from outreach.tracker.bringing.words import FIELDS, MANY, head_of
from outreach.tracker.lexicon import country_of
from outreach.tracker.places import Places
from outreach.tracker.same import reaching

_ABOVE = 10  # so many rows may stand above the headings
_LOOKED_AT = 200
_SAMPLES = 3
_MOST = 0.6  # a column without a heading of ours is what so many of its cells look like


@dataclass(frozen=True)
class Column:
    """One column: its heading, its first words, and the field it is taken for (empty: none)."""

    at: int
    head: str
    samples: tuple[str, ...] = field(repr=False)
    field: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose columns are known. `heads` are the headings in small letters, by which a second head is known."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...] = field(repr=False)

    def fields(self) -> dict[str, tuple[int, ...]]:
        """Where each field stands."""
        found: dict[str, tuple[int, ...]] = {}
        for one in self.columns:
            if one.field:
                found[one.field] = (*found.get(one.field, ()), one.at)
        return found

    def is_head(self, shown: Sequence[str]) -> bool:
        """Whether a row, as it is read, repeats the headings, as printed lists do on every page."""
        told = [one for one in self.columns if one.head]
        same = [one for one in told if one.at < len(shown) and shown[one.at] == one.head]
        return len(same) >= 2 and len(same) * 2 >= len(told)


def read(lines: Sequence[Line], places: Places, told: Mapping[int, str] | None = None) -> Table:
    """The table in these rows; `told` is what a person said of columns, by their number from 0 (empty: leave it out).

    Raises OutreachError `bringing.file.head` without any row below the headings, `plantable.file.rows` for too many.
    """
    at = _head(lines)
    below = tuple(lines[at + 1 :])
    if len(below) > MOST_ROWS:
        raise OutreachError("plantable.file.rows", most=MOST_ROWS)
    if not below:
        raise OutreachError("bringing.file.head")
    width = max(len(line.cells) for line in (lines[at], *below[:_LOOKED_AT]))
    taken: set[str] = set()
    columns = []
    for number in range(width):
        under = [line.cells[number] for line in below[:_LOOKED_AT] if number < len(line.cells)]
        filled = [cell for cell in under if cells.text(cell)]
        label = _label(lines[: at + 1], number)
        name = told.get(number, "") if told is not None else head_of(label) or _looks(filled, places)
        if name not in FIELDS or (name in taken and name not in MANY):
            name = ""
        taken.add(name)
        samples = tuple(cells.text(cell) for cell in filled[:_SAMPLES])
        columns.append(Column(number, label, samples, name))
    return Table(_paired(columns, told is not None), below)


def _head(lines: Sequence[Line]) -> int:
    """The row that ends the head: the first with about as many headings of ours as any, or a row below it of headings
    alone, as where cells are merged. Titles may stand above.
    """
    told = [[text for cell in line.cells if (text := cells.text(cell))] for line in lines[:_ABOVE]]
    known = [len({head_of(text) for text in row} - {""}) for row in told]
    most = max(known, default=0)
    if most < 2:
        return 0
    at = next(number for number, count in enumerate(known) if count * 4 >= most * 3)
    below = told[at + 1] if at + 1 < len(told) else []
    # The same headings again are a page's, and the row below the first.
    return at + 1 if below and all(map(head_of, below)) and not set(below) & set(told[at]) else at


def _label(rows: Sequence[Line], at: int) -> str:
    """A column's heading; where a cell was merged with the one above, what stands there."""
    for line in reversed(rows[-2:]):
        label = cells.text(line.cells[at]) if at < len(line.cells) else ""
        if label:
            return " ".join(label.split())[:80]
    return ""


def _paired(columns: list[Column], told: bool) -> tuple[Column, ...]:
    """A first name beside a surname is the given one, whatever its heading says."""
    names = {one.field for one in columns}
    if told or not {"name", "family"} <= names or "given" in names:
        return tuple(columns)
    return tuple(
        Column(one.at, one.head, one.samples, "given") if one.field == "name" else one for one in columns
    )


def _looks(filled: Sequence[Cell], places: Places) -> str:
    """What a column holds by its cells alone."""
    if not filled:
        return ""
    told = [cells.text(cell) for cell in filled]
    shares = {
        "mail": sum("@" in one for one in told),
        "day": sum(cells.moment(cell) is not None for cell in filled),
        "phone": sum(bool(reaching.phones(one)) for one in told),
        "place": sum(places.municipality(one) is not None for one in told),
        "country": sum(len(one) > 1 and country_of(one) is not None for one in told),
    }
    name, most = max(shares.items(), key=lambda pair: pair[1])
    return name if most > len(told) * _MOST else ""
