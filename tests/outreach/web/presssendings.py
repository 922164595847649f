"""Sendings before the pages of an office: people of the press on a list, an approved release, one that goes out."""

from datetime import datetime

from sqlalchemy import update

from outreach.pressroom.contacts import editing, lists, stopping
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import ReleaseMail
from outreach.pressroom.sending import planning, starting
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.writing import approval
from outreach.pressroom.writing import editing as writing
from tests.outreach.pressroom.writing import desk
from tests.outreach.web.conftest import Office

PEOPLE = (
    ("Ida Ozola", "ida@vestis.example", "Rēzeknes Vēstis", ("lv",)),
    ("Jānis Kalns", "janis@radio.example", "Latgales Radio", ("lv",)),
    ("Mary Smith", "mary@paper.example", "The Paper", ("en",)),
    ("Pēteris Klusais", "peteris@klusums.example", "Klusums", ("lv",)),
)
FORM = {"sender_name": "Anna Bērziņa", "reply_to": "anna@example.org", "hello_lv": "{uzruna}", "hello_en": "{greeting}", "due_at": "", "per_minute": "0", "per_domain": "0"}


def press_list(office: Office, name: str = "Latgales mediji") -> int:
    """A list of four, of whom the last has asked for silence."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        numbers = [
            editing.add(session, now, Draft(name=who, mail=mail, outlet=outlet, languages=spoken, tier="regional"), "x", office.app.seal)
            for who, mail, outlet, spoken in PEOPLE
        ]
        number = lists.make(session, now, name, None, "x")
        lists.join(session, now, number, numbers)
        stopping.stop(session, now, PEOPLE[-1][1], "contacts.why.asked", "x")
    return number


def release(office: Office, *, approved: bool = True, english: bool = True, **more: object) -> int:
    """A release in Latvian and English."""
    now, zone = office.clock.now(), office.app.settings.zone
    with office.app.store.transaction() as session:
        number = desk.release(session, **more).id
        if english:
            writing.add_language(session, now, number, "en", desk.ENGLISH, "x", matches=True)
        if approved:
            approval.approve(session, now, number, "x", zone=zone)
    return number


def wanted(*list_ids: int, due_at: datetime | None = None, contacts: tuple[int, ...] = ()) -> Wanted:
    return Wanted(tuple(list_ids), contacts, {"lv": "{uzruna}", "en": "{greeting}"}, (), "Anna Bērziņa", "anna@example.org", due_at, 0, 0, False)


def draft(office: Office, *, due_at: datetime | None = None) -> int:
    """A draft to that list; its number."""
    number, list_id = release(office), press_list(office)
    with office.app.store.transaction() as session:
        return planning.plan(session, office.clock.now(), number, wanted(list_id, due_at=due_at), "x", sender=office.app.settings.mail.sender).id


def started(office: Office, *, due_at: datetime | None = None) -> int:
    """The same, begun: nothing has gone out yet."""
    number = draft(office, due_at=due_at)
    starting.start(office.app, number, "x")
    return number


def mail(office: Office, sending_id: int, who: str, **values: object) -> int:
    """A mail of a sending, with what became of it; its number."""
    with office.app.store.transaction() as session:
        number = session.scalar(
            update(ReleaseMail).where(ReleaseMail.sending_id == sending_id, ReleaseMail.mail == who).values(**values).returning(ReleaseMail.id)
        )
    assert number is not None
    return number
