"""What the planning pages share: the languages one writes in, and what happened to a delivery in words."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns import history
from campaigns.queries import DeliverySeen, EventSeen
from outreach.core.markup import web_address
from outreach.core.text import Words
from outreach.web.fields import Choices

_LANGUAGES = ("lv", "en", "ru", "de", "no")
_TONES = {"published": "done", "failed": "critical", "unconfirmed": "person", "scheduled": "blue", "sending": "blue"}
# What an event says by itself, without any facts.
_WHOLE = (
    "campaigns.look.absent",
    "campaigns.consent.withdrawn",
    "campaigns.consent.ended",
    "campaigns.story.withdrawn",
    "campaigns.story.ended",
    "campaigns.late_window",
)
_BEHIND = timedelta(minutes=2)


@dataclass(frozen=True)
class Told:
    """One line of a timeline, as the component draws it."""

    when: str
    at: str
    text: str
    tone: str
    url: str
    who: str = ""


def language_choices(t: Words, kept: str | None = None) -> Choices:
    """The languages of campaigns and posts; one that is `kept` from before stays on offer."""
    others = [kept] if kept and kept not in _LANGUAGES else []
    return [(code, language_name(t, code)) for code in (*_LANGUAGES, *others)]


def language_name(t: Words, code: str) -> str:
    """A language by its code; a code nobody here writes in stays as it is."""
    key = f"planning.language.{code}"
    return t(key) if t.knows(key) else code


def timeline(t: Words, zone: ZoneInfo, delivery: DeliverySeen, events: list[EventSeen]) -> list[Told]:
    """A delivery's history, the latest first."""
    return [_told(t, zone, delivery, event) for event in reversed(events)]


def reason(t: Words, delivery: DeliverySeen) -> str:
    """Why a delivery waits for a person, or does not go out; empty if nothing is in its way."""
    if delivery.error_key and delivery.status != "published":
        return t.fact(delivery.error_key, delivery.error_facts)
    if delivery.status != "scheduled":
        return ""
    if delivery.channel_paused:
        return t(delivery.pause_reason or "campaigns.paused.person")
    return "" if delivery.approved else t("planning.delivery.unapproved")


def behind(t: Words, delivery: DeliverySeen) -> str:
    """How late a post went out, or how late it is; empty where it was in time or its moment is still to come."""
    if delivery.published_at is None or delivery.published_at - delivery.due_at < _BEHIND:
        return ""
    minutes = int((delivery.published_at - delivery.due_at) / timedelta(minutes=1))
    if minutes < 120:
        return t("planning.delivery.behind_minutes", count=minutes)
    return t("planning.delivery.behind_hours", count=minutes // 60)


def end_of(due_at: datetime, hour: str, zone: ZoneInfo) -> datetime | None:
    """The moment after which nothing goes out any more: the clock's `hour` (HH:MM, empty for none) on the local day of
    `due_at`. Raises ValueError for what is no hour.
    """
    if not hour:
        return None
    local = datetime.combine(due_at.astimezone(zone).date(), time.fromisoformat(hour[:5]), tzinfo=zone)
    return local.astimezone(UTC)


def _told(t: Words, zone: ZoneInfo, delivery: DeliverySeen, event: EventSeen) -> Told:
    state = t(f"campaigns.status.{event.to_status}")
    if event.from_status == event.to_status == "scheduled":
        state = t("timing.history.moved")
    elif event.from_status == event.to_status:
        state = t("planning.delivery.answered_late", state=state)
    elif event.from_status is None:
        state = t("planning.delivery.planned")
    return Told(
        when=t.moment(event.at, zone),
        at=_machine(event.at),
        text=f"{state[:1].upper()}{state[1:]}{_detail(t, delivery, event)}",
        tone=_TONES.get(event.to_status, "quiet"),
        url=web_address(event.detail),
    )


def _detail(t: Words, delivery: DeliverySeen, event: EventSeen) -> str:
    # Facts are kept of the last error alone; an older one is named by its state.
    if event.detail and event.detail == delivery.error_key:
        return f": {t.fact(event.detail, delivery.error_facts)}"
    key, facts = history.told(event.detail)
    if facts or key in _WHOLE:
        return f". {t.fact(key, facts)}"
    return ""


def _machine(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
