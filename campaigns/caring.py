"""Looking after channels: how their accounts are, and tokens made anew in time."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from campaigns import consents, tokens
from campaigns.channel import Checked, Renewing
from campaigns.channel_switch import channel_of
from campaigns.models import ChannelRow, Delivery
from campaigns.press import Patient, Press
from outreach.core import presence
from outreach.core.errors import OutreachError, WireError
from outreach.core.registry import build, kind_of

log = logging.getLogger(__name__)

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_AHEAD = timedelta(days=7)


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
        open_ = session.execute(select(ChannelRow.id, ChannelRow.kind).order_by(ChannelRow.id)).all()
        ending = [id_ for id_, kind in open_ if _can(kind, Renewing) and tokens.is_ending(session, now, id_)]
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
    found = session.scalars(
        select(ChannelRow).where(or_(ChannelRow.check_key.is_not(None), ChannelRow.ends_at <= now + _AHEAD))
    )
    seen = []
    for row in found:
        ends = row.ends_at if row.ends_at is not None and row.ends_at <= now + _AHEAD else None
        if row.check_key is None and ends is not None and ends > now and _can(row.kind, Renewing):
            continue
        urgent = (ends is not None and ends <= now + _HOUR) or _is_denial(row.check_key)
        facts = row.check_facts or {}
        seen.append(Ailing(row.id, row.name, row.kind, row.ends_at, row.check_key, facts, urgent))
    return sorted(seen, key=lambda one: (one.ends_at is None, one.ends_at or now, one.channel_id))


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
