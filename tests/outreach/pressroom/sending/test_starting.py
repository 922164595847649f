"""A sending begins: all its mails at once or none, and what they say is fixed."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import copies
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.pressroom.models import ReleaseEdition, ReleaseText, Sending
from outreach.pressroom.sending import editions, job, planning, starting
from outreach.pressroom.writing import editing
from tests.outreach.pressroom.sending.mailing import (
    NOW,
    OUTSIDE,
    SENDER,
    contacts,
    planned,
    release,
    rows,
    started,
    state,
    states,
    subscriber,
    wanted,
)
from tests.outreach.pressroom.writing.desk import ANNA, TOLD
from tests.support.relay import parsed


def kept(app: App) -> list[ReleaseEdition]:
    with app.store.reading() as session:
        return list(session.scalars(select(ReleaseEdition).order_by(ReleaseEdition.id)))


def test_it_makes_a_mail_for_each_and_an_edition_for_each_language_that_is_read(app: App) -> None:
    here = contacts(app, ["a@press.test", "b@press.test"])
    contacts(app, ["nobody@press.test"])
    number = release(app, english=True)
    sending = started(app, number, wanted(here))
    assert (state(app, sending), states(app, sending)) == ("going", ["due", "due"])
    assert [(one.language, one.revision) for one in kept(app)] == [("lv", 1)]
    made = rows(app, sending)
    assert {row.merge["greeting"] for row in made} == {"Labdien, Anna!", "Labdien, Jāni!"}
    assert len({row.message_id for row in made}) == 2
    assert {"a@press.test", "Anna", "Vietējā"} & set(kept(app)[0].html.split()) == set()


def test_it_begins_once(app: App) -> None:
    sending = started(app, release(app), wanted(contacts(app, ["a@press.test"])))
    with pytest.raises(OutreachError, match=r"pressmail\.started"):
        starting.start(app, sending, ANNA)
    with app.store.transaction() as session, pytest.raises(OutreachError, match=r"pressmail\.started"):
        planning.change(session, NOW, sending, wanted())
    assert len(rows(app)) == 1


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [("approved_at", None, r"barred\.unapproved"), ("withdrawn_at", NOW, r"barred\.withdrawn")],
)
def test_what_may_not_go_does_not_begin(app: App, column: str, value: Any, key: str) -> None:
    sending = planned(app, release(app, **{column: value}), wanted(contacts(app, ["a@press.test"])))
    with pytest.raises(OutreachError, match=key):
        starting.start(app, sending, ANNA)
    assert (state(app, sending), rows(app), kept(app)) == ("draft", [], [])


def test_a_sender_of_another_domain_is_refused(app: App) -> None:
    here, number = contacts(app, ["a@press.test"]), release(app)
    with app.store.transaction() as session:
        sending = planning.plan(session, NOW, number, wanted(here), ANNA, sender="anna@gmail.test").id
    with pytest.raises(OutreachError, match=r"pressmail\.sender"):
        starting.start(app, sending, ANNA)


def test_a_release_that_changes_while_it_is_rendered_does_not_go(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    sending = planned(app, release(app), wanted(contacts(app, ["a@press.test"])))
    usual = editions.render

    def slow(*given: object, **named: object) -> object:
        with app.store.transaction() as session:
            session.execute(update(ReleaseText).values(revision=2))
        return usual(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(editions, "render", slow)
    with pytest.raises(OutreachError, match=r"barred\.changed"):
        starting.start(app, sending, ANNA)
    assert (state(app, sending), rows(app)) == ("draft", [])


def test_it_waits_for_its_moment_and_says_then_what_it_said_when_it_was_planned(
    app: App, clock: FixedClock, mailer: MemoryMailer
) -> None:
    number = release(app, embargo_until=NOW + timedelta(hours=1))
    here = contacts(app, ["a@press.test"])
    subscriber(app, "reader@x.test")
    sending = started(app, number, wanted(here, subscribers=True, due_at=NOW + timedelta(hours=1)))
    assert (job.tick(app), state(app, sending), states(app)) == (0, "ready", ["due", "due"])
    clock.step(timedelta(hours=1))
    assert (job.tick(app), state(app, sending)) == (2, "done")
    with app.store.reading() as session:
        assert session.scalars(select(Sending.started_at)).one() == clock.now()
    assert all("EMBARGO" not in parcel.subject for parcel in mailer.parcels)
    assert parsed(mailer.parcels[0].content)["Date"] == "Mon, 23 Nov 2026 12:00:00 +0200"


def test_what_says_something_else_by_then_waits_for_a_person(app: App, clock: FixedClock, mailer: MemoryMailer) -> None:
    number = release(app)
    sending = started(app, number, wanted(contacts(app, ["a@press.test"]), due_at=NOW + timedelta(hours=1)))
    with app.store.transaction() as session:
        other = type(TOLD)(**{**vars(TOLD), "lead": "Pavisam cits teksts."})
        editing.change_text(session, NOW, number, "lv", other, ANNA)
    clock.step(timedelta(hours=1))
    job.tick(app)
    assert (state(app, sending), mailer.parcels) == ("paused", [])
    with app.store.transaction() as session:
        session.execute(update(Sending).values(state="ready"))
        editing.hold(session, number).approved_at = NOW  # approved anew, but the mails hold the old words
    job.tick(app)
    assert (state(app, sending), mailer.parcels) == ("paused", [])


def test_a_mail_is_the_recipients_own(app: App, mailer: MemoryMailer) -> None:
    here = contacts(app, ["a@press.test"])
    number = release(app, published_at=NOW, slug="relize")
    started(app, number, wanted(here, attach=("pdf", "docx")))
    job.tick(app)
    mail = parsed(mailer.parcels[0].content)
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and html is not None
    assert text.get_content().startswith("Labdien, Anna!\r\nMedijam Vietējā <avīze>.")
    assert "Vietējā &lt;avīze&gt;" in html.get_content() and "Slot" not in html.get_content() + text.get_content()
    assert f"{OUTSIDE}/prese/relize?lang=lv" in text.get_content()
    leave = mail["List-Unsubscribe"].strip("<>")
    assert leave.startswith(f"{OUTSIDE}/prese/leave/1-{here}.") and f'href="{leave}"' in html.get_content()
    assert (mail["From"], mail["Reply-To"]) == (f"Anna Paraudziņa <{SENDER}>", "anna@office.test")
    assert (mail["List-Id"], mail["List-Unsubscribe-Post"]) == (f"<press-{here}.office.test>", "List-Unsubscribe=One-Click")
    assert mail["Auto-Submitted"] is None and mail["Precedence"] is None
    assert [one.get_filename() for one in mail.iter_attachments()] == ["preses-relize-1-lv.pdf", "preses-relize-1-lv.docx"]
    assert next(mail.iter_attachments()).get_content().startswith(b"%PDF")
    assert all(len(line) <= 120 for line in mailer.parcels[0].content.split(b"\r\n"))


def test_who_is_on_no_list_has_no_list_to_leave(app: App, mailer: MemoryMailer) -> None:
    here = contacts(app, ["a@press.test"])
    contacts(app, ["solo@press.test"])
    started(app, release(app), wanted(here, contacts=(2,)))
    job.tick(app)
    solo = next(parcel for parcel in mailer.parcels if parcel.to[0] == "solo@press.test")
    mail = parsed(solo.content)
    assert not {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"} & {*mail.keys()}
    assert b"/prese/" not in b"".join(part.get_payload(decode=True) or b"" for part in mail.walk() if not part.is_multipart())  # type: ignore[misc]


def test_a_look_goes_to_oneself_and_makes_no_rows(app: App, mailer: MemoryMailer) -> None:
    number = release(app, approved_at=None)
    starting.test(app, number, wanted(), "berta@office.test", ANNA)
    (parcel,) = mailer.parcels
    mail = parsed(parcel.content)
    assert (parcel.to, parcel.sender) == (("berta@office.test",), SENDER)
    assert mail["Subject"].startswith("Izmēģinājums | Preses relīze: Rēzeknē")
    assert (rows(app), kept(app)) == ([], [])


def test_what_went_along_lies_beside_a_copy_of_the_store(app: App, tmp_path: Path) -> None:
    started(app, release(app), wanted(contacts(app, ["a@press.test"]), attach=("docx",)))
    (file,) = editions.folder_of(app.settings).iterdir()
    assert app.store.path is not None
    with sqlite3.connect(app.store.path) as store:
        assert store.execute(copies._BESIDE["press"]).fetchall() == [(f"press/{file.name}",)]
    app.settings.folder.joinpath("run").mkdir(exist_ok=True)
    assert copies.copy_beside(app.settings.folder, tmp_path / "copies") == 1
