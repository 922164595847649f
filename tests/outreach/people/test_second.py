"""Codes of the app and recovery codes, on both stores."""

import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import second
from outreach.people.models import User

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SEAL = Seal(b"k" * 32)


def somebody(store: Store) -> int:
    with store.transaction() as session:
        user = User(mail="anna@example.org", name="Anna", role="comms", language="lv", theme="auto", created_at=NOW)
        session.add(user)
        session.flush()
        return user.id


def set_up(store: Store) -> tuple[int, str, list[str]]:
    user_id = somebody(store)
    with store.transaction() as session:
        second.prepare(session, SEAL, user_id)
        secret = second.waiting_secret(session, SEAL, user_id)
        assert secret is not None
        codes = second.confirm(session, NOW, SEAL, user_id, pyotp.TOTP(secret).at(NOW))
    assert codes is not None
    return user_id, secret, codes


def proves(store: Store, user_id: int, code: str, now: datetime = NOW) -> str | None:
    with store.transaction() as session:
        return second.proves(session, now, SEAL, user_id, code)


@pytest.mark.parametrize(("off", "opens"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_code_may_be_one_step_early_or_late(store: Store, off: int, opens: bool) -> None:
    user_id, secret, _ = set_up(store)
    later = NOW + timedelta(minutes=10)
    code = pyotp.TOTP(secret).at(later + timedelta(seconds=off))
    assert proves(store, user_id, code, later) == ("code" if opens else None)


def test_no_code_opens_twice_nor_one_before_it(store: Store) -> None:
    user_id, secret, _ = set_up(store)
    app = pyotp.TOTP(secret)
    assert proves(store, user_id, app.at(NOW)) is None  # it was used for the set-up
    later = NOW + timedelta(seconds=60)
    assert proves(store, user_id, f"{app.at(later)[:3]} {app.at(later)[3:]}", later) == "code"
    assert proves(store, user_id, app.at(later), later) is None
    assert proves(store, user_id, app.at(NOW + timedelta(seconds=30)), later) is None


def test_of_two_browsers_with_one_code_one_comes_in(store: Store) -> None:
    user_id, secret, codes = set_up(store)
    later = NOW + timedelta(seconds=90)
    for given in (pyotp.TOTP(secret).at(later), codes[0]):
        came: list[str | None] = []
        together = threading.Barrier(4)

        def prove(given: str = given, came: list[str | None] = came, together: threading.Barrier = together) -> None:
            together.wait()
            came.append(proves(store, user_id, given, later))

        threads = [threading.Thread(target=prove) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(one is not None for one in came) == 1


def test_new_recovery_codes_end_the_old(store: Store) -> None:
    user_id, _, old = set_up(store)
    with store.transaction() as session:
        new = second.new_codes(session, SEAL, user_id)
    assert len({*old, *new}) == 20
    assert proves(store, user_id, old[0]) is None
    assert proves(store, user_id, new[0]) == "recovery"
    with store.reading() as session:
        assert second.codes_left(session, user_id) == 9


def test_a_factor_that_was_not_confirmed_proves_nothing_and_may_be_begun_anew(store: Store) -> None:
    user_id = somebody(store)
    with store.transaction() as session:
        second.prepare(session, SEAL, user_id)
        secret = second.waiting_secret(session, SEAL, user_id)
        assert secret is not None
        assert second.confirm(session, NOW, SEAL, user_id, "000000") is None
    assert proves(store, user_id, pyotp.TOTP(secret).at(NOW)) is None
    with store.transaction() as session:
        second.prepare(session, SEAL, user_id)
        assert second.waiting_secret(session, SEAL, user_id) != secret


def test_a_factor_in_force_is_not_replaced_without_dropping_it(store: Store) -> None:
    user_id, secret, _ = set_up(store)
    later = NOW + timedelta(minutes=5)
    with store.transaction() as session:
        second.prepare(session, SEAL, user_id)
        assert second.waiting_secret(session, SEAL, user_id) is None
    assert proves(store, user_id, pyotp.TOTP(secret).at(later), later) == "code"
    with store.transaction() as session:
        assert second.drop(session, user_id)
    assert proves(store, user_id, pyotp.TOTP(secret).at(later + timedelta(minutes=5)), later + timedelta(minutes=5)) is None


def test_a_secret_is_sealed_for_its_account_alone(store: Store) -> None:
    user_id, secret, _ = set_up(store)
    with store.transaction() as session:
        first = session.get_one(User, user_id)
        assert first.totp_sealed is not None and secret not in first.totp_sealed
        other = User(
            mail="b@example.org", name="B", role="comms", language="lv", theme="auto", created_at=NOW,
            totp_sealed=first.totp_sealed, totp_at=NOW,
        )
        session.add(other)
        session.flush()
        with pytest.raises(OutreachError, match="core.seal.broken"):
            second.proves(session, NOW, SEAL, other.id, "123456")


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "٣٤٥٦٧٨", "0" * 10_000, "\x00"])
def test_rubbish_is_no_code(store: Store, given: str) -> None:
    user_id, _, _ = set_up(store)
    assert proves(store, user_id, given) is None


@pytest.mark.parametrize(
    ("policy", "sees", "owed"),
    [("optional", True, False), ("families", True, True), ("families", False, False), ("everybody", False, True)],
)
def test_who_owes_one(policy: str, sees: bool, owed: bool) -> None:
    assert second.is_owed(policy, sees) is owed
