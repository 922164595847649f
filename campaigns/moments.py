"""The year as the office knows it: rules of a table become days, the same for whoever asks and with no network.

A rule is ``fixed:MM-DD``, ``easter+N`` or ``easter-N..easter+M`` (also ``orthodox_easter``), ``nth:n,DOW,MM`` (the n-th
weekday of a month, -1 the last), ``range:MM-DD..MM-DD`` (over the new year too), ``monthly:M,M;day:D-D``, ``year:YYYY``
(a year of which the day is not known, or ``year:YYYY-MM-DD``) or ``provider:python-holidays(CC)`` (days off that no
other rule names). Several are joined by ``|``; ``;if_weekend:next_working_day`` moves the day off, not the feast.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

import holidays
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter  # type: ignore[import-untyped]

from outreach.core.errors import OutreachError

Span = tuple[date, date]  # the first and the last day
Rule = Callable[[int], Iterator[Span]]  # the spans of a year

_NEEDED = ("key", "name_lv", "name_en", "rule", "kind", "day_off", "quiet", "use", "confidence")
_MOVES = ";if_weekend:next_working_day"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SATURDAY = 5


@dataclass(frozen=True)
class Yearly:
    """A row of the table. `provider` is the country whose days off it takes over; then it has no rules of its own."""

    key: str
    names: Mapping[str, str]  # language -> name
    kind: str
    day_off: bool
    quiet: bool  # nothing is promoted on it
    use: str
    sure: bool  # seen in a source, not from memory
    rules: tuple[Rule, ...]
    moves: bool = False  # a weekend moves the day off to the next working day
    provider: str = ""
    use_lv: str = ""  # the same as `use`; empty where the table has no such column


@dataclass(frozen=True)
class Moment:
    """Something the year brings, from its first to its last day."""

    key: str
    names: Mapping[str, str]
    kind: str
    starts_on: date
    ends_on: date
    day_off: bool
    quiet: bool
    use: str
    sure: bool
    moved: bool = False  # the day off of a feast that fell on a weekend
    use_lv: str = ""

    @property
    def single(self) -> bool:
        return self.starts_on == self.ends_on


def read_moments(file: Path) -> tuple[Yearly, ...]:
    """Reads the table, anew when it has changed.

    OutreachError `campaigns.calendar.columns` or `campaigns.calendar.rule`, which names the row.
    """
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int) -> tuple[Yearly, ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    missing = [name for name in _NEEDED if not rows or name not in rows[0]]
    if missing:
        raise OutreachError("campaigns.calendar.columns", file=str(file), columns=", ".join(missing))
    return tuple(_yearly(row, file) for row in rows)


def expand(table: Iterable[Yearly], first: date, last: date) -> list[Moment]:
    """Everything that touches the days from `first` to `last`, both included, in the order it begins."""
    found: list[Moment] = []
    table = tuple(table)
    # A span that goes over the new year began in the year before.
    for year in range(first.year - 1, last.year + 1):
        for row in table:
            for rule in row.rules:
                for starts_on, ends_on in rule(year):
                    moment = _moment(row, starts_on, ends_on)
                    found.extend((moment, *_moved(row, moment)))
    known = {moment.starts_on for moment in found if moment.kind == "holiday" and moment.single}
    for row in table:
        if row.provider:
            found.extend(_provided(row, range(first.year, last.year + 1), known))
    return sorted(
        (moment for moment in found if moment.starts_on <= last and moment.ends_on >= first),
        key=lambda moment: (moment.starts_on, -moment.ends_on.toordinal(), moment.key),
    )


def _moment(row: Yearly, starts_on: date, ends_on: date) -> Moment:
    # Days off are single days: a span says that the day is not known yet.
    day_off = row.day_off and starts_on == ends_on
    told = (row.key, row.names, row.kind, starts_on, ends_on, day_off, row.quiet, row.use, row.sure)
    return Moment(*told, use_lv=row.use_lv)


def _moved(row: Yearly, moment: Moment) -> Iterator[Moment]:
    if row.moves and moment.single and moment.starts_on.weekday() >= _SATURDAY:
        monday = moment.starts_on + timedelta(days=7 - moment.starts_on.weekday())
        yield replace(moment, starts_on=monday, ends_on=monday, moved=True)


def _provided(row: Yearly, years: Iterable[int], known: set[date]) -> Iterator[Moment]:
    for year in years:
        for day, names in _days_off(row.provider, year):
            if day not in known:
                yield replace(_moment(row, day, day), names=names)


@cache
def _days_off(country: str, year: int) -> tuple[tuple[date, Mapping[str, str]], ...]:
    latvian, english = (
        holidays.country_holidays(country, years=year, language=language) for language in ("lv", "en_US")
    )
    return tuple((day, {"lv": name, "en": english.get(day, name)}) for day, name in sorted(latvian.items()))


def _yearly(row: Mapping[str, str], file: Path) -> Yearly:
    told = row["rule"].strip()
    moves = told.endswith(_MOVES)
    provider = re.fullmatch(r"provider:python-holidays\(([A-Z]{2})\)", told)
    try:
        if provider is not None:
            if provider[1] not in holidays.list_supported_countries():
                raise ValueError(provider[1])
            rules: tuple[Rule, ...] = ()
        else:
            rules = tuple(_rule(part) for part in told.removesuffix(_MOVES).split("|"))
    except (ValueError, IndexError) as error:
        raise OutreachError("campaigns.calendar.rule", file=str(file), key=row["key"], rule=told) from error
    return Yearly(
        key=row["key"],
        names={"lv": row["name_lv"], "en": row["name_en"]},
        kind=row["kind"],
        day_off=row["day_off"] == "yes",
        quiet=row["quiet"] == "yes",
        use=row["use"],
        sure=row["confidence"] != "from memory",
        rules=rules,
        moves=moves,
        provider=provider[1] if provider is not None else "",
        use_lv=row.get("use_lv") or "",
    )


def _rule(told: str) -> Rule:
    """One rule as a function of the year; ValueError or IndexError for what is none."""
    name, _, rest = told.partition(":")
    if name in _KINDS:
        return _KINDS[name](rest)
    ends = [_from_easter(part) for part in told.split("..")]
    if len(ends) > 2:
        raise ValueError(told)
    return lambda year: iter([(ends[0](year), ends[-1](year))])


def _from_easter(told: str) -> Callable[[int], date]:
    found = re.fullmatch(r"(orthodox_)?easter([+-]\d{1,3})", told)
    if found is None:
        raise ValueError(told)
    method, shift = EASTER_ORTHODOX if found[1] else EASTER_WESTERN, timedelta(days=int(found[2]))

    def day(year: int) -> date:
        sunday: date = easter(year, method)
        return sunday + shift

    return day


def _fixed(told: str) -> Rule:
    month, day = _month_day(told)
    return lambda year: iter([(_date(year, month, day),) * 2])


def _range(told: str) -> Rule:
    first, last = (_month_day(part) for part in _two(told.split("..")))

    def spans(year: int) -> Iterator[Span]:
        yield _date(year, *first), _date(year + (last < first), *last)

    return spans


def _nth(told: str) -> Rule:
    number, day, month = told.split(",")
    nth, weekday, in_month = int(number), _DAYS.index(day), int(month)
    if nth not in {-1, 1, 2, 3, 4} or not 1 <= in_month <= 12:
        raise ValueError(told)

    def spans(year: int) -> Iterator[Span]:
        if nth > 0:
            start = date(year, in_month, 1)
            found = start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (nth - 1))
        else:
            end = _date(year, in_month, 31)
            found = end - timedelta(days=(end.weekday() - weekday) % 7)
        yield found, found

    return spans


def _monthly(told: str) -> Rule:
    months, days = _two(told.split(";day:"))
    within = [int(month) for month in months.split(",")]
    first, last = (int(day) for day in _two(days.split("-")))
    if not all(1 <= month <= 12 for month in within) or not 1 <= first <= last <= 31:
        raise ValueError(told)
    return lambda year: ((_date(year, month, first), _date(year, month, last)) for month in within)


def _year(told: str) -> Rule:
    if len(told) > 4:
        day = date.fromisoformat(told)
        only, span = day.year, (day, day)
    else:
        only = int(told)
        span = (date(only, 1, 1), date(only, 12, 31))
    return lambda year: iter([span] if year == only else [])


_KINDS: Mapping[str, Callable[[str], Rule]] = {
    "fixed": _fixed,
    "range": _range,
    "nth": _nth,
    "monthly": _monthly,
    "year": _year,
}


def _month_day(told: str) -> tuple[int, int]:
    month, day = (int(part) for part in _two(told.split("-")))
    date(2024, month, day)  # a leap year: 29 February is a day too
    return month, day


def _two(parts: Sequence[str]) -> tuple[str, str]:
    if len(parts) != 2:
        raise ValueError(parts)
    return parts[0], parts[1]


def _date(year: int, month: int, day: int) -> date:
    """The day, or the last one of a month that has no such day."""
    next_month = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), next_month - timedelta(days=1))
