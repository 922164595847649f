"""Campaigns and their posts: writing, correcting, approving."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import notes
from campaigns.addresses import check_target
from campaigns.models import Campaign, Delivery, Post
from campaigns.planning import about as facts
from campaigns.writing import sets, wordings
from outreach.core.errors import OutreachError

# What is or may be out says what it said; only a text that is nowhere yet can be corrected.
_OUT = ("sending", "unconfirmed", "published")
_NOTHING = facts.About()


def start(
    session: Session,
    now: datetime,
    name: str,
    starts_on: date,
    ends_on: date | None = None,
    language: str | None = None,
    *,
    goal: str = "",
    note: str = "",
    municipalities: Sequence[str] = (),
    about: facts.About = _NOTHING,
    moment: str | None = None,
    anchor_on: date | None = None,
) -> Campaign:
    """A new campaign, perhaps made from a `moment` of the year, its steps counted from `anchor_on`; its note is cleaned
    here, whoever brings it.

    Raises OutreachError `campaigns.name.empty`, `campaigns.dates`, or as `campaigns.planning.about.fill` does.
    """
    _check_campaign(name, starts_on, ends_on)
    campaign = Campaign(
        name=name.strip(),
        language=language,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=now,
        goal=goal.strip(),
        note=notes.kept(note),
        municipalities=list(municipalities),
        moment=moment,
        anchor_on=anchor_on,
    )
    facts.fill(campaign, about)
    session.add(campaign)
    session.flush()
    return campaign


def change(
    session: Session,
    campaign_id: int,
    *,
    name: str,
    starts_on: date,
    ends_on: date | None,
    language: str | None,
    goal: str,
    note: str,
    municipalities: Sequence[str],
    about: facts.About | None = None,
) -> Campaign:
    """Corrects a campaign; its further facts stay where `about` is None.

    Raises OutreachError `campaigns.missing`, `campaigns.name.empty`, `campaigns.dates`, or as
    `campaigns.planning.about.fill` does.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    _check_campaign(name, starts_on, ends_on)
    campaign.name, campaign.language = name.strip(), language
    campaign.starts_on, campaign.ends_on = starts_on, ends_on
    campaign.goal, campaign.note = goal.strip(), notes.kept(note)
    campaign.municipalities = list(municipalities)
    if about is not None:
        facts.fill(campaign, about)
    session.flush()
    return campaign


def campaign_named(session: Session, now: datetime, name: str, today: date) -> int:
    """The id of the latest campaign of that name; one that starts `today` is made if there is none."""
    latest = (
        select(Campaign.id)
        .where(Campaign.name == name.strip(), Campaign.is_template.is_(False))
        .order_by(Campaign.id.desc())
        .limit(1)
    )
    return session.scalar(latest) or start(session, now, name, today).id


def write(
    session: Session,
    now: datetime,
    campaign_id: int,
    *,
    language: str,
    title: str,
    text: str,
    target_url: str,
    actor: str | None = None,
) -> Post:
    """A new post by `actor`, not yet approved.

    Raises OutreachError `campaigns.missing`, `campaigns.post.empty` or `campaigns.post.target` (no web
    address).
    """
    if session.get(Campaign, campaign_id) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    _check(title, text, target_url)
    post = Post(
        campaign_id=campaign_id,
        language=language,
        title=title.strip(),
        text=text.strip(),
        target_url=target_url.strip(),
        created_at=now,
        written_by=actor,
    )
    session.add(post)
    session.flush()
    wordings.keep(session, post)
    return post


def edit(
    session: Session,
    now: datetime,
    post_id: int,
    *,
    title: str,
    text: str,
    language: str | None = None,
    target_url: str | None = None,
    actor: str | None = None,
) -> Post:
    """Corrects a post and takes its approval away; what is None stays. Other words are a wording of their own.

    Raises OutreachError `campaigns.post.out` once it may be out, `campaigns.post.linked` for another address of a post
    whose links are made: they would lead elsewhere, `writing.set.language` for a language that its set has already.
    """
    members = sets.hold(session, post_id)
    post = next(one for one in members if one.id == post_id)
    target_url = post.target_url if target_url is None else target_url.strip()
    _check(title, text, target_url)
    deliveries = select(Delivery.id).where(Delivery.post_id == post_id).limit(1)
    if session.scalar(deliveries.where(Delivery.status.in_(_OUT))) is not None:
        raise OutreachError("campaigns.post.out", title=post.title)
    if target_url != post.target_url and session.scalar(deliveries) is not None:
        raise OutreachError("campaigns.post.linked", title=post.title)
    if any(one.language == language for one in members if one is not post):
        raise OutreachError("writing.set.language", title=post.title)
    wordings.keep(session, post)
    was, had = (post.title, post.text), (post.language, post.target_url)
    post.title, post.text, post.target_url = title.strip(), text.strip(), target_url
    post.language = language or post.language
    post.written_by = actor or post.written_by
    post.approved_at = post.approved_by = None
    same = (post.title, post.text) == was
    if not same or (post.language, post.target_url) != had:
        wordings.renew(session, now, post, actor, in_step=same)
    return post


def approve(
    session: Session, now: datetime, post_id: int, actor: str | None = None, *, own: bool = True
) -> Post:
    """Lets a post go out; approving twice keeps the first time, and who it was. Nobody asks for it any more.

    Without `own` whoever wrote the last wording cannot approve it: OutreachError `writing.approval.own`.
    """
    post = held_post(session, post_id)
    if post.approved_at is None:
        if not own and actor is not None and actor == post.written_by:
            raise OutreachError("writing.approval.own", title=post.title)
        post.approved_at, post.approved_by = now, actor
        post.asked_at = post.asked_by = None
    return post


def held_post(session: Session, post_id: int) -> Post:
    """The post, locked until the transaction ends; OutreachError `campaigns.post.missing`."""
    post = session.scalar(
        select(Post).where(Post.id == post_id).with_for_update().execution_options(populate_existing=True)
    )
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    return post


def _check_campaign(name: str, starts_on: date, ends_on: date | None) -> None:
    if not name.strip():
        raise OutreachError("campaigns.name.empty")
    if ends_on is not None and ends_on < starts_on:
        raise OutreachError("campaigns.dates", start=starts_on, end=ends_on)


def _check(title: str, text: str, target_url: str) -> None:
    if not title.strip() or not text.strip():
        raise OutreachError("campaigns.post.empty")
    check_target(target_url)
