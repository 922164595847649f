"""A release over real SMTP: faults of the wire, and three hundred recipients through Postfix and Dovecot."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.imap import ImapWire
from outreach.core.mail import FolderMailer, SmtpMailer
from outreach.core.testing import FixedClock
from outreach.pressroom.sending import job, reading, steering
from tests.benchmarks.press_real import carried, judged
from tests.faults.mail_sender import smtp
from tests.faults.test_digest_postfix import Losing
from tests.outreach.pressroom.sending.mailing import NOW, contacts, desk, release, rows, started, state, states, wanted
from tests.outreach.pressroom.writing.desk import ANNA
from tests.support import postfix
from tests.support.cutting import cutting
from tests.support.hostile import papers
from tests.support.relay import parsed, relay

ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def office(store: Store, folder: Path, port: int, count: int = 3, **way: object) -> tuple[App, FixedClock, int]:
    clock = FixedClock(NOW)
    app = desk(store, folder, clock, smtp(port, **way))
    here = contacts(app, [f"r{number}@press.test" for number in range(count)])
    return app, clock, started(app, release(app), wanted(here))


def ticks(app: App, clock: FixedClock, times: int = 4) -> None:
    for _ in range(times):
        job.tick(app)
        clock.step(timedelta(minutes=20))


# What the relay does to the first mail, how it ends, how many copies of it there are in the end.
TABLE = {
    "450 at the recipient": ("at_rcpt", ["450 4.2.1 busy"], "sent", 1),
    "550 at the recipient": ("at_rcpt", ["550 5.1.1 no such user"], "failed", 0),
    "550 5.7.1 at the recipient": ("at_rcpt", ["550 5.7.1 not you"], "sent", 1),
    "451 twice at the dot": ("at_data", ["451 4.3.0 later"] * 2, "sent", 1),
    "554 at the dot": ("at_data", ["554 5.6.0 no"], "failed", 0),
    "421 at the recipient": ("at_rcpt", ["421 4.3.2 going down"], "sent", 1),
    "kept and not answered": ("at_data", ["drop"], "unconfirmed", 1),
    "lost and not answered": ("at_data", ["lose"], "unconfirmed", 0),
    "answered too late": ("at_data", ["slow"], "unconfirmed", 1),
}


@pytest.mark.parametrize("fault", TABLE)
@ON_A_FILE
def test_what_a_fault_at_one_mail_comes_to(store: Store, tmp_path: Path, fault: str) -> None:
    where, said, ends, copies = TABLE[fault]
    with relay() as taken:
        app, clock, sending = office(store, tmp_path, taken.port, seconds=1 if fault == "answered too late" else 10)
        getattr(taken, where).extend(said)
        ticks(app, clock)
        found = Counter(taken.to)
        assert (states(app), state(app, sending)) == ([ends, "sent", "sent"], "done")
        assert [found[row.mail] for row in rows(app)] == [copies, 1, 1]
        assert len({row.message_id for row in rows(app)}) == 3


@ON_A_FILE
@pytest.mark.parametrize("step", ["RCPT", "DATA-answer", "dot", "dot-answer"])
def test_a_line_that_breaks_at_one_mail(store: Store, tmp_path: Path, step: str) -> None:
    with relay() as taken, cutting(taken.port, step, 2) as proxy:
        app, clock, sending = office(store, tmp_path, proxy.port)
        ticks(app, clock)
        ends = "unconfirmed" if step.startswith("dot") else "sent"
        assert (states(app), state(app, sending)) == (["sent", ends, "sent"], "done")
        found = Counter(taken.to)
        assert [found[row.mail] for row in rows(app)] == [1, 0 if step == "dot" else 1, 1]


@ON_A_FILE
def test_an_unsafe_way_sends_nothing_and_says_why(store: Store, tmp_path: Path) -> None:
    trust = papers()
    with relay(trust.server("elsewhere.test"), tls=True) as taken:
        app, _, sending = office(store, tmp_path, taken.port, security="tls", context=trust.client())
        job.tick(app)
        assert (taken.kept, state(app, sending), {*states(app)}) == ([], "paused", {"due"})
        with app.store.reading() as session:
            seen = reading.one(session, sending)
            assert seen is not None and seen.reason_key == "mail.tls"


@ON_A_FILE
def test_a_pause_and_a_restart_in_the_middle_double_nothing(store: Store, tmp_path: Path) -> None:
    with relay() as taken:
        clock = FixedClock(NOW)
        app = desk(store, tmp_path, clock, smtp(taken.port))
        here = contacts(app, [f"r{number}@press.test" for number in range(200)])
        sending = started(app, release(app), wanted(here, per_minute=300))
        assert job.tick(app) == 50
        with app.store.transaction() as session:
            steering.pause(session, NOW, sending, ANNA)
        again = desk(store, tmp_path, clock, smtp(taken.port))
        assert job.tick(again) == 0
        with app.store.transaction() as session:
            steering.go_on(session, NOW, sending, ANNA)
        while state(app, sending) == "going":
            clock.step(timedelta(seconds=10))
            job.tick(again)
        assert len(taken.to) == len(set(taken.to)) == 200


@ON_A_FILE
def test_without_a_relay_mails_are_files_and_a_file_is_written_once(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    app = desk(store, tmp_path, clock, FolderMailer(tmp_path / "mail"))
    here = contacts(app, [f"r{number}@press.test" for number in range(3)])
    started(app, release(app), wanted(here))
    job.tick(app)
    assert (states(app), len(list((tmp_path / "mail").glob("*.eml")))) == (["sent"] * 3, 3)


@pytest.fixture(scope="module")
def real():  # type: ignore[no-untyped-def]
    reason = postfix.missing()
    if reason:
        pytest.skip(reason)
    with postfix.server() as started_:
        yield started_


@ON_A_FILE
def test_three_hundred_through_postfix_killed_twice(
    store: Store, tmp_path: Path, real: postfix.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", postfix.PASSWORD)
    found = carried(store, tmp_path, real, count=300, kills=2)
    assert judged(found) == []
    assert (found.kinds["hard"], found.kinds["deferred"], found.kinds["bounced"]) == (6, 9, 3)
    assert found.killed == 2


@ON_A_FILE
@pytest.mark.parametrize("gives", [True, False], ids=["it had gone", "it had not"])
def test_a_doubtful_mail_is_looked_for_among_the_copies(
    store: Store, tmp_path: Path, real: postfix.Office, monkeypatch: pytest.MonkeyPatch, gives: bool
) -> None:
    monkeypatch.setenv("OUTREACH_COPIES_PASSWORD", postfix.PASSWORD)
    way = SmtpMailer(
        host="localhost", port=real.smtp, security="starttls", user=postfix.USER, password=postfix.PASSWORD,
        context=real.trust,
    )  # fmt: skip
    app = desk(
        store, tmp_path, FixedClock(NOW), way, copy_to="copies@office.test",
        copy_box=f"imaps://copies@localhost:{real.imap}/INBOX",
    )  # fmt: skip
    name = "there" if gives else "lost"
    here = contacts(app, [f"{name}+{number}@press.test" for number in range(3)])
    sending = started(app, release(app), wanted(here))
    job.tick(replace(app, mailer=Losing(way, f"{name}+1@press.test", gives)))
    assert Counter(states(app)) == {"sent": 2, "unconfirmed": 1}
    real.settled()
    wire = ImapWire(allow_private=True, total_seconds=20, context=real.trust)
    assert job.look(app, wire) == (1 if gives else 0)
    assert Counter(states(app)) == ({"sent": 3} if gives else {"sent": 2, "unconfirmed": 1})
    came = [str(parsed(content)["To"]) for content in real.mails(name, 2 + gives)]
    assert Counter(came) == dict.fromkeys(
        [row.mail for row in rows(app, sending) if row.status == "sent"], 1
    )
