"""Days in a text: a weekday that is another day's, a day that is past though the text looks forward to it.

A day without a year is the one nearest to today.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice

from outreach.pressroom.checks.data import cues, rows
from outreach.pressroom.checks.finding import Finding, Piece
from outreach.pressroom.checks.sentences import around

_MOST = 300  # days of a text that are written in one way; what has more is no release
_NEAR = 40  # letters between a day and what says that it lies ahead
_BETWEEN = re.compile(r"[\s,(–-]{0,3}(?:the |on )?")
_AFTER = re.compile(r"(?:\.?\s*gad[ā-ža-z]{1,2})?[\s,(–-]{0,3}")
_IN_FIGURES = 2  # of the patterns; what looks like one of those may be a number of something
_RANGE = re.compile(r"\d{1,2}\.?\s*[–-]\s*$")


@dataclass(frozen=True)
class Told:
    """A day as a text tells it; `sure`: with its year."""

    day: date
    sure: bool
    start: int
    end: int


def days(text: str, today: date) -> tuple[Told, ...]:
    """The days that a text names, in order; what is no day of any year is left out."""
    found: list[Told] = []
    for pattern in _patterns():
        for match in islice(pattern.finditer(text), _MOST):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            told = _read(match, today)
            if told is not None:
                found.append(told)
    return tuple(sorted(found, key=lambda one: one.start))


def check(piece: Piece, today: date) -> Iterator[Finding]:
    """Weekdays that do not fit (`presscheck.date.weekday`), days that are past (`presscheck.date.past`), days that no
    year has (`presscheck.date.none`).
    """
    told = days(piece.text, today)
    for pattern in _patterns()[_IN_FIGURES:]:
        for match in pattern.finditer(piece.text):
            # Of "March 40" nobody knows whether it is a day; the 31st of February is meant as one.
            if int(match["day"]) <= 31 and _read(match, today) is None:
                facts = {"said": match[0]}
                yield Finding("stop", "presscheck.date.none", facts, piece.field, *match.span())
    yield from _weekdays(piece, told, today)
    ahead = [match.start() for match in cues("ahead").finditer(piece.text)] if told else []
    for one in told:
        sentence = around(piece.text, one.start)
        near = any(
            sentence.start <= place < sentence.end and one.start - _NEAR <= place <= one.end + _NEAR for place in ahead
        )
        if one.day < today and near:
            yield Finding("look", "presscheck.date.past", {"day": one.day}, piece.field, one.start, one.end)


def _weekdays(piece: Piece, told: Sequence[Told], today: date) -> Iterator[Finding]:
    names = [*_weekday().finditer(piece.text)]
    taken: set[int] = set()
    pairs: list[tuple[Told, re.Match[str]]] = []
    for one in told:
        before = next((name for name in names if _stands(piece.text, name.end(), one.start, _BETWEEN)), None)
        if before is not None:
            taken.add(before.start())
            pairs.append((one, before))
    named = {one.start for one, _ in pairs}
    for one in told:
        if one.start not in named:
            after = next((name for name in names if _stands(piece.text, one.end, name.start(), _AFTER)), None)
            if after is not None and after.start() not in taken:
                taken.add(after.start())
                pairs.append((one, after))
    for one, name in pairs:
        said, ranged = _number(name, "weekday"), _RANGE.search(piece.text, max(0, one.start - 8), one.start)
        if ranged or said == one.day.weekday():
            continue
        # Without a year another year's day may be meant: then it is for a person to judge.
        years = () if one.sure else (today.year - 1, today.year, today.year + 1)
        other = any(_same(one.day, year).weekday() == said for year in years)
        yield Finding(
            "look" if other else "stop",
            "presscheck.date.weekday",
            {"said": name[0], "day": one.day},
            piece.field,
            min(one.start, name.start()),
            max(one.end, name.end()),
        )


def _stands(text: str, start: int, end: int, between: re.Pattern[str]) -> bool:
    return 0 <= end - start <= 16 and between.fullmatch(text, start, end) is not None


def _read(match: re.Match[str], today: date) -> Told | None:
    parts = match.groupdict()
    month = int(parts["figure"]) if parts.get("figure") else _number(match, "month") + 1
    day, year = int(parts["day"]), parts.get("year")
    if year is not None:
        found = _date(int(year), month, day)
        return Told(found, True, *match.span()) if found is not None else None
    years = (today.year - 1, today.year, today.year + 1)
    near = [one for year in years if (one := _date(year, month, day)) is not None]
    if not near:
        return None
    return Told(min(near, key=lambda one: abs((one - today).days)), False, *match.span())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _same(day: date, year: int) -> date:
    return _date(year, day.month, day.day) or day


def _number(match: re.Match[str], meaning: str) -> int:
    """Which month (from 0) or weekday a word means, by the group that has found it."""
    groups = match.groupdict()
    return next(place for place in range(12) if groups.get(f"{meaning}{place}"))


@cache
def _weekday() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_choice('weekday')})(?!\w)", re.IGNORECASE)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = rf"(?:{_choice('month')})(?!\w)"
    gap = "[ \u00a0]"
    return tuple(
        re.compile(told, re.IGNORECASE)
        for told in (
            r"(?<![\d.-])(?P<year>\d{4})-(?P<figure>\d{2})-(?P<day>\d{2})(?![\d-])",
            r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<figure>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
            rf"(?<!\d)(?P<year>\d{{4}})\.{gap}?(?:gada|g\.){gap}(?P<day>\d{{1,2}})\.{gap}?{month}",
            rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|-го)?{gap}(?:of{gap})?{month}"
            rf"(?:,?{gap}(?P<year>\d{{4}})(?!\d))?",
            rf"(?<!\w){month}{gap}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?!:\d)(?:,?{gap}(?P<year>\d{{4}})(?!\d))?",
        )
    )


def _choice(meaning: str) -> str:
    """Words of a meaning, each value in a group of its own; what is cut short goes on as its cases do."""
    told = []
    for place, row in enumerate(row for row in rows("dates.csv") if row["meaning"] == meaning):
        whole = [re.escape(word) for word in row["beginnings"].split("|") if word[0].isupper()]
        cut = [rf"{re.escape(word)}[^\W\d_]{{0,3}}" for word in row["beginnings"].split("|") if not word[0].isupper()]
        told.append(rf"(?P<{meaning}{place}>{'|'.join([*cut, *whole])})")
    return "|".join(told)
