"""Looking on the channel for posts of which nobody knows whether they are out.

Found, it is published with its address. Surely absent twice in a row, two minutes apart or more, it is sent again under
the same key, within its window. Everything else waits for a person.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns import claiming, history, numbers, tokens
from campaigns.channel import Looked
from campaigns.claiming import ABSENT, Claimed
from campaigns.models import Delivery, DeliveryEvent
from campaigns.outcome import ATTEMPTS
from campaigns.press import Patient, Press
from outreach.core.errors import OutreachError
from outreach.core.registry import build

log = logging.getLogger(__name__)

_ROUND = 50
# Minutes between looks: 1, 5, 15 and 60 minutes after the doubt (the first is set with it), then hourly for a day.
_WAITS = (4, 10, 45, *(60,) * 23)
_APART = timedelta(minutes=2)
# The platform's clock may be behind ours.
_MARGIN = timedelta(minutes=5)
UNKNOWN = Looked("unknown")


@dataclass(frozen=True)
class Sought:
    """An unconfirmed delivery that is ours to look for."""

    claimed: Claimed
    look: int  # the number of this look, from 1
    at: datetime  # the moment of this look
    since: datetime  # nothing of it was there before
    tried_at: datetime


def look_due(press: Press) -> Mapping[str, int]:
    """Looks for what is due to be looked for; how many were found to be what. A channel in trouble is left alone."""
    now = press.clock.now()
    with press.store.reading() as session:
        due = session.execute(
            select(Delivery.id, Delivery.channel_id)
            .where(Delivery.look_at <= now)
            .order_by(Delivery.look_at)
            .limit(_ROUND)
        ).all()
    went: dict[str, int] = {}
    tired: set[int] = set()
    for delivery_id, channel_id in due:
        if press.stopping.is_set():
            break
        if channel_id in tired:
            continue
        with press.store.transaction() as session:
            sought = seek(session, press.clock.now(), delivery_id)
        if sought is None:
            continue
        looked = _look(press, sought)
        if looked is None:
            tired.add(channel_id)
        with press.store.transaction() as session:
            status = conclude(session, press.clock.now(), sought, looked or UNKNOWN, press.late)
        if status is not None:
            went[status] = went.get(status, 0) + 1
    return went


def seek(session: Session, now: datetime, delivery_id: int) -> Sought | None:
    """Takes one look at an unconfirmed delivery for ourselves; None if it is not due any more."""
    delivery = history.held(session, delivery_id)
    if delivery.status != "unconfirmed" or delivery.look_at is None or delivery.look_at > now:
        if delivery.status != "unconfirmed":
            delivery.look_at = None
        return None
    wait = _WAITS[delivery.looks] if delivery.looks < len(_WAITS) else None
    delivery.looks += 1
    delivery.look_at = now + timedelta(minutes=wait) if wait is not None else None
    session.flush()
    first = session.scalar(
        select(func.min(DeliveryEvent.at)).where(
            DeliveryEvent.delivery_id == delivery_id, DeliveryEvent.to_status == "sending"
        )
    )
    tried_at = delivery.claimed_at or now
    (claimed,) = claiming.claimed_of(session, claiming.read(session, [delivery_id]))
    return Sought(claimed, delivery.looks, now, (first or tried_at) - _MARGIN, tried_at)


def conclude(session: Session, now: datetime, sought: Sought, looked: Looked, late: timedelta) -> str | None:
    """Writes down what a look showed; the delivery's status now, None if somebody has decided otherwise meanwhile."""
    delivery = history.held(session, sought.claimed.delivery_id)
    same = (delivery.looks, delivery.attempts) == (sought.look, sought.claimed.attempt)
    if delivery.status != "unconfirmed" or not same:
        return None
    kept = {name: value for name, value in delivery.kept.items() if name != ABSENT}
    if looked.state == "there" and looked.receipt is not None:
        delivery.kept, delivery.look_at = kept, None
        delivery.published_at = delivery.claimed_at or now
        delivery.receipt_url, delivery.receipt_id = looked.receipt.url, looked.receipt.id
        delivery.error_key = delivery.error_facts = None
        history.move(session, now, delivery, "published", looked.receipt.url)
        numbers.begin(session, now, [delivery.id] if numbers.counts(sought.claimed.kind) else [])
    elif looked.state == "absent" and ABSENT not in delivery.kept:
        delivery.kept = {**kept, ABSENT: sought.at.isoformat()}
    elif looked.state == "absent" and sought.at - datetime.fromisoformat(delivery.kept[ABSENT]) >= _APART:
        delivery.kept = kept
        _again(session, now, delivery, late)
    elif looked.state != "absent":
        delivery.kept = kept
    log.info("delivery.looked", extra={"delivery": delivery.id, "state": looked.state, "look": sought.look})
    return delivery.status


def _look(press: Press, sought: Sought) -> Looked | None:
    """What the channel shows; None if it did not let itself be asked."""
    claimed = sought.claimed
    try:
        channel = build("campaigns.channels", claimed.kind, claimed.settings)
        outgoing = claimed.outgoing(press.public_url, sought.tried_at)
        wire = Patient(press.http, press.clock, press.clock.now())
        looked: Looked = channel.find(outgoing, wire, tokens.vault(press, claimed.channel_id), sought.since)
    except OutreachError as error:
        log.info("delivery.look_trouble", extra={"delivery": claimed.delivery_id, "error": error.key})
        return None
    except Exception:
        log.exception("delivery.look_fault", extra={"delivery": claimed.delivery_id})
        return None
    return looked


def _again(session: Session, now: datetime, delivery: Delivery, late: timedelta) -> None:
    """It surely is not there: another try, or the end of them."""
    delivery.look_at = None
    if claiming.is_past(delivery, now, late):
        claiming.fail_late(session, now, delivery, late)
    elif delivery.attempts >= ATTEMPTS:
        history.move(session, now, delivery, "failed", delivery.error_key or "")
    else:
        delivery.error_key = delivery.error_facts = None
        history.move(session, now, delivery, "scheduled", "campaigns.look.absent")
