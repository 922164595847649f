"""What the store knows of the inquiries and families of a period and of their touches: few questions, many rows.

Moments are seconds since 1970 here: a hundred thousand of them are read, and only differences are wanted.
"""

import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns.models import Campaign, ChannelRow, Delivery, Link, Post
from outreach.tracker.credit.naming import Book, Linked, Printed, Ref
from outreach.tracker.models import Attribution, Household, Inquiry, Stage, Touch
from scrapers.models import Article, Mention, Source

_AT_ONCE = 5_000  # numbers in one question
_DAY = 86_400  # seconds
_COUNTED = ("link", "said")  # coverage counts only where a person took it up


class AskedRow(NamedTuple):
    """An inquiry."""

    number: int
    at: int
    country: str | None
    municipality: str | None
    language: str | None
    household_id: int | None


class StageRow(NamedTuple):
    """A family entered a stage."""

    stage: str
    day: date
    people: int


@dataclass(frozen=True)
class FamilyRow:
    """A family and every stage it entered, in order."""

    number: int
    created_at: int
    municipality: str | None
    country: str | None
    people: int
    stages: tuple[StageRow, ...]


Seen = tuple[int, int, Ref]  # when, the touch's number, and what
Touches = Mapping[int, list[Seen]]  # by inquiry, in the order they happened


@dataclass(frozen=True)
class Rows:
    """Everything a period's journeys are made of."""

    inquiries: tuple[AskedRow, ...]
    families: tuple[FamilyRow, ...]
    touches: Touches
    book: Book


def read(session: Session, since: datetime, until: datetime, first: date, last: date, link_days: int) -> Rows:
    """The inquiries that came in `since` <= t < `until`, the families with something in the days `first` to `last`, and
    all that families asked before. Records that were found to be another family's count as that one's.
    """
    within = and_(Inquiry.received_at >= since, Inquiry.received_at < until)
    counted = _counted(within, and_(Household.created_at >= since, Household.created_at < until), first, last)
    families = _families(session, counted)
    # A family that asked again has its first contact further back.
    theirs = and_(Inquiry.received_at < since, Inquiry.household_id.in_(select(Household.id).where(counted)))
    wanted = or_(within, theirs)
    inquiries = _inquiries(session, wanted)
    asked = {one.number: one.at for one in inquiries}
    touches = _touches(session, wanted, asked, link_days)
    touches.update(_corrected(session, wanted, asked))
    refs = {ref for seen in touches.values() for _, _, ref in seen}
    return Rows(inquiries, families, touches, _book(session, refs))


def _second(column: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
    return cast(extract("epoch", column), BigInteger)


def _inquiries(session: Session, wanted: ColumnElement[bool]) -> tuple[AskedRow, ...]:
    rows = session.execute(
        select(
            Inquiry.id, _second(Inquiry.received_at), Inquiry.country, Inquiry.municipality, Inquiry.language,
            Inquiry.household_id,
        )
        .where(wanted)
        .order_by(Inquiry.id)
    )  # fmt: skip
    return tuple(AskedRow._make(row) for row in rows)


def _counted(within: ColumnElement[bool], created: ColumnElement[bool], first: date, last: date) -> ColumnElement[bool]:
    """Families that may have an end in the period."""
    entered = select(Stage.household_id).where(Stage.entered_on >= first, Stage.entered_on <= last)
    asked = select(Inquiry.household_id).where(within, Inquiry.household_id.is_not(None))
    return and_(Household.merged_into.is_(None), or_(created, Household.id.in_(entered), Household.id.in_(asked)))


def _families(session: Session, counted: ColumnElement[bool]) -> tuple[FamilyRow, ...]:
    rows = session.execute(
        select(
            Household.id, _second(Household.created_at), Household.municipality, Household.countries,
            Household.adults + Household.children, Stage.stage, Stage.entered_on, Stage.people,
        )
        .outerjoin(Stage, Stage.household_id == Household.id)
        .where(counted)
        .order_by(Household.id, Stage.entered_on, Stage.id)
    )  # fmt: skip
    found = []
    for _, group in itertools.groupby(rows, lambda row: row[0]):
        own = list(group)
        number, created_at, place, countries, people, *_ = own[0]
        stages = tuple(StageRow(row[5], row[6], row[7]) for row in own if row[5] is not None)
        found.append(FamilyRow(number, created_at, place, countries[0] if countries else None, people, stages))
    return tuple(found)


def _touches(
    session: Session, wanted: ColumnElement[bool], asked: Mapping[int, int], link_days: int
) -> dict[int, list[Seen]]:
    """What counts of an inquiry by itself: links followed within so many days before it, and what they said. Nothing
    after the inquiry.
    """
    # A label is read only where no link tells: a hundred thousand of them take longer than all the rest.
    label = case((Touch.click_link_id.is_(None), cast(Touch.label, String)), else_=null())
    # Plain columns past the mapper, and nothing reckoned by the store: it is a row for every touch of a year.
    rows = session.connection().execute(
        select(Touch.inquiry_id, Touch.id, _second(Touch.at), Touch.click_link_id, label)
        .join(Inquiry, Inquiry.id == Touch.inquiry_id)
        .where(wanted, Touch.kind.in_(_COUNTED))
    )
    held: dict[int | str, Ref] = {}
    found: dict[int, list[Seen]] = {}
    for number, touch, at, link, told in rows:
        what = told if link is None else link
        ref = held.get(what)
        if ref is None:
            ref = held[what] = Ref("link", link) if link is not None else _labelled(told)
        seen = found.get(number)
        if seen is None:
            found[number] = [(at, touch, ref)]
        else:
            seen.append((at, touch, ref))
    window = link_days * _DAY
    for number, seen in found.items():
        seen.sort()
        end = asked[number]
        if seen[0][0] < end - window or seen[-1][0] > end:
            found[number] = [one for one in seen if one[0] <= end and (one[2].kind == "said" or one[0] >= end - window)]
    return found


def _labelled(told: str) -> Ref:
    label = json.loads(told)
    source, post, campaign, outlet = (_text(label.get(name)) for name in ("source", "post", "campaign", "outlet"))
    if source is not None:
        return Ref("said", told=source, campaign=campaign, outlet=outlet)
    return Ref("link", told=post, campaign=campaign)


def _corrected(session: Session, wanted: ColumnElement[bool], asked: Mapping[int, int]) -> dict[int, list[Seen]]:
    """What a person's latest answer says of an inquiry, instead of all that was noted by itself."""
    rows = session.execute(
        select(
            Attribution.inquiry_id, Attribution.rule, Attribution.evidence, _second(Touch.at), Touch.kind,
            Touch.click_link_id, Touch.mention_id,
        )
        .join(Inquiry, Inquiry.id == Attribution.inquiry_id)
        .outerjoin(Touch, and_(Touch.id == Attribution.touch_id, Touch.inquiry_id == Attribution.inquiry_id))
        .where(wanted, Attribution.by_person)
        .order_by(Attribution.id)
    )  # fmt: skip
    found: dict[int, list[Seen]] = {}
    for number, rule, evidence, at, kind, link, mention in rows:
        source, label, outlet = (_text(evidence.get(name)) for name in ("source", "campaign", "outlet"))
        if rule == "unknown":
            found[number] = []
        elif kind is not None:
            # What lay after the inquiry was no touch of it, whoever says so.
            told = source if kind == "said" else _text(evidence.get("post"))
            ref = Ref(kind, link, mention, told, label, outlet if kind == "said" else None)
            ref = ref if link is None else Ref(kind, link)
            found[number] = [(at, 0, ref)] if at <= asked[number] else []
        else:
            named = (label, outlet) if rule == "said" else (None, None)
            found[number] = [(asked[number], 0, Ref(rule, None, None, source, *named))]
    return found


def _book(session: Session, refs: Iterable[Ref]) -> Book:
    refs = list(refs)
    links: dict[int, Linked] = {}
    for numbers in _in_parts({ref.link_id for ref in refs if ref.link_id is not None}):
        at = func.coalesce(Link.campaign_id, Post.campaign_id)
        rows = session.execute(
            select(
                Link.id, Link.label, Delivery.post_id, Post.title, at, Campaign.name, Delivery.channel_id,
                ChannelRow.name,
            )
            .outerjoin(Delivery, Delivery.id == Link.delivery_id)
            .outerjoin(Post, Post.id == Delivery.post_id)
            .outerjoin(ChannelRow, ChannelRow.id == Delivery.channel_id)
            .outerjoin(Campaign, Campaign.id == at)
            .where(Link.id.in_(numbers))
        )  # fmt: skip
        links.update({row[0]: Linked(*row[1:]) for row in rows})
    prints: dict[int, Printed] = {}
    for numbers in _in_parts({ref.mention_id for ref in refs if ref.mention_id is not None}):
        found = session.execute(
            select(Mention.id, Article.title, Source.name)
            .join(Article, Article.id == Mention.article_id)
            .join(Source, Source.id == Article.source_id)
            .where(Mention.id.in_(numbers))
        )
        prints.update({number: Printed(title, outlet) for number, title, outlet in found})
    called = {ref.campaign for ref in refs if ref.kind == "said" and ref.campaign}
    known: dict[str, int] = {}
    if called:
        # Of two campaigns with one name the newer is meant.
        every = select(Campaign.name, Campaign.id).where(Campaign.is_template.is_(False)).order_by(Campaign.id)
        known = {name: number for name, number in session.execute(every) if name in called}
    return Book(links, prints, known)


def _in_parts(numbers: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    for begin in range(0, len(ordered), _AT_ONCE):
        yield ordered[begin : begin + _AT_ONCE]


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
