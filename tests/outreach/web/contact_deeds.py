"""Deeds on media contacts and their lists, for the trail."""

import io
import re
from collections.abc import Callable
from typing import Protocol

from outreach.pressroom.contacts import editing, lists, merging, stopping
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import Contact
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

CONTACTS, LISTS = "/press/contacts", "/press/lists"


class Desk(Protocol):
    """What of the trail's desk is needed here."""

    @property
    def office(self) -> Office: ...
    def as_role(self, role: str) -> Visitor: ...


def contact(desk: Desk, name: str = "Ida Ozola", mail: str = "ida@vestis.example") -> int:
    app = desk.office.app
    with app.store.transaction() as session:
        return editing.add(session, app.clock.now(), Draft(name=name, mail=mail), "x", app.seal)


def on_contact(path: str, data: dict[str, object]) -> Callable[[Desk], object]:
    return lambda desk: desk.as_role("comms").post(f"{CONTACTS}/{contact(desk)}{path}", data)


def a_list(desk: Desk) -> int:
    with desk.office.app.store.transaction() as session:
        return lists.make(session, desk.office.clock.now(), "Draugi", None, "x")


def on_list(path: str, data: dict[str, object]) -> Callable[[Desk], object]:
    return lambda desk: desk.as_role("comms").post(f"{LISTS}/{a_list(desk)}{path}", data)


def join(desk: Desk) -> None:
    desk.as_role("comms").post(f"{LISTS}/{a_list(desk)}/join", {"contact": str(contact(desk))})


def leave(desk: Desk) -> None:
    number, one = a_list(desk), contact(desk)
    with desk.office.app.store.transaction() as session:
        lists.join(session, desk.office.clock.now(), number, [one])
    desk.as_role("comms").post(f"{LISTS}/{number}/leave", {"contact": str(one)})


def several(desk: Desk) -> None:
    desk.as_role("comms").post(f"{CONTACTS}/several", {"action": "confirm", "id": str(contact(desk))})


def moved(desk: Desk) -> None:
    number = contact(desk)
    with desk.office.app.store.transaction() as session:
        stopping.moved(session, number, "ida@cits.example")
        assert session.get_one(Contact, number).moved_to is not None
    desk.as_role("comms").post(f"{CONTACTS}/{number}/moved", {"do": "take"})


def two(desk: Desk) -> tuple[int, int]:
    return contact(desk), contact(desk, "I. Ozola", "ozola@vestis.example")


def merge(desk: Desk) -> None:
    first, second = two(desk)
    desk.as_role("comms").post(f"{CONTACTS}/merge", {"first": str(first), "second": str(second)})


def apart(desk: Desk) -> None:
    first, second = two(desk)
    desk.as_role("comms").post(f"{CONTACTS}/apart", {"first": str(first), "second": str(second)})


def part(desk: Desk) -> None:
    first, second = two(desk)
    with desk.office.app.store.transaction() as session:
        merging.merge(session, desk.office.clock.now(), first, second, {})
    desk.as_role("comms").post(f"{CONTACTS}/{first}/part", {"other": str(second)})


def look(desk: Desk) -> str:
    file = (io.BytesIO("Vārds;E-pasts\nIda;ida@vestis.example\n".encode()), "a.csv")
    return str(desk.as_role("comms").post(f"{CONTACTS}/import", {"file": file}).location)


def take(desk: Desk) -> None:
    at, visitor = look(desk), desk.as_role("comms")
    found = re.search(r'name="seen" value="([0-9a-f]+)"', visitor.text(at))
    assert found is not None
    visitor.post(at, {"seen": found[1]})


CONTACT_DEEDS: dict[str, tuple[str, str, Callable[[Desk], object]]] = {
    "press_contacts.create": ("add", "contact", lambda desk: desk.as_role("comms").post(f"{CONTACTS}/new", {"name": "Ida", "reached_by": "mail"})),
    "press_contacts.change": ("change", "contact", on_contact("/edit", {"name": "Ida", "reached_by": "mail"})),
    "press_contacts.several": ("confirm", "contact", several),
    "press_contacts.confirm": ("confirm", "contact", on_contact("/confirm", {})),
    "press_contacts.stop": ("stop", "contact", on_contact("/stop", {"do": "stop", "why": "lūdza"})),
    "press_contacts.moved": ("change", "contact", moved),
    "press_contacts.erase": ("erase", "contact", on_contact("/erase", {"confirm": "1"})),
    "press_contacts.merge": ("merge", "contact", merge),
    "press_contacts.apart": ("apart", "contact", apart),
    "press_contacts.part": ("split", "contact", part),
    "press_imports.look": ("ask", "contact_file", look),
    "press_imports.take": ("import", "contact_file", take),
    "press_lists.create": ("create", "contact_list", lambda desk: desk.as_role("comms").post(f"{LISTS}/new", {"name": "Draugi"})),
    "press_lists.change": ("change", "contact_list", on_list("/edit", {"name": "Paziņas"})),
    "press_lists.remove": ("remove", "contact_list", on_list("/remove", {"confirm": "1"})),
    "press_lists.join": ("join", "contact_list", join),
    "press_lists.leave": ("leave", "contact_list", leave),
}
