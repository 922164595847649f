"""What a chart is: rows of labelled values and how they are to be drawn.

Every text in it is a key of the catalogues, or, where there is no such key, a name that stands as it is.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

# days: upright bars over time. bars: lying bars, one a name. lines: series over time. intervals: a rate between its
# limits, one a name. stacked: upright bars over time, each made of series. points: a rate over time as points between
# their limits, and behind them a second series as a band. tiles: one tile a name, at its place in the grid, the fuller
# of tone the higher its value. flow: columns side by side, one a name, each the whole of its series, with ribbons from
# every series to itself in the next column.
Kind = Literal["days", "bars", "lines", "intervals", "stacked", "points", "tiles", "flow"]
Step = Literal["day", "month", "year"]
Unit = Literal[
    "plain", "percent", "mentions", "stories", "inquiries", "families", "people", "posts", "clicks", "sources"
]
At = date | str

# Kinds whose values can be added up to something.
SUMMED = frozenset({"days", "bars", "stacked"})
OVER_TIME = frozenset({"days", "lines", "stacked", "points"})
_OF_SERIES = frozenset({"lines", "stacked", "points", "flow"})


@dataclass(frozen=True)
class Row:
    """One value: `at` is a day (a month's or year's first one) or a name; `low` and `high` are an interval's limits.

    A `value` of None is unknown, which is not 0: a gap in a line, a dash in a table. Days without a row have no place
    on the axis, so whoever counts gives a row for each day of the period.
    """

    at: At
    value: float | None
    series: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """One picture. ValueError for rows that the kind cannot draw.

    `x` and `y` head the table's columns. `step` says how far apart days are and so how they are written. `emphasis` is
    the row that matters (today). Series keep the order in which they first come; `tones` gives some of them a fixed
    tone of `outreach.charts.palette.SERIES`. `note` stands small under the title: the period, what is counted. `grid`
    says where the tile of a name stands: its left and upper edge, in tiles.
    """

    kind: Kind
    title: str
    x: str
    y: str
    rows: tuple[Row, ...]
    unit: Unit = "plain"
    step: Step = "day"
    note: str = ""
    emphasis: At | None = None
    tones: tuple[tuple[str, str], ...] = ()
    grid: tuple[tuple[str, float, float], ...] = ()

    def __post_init__(self) -> None:
        if len({(row.at, row.series) for row in self.rows}) != len(self.rows):
            raise ValueError("two rows for one place")
        if self.kind in OVER_TIME and not all(isinstance(row.at, date) for row in self.rows):
            raise ValueError("a chart over time needs days")
        if self.kind not in _OF_SERIES and len(self.series) > 1:
            raise ValueError(f"{self.kind} draws one series")
        if self.kind == "tiles" and {row.at for row in self.rows} - {name for name, _, _ in self.grid}:
            raise ValueError("a tile without a place in the grid")
        for row in self.rows:
            numbers = [number for number in (row.low, row.value, row.high) if number is not None]
            # Every picture begins at nought, so a length can be compared; numbers below it have no length.
            if numbers != sorted(numbers) or (numbers and numbers[0] < 0):
                raise ValueError(f"not 0 <= low <= value <= high: {row}")

    @property
    def series(self) -> tuple[str, ...]:
        """Names of the series in their order; one empty name where there are none."""
        return tuple(dict.fromkeys(row.series for row in self.rows)) or ("",)

    @property
    def places(self) -> tuple[At, ...]:
        """The days or names along the axis: days in order of time, names as given."""
        days = {row.at for row in self.rows if isinstance(row.at, date)}
        return (*sorted(days), *dict.fromkeys(row.at for row in self.rows if isinstance(row.at, str)))

    @property
    def known(self) -> tuple[Row, ...]:
        """The rows that have a value."""
        return tuple(row for row in self.rows if row.value is not None)

    @property
    def uncertain(self) -> bool:
        """Whether any row tells an interval."""
        return any(row.low is not None and row.high is not None for row in self.rows)


class DataTable(NamedTuple):
    """The numbers of a chart as text: `head` names the columns, every row is as long; its first cell names the row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
