"""The office's pictures: whose they are, who agrees to be seen, where they are used, and which a post takes along."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, and_, bindparam, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from campaigns import consents, editing, pictures
from campaigns.cropping import MIDDLE, Focus, clamped
from campaigns.models import Campaign, ChannelRow, Delivery, Picture, Post, PostPicture
from campaigns.pictures import Drawn
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

MOST_OF_A_POST = 20
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """What a person says of a picture; the days are local ones, None for `consent_until` means without an end."""

    alt: str
    rights: str
    of_people: bool = False
    consent_from: date | None = None
    consent_until: date | None = None


@dataclass(frozen=True)
class Kept:
    """A picture of the library.

    `consent`: `free` (nobody can be recognised), `holds`, `later` (it begins on a day to come), `ended`, `none` or
    `withdrawn`. `used`: in how many posts. `focus_x`, `focus_y`: what a crop keeps, in per cent from the left and the
    top.
    """

    picture_id: int
    name: str
    width: int
    height: int
    size: int
    alt: str
    rights: str
    of_people: bool
    consent_from: date | None
    consent_until: date | None
    withdrawn_at: datetime | None
    added_at: datetime
    added_by: str
    used: int
    focus_x: int
    focus_y: int
    consent: str = "free"


@dataclass(frozen=True)
class Use:
    """A post that takes a picture along, and one place it goes to; `status` is None for one that is not planned."""

    post_id: int
    title: str
    campaign: str
    channel: str | None
    delivery_id: int | None
    status: str | None
    due_at: datetime | None


@dataclass(frozen=True)
class Chosen:
    """A picture of a post with its words in the post's language."""

    picture_id: int
    alt: str


_KEPT: Select[*tuple[Any, ...]] = select(
    Picture.id,
    Picture.name,
    Picture.width,
    Picture.height,
    Picture.size,
    Picture.alt,
    Picture.rights,
    Picture.of_people,
    Picture.consent_from,
    Picture.consent_until,
    Picture.withdrawn_at,
    Picture.added_at,
    Picture.added_by,
    select(func.count()).where(PostPicture.picture_id == Picture.id).correlate(Picture).scalar_subquery(),
    Picture.focus_x,
    Picture.focus_y,
)


def add(session: Session, now: datetime, drawn: Drawn, told: Told, *, actor: str, folder: Path) -> Picture:
    """Takes a picture into the library, or says more of one that is there; its file lies in `folder`.

    Raises OutreachError `campaigns.picture.alt`, `campaigns.picture.rights`, `campaigns.consent.days` (it ends
    before it begins, or has no beginning).
    """
    _check(told)
    picture = pictures.keep(session, now, drawn, alt=told.alt, actor=actor, folder=folder)
    _tell(picture, told)
    session.flush()
    return picture


def change(session: Session, picture_id: int, told: Told) -> Picture:
    """Says something else of a picture; a withdrawn consent stays withdrawn.

    Raises OutreachError as `add`, and `campaigns.picture.missing`.
    """
    _check(told)
    picture = session.scalar(select(Picture).where(Picture.id == picture_id).with_for_update())
    if picture is None:
        raise OutreachError("campaigns.picture.missing", id=picture_id)
    picture.alt = told.alt.strip()
    _tell(picture, told)
    session.flush()
    return picture


def aim(session: Session, picture_id: int, focus: Focus) -> None:
    """Says what a crop of a picture keeps; beyond its edge is its edge. OutreachError `campaigns.picture.missing`."""
    picture = session.scalar(select(Picture).where(Picture.id == picture_id).with_for_update())
    if picture is None:
        raise OutreachError("campaigns.picture.missing", id=picture_id)
    picture.focus_x, picture.focus_y = clamped(*focus)
    session.flush()


def focus_of(session: Session, name: str) -> Focus:
    """What a crop of the picture of this name keeps; the middle where there is none."""
    row = session.execute(select(Picture.focus_x, Picture.focus_y).where(Picture.name == name)).one_or_none()
    return (row.focus_x, row.focus_y) if row is not None else MIDDLE


def choose(
    session: Session, now: datetime, post_id: int, chosen: Sequence[Chosen], *, actor: str, zone: ZoneInfo
) -> None:
    """Gives a post these pictures in this order in place of those it had, which takes its approval away.

    Raises OutreachError `campaigns.post.missing`, `campaigns.post.out` once it may be out, `campaigns.picture.alt`
    where words are missing, `campaigns.picture.missing`, `campaigns.picture.many`, or `campaigns.consent.none` where
    one may not be shown today or on a day the post is planned for.
    """
    if len(chosen) > MOST_OF_A_POST:
        raise OutreachError("campaigns.picture.many", most=MOST_OF_A_POST)
    if not all(one.alt.strip() for one in chosen):
        raise OutreachError("campaigns.picture.alt")
    post = session.get(Post, post_id)
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    editing.edit(session, now, post_id, title=post.title, text=post.text, actor=actor)
    known = set(session.scalars(select(Picture.id).where(Picture.id.in_([one.picture_id for one in chosen]))))
    missing = next((one.picture_id for one in chosen if one.picture_id not in known), None)
    if missing is not None:
        raise OutreachError("campaigns.picture.missing", id=missing)
    session.execute(delete(PostPicture).where(PostPicture.post_id == post_id))
    session.add_all(
        PostPicture(post_id=post_id, picture_id=one.picture_id, position=place, alt=one.alt.strip())
        for place, one in enumerate(chosen)
    )
    session.flush()
    planned = session.scalars(
        select(Delivery.due_at).where(Delivery.post_id == post_id, Delivery.status == "scheduled")
    )
    days = {local_day(now, zone), *(local_day(max(now, due_at), zone) for due_at in planned)}
    consents.check(session, post_id, sorted(days))


def listed(session: Session, today: date, *, before: int | None = None, limit: int = 24) -> list[Kept]:
    """Pictures, the latest first; those that stand after `before`. `today` is the local day consents are judged by."""
    wanted = _KEPT.order_by(Picture.id.desc()).limit(bindparam("most", type_=Integer))
    if before is not None:
        wanted = wanted.where(Picture.id < before)
    return [_judged(Kept(*row), today) for row in session.execute(wanted, {"most": limit})]


def one(session: Session, today: date, picture_id: int) -> Kept | None:
    """One picture."""
    row = session.execute(_KEPT.where(Picture.id == picture_id)).one_or_none()
    return _judged(Kept(*row), today) if row is not None else None


def uses(session: Session, picture_id: int, limit: int = 100) -> list[Use]:
    """The posts that take a picture along and where each goes, the latest first."""
    rows = session.execute(
        select(
            Post.id, Post.title, Campaign.name, ChannelRow.name, Delivery.id, Delivery.status, Delivery.due_at
        )
        .select_from(PostPicture)
        .join(Post, Post.id == PostPicture.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .outerjoin(Delivery, Delivery.post_id == Post.id)
        .outerjoin(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(PostPicture.picture_id == picture_id)
        .order_by(Post.id.desc(), Delivery.due_at, Delivery.id)
        .limit(limit)
    )
    return [Use(*row) for row in rows]


def is_kept(session: Session, name: str) -> bool:
    """Whether there is a picture of this name."""
    return session.scalar(select(Picture.id).where(Picture.name == name)) is not None


def is_public(session: Session, now: datetime, zone: ZoneInfo, name: str) -> bool:
    """Whether a stranger may see the picture of this name: a post with it is out, or an approved one goes out within
    the hour, and whoever can be recognised in it agrees today.
    """
    going = and_(
        Delivery.status.in_(("scheduled", "sending", "unconfirmed")),
        Delivery.due_at <= now + _HOUR,
        Post.approved_at.is_not(None),
    )
    shown = (
        exists()
        .where(PostPicture.picture_id == Picture.id)
        .where(Post.id == PostPicture.post_id, Delivery.post_id == Post.id)
        .where(or_(Delivery.status == "published", going))
    )
    picture = session.scalar(select(Picture).where(Picture.name == name, shown))
    return picture is not None and consents.holds(picture, local_day(now, zone))


def _check(told: Told) -> None:
    if not told.alt.strip():
        raise OutreachError("campaigns.picture.alt")
    if not told.rights.strip():
        raise OutreachError("campaigns.picture.rights")
    begins, ends = told.consent_from, told.consent_until
    if ends is not None and (begins is None or ends < begins):
        raise OutreachError("campaigns.consent.days")


def _tell(picture: Picture, told: Told) -> None:
    picture.rights, picture.of_people = told.rights.strip(), told.of_people
    picture.consent_from = told.consent_from if told.of_people else None
    picture.consent_until = told.consent_until if told.of_people else None


def _judged(kept: Kept, today: date) -> Kept:
    if not kept.of_people:
        state = "free"
    elif kept.withdrawn_at is not None:
        state = "withdrawn"
    elif kept.consent_from is None:
        state = "none"
    elif kept.consent_from > today:
        state = "later"
    else:
        state = "ended" if kept.consent_until is not None and kept.consent_until < today else "holds"
    return replace(kept, consent=state)
