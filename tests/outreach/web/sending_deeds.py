"""Deeds on sendings, for the trail."""

from collections.abc import Callable

from outreach.pressroom.sending import steering
from tests.outreach.web import presssendings as made
from tests.outreach.web.contact_deeds import Desk

SENDINGS = "/press/sendings"


def form(path: str) -> Callable[[Desk], object]:
    def do(desk: Desk) -> None:
        number, list_id = made.release(desk.office), made.press_list(desk.office)
        desk.as_role("comms").post(f"/press/releases/{number}/send{path}", {**made.FORM, "lists": str(list_id)})

    return do


def start(desk: Desk) -> None:
    desk.as_role("comms").post(f"{SENDINGS}/{made.draft(desk.office)}/start", {"total": "3"})


def steer(desk: Desk) -> None:
    desk.as_role("comms").post(f"{SENDINGS}/{made.started(desk.office)}/steer", {"do": "pause"})


def on_mail(path: str, status: str, data: dict[str, object]) -> Callable[[Desk], object]:
    def do(desk: Desk) -> None:
        number = made.started(desk.office)
        with desk.office.app.store.transaction() as session:
            steering.pause(session, desk.office.clock.now(), number, "x")
        mail = made.mail(desk.office, number, made.PEOPLE[0][1], status=status, error_key="mail.refused")
        desk.as_role("comms").post(f"{SENDINGS}/{number}/{path}", {"mail": str(mail), **data})

    return do


SENDING_DEEDS: dict[str, tuple[str, str, Callable[[Desk], object]]] = {
    "press_send.test": ("test", "release", form("/test")),
    "press_send.keep": ("plan", "sending", form("")),
    "press_sendings.start": ("send", "sending", start),
    "press_sendings.steer": ("pause", "sending", steer),
    "press_sendings.again": ("again", "sending", on_mail("again", "failed", {})),
    "press_sendings.settle": ("settle", "sending", on_mail("settle", "unconfirmed", {"sent": "yes"})),
}
