"""What the pages of inquiries, families and reports are tested on: a family whose words are a canary."""

from datetime import date, timedelta

from sqlalchemy import event, select

from outreach.core.app import App
from outreach.people.models import AuditEntry
from outreach.tracker import families, intake, jobs
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming
from tests.outreach.web.conftest import Office

CANARY = "Zeltkanārijs"
NUMBER = "+37129998877"
PLACE = "Balvu novads"
STAFF = ("administrator", "comms", "reader")


def ask(office: Office, number: int = 1, *, days: int = 0, linked: bool = True, **more: object) -> int:
    """An inquiry with a canary's name, contact and text; its number."""
    told: dict[str, object] = {
        "arrived_by": "form", "name": CANARY, "contact": f"{CANARY}@example.org, {NUMBER}", "text": f"{CANARY} <b>raksta</b>",
        "country": "IE", "municipality": PLACE, "topic": "work", "message_id": f"m{number}",
    }  # fmt: skip
    app = office.app
    at = app.clock.now() - timedelta(days=days)
    with app.store.transaction() as session:
        incoming = Incoming(**(told | more))  # type: ignore[arg-type]
        held = intake.receive(session, at, app.seal, incoming).inquiry_id
        if linked:
            jobs.link(session, app.clock.now(), held, 90)
        return held


def family(office: Office, *stages: tuple[str, date], place: str = PLACE, adults: int = 2, children: int = 1) -> int:
    """A family with a canary's name and note that entered these stages; its number."""
    app = office.app
    with app.store.transaction() as session:
        told = Family(adults, children, place, ("IE",), name=CANARY, note=f"{CANARY} <i>note</i>")
        number = families.add(session, app.clock.now(), app.seal, told)
        for stage, day in stages:
            families.enter(session, app.clock.now(), number, stage, day)
        return number


def trail(app: App) -> list[tuple[str, str, str, int | None]]:
    """Who did what to what, in order."""
    with app.store.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.actor, row.action, row.subject_kind, row.subject_id) for row in rows]



class Counted:
    """How many questions the store is asked."""

    def __init__(self, app: App) -> None:
        self.engine = app.store.engine
        self.statements: list[str] = []

    def __enter__(self) -> "Counted":
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _c: object, _u: object, statement: str, *_: object) -> None:
        self.statements.append(statement)


def silent(text: str) -> bool:
    """Whether no word of a family is in a text."""
    return all(sign.casefold() not in text.casefold() for sign in (CANARY, "zeltkan", NUMBER, NUMBER[4:]))
