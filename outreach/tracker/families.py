"""Families and the stages they reach; the number of people is frozen on the day a stage is entered."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker.lexicon import PLACE, country_of
from outreach.tracker.lexicon import topics as known_topics
from outreach.tracker.models import OPEN_STAGES, STAGES, Household, Inquiry, Stage
from outreach.tracker.same import marking

# In which the office talks with families.
LANGUAGES = ("lv", "ltg", "ru", "en", "de")
# Not a stage that is entered: an open case went to another region's office on that day, and is counted there from then
# on; what was reached here before stays counted here.
HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class Family:
    """A family to be added; name and note are sealed, children are a count, countries codes or names."""

    adults: int
    children: int = 0
    municipality: str | None = None
    countries: tuple[str, ...] = ()
    eligible_for_grant: bool | None = None
    name: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    languages: tuple[str, ...] = ()  # of `LANGUAGES`
    topics: tuple[str, ...] = ()  # of `outreach.tracker.lexicon.topics`


@dataclass(frozen=True)
class Entry:
    """A stage a family entered: with how many people, on which day."""

    stage_id: int
    household_id: int
    stage: str
    entered_on: date
    people: int


@dataclass(frozen=True)
class Waiting:
    """A family that stands in an open stage since `entered_on`."""

    household_id: int
    municipality: str | None
    stage: str
    entered_on: date
    days: int


def add(session: Session, now: datetime, seal: Seal, family: Family) -> int:
    """Adds a household, without a stage yet; its number. OutreachError `tracker.error.counts`, or as `checked`."""
    _check(family.adults, family.children)
    codes = checked(family.municipality, family.countries, family.languages, family.topics)
    token = secrets.token_hex(16)
    row = Household(
        token=token,
        created_at=now,
        municipality=family.municipality,
        countries=codes,
        adults=family.adults,
        children=family.children,
        name_sealed=seal.close(family.name, sealed_place("name", token)) if family.name else None,
        note_sealed=seal.close(family.note, sealed_place("note", token)) if family.note else None,
        eligible_for_grant=family.eligible_for_grant,
        languages=list(dict.fromkeys(family.languages)),
        topics=list(dict.fromkeys(family.topics)),
    )
    session.add(row)
    session.flush()
    words = marking.Told(family.name or "", family.note or "", codes[0] if codes else None)
    marking.of_household(session, seal, row.id, token, words)
    return row.id


def checked(
    municipality: str | None, countries: Collection[str], languages: Collection[str], topics: Collection[str]
) -> list[str]:
    """The countries' codes, each once, in their order, if all of it may stand in the clear. OutreachError
    `tracker.error.place`, `.country`, or `cases.error.language`, `.topic` for what the closed lists do not have.
    """
    if municipality is not None and not PLACE.fullmatch(municipality):
        raise OutreachError("tracker.error.place")
    codes = []
    for told in countries:
        code = country_of(told)
        if code is None:
            raise OutreachError("tracker.error.country")
        codes.append(code)
    if set(languages) - set(LANGUAGES):
        raise OutreachError("cases.error.language")
    if set(topics) - set(known_topics()):
        raise OutreachError("cases.error.topic")
    return list(dict.fromkeys(codes))


def sealed_place(column: str, token: str) -> str:
    """Where a sealed value of a household belongs, for `Seal`."""
    return f"household.{column}:{token}"


def resize(session: Session, household_id: int, adults: int, children: int) -> None:
    """The family has become larger or smaller; what was counted before stays as it was."""
    _check(adults, children)
    household = held(session, household_id)
    household.adults, household.children = adults, children


def enter(
    session: Session,
    now: datetime,
    household_id: int,
    stage: str,
    entered_on: date,
    people: int | None = None,
) -> int:
    """A family enters a stage on a day, with `people` or as many as it has now; the entry's number.

    Entries are never changed: a wrong one is mended by another of the same day, for of one day the later
    written counts. Raises OutreachError `tracker.error.stage`, `.household`, `.counts` or, for a day to come,
    `.future`; `same.error.merged` for a record that is part of another.
    """
    if stage not in STAGES:
        raise OutreachError("tracker.error.stage", stage=stage, known=", ".join(STAGES))
    household = held(session, household_id)
    # The day is the office's; somewhere east of Greenwich it has begun before it has in UTC.
    if entered_on > (now + timedelta(hours=14)).date():
        raise OutreachError("tracker.error.future", day=entered_on.isoformat())
    counted = household.adults + household.children if people is None else people
    if counted < 0:
        raise OutreachError("tracker.error.counts")
    row = Stage(household_id=household_id, stage=stage, entered_on=entered_on, people=counted, recorded_at=now)
    session.add(row)
    session.flush()
    return row.id


def tie(session: Session, inquiry_id: int, household_id: int) -> None:
    """This inquiry is this family's."""
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    inquiry.household_id = held(session, household_id, ours=False).id


def untie(session: Session, inquiry_id: int) -> None:
    """This inquiry is of no family that we know."""
    inquiry = session.get(Inquiry, inquiry_id)
    if inquiry is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=inquiry_id)
    inquiry.household_id = None


def households_of(session: Session, stage_ids: Collection[int]) -> list[int]:
    """The families behind entries of stages, each once, in order."""
    found: set[int] = set()
    numbers = sorted(stage_ids)
    # A store takes only so many values in one question.
    for start in range(0, len(numbers), 5000):
        piece = numbers[start : start + 5000]
        found.update(session.scalars(select(Stage.household_id).where(Stage.id.in_(piece))))
    return sorted(found)


def entered(session: Session, first: date | None, last: date, place: str | None = None) -> list[Entry]:
    """The stages entered between two days, both included; of one family's day only the last written. Records that are
    part of another family's count nowhere. Since the beginning (without `first`) a case that was handed over has an
    entry `HANDED_OVER` after its last one.

    With `place` those of the families that come to this municipality alone.
    """
    span = [Stage.entered_on <= last, *_of(place)]
    if first is not None:
        span.append(Stage.entered_on >= first)
    order = func.row_number().over(partition_by=(Stage.household_id, Stage.entered_on), order_by=Stage.id.desc())
    found, gone = _entries(session, span, order, last)
    return found if first is not None else [*found, *_handed_over(found, gone)]


def current(
    session: Session, on: date, stages: Collection[str] = STAGES, place: str | None = None
) -> list[Entry]:
    """The stage each family stands in at the end of a day, of those that stand in one of `stages`; `place` as for
    `entered`. Who stood in an open one when the case was handed over stands in none here.
    """
    order = func.row_number().over(partition_by=Stage.household_id, order_by=(Stage.entered_on.desc(), Stage.id.desc()))
    every, gone = _entries(session, [Stage.entered_on <= on, *_of(place)], order, on)
    found = [entry for entry in every if entry.stage in stages]
    return [entry for entry in found if entry.stage not in OPEN_STAGES or entry.household_id not in gone]


def waiting(session: Session, on: date, days: int) -> list[Waiting]:
    """The families that have stood in an open stage for at least `days`, the longest first."""
    rows = [entry for entry in current(session, on, OPEN_STAGES) if (on - entry.entered_on).days >= days]
    found = select(Household.id, Household.municipality)
    places: dict[int, str | None] = {row.id: row.municipality for row in session.execute(found)}
    return [
        Waiting(row.household_id, places[row.household_id], row.stage, row.entered_on, (on - row.entered_on).days)
        for row in sorted(rows, key=lambda entry: (entry.entered_on, entry.household_id))
    ]


def parts(household_id: int) -> Select[int]:
    """The query of a family's records: its own, and those that are part of it."""
    return select(Household.id).where((Household.id == household_id) | (Household.merged_into == household_id))


def is_part(session: Session, number: int, household_id: int) -> bool:
    """Whether the record `number` is this family's own, or part of it."""
    if number == household_id:
        return True
    row = session.get(Household, number)
    return row is not None and row.merged_into == household_id


def merged() -> Select[int]:
    """The query of the records that are part of another family's and count no more."""
    return select(Household.id).where(Household.merged_into.is_not(None))


def _handed_over(entries: Collection[Entry], gone: dict[int, date]) -> list[Entry]:
    """What follows the last entry of each case that is gone, with the people it was counted by."""
    if not gone:
        return []
    last: dict[int, Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.entered_on, one.stage_id)):
        if entry.household_id in gone:
            last[entry.household_id] = entry
    return [
        replace(entry, stage=HANDED_OVER, entered_on=max(gone[number], entry.entered_on))
        for number, entry in last.items()
        if entry.stage in OPEN_STAGES
    ]


def _of(place: str | None) -> list[ColumnElement[bool]]:
    counting = Stage.household_id.not_in(merged())
    if place is None:
        return [counting]
    return [counting, Stage.household_id.in_(select(Household.id).where(Household.municipality == place))]


def _entries(
    session: Session, span: list[ColumnElement[bool]], order: ColumnElement[int], on: date
) -> tuple[list[Entry], dict[int, date]]:
    """The entries in order; and of their families those whose case was handed over up to the end of a day, and when."""
    ranked = select(Stage.id, order.label("rank")).where(*span).subquery()
    columns = (Stage.id, Stage.household_id, Stage.stage, Stage.entered_on, Stage.people, Household.handed_over_at)
    rows = session.execute(
        select(*columns)
        .join(ranked, ranked.c.id == Stage.id)
        .join(Household, Household.id == Stage.household_id)
        .where(ranked.c.rank == 1)
        .order_by(Stage.entered_on, Stage.id)
    ).all()
    days = {number: at.date() for _, number, _, _, _, at in rows if at is not None}
    return [Entry(*row[:5]) for row in rows], {number: day for number, day in days.items() if day <= on}


def held(session: Session, household_id: int, *, ours: bool = True) -> Household:
    """A family's record, to be worked on. OutreachError `tracker.error.household`, `same.error.merged` for one that is
    part of another, or, with `ours`, `handover.error.gone` for a case that another region's office has, and
    `cases.error.anonymous` for one of which figures alone are left: words would never be erased there.
    """
    household = session.get(Household, household_id)
    if household is None:
        raise OutreachError("tracker.error.household", household_id=household_id)
    if household.merged_into is not None:
        raise OutreachError("same.error.merged", household_id=household_id, kept_id=household.merged_into)
    if ours and household.handed_over_at is not None:
        raise OutreachError("handover.error.gone", household_id=household_id)
    if ours and household.anonymous_at is not None:
        raise OutreachError("cases.error.anonymous", household_id=household_id)
    return household


def _check(adults: int, children: int) -> None:
    if adults < 0 or children < 0 or adults + children == 0:
        raise OutreachError("tracker.error.counts")
