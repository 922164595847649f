"""Rows on their way: won once by whoever comes first, tried again with patience, one refusal for one address."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from outreach.core.db import Store, open_store
from outreach.core.errors import OutreachError, WireError
from outreach.postbox import stops
from outreach.subscribers import runs, subscriptions
from outreach.subscribers.runs import Outcome
from tests.outreach.subscribers.rooms import BEFORE, MONDAY, account, asked, claimed, reader, rows, send, states, tick

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def test_what_is_ready_says_all_that_the_words_depend_on(store: Store) -> None:
    number = reader(store, language="en", topics=(7, 3, 3), places=("Ludzas novads",), tiers=("regional",), senses=("return",))
    [one] = tick(store, MONDAY)
    assert (one.subscription_id, one.language, one.zone, one.role, one.user_id) == (number, "en", "Europe/Riga", None, None)
    assert (one.topics, one.places, one.tiers, one.senses) == ((3, 7), ("Ludzas novads",), ("regional",), ("return",))
    assert (one.late, one.edition_id, one.attempts, len(one.nonce)) == (False, None, 0, 32)
    assert "anna" not in repr(one)


def test_a_claim_is_won_once(store: Store) -> None:
    for number in range(5):
        reader(store, f"r{number}@example.org")
    owed = tick(store, MONDAY)
    assert claimed(store, MONDAY, owed[:3]) == [one.run_id for one in owed[:3]]
    assert claimed(store, MONDAY, owed, "other") == [one.run_id for one in owed[3:]]
    assert claimed(store, MONDAY, owed) == []
    assert tick(store, MONDAY) == []
    assert [(row.status, row.attempts, row.claimed_by, row.claimed_at) for row in rows(store)] == [
        ("sending", 1, "abc" if place < 3 else "other", MONDAY) for place in range(5)
    ]


def test_a_late_claim_says_so_and_moves_the_end(store: Store) -> None:
    reader(store)
    [one] = tick(store, MONDAY)
    with store.transaction() as session:
        runs.claim(session, MONDAY, [one.run_id], "abc", late=True, covers_until=MONDAY + 6 * HOUR)
    [row] = rows(store)
    assert (row.late, row.covers_until) == (True, MONDAY + 6 * HOUR)


def test_whoever_leaves_between_look_and_claim_gets_nothing(store: Store) -> None:
    number = reader(store)
    owed = tick(store, MONDAY)
    with store.transaction() as session:
        subscriptions.switch(session, MONDAY, number, False, "tests")
    assert claimed(store, MONDAY, owed) == []


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_many_who_look_at_once_win_each_row_once(store: Store, tmp_path: Path) -> None:
    """Stores of their own, as processes have; every one makes rows, looks, claims in pieces."""
    for number in range(60):
        reader(store, f"r{number}@example.org")
    won: dict[str, list[int]] = {}
    together = threading.Barrier(4)
    url = store.engine.url.render_as_string(hide_password=False)

    def work(name: str) -> None:
        own = open_store(url, create=False)
        try:
            together.wait()
            owed = tick(own, MONDAY)
            won[name] = []
            for start in range(0, len(owed), 7):
                won[name] += claimed(own, MONDAY, owed[start : start + 7], name)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 4
    assert sorted(number for numbers in won.values() for number in numbers) == [row.id for row in rows(store)]
    assert len(rows(store)) == 60
    for row in rows(store):
        assert row.id in won[row.claimed_by or ""]


def test_many_readers_take_few_statements(store: Store) -> None:
    with store.transaction() as session:
        for number in range(600):
            subscriptions.add(session, BEFORE, asked(f"r{number}@example.org"), "tests")
    counted = []
    listener = lambda *_: counted.append(1)  # noqa: E731
    event.listen(store.engine, "before_cursor_execute", listener)
    try:
        owed = tick(store, MONDAY)
        won = claimed(store, MONDAY, owed)
        with store.transaction() as session:
            runs.record(session, [Outcome(number, "sent", MONDAY, "smtp: 250") for number in won])
    finally:
        event.remove(store.engine, "before_cursor_execute", listener)
    assert (len(won), {row.status for row in rows(store)}) == (600, {"sent"})
    assert len(counted) < 20


def test_outcomes_are_kept_and_leave_other_rows_alone(store: Store) -> None:
    for number in range(3):
        reader(store, f"r{number}@example.org")
    owed = tick(store, MONDAY)
    won = claimed(store, MONDAY, owed[:2])
    with store.transaction() as session:
        runs.record(
            session,
            [
                Outcome(won[0], "sent", MONDAY, "smtp: 250 ok", late=True),
                Outcome(won[1], "due", MONDAY, error_key="mail.unreachable", error_facts={"host": "x"}, next_try_at=MONDAY + MINUTE),
                Outcome(owed[2].run_id, "sent", MONDAY, "never claimed"),
            ],
        )
        runs.record(session, [])
    first, second, third = rows(store)
    assert (first.status, first.sent_at, first.receipt, first.late, first.error_key) == ("sent", MONDAY, "smtp: 250 ok", True, None)
    assert (second.status, second.error_key, second.error_facts, second.sent_at) == ("due", "mail.unreachable", {"host": "x"}, None)
    assert (third.status, third.receipt) == ("due", None)
    # The next try is not yet; then it is.
    assert [one.run_id for one in tick(store, MONDAY + timedelta(seconds=59))] == [third.id]
    assert claimed(store, MONDAY, [owed[1]]) == []
    assert [one.run_id for one in tick(store, MONDAY + MINUTE)] == [second.id, third.id]


def test_what_was_claimed_and_not_tried_is_as_it_was(store: Store) -> None:
    reader(store)
    owed = tick(store, MONDAY)
    won = claimed(store, MONDAY, owed)
    with store.transaction() as session:
        runs.give_back(session, "somebody else", won)
    assert tick(store, MONDAY) == []
    with store.transaction() as session:
        runs.give_back(session, "abc", won)
    assert tick(store, MONDAY) == owed


def test_a_refused_address_gets_nothing_any_more_and_the_others_do(store: Store) -> None:
    user = account(store)
    reader(store, user_id=user)
    reader(store, "janis@example.org")
    owed = tick(store, MONDAY)
    error = WireError("mail.refused", permanent=True, stage="recipient", code=550, reply="gone")
    with store.transaction() as session:
        won = runs.claim(session, MONDAY, [one.run_id for one in owed], "abc")
        runs.record(session, [runs.judged(error, won[0], 1, MONDAY), Outcome(won[1], "sent", MONDAY)])
        assert stops.is_stopped(session, ["anna@example.org", "janis@example.org"]) == {"anna@example.org"}
    with store.reading() as session:
        seen = subscriptions.of_user(session, user)
        assert seen is not None
        assert (seen.state, seen.stopped, seen.stopped_key, seen.last_status) == ("on", True, "mail.refused", "failed")
    assert [one.mail for one in tick(store, MONDAY + DAY)] == ["janis@example.org"]


def test_a_relay_that_is_down_all_day_ends_with_the_next_day_s_mail(store: Store) -> None:
    """Never failed by count; the old day's row gives way to the new one's."""
    reader(store)
    now, tries, away = MONDAY, 0, WireError("mail.unreachable", stage="connect")
    while now < MONDAY + DAY + 2 * HOUR:
        owed = tick(store, now)
        with store.transaction() as session:
            won = runs.claim(session, now, [one.run_id for one in owed], "abc")
            runs.record(session, [runs.judged(away, one.run_id, one.attempts + 1, now) for one in owed if one.run_id in won])
        tries += len(won)
        now += MINUTE
    assert states(store) == [("23", "skipped"), ("24", "due")]
    assert 50 < tries < 70
    assert rows(store)[0].attempts > 40
    [after] = send(store, now + 30 * MINUTE)
    assert (after.missed, after.day.isoformat()) == (1, "2026-11-24")


@pytest.mark.parametrize(
    ("error", "status", "stop"),
    [
        (WireError("mail.unreachable", stage="connect"), "due", False),
        (WireError("mail.refused", stage="recipient"), "due", False),
        (WireError("mail.refused", permanent=True, stage="recipient"), "failed", True),
        (WireError("mail.refused", permanent=True, stage="dot"), "failed", False),
        (WireError("mail.lost", ambiguous=True, stage="dot"), "unconfirmed", False),
        (WireError("mail.lost", ambiguous=True, permanent=True, stage="recipient"), "unconfirmed", False),
        (OutreachError("mail.header", header="Subject"), "failed", False),
    ],
    ids=lambda value: str(value),
)
def test_what_an_error_makes_of_a_mail(error: OutreachError, status: str, stop: bool) -> None:
    told = runs.judged(error, 7, 3, MONDAY, edition_id=4, late=True)
    assert (told.run_id, told.status, told.stop, told.edition_id, told.late) == (7, status, stop, 4, True)
    assert told.next_try_at == (MONDAY + 4 * MINUTE if status == "due" else None)
    assert told.error_facts == dict(error.facts)


@given(st.integers(0, 100_000))
def test_a_try_comes_within_half_an_hour_and_never_sooner_than_the_one_before(attempts: int) -> None:
    assert MINUTE <= runs.next_try(attempts, MONDAY) - MONDAY <= 30 * MINUTE
    assert runs.next_try(attempts, MONDAY) <= runs.next_try(attempts + 1, MONDAY)


def test_the_waits_in_minutes() -> None:
    assert [int((runs.next_try(tries, MONDAY) - MONDAY) / MINUTE) for tries in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
