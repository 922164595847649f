"""Tokens of a mail's links: altered, expired, renewed or of somebody gone they open nothing."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people import users
from outreach.subscribers import subscriptions
from outreach.subscribers.links import LIFE, Links, links_of
from tests.outreach.subscribers.rooms import MONDAY, account, reader, send

LINKS = links_of(Seal(b"k" * 32))
NONCE = "0f" * 16
SAFE = re.compile(r"[A-Za-z0-9._-]{20,60}")


def mailed(store: Store, **other: object) -> tuple[int, int, str, str]:
    """A reader with a mail; run, subscription and both tokens."""
    number = reader(store, **other)  # type: ignore[arg-type]
    [one] = send(store, MONDAY)
    return (
        one.run_id, number, LINKS.mail_token(one.run_id, number, one.nonce, MONDAY + LIFE), LINKS.reader_token(number, one.nonce),
    )  # fmt: skip


def test_a_token_opens_its_mail_and_its_reader(store: Store) -> None:
    run_id, number, of_mail, of_reader = mailed(store, language="en")
    with store.reading() as session:
        link = LINKS.read_mail(session, MONDAY + timedelta(days=29), of_mail)
        assert link is not None
        assert (link.run_id, link.subscription_id, link.day, link.language) == (run_id, number, MONDAY.date(), "en")
        assert (link.user_id, link.role, link.mail, link.zone) == (None, None, "anna@example.org", "Europe/Riga")
        assert "anna" not in repr(link)
        assert LINKS.read_reader(session, of_reader) == number


def test_an_account_s_role_holds_while_it_is_on(store: Store) -> None:
    account(store, "admin@example.org", "administrator")
    user = account(store)
    _, _, of_mail, of_reader = mailed(store, user_id=user)
    with store.reading() as session:
        link = LINKS.read_mail(session, MONDAY, of_mail)
        assert link is not None
        assert (link.user_id, link.role) == (user, "comms")
    with store.transaction() as session:
        users.disable(session, MONDAY, "tests", user)
        link = LINKS.read_mail(session, MONDAY, of_mail)
        assert link is not None
        assert (link.user_id, link.role) == (user, None)
        assert LINKS.read_reader(session, of_reader) is not None  # who left may still leave the list


def test_it_ends_after_its_time_by_the_hour(store: Store) -> None:
    _, _, of_mail, _ = mailed(store)
    with store.reading() as session:
        assert LINKS.read_mail(session, MONDAY + LIFE, of_mail) is not None
        assert LINKS.read_mail(session, MONDAY + LIFE + timedelta(hours=1), of_mail) is None


@pytest.mark.parametrize("how", ["renewed", "removed"])
def test_renewed_links_and_removed_readers_close_it(store: Store, how: str) -> None:
    _, number, of_mail, of_reader = mailed(store)
    with store.transaction() as session:
        if how == "removed":
            subscriptions.remove(session, MONDAY, number, "tests", ())
        else:
            nonce = subscriptions.fresh_links(session, MONDAY, number, "tests")
            assert LINKS.read_reader(session, LINKS.reader_token(number, nonce)) == number
        assert LINKS.read_mail(session, MONDAY, of_mail) is None
        assert LINKS.read_reader(session, of_reader) is None


def test_no_letter_can_be_altered(store: Store) -> None:
    _, _, of_mail, of_reader = mailed(store)
    with store.reading() as session:
        for token in (of_mail, of_reader):
            for place in range(len(token)):
                for letter in "aA0_-.z ":
                    if token[place] != letter:
                        altered = token[:place] + letter + token[place + 1 :]
                        assert LINKS.read_mail(session, MONDAY, altered) is None, altered
                        assert LINKS.read_reader(session, altered) is None, altered
            for odd in (token[:-1], token + "a", token + "=", "0" + token, token.upper(), f" {token}", f"{token}\n"):
                assert LINKS.read_mail(session, MONDAY, odd) is None
                assert LINKS.read_reader(session, odd) is None


def test_one_kind_or_one_reader_s_token_is_no_other_s(store: Store) -> None:
    run_id, number, of_mail, of_reader = mailed(store)
    other = reader(store, "janis@example.org")
    with store.reading() as session:
        nonce, their = (subscriptions.one(session, one).nonce for one in (number, other))  # type: ignore[union-attr]
        assert LINKS.read_mail(session, MONDAY, LINKS.mail_token(run_id, other, their, MONDAY + LIFE)) is None
        assert LINKS.read_mail(session, MONDAY, LINKS.mail_token(run_id + 50, number, nonce, MONDAY + LIFE)) is None
        assert LINKS.read_mail(session, MONDAY, of_reader) is None
        assert LINKS.read_reader(session, of_mail) is None
        assert links_of(Seal(b"x" * 32)).read_mail(session, MONDAY, of_mail) is None


@given(st.text(max_size=80) | st.from_regex(r"[0-9a-z]{1,20}(-[0-9a-z]{1,20}){0,3}\.[A-Za-z0-9_-]{27}", fullmatch=True))
def test_no_text_breaks_the_reading(token: str) -> None:
    class Nobody:
        def execute(self, *_: object) -> "Nobody":
            return self

        def one_or_none(self) -> None:
            return None

        def scalar(self, *_: object) -> None:
            return None

    session: object = Nobody()
    assert LINKS.read_mail(session, MONDAY, token) is None  # type: ignore[arg-type]
    assert LINKS.read_reader(session, token) is None  # type: ignore[arg-type]


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_tokens_are_short_and_fit_an_address(run_id: int, number: int) -> None:
    of_mail, of_reader = LINKS.mail_token(run_id, number, NONCE, MONDAY + LIFE), LINKS.reader_token(number, NONCE)
    for token in (of_mail, of_reader):
        assert SAFE.fullmatch(token)
    assert Links(LINKS.seal_key).reader_token(number, NONCE) == of_reader
    assert LINKS.reader_token(number, NONCE[::-1]) != of_reader
