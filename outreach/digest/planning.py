"""Which readers get the same mail: those for whom everything that decides its words is the same. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from outreach.digest.facts import Choice
from outreach.people.models import ADMINISTRATOR, COMMS, COORDINATOR, READER

# Whose mail also tells what is only the office's business; a partner's account is no part of the office.
OFFICE = frozenset({ADMINISTRATOR, COMMS, COORDINATOR, READER})
JUDGES = frozenset({ADMINISTRATOR, COMMS})
# A late mail that still finds no relay is not composed anew at each try, but with each of these.
_LATE_STEP = timedelta(minutes=30)


class Owed(Protocol):
    """What a mail's words depend on, as a row that is due tells it (`outreach.subscribers.runs.Ready`)."""

    @property
    def language(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def role(self) -> str | None: ...
    @property
    def topics(self) -> Iterable[int]: ...
    @property
    def places(self) -> Iterable[str]: ...
    @property
    def tiers(self) -> Iterable[str]: ...
    @property
    def senses(self) -> Iterable[str]: ...
    @property
    def day(self) -> date: ...
    @property
    def covers_from(self) -> datetime: ...
    @property
    def covers_until(self) -> datetime: ...
    @property
    def missed(self) -> int: ...
    @property
    def late(self) -> bool: ...


T = TypeVar("T", bound=Owed)


@dataclass(frozen=True)
class Plan:
    """Everything that decides what a mail says, the news themselves aside. `role` is None for somebody who is no part
    of the office; `may_judge`: its links may say what a mention is. The time runs from `since` (included) to `until`.
    """

    day: date
    since: datetime
    until: datetime
    language: str
    zone: str
    choice: Choice
    role: str | None
    may_judge: bool
    late: bool = False
    missed: int = 0

    @property
    def office(self) -> bool:
        """Whether it tells what is only the office's business."""
        return self.role is not None

    @property
    def key(self) -> str:
        """64 letters, the same for the same plan on any machine; the day is not in it."""
        told = [
            self.since.isoformat(), self.until.isoformat(), self.language, self.zone, self.role, self.may_judge,
            self.late, self.missed, choice_told(self.choice),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def choice_told(choice: Choice) -> dict[str, list[int] | list[str]]:
    """A choice as plain lists, each in order: what is kept of it."""
    return {
        "topics": sorted(choice.topics),
        "places": sorted(choice.places),
        "tiers": sorted(choice.tiers),
        "senses": sorted(choice.senses),
    }


def choice_of(told: Owed) -> Choice:
    """What a reader chose."""
    return Choice(frozenset(told.topics), frozenset(told.places), frozenset(told.tiers), frozenset(told.senses))


def late_until(now: datetime, covers_until: datetime) -> datetime:
    """Up to where a late mail tells: the last half hour, never less than the mail of the morning would have."""
    return max(now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _LATE_STEP, covers_until)


def plan_of(told: Owed, now: datetime) -> Plan:
    """The plan of one owed mail as it goes out at `now`."""
    role = told.role if told.role in OFFICE else None
    return Plan(
        day=told.day,
        since=told.covers_from,
        until=late_until(now, told.covers_until) if told.late else told.covers_until,
        language=told.language,
        zone=told.zone,
        choice=choice_of(told),
        role=role,
        may_judge=role in JUDGES,
        late=told.late,
        missed=told.missed,
    )


def widest(plans: Iterable[Plan]) -> tuple[datetime, datetime]:
    """The time within which the times of all these plans lie; there must be at least one."""
    held = list(plans)
    return min(plan.since for plan in held), max(plan.until for plan in held)


def zone_of(plan: Plan) -> ZoneInfo:
    """The zone its hours are written in."""
    return ZoneInfo(plan.zone)


def by_plan(owed: Iterable[T], now: datetime) -> dict[Plan, list[T]]:
    """The owed mails by their plan; plans in the order in which their first mail stands, mails in theirs."""
    found: dict[Plan, list[T]] = {}
    for one in owed:
        found.setdefault(plan_of(one, now), []).append(one)
    return found
