"""How often a source is asked, by how often it brings something. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zlib import crc32

# Gaps are measured over so many of the latest items; fewer than three say nothing.
_LATEST = 60
_FEWEST = 3
_MANY = 8
# What is published within an hour is one burst: the silence after it is what counts.
_BURST = timedelta(hours=1)
_OLDEST = timedelta(days=400)
# A source is asked four times in a beat, so that news waits a quarter of it at most.
_PER_BEAT = 4
_SOONER, _LATER = 0.6, 1.25
_JITTER = 0.05
_STEP = 10  # seconds: moments that many sources share are written at once


@dataclass(frozen=True)
class Bounds:
    """Between which rests a source's rhythm may move, and the one it begins with."""

    first: timedelta
    least: timedelta
    most: timedelta


@dataclass(frozen=True)
class Rhythm:
    """How a source brings things: `beat`, the middle of its gaps, says how often to look; `gap`, how long it usually is
    silent at the most (over a week-end, say), says when to wonder.
    """

    beat: timedelta
    gap: timedelta


def rhythm(moments: Iterable[datetime], now: datetime) -> Rhythm | None:
    """The rhythm that moments of publication tell; None where fewer than three do.

    What is published within an hour is one burst. `gap` is the middle one of the three longest: one holiday does not
    make a habit.
    """
    times = sorted({one for one in moments if now - _OLDEST <= one <= now})[-_LATEST:]
    if len(times) < _FEWEST:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    pauses = [gap for gap in gaps if gap >= _BURST]
    if not pauses:
        return Rhythm(gaps[len(gaps) // 2], gaps[-1])
    # By the bursts' number: ten articles an evening are one thing a day to look for.
    beat = pauses[len(pauses) // 2] if len(pauses) * 2 >= len(gaps) or len(pauses) >= _FEWEST else gaps[len(gaps) // 2]
    longest = pauses[-3:]
    return Rhythm(beat, longest[len(longest) // 2] if len(pauses) >= _MANY else pauses[-1])


def interval(
    before: timedelta | None, beat: timedelta | None, *, brought: bool, ttl: timedelta | None, bounds: Bounds
) -> timedelta:
    """The rest after a good poll.

    By the beat where that is known; else sooner after every poll that brought something, later after one that
    did not. Never sooner than the source asked for (`ttl`, up to the longest rest).
    """
    if beat is not None:
        told = beat / _PER_BEAT
    elif before is None:
        told = bounds.first
    else:
        told = before * (_SOONER if brought else _LATER)
    told = min(max(told, bounds.least), bounds.most)
    return max(told, min(ttl, bounds.most)) if ttl is not None else told


def backoff(rest: timedelta, failures: int, *, hard: bool, most: timedelta) -> timedelta:
    """The rest after so many failures in a row: soft ones (a server that is busy or silent) weigh less than hard ones
    (a page that is gone or no feed).
    """
    factor = (2.5 if hard else 1.5) ** min(max(failures, 1), 24)
    # A float of hours, bounded first: two large powers must not overflow a timedelta.
    seconds = min(rest.total_seconds() * factor, most.total_seconds())
    return timedelta(seconds=seconds)


def next_at(now: datetime, rest: timedelta, source_id: int) -> datetime:
    """`rest` from now, up to 5 % later by the source's number: what began together does not stay together.

    Whole tens of seconds, never sooner than the rest.
    """
    share = crc32(f"{source_id}:{now.toordinal()}".encode()) / 2**32
    seconds = rest.total_seconds() * (1 + _JITTER * share)
    return now + timedelta(seconds=-(-seconds // _STEP) * _STEP)
