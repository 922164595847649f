"""Releases as pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from campaigns.models import Campaign
from outreach.pressroom.models import Release, ReleaseText, Sending
from outreach.pressroom.writing.told import Told

# How far releases are: what comes later hides what was before.
STATES = ("draft", "asked", "approved", "sent", "published", "withdrawn")


@dataclass(frozen=True)
class TextSeen:
    """A release's text in one language; `lags`: it was made after an earlier wording of the original, or never was."""

    text_id: int
    language: str
    headline: str
    revision: int
    follows: int | None
    changed_at: datetime
    changed_by: str
    is_original: bool = True
    lags: bool = False
    told: Told | None = None


@dataclass(frozen=True)
class About:
    """The release that a correction or withdrawal is about."""

    release_id: int
    headline: str
    out_at: datetime | None


@dataclass(frozen=True)
class ReleaseSeen:
    """A release; `headline` is the original's. `state` is one of `STATES`; `out`: people may have read it.

    `sent_at`: when its first sending began. `corrected_by`: releases that correct or withdraw it, the latest first.
    """

    release_id: int
    kind: str
    headline: str
    language: str
    languages: tuple[str, ...]
    campaign_id: int | None
    campaign: str | None
    slug: str | None
    embargo_until: datetime | None
    made_at: datetime
    made_by: str
    asked_at: datetime | None
    asked_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    sent_at: datetime | None
    state: str
    texts: tuple[TextSeen, ...] = ()
    about: About | None = None
    corrected_by: tuple[About, ...] = field(default=())

    @property
    def out(self) -> bool:
        return self.published_at is not None or self.sent_at is not None

    def embargoed(self, now: datetime) -> bool:
        """Whether nobody outside may see it yet."""
        return self.embargo_until is not None and self.embargo_until > now


def _sent_at() -> Any:
    return (
        select(func.min(Sending.started_at))
        .where(Sending.release_id == Release.id)
        .correlate(Release)
        .scalar_subquery()
    )


def _first() -> Any:
    return (
        select(func.min(ReleaseText.id))
        .where(ReleaseText.release_id == Release.id)
        .correlate(Release)
        .scalar_subquery()
    )


_SENT = select(Sending.id).where(Sending.release_id == Release.id, Sending.started_at.is_not(None)).exists()
_IN: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "draft": and_(
            Release.asked_at.is_(None), Release.approved_at.is_(None), Release.published_at.is_(None), ~_SENT
        ),
        "asked": and_(Release.asked_at.is_not(None), Release.approved_at.is_(None)),
        "approved": and_(Release.approved_at.is_not(None), Release.published_at.is_(None), ~_SENT),
        "sent": _SENT,
        "published": and_(Release.published_at.is_not(None), Release.withdrawn_at.is_(None)),
        "withdrawn": Release.withdrawn_at.is_not(None),
    }
)
_SEEN: Select[*tuple[Any, ...]] = (
    select(
        Release.id,
        Release.kind,
        Release.about_id,
        ReleaseText.headline,
        ReleaseText.language,
        Release.campaign_id,
        Campaign.name,
        Release.slug,
        Release.embargo_until,
        Release.made_at,
        Release.made_by,
        Release.asked_at,
        Release.asked_by,
        Release.approved_at,
        Release.approved_by,
        Release.published_at,
        Release.withdrawn_at,
        _sent_at().label("sent_at"),
    )
    .join(ReleaseText, ReleaseText.id == _first())
    .outerjoin(Campaign, Campaign.id == Release.campaign_id)
)


def state_of(
    *, asked: bool, approved: bool, sent: bool, published: bool, withdrawn: bool
) -> str:
    """How far a release is, in a word of `STATES`."""
    if withdrawn:
        return "withdrawn"
    if published:
        return "published"
    if sent:
        return "sent"
    if approved:
        return "approved"
    return "asked" if asked else "draft"


def listed(
    session: Session,
    *,
    state: str | None = None,
    campaign_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ReleaseSeen]:
    """Releases, the latest first; of one state or campaign, those that stand after `before`."""
    wanted = _SEEN.order_by(Release.id.desc()).limit(limit)
    if state is not None:
        wanted = wanted.where(_IN[state])
    if campaign_id is not None:
        wanted = wanted.where(Release.campaign_id == campaign_id)
    if before is not None:
        wanted = wanted.where(Release.id < before)
    rows = session.execute(wanted).all()
    languages: dict[int, list[str]] = {row.id: [] for row in rows}
    for release_id, language in session.execute(
        select(ReleaseText.release_id, ReleaseText.language)
        .where(ReleaseText.release_id.in_(languages))
        .order_by(ReleaseText.id)
    ):
        languages[release_id].append(language)
    return [_seen(row, tuple(languages[row.id])) for row in rows]


def one(session: Session, release_id: int) -> ReleaseSeen | None:
    """A release with the words of its texts, what it is about, and, once it is out, what corrects it."""
    wording = aliased(ReleaseText)
    rows = session.execute(
        _SEEN.add_columns(wording)
        .join(wording, wording.release_id == Release.id)
        .where(Release.id == release_id)
        .order_by(wording.id)
    ).all()
    if not rows:
        return None
    row = rows[0]
    texts = _texts([one[-1] for one in rows])
    out = row.published_at is not None or row.sent_at is not None
    linked = _linked(session, row.about_id, release_id) if out or row.about_id is not None else []
    return _seen(
        row,
        tuple(text.language for text in texts),
        texts=texts,
        about=next((one for one in linked if one.release_id == row.about_id), None),
        corrected_by=tuple(one for one in linked if one.release_id != row.about_id),
    )


def outward_day(session: Session, release_id: int) -> datetime | None:
    """When people first could read a release."""
    row = session.execute(
        select(Release.published_at, _sent_at()).where(Release.id == release_id)
    ).one_or_none()
    return min((moment for moment in row if moment is not None), default=None) if row is not None else None


def _texts(rows: Sequence[ReleaseText]) -> tuple[TextSeen, ...]:
    newest = rows[0].revision
    return tuple(
        TextSeen(
            row.id, row.language, row.headline, row.revision, row.follows, row.changed_at, row.changed_by,
            at == 0, at > 0 and (row.follows or 0) < newest,
            Told(row.headline, row.lead, row.body, tuple(row.facts), row.boilerplate, row.contact),
        )
        for at, row in enumerate(rows)
    )  # fmt: skip


def _linked(session: Session, about_id: int | None, release_id: int) -> list[About]:
    text = aliased(ReleaseText)
    rows = session.execute(
        select(Release.id, text.headline, func.coalesce(Release.published_at, _sent_at()))
        .join(text, text.id == _first())
        .where(or_(Release.id == about_id, Release.about_id == release_id))
        .order_by(Release.id.desc())
        .limit(20)
    )
    return [About(*row) for row in rows]


def _seen(row: Row[*tuple[Any, ...]], languages: tuple[str, ...], **more: Any) -> ReleaseSeen:
    return ReleaseSeen(
        row.id, row.kind, row.headline, row.language, languages, row.campaign_id, row.name, row.slug,
        row.embargo_until, row.made_at, row.made_by, row.asked_at, row.asked_by, row.approved_at, row.approved_by,
        row.published_at, row.withdrawn_at, row.sent_at,
        state_of(
            asked=row.asked_at is not None, approved=row.approved_at is not None, sent=row.sent_at is not None,
            published=row.published_at is not None, withdrawn=row.withdrawn_at is not None,
        ),
        **more,
    )  # fmt: skip
