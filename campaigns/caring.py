"""Looking after channels: how their accounts are, and tokens made anew in time."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.orm import Session

from campaigns import consents, tokens
from campaigns.channel import Checked, Renewing
from campaigns.channel_switch import channel_of
from campaigns.models import ChannelRow, Delivery, Post
from campaigns.press import Patient, Press
from outreach.core import presence
from outreach.core.errors import OutreachError, WireError
from outreach.core.registry import build, kind_of

log = logging.getLogger(__name__)

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_AHEAD = timedelta(days=7)
_MOST_POSTS = 100


@dataclass(frozen=True)
class Ailing:
    """A channel that somebody should look at: its token ends soon, or its account has trouble.

    `is_urgent`: it ends within the hour, or is at its end, or the account does not let us in.
    """

    channel_id: int
    name: str
    kind: str
    ends_at: datetime | None
    check_key: str | None
    check_facts: Mapping[str, object]
    is_urgent: bool


@dataclass(frozen=True)
class Warned:
    """A channel's access that is about to fail: a `week` or an `hour` before it ends, or before a `post`.

    `at` is when it began to matter; `due_at` and `title` are the post's. `ends_at` None: it does not let us in.
    """

    channel_id: int
    name: str
    stage: Literal["week", "hour", "post"]
    at: datetime
    ends_at: datetime | None
    due_at: datetime | None = None
    title: str = ""


@dataclass(frozen=True)
class Lost:
    """A post that would find its channel's access ended."""

    delivery_id: int
    title: str
    due_at: datetime


@dataclass(frozen=True)
class State:
    """What is known of a channel's account: `account` is its name there, `check_key` (with facts) its trouble."""

    channel_id: int
    name: str
    account: str
    ends_at: datetime | None
    checked_at: datetime | None
    check_key: str | None
    check_facts: Mapping[str, object]
    can_be_asked: bool


def care(press: Press) -> Mapping[str, int]:
    """Calls off what has lost its consent, asks accounts how they are, makes tokens anew; how many of each."""
    went = {"lapsed": 0, "checked": 0, "renewed": 0}
    with press.store.transaction() as session:
        went["lapsed"] = len(consents.lapse(session, press.clock.now(), press.zone))
    now = press.clock.now()
    with press.store.reading() as session:
        asked = session.scalars(select(ChannelRow.id).where(_is_due(now)).order_by(ChannelRow.id)).all()
        open_ = session.execute(
            select(ChannelRow.id, ChannelRow.kind, ChannelRow.settings).order_by(ChannelRow.id)
        ).all()
        ending = [id_ for id_, kind, held in open_ if renews(kind, held) and tokens.is_ending(session, now, id_)]
    if not asked and not ending:
        return {name: count for name, count in went.items() if count}
    with presence.present(press.folder) as token:
        for channel_id in ending:
            went["renewed"] += not press.stopping.is_set() and renew(press, channel_id, token)
        for channel_id in asked:
            went["checked"] += not press.stopping.is_set() and check(press, channel_id)
    return {name: count for name, count in went.items() if count}


def check(press: Press, channel_id: int, *, asked: bool = False) -> bool:
    """Asks an account how it is and keeps the answer; False if its kind cannot be asked.

    `asked` by a person: what was unclear about its token is forgotten, it may be made anew again.
    """
    now = press.clock.now()
    with press.store.transaction() as session:
        channel = channel_of(session, channel_id)
        if asked:
            tokens.forget(session, channel_id)
        unclear = channel.check_key == "campaigns.token.unclear" and not asked
        channel.checked_at = now  # whoever comes next has it asked already
        kind, settings = channel.kind, dict(channel.settings)
    if not _can(kind, Checked):
        return False
    values: dict[str, object] = {"check_key": None, "check_facts": None}
    try:
        channel_ = build("campaigns.channels", kind, settings)
        health = channel_.health(Patient(press.http, press.clock, now), tokens.vault(press, channel_id), now)
        values |= {"account": health.account} | ({"ends_at": health.ends_at} if health.ends_at else {})
    except OutreachError as error:
        log.warning("channel.ailing", extra={"channel": channel_id, "error": error.key})
        values = {"check_key": error.key, "check_facts": _plain(error.facts)}
    except Exception as error:
        log.exception("channel.fault", extra={"channel": channel_id})
        values = {"check_key": "campaigns.check.fault", "check_facts": {"error": type(error).__name__}}
    if unclear:
        # That a token holds now does not say that its successor is known: that stays a person's question.
        values.pop("check_key", None), values.pop("check_facts", None)
    _write(press, channel_id, values)
    return True


def renew(press: Press, channel_id: int, token: str) -> bool:
    """Makes a channel's token anew, if nobody else does; it is kept before anything uses it. False if it was not."""
    now = press.clock.now()
    if press.seal is None:
        return False  # what is made anew could not be kept
    with press.store.transaction() as session:
        channel = session.get_one(ChannelRow, channel_id)
        kind, settings = channel.kind, dict(channel.settings)
        held = tokens.hold(session, now, channel_id, token, lambda by, at: presence.is_gone(press.folder, by, at, now))
    if held == "unclear":
        _write(press, channel_id, {"check_key": "campaigns.token.unclear", "check_facts": {}})
    if held != "ours":
        return False
    try:
        channel_ = build("campaigns.channels", kind, settings)
        renewed = channel_.renew(Patient(press.http, press.clock, now), tokens.vault(press, channel_id), now)
    except OutreachError as error:
        log.warning("token.trouble", extra={"channel": channel_id, "error": error.key})
        _failed(press, channel_id, error)
        return False
    except Exception as error:
        log.exception("token.fault", extra={"channel": channel_id})
        _failed(press, channel_id, WireError("campaigns.check.fault", ambiguous=True, error=type(error).__name__))
        return False
    with press.store.transaction() as session:
        tokens.keep(session, press.clock.now(), press.seal, channel_id, renewed)
        session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(check_key=None, check_facts=None))
    log.info("token.renewed", extra={"channel": channel_id})
    return True


def ailing(session: Session, now: datetime) -> list[Ailing]:
    """The channels that somebody should look at, the earliest end first; for the bell, a week and an hour ahead.

    A token that is made anew by itself is no matter for a person until that fails, or it has come to its end.
    """
    found = session.scalars(_troubled(now))
    seen = []
    for row in found:
        ends = row.ends_at if row.ends_at is not None and row.ends_at <= now + _AHEAD else None
        if row.check_key is None and ends is not None and ends > now and renews(row.kind, row.settings):
            continue
        urgent = (ends is not None and ends <= now + _HOUR) or _is_denial(row.check_key)
        facts = row.check_facts or {}
        seen.append(Ailing(row.id, row.name, row.kind, row.ends_at, row.check_key, facts, urgent))
    return sorted(seen, key=lambda one: (one.ends_at is None, one.ends_at or now, one.channel_id))


def warnings(session: Session, now: datetime) -> list[Warned]:
    """What somebody must hear who does not look: a week before an access ends, an hour before, and an hour before a
    post that would find it ended or shut. Not of channels that are paused: nothing goes out there.
    """
    held = [row for row in session.scalars(_troubled(now)) if not row.paused]
    told = []
    for row in held:
        if row.ends_at is None or (row.check_key is None and renews(row.kind, row.settings)):
            continue
        # What is known late began to matter when it was known.
        week = max(row.ends_at - _AHEAD, min(row.checked_at or row.ends_at - _AHEAD, now))
        told.append(Warned(row.id, row.name, "week", week, row.ends_at))
        if row.ends_at - _HOUR <= now:
            told.append(Warned(row.id, row.name, "hour", row.ends_at - _HOUR, row.ends_at))
    return told + _before_posts(session, now, {row.id: row for row in held})


def ends_before(session: Session, delivery_ids: Sequence[int]) -> dict[int, datetime]:
    """Of these deliveries those whose channel's access ends before they are due, and when it does.

    What is made anew by itself does not end, unless that has failed.
    """
    if not delivery_ids:
        return {}
    rows = session.execute(
        select(Delivery.id, ChannelRow.kind, ChannelRow.settings, ChannelRow.check_key, ChannelRow.ends_at)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(
            Delivery.id.in_(delivery_ids),
            Delivery.status == "scheduled",
            ChannelRow.ends_at.is_not(None),
            ChannelRow.ends_at <= Delivery.due_at,
        )
    )
    return {
        id_: ends_at
        for id_, kind, held, key, ends_at in rows
        if ends_at and (key is not None or not renews(kind, held))
    }


def ends_by(session: Session, channel_ids: Sequence[int], moment: datetime) -> dict[int, datetime]:
    """Of these channels those whose access ends by that moment, and when: for a post that is to be planned there."""
    if not channel_ids:
        return {}
    rows = session.scalars(select(ChannelRow).where(ChannelRow.id.in_(channel_ids), ChannelRow.ends_at <= moment))
    return {
        row.id: row.ends_at
        for row in rows
        if row.ends_at and (row.check_key is not None or not renews(row.kind, row.settings))
    }


def after_end(session: Session, channel_id: int, limit: int = 20) -> list[Lost]:
    """The next posts that are planned in a channel for a time when its access has ended."""
    rows = session.execute(
        select(Delivery.id, Post.title, Delivery.due_at)
        .join(Post, Post.id == Delivery.post_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(
            Delivery.channel_id == channel_id, Delivery.status == "scheduled", Delivery.due_at >= ChannelRow.ends_at
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
    ).all()
    ending = ends_before(session, [row.id for row in rows])
    return [Lost(id_, title, due_at) for id_, title, due_at in rows if id_ in ending]


def state(session: Session, channel_id: int) -> State:
    """What is known of a channel's account; OutreachError `campaigns.channel.missing`."""
    row = channel_of(session, channel_id)
    return State(
        row.id,
        row.name,
        row.account,
        row.ends_at,
        row.checked_at,
        row.check_key,
        row.check_facts or {},
        _can(row.kind, Checked),
    )


def renews(kind: str, settings: Mapping[str, object]) -> bool:
    """Whether a channel's token is made anew by itself: some kinds need a setting for it, `refresh_env`."""
    if not _can(kind, Renewing):
        return False
    try:
        return getattr(build("campaigns.channels", kind, settings), "refresh_env", None) != ""
    except OutreachError:
        return False


def _before_posts(session: Session, now: datetime, held: Mapping[int, ChannelRow]) -> list[Warned]:
    if not held:
        return []
    rows = session.execute(
        select(Delivery.channel_id, Delivery.due_at, Post.title)
        .join(Post, Post.id == Delivery.post_id)
        .where(
            Delivery.channel_id.in_(held),
            Delivery.status == "scheduled",
            Delivery.due_at > now,
            Delivery.due_at <= now + _HOUR,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(_MOST_POSTS)
    )
    told = []
    for channel_id, due_at, title in rows:
        row = held[channel_id]
        ends = row.ends_at is not None and row.ends_at <= due_at
        ends = ends and (row.check_key is not None or not renews(row.kind, row.settings))
        if ends or _is_denial(row.check_key):
            told.append(Warned(row.id, row.name, "post", due_at - _HOUR, row.ends_at if ends else None, due_at, title))
    return told


def _troubled(now: datetime) -> Select[ChannelRow]:
    return select(ChannelRow).where(or_(ChannelRow.check_key.is_not(None), ChannelRow.ends_at <= now + _AHEAD))


def _failed(press: Press, channel_id: int, error: OutreachError) -> None:
    is_lost = isinstance(error, WireError) and error.ambiguous
    with press.store.transaction() as session:
        (tokens.doubt if is_lost else tokens.release)(session, channel_id)
    key, facts = ("campaigns.token.unclear", {}) if is_lost else (error.key, _plain(error.facts))
    _write(press, channel_id, {"check_key": key, "check_facts": facts})


def _write(press: Press, channel_id: int, values: Mapping[str, object]) -> None:
    if values:
        with press.store.transaction() as session:
            session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(**values))


def _is_due(now: datetime):  # type: ignore[no-untyped-def]  # a condition over channels
    soon = exists(
        select(Delivery.id).where(
            Delivery.channel_id == ChannelRow.id,
            Delivery.status == "scheduled",
            Delivery.due_at > now,
            Delivery.due_at <= now + _HOUR,
        )
    )
    before = ChannelRow.checked_at
    again = (before <= now - _HOUR) & (soon | ChannelRow.check_key.is_not(None))
    return or_(before.is_(None), before <= now - _DAY, again)


def _can(kind: str, deed: type) -> bool:
    cls = kind_of("campaigns.channels", kind)
    return cls is not None and issubclass(cls, deed)


def _is_denial(key: str | None) -> bool:
    return key is not None and (key.endswith((".denied", ".no_secret")) or key == "campaigns.token.unclear")


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {
        name: fact if isinstance(fact, str | int | float | None) else str(fact) for name, fact in facts.items()
    }
