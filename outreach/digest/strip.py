"""The week's picture: seven days of bars by tier, each with what is usual on such a day; and the same in a sentence.

It stands on paper of its own and is drawn as wide as a telephone shows it, so that its letters stay legible there and
nothing is scaled on a desk. One drawing serves all mails of a morning in one language about the same things.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from babel.dates import format_date
from PIL import Image

from outreach.charts.canvas import FONT
from outreach.charts.chart import Chart, Row
from outreach.charts.measure import shortened
from outreach.charts.palette import INK, LIGHT, LINE, PAPER, QUIET
from outreach.charts.picture import painted
from outreach.charts.telling import described
from outreach.core.mail_mould import Picture
from outreach.core.text import Words
from outreach.digest.facts import DayCount
from scrapers.values import TIERS

WIDTH, HEIGHT = 328, 124
# Carmine stays for what is critical.
_TONES = dict(zip(TIERS, ("lake", "green", "ochre", "plum", "slate"), strict=True))
_LEFT, _FIELD, _TOP, _BASE = 6, 192, 20, 102  # the bars: where they begin, over how much, up to where, on what
_NAMES, _LINE = 208, 17
_SIZE = 12


def picture(week: Sequence[DayCount], words: Words) -> Picture | None:
    """The days as a PNG of 2 x `WIDTH` pixels across with its text alternative; None where there is nothing to see."""
    if not any(day.count or day.usual for day in week):
        return None
    told = f"{described(_chart(week), words)} {summary(week, words)}"
    return Picture("week", _small(painted(_drawn(week, words))), told)


def summary(week: Sequence[DayCount], words: Words) -> str:
    """How many in these days and how many are usual in such days, in a sentence; empty without a day."""
    if not week:
        return ""
    told = words("digest.mentions", count=sum(day.count for day in week))
    usual = [day.usual for day in week if day.usual is not None]
    if len(usual) < len(week):
        return words("digest.week.counted", count=len(week), mentions=told)
    return words("digest.week.compared", count=len(week), mentions=told, usual=words.number(round(sum(usual))))


def totals(week: Sequence[DayCount]) -> dict[str, int]:
    """How many of each tier in these days; tiers without any are left out."""
    return {tier: sum(day.by_tier.get(tier, 0) for day in week) for tier in _tiers(week)}


def _chart(week: Sequence[DayCount]) -> Chart:
    rows = tuple(
        Row(day.day, day.by_tier.get(tier, 0), f"report.tier.{tier}") for tier in _tiers(week) for day in week
    )
    return Chart("stacked", "digest.week.title", "", "", rows, unit="mentions")


def _tiers(week: Sequence[DayCount]) -> tuple[str, ...]:
    return tuple(tier for tier in TIERS if any(day.by_tier.get(tier) for day in week))


@lru_cache(maxsize=64)
def _small(drawn: bytes) -> bytes:
    """The same PNG in few colours: a mail is carried to everybody, and this says no less in half the bytes."""
    kept = io.BytesIO()
    Image.open(io.BytesIO(drawn)).convert("RGB").quantize(48, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _drawn(week: Sequence[DayCount], words: Words) -> str:
    """The picture as SVG in the charts' light tones."""
    highest = max(max(day.count, day.usual or 0) for day in week)
    slot, scale = _FIELD / len(week), (_BASE - _TOP) / highest
    marks = [_rect(_LEFT, _BASE, _FIELD, 1, LIGHT[LINE])]
    for place, day in enumerate(week):
        middle, strong = _LEFT + (place + 0.5) * slot, place == len(week) - 1
        marks += _bar(day, middle, min(slot * 0.62, 24), scale)
        tall = max(day.count, day.usual or 0) * scale
        for y, text in ((_BASE - tall - 5, words.number(day.count)), (_BASE + 15, _weekday(day, words))):
            marks.append(_text(middle, y, text, bold=strong, quiet=not strong, middle=True))
    marks += _names(week, words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="{FONT}" font-size="{_SIZE}">{"".join(marks)}</svg>'
    )


def _bar(day: DayCount, middle: float, width: float, scale: float) -> list[str]:
    """One day's parts, a line of paper between them, and a stroke across where such a day usually ends."""
    marks, top = [], float(_BASE)
    for tier in TIERS:
        if count := day.by_tier.get(tier, 0):
            tall = count * scale
            top -= tall
            marks.append(_rect(middle - width / 2, top, width, max(tall - 1, 1), LIGHT[_TONES[tier]]))
    if day.usual is not None:
        y = _BASE - day.usual * scale
        marks.append(_rect(middle - width / 2 - 4, y - 2, width + 8, 4, LIGHT[PAPER]))
        marks.append(_rect(middle - width / 2 - 4, y - 1, width + 8, 2, LIGHT[INK]))
    return marks


def _names(week: Sequence[DayCount], words: Words) -> list[str]:
    """The tiers beside the bars from top to bottom as they stand in them, with their numbers; what the stroke means."""
    marks, y = [], _TOP - 2
    room = WIDTH - _NAMES - 16
    for tier, total in reversed(totals(week).items()):
        told = f"{words(f'scrapers.tier.{tier}')} {words.number(total)}"
        marks.append(_rect(_NAMES, y - 8, 9, 9, LIGHT[_TONES[tier]]))
        marks.append(_text(_NAMES + 16, y, shortened(told, room, _SIZE)))
        y += _LINE
    if any(day.usual is not None for day in week):
        marks.append(_rect(_NAMES - 2, y - 5, 13, 2, LIGHT[INK]))
        marks.append(_text(_NAMES + 16, y, shortened(words("digest.week.usual"), room, _SIZE)))
    return marks


def _weekday(day: DayCount, words: Words) -> str:
    return str(format_date(day.day, "cccccc", locale="en_GB" if words.language == "en" else words.language)).rstrip(".")


def _rect(x: float, y: float, width: float, height: float, tone: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{tone}"/>'


def _text(x: float, y: float, text: str, *, bold: bool = False, quiet: bool = False, middle: bool = False) -> str:
    look = (' text-anchor="middle"' if middle else "") + (' font-weight="600"' if bold else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{LIGHT[QUIET if quiet else INK]}"{look}>{escape(text)}</text>'
