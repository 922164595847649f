"""Moves a delivery from one status to the next and writes down that it moved."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Delivery, DeliveryEvent
from outreach.core.errors import OutreachError


def held(session: Session, delivery_id: int) -> Delivery:
    """The delivery, locked until the transaction ends; OutreachError `campaigns.delivery.missing`."""
    delivery = session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if delivery is None:
        raise OutreachError("campaigns.delivery.missing", id=delivery_id)
    return delivery


def held_in(session: Session, delivery_id: int, statuses: Collection[str]) -> Delivery:
    """As `held`, if the delivery has one of these statuses; else `campaigns.delivery.status`."""
    delivery = held(session, delivery_id)
    if delivery.status not in statuses:
        raise OutreachError(
            "campaigns.delivery.status", id=delivery_id, reason_key=f"campaigns.status.{delivery.status}"
        )
    return delivery


def move(session: Session, now: datetime, delivery: Delivery, status: str, detail: str = "") -> None:
    """Sets the status of a held delivery; `detail` is a catalogue key or an address."""
    write(session, now, delivery.id, delivery.status, status, detail)
    delivery.status = status


def write(
    session: Session, now: datetime, delivery_id: int, before: str | None, after: str, detail: str = ""
) -> None:
    """One line of a delivery's history."""
    session.add(DeliveryEvent(**event(now, delivery_id, before, after, detail)))


def event(now: datetime, delivery_id: int, before: str | None, after: str, detail: str = "") -> dict[str, object]:
    """The columns of one line of a delivery's history, for many at once."""
    return {"delivery_id": delivery_id, "at": now, "from_status": before, "to_status": after, "detail": detail}


def told(detail: str) -> tuple[str, dict[str, str]]:
    """The catalogue key of an event's detail and the facts of its sentence; an empty key where it has none.

    Facts stand behind the key as in an address: `campaigns.behind?minutes=12`.
    """
    if not detail.startswith("campaigns."):
        return "", {}
    key, _, facts = detail.partition("?")
    return key, dict(parse_qsl(facts))
