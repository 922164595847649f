"""An office that sends a release: contacts on a list, an approved release, a clock that stands still."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from outreach import wiring
from outreach.core import office, seal
from outreach.core.app import App
from outreach.core.clock import Clock
from outreach.core.db import Store
from outreach.core.mail import Mailer
from outreach.core.testing import RecordedHttp
from outreach.core.text import Texts
from outreach.pressroom.contacts import lists
from outreach.pressroom.models import Contact, PressSubscriber, Release, ReleaseMail, Sending
from outreach.pressroom.sending import planning, starting
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.writing import editing
from tests.outreach.digest.mailroom import KEY
from tests.outreach.pressroom.writing.desk import ANNA, ENGLISH, TOLD
from tests.support.offices import told_in

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SENDER = "zinas@office.test"
OUTSIDE = "https://birojs.example.org"


def desk(store: Store, folder: Path, clock: Clock, mailer: Mailer, **mail: object) -> App:
    """The office; `mail` are settings of its mail."""
    told = told_in(folder, mail={"sender": SENDER, **mail}, web={"public_url": OUTSIDE}, digest={"recipients": ()})
    return App(
        settings=told,
        office=office.read_office(told.office.profile, told.base),
        clock=clock,
        store=store,
        http=RecordedHttp({}),
        mailer=mailer,
        seal=seal.Seal(KEY),
        texts=_texts(),
    )


@cache
def _texts() -> Texts:
    return wiring.texts()


def contacts(app: App, mails: list[str], *, name: str = "", **more: Any) -> int:
    """Contacts with these addresses, on a new list of theirs; its number. They are "Anna Bērziņa", "Jānis Kalns" …"""
    names = ("Anna Bērziņa", "Jānis Kalns", "Ilze Ozola-Vīksna")
    with app.store.transaction() as session:
        now = app.clock.now()
        number = lists.make(session, now, name or f"Saraksts {mails[0]}", None, ANNA)
        rows = [
            Contact(**{
                "name": names[nth % 3], "mail": mail, "outlet": "Vietējā <avīze>", "languages": ["lv"], "made_at": now,
                "made_by": ANNA, "changed_at": now, **more,
            })
            for nth, mail in enumerate(mails)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        lists.join(session, now, number, [row.id for row in rows])
    return number


def subscriber(app: App, mail: str, language: str = "lv") -> int:
    with app.store.transaction() as session:
        row = PressSubscriber(
            mail=mail, language=language, state="confirmed", asked_at=app.clock.now(), confirmed_at=app.clock.now()
        )
        session.add(row)
        session.flush()
        return row.id


def release(app: App, *, english: bool = False, **more: Any) -> int:
    """An approved release; its number. `more` are columns of its row."""
    with app.store.transaction() as session:
        kind, about = more.pop("kind", "release"), more.pop("about_id", None)
        row = editing.start(session, app.clock.now(), TOLD, language="lv", actor=ANNA, kind=kind, about_id=about)
        if english:
            editing.add_language(session, app.clock.now(), row.id, "en", ENGLISH, ANNA, matches=True)
        row.approved_at, row.approved_by = app.clock.now(), ANNA
        for name, value in more.items():
            setattr(row, name, value)
        return row.id


def wanted(*list_ids: int, **more: Any) -> Wanted:
    usual: dict[str, Any] = {
        "lists": list_ids, "contacts": (), "hello": {"lv": "{uzruna}\nMedijam {medijs}."}, "attach": (),
        "sender_name": "Anna Paraudziņa", "reply_to": "anna@office.test", "due_at": None, "per_minute": 0,
        "per_domain": 0, "subscribers": False,
    }  # fmt: skip
    return Wanted(**{**usual, **more})


def planned(app: App, release_id: int, plan: Wanted) -> int:
    with app.store.transaction() as session:
        return planning.plan(session, app.clock.now(), release_id, plan, ANNA, sender=SENDER).id


def started(app: App, release_id: int, plan: Wanted) -> int:
    number = planned(app, release_id, plan)
    starting.start(app, number, ANNA)
    return number


def rows(app: App, sending_id: int | None = None) -> list[ReleaseMail]:
    """Every mail of a sending, or of all, by number."""
    query = select(ReleaseMail).order_by(ReleaseMail.id)
    if sending_id is not None:
        query = query.where(ReleaseMail.sending_id == sending_id)
    with app.store.reading() as session:
        return list(session.scalars(query))


def states(app: App, sending_id: int | None = None) -> list[str]:
    return [row.status for row in rows(app, sending_id)]


def state(app: App, sending_id: int) -> str:
    with app.store.reading() as session:
        return session.scalars(select(Sending.state).where(Sending.id == sending_id)).one()


def withdrawn(app: App, release_id: int) -> None:
    with app.store.transaction() as session:
        row = session.get(Release, release_id)
        assert row is not None
        row.withdrawn_at = app.clock.now() + timedelta(seconds=1)
