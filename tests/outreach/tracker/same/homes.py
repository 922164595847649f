"""Invented families and inquiries, with as little told as a test needs."""

from datetime import date

from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker import families
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming, receive
from tests.outreach.rooms import NOW

PLACE = "Balvu novads"


def home(
    session: Session, seal: Seal, name: str | None = None, *, note: str | None = None, place: str | None = PLACE,
    countries: tuple[str, ...] = ("IE",), stages: tuple[tuple[str, date], ...] = (), adults: int = 2,
) -> int:  # fmt: skip
    number = families.add(session, NOW, seal, Family(adults, 1, place, countries, name=name, note=note))
    for stage, day in stages:
        families.enter(session, NOW, number, stage, day)
    return number


_ASKED = iter(range(1, 10**9))


def ask(session: Session, seal: Seal, name: str | None = None, contact: str | None = None, **more: object) -> int:
    told: dict[str, object] = {"country": "IE", "municipality": PLACE} | more
    incoming = Incoming("form", name=name, contact=contact, message_id=str(next(_ASKED)), **told)  # type: ignore[arg-type]
    return receive(session, NOW, seal, incoming).inquiry_id
