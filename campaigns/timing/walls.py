"""Hours on a wall and the moments they stand for: pure. A wall hour is a datetime without a zone, to the minute."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.audience import Audience
from outreach.core.errors import OutreachError

_MINUTE = timedelta(minutes=1)
_SPELLING = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Placed:
    """The moment of a wall hour, in UTC. `twice`: the clocks show that hour twice that day, and this is the first."""

    at: datetime
    twice: bool


def placed(wall: datetime, zone: ZoneInfo) -> Placed:
    """The moment at which the clocks of `zone` show `wall`; of an hour that comes twice the first.

    Raises OutreachError `timing.gap` for an hour that the spring change leaves out; its fact `next` is the next one
    that there is.
    """
    if not exists(wall, zone):
        later = next_there_is(wall, zone)
        raise OutreachError("timing.gap", hour=f"{wall:%H:%M}", day=shown(wall), next=f"{later:%H:%M}", zone=zone.key)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return Placed(first, first != second)


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """As `placed`, the moment alone."""
    return placed(wall, zone).at


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` ever show `wall`."""
    return wall_of(wall.replace(tzinfo=zone).astimezone(UTC), zone) == wall


def next_there_is(wall: datetime, zone: ZoneInfo) -> datetime:
    """`wall`, or where the clocks leave it out the first hour after it that they show."""
    while not exists(wall, zone):
        wall += _MINUTE
    return wall


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of `zone` show at a moment."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def written(wall: datetime) -> str:
    """A wall hour as the store keeps it: YYYY-MM-DDTHH:MM."""
    return wall.strftime(_SPELLING)


def read(text: str) -> datetime:
    """The wall hour that the store keeps as `text`; ValueError for what is none."""
    return datetime.fromisoformat(text).replace(tzinfo=None)


def shown(wall: datetime) -> str:
    """A wall hour's day in figures, for sentences that know no language."""
    return f"{wall:%d.%m.%Y}"


def zone_of(readers: Audience | None, home: ZoneInfo, there: bool) -> ZoneInfo:
    """On whose clocks an hour is meant: the readers' (`there`), as far as they have one of their own, else at home."""
    return readers.zone if there and readers is not None else home
