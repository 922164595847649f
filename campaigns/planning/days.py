"""Days on which nothing of a plan falls: quiet days, days off and, for what needs colleagues, weekends. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.moments import Moment

_DAY = timedelta(days=1)
_SATURDAY = 5
# What may be done on a weekend: posts go out by themselves, and people come to events then.
_ANY_DAY = frozenset({"post", "event"})


@dataclass(frozen=True)
class Closed:
    """The quiet days and the days off of a stretch of time."""

    quiet: frozenset[date]
    off: frozenset[date]

    def why(self, day: date, kind: str) -> str:
        """Why a step of this kind cannot fall on the day: `quiet`, `off` or `weekend`; empty where it can."""
        if day in self.quiet:
            return "quiet"
        if day in self.off:
            return "off"
        return "weekend" if day.weekday() >= _SATURDAY and kind not in _ANY_DAY else ""

    def earlier(self, day: date, kind: str) -> date:
        """The day, or the last one before it that is open."""
        while self.why(day, kind):
            day -= _DAY
        return day

    def later(self, day: date, kind: str) -> date:
        """The day, or the first one after it that is open."""
        while self.why(day, kind):
            day += _DAY
        return day

    def fitted(self, day: date, anchor: date, kind: str) -> date:
        """The nearest open day that keeps the step on its side: what leads up to the anchor's day comes earlier, what
        follows it later.
        """
        return self.later(day, kind) if day > anchor else self.earlier(day, kind)


def closed_days(moments: Iterable[Moment]) -> Closed:
    """The quiet days and days off among what the year brings."""
    quiet: set[date] = set()
    off: set[date] = set()
    for moment in moments:
        if moment.quiet:
            length = (moment.ends_on - moment.starts_on).days + 1
            quiet.update(moment.starts_on + timedelta(days=n) for n in range(length))
        if moment.day_off:
            off.add(moment.starts_on)
    return Closed(frozenset(quiet), frozenset(off))
