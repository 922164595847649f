"""The 90-day strip of a source: items by day as bars, mentions of us marked, and what it says in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.core.text import Words
from scrapers.rhythms import Day

LENGTH = 90


@dataclass(frozen=True)
class DayStrip:
    """A picture of `width` by `height` units whose bars are strokes: `items` and `mentions` are paths of them.

    `marks` is a path of ticks below them for days with a mention; `described` says the same in words.
    """

    width: int
    height: int
    step: int
    items: str
    mentions: str
    marks: str
    described: str
    total: int
    mentioned: int
    first: date
    last: date
    highest: int


def strip(days: Iterable[Day], last: date, t: Words, *, step: int = 2, height: int = 20) -> DayStrip:
    """The 90 days that end with `last`; a day with anything at all shows, the highest fills the picture."""
    first = last - timedelta(days=LENGTH - 1)
    start, half = first.toordinal(), step // 2
    shown = [day for day in days if first <= day.day <= last and day.items > 0]
    highest = max((day.items for day in shown), default=0)
    items, mentions, marks = [], [], []
    for day in shown:
        x = (day.day.toordinal() - start) * step + half
        # A day of few items beside a flood is still a day with items.
        tall = round(day.items / highest * height)
        tall = max(tall, 2)
        items.append(f"M{x} {height}v-{tall}")
        if day.mentions > 0:
            mentions.append(f"M{x} {height}v-{max(round(min(day.mentions, day.items) / highest * height), 2)}")
            marks.append(f"M{x} {height + 3}v4")
    total, mentioned = sum(day.items for day in shown), sum(day.mentions for day in shown)
    silence = (last - max(day.day for day in shown)).days if shown else 0
    return DayStrip(
        LENGTH * step, height, step, "".join(items), "".join(mentions), "".join(marks),
        _described(t, total, mentioned, silence), total, mentioned, first, last, highest,
    )


def weeks(days: Sequence[Day], last: date) -> list[tuple[date, int, int]]:
    """The strip's numbers by week: its first day, items, mentions; the latest week first."""
    found = []
    for back in range(0, LENGTH, 7):
        until = last - timedelta(days=back)
        since = max(until - timedelta(days=6), last - timedelta(days=LENGTH - 1))
        inside = [day for day in days if since <= day.day <= until]
        found.append((since, sum(day.items for day in inside), sum(day.mentions for day in inside)))
    return found


def _described(t: Words, total: int, mentioned: int, silence: int) -> str:
    parts = [t("sources.days.items", count=total)]
    if mentioned:
        parts.append(t("sources.days.mentions", count=mentioned))
    if silence:
        parts.append(t("sources.days.silence", count=silence))
    return ", ".join(parts)
