"""Links that open a door once: on both stores, however many browsers press at once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.core.db import Store
from outreach.people import keys, users
from outreach.people.models import DoorKey
from outreach.people.users import Account

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ANNA = Account("anna@example.org", "Anna Kalna", "reader", None, "lv")


def anna(store: Store) -> int:
    with store.transaction() as session:
        return users.add(session, NOW, "x", ANNA)


def made(store: Store, kind: str, user_id: int | None) -> str:
    with store.transaction() as session:
        return keys.make(session, NOW, kind, user_id)


def opening(store: Store, token: str, now: datetime = NOW) -> keys.Opening | None:
    with store.reading() as session:
        return keys.opening(session, now, token)


def test_of_many_browsers_with_one_link_one_gets_in(store: Store) -> None:
    found = opening(store, made(store, "reset", anna(store)))
    assert found is not None
    number, came, together = found.id, [], threading.Barrier(6)

    def use() -> None:
        together.wait()
        with store.transaction() as session:
            came.append(keys.use(session, NOW, number))

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [False] * 5 + [True]


@pytest.mark.parametrize(("kind", "lives"), [("welcome", timedelta(days=3)), ("reset", timedelta(minutes=30))])
def test_a_link_lives_as_long_as_its_kind_and_not_a_moment_more(store: Store, kind: str, lives: timedelta) -> None:
    token = made(store, kind, anna(store))
    last = NOW + lives - timedelta(seconds=1)
    found = opening(store, token, last)
    assert found is not None and found.kind == kind
    assert opening(store, token, NOW + lives) is None
    with store.transaction() as session:
        # Opened in time, sent too late.
        assert not keys.use(session, NOW + lives, found.id)
        assert keys.use(session, last, found.id)


def test_the_first_administrators_link_is_dead_once_there_is_anybody(store: Store) -> None:
    token = made(store, "first", None)
    found = opening(store, token)
    assert found is not None and found.user_id is None
    anna(store)
    assert opening(store, token) is None


def test_one_link_used_ends_the_others_of_the_account_and_nobody_elses(store: Store) -> None:
    user_id = anna(store)
    with store.transaction() as session:
        other = users.add(session, NOW, "x", Account("janis@example.org", "Jānis", "reader", None, "lv"))
    welcome, reset, his = made(store, "welcome", user_id), made(store, "reset", user_id), made(store, "reset", other)
    found = opening(store, reset)
    assert found is not None
    with store.transaction() as session:
        assert keys.use(session, NOW, found.id)
    assert opening(store, welcome) is None and opening(store, reset) is None
    assert opening(store, his) is not None


def test_switched_off_after_the_page_was_opened_the_link_opens_nothing(store: Store) -> None:
    user_id = anna(store)
    found = opening(store, made(store, "reset", user_id))
    assert found is not None
    with store.transaction() as session:
        users.disable(session, NOW, "x", user_id)
    with store.transaction() as session:
        assert not keys.use(session, NOW, found.id)


def test_the_store_holds_no_link(store: Store) -> None:
    token = made(store, "reset", anna(store))
    with store.reading() as session:
        row = session.scalars(select(DoorKey)).one()
    assert token not in f"{row.token_hash}{row.kind}" and row.token_hash != token
    assert opening(store, str(row.token_hash)) is None
