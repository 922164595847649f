"""Readers of the morning mail: added, changed, off and on, out; those of the settings once each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.settings import DigestSettings
from outreach.people import audit, users
from outreach.people.models import User
from outreach.postbox import stops
from outreach.subscribers import subscriptions
from outreach.subscribers.asked import Asked, fit
from outreach.subscribers.models import Subscription
from outreach.subscribers.subscriptions import Seen
from tests.outreach.subscribers.rooms import BEFORE, MONDAY, TOLD, account, asked, reader, send

HOUR = timedelta(hours=1)
LISTED = TOLD.model_copy(update={"digest": DigestSettings(recipients=("Anna@example.org", "anna@example.org", "janis@example.org"))})


def seen(store: Store, number: int) -> Seen:
    with store.reading() as session:
        found = subscriptions.one(session, number)
    assert found is not None
    return found


def deeds(store: Store) -> list[str]:
    with store.reading() as session:
        found = audit.entries(session, audit.Chosen(subject_kind="reader"))
    assert "example.org" not in str([entry.facts for entry in found])
    return [entry.action for entry in reversed(found)]


def test_a_reader_is_kept_as_asked_for(store: Store) -> None:
    number = reader(store, " Anna@Example.org", name="Anna  Bērziņa", rhythm="weekly", weekday=4, topics=(2, 1, 2), places=("Ludza", "Balvi", ""))
    found = seen(store, number)
    assert (found.mail, found.name, found.rhythm, found.weekday) == ("anna@example.org", "Anna Bērziņa", "weekly", 4)
    assert (found.topics, found.places, found.state, found.role, found.stopped) == ((1, 2), ("Balvi", "Ludza"), "on", None, False)
    assert (found.last_day, found.last_status, found.made_by) == (None, None, "tests")
    assert "anna" not in repr(found)
    assert fit(found.asked, found.mail) == found.asked
    send(store, MONDAY)
    assert (seen(store, number).last_status, seen(store, number).last_day) == ("skipped", MONDAY.date() - timedelta(days=3))


def test_an_address_is_one_reader(store: Store) -> None:
    reader(store)
    user = account(store, "konts@example.org")
    number = reader(store, "konts@example.org")
    assert seen(store, number).user_id == user  # an account with that address is theirs
    for mail, other in (("ANNA@example.org", {}), ("konts@example.org", {}), ("x@example.org", {"user_id": user})):
        with pytest.raises(OutreachError) as raised:
            reader(store, mail, **other)  # type: ignore[arg-type]
        assert raised.value.key == "readers.error.taken"
    with pytest.raises(OutreachError) as raised:
        reader(store, "y@example.org", user_id=99)
    assert raised.value.key == "people.error.nobody"


def test_changes_are_kept_and_told_in_the_trail(store: Store) -> None:
    number = reader(store)
    held = seen(store, number)
    with store.transaction() as session:
        assert not subscriptions.change(session, MONDAY, number, held.asked, "tests")
        assert subscriptions.change(session, MONDAY, number, replace(held.asked, at="09:30", senses=("return",)), "tests")
    assert (seen(store, number).at, seen(store, number).senses, seen(store, number).nonce) == ("09:30", ("return",), held.nonce)
    with store.transaction() as session:
        subscriptions.change(session, MONDAY, number, replace(held.asked, mail="jauna@example.org"), "tests")
    # Another mailbox: whoever holds the old one's links opens nothing with them.
    assert (seen(store, number).mail, seen(store, number).nonce != held.nonce) == ("jauna@example.org", True)
    assert deeds(store) == ["add", "change", "change"]
    other = reader(store, "janis@example.org")
    with store.transaction() as session, pytest.raises(OutreachError) as raised:
        subscriptions.change(session, MONDAY, other, asked("jauna@example.org"), "tests")
    assert raised.value.key == "readers.error.taken"
    with store.transaction() as session, pytest.raises(OutreachError) as raised:
        subscriptions.change(session, MONDAY, 99, asked(), "tests")
    assert raised.value.key == "readers.error.nobody"


def test_an_account_keeps_its_address_and_name(store: Store) -> None:
    user = account(store)
    number = reader(store, "whatever@example.org", user_id=user)
    assert (seen(store, number).mail, seen(store, number).name) == ("anna@example.org", "Anna Bērziņa")
    with store.transaction() as session:
        subscriptions.change(session, MONDAY, number, asked("elsewhere@example.org", at="08:00"), "tests")
        session.get_one(User, user).mail = "jauna@example.org"
    assert (seen(store, number).mail, seen(store, number).at) == ("jauna@example.org", "08:00")
    with store.reading() as session:
        assert subscriptions.by_mail(session, "Jauna@example.org") == number
        assert subscriptions.of_user(session, user) == subscriptions.one(session, number)
        with pytest.raises(OutreachError):
            subscriptions.by_mail(session, "anna@example.org")


def test_off_and_on_again_and_a_stopped_address_is_tried_again(store: Store) -> None:
    number = reader(store)
    for on, done in ((True, False), (False, True), (False, False), (True, True)):
        with store.transaction() as session:
            assert subscriptions.switch(session, MONDAY, number, on, "tests") is done
        assert seen(store, number).state == ("on" if on else "off")
    with store.transaction() as session:
        stops.stop(session, MONDAY, "anna@example.org", "postbox.stop.hard", code="5.1.1")
    assert (seen(store, number).stopped, seen(store, number).stopped_facts) == (True, {"code": "5.1.1"})
    with store.transaction() as session:
        assert subscriptions.switch(session, MONDAY + HOUR, number, True, "tests")
    assert (seen(store, number).stopped, seen(store, number).state_at) == (False, MONDAY + HOUR)
    assert deeds(store) == ["add", "disable", "enable", "enable"]


def test_out_with_all_rows_but_not_one_that_the_settings_name(store: Store) -> None:
    number = reader(store)
    with store.transaction() as session, pytest.raises(OutreachError) as raised:
        subscriptions.remove(session, MONDAY, number, "tests", LISTED.digest.recipients)
    assert raised.value.key == "readers.error.listed"
    with store.transaction() as session:
        subscriptions.remove(session, MONDAY, number, "tests", ())
        assert subscriptions.one(session, number) is None
        with pytest.raises(OutreachError):
            subscriptions.remove(session, MONDAY, number, "tests", ())
    assert deeds(store) == ["add", "delete"]


def test_readers_of_the_settings_once_each_and_left_as_they_are(store: Store) -> None:
    user = account(store)
    for expected in (2, 0, 0):
        with store.transaction() as session:
            assert subscriptions.seed(session, MONDAY, LISTED) == expected
    with store.reading() as session:
        anna, janis = sorted(subscriptions.all_seen(session), key=lambda one: one.mail)
    assert (anna.user_id, anna.language, janis.user_id, janis.language) == (user, "en", None, "lv")
    assert (janis.at, janis.zone, janis.rhythm, janis.state_at, janis.made_by) == ("07:00", "Europe/Riga", "daily", MONDAY, "settings")
    with store.transaction() as session:
        subscriptions.switch(session, MONDAY, janis.id, False, "tests")
        session.get_one(User, user).mail = "jauna@example.org"
        assert subscriptions.seed(session, MONDAY, LISTED) == 0
    assert seen(store, janis.id).state == "off"


def test_an_account_made_later_is_the_reader_s(store: Store) -> None:
    number = reader(store)
    user = account(store)
    assert seen(store, number).role is None
    with store.transaction() as session:
        subscriptions.seed(session, MONDAY, TOLD)
    assert (seen(store, number).user_id, seen(store, number).role) == (user, "comms")


def test_the_list_has_those_who_are_off_last(store: Store) -> None:
    account(store, "admin@example.org", "administrator")
    user = account(store, "b@example.org")
    off = reader(store, "a@example.org", name="Aivars")
    reader(store, "c@example.org", name="Zane")
    reader(store, "b@example.org", user_id=user)
    with store.transaction() as session:
        subscriptions.switch(session, BEFORE, off, False, "tests")
        users.disable(session, BEFORE, "tests", user)
    with store.reading() as session:
        rows = subscriptions.all_seen(session)
        assert [(row.name, row.state, row.disabled) for row in rows] == [
            ("Anna Bērziņa", "on", True), ("Zane", "on", False), ("Aivars", "off", False),
        ]  # fmt: skip
        assert len(subscriptions.all_seen(session, limit=1)) == 1


def test_links_are_renewed(store: Store) -> None:
    number = reader(store)
    before = seen(store, number).nonce
    with store.transaction() as session:
        new = subscriptions.fresh_links(session, MONDAY, number, "tests")
        assert session.scalar(select(Subscription.nonce)) == new != before
    assert deeds(store) == ["add", "revoke"]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"mail": "anna"}, "mail"), ({"mail": "Anna <anna@example.org>"}, "mail"), ({"mail": "a@b"}, "mail"), ({"mail": "ā@example.org"}, "mail"),
        ({"mail": "a@example.org\r\nBcc: x@example.org"}, "mail"), ({"mail": "a,b@example.org"}, "mail"), ({"mail": f"a@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 20}.org"}, "mail"),
        ({"name": "x" * 121}, "name"), ({"name": "a\x00b"}, "name"), ({"language": "ru"}, "language"), ({"at": "7:00"}, "hour"), ({"at": "24:00"}, "hour"), ({"at": "٠٧:00"}, "hour"),
        ({"zone": "Mars/Base"}, "zone"), ({"zone": "../x"}, "zone"), ({"zone": ""}, "zone"), ({"rhythm": "yearly"}, "rhythm"), ({"weekday": 7}, "weekday"),
        ({"topics": (0,)}, "choice"), ({"topics": (2**31,)}, "choice"), ({"tiers": ("nope",)}, "choice"), ({"senses": ("nope",)}, "choice"),
        ({"places": ("x" * 121,)}, "choice"), ({"places": tuple(map(str, range(201)))}, "choice"), ({"places": ("a\nb",)}, "choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_a_sentence(wrong: dict[str, object], key: str) -> None:
    with pytest.raises(OutreachError) as raised:
        fit(replace(asked(), **wrong), str(wrong.get("mail", "anna@example.org")))  # type: ignore[arg-type]
    assert raised.value.key == f"readers.error.{key}"


@given(st.builds(Asked, *(st.text(max_size=20) for _ in range(6))))
def test_any_wishes_fit_or_are_refused(wishes: Asked) -> None:
    try:
        told = fit(wishes, wishes.mail)
    except OutreachError:
        return
    assert fit(told, told.mail) == told
