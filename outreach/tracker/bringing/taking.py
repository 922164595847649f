"""Inquiries taken in as a batch, each once: rows of a table in steps that may break off, lines of an event's list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import casework, intake
from outreach.tracker.bringing.judging import incoming_of
from outreach.tracker.bringing.models import Batch
from outreach.tracker.bringing.rows import Row
from outreach.tracker.heard.offering import Choice
from outreach.tracker.intake import Incoming, Received
from outreach.tracker.models import Inquiry

KIND = "inquiry_batch"  # as the trail calls it
_STEP = 50
_NOON = time(12)


@dataclass(frozen=True)
class Order:
    """One row as it is to be taken: `name` makes it this row and no other (`judging.named`)."""

    row: Row
    name: str


@dataclass(frozen=True)
class BatchSeen:
    """A batch in a list."""

    id: int
    kind: str  # table or event
    name: str
    held_on: date | None
    campaign_id: int | None
    campaign: str | None
    made_at: datetime
    made_by: str
    taken: int
    known: int
    refused: int


def begin(
    session: Session,
    now: datetime,
    actor: str,
    kind: Literal["table", "event"],
    name: str,
    *,
    held_on: date | None = None,
    campaign_id: int | None = None,
    known: int = 0,
    refused: int = 0,
) -> int:
    """A new batch; its number. OutreachError `bringing.error.campaign` for a campaign that is not there."""
    if campaign_id is not None and session.get(Campaign, campaign_id) is None:
        raise OutreachError("bringing.error.campaign", campaign_id=campaign_id)
    row = Batch(
        kind=kind,
        name=name[:200],
        held_on=held_on,
        campaign_id=campaign_id,
        made_at=now,
        made_by=actor[:254],
        known=known,
        refused=refused,
    )
    session.add(row)
    session.flush()
    audit.write(session, now, actor, "import" if kind == "table" else "add", KIND, row.id)
    return row.id


def take_all(
    store: Store, now: datetime, seal: Seal, actor: str, batch_id: int, orders: Sequence[Order], *, answered: bool
) -> Iterator[int]:
    """Takes rows in, some dozens in a transaction; yields after each how many are through. Begun again after a break it
    takes none twice.
    """
    for at in range(0, len(orders), _STEP):
        with store.transaction() as session:
            for one in orders[at : at + _STEP]:
                incoming = incoming_of(one.row, one.name, batch_id, actor)
                received = intake.receive(session, now, seal, incoming)
                if received.new and answered:
                    intake.answer(session, incoming.received_at or now, received.inquiry_id)
            _count(session, batch_id)
        yield min(at + _STEP, len(orders))


def finish(session: Session, batch_id: int, *, known: int, asked: int) -> BatchSeen:
    """Writes down what came of a table: of `asked` rows those that are not of this batch were known, as `known` others
    that a person left out.
    """
    _count(session, batch_id)
    batch = session.get_one(Batch, batch_id)
    batch.known = known + max(asked - batch.taken, 0)
    session.flush()
    found = one(session, batch_id)
    assert found is not None
    return found


def line(
    session: Session, now: datetime, actor: str, seal: Seal, zone: ZoneInfo, batch_id: int, once: str, said: Incoming
) -> Received:
    """One line of an event's list; pressed twice (`once` is the same) it is one. OutreachError `bringing.error.batch`
    where no event has this number.
    """
    batch = session.get(Batch, batch_id)
    if batch is None or batch.kind != "event":
        raise OutreachError("bringing.error.batch", batch_id=batch_id)
    held = datetime.combine(batch.held_on, _NOON, zone) if batch.held_on is not None else now
    incoming = replace(
        said,
        arrived_by="event",
        batch_id=batch_id,
        message_id=f"{batch_id}:{once}",
        ticked=(*said.ticked, *_met(session, batch)),
        # A list that is written at the event has its lines' own hours.
        received_at=min(held, now) if batch.held_on != now.astimezone(zone).date() else now,
    )
    received = casework.note(session, now, actor, seal, incoming)
    _count(session, batch_id)
    return received


def _met(session: Session, batch: Batch) -> tuple[Choice, ...]:
    """Where the office met them: how they heard, whatever else they say."""
    found = [Choice("source-event", "source", "event", "event")]
    campaign = session.get(Campaign, batch.campaign_id) if batch.campaign_id is not None else None
    if campaign is not None:
        found.append(
            Choice(f"campaign-{campaign.id}", "campaign", campaign.name, "event", campaign_id=campaign.id)
        )
    return tuple(found)


def one(session: Session, batch_id: int) -> BatchSeen | None:
    """One batch."""
    row = session.execute(_SEEN.where(Batch.id == batch_id)).one_or_none()
    return BatchSeen(*row) if row is not None else None


def latest(session: Session, kind: Literal["table", "event"], limit: int = 20) -> list[BatchSeen]:
    """The batches of a kind, the newest first."""
    rows = session.execute(_SEEN.where(Batch.kind == kind).order_by(Batch.id.desc()).limit(limit))
    return [BatchSeen(*row) for row in rows]


_SEEN = select(
    Batch.id, Batch.kind, Batch.name, Batch.held_on, Batch.campaign_id, Campaign.name, Batch.made_at, Batch.made_by,
    Batch.taken, Batch.known, Batch.refused,
).outerjoin(Campaign, Campaign.id == Batch.campaign_id)  # fmt: skip


def _count(session: Session, batch_id: int) -> None:
    session.flush()
    taken = session.scalar(select(func.count()).select_from(Inquiry).where(Inquiry.batch_id == batch_id))
    session.get_one(Batch, batch_id).taken = taken or 0
