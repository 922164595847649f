"""Deeds around releases by mail for the trail: of subscribers behind their links, and of the office."""

from collections.abc import Callable
from typing import Protocol

from outreach.people.sessions import hash_of
from outreach.pressroom.models import PressSubscriber
from outreach.pressroom.public import subscribing
from tests.outreach.web.conftest import PAGE, Office
from tests.support.people import Visitor

TOKEN = "jautajums"


class Desk(Protocol):
    """What of the trail's desk is needed here."""

    @property
    def office(self) -> Office: ...
    def as_role(self, role: str) -> Visitor: ...


def subscriber(office: Office, state: str = "asked", mail: str = "redakcija@example.org", language: str = "lv", **more: object) -> int:
    """Somebody in that state whose question's link ends with `TOKEN`; the number."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        told = {"token_hash": hash_of(TOKEN), "mail_state": "sent", "asked_at": now, "confirmed_at": now if state == "confirmed" else None}
        row = PressSubscriber(mail=mail, language=language, state=state, **{**told, **more})
        session.add(row)
        session.flush()
        return row.id


def leaving(office: Office, number: int) -> str:
    return subscribing.leave_token(subscribing.key_of(office.app.seal), number)


def by_link(path: str) -> Callable[[Desk], None]:
    """A form behind a link of somebody who has no cookie of ours."""

    def do(desk: Desk) -> None:
        number = subscriber(desk.office)
        told = path.format(token=TOKEN, leaving=leaving(desk.office, number))
        desk.office.client.application.test_client().post(told, base_url=PAGE)

    return do


def remove(desk: Desk) -> None:
    desk.as_role("comms").post(f"/press/subscribers/{subscriber(desk.office, 'confirmed')}/remove")


SUBSCRIBER_DEEDS: dict[str, tuple[str, str, Callable[[Desk], object]]] = {
    "press_joining.confirm": ("confirm", "subscriber", by_link("/prese/subscription/ask/{token}")),
    "press_joining.off": ("delete", "subscriber", by_link("/prese/subscription/{leaving}")),
    "press_subscribers.remove": ("delete", "subscriber", remove),
}
