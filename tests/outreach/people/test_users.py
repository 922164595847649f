"""Accounts: what is refused, what a deed takes with it, and that somebody always holds the keys."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit, keys, second, sessions, tokens, users
from outreach.people.models import ROLES, DoorKey, User
from outreach.people.users import Account

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LIMITS = sessions.Limits(timedelta(hours=2), timedelta(hours=12))
SEAL = Seal(b"k" * 32)


def an_account(mail: str = "anna@example.org", role: str = "comms", place: str | None = None) -> Account:
    return Account(mail, "Anna Bērziņa", role, place, "lv")


def added(store: Store, mail: str = "anna@example.org", role: str = "comms", *, password: bool = True, place: str | None = None) -> int:
    with store.transaction() as session:
        user_id = users.add(session, NOW, "root", an_account(mail, role, place))
        if password:
            session.execute(update(User).where(User.id == user_id).values(password_hash="kept"))
        return user_id


def refused(store: Store, deed: object) -> str:
    with pytest.raises(OutreachError) as caught, store.transaction() as session:
        deed(session)  # type: ignore[operator]
    return caught.value.key


def deeds(store: Store) -> list[tuple[str, str, int | None]]:
    with store.reading() as session:
        return [(row.actor, row.action, row.subject_id) for row in reversed(audit.entries(session, audit.Chosen()))]


@pytest.mark.parametrize(
    ("account", "key"),
    [
        (Account("nobody", "Anna", "comms", None, "lv"), "mail"),
        (Account("a b@example.org", "Anna", "comms", None, "lv"), "mail"),
        (Account("@example.org", "Anna", "comms", None, "lv"), "mail"),
        (Account("anna@example.org", "  ", "comms", None, "lv"), "name"),
        (Account("anna@example.org", "A" * 121, "comms", None, "lv"), "name"),
        (Account("anna@example.org", "Anna", "chief", None, "lv"), "role"),
        (Account("anna@example.org", "Anna", "partner", " ", "lv"), "place"),
    ],
)
def test_what_is_no_account_is_refused(store: Store, account: Account, key: str) -> None:
    assert refused(store, lambda session: users.add(session, NOW, "root", account)) == f"people.error.{key}"


def test_an_address_has_one_account_in_small_letters(store: Store) -> None:
    user_id = added(store, " Anna@Example.ORG ")
    with store.reading() as session:
        assert users.by_mail(session, "ANNA@example.org") == user_id
    assert refused(store, lambda session: users.add(session, NOW, "root", an_account())) == "people.error.mail_taken"
    assert refused(store, lambda session: users.by_mail(session, "x@example.org")) == "people.error.nobody"


def test_only_a_partner_has_a_place(store: Store) -> None:
    for number, role in enumerate(ROLES):
        user_id = added(store, f"{number}@example.org", role, place="Ludzas novads")
        with store.reading() as session:
            user = users.one(session, user_id)
        assert user is not None and user.place == ("Ludzas novads" if role == "partner" else None)


@pytest.mark.parametrize("deed", ["disable", "demote"])
def test_the_last_administrator_who_can_come_in_stays(store: Store, deed: str) -> None:
    boss = added(store, "boss@example.org", "administrator")
    added(store, "invited@example.org", "administrator", password=False)
    off = added(store, "off@example.org", "administrator")
    with store.transaction() as session:
        users.disable(session, NOW, "root", off)

    def do(session: object) -> None:
        if deed == "disable":
            users.disable(session, NOW, "root", boss)  # type: ignore[arg-type]
        else:
            users.change(session, NOW, "root", boss, an_account("boss@example.org", "reader"))  # type: ignore[arg-type]

    assert refused(store, do) == "people.error.last_administrator"
    added(store, "second@example.org", "administrator")
    with store.transaction() as session:
        do(session)


def test_two_administrators_cannot_switch_each_other_off(store: Store) -> None:
    pair = [added(store, f"{name}@example.org", "administrator") for name in ("one", "two")]
    together, ended = threading.Barrier(2), []

    def switch(user_id: int) -> None:
        together.wait()
        try:
            with store.transaction() as session:
                users.disable(session, NOW, "root", user_id)
            ended.append("off")
        except OutreachError as error:
            ended.append(error.key)

    threads = [threading.Thread(target=switch, args=(user_id,)) for user_id in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["off", "people.error.last_administrator"]


def test_switching_off_ends_sessions_links_and_tokens_at_once(store: Store) -> None:
    user_id = added(store)
    with store.transaction() as session:
        cookie = sessions.begin(session, NOW, LIMITS, user_id, full=True, device="", address="")
        token = tokens.make(session, NOW, user_id, "anna@example.org", "skripts", ["mentions"], 30)
        link = keys.make(session, NOW, "reset", user_id)
        assert tokens.person_of(session, NOW, token) is not None
    with store.transaction() as session:
        assert users.disable(session, NOW, "root", user_id)
        assert not users.disable(session, NOW, "root", user_id)
    with store.reading() as session:
        assert sessions.person_of(session, NOW, LIMITS, cookie) is None
        assert tokens.person_of(session, NOW, token) is None
        assert keys.opening(session, NOW, link) is None
    with store.transaction() as session:
        assert users.enable(session, NOW, "root", user_id)
    with store.reading() as session:
        assert tokens.person_of(session, NOW, token) is None
    assert [deed for deed in deeds(store) if deed[0] == "root"] == [
        ("root", "add", user_id), ("root", "disable", user_id), ("root", "enable", user_id)
    ]


def test_another_role_or_place_ends_the_sessions_another_name_does_not(store: Store) -> None:
    user_id = added(store, role="reader")

    def change(account: Account) -> int:
        with store.transaction() as session:
            sessions.begin(session, NOW, LIMITS, user_id, full=True, device="", address="")
            users.change(session, NOW, "root", user_id, account)
            return len(sessions.of_user(session, user_id))

    assert change(Account("anna@example.org", "Anna Kalna", "reader", None, "en")) == 1
    assert change(Account("anna@example.org", "Anna Kalna", "coordinator", None, "en")) == 0


def test_a_new_password_ends_all_sessions_but_one_and_is_told_by_mail(store: Store) -> None:
    user_id = added(store)
    with store.transaction() as session:
        for _ in range(3):
            sessions.begin(session, NOW, LIMITS, user_id, full=True, device="", address="")
        kept = sessions.of_user(session, user_id)[0].id
        users.set_password(session, NOW, user_id, "hash", actor="anna@example.org", but=kept)
        assert [row.id for row in sessions.of_user(session, user_id)] == [kept]
        row = session.scalars(select(DoorKey)).one()
        assert row.used_at == NOW and row.mail_state == "due"
    first = added(store, "new@example.org", password=False)
    with store.transaction() as session:
        users.set_password(session, NOW, first, "hash", actor="new@example.org")
        assert session.scalars(select(DoorKey).where(DoorKey.user_id == first)).all() == []
        # Who came in by the office's own service had another door before: a first password is news to them.
        session.get_one(User, first).password_hash, session.get_one(User, first).oidc_subject = None, "s"
        users.set_password(session, NOW, first, "hash", actor="new@example.org")
        assert session.scalars(select(DoorKey.mail_state).where(DoorKey.user_id == first)).all() == ["due"]


def test_a_link_kind_is_an_invitation_until_there_is_a_password(store: Store) -> None:
    user_id, fresh = added(store), added(store, "new@example.org", password=False)
    with store.transaction() as session:
        assert users.link_kind(session, user_id) == "reset"
        assert users.link_kind(session, fresh) == "welcome"
        users.disable(session, NOW, "root", user_id)
    assert refused(store, lambda session: users.link_kind(session, user_id)) == "people.error.user_disabled"


def test_the_list_says_who_can_come_in_and_what_became_of_a_mail(store: Store) -> None:
    active, invited, off = added(store), added(store, "b@example.org", password=False), added(store, "c@example.org")
    with store.transaction() as session:
        users.disable(session, NOW, "root", off)
        keys.mail(session, NOW, "welcome", invited)
        keys.mail(session, NOW, "welcome", invited)
        session.execute(update(DoorKey).values(mail_state="failed", error_key="mail.refused"))
    with store.reading() as session:
        rows = users.every(session)
    assert [(row.id, row.state, row.mail_state) for row in rows] == [
        (active, "active", None), (invited, "invited", "failed"), (off, "disabled", None)
    ]


def test_dropping_a_second_factor_takes_codes_and_sessions(store: Store) -> None:
    user_id = added(store)
    with store.transaction() as session:
        second.prepare(session, SEAL, user_id)
        secret = second.waiting_secret(session, SEAL, user_id)
        assert secret is not None
        second.new_codes(session, SEAL, user_id)
        sessions.begin(session, NOW, LIMITS, user_id, full=True, device="", address="")
        assert users.drop_second(session, NOW, "root", user_id)
        assert not users.drop_second(session, NOW, "root", user_id)
        assert second.codes_left(session, user_id) == 0
        assert sessions.of_user(session, user_id) == []
