"""What waits for a person: for whom, why, the most urgent first."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaigns import channel_switch, dispatch, editing
from campaigns.models import Delivery
from campaigns.writing import approval
from outreach import waiting, wiring
from outreach.alerts.models import Alert, AlertItem, AlertLetter, AlertRule
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.people.models import ROLES, User
from outreach.postbox import stops
from outreach.postbox.models import MailboxPlace
from outreach.pressroom.writing import approval as releasing
from outreach.subscribers import subscriptions
from outreach.subscribers.asked import Asked
from outreach.subscribers.models import DigestRun
from outreach.tracker import intake
from outreach.waiting import Thing, Waiting
from scrapers import catalogue
from scrapers.models import Source
from tests.outreach.pressroom.writing.desk import RIGA, release
from tests.support.offices import told_in

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = NOW.date()


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


def reader(app: App, mail: str = "lasitajs@pasts.example", state: str = "on") -> int:
    with app.store.transaction() as session:
        number = subscriptions.add(session, NOW, Asked(mail, "Lasītājs", "lv", "07:00", "Europe/Riga"), "x")
        if state == "off":
            subscriptions.switch(session, NOW, number, False, "x")
        return number


def mail(app: App, subscription_id: int, status: str, error: str, late: bool = False, day: date = TODAY) -> None:
    with app.store.transaction() as session:
        session.add(
            DigestRun(
                day=day, subscription_id=subscription_id, due_at=NOW - timedelta(hours=3), status=status, covers_from=NOW,
                covers_until=NOW, message_id=f"<{subscription_id}@x>", error_key=error, error_facts={}, late=late, attempts=3,
            )
        )


def for_comms_alone(app: App, kind: str) -> tuple[Thing, ...]:
    """The things of a kind, which nobody waits for but those who can do something about them."""
    assert things(app, "coordinator", kind) == things(app, "reader", kind) == things(app, "partner", kind) == ()
    assert things(app, "comms", kind) == things(app, "administrator", kind)
    return things(app, "comms", kind)


def test_a_mail_that_may_be_out_waits_for_those_who_can_settle_it(app: App) -> None:
    mail(app, reader(app), "unconfirmed", "digest.interrupted")
    [thing] = for_comms_alone(app, "mail")
    assert (thing.state, thing.title, thing.where, thing.why_key) == ("unconfirmed", "2026-11-23", "", "digest.interrupted")
    assert (thing.at, thing.count) == (NOW - timedelta(hours=3), 1)
    assert "lasitajs" not in repr(told(app, "comms"))


def test_mails_with_the_same_trouble_are_one_matter_and_all_of_them_count(app: App) -> None:
    numbers = [reader(app, f"l{number}@pasts.example") for number in range(5)]
    for number in numbers[:3]:
        mail(app, number, "due", "mail.unreachable", late=True)
    mail(app, numbers[3], "unconfirmed", "mail.unconfirmed")
    mail(app, numbers[4], "unconfirmed", "mail.unconfirmed", day=TODAY - timedelta(days=1))
    found = {(thing.state, thing.title): thing.count for thing in for_comms_alone(app, "mail")}
    assert found == {("due", "2026-11-23"): 3, ("unconfirmed", "2026-11-23"): 1, ("unconfirmed", "2026-11-22"): 1}
    assert [one.count for one in told(app, "comms") if one.kind == "mail"] == [5]


def test_an_address_that_gets_no_mail_waits_while_somebody_wants_mail_there(app: App) -> None:
    number = reader(app)
    reader(app, "izslegts@pasts.example", "off")
    with app.store.transaction() as session:
        for one in ("lasitajs@pasts.example", "izslegts@pasts.example", "neviens@pasts.example"):
            stops.stop(session, NOW - timedelta(days=1), one, stops.GONE, code="5.1.1", answer="unknown")
    [thing] = for_comms_alone(app, "stopped")
    assert (thing.state, thing.title, thing.id, thing.at) == ("stopped", "l***@pasts.example", number, NOW - timedelta(days=1))
    assert (thing.why_key, thing.why_facts) == (stops.GONE, {"code": "5.1.1", "answer": "unknown"})
    with app.store.transaction() as session:
        stops.free(session, "lasitajs@pasts.example")
    assert told(app, "comms") == []


@pytest.mark.parametrize(("minutes", "waits"), [(30, False), (90, True)])
def test_a_mailbox_waits_once_it_has_been_shut_for_an_hour(app: App, minutes: int, waits: bool) -> None:
    facts: dict[str, object] = {"host": "imap.birojs.example"}
    with app.store.transaction() as session:
        session.add(
            MailboxPlace(name="bounces", looked_at=NOW - timedelta(minutes=minutes), error_key="http.refused", error_facts=facts)
        )
    found = [(thing.state, thing.title, thing.why_key) for thing in for_comms_alone(app, "mailbox")]
    assert found == ([("unread", "imap.birojs.example", "http.refused")] if waits else [])


def test_a_letter_of_alerts_that_failed_waits(app: App) -> None:
    with app.store.transaction() as session:
        user = User(mail="anna@birojs.example", name="Anna", role="comms", language="lv", created_at=NOW)
        session.add(user)
        session.flush()
        rule = AlertRule(user_id=user.id, kinds=["critical"], made_at=NOW, changed_at=NOW)
        alert = Alert(kind="critical", subject="mention:1", at=NOW, facts={})
        session.add_all([rule, alert])
        session.flush()
        letter = AlertLetter(rule_id=rule.id, made_at=NOW, status="unconfirmed", message_id="<a@x>", error_key="mail.unconfirmed")
        session.add(letter)
        session.flush()
        session.add(AlertItem(rule_id=rule.id, alert_id=alert.id, letter_id=letter.id))
        number = letter.id
    [thing] = for_comms_alone(app, "letter")
    assert (thing.state, thing.title, thing.id, thing.why_key) == ("unconfirmed", "Anna", number, "mail.unconfirmed")


def test_a_channel_waits_while_its_access_ends_or_its_account_has_trouble(app: App) -> None:
    with app.store.transaction() as session:
        for name, ends_at, key in (
            ("Mape", None, None), ("Tālu", NOW + timedelta(days=30), None), ("Drīz", NOW + timedelta(days=2), None),
            ("Beidzies", NOW - timedelta(days=1), None), ("Slims", None, "campaigns.token.unclear"),
        ):  # fmt: skip
            row = channel_switch.add_channel(session, name, "folder", {"folder": "/srv/x"})
            row.ends_at, row.check_key = ends_at, key
    found = for_comms_alone(app, "channel")
    assert [(one.title, one.state, one.why_key) for one in found] == [
        ("Beidzies", "ended", None), ("Drīz", "ending", None), ("Slims", "trouble", "campaigns.token.unclear"),
    ]  # fmt: skip


def test_a_post_that_somebody_asks_to_have_approved_waits_until_it_is(app: App) -> None:
    with app.store.transaction() as session:
        campaign = editing.campaign_named(session, NOW, "MĀJAS", NOW.date())
        numbers = [
            editing.write(session, NOW, campaign, language="lv", title=title, text="x", target_url="https://majas.example/").id
            for title in ("Lūgts", "Nelūgts")
        ]
        approval.ask(session, NOW, numbers[0], "anna@example.org")
    [thing] = for_comms_alone(app, "approval")
    assert (thing.state, thing.title, thing.id, thing.at, thing.where) == ("asked", "Lūgts", numbers[0], NOW, "anna@example.org")
    with app.store.transaction() as session:
        editing.approve(session, NOW, numbers[0])
    assert for_comms_alone(app, "approval") == ()


def test_a_release_that_somebody_asks_to_have_approved_waits_until_it_is(app: App) -> None:
    with app.store.transaction() as session:
        wanted, _ = release(session).id, release(session).id
        releasing.ask(session, NOW, wanted, "anna@example.org")
    [thing] = for_comms_alone(app, "release")
    assert (thing.state, thing.id, thing.at, thing.where) == ("asked", wanted, NOW, "anna@example.org")
    with app.store.transaction() as session:
        releasing.approve(session, NOW, wanted, "berta@example.org", zone=RIGA)
    assert for_comms_alone(app, "release") == ()
