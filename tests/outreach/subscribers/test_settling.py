"""Rows in doubt: a sender that died, a person who has looked, a store that was restored; and what the bell tells."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.core import presence
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.journal import Journal
from outreach.core.mail_line import Receipt
from outreach.postbox import stops
from outreach.subscribers import runs, subscriptions
from outreach.subscribers.models import DigestRun
from outreach.subscribers.runs import Outcome, Swept
from tests.outreach.subscribers.rooms import MONDAY, TOLD, claimed, reader, rows, send, states, tick

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Killed(BaseException):
    """Stands for a kill: no order is kept on the way out."""


def died(store: Store, folder: Path, whole: bool = True, journal: bool = True) -> None:
    """Three readers' mails claimed by somebody who died: one untried, one handed over, one taken."""
    for mail in ("none", "handing", "taken"):
        reader(store, f"{mail}@example.org")
    owed = tick(store, MONDAY)
    with pytest.raises(Killed), presence.present(folder) as token:
        claimed(store, MONDAY, owed, token)
        if journal:
            with Journal.open(folder, token) as open_journal:
                if not whole:
                    open_journal.write("boot", "another")
                _, handing, taken = (open_journal.note(runs.ref(one.run_id)) for one in owed)
                handing.handing()
                taken.handing()
                taken.taken(Receipt("smtp", "250 queued as 7"))
        raise Killed


def swept(store: Store, folder: Path, files: bool = False) -> tuple[Swept, list[str]]:
    with store.transaction() as session:
        counts = runs.sweep(session, folder, MONDAY + MINUTE, files)
    return counts, [row.status for row in rows(store)]


def test_the_journal_says_how_far_a_dead_sender_had_come(store: Store, tmp_path: Path) -> None:
    died(store, tmp_path)
    assert swept(store, tmp_path) == (Swept(1, 1, 1), ["due", "unconfirmed", "sent"])
    none, handing, taken = rows(store)
    assert (none.attempts, none.next_try_at, none.error_key) == (0, None, None)
    assert (handing.error_key, taken.receipt, taken.sent_at) == ("digest.interrupted", "250 queued as 7", MONDAY + MINUTE)
    assert swept(store, tmp_path)[0].total == 0
    assert [one.mail for one in tick(store, MONDAY + MINUTE)] == ["none@example.org"]


@pytest.mark.parametrize(("whole", "journal"), [(False, True), (True, False)], ids=["the machine fell", "no journal"])
def test_without_a_whole_journal_nobody_guesses(store: Store, tmp_path: Path, whole: bool, journal: bool) -> None:
    died(store, tmp_path, whole, journal)
    took = "sent" if journal else "unconfirmed"
    assert swept(store, tmp_path)[1] == ["unconfirmed", "unconfirmed", took]


@pytest.mark.parametrize("journal", [True, False])
def test_a_file_is_simply_written_again(store: Store, tmp_path: Path, journal: bool) -> None:
    died(store, tmp_path, journal=journal)
    assert swept(store, tmp_path, files=True)[1] == ["due", "due", "sent" if journal else "due"]


def test_a_sender_at_work_is_left_alone(store: Store, tmp_path: Path) -> None:
    reader(store)
    owed = tick(store, MONDAY)
    with presence.present(tmp_path) as token:
        claimed(store, MONDAY, owed, token)
        assert swept(store, tmp_path) == (Swept(), ["sending"])
    # One of another machine, or that ended in order and yet left its row: only its age tells.
    assert swept(store, tmp_path) == (Swept(), ["sending"])
    with store.transaction() as session:
        assert runs.sweep(session, tmp_path, MONDAY + HOUR) == Swept(unconfirmed=1)


def needing(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        return [(f"{run.day:%d}", run.status) for run in runs.needs_person(session)]


def test_the_bell_tells_of_doubts_of_failures_without_a_later_mail_and_of_a_relay_that_takes_nothing(store: Store) -> None:
    reader(store)
    send(store, MONDAY, "unconfirmed", error_key="mail.lost")
    send(store, MONDAY + DAY, "failed", error_key="mail.refused")
    assert needing(store) == [("23", "unconfirmed"), ("24", "failed")]
    send(store, MONDAY + 2 * DAY)
    assert needing(store) == [("23", "unconfirmed")]
    with store.transaction() as session:
        runs.settle(session, MONDAY + 2 * DAY, MONDAY.date(), arrived=True)
    assert needing(store) == []
    # Owed and tried; before noon it is the program's business.
    send(store, MONDAY + 3 * DAY, "due", next_try_at=MONDAY + 3 * DAY + 10 * HOUR)
    assert needing(store) == []
    tick(store, MONDAY + 3 * DAY + 5 * HOUR)
    assert needing(store) == [("26", "due")]
    assert rows(store)[-1].late
    tick(store, MONDAY + 4 * DAY)
    assert needing(store) == []


def test_what_failed_for_somebody_who_gets_no_mail_any_more_rings_no_longer(store: Store) -> None:
    off, stopped = reader(store), reader(store, "gone@example.org")
    send(store, MONDAY, "failed", error_key="mail.refused")
    assert len(needing(store)) == 2
    with store.transaction() as session:
        subscriptions.switch(session, MONDAY, off, False, "tests")
        stops.stop(session, MONDAY, "gone@example.org", "mail.refused")
    assert needing(store) == []
    with store.transaction() as session:
        subscriptions.switch(session, MONDAY, stopped, True, "tests")
    assert len(needing(store)) == 1


def test_a_late_mail_that_nobody_tried_yet_does_not_ring(store: Store) -> None:
    reader(store)
    tick(store, MONDAY + 8 * HOUR)
    assert (rows(store)[-1].late, needing(store)) == (True, [])


def test_a_person_settles_a_day_or_one_reader_s(store: Store) -> None:
    for mail in ("anna@example.org", "janis@example.org"):
        reader(store, mail)
    send(store, MONDAY, "unconfirmed", error_key="mail.lost")
    names = [row.message_id for row in rows(store)]
    with store.transaction() as session:
        assert runs.settle(session, MONDAY, MONDAY.date(), False, "JANIS@example.org") == [rows(store)[1].id]
    with store.transaction() as session:
        assert len(runs.settle(session, MONDAY, MONDAY.date(), True)) == 1
    assert [(row.status, row.error_key) for row in rows(store)] == [("sent", None), ("due", None)]
    assert [row.message_id for row in rows(store)] == names
    assert rows(store)[0].sent_at == MONDAY
    for which in (MONDAY.date(), [1, 2], [], MONDAY.date() + DAY):
        with store.transaction() as session, pytest.raises(OutreachError) as raised:
            runs.settle(session, MONDAY, which, True)
        assert raised.value.key == "digest.nothing_open"


def test_what_has_not_arrived_and_was_told_again_since_is_not_sent_after_all(store: Store) -> None:
    reader(store)
    send(store, MONDAY, "unconfirmed", error_key="mail.lost")
    send(store, MONDAY + DAY)
    with store.transaction() as session:
        runs.settle(session, MONDAY + DAY, [row.id for row in rows(store)], arrived=False)
    assert states(store) == [("23", "skipped"), ("24", "sent")]


def test_a_restored_store_sends_nothing_of_that_morning_by_itself(store: Store) -> None:
    reader(store)
    reader(store, "vakars@example.org", at="20:00")
    tick(store, MONDAY - 2 * HOUR)  # so far the store knows
    with store.transaction() as session:
        runs.hold(session, MONDAY + HOUR, TOLD)
    assert tick(store, MONDAY + 2 * HOUR) == []
    assert [(row.status, row.error_key) for row in rows(store) if row.status != "skipped"] == [
        ("unconfirmed", "digest.restored")
    ] * 2
    [evening, morning] = [*send(store, MONDAY + 14 * HOUR), *send(store, MONDAY + DAY)]
    assert (evening.mail, morning.mail, morning.missed) == ("vakars@example.org", "anna@example.org", 0)


def test_asked_for_once_more_it_is_another_mail_a_doubtful_one_the_same(store: Store) -> None:
    for mail in ("anna@example.org", "janis@example.org", "liga@example.org"):
        reader(store, mail)
    owed = tick(store, MONDAY)
    won = claimed(store, MONDAY, owed)
    with store.transaction() as session:
        runs.record(session, [Outcome(won[0], "sent", MONDAY), Outcome(won[1], "unconfirmed", MONDAY, error_key="mail.lost")])
    before = rows(store)
    with store.transaction() as session:
        assert [runs.again(session, MONDAY + HOUR, number) for number in (*won, 9999)] == [True, True, False, False]
    sent, doubtful, sending = rows(store)
    assert (sent.status, doubtful.status, sending.status) == ("due", "due", "sending")
    assert (sent.message_id != before[0].message_id, doubtful.message_id) == (True, before[1].message_id)
    assert sent.message_id.endswith("@birojs.example>")
    assert (sent.covers_until, doubtful.covers_until) == (MONDAY + HOUR, before[1].covers_until)
    with store.reading() as session:
        assert [one.run_id for one in runs.ready(session, MONDAY + HOUR, won)] == won[:2]


def test_an_earlier_day_is_sent_because_a_person_asks_and_by_no_tick(store: Store) -> None:
    number = reader(store)
    send(store, MONDAY)
    send(store, MONDAY + DAY)
    first = rows(store)[0]
    with store.transaction() as session:
        assert runs.again(session, MONDAY + DAY, first.id)
    assert tick(store, MONDAY + DAY + HOUR) == []
    with store.reading() as session:
        assert [one.day for one in runs.ready(session, MONDAY + DAY, [first.id])] == [first.day]
        assert [row.day.day for row in runs.history(session, number)] == [24, 23]
        assert [row.day.day for row in runs.history(session, number, limit=1)] == [24]


def test_a_removed_reader_takes_their_rows_along(store: Store) -> None:
    number = reader(store)
    send(store, MONDAY)
    with store.transaction() as session:
        subscriptions.remove(session, MONDAY, number, "tests", ())
        assert session.scalars(select(DigestRun)).all() == []
