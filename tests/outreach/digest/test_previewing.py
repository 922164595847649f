"""A look at the mail of now or of a day: what that reader would get, and nothing sent, written or counted."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import WireError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.digest import sending
from outreach.digest.models import DigestEdition
from outreach.digest.previewing import NOWHERE
from outreach.subscribers.links import links_of
from outreach.subscribers.models import DigestRun
from tests.outreach.digest.mailroom import BEFORE, MORNING, office_of, reader, tick, written
from tests.support.people import account
from tests.support.relay import parsed

ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def office(store: Store, folder: Path) -> tuple[App, FixedClock, MemoryMailer]:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    return office_of(store, folder, clock, mailer), clock, mailer


def counted(store: Store) -> list[int]:
    with store.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (DigestRun, DigestEdition)]


def test_a_preview_is_the_readers_own_and_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    app, _, mailer = office(store, tmp_path)
    written(app, 2)
    reader(app, "anna@press.test", language="en")
    reader(app, "skola@press.test", tiers=("national",))
    told, composed = sending.preview(app, mail="ANNA@press.test")
    assert told.mentions == 2
    assert "<html" in composed.html and 'lang="en"' in composed.html
    assert f"/d/{NOWHERE}" in composed.html and "/judge/" not in composed.html
    assert sending.preview(app, mail="skola@press.test")[0].mentions == 0
    assert sending.preview(app)[1].html == composed.html  # the first reader
    assert (counted(store), mailer.parcels) == ([0, 0], [])


@ON_A_FILE
def test_whoever_is_no_reader_sees_the_offices_mail_by_their_role(store: Store, tmp_path: Path) -> None:
    app, _, _ = office(store, tmp_path)
    written(app, 1)
    assert sending.preview(app)[0].business is not None
    assert sending.preview(app, mail="cits@example.org", role="reader")[0].business is not None
    assert sending.preview(app, mail="cits@example.org", role="partner")[0].business is None
    reader(app, "arpus@press.test")
    assert sending.preview(app, mail="arpus@press.test", role="comms")[0].business is None


@ON_A_FILE
def test_a_partner_is_shown_their_own_place_alone(store: Store, tmp_path: Path) -> None:
    app, _, _ = office(store, tmp_path)
    written(app, 2, places=("Ludzas novads",))
    written(app, 1, places=("Preiļu novads",))
    account(app, "partner", "Preiļu novads")
    assert sending.preview(app, mail="partner@example.org", role="partner")[0].mentions == 1
    reader(app, "partner@example.org", places=("Ludzas novads",))
    assert sending.preview(app, mail="partner@example.org")[0].mentions == 1


@ON_A_FILE
def test_a_day_is_looked_at_as_its_mail_told_it(store: Store, tmp_path: Path) -> None:
    app, clock, mailer = office(store, tmp_path)
    reader(app, "anna@press.test")
    written(app, 3)
    clock.moment = MORNING
    tick(app)
    clock.step(timedelta(days=3))
    told, _ = sending.preview(app, MORNING.date(), "anna@press.test")
    assert (told.day, told.mentions) == (MORNING.date(), 3)
    before, _ = sending.preview(app, MORNING.date() - timedelta(days=1), "anna@press.test")
    assert before.mentions == 0
    weekly = reader(app, "nedela@press.test", rhythm="weekly")
    assert weekly and sending.preview(app, mail="nedela@press.test")[0].mentions == 3
    assert len(mailer.parcels) == 1


def test_send_me_is_one_mail_that_counts_nowhere(store: Store, tmp_path: Path) -> None:
    app, clock, mailer = office(store, tmp_path)
    number = reader(app, "anna@press.test")
    written(app, 1)
    sending.send_me(app, clock.now(), "anna@press.test", "comms")
    sending.send_me(app, clock.now(), "viesis@example.org", "comms", "en")
    assert counted(store) == [0, 0]
    ours, guests = (parsed(parcel.content) for parcel in mailer.parcels)
    assert ours["Subject"].startswith("Priekšskatījums: ") and guests["Subject"].startswith("Preview: ")
    assert ours["Message-ID"] != guests["Message-ID"] and "List-Unsubscribe" not in ours
    body = ours.get_body(("html",))
    assert body is not None
    token = body.get_content().partition("/subscription/")[2].partition('"')[0].partition("/")[0]
    with store.reading() as session:
        assert links_of(app.seal).read_reader(session, token) == number
    other = guests.get_body(("html",))
    assert other is not None and f"/subscription/{NOWHERE}" in other.get_content()


@ON_A_FILE
def test_send_me_says_why_it_did_not_go(store: Store, tmp_path: Path) -> None:
    app, clock, mailer = office(store, tmp_path)
    account(app, "comms")
    mailer.refuse.append(WireError("mail.unreachable", stage="connect", host="relay", port=25))
    with pytest.raises(WireError, match=r"mail\.unreachable"):
        sending.send_me(app, clock.now(), "comms@example.org", "comms")
