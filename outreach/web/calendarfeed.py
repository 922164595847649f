"""The plan as events for calendar programs, in words: pure. What the reader may not see does not come in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns.feeds import Moved
from campaigns.moments import Moment
from campaigns.overview import Stretch
from campaigns.planning.reading import StepSeen
from campaigns.queries import DeliverySeen
from outreach.core.ics import Event
from outreach.core.text import Words
from outreach.people.feeds import Touched

# How long a post stands in the calendar: long enough to be seen.
_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Plan:
    """What a feed shows. `touched`: what the trail tells of campaigns, steps and posts; `moved`: of deliveries."""

    campaigns: Sequence[Stretch]
    steps: Sequence[StepSeen]
    deliveries: Sequence[DeliverySeen]
    moments: Sequence[Moment]
    touched: Mapping[tuple[str, int], Touched]
    moved: Mapping[int, Moved]


@dataclass(frozen=True)
class Reader:
    """Who reads: in which words, under which host the things have their numbers, where their pages are.

    `delivery_url` None: the page is not for this reader. `since` stands where nobody knows when a thing was touched.
    """

    t: Words
    host: str
    campaign_url: Callable[[int], str]
    delivery_url: Callable[[int], str] | None
    since: datetime


def events(plan: Plan, reader: Reader) -> list[Event]:
    """Everything in the order it begins in its kind: campaigns, steps, deliveries, what the year brings."""
    return [
        *(_campaign(one, plan, reader) for one in plan.campaigns),
        *(_step(one, plan, reader) for one in plan.steps),
        *(_delivery(one, plan, reader) for one in plan.deliveries),
        *(_moment(one, reader) for one in plan.moments),
    ]


def _campaign(one: Stretch, plan: Plan, reader: Reader) -> Event:
    t, url = reader.t, reader.campaign_url(one.campaign_id)
    times, at = _changes([plan.touched.get(("campaign", one.campaign_id))], reader.since)
    return Event(
        uid=f"campaign-{one.campaign_id}@{reader.host}",
        title=t("feeds.event.campaign", name=one.name),
        first=one.starts_on,
        # One without an end would lie over every day to come.
        last=one.ends_on or one.starts_on,
        changed_at=at,
        sequence=times,
        text=url if one.ends_on else f"{t('feeds.event.open')}\n{url}",
        url=url,
        kind=t("feeds.kind.campaign"),
        free=True,
    )


def _step(one: StepSeen, plan: Plan, reader: Reader) -> Event:
    t, url = reader.t, reader.campaign_url(one.campaign_id)
    about = [plan.touched.get(("step", one.step_id)), plan.touched.get(("campaign", one.campaign_id))]
    times, at = _changes(about, reader.since)
    done = one.done_at is not None
    return Event(
        uid=f"step-{one.step_id}@{reader.host}",
        title=t("feeds.event.done", title=one.title) if done else one.title,
        first=one.due_on,
        last=one.due_on,
        changed_at=max(at, one.done_at or at),
        sequence=times,
        text=f"{t(f'brief.step.{one.kind}')} · {one.campaign_name}\n{url}",
        url=url,
        kind=t("feeds.kind.step"),
        free=True,
    )


def _delivery(one: DeliverySeen, plan: Plan, reader: Reader) -> Event:
    t = reader.t
    url = (reader.delivery_url or (lambda _: reader.campaign_url(one.campaign_id)))(one.delivery_id)
    about = [
        plan.moved.get(one.delivery_id),
        plan.touched.get(("post", one.post_id)),
        plan.touched.get(("campaign", one.campaign_id)),
    ]
    times, at = _changes(about, reader.since)
    waits = one.status == "scheduled" and not one.approved
    state = t("brief.post.unapproved") if waits else t(f"campaigns.status.{one.status}")
    return Event(
        uid=f"delivery-{one.delivery_id}@{reader.host}",
        title=t("feeds.event.delivery", channel=one.channel, title=one.title),
        first=one.due_at,
        last=one.due_at + _LASTS,
        changed_at=at,
        sequence=times,
        text=f"{t('feeds.event.state', state=state)}\n{one.campaign_name}\n{url}",
        url=url,
        kind=t("feeds.kind.delivery"),
        tentative=waits or one.status in {"failed", "unconfirmed"},
        free=True,
    )


def _moment(one: Moment, reader: Reader) -> Event:
    t = reader.t
    name = one.names.get(t.language) or one.names["lv"]
    return Event(
        uid=f"moment-{one.key}-{_plain(one.starts_on)}{'-moved' if one.moved else ''}@{reader.host}",
        title=f"{name} {t('brief.moved')}" if one.moved else name,
        first=one.starts_on,
        last=one.ends_on,
        changed_at=reader.since,
        text=t("feeds.event.quiet") if one.quiet else "",
        kind=t("feeds.kind.moment"),
        free=True,
    )


def _changes(told: Iterable[Touched | Moved | None], since: datetime) -> tuple[int, datetime]:
    """How often the things an event tells of were touched, and when last."""
    known = [one for one in told if one is not None]
    return sum(one.times for one in known), max((one.at for one in known), default=since)


def _plain(day: date) -> str:
    return f"{day:%Y%m%d}"
