"""The term alarm: whether, among all uses of the watched word, those that mean expulsion rise beyond their own past.

Latvian and Russian media are told apart, week by week as the office's calendar has them, from Monday on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds, local_day
from scrapers import daynumbers
from scrapers.held import Held, store_of
from scrapers.models import Mention
from scrapers.trendmath import LONGEST, PAST_WEEKS, Alarm, WeekUse, alarm, mondays

LANGUAGES = ("lv", "ru")
# What an alarm is judged by: its own past, the weeks that one may last, and this week.
WEEKS = PAST_WEEKS + LONGEST + 1

Counts = Mapping[str, tuple[int, int]]  # uses and cases by language


@dataclass(frozen=True)
class _Past:
    """The weeks of one store that were over before the last one, as they were counted on `day`."""

    day: date | None = None
    weeks: dict[date, Counts] = field(default_factory=dict)


_alarms: Held[dict[str, Alarm]] = Held(timedelta(minutes=10))
_pasts: WeakKeyDictionary[Any, _Past] = WeakKeyDictionary()
_lock = Lock()


def current(session: Session, now: datetime, zone: ZoneInfo) -> dict[str, Alarm]:
    """The alarms that are on, by language. Asked by every page: the answer may be ten minutes old."""

    def ask() -> dict[str, Alarm]:
        told = weeks(session, now, zone)
        return {language: found for language, one in told.items() if (found := alarm(one)) is not None}

    return dict(_alarms.answer(session, now, ask))


def forget(session: Session) -> None:
    """Verdicts may have changed what the weeks say: the next question counts anew."""
    _alarms.forget(session)
    with _lock:
        _pasts.pop(store_of(session), None)


def weeks(session: Session, now: datetime, zone: ZoneInfo, count: int = WEEKS) -> dict[str, list[WeekUse]]:
    """The last weeks of each of `LANGUAGES`, the oldest first; the last one is running.

    Weeks that have long been over are counted once a day.
    """
    today = local_day(now, zone)
    asked = mondays(today, count)
    with _lock:
        past = _pasts.get(store_of(session), _Past())
    known = dict(past.weeks) if past.day == today else {}
    # The last whole week is counted anew like the running one: its verdicts are still coming in.
    missing = [monday for monday in asked if monday not in known or monday >= asked[-1] - timedelta(weeks=1)]
    known |= _count(session, missing[0], (asked[-1] - missing[0]).days // 7 + 1, zone)
    with _lock:
        _pasts[store_of(session)] = _Past(today, known)
    return {
        language: [
            WeekUse(monday, *known.get(monday, {}).get(language, (0, 0)), whole=monday != asked[-1]) for monday in asked
        ]
        for language in LANGUAGES
    }


def _count(session: Session, first: date, count: int, zone: ZoneInfo) -> dict[date, Counts]:
    """The weeks from the Monday `first` on. One question."""
    starts = [first + timedelta(weeks=number) for number in range(count + 1)]
    edges = [daynumbers.first_from(f"at_{place}") for place in range(len(starts))]
    asked = {f"at_{place}": day_bounds(monday, zone)[0] for place, monday in enumerate(starts)}
    # The limit keeps SQLite from walking another index, through the whole archive.
    inside = select(Mention.article_id, Mention.lang, Mention.sense, Mention.has_word).where(
        Mention.article_id >= edges[0], Mention.article_id < edges[-1]
    )
    row = inside.order_by(Mention.article_id).limit(daynumbers.NONE_YET).subquery("inside")
    week = case(*((row.c.article_id >= edges[place], place) for place in range(count - 1, -1, -1))).label("week")
    cases = func.sum(case((row.c.sense == "expulsion", 1), else_=0))
    query = select(week, row.c.lang, func.count(), cases).where(row.c.has_word, row.c.lang.in_(LANGUAGES))
    found: dict[date, dict[str, tuple[int, int]]] = {monday: {} for monday in starts[:-1]}
    for place, language, uses, meant in session.execute(query.group_by("week", row.c.lang), asked):
        found[starts[place]][language] = (int(uses), int(meant))
    return dict(found)

