"""Each letter once: refused, doubtful, killed at any moment, two processes at once; and what a person decides."""

import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.alerts import jobs, queries
from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.postbox import stops
from tests.outreach.alerts import scene
from tests.outreach.alerts.conftest import NOON

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def news(app: App) -> App:
    """An office in which somebody is to hear of something."""
    scene.rule(app, "critical")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
    return app


def state(app: App) -> str:
    return scene.letters(app)[-1].status


def test_what_may_be_out_waits_for_a_person(news: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    mailer.refuse.append(WireError("mail.unconfirmed", ambiguous=True, host="r"))
    jobs.tick(news)
    clock.step(2 * HOUR)
    assert jobs.tick(news) == 0 and state(news) == "unconfirmed"
    with news.store.reading() as session:
        [waiting] = queries.needs_person(session)
    assert (waiting.name, waiting.is_hook, waiting.status, waiting.alerts) == ("Vārds comms", False, "unconfirmed", 1)
    with news.store.transaction() as session:
        assert queries.settle(session, clock.now(), waiting.id, True, "Anna")
        assert not queries.settle(session, clock.now(), waiting.id, True, "Anna")
        assert queries.needs_person(session) == []
    assert jobs.tick(news) == 0 and mailer.parcels == [] and state(news) == "sent"


def test_a_person_may_have_it_sent_again_as_the_same_mail(news: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    mailer.refuse.append(WireError("mail.unconfirmed", ambiguous=True, host="r"))
    jobs.tick(news)
    [letter] = scene.letters(news)
    with news.store.transaction() as session:
        queries.settle(session, clock.now(), letter.id, False, "Anna")
    assert jobs.tick(news) == 1
    assert [parcel.message_id for parcel in mailer.parcels] == [letter.message_id]


def test_a_letter_may_be_put_aside(news: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    mailer.refuse.append(WireError("mail.login", permanent=True, host="r", code=535, answer="no"))
    jobs.tick(news)
    assert state(news) == "failed"
    with news.store.transaction() as session:
        assert queries.let_go(session, NOON, scene.letters(news)[0].id, "Anna")
    with news.store.reading() as session:
        assert queries.needs_person(session) == []
    clock.step(2 * HOUR)
    assert jobs.tick(news) == 0 and mailer.parcels == []


def test_a_relay_that_refuses_for_now_is_asked_again_and_takes_what_has_come_since(
    news: App, mailer: MemoryMailer, clock: FixedClock
) -> None:
    mailer.refuse.append(WireError("mail.busy"))
    assert jobs.tick(news) == 0 and state(news) == "due"
    clock.step(timedelta(seconds=30))
    assert jobs.tick(news) == 0
    with news.store.transaction() as session:
        scene.critical(session, NOON, "Otrs raksts")
    clock.step(timedelta(seconds=30))
    assert jobs.tick(news) == 1
    assert scene.subjects(mailer)[0].endswith("+1")
    assert jobs.tick(news) == 0 and len(scene.letters(news)) == 1


def test_a_letter_on_its_way_into_the_night_waits_for_the_morning(app: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    scene.rule(app, "critical", quiet_from="12:01", quiet_until="18:00")
    with app.store.transaction() as session:
        scene.critical(session, NOON - HOUR)
    mailer.refuse.append(WireError("mail.busy"))
    jobs.tick(app)
    clock.step(MINUTE)
    assert jobs.tick(app) == 0
    clock.step(5 * HOUR + 58 * MINUTE)
    assert jobs.tick(app) == 0
    clock.step(MINUTE)
    assert jobs.tick(app) == 1


def test_a_relay_that_is_down_for_hours_leaves_it_to_a_person(news: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    mailer.refuse.extend([WireError("mail.busy")] * 40)
    for _ in range(38):
        jobs.tick(news)
        clock.step(10 * MINUTE)
    assert (state(news), scene.letters(news)[0].error_key) == ("failed", "mail.busy")
    assert scene.letters(news)[0].attempts < 20


def test_an_address_that_the_relay_does_not_know_gets_no_mail_any_more(news: App, mailer: MemoryMailer, clock: FixedClock) -> None:
    mailer.refuse.append(WireError("mail.refused", permanent=True, stage="recipient", host="r", code=550, answer="5.1.1 none"))
    jobs.tick(news)
    with news.store.reading() as session:
        assert stops.is_stopped(session, ["comms@example.org"]) == {"comms@example.org"}
    with news.store.transaction() as session:
        scene.critical(session, NOON, "Otrs raksts")
    clock.step(2 * HOUR)
    assert jobs.tick(news) == 0 and len(scene.letters(news)) == 1


def test_a_fault_of_our_own_leaves_it_open(news: App, mailer: MemoryMailer) -> None:
    mailer.refuse.append(ValueError("broken"))
    jobs.tick(news)
    assert (state(news), scene.letters(news)[0].error_key) == ("unconfirmed", "alerts.letter.fault")


def test_logs_name_nobody_and_say_nothing_of_a_family(
    app: App, mailer: MemoryMailer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="outreach")  # a command before this one may have asked for less
    scene.rule(app, "unanswered", role="coordinator", ago=timedelta(days=9))
    with app.store.transaction() as session:
        scene.inquiry(session, NOON - timedelta(days=5), "KANĀRIJS")
    mailer.refuse.append(WireError("mail.busy", host="relay"))
    jobs.tick(app)
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "alerts.letter" in said
    assert not any(word in said for word in ("coordinator@", "Vārds", "KANĀRIJS", "Ludz", "gaida atbildi"))


@pytest.mark.parametrize(
    ("end", "became", "mails"), [("before", "sent", 1), ("handing", "unconfirmed", 0), ("taken", "sent", 1)]
)
def test_killed_between_claim_and_record(news: App, tmp_path: Path, mailer: MemoryMailer, end: str, became: str, mails: int) -> None:
    ended = hand(news, tmp_path, end)
    assert ended.wait(60) == -9
    assert state(news) == "sending"
    jobs.tick(news)
    jobs.tick(news)
    assert state(news) == became
    assert len(lines(tmp_path)) + len(mailer.parcels) == mails
    assert len(scene.letters(news)) == 1


def test_two_processes_tell_it_once(news: App, tmp_path: Path) -> None:
    both = [hand(news, tmp_path, "tick") for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    assert len(lines(tmp_path)) == 1
    assert [(letter.status, letter.attempts) for letter in scene.letters(news)] == [("sent", 1)]
    assert len(scene.alerts(news)) == len(scene.items(news)) == 1


def hand(app: App, folder: Path, end: str) -> subprocess.Popen[bytes]:
    url = app.store.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-m", "tests.outreach.alerts.hand", url, str(folder), end], cwd=ROOT)


def lines(folder: Path) -> list[str]:
    file = folder / "sent"
    return file.read_text(encoding="ascii").splitlines() if file.exists() else []
