"""The journeys of a period: what lay before an inquiry, a family's first contact, and each stage it came to.

Nothing after an end counts towards it. Whoever came home before they first made contact was not brought home by what
they met then: such a return is told apart and nothing is credited with it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds
from outreach.tracker.credit import reading
from outreach.tracker.credit.naming import NOBODY, Book, Named, Ref, campaign_of, named
from outreach.tracker.credit.paths import Path
from outreach.tracker.credit.reading import AskedRow, FamilyRow, Rows, Seen
from outreach.tracker.models import RETURNED_STAGES, STAGES

INQUIRY, FAMILY, RETURNED = "inquiry", "family", "returned"
ENDS = (INQUIRY, FAMILY, RETURNED, *STAGES)
_ALONE = "returned_alone"
_DAY = 86_400


@dataclass(frozen=True)
class Asked:
    """Which journeys: their ends lie in the days `first` to `last` of `zone`. `country` is where they live (ISO code),
    `campaign_id` one that they met. Links count within `link_days` before an inquiry.
    """

    first: date
    last: date
    zone: ZoneInfo
    link_days: int
    country: str | None = None
    campaign_id: int | None = None
    municipality: str | None = None
    language: str | None = None

    def moments(self) -> tuple[datetime, datetime]:
        """The first moment and the first one after, in UTC."""
        return day_bounds(self.first, self.zone)[0], day_bounds(self.last, self.zone)[1]


@dataclass(frozen=True)
class Journey:
    """One journey to one of `ENDS`; `number` is the inquiry's or the family's, `people` how many the family was counted
    as then (1 for an inquiry). `days` is how long before the end each touch lay, none below 0.
    """

    number: int
    people: int
    country: str | None
    refs: tuple[Ref, ...]
    days: tuple[float, ...]


@dataclass(frozen=True)
class Journeys:
    """Journeys by their end, and the families that came home before they made contact. `returned` is a family's last
    return of the period, with support or by itself.
    """

    by_end: Mapping[str, tuple[Journey, ...]]
    before_contact: tuple[int, ...]
    book: Book = field(repr=False)

    def names(self, level: str) -> dict[Ref, Named]:
        """What each touch is called at a level."""
        refs = {ref for journeys in self.by_end.values() for journey in journeys for ref in journey.refs}
        return {ref: named(ref, level, self.book) for ref in refs}

    def paths(self, end: str, level: str, *, weigh: bool = False) -> list[Path]:
        """A path a journey, in the order of the journeys; `weigh`: worth the people of the family."""
        names = self._names(level)
        return [
            Path(tuple(names[ref].name for ref in one.refs), float(one.people) if weigh else 1.0, 0.0, one.days)
            for one in self.by_end[end]
        ]

    def called(self, level: str) -> dict[str, Named]:
        """Every name of a level with what people call it; `NOBODY` among them."""
        return {NOBODY.name: NOBODY, **{one.name: one for one in self._names(level).values()}}

    @cached_property
    def _held(self) -> dict[str, dict[Ref, Named]]:
        return {}

    def _names(self, level: str) -> dict[Ref, Named]:
        if level not in self._held:
            self._held[level] = self.names(level)
        return self._held[level]


def gather(session: Session, asked: Asked) -> Journeys:
    """The journeys of a period; reads only."""
    since, until = asked.moments()
    return made(reading.read(session, since, until, asked.first, asked.last, asked.link_days), asked)


def made(rows: Rows, asked: Asked) -> Journeys:
    """Journeys from what the store knows. Pure."""
    begin, end = (int(moment.timestamp()) for moment in asked.moments())
    fits = _met(asked, rows.book)
    inquiries = [
        _journey(one.number, 1, one.country, one.at, rows.touches.get(one.number, ()))
        for one in rows.inquiries
        if begin <= one.at < end and _wanted(asked, one.country, one.municipality, one.language)
    ]
    found: dict[str, list[Journey]] = {name: [] for name in ENDS}
    found[INQUIRY] = [one for one in inquiries if fits(one)]
    before: list[int] = []
    by_family: dict[int, list[AskedRow]] = {}
    for one in rows.inquiries:
        if one.household_id is not None:
            by_family.setdefault(one.household_id, []).append(one)
    for family in rows.families:
        own = sorted(by_family.get(family.number, ()), key=lambda one: one.at)
        if _wanted(asked, family.country, family.municipality, own[0].language if own else None):
            ends, too_early = _of_family(family, own, asked, rows)
            for name, journey in ends:
                if fits(journey):
                    found[name].append(journey)
            if too_early and asked.campaign_id is None:
                before.append(family.number)
    return Journeys({name: tuple(listed) for name, listed in found.items()}, tuple(before), rows.book)


def _of_family(
    family: FamilyRow, own: list[AskedRow], asked: Asked, rows: Rows
) -> tuple[list[tuple[str, Journey]], bool]:
    """A family's ends in the period, and whether its last return was before its first contact."""
    seen = [touch for one in own for touch in rows.touches.get(one.number, ())]
    seen.sort()

    def journey(moment: int, people: int) -> Journey:
        return _journey(family.number, people, family.country, moment, seen)

    contact, moment = _contact(family, own, asked.zone)
    ends: list[tuple[str, Journey]] = []
    if asked.first <= contact <= asked.last:
        ends.append((FAMILY, journey(moment, family.stages[0].people if family.stages else family.people)))
    last = {one.stage: one for one in family.stages if asked.first <= one.day <= asked.last}
    home = [one for one in family.stages if one.stage in RETURNED_STAGES and asked.first <= one.day <= asked.last]
    for stage in last.values():
        if stage.stage in RETURNED_STAGES and stage is not home[-1]:
            continue  # of two returns the later counts
        if stage.stage in RETURNED_STAGES and stage.day < contact:
            continue
        until = _evening(stage.day, asked.zone)
        ends.append((stage.stage, journey(until, stage.people)))
        if stage.stage in RETURNED_STAGES:
            ends.append((RETURNED, journey(until, stage.people)))
    return ends, bool(home) and home[-1].day < contact


def _contact(family: FamilyRow, own: list[AskedRow], zone: ZoneInfo) -> tuple[date, int]:
    """The day of a family's first contact, and until when a touch lies before it.

    The first inquiry, or the first stage that the office had a part in; of neither, the day the record was made.
    """
    stages = [one.day for one in family.stages if one.stage != _ALONE]
    asked = datetime.fromtimestamp(own[0].at, zone).date() if own else None
    if asked is not None and (not stages or asked <= stages[0]):
        return asked, own[0].at
    if stages:
        return stages[0], _evening(stages[0], zone)
    return datetime.fromtimestamp(family.created_at, zone).date(), family.created_at


def _evening(day: date, zone: ZoneInfo) -> int:
    return int(day_bounds(day, zone)[1].timestamp()) - 1


def _journey(number: int, people: int, country: str | None, end: int, seen: Sequence[Seen]) -> Journey:
    if seen and seen[-1][0] > end:
        seen = [one for one in seen if one[0] <= end]
    return Journey(
        number, people, country, tuple([ref for _, _, ref in seen]), tuple([(end - at) / _DAY for at, _, _ in seen])
    )


def _wanted(asked: Asked, country: str | None, municipality: str | None, language: str | None) -> bool:
    return (
        asked.country in {None, country}
        and asked.municipality in {None, municipality}
        and asked.language in {None, language}
    )


def _met(asked: Asked, book: Book) -> Callable[[Journey], bool]:
    def fits(journey: Journey) -> bool:
        if asked.campaign_id is None:
            return True
        return any(campaign_of(ref, book) == asked.campaign_id for ref in journey.refs)

    return fits
