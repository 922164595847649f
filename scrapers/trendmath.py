"""The arithmetic of trends: weeks of the calendar, days that stand out, an alarm that does not flicker. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from statistics import median

from scrapers.recall import Share

# A day is held against the same weekday of so many weeks before it; with fewer than the second there is no past yet.
SAME_DAYS, FEWEST_DAYS = 12, 8
# Chance alone passes the limit on one day in a thousand; fewer than so many mentions are no event, whatever was usual.
_SURE, _FEWEST = 0.999, 4
# The median's distance that a normal spread would have, and how many of them are beyond the usual.
_TO_SPREAD, _SPREADS = 1.4826, 3.0

# The alarm: weeks of its own past, uses in a week and in the past without which nothing is said, cases in the week.
PAST_WEEKS = 26
LONGEST = 8  # weeks that an alarm lasts: what has lasted longer is the past that the next one is held against
_WEEK_USES, _PAST_USES, _CASES = 5, 20, 3


@dataclass(frozen=True)
class Spike:
    """A day with more than its weekday has: how many, how many are usual, the highest number that is not special."""

    day: date
    count: int
    usual: float
    limit: int


@dataclass(frozen=True)
class WeekUse:
    """A week's uses of the watched word, and how many of them meant expulsion; `whole` once the week is over."""

    monday: date
    uses: int
    cases: int
    whole: bool = True

    @property
    def share(self) -> Share:
        return Share(self.cases, self.uses)


@dataclass(frozen=True)
class Alarm:
    """Since the Monday `since` the share is beyond its past: `told` is that of the weeks from there on, `past` that of
    the weeks before.
    """

    since: date
    told: Share
    past: Share


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def mondays(today: date, count: int) -> list[date]:
    """The Mondays of the last `count` weeks, the oldest first, this week's last."""
    return [monday_of(today) - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def days_between(first: date, last: date) -> list[date]:
    """The days from the first to the last one, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def poisson_limit(mean: float) -> int:
    """The smallest number that a Poisson count of this mean does not pass on 999 days in a thousand."""
    if mean <= 0:
        return 0
    if mean > 500:  # exp() would run out of digits; the bell curve is as good there
        return int(mean + 3.0902 * mean**0.5) + 1
    term = total = exp(-mean)
    number = 0
    while total < _SURE:
        number += 1
        term *= mean / number
        total += term
    return number


def spike(day: date, count: int, past: Sequence[int]) -> Spike | None:
    """The day as one that stands out, or None. `past` holds the same weekday's counts.

    The usual is their median. What is beyond it must be beyond chance (Poisson) and beyond the spread that these days
    have had (three times the median distance, as a normal spread's): one earlier spike moves neither.
    """
    if len(past) < FEWEST_DAYS or count < _FEWEST:
        return None
    usual = float(median(past))
    spread = _TO_SPREAD * median(abs(number - usual) for number in past)
    # A weekday on which mostly nothing is found has a median of nought, and yet a rate.
    rate = max(usual, min(sum(past) / len(past), 1.0))
    limit = max(poisson_limit(rate), int(usual + _SPREADS * spread))
    return Spike(day, count, usual, limit) if count > limit else None


def spikes(counts: Mapping[date, int], first: date, last: date) -> list[Spike]:
    """The days of a period that stand out, in order. Days before it are its past; what `counts` lacks is unknown."""
    found = []
    for day in days_between(first, last):
        earlier = (day - timedelta(weeks=back) for back in range(1, SAME_DAYS + 1))
        past = [counts[one] for one in earlier if one in counts]
        told = spike(day, counts.get(day, 0), past)
        if told is not None:
            found.append(told)
    return found


def pooled(weeks: Sequence[WeekUse]) -> Share:
    """The share over several weeks together."""
    return Share(sum(week.cases for week in weeks), sum(week.uses for week in weeks))


def rises(week: WeekUse, past: Share) -> bool:
    """Whether a week's share is surely higher than its past: the lower limit of its interval lies above it."""
    if week.uses < _WEEK_USES or week.cases < _CASES or past.of < _PAST_USES:
        return False
    low, _ = week.share.limits or (0.0, 0.0)
    return low > (past.value or 0.0)


def alarm(weeks: Sequence[WeekUse]) -> Alarm | None:
    """Whether an alarm is on after these weeks, the oldest first; the last one may be running.

    It comes on with a week that `rises`, a running one too. It stays on, against the same past, until a whole week of
    enough uses is back at that past or below, or for `LONGEST` weeks: so a week just below the limit, or a thin one,
    does not make it flicker.
    """
    on: Alarm | None = None
    begun = 0
    for place, week in enumerate(weeks):
        if on is not None and place - begun < LONGEST:
            if week.whole and week.uses >= _WEEK_USES and (week.share.value or 0.0) <= (on.past.value or 0.0):
                on = None
            else:
                on = Alarm(on.since, pooled(weeks[begun : place + 1]), on.past)
            continue
        past = pooled(weeks[max(place - PAST_WEEKS, 0) : place])
        if rises(week, past):
            begun, on = place, Alarm(week.monday, week.share, past)
        else:
            on = None
    return on
