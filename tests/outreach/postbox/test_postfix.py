"""A mail that a real relay took and could not deliver: its report comes home, and the address gets nothing more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.core.imap import ImapWire
from outreach.core.mail import SmtpMailer
from outreach.core.mail_mould import Mould, Parcel
from outreach.postbox import copies, envelope, looking, stops
from outreach.postbox.models import Returned
from tests.outreach.postbox import letters
from tests.outreach.postbox.letters import filled
from tests.support import postfix
from tests.support.offices import told_in
from tests.support.postfix import PASSWORD, USER, Office

BOUNCES = "bounces@office.test"
LOST = "bounce@press.test"
READER = "liga@press.test"


@pytest.fixture(scope="module")
def relay() -> Iterator[Office]:
    reason = postfix.missing()
    if reason:
        pytest.skip(reason)
    with postfix.server() as started:
        yield started


@pytest.fixture
def app(relay: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    for name in ("COPIES", "BOUNCES"):
        monkeypatch.setenv(f"OUTREACH_{name}_PASSWORD", PASSWORD)
    boxes = {f"{name}_box": f"imaps://{who}@localhost:{relay.imap}/INBOX" for name, who in (("copy", "copies"), ("bounce", "bounces"))}
    told = told_in(tmp_path, mail={**boxes, "bounce_to": BOUNCES, "copy_to": "copies@office.test"})
    with wiring.open_app(told, create=True) as made:
        yield made


def sent(app: App, relay: Office, number: int, *mails: str) -> list[str]:
    """Sends a morning mail to each; their Message-IDs."""
    mould = Mould.cast(text="Rīts", html="<p>Rīts</p>", mark="x")
    parcels = [parcel(app, mould, number + place, mail) for place, mail in enumerate(mails)]
    mailer = SmtpMailer(
        host="localhost", port=relay.smtp, security="starttls", user=USER, password=PASSWORD, context=relay.trust
    )
    with mailer.line() as line:
        for one in parcels:
            line.send(one)
    return [one.message_id for one in parcels]


def parcel(app: App, mould: Mould, number: int, mail: str) -> Parcel:
    return mould.parcel(
        message_id=f"<rits.{number}@office.test>",
        sender="Birojs <zinas@office.test>",
        to=mail,
        subject="Rīts",
        date=datetime(2026, 11, 26, 7, 0, tzinfo=UTC),
        envelope=envelope.return_address(app.seal.sign_key(envelope.PURPOSE), BOUNCES, f"d{number}", mail),
        copies=["copies@office.test"],
    )


def test_a_report_of_a_real_relay_stops_the_address_and_a_forged_one_does_not(app: App, relay: Office) -> None:
    ids = sent(app, relay, 71, LOST, READER)
    forged = filled(letters.POSTFIX, READER, "bounces+d72-aaaaaaaaaaaaaaaa@office.test")
    with relay.box("bounces") as hand:
        assert hand.append("INBOX", "", SystemClock().now(), forged)[0] == "OK"
    assert len(relay.mails("bounces", at_least=2)) == 2
    wire = ImapWire(allow_private=True, context=relay.trust)
    assert looking.look(app, wire) == 2
    with app.store.reading() as session:
        [one] = stops.all_stopped(session)
        assert (one.mail, one.key) == (LOST, stops.GONE)
        found = {(row.kind, row.ref) for row in session.scalars(select(Returned))}
        assert found == {("hard", "d71"), ("forged", "")}
        assert "press.test" not in " ".join(session.scalars(select(Returned.answer)))
    # Both copies of ours are there: what came back had gone out.
    assert len(relay.mails("copies", at_least=2)) == 2
    assert copies.find(app, [*ids, "<rits.99@office.test>"], wire) == set(ids)
