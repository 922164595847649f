"""Who would get a release, who not and why, and what keeps it from going."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from outreach.pressroom.contacts import lists, stopping
from outreach.pressroom.models import Contact, ReleaseMail, Sending
from outreach.pressroom.sending import job, planning
from outreach.pressroom.sending.planning import Foreseen, Wanted
from outreach.pressroom.sending.whom import HAD, SINGLE, SUBSCRIBERS
from tests.outreach.pressroom.sending.mailing import (
    NOW,
    SENDER,
    contacts,
    planned,
    release,
    rows,
    started,
    subscriber,
    wanted,
    withdrawn,
)
from tests.outreach.pressroom.writing.desk import ANNA, RIGA, TODAY


def foreseen(app: App, release_id: int, plan: Wanted) -> Foreseen:
    with app.store.reading() as session:
        return planning.foresee(session, app.clock.now(), release_id, plan, TODAY, RIGA)


def number_of(app: App, mail: str) -> int:
    with app.store.reading() as session:
        return session.scalars(select(Contact.id).where(Contact.mail == mail)).one()


def test_who_gets_it_by_language_and_list_and_who_does_not(app: App) -> None:
    first = contacts(app, ["a@press.test", "b@press.test", "stop@press.test", "left@press.test"])
    second = contacts(app, ["c@press.test"], languages=["de", "en"])
    contacts(app, ["solo@press.test"], languages=["de"])
    with app.store.transaction() as session:
        lists.join(session, NOW, second, [number_of(app, "a@press.test")])
        stopping.stop(session, NOW, "stop@press.test", stopping.ASKED, ANNA)
        stopping.leave(session, NOW, number_of(app, "left@press.test"), first)
    subscriber(app, "reader@x.test", "en")
    subscriber(app, "b@press.test")  # the press comes first: one mail an address
    plan = wanted(first, second, contacts=(number_of(app, "solo@press.test"),), subscribers=True)
    found = foreseen(app, release(app, english=True), plan)
    assert found.going == {"lv": 3, "en": 2}
    assert found.by_list == {first: 2, second: 1, SINGLE: 1, SUBSCRIBERS: 1}
    assert {(one.mail, one.reason) for one in found.skipped} == {
        ("stop@press.test", lists.STOPPED), ("left@press.test", lists.LEFT),
    }  # fmt: skip
    assert found.trouble is None


def test_a_draft_keeps_what_is_wanted(app: App) -> None:
    here = contacts(app, ["a@press.test"])
    plan = wanted(here, subscribers=True, attach=("docx", "pdf"), per_minute=30, due_at=NOW + timedelta(hours=1))
    number = planned(app, release(app), plan)
    with app.store.reading() as session:
        row = session.get(Sending, number)
        assert row is not None and (row.state, row.sender_mail, row.made_by) == ("draft", SENDER, ANNA)
        assert planning.wanted_of(row) == replace(plan, attach=("pdf", "docx"))
    with app.store.transaction() as session:
        planning.change(session, NOW, number, wanted(here))
        assert planning.wanted_of(session.get(Sending, number)) == wanted(here)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"lists": (999,)}, "contacts.error.list_gone"),
        ({"attach": ("exe",)}, "pressmail.attach"),
        ({"per_minute": -1}, "pressmail.pace"),
        ({"sender_name": "Anna\x00"}, "pressmail.sender_name"),
        ({"reply_to": "a@b.lv, c@d.lv"}, "mail.address"),
        ({"reply_to": "a@b.lv\r\nBcc: all@press.test"}, "mail.header"),
        ({"hello": {"lv": "Labdien, {vards}!"}}, "pressout.field"),
    ],
)
def test_what_is_no_plan_is_refused(app: App, more: dict[str, Any], key: str) -> None:
    here = contacts(app, ["a@press.test"])
    with pytest.raises(OutreachError) as caught:
        planned(app, release(app), wanted(**{"lists": (here,), **more}) if "lists" not in more else replace(wanted(), **more))
    assert caught.value.key == key


def test_what_keeps_it_from_going(app: App, clock: FixedClock) -> None:
    here = contacts(app, ["a@press.test"])
    subscriber(app, "reader@x.test")

    def key(release_id: int, plan: Wanted) -> str | None:
        trouble = foreseen(app, release_id, plan).trouble
        return trouble.key if trouble else None

    embargoed = release(app, embargo_until=NOW + timedelta(hours=2))
    assert key(embargoed, wanted(here)) is None
    assert key(embargoed, wanted(here, subscribers=True)) == "pressmail.barred.subscribers"
    assert key(embargoed, wanted(here, subscribers=True, due_at=NOW + timedelta(hours=2))) is None
    assert key(embargoed, wanted()) == "pressmail.barred.nobody"
    assert key(release(app, approved_at=None), wanted(here)) == "pressmail.barred.unapproved"
    gone = release(app)
    withdrawn(app, gone)
    assert key(gone, wanted(here)) == "pressmail.barred.withdrawn"


def test_who_has_it_gets_it_no_second_time(app: App) -> None:
    here = contacts(app, ["a@press.test", "b@press.test"])
    number = release(app)
    started(app, number, wanted(here))
    with app.store.transaction() as session:
        session.execute(update(ReleaseMail).where(ReleaseMail.mail == "b@press.test").values(status="failed"))
        session.execute(update(Contact).where(Contact.mail == "a@press.test").values(mail="new@press.test"))
    found = foreseen(app, number, wanted(here, contacts=()))
    assert [(one.mail, one.reason) for one in found.skipped] == [("new@press.test", HAD)]
    assert found.going == {"lv": 1}


def test_a_correction_goes_to_those_who_got_the_first_and_to_nobody_else(app: App) -> None:
    here = contacts(app, ["a@press.test", "b@press.test", "left@press.test", "merged@press.test", "later@press.test"])
    keeper = contacts(app, ["keeper@press.test"])
    reader = subscriber(app, "reader@x.test")
    first = release(app)
    started(app, first, wanted(here, subscribers=True))
    subscriber(app, "new@x.test")
    with app.store.transaction() as session:
        # One never went, one has left since, one is somebody else's row now.
        status = update(ReleaseMail).where(ReleaseMail.mail != "later@press.test")
        session.execute(status.values(status="sent"))
        session.execute(update(ReleaseMail).where(ReleaseMail.mail == "b@press.test").values(status="unconfirmed"))
        stopping.leave(session, NOW, number_of(app, "left@press.test"), here)
        session.execute(
            update(Contact).where(Contact.mail == "merged@press.test").values(merged_into=number_of(app, "keeper@press.test"))
        )
    number = release(app, kind="correction", about_id=first)
    sending = started(app, number, wanted(keeper))  # lists that are named change nothing
    had = {row.mail: row.message_id for row in rows(app) if row.sending_id != sending}
    found = {row.mail: row for row in rows(app, sending)}
    assert {mail for mail, row in found.items() if row.status == "due"} == {
        "a@press.test", "b@press.test", "keeper@press.test", "reader@x.test",
    }  # fmt: skip
    assert found["left@press.test"].error_key == lists.LEFT
    assert found["a@press.test"].list_id == here and found["a@press.test"].merge["thread"] == had["a@press.test"]
    assert found["keeper@press.test"].merge["thread"] == had["merged@press.test"]
    assert found["reader@x.test"].merge["subscriber"] == str(reader)
    job.tick(app)
    mails = {parcel.to[0]: parcel.content for parcel in app.mailer.parcels}  # type: ignore[attr-defined]
    told = f"In-Reply-To: {had['a@press.test']}\r\nReferences: {had['a@press.test']}\r\n"
    assert told.encode() in mails["a@press.test"]
