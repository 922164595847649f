"""Deeds on answers to releases, and of those who leave a list, for the trail."""

from collections.abc import Callable

from outreach.pressroom.models import ReleaseReply
from outreach.pressroom.sending import leaving
from tests.outreach.pressroom.sending import comeback as made
from tests.outreach.web.conftest import PAGE, Office
from tests.outreach.web.contact_deeds import Desk

NEW = "janis@tv.example"


def answer(office: Office, text: str = "Paldies, publicēsim!", *heads: str, number: str = "a", mail_id: int | None = None) -> int:
    """An answer to a release that went to a contact; its number."""
    with office.app.store.transaction() as session:
        mail = mail_id if mail_id is not None else made.one(session, office.app.seal)[1]
        answering = made.answers(session, mail)
    made.came(office.app, made.letter(text, answering, *heads, number=number), office.clock.now())
    with office.app.store.reading() as session:
        return session.query(ReleaseReply.id).order_by(ReleaseReply.id.desc()).limit(1).scalar() or 0


def link(office: Office) -> str:
    """The way off a list for a contact who got a release by it."""
    with office.app.store.transaction() as session:
        number = made.contact(session, office.app.seal)
        list_id = made.press_list(session, number)
        made.sent(session, number, list_id)
    return f"/prese/leave/{leaving.token(leaving.key_of(office.app.seal), number, list_id)}"


def leave(desk: Desk) -> None:
    desk.office.client.application.test_client().post(link(desk.office), base_url=PAGE, data={"List-Unsubscribe": "One-Click"})


def on_answer(path: str, data: dict[str, object], text: str = "Paldies!", *heads: str) -> Callable[[Desk], object]:
    def do(desk: Desk) -> None:
        number = answer(desk.office, text, *heads)
        desk.as_role("comms").post(f"/press/replies/{number}/{path}", data)

    return do


REPLY_DEEDS: dict[str, tuple[str, str, Callable[[Desk], object]]] = {
    "press_replies.mark": ("settle", "press_reply", on_answer("mark", {"do": "seen"})),
    "press_replies.address": ("change", "contact", on_answer("address", {"do": "take"}, f"My new address is {NEW}", made.AUTOMATIC)),
    "press_leaving.off": ("leave", "contact_list", leave),
}
