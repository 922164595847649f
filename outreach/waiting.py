"""What waits for a person, by kind: deliveries, approvals, answers to releases, channels, inquiries, families' steps
and consents, also those that were withdrawn, mails, addresses that get none, mailboxes, alerts' letters, the term
alarm, a new model, sources. The bell, the first page and the morning mail ask here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from campaigns import caring
from campaigns import queries as planned
from campaigns.caring import Ailing
from campaigns.models import ChannelRow
from campaigns.queries import DeliverySeen
from campaigns.replies import reading as replied
from campaigns.writing import approval
from campaigns.writing.approval import AskedFor
from outreach.alerts import queries as alerted
from outreach.alerts.models import AlertLetter
from outreach.alerts.queries import LetterSeen
from outreach.core.clock import local_day
from outreach.people.models import ADMINISTRATOR, COMMS, COORDINATOR, User
from outreach.postbox import places, stops
from outreach.postbox.models import MailboxPlace, StoppedAddress
from outreach.postbox.places import Place
from outreach.pressroom.sending import replyreading as answered
from outreach.pressroom.writing import asked as releases
from outreach.subscribers import owing, runs
from outreach.subscribers.models import DigestRun, Subscription
from outreach.tracker import queries as inquiries
from outreach.tracker.cases import consents, tasks
from outreach.tracker.letters import seeing as family_letters
from scrapers import alarm, learnt
from scrapers import queries as heard
from scrapers.queries import SourceState


@dataclass(frozen=True)
class Thing:
    """One thing that waits: `state` says what is the matter, `why_key` (with its facts) says it in a sentence.

    `state` of a delivery: unconfirmed, failed, unapproved, held (its channel is paused); of a mail unconfirmed,
    failed, due (late), its title is the day; of a channel `ending` (its access ends soon), `ended` or `trouble`; of a
    source its own; of inquiries `unanswered`; of letters that came after an answer `later`, its title is the
    inquiry's number; of families' steps `due`, of their consents `ending`; of what they withdrew `withdrawn`, its title
    is the purpose and `where` the family's number; of replies under posts `question`; of answers to releases `new`; of
    the alarm `rising`, its title is the language; of a model `candidate`; of an address `stopped`, its title is masked;
    of a mailbox `unread`, its title is the server; of an alert's letter unconfirmed or failed, its title is who should
    have had it; of a post or release that somebody asks to have approved `asked`,
    `where` is who asks. Else `where` is its channel or tier. `id` is the number of a delivery, post, release, channel,
    source, model, subscription, consent or letter. `count`: how many of the same this one speaks for.
    """

    state: str
    title: str
    id: int | None = None
    at: datetime | None = None
    where: str = ""
    why_key: str | None = None
    why_facts: Mapping[str, object] = field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True)
class Waiting:
    """Things of a kind: `delivery`, `approval`, `release`, `pressreply`, `channel`, `inquiry`, `family_letter`, `task`,
    `consent`, `withdrawal`, `mail`, `stopped`, `mailbox`, `letter`, `alarm`, `model`, `source`. Of inquiries, steps,
    consents that end and replies one speaks for all, of mails one for those of a day with the same trouble: `count`
    counts them all.
    """

    kind: str
    count: int
    things: tuple[Thing, ...]


# Who can do something about what; the order is that of the page: what families and readers notice first.
_MINDS = {
    "delivery": (ADMINISTRATOR, COMMS),
    "approval": (ADMINISTRATOR, COMMS),
    "release": (ADMINISTRATOR, COMMS),
    "pressreply": (ADMINISTRATOR, COMMS),
    "channel": (ADMINISTRATOR, COMMS),
    "inquiry": (COORDINATOR,),
    "family_letter": (COORDINATOR,),
    "task": (COORDINATOR,),
    "consent": (COORDINATOR,),
    "withdrawal": (ADMINISTRATOR, COMMS),
    "reply": (COMMS, COORDINATOR),
    "mail": (ADMINISTRATOR, COMMS),
    "stopped": (ADMINISTRATOR, COMMS),
    "mailbox": (ADMINISTRATOR, COMMS),
    "letter": (ADMINISTRATOR, COMMS),
    "alarm": (ADMINISTRATOR, COMMS),
    "model": (ADMINISTRATOR, COMMS),
    "source": (ADMINISTRATOR, COMMS),
}
# Kinds of which there is mostly nothing: one question tells of which there may be something.
_RARE: Mapping[str, ColumnElement[bool]] = {
    "approval": exists().where(approval.waiting()),
    "release": exists().where(releases.waiting()),
    "pressreply": exists().where(answered.NEW),
    "channel": exists().where(ChannelRow.check_key.is_not(None) | ChannelRow.ends_at.is_not(None)),
    "family_letter": family_letters.WAITS,
    "withdrawal": exists().where(consents.UNHEEDED),
    "reply": exists().where(replied.QUESTION),
    "mail": exists().where(
        DigestRun.status.in_(("unconfirmed", "failed")) | and_(DigestRun.status == "due", DigestRun.late)
    ),
    "stopped": exists().where(StoppedAddress.mail.is_not(None)),
    "mailbox": exists().where(MailboxPlace.error_key.is_not(None)),
    "letter": exists().where(AlertLetter.status.in_(("unconfirmed", "failed"))),
}
# Kinds of which a number is all that is told: it comes with the same question.
_COUNTED: Mapping[str, Callable[[date], Select[int]]] = {"task": tasks.count_due, "consent": consents.count_ending}
# A mailbox that does not answer once may answer the next time.
_PATIENCE = timedelta(hours=1)
_URGENT = ("unconfirmed", "failed", "unapproved", "held")


def gather(session: Session, now: datetime, role: str, zone: ZoneInfo) -> list[Waiting]:
    """What waits for somebody of this role; kinds of which nothing waits are left out. `zone` is the office's."""
    counts: dict[str, int] = {}
    asked: Mapping[str, Callable[[], Waiting]] = {
        "delivery": lambda: _all("delivery", sorted(map(_delivery, planned.needs_person(session, now)), key=_urgency)),
        "approval": lambda: _all("approval", [_asked(one) for one in approval.asked(session)]),
        "release": lambda: _all("release", [_release(one) for one in releases.listed(session)]),
        "pressreply": lambda: _answers(session),
        "channel": lambda: _all("channel", [_channel(one, now) for one in caring.ailing(session, now)]),
        "inquiry": lambda: _inquiries(session),
        "family_letter": lambda: _all("family_letter", [_later(*one) for one in family_letters.waiting(session)]),
        "task": lambda: _alike("task", "due", counts["task"]),
        "consent": lambda: _alike("consent", "ending", counts["consent"]),
        "withdrawal": lambda: _all("withdrawal", [_withdrawn(one) for one in consents.unheeded(session)]),
        "reply": lambda: _replies(session),
        "mail": lambda: _mails(runs.needs_person(session)),
        "stopped": lambda: _all("stopped", _stopped(session)),
        "mailbox": lambda: _all("mailbox", [_mailbox(one) for one in places.unread(session, now - _PATIENCE)]),
        "letter": lambda: _all("letter", [_letter(row) for row in alerted.needs_person(session)]),
        "alarm": lambda: _alarms(session, now, zone),
        "model": lambda: _model(session, now),
        "source": lambda: _all("source", [source(row) for row in heard.troubles(session, now)]),
    }
    wanted = [kind for kind, roles in _MINDS.items() if role in roles]
    if any(kind in _RARE for kind in wanted):
        counts |= _some(session, local_day(now, zone), wanted)
        quiet = {kind for kind in (*_RARE, *_COUNTED) if not counts.get(kind)}
        wanted = [kind for kind in wanted if kind not in quiet]
    found = [asked[kind]() for kind in wanted]
    return [one for one in found if one.count]


def _some(session: Session, today: date, wanted: Sequence[str]) -> dict[str, int]:
    """How many there are of the kinds in `_COUNTED`; of those in `_RARE` whether there may be any."""
    told: list[ColumnElement[int] | ColumnElement[bool]] = [there.label(kind) for kind, there in _RARE.items()]
    told += [many(today).scalar_subquery().label(kind) for kind, many in _COUNTED.items() if kind in wanted]
    return {kind: int(found) for kind, found in session.execute(select(*told)).one()._mapping.items()}


def count(session: Session, now: datetime, role: str, zone: ZoneInfo) -> int:
    """How many things wait for somebody of this role."""
    return total(gather(session, now, role, zone))


def total(waiting: Sequence[Waiting]) -> int:
    """How many things those are."""
    return sum(one.count for one in waiting)


def _all(kind: str, things: Sequence[Thing]) -> Waiting:
    return Waiting(kind, sum(thing.count for thing in things), tuple(things))


def _alike(kind: str, state: str, number: int) -> Waiting:
    """One thing speaks for all."""
    return Waiting(kind, number, (Thing(state, ""),))


def _urgency(thing: Thing) -> int:
    return _URGENT.index(thing.state)


def _delivery(row: DeliverySeen) -> Thing:
    state, why, facts = row.status, row.error_key, row.error_facts
    if row.status == "scheduled":
        # Approval is the office's own step; a channel that is shut only comes after it.
        state, why, facts = ("held", row.pause_reason, {}) if row.approved else ("unapproved", None, {})
    return Thing(state, row.title, row.delivery_id, row.due_at, row.channel, why, facts)


def _asked(one: AskedFor) -> Thing:
    return Thing("asked", one.title, one.post_id, one.asked_at, one.asked_by)


def _release(one: releases.AskedFor) -> Thing:
    return Thing("asked", one.title, one.release_id, one.asked_at, one.asked_by)


def _withdrawn(one: consents.Withdrawal) -> Thing:
    return Thing("withdrawn", one.purpose, one.consent_id, None, str(one.household_id))


def _channel(one: Ailing, now: datetime) -> Thing:
    if one.check_key is not None:
        return Thing("trouble", one.name, one.channel_id, one.ends_at, "", one.check_key, one.check_facts)
    ended = one.ends_at is not None and one.ends_at <= now
    return Thing("ended" if ended else "ending", one.name, one.channel_id, one.ends_at)


def _mails(rows: Sequence[DigestRun]) -> Waiting:
    # A relay that is down keeps a thousand mails of one day, and they are one matter. Whose they were is not told: that
    # stands with the readers.
    alike: dict[tuple[str, str, str | None], list[DigestRun]] = {}
    for run in rows:
        alike.setdefault((run.day.isoformat(), run.status, run.error_key), []).append(run)
    things = [
        Thing(status, day, None, held[0].due_at, "", why, held[0].error_facts or {}, len(held))
        for (day, status, why), held in alike.items()
    ]
    return _all("mail", things)


def _stopped(session: Session) -> list[Thing]:
    """Addresses that somebody still wants mail at: the others wait for nothing."""
    held = {one.mail: one for one in stops.all_stopped(session)}
    if not held:
        return []
    wanting = owing.with_address(select(Subscription.id, StoppedAddress.mail)).where(
        StoppedAddress.mail.in_(held), Subscription.state == "on", User.id.is_(None) | User.disabled_at.is_(None)
    )
    return [
        Thing("stopped", held[mail].masked, number, held[mail].since, "", held[mail].key, held[mail].facts)
        for number, mail in session.execute(wanting.order_by(StoppedAddress.since.desc(), Subscription.id))
    ]


def _mailbox(place: Place) -> Thing:
    return Thing("unread", place.host or place.name, None, place.looked_at, "", place.error_key, place.error_facts)


def _letter(row: LetterSeen) -> Thing:
    return Thing(row.status, row.name, row.id, row.made_at, "", row.error_key, row.error_facts)


def _later(inquiry_id: int, since: datetime) -> Thing:
    return Thing("later", str(inquiry_id), inquiry_id, since)


def _alarms(session: Session, now: datetime, zone: ZoneInfo) -> Waiting:
    return _all("alarm", [Thing("rising", language) for language in alarm.current(session, now, zone)])


def _model(session: Session, now: datetime) -> Waiting:
    found = learnt.waiting(session, now)
    return _all("model", [Thing("candidate", "", found.id, found.made_at)] if found is not None else [])


def source(row: SourceState) -> Thing:
    """A source in trouble as a thing that waits."""
    return Thing(row.state, row.name, row.id, row.last_ok_at, row.tier, row.reason_key, row.reason_facts)


def _replies(session: Session) -> Waiting:
    """One thing speaks for all questions under posts."""
    waiting, oldest = replied.waiting(session)
    return Waiting("reply", waiting, (Thing("question", "", at=oldest),) if waiting else ())


def _answers(session: Session) -> Waiting:
    """One thing speaks for all answers to releases that nobody has looked at."""
    waiting, oldest = answered.waiting(session)
    return Waiting("pressreply", waiting, (Thing("new", "", at=oldest),) if waiting else ())


def _inquiries(session: Session) -> Waiting:
    waiting, oldest = inquiries.waiting(session)
    return Waiting("inquiry", waiting, (Thing("unanswered", "", at=oldest),) if waiting else ())
