"""What the planning pages share: the languages one writes in, and what happened to a delivery in words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.queries import DeliverySeen, EventSeen
from outreach.core.markup import web_address
from outreach.core.text import Words
from outreach.web.fields import Choices

_LANGUAGES = ("lv", "en", "ru", "de", "no")
_TONES = {"published": "done", "failed": "critical", "unconfirmed": "person", "scheduled": "blue", "sending": "blue"}


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


def _told(t: Words, zone: ZoneInfo, delivery: DeliverySeen, event: EventSeen) -> Told:
    state = t(f"campaigns.status.{event.to_status}")
    if event.from_status == event.to_status:
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
    return ""


def _machine(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
