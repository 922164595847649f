"""What waits for a person: for whom, why, the most urgent first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaigns import channel_switch, dispatch, editing
from campaigns.models import Delivery
from outreach import digest, waiting, wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.people.models import ROLES
from outreach.tracker import intake
from outreach.waiting import Thing, Waiting
from scrapers import catalogue
from scrapers.models import Source
from tests.support.offices import told_in

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as made:
        yield made


def told(app: App, role: str) -> list[Waiting]:
    with app.store.reading() as session:
        found = waiting.gather(session, NOW, role, app.settings.zone)
        assert waiting.count(session, NOW, role, app.settings.zone) == waiting.total(found)
    return found


def things(app: App, role: str, kind: str) -> tuple[Thing, ...]:
    return next((one.things for one in told(app, role) if one.kind == kind), ())


def deliveries(app: App) -> None:
    """One of every state that waits, and one that does not."""
    with app.store.transaction() as session:
        channel = dispatch.add_channel(session, "mape", "folder", {"folder": "/tmp/x"})
        shut = dispatch.add_channel(session, "ciet", "folder", {"folder": "/tmp/x"})
        campaign = editing.campaign_named(session, NOW, "MĀJAS", NOW.date())
        for state, approved in (("held", True), ("unapproved", False), ("failed", True), ("unconfirmed", True), ("well", True)):
            post = editing.write(session, NOW, campaign, language="lv", title=state, text="x", target_url="https://majas.example/")
            if approved:
                editing.approve(session, NOW, post.id)
            row = dispatch.schedule(session, NOW, post.id, (shut if state == "held" else channel).id, NOW + timedelta(hours=2))
            if state in {"failed", "unconfirmed"}:
                session.get_one(Delivery, row.id).status = state
                session.get_one(Delivery, row.id).error_key = "campaigns.delivery.interrupted"
        channel_switch.pause(session, shut.id)


def test_nothing_waits_in_an_empty_office(app: App) -> None:
    assert {role: told(app, role) for role in ROLES} == {role: [] for role in ROLES}


def test_deliveries_come_by_urgency_with_their_reasons(app: App) -> None:
    deliveries(app)
    found = things(app, "comms", "delivery")
    assert [thing.state for thing in found] == ["unconfirmed", "failed", "unapproved", "held"]
    assert [thing.title for thing in found] == ["unconfirmed", "failed", "unapproved", "held"]
    assert [thing.why_key for thing in found] == ["campaigns.delivery.interrupted"] * 2 + [None, "campaigns.paused.person"]


def test_a_source_in_trouble_says_why(app: App) -> None:
    with app.store.transaction() as session:
        for name, state in (("A", "erring"), ("B", "moved"), ("C", "healthy"), ("D", "empty"), ("E", "erring")):
            number = catalogue.add(session, NOW, name, f"https://{name.lower()}.example/rss")
            row = session.get_one(Source, number)
            row.state, row.reason_key, row.last_new_at = state, "scrapers.gone", NOW
            row.enabled = name != "E"
            if name == "C":
                row.last_new_at = NOW - timedelta(days=15)
    found = things(app, "administrator", "source")
    assert [(thing.title, thing.state) for thing in found] == [("A", "erring"), ("B", "moved"), ("D", "empty"), ("C", "silent")]
    assert [thing.why_key for thing in found] == ["scrapers.gone", "scrapers.moved", "scrapers.gone", "scrapers.silent"]


def test_inquiries_are_the_coordinators_and_without_anything_personal(app: App) -> None:
    with app.store.transaction() as session:
        for number in range(3):
            incoming = intake.Incoming(arrived_by="phone", message_id=str(number), contact="kanarija@example.org", name="Kanārija")
            intake.receive(session, NOW - timedelta(hours=number), app.seal, incoming)
    assert {role: [(one.kind, one.count) for one in told(app, role)] for role in ROLES} == {
        role: [("inquiry", 3)] if role == "coordinator" else [] for role in ROLES
    }
    [thing] = things(app, "coordinator", "inquiry")
    assert thing.at == NOW - timedelta(hours=2)
    assert "anārija" not in repr(told(app, "coordinator"))


def test_a_mail_that_may_be_out_waits_for_those_who_can_settle_it(app: App) -> None:
    with app.store.transaction() as session:
        run = digest.owe(session, NOW, date(2026, 11, 23), "lasitajs@example.org", "example.org")
        run.status, run.error_key = "unconfirmed", "digest.interrupted"
    for role in ("comms", "administrator"):
        [thing] = things(app, role, "mail")
        assert (thing.state, thing.title, thing.where, thing.why_key) == ("unconfirmed", "2026-11-23", "", "digest.interrupted")
    assert "lasitajs" not in repr(told(app, "comms"))
    assert told(app, "coordinator") == told(app, "reader") == told(app, "partner") == []
