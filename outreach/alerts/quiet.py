"""When somebody may be told: never in their quiet hours, never twice within an hour. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.alerts.rules import Wanted
from outreach.core.clock import day_bounds, local_day
from outreach.core.workdays import is_working

# At most one letter within so long for a person or a hook, whatever happens.
APART = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Quiet:
    """A span in which nothing is told: `since` <= moment < `until`, in UTC."""

    since: datetime
    until: datetime


def may_tell(wanted: Wanted, now: datetime, zone: ZoneInfo, last_letter_at: datetime | None) -> bool:
    """Whether a letter may go out now; `last_letter_at` is when the last one went, or may have gone."""
    if last_letter_at is not None and now < last_letter_at + APART:
        return False
    return _silence(wanted, now, zone) is None


def next_moment(wanted: Wanted, now: datetime, zone: ZoneInfo, last_letter_at: datetime | None) -> datetime:
    """The first moment from `now` on at which `may_tell` says yes."""
    moment = now if last_letter_at is None else max(now, last_letter_at + APART)
    while (quiet := _silence(wanted, moment, zone)) is not None:
        moment = quiet.until
    return moment


def nights(wanted: Wanted, around: date, zone: ZoneInfo) -> Iterator[Quiet]:
    """The quiet hours that begin on the local day before `around` and on `around` itself.

    A wall time that the autumn night has twice begins quiet hours the first time and ends them the second; one that
    the spring night leaves out is the moment at which the clocks jump: so quiet hours are one piece in every night.
    """
    begins, ends = time.fromisoformat(wanted.quiet_from), time.fromisoformat(wanted.quiet_until)
    if begins == ends:
        return
    for day in (around - _DAY, around):
        since = moments_of(day, begins, zone)[0]
        until = moments_of(day if begins < ends else day + _DAY, ends, zone)[1]
        if since < until:
            yield Quiet(since, until)


def moments_of(day: date, wall: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last moment (UTC) at which the clock on the wall shows that time of a local day.

    Both the same on most days; where the clocks jump over it, both are the moment of the jump.
    """
    first, second = (
        datetime.combine(day, wall, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    if first <= second:
        return first, second
    # Left out: what fold 1 means lies before the jump, what fold 0 means after it, and offsets change in whole minutes.
    before, after = second, first
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=1) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after, after


def _silence(wanted: Wanted, moment: datetime, zone: ZoneInfo) -> Quiet | None:
    """The span of silence that holds a moment; None if there is none."""
    today = local_day(moment, zone)
    if wanted.working_days and not is_working(today):
        return Quiet(*day_bounds(today, zone))
    for quiet in nights(wanted, today, zone):
        if quiet.since <= moment < quiet.until:
            return quiet
    return None
