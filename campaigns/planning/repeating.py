"""A campaign once more: last year's for this year, a pattern kept of it, or a new one from a pattern."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.models import Campaign, Post, SeriesPost
from campaigns.moments import Yearly, expand
from campaigns.overview import CampaignWhole
from campaigns.planning import steps as plan
from campaigns.planning.about import About
from campaigns.planning.days import Closed
from campaigns.planning.reading import StepSeen
from campaigns.writing.copying import copy_post
from outreach.core.errors import OutreachError

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST_POSTS = 100
_WEEKS = timedelta(weeks=52)


@dataclass(frozen=True)
class StepAgain:
    """A step on its new day. `moved` as in `campaigns.planning.proposal`: why it is not where its distance puts it."""

    kind: str
    title: str
    was_on: date
    due_on: date
    days: int
    post_id: int | None
    moved: str = ""


@dataclass(frozen=True)
class PostAgain:
    """A post that is copied: its words, pictures and agreements, without its approval and its deliveries."""

    post_id: int
    title: str
    language: str


@dataclass(frozen=True)
class Again:
    """A copy before it is made."""

    name: str
    anchor_on: date
    starts_on: date
    ends_on: date | None
    steps: tuple[StepAgain, ...]


def day_of(campaign: CampaignWhole) -> date:
    """The day that a campaign's steps are counted from: its moment's, else its first."""
    return campaign.anchor_on or campaign.starts_on


def next_day(campaign: CampaignWhole, table: Iterable[Yearly], today: date) -> date:
    """The day of the next time: of the same moment in a later year where it came from one, else the same weekday 52
    weeks on; never one that is past.
    """
    day = day_of(campaign)
    after = max(today, day + timedelta(days=1))
    if campaign.moment is not None:
        # Counted from its end or its start: whichever the campaign was.
        of_moment = [row for row in table if row.key == campaign.moment]
        here = expand(of_moment, day, day)
        ends = any(found.ends_on == day and found.starts_on != day for found in here)
        for found in expand(of_moment, after, after + timedelta(days=3 * 366)):
            told = found.ends_on if ends else found.starts_on
            if told >= after and not found.moved:
                return told
    day += _WEEKS
    while day < today:
        day += _WEEKS
    return day


def next_name(name: str, old: date, new: date) -> str:
    """The name with its years moved as far as the day is: MĀJAS 2026 becomes MĀJAS 2027."""
    years = new.year - old.year
    return _YEAR.sub(lambda found: str(int(found[0]) + years), name)


def again(campaign: CampaignWhole, steps: Sequence[StepSeen], day: date, closed: Closed) -> Again:
    """What the campaign would be on another day: everything keeps its distance, but no step falls on a closed day."""
    was = day_of(campaign)
    shift = day - was
    moved = []
    for step in steps:
        days = step.days if step.days is not None else (step.due_on - was).days
        wanted = day + timedelta(days=days)
        due_on = closed.fitted(wanted, day, step.kind)
        why = closed.why(wanted, step.kind)
        moved.append(StepAgain(step.kind, step.title, step.due_on, due_on, days, step.post_id, why))
    return Again(
        name=next_name(campaign.name, was, day),
        anchor_on=day,
        starts_on=campaign.starts_on + shift,
        ends_on=None if campaign.ends_on is None else campaign.ends_on + shift,
        steps=tuple(sorted(moved, key=lambda step: (step.due_on, step.days))),
    )


def pattern(campaign: CampaignWhole, steps: Sequence[StepSeen]) -> Again:
    """The campaign as it is, for a pattern: every step where it stands, its distance noted."""
    was = day_of(campaign)
    kept = [
        StepAgain(step.kind, step.title, step.due_on, step.due_on,
                  step.days if step.days is not None else (step.due_on - was).days, step.post_id)
        for step in steps
    ]  # fmt: skip
    return Again(campaign.name, was, campaign.starts_on, campaign.ends_on, tuple(kept))


def posts_to_copy(session: Session, campaign_id: int) -> list[PostAgain]:
    """The posts that a copy takes along, in the order they were written; what a series made it makes anew."""
    made = select(SeriesPost.post_id)
    wanted = (
        select(Post.id, Post.title, Post.language)
        .where(Post.campaign_id == campaign_id, Post.id.not_in(made))
        .order_by(Post.id)
        .limit(_MOST_POSTS)
    )
    return [PostAgain(*row) for row in session.execute(wanted)]


def copy(
    session: Session,
    now: datetime,
    campaign_id: int,
    told: Again,
    *,
    name: str,
    actor: str,
    is_template: bool = False,
) -> int:
    """Makes the copy, as a pattern if `is_template`; nothing of it is approved or scheduled. Its number.

    What the first one cost, who followed and what is done stays behind. Raises OutreachError `campaigns.missing`, or as
    `editing.start` does.
    """
    source = session.get(Campaign, campaign_id)
    if source is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    made = editing.start(
        session,
        now,
        name,
        told.starts_on,
        told.ends_on,
        source.language,
        goal=source.goal,
        note=source.note,
        municipalities=source.municipalities,
        about=About(
            source.goal_kind,
            source.goal_target,
            tuple(source.countries),
            tuple(source.families),
            source.owner if is_template else actor,
            tuple(source.partners),
            source.budget_cents,
            tuple(source.topics),
        ),
        moment=source.moment,
        anchor_on=told.anchor_on,
    )
    made.picture_id, made.is_template, made.copied_from = source.picture_id, is_template, campaign_id
    posts = {
        post.post_id: copy_post(session, now, post.post_id, actor=actor, campaign_id=made.id).id
        for post in posts_to_copy(session, campaign_id)
    }
    plan.put(session, made.id, _steps(told.steps, posts))
    session.flush()
    return made.id


def _steps(steps: Iterable[StepAgain], posts: Mapping[int, int]) -> Iterable[plan.NewStep]:
    for step in steps:
        post_id = posts.get(step.post_id) if step.post_id is not None else None
        yield plan.NewStep(step.kind, step.title, step.due_on, step.days, post_id)
