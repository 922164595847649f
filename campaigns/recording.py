"""Writing down what came of deliveries: of those that were sent, and of those whose sender is gone."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from campaigns import history, numbers
from campaigns.channel import Finding, Receipt
from campaigns.claiming import Claimed
from campaigns.models import ChannelRow, Delivery, DeliveryEvent
from campaigns.outcome import Outcome
from outreach.core.journal import Found
from outreach.core.registry import kind_of

log = logging.getLogger(__name__)

FIRST_LOOK = timedelta(minutes=1)


def record(session: Session, now: datetime, results: Sequence[tuple[Claimed, Outcome]]) -> int:
    """Writes down what came of claimed deliveries; of how many nobody had decided otherwise meanwhile."""
    for claimed, result in results:
        _rest(session, claimed.channel_id, result)
    held = {
        row.id: row
        for row in session.execute(
            select(Delivery.id, Delivery.status, Delivery.claimed_by, Delivery.attempts)
            .where(Delivery.id.in_([claimed.delivery_id for claimed, _ in results]))
            .order_by(Delivery.id)
            .with_for_update()
        )
    }
    changes: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    published: list[Claimed] = []
    for claimed, result in results:
        row = held[claimed.delivery_id]
        detail = result.receipt.url if result.receipt else result.error_key or ""
        if not _is_ours(row.status, row.claimed_by == claimed.claimed_by and row.attempts == claimed.attempt, result):
            events.append(history.event(now, row.id, row.status, row.status, detail))
            log.warning("delivery.answer_too_late", extra={"delivery": row.id, "answer": result.status})
            continue
        changes.append(_change(now, claimed, result))
        events.append(history.event(now, row.id, row.status, result.status, detail))
        if result.status == "published":
            published.append(claimed)
        log.info("delivery.%s", result.status, extra={"delivery": row.id, "attempt": claimed.attempt})
    if changes:
        session.execute(update(Delivery), changes)
    if events:
        session.execute(insert(DeliveryEvent), events)
    numbers.begin(session, now, [one.delivery_id for one in published if numbers.counts(one.kind)])
    return len(changes)


def sweep(
    session: Session,
    now: datetime,
    gone: Callable[[str | None, datetime], bool],
    journal: Callable[[str], Found | None] = lambda _token: None,
) -> Mapping[str, int]:
    """Deliveries whose sender is gone: never sent again by a guess. How many took which status.

    `gone` tells of a claim, by its token and its moment, whether nobody is at work on it any more; `journal` what that
    round wrote down. What it did not begin is due again, what the channel took is published, everything else becomes
    unconfirmed.
    """
    swept: dict[str, int] = {}
    read: dict[str, Found | None] = {}
    sending = (
        select(Delivery, ChannelRow.kind)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(Delivery.status == "sending")
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    for delivery, kind in session.execute(sending):
        token = delivery.claimed_by or ""
        if not gone(delivery.claimed_by, delivery.claimed_at or delivery.due_at):
            continue
        if token not in read:
            read[token] = journal(token) if token else None
        _judge(session, now, delivery, kind, read[token])
        log.warning("delivery.swept", extra={"delivery": delivery.id, "answer": delivery.status})
        swept[delivery.status] = swept.get(delivery.status, 0) + 1
    return swept


def said(receipt: Receipt) -> str:
    """A receipt as a journal keeps it: one line."""
    return json.dumps([receipt.url, receipt.id])


def is_findable(kind: str) -> bool:
    """Whether a channel of that kind can be asked for a post after a doubt."""
    cls = kind_of("campaigns.channels", kind)
    return cls is not None and issubclass(cls, Finding)


def _judge(session: Session, now: datetime, delivery: Delivery, kind: str, found: Found | None) -> None:
    state = "handing" if found is None else found.state(delivery.key)
    receipt = _receipt(found.receipt(delivery.key)) if found is not None and state == "taken" else None
    if receipt is not None:
        delivery.published_at = delivery.claimed_at or now
        delivery.receipt_url, delivery.receipt_id = receipt.url, receipt.id
        history.move(session, now, delivery, "published", receipt.url)
        numbers.begin(session, now, [delivery.id] if numbers.counts(kind) else [])
    elif state == "none" and found is not None and found.whole:
        delivery.attempts, delivery.claimed_by, delivery.claimed_at = max(0, delivery.attempts - 1), None, None
        history.move(session, now, delivery, "scheduled")
    else:
        delivery.error_key, delivery.error_facts = "campaigns.delivery.interrupted", {}
        delivery.looks, delivery.look_at = 0, now + FIRST_LOOK if is_findable(kind) else None
        history.move(session, now, delivery, "unconfirmed", delivery.error_key)
    session.flush()


def _receipt(line: str) -> Receipt | None:
    try:
        url, id_ = json.loads(line)
    except ValueError:
        return None
    return Receipt(str(url), str(id_))


def _rest(session: Session, channel_id: int, result: Outcome) -> None:
    if result.pause is None and result.rest_until is None:
        return
    values: dict[str, object] = {"rest_until": result.rest_until}
    if result.pause is not None:
        values = {"paused": True, "pause_reason": result.pause}
    session.execute(update(ChannelRow).where(ChannelRow.id == channel_id).values(**values))


def _is_ours(status: str, claimed: bool, result: Outcome) -> bool:
    if not claimed or status == "published":
        return False
    # A lease may have run out under a slow try: its answer is still the truth about an unconfirmed delivery, and that
    # it is out is the truth about any that nobody has claimed since.
    return status in ("sending", "unconfirmed") or result.status == "published"


def _change(now: datetime, claimed: Claimed, result: Outcome) -> dict[str, object]:
    receipt, facts = result.receipt, result.error_facts
    look = result.status == "unconfirmed" and is_findable(claimed.kind)
    return {
        "id": claimed.delivery_id,
        "status": result.status,
        "next_try_at": result.next_try_at,
        "error_key": result.error_key,
        "error_facts": dict(facts) if facts is not None else None,
        "published_at": now if receipt else None,
        "receipt_url": receipt.url if receipt else None,
        "receipt_id": receipt.id if receipt else None,
        "looks": 0,
        "look_at": now + FIRST_LOOK if look else None,
    }
