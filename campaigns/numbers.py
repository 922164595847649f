"""What became of published posts and what people wrote under them, asked of the platforms for thirty days."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns import tokens
from campaigns.channel import MOST_REPLIES, Busy, Channel, Counting, Receipt, Replying, Secrets
from campaigns.channel import Numbers as Told
from campaigns.models import ChannelRow, Delivery, DeliveryNumbers
from campaigns.press import Patient, Press
from campaigns.replies import storing
from outreach.core.db import upserting
from outreach.core.errors import OutreachError
from outreach.core.http import Http
from outreach.core.registry import build, kind_of

log = logging.getLogger(__name__)

_ROUND = 50
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# How long after a post went out: often at first, when most of it happens.
_WHEN = (_HOUR, 6 * _HOUR, *(day * _DAY for day in (1, 2, 3, 4, 5, 6, 7, 14, 21, 28, 30)))


def counts(kind: str) -> bool:
    """Whether channels of that kind tell what became of a post, or what people wrote under it."""
    cls = kind_of("campaigns.channels", kind)
    return cls is not None and (issubclass(cls, Counting) or issubclass(cls, Replying))


def next_ask(published_at: datetime, now: datetime) -> datetime | None:
    """When to ask next after `now`; None once thirty days are over."""
    return next((published_at + after for after in _WHEN if published_at + after > now), None)


def begin(session: Session, now: datetime, delivery_ids: Sequence[int]) -> None:
    """These have just been published: they are asked for from now on."""
    if delivery_ids:
        rows = [{"delivery_id": id_, "asked_at": now, "ask_at": next_ask(now, now)} for id_ in delivery_ids]
        session.execute(upserting(session, DeliveryNumbers).values(rows).on_conflict_do_nothing())


def ask_due(press: Press) -> Mapping[str, int]:
    """Asks for what is due, a bounded number at a time, one after the other; how many were `told` and `silent`, and
    how many replies are new (`heard`).

    A channel that wants to be left alone, or is not there, is not asked again in this round.
    """
    now = press.clock.now()
    with press.store.reading() as session:
        due = session.execute(
            select(
                Delivery.id,
                Delivery.published_at,
                Delivery.receipt_url,
                Delivery.receipt_id,
                ChannelRow.id.label("channel_id"),
                ChannelRow.kind,
                ChannelRow.settings,
                DeliveryNumbers.ask_at,
            )
            .select_from(DeliveryNumbers)
            .join(Delivery, Delivery.id == DeliveryNumbers.delivery_id)
            .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
            .where(DeliveryNumbers.ask_at <= now, ChannelRow.paused.is_(False))
            .order_by(DeliveryNumbers.ask_at)
            .limit(_ROUND)
        ).all()
    went = {"told": 0, "silent": 0, "heard": 0}
    tired: set[int] = set()
    deaf: set[int] = set()  # they tell numbers, but let nobody read what was written
    for row in due:
        if press.stopping.is_set():
            break
        if row.channel_id in tired:
            continue
        again = next_ask(row.published_at or now, press.clock.now())
        with press.store.transaction() as session:
            if not _claim(session, row.id, row.ask_at, again):
                continue
        try:
            channel = build("campaigns.channels", row.kind, row.settings)
            wire, vault = Patient(press.http, press.clock, press.clock.now()), tokens.vault(press, row.channel_id)
            receipt = Receipt(row.receipt_url or "", row.receipt_id or "")
            if isinstance(channel, Counting):
                told = channel.numbers(receipt, wire, vault)
                with press.store.transaction() as session:
                    _write(session, press.clock.now(), row.id, told)
                went["told"] += 1
        except OutreachError as error:
            log.info("numbers.trouble", extra={"delivery": row.id, "error": error.key})
            tired.add(row.channel_id)
            went["silent"] += 1
            _put_off(press, row.id, again, error)
            continue
        if row.channel_id in deaf:
            continue
        try:
            went["heard"] += _hear(press, channel, row.id, receipt, wire, vault)
        except OutreachError as error:
            log.info("replies.trouble", extra={"delivery": row.id, "error": error.key})
            (tired if isinstance(error, Busy) else deaf).add(row.channel_id)
            _put_off(press, row.id, again, error)
    return {name: count for name, count in went.items() if count}


def _hear(press: Press, channel: Channel, delivery_id: int, receipt: Receipt, wire: Http, vault: Secrets) -> int:
    """Keeps what people wrote under a post, sealed; how many of it are new. Without a seal nothing is asked."""
    if press.seal is None or not isinstance(channel, Replying):
        return 0
    with press.store.reading() as session:
        since = storing.since(session, delivery_id)
    told = channel.replies(receipt, wire, vault, press.clock.now(), since)[:MOST_REPLIES]
    whole = since is None and len(told) < MOST_REPLIES
    with press.store.transaction() as session:
        return storing.take(session, press.clock.now(), press.seal, delivery_id, told, whole=whole).new


def _put_off(press: Press, delivery_id: int, again: datetime | None, error: OutreachError) -> None:
    """Asks no earlier than the platform asked us to."""
    if isinstance(error, Busy) and error.wait is not None and again is not None:
        with press.store.transaction() as session:
            _claim(session, delivery_id, again, max(again, press.clock.now() + error.wait))


def _claim(session: Session, delivery_id: int, seen: datetime, again: datetime | None) -> bool:
    """Whether the question is ours; whoever asks next does so at `again`."""
    ours = (
        update(DeliveryNumbers)
        .where(DeliveryNumbers.delivery_id == delivery_id, DeliveryNumbers.ask_at == seen)
        .values(ask_at=again)
        .returning(DeliveryNumbers.delivery_id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(ours) is not None


def _write(session: Session, now: datetime, delivery_id: int, told: Told) -> None:
    session.execute(
        update(DeliveryNumbers)
        .where(DeliveryNumbers.delivery_id == delivery_id)
        .values(asked_at=now, likes=told.likes, replies=told.replies, shares=told.shares, reach=told.reach)
        .execution_options(synchronize_session=False)
    )
