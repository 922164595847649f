"""Sendings as pages see them."""

from sqlalchemy import delete, update

from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.testing import MemoryMailer
from outreach.people import audit
from outreach.pressroom.models import Contact, ReleaseMail
from outreach.pressroom.sending import job, planning, reading, recording
from tests.outreach.pressroom.sending.mailing import NOW, contacts, planned, release, started, wanted
from tests.outreach.pressroom.writing.desk import ANNA


def test_how_far_they_are(app: App, mailer: MemoryMailer) -> None:
    here = contacts(app, [f"r{number}@press.test" for number in range(5)])
    contacts(app, ["none@press.test"])
    number = release(app)
    with app.store.transaction() as session:
        session.execute(update(Contact).where(Contact.mail == "r0@press.test").values(mail=None))
    first = started(app, number, wanted(here))
    draft = planned(app, number, wanted(here, subscribers=True))
    job.tick(app)
    with app.store.transaction() as session:
        session.execute(update(ReleaseMail).where(ReleaseMail.id == 2).values(returned_at=NOW, returned_key="x"))
        session.execute(delete(Contact).where(Contact.mail == "r3@press.test"))
    with app.store.reading() as session:
        seen = reading.listed(session, 10)
        assert [(one.sending_id, one.state, one.counts, one.editions) for one in seen] == [
            (draft, "draft", {}, ()),
            (first, "done", {"sent": 4, "skipped": 1, "returned": 1}, ("lv",)),
        ]
        assert reading.of_release(session, number) == seen and reading.one(session, first) == seen[1]
        assert reading.one(session, 99) is None and reading.of_release(session, 99) == []
        assert seen[1].headline.startswith("Rēzeknē") and seen[1].sender == "Anna Paraudziņa <zinas@office.test>"
        (row,) = reading.mails(session, first, status="skipped")
        assert (row.mail, row.error_key) == ("", "contacts.reason.no_address")
        assert [one.mail_id for one in reading.mails(session, first, status="returned")] == [2]
        every = reading.mails(session, first, limit=2)
        every += reading.mails(session, first, after=every[-1].mail_id)
        assert len({one.mail_id for one in every}) == 5 and {one.name for one in every} > {""}
        assert [one.mail for one in reading.mails_of_contact(session, 2, 10)] == ["r1@press.test"]


def test_a_pause_says_why_unless_a_person_did_it(app: App) -> None:
    sending = started(app, release(app), wanted(contacts(app, ["a@press.test"])))
    why = WireError("mail.login", stage="login", code=535, answer="no", host="relay.test", port=587)

    def seen() -> tuple[str | None, dict[str, object]]:
        with app.store.reading() as session:
            found = reading.one(session, sending)
            assert found is not None
            return found.reason_key, dict(found.reason_facts)

    with app.store.transaction() as session:
        recording.pause(session, NOW, planning.hold(session, sending), why)
    assert seen() == ("mail.login", {"stage": "login", "code": 535, "answer": "no", "host": "relay.test", "port": 587})
    told = app.texts.in_language("lv").fact(*seen())  # type: ignore[arg-type]
    assert "relay.test" in told
    with app.store.transaction() as session:
        audit.write(session, NOW, ANNA, "pause", "sending", sending)
    assert seen() == (None, {})


def test_a_restored_store_sends_nothing_before_a_person_has_looked(app: App, mailer: MemoryMailer) -> None:
    sending = started(app, release(app), wanted(contacts(app, ["a@press.test", "b@press.test"])))
    with app.store.transaction() as session:
        session.execute(update(ReleaseMail).where(ReleaseMail.id == 1).values(status="sending"))
        recording.hold(session, NOW)
    assert (job.tick(app), mailer.parcels) == (0, [])
    with app.store.reading() as session:
        seen = reading.one(session, sending)
        assert seen is not None and (seen.state, seen.reason_key) == ("paused", "pressmail.restored")
        assert seen.counts == {"due": 1, "unconfirmed": 1}
