"""A campaign's steps: added, moved, done and taken back; a step that asks for a post gets its draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.models import STEPS, Campaign, CampaignStep, Post
from outreach.core.errors import OutreachError

# A plan that nobody can look over any more.
MOST = 200


@dataclass(frozen=True)
class NewStep:
    """A step to be put into a plan; `days` from the campaign's day, None where its day is set by hand."""

    kind: str
    title: str
    due_on: date
    days: int | None = None
    post_id: int | None = None


def put(session: Session, campaign_id: int, steps: Iterable[NewStep]) -> None:
    """The steps of a new plan, as they were proposed."""
    rows = [
        {"campaign_id": campaign_id, "kind": step.kind, "title": step.title, "due_on": step.due_on, "days": step.days,
         "post_id": step.post_id}
        for step in steps
    ]  # fmt: skip
    if rows:
        session.execute(insert(CampaignStep), rows)


def add(session: Session, campaign_id: int, kind: str, title: str, due_on: date) -> CampaignStep:
    """One more step, its day set by hand.

    Raises OutreachError `campaigns.missing`, `plan.step.empty`, `plan.step.unknown` or `plan.step.many`.
    """
    if session.scalar(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()) is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    if not title.strip():
        raise OutreachError("plan.step.empty")
    if kind not in STEPS:
        raise OutreachError("plan.step.unknown", kind=kind, known=", ".join(STEPS))
    count = select(func.count()).where(CampaignStep.campaign_id == campaign_id)
    if (session.scalar(count) or 0) >= MOST:
        raise OutreachError("plan.step.many", most=MOST)
    step = CampaignStep(campaign_id=campaign_id, kind=kind, title=title.strip(), due_on=due_on)
    session.add(step)
    session.flush()
    return step


def move(session: Session, campaign_id: int, step_id: int, due_on: date) -> CampaignStep:
    """Another day, set by hand. Raises OutreachError `plan.step.missing`."""
    step = _held(session, campaign_id, step_id)
    if step.due_on != due_on:
        step.due_on, step.days = due_on, None
    return step


def done(session: Session, now: datetime, campaign_id: int, step_id: int, *, on: bool, actor: str) -> CampaignStep:
    """Says that a step is done (`on`), or that it is not after all. Done twice keeps the first time, and who it was.

    Raises OutreachError `plan.step.missing`.
    """
    step = _held(session, campaign_id, step_id)
    if not on:
        step.done_at = step.done_by = None
    elif step.done_at is None:
        step.done_at, step.done_by = now, actor
    return step


def remove(session: Session, campaign_id: int, step_id: int) -> str:
    """Takes a step out of the plan; its post stays. The title. Raises OutreachError `plan.step.missing`."""
    step = _held(session, campaign_id, step_id)
    session.delete(step)
    return step.title


def draft(
    session: Session, now: datetime, campaign_id: int, step_id: int, *, language: str, target_url: str, actor: str
) -> Post:
    """The post that a step asks for, in the campaign's language (else `language`), with the step's title as its text
    to begin with; a step that has one keeps it. Approved by nobody.

    Raises OutreachError `plan.step.missing` or `plan.step.no_post`.
    """
    step = _held(session, campaign_id, step_id)
    if step.kind != "post":
        raise OutreachError("plan.step.no_post", title=step.title)
    if step.post_id is not None:
        return session.get_one(Post, step.post_id)
    own = session.scalar(select(Campaign.language).where(Campaign.id == campaign_id))
    post = editing.write(
        session,
        now,
        campaign_id,
        language=own or language,
        title=step.title[:200],
        text=step.title,
        target_url=target_url,
        actor=actor,
    )
    step.post_id = post.id
    return post


def _held(session: Session, campaign_id: int, step_id: int) -> CampaignStep:
    step = session.scalar(
        select(CampaignStep)
        .where(CampaignStep.id == step_id, CampaignStep.campaign_id == campaign_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if step is None:
        raise OutreachError("plan.step.missing")
    return step
