"""Numbers, days and texts of a chart as the reader's language writes them."""

import re
from collections.abc import Sequence
from datetime import date

from babel.dates import format_date, format_skeleton

from outreach.charts.chart import At, Chart, Row, Step, Unit
from outreach.core.text import Words

# What XML may not hold; names come from feeds, which hold anything.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SKELETONS: dict[Step, str] = {"day": "MMMd", "month": "yMMM", "year": "y"}
_SKELETONS_LONG: dict[Step, str] = {"month": "yMMMM", "year": "y"}


def said(text: str, words: Words, **facts: object) -> str:
    """A key of the catalogues in the reader's language; anything else is a name and stands as it is."""
    return words(text, **facts) if words.knows(text) else _NO_LETTERS.sub("", text)


def number(value: float, unit: Unit, words: Words) -> str:
    """A value short enough for a label: 1 234 or 12,5 %; at most one decimal, and two below one."""
    rounded = round(value, 1 if abs(value) >= 1 else 2)
    text = words.number(int(rounded) if rounded == int(rounded) else rounded)
    return words("chart.percent", number=text) if unit == "percent" else text


def counted(value: float, unit: Unit, words: Words) -> str:
    """A value with what it counts: 21 pieminējums; a plain one or a share as its label."""
    text = number(value, unit, words)
    if unit in ("plain", "percent"):
        return text
    return words(f"chart.unit.{unit}", count=int(value) if value == int(value) else value, number=text)


def limits(row: Row, unit: Unit, words: Words) -> str:
    """A value and its interval: 12,5 % (8,1–17,9); without limits the value alone, a dash for an unknown one."""
    if row.value is None:
        return words("chart.unknown")
    if row.low is None or row.high is None:
        return number(row.value, unit, words)
    return words(
        "chart.interval",
        value=number(row.value, unit, words),
        low=number(row.low, "plain", words),
        high=number(row.high, "plain", words),
    )


def place(at: At, step: Step, words: Words, *, whole: bool = False) -> str:
    """A name, or a day as its step needs it: 23. nov., 2026. g. nov., 2026. `whole` writes it out with its year."""
    if isinstance(at, str):
        return said(at, words)
    if not whole:
        return str(format_skeleton(_SKELETONS[step], at, locale=words.language))
    return words.day(at) if step == "day" else str(format_skeleton(_SKELETONS_LONG[step], at, locale=words.language))


def axis(days: Sequence[date], step: Step, words: Words) -> list[tuple[str, str]]:
    """Two lines under every day: 23 over nov., nov. over 2026; the second only where it changes."""
    over = {"day": "d", "month": "LLL", "year": "y"}[step]
    under = {"day": "LLLL", "month": "y", "year": ""}[step]
    lines: list[tuple[str, str]] = []
    last = ""
    for day in days:
        second = str(format_date(day, under, locale=words.language)) if under else ""
        lines.append((str(format_date(day, over, locale=words.language)), second if second != last else ""))
        last = second
    return lines


def span(chart: Chart, words: Words) -> tuple[str, str]:
    """The first and the last place of a chart, written out."""
    first, *_, last = (*chart.places[:1], *chart.places)
    return place(first, chart.step, words, whole=True), place(last, chart.step, words, whole=True)
