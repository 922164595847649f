"""How tries are counted: by account and by address, side by side, and forgotten after a success or a day."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people import throttle
from outreach.people.models import SignInAttempt

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SEAL = Seal(b"k" * 32)


def tries(store: Store, held: throttle.Budget, times: int, now: datetime = NOW) -> list[int]:
    waits = []
    for _ in range(times):
        with store.transaction() as session:
            waits.append(throttle.begin(session, now, held).wait)
    return waits


def a_budget(account: str = "anna@example.org", address: str = "192.0.2.7", device: str | None = None) -> throttle.Budget:
    return throttle.budget(SEAL, "password", account, address, device)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 5), (6, 10), (7, 20), (8, 40), (12, 640), (13, 900), (99, 900), (10**6, 900)]
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert throttle.delay(failures) == seconds


def test_five_are_free_and_the_rest_wait(store: Store) -> None:
    assert tries(store, a_budget(), 7) == [0] * 5 + [5, 5]
    assert tries(store, a_budget(), 2, NOW + timedelta(seconds=5)) == [0, 10]
    assert tries(store, a_budget("janis@example.org", "192.0.2.8"), 1) == [0]


def test_a_success_forgets_the_account_s_failures(store: Store) -> None:
    tries(store, a_budget(), 4)
    with store.transaction() as session:
        taken = throttle.begin(session, NOW, a_budget())
        assert taken.id is not None
        throttle.succeeded(session, taken.id)
    assert tries(store, a_budget(), 6) == [0] * 5 + [5]


def test_a_success_does_not_forget_the_address_s_failures(store: Store) -> None:
    for number in range(30):
        assert tries(store, a_budget(f"{number}@example.org"), 1) == [0]
    with store.transaction() as session:
        for row in session.scalars(select(SignInAttempt)):
            row.succeeded = row.succeeded
    assert tries(store, a_budget("new@example.org"), 1) == [5]
    # A browser that has been inside the account has no part in it.
    assert tries(store, a_budget("anna@example.org", device="d"), 1) == [0]
    assert tries(store, a_budget("new@example.org"), 1, NOW + timedelta(hours=1)) == [0]


def test_purposes_and_devices_are_counted_by_themselves(store: Store) -> None:
    tries(store, a_budget(), 6)
    assert tries(store, a_budget(device="one"), 6) == [0] * 5 + [5]
    assert tries(store, a_budget(device="two"), 1) == [0]
    assert tries(store, throttle.budget(SEAL, "second", "anna@example.org", "192.0.2.7"), 1) == [0]


def test_tries_side_by_side_all_count(store: Store) -> None:
    came: list[int] = []
    together = threading.Barrier(12)

    def attempt() -> None:
        together.wait()
        with store.transaction() as session:
            came.append(throttle.begin(session, NOW, a_budget()).wait)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [0] * 5 + [5] * 7


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(store: Store) -> None:
    tries(store, a_budget(), 5)
    assert tries(store, a_budget(), 1, NOW - timedelta(days=30)) == [5]


def test_after_a_day_nothing_is_kept(store: Store) -> None:
    tries(store, a_budget(), 5)
    with store.transaction() as session:
        assert throttle.forget_old(session, NOW + timedelta(hours=23)) == 0
        assert throttle.forget_old(session, NOW + timedelta(hours=25)) == 5


def test_neither_account_nor_address_can_be_read_in_the_store(store: Store) -> None:
    tries(store, a_budget(), 1)
    with store.reading() as session:
        row = session.scalars(select(SignInAttempt)).one()
    assert "anna" not in row.account_hash and "192" not in row.address_hash
    other = throttle.budget(Seal(b"l" * 32), "password", "anna@example.org", "192.0.2.7")
    assert other.account != row.account_hash


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "192.0.2.8", False), ("::ffff:192.0.2.7", "192.0.2.7", True), ("fe80::1%eth0", "fe80::2", True), ("", "x", False),
    ],
)
def test_one_household_s_many_addresses_count_as_one(one: str, other: str, same: bool) -> None:
    assert (throttle.neighbourhood(one) == throttle.neighbourhood(other)) is same


def test_guessing_many_accounts_from_ever_new_addresses_of_one_network_is_slowed(store: Store) -> None:
    waits = [tries(store, a_budget(f"{number}@example.org", f"2001:db8:1:2::{number:x}"), 1)[0] for number in range(31)]
    assert waits == [0] * 30 + [5]


def test_asking_for_mails_and_signing_in_are_counted_apart(store: Store) -> None:
    for number in range(40):
        tries(store, throttle.budget(SEAL, "reset", f"{number}", "192.0.2.7", pool="reset"), 1)
    assert tries(store, a_budget(), 1) == [0]
