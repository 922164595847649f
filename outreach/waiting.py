"""What waits for a person, by kind: deliveries, inquiries, mails, the term alarm, a new model, sources. The bell and
the first page ask here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns import queries as planned
from campaigns.queries import DeliverySeen
from outreach import digest
from outreach.digest import DigestRun
from outreach.people.models import ADMINISTRATOR, COMMS, COORDINATOR
from outreach.tracker import queries as inquiries
from scrapers import alarm, learnt
from scrapers import queries as heard
from scrapers.queries import SourceState


@dataclass(frozen=True)
class Thing:
    """One thing that waits: `state` says what is the matter, `why_key` (with its facts) says it in a sentence.

    `state` of a delivery: unconfirmed, failed, unapproved, held (its channel is paused); of a mail and a source their
    own; of inquiries `unanswered`; of the alarm `rising`, its title is the language; of a model `candidate`. `where` is
    its channel or tier. `id` is a delivery's, a source's or a model's number.
    """

    state: str
    title: str
    id: int | None = None
    at: datetime | None = None
    where: str = ""
    why_key: str | None = None
    why_facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """Things of a kind: `delivery`, `inquiry`, `mail`, `alarm`, `model`, `source`; of inquiries one speaks for all."""

    kind: str
    count: int
    things: tuple[Thing, ...]


# Who can do something about what; the order is that of the page: what families and readers notice first.
_MINDS = {
    "delivery": (ADMINISTRATOR, COMMS),
    "inquiry": (COORDINATOR,),
    "mail": (ADMINISTRATOR, COMMS),
    "alarm": (ADMINISTRATOR, COMMS),
    "model": (ADMINISTRATOR, COMMS),
    "source": (ADMINISTRATOR, COMMS),
}
_URGENT = ("unconfirmed", "failed", "unapproved", "held")


def gather(session: Session, now: datetime, role: str, zone: ZoneInfo) -> list[Waiting]:
    """What waits for somebody of this role; kinds of which nothing waits are left out. `zone` is the office's."""
    asked: Mapping[str, Callable[[], Waiting]] = {
        "delivery": lambda: _all("delivery", sorted(map(_delivery, planned.needs_person(session, now)), key=_urgency)),
        "inquiry": lambda: _inquiries(session),
        "mail": lambda: _all("mail", [_mail(run) for run in digest.needs_person(session)]),
        "alarm": lambda: _alarms(session, now, zone),
        "model": lambda: _model(session, now),
        "source": lambda: _all("source", [source(row) for row in heard.troubles(session, now)]),
    }
    found = [asked[kind]() for kind, roles in _MINDS.items() if role in roles]
    return [one for one in found if one.count]


def count(session: Session, now: datetime, role: str, zone: ZoneInfo) -> int:
    """How many things wait for somebody of this role."""
    return total(gather(session, now, role, zone))


def total(waiting: Sequence[Waiting]) -> int:
    """How many things those are."""
    return sum(one.count for one in waiting)


def _all(kind: str, things: Sequence[Thing]) -> Waiting:
    return Waiting(kind, len(things), tuple(things))


def _urgency(thing: Thing) -> int:
    return _URGENT.index(thing.state)


def _delivery(row: DeliverySeen) -> Thing:
    state, why, facts = row.status, row.error_key, row.error_facts
    if row.status == "scheduled":
        # Approval is the office's own step; a channel that is shut only comes after it.
        state, why, facts = ("held", row.pause_reason, {}) if row.approved else ("unapproved", None, {})
    return Thing(state, row.title, row.delivery_id, row.due_at, row.channel, why, facts)


def _mail(run: DigestRun) -> Thing:
    return Thing(
        # Whose mail it was is not told: readers' addresses stay in the settings.
        run.status, run.day.isoformat(), None, run.covers_until, "", run.error_key, run.error_facts or {}
    )


def _alarms(session: Session, now: datetime, zone: ZoneInfo) -> Waiting:
    return _all("alarm", [Thing("rising", language) for language in alarm.current(session, now, zone)])


def _model(session: Session, now: datetime) -> Waiting:
    found = learnt.waiting(session, now)
    return _all("model", [Thing("candidate", "", found.id, found.made_at)] if found is not None else [])


def source(row: SourceState) -> Thing:
    """A source in trouble as a thing that waits."""
    return Thing(row.state, row.name, row.id, row.last_ok_at, row.tier, row.reason_key, row.reason_facts)


def _inquiries(session: Session) -> Waiting:
    waiting = inquiries.unanswered(session)
    if not waiting:
        return Waiting("inquiry", 0, ())
    return Waiting("inquiry", waiting, (Thing("unanswered", "", at=inquiries.waiting_since(session)),))
