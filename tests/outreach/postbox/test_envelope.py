"""Addresses to which undeliverable mail returns: one a mail and reader, and nobody else can make it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.postbox.envelope import has_room, proven, return_address

KEY = b"k" * 32
MAIL = "liga@pasts.example"
MADE = return_address(KEY, "bounces@birojs.example", "d12", MAIL)


def test_it_names_the_mail_and_is_an_address() -> None:
    local, _, domain = MADE.partition("@")
    assert (domain, local.startswith("bounces+d12-"), len(local)) == ("birojs.example", True, len("bounces+d12-") + 16)
    assert return_address(KEY, "bounces@birojs.example", "d12", "LIGA@pasts.example") == MADE


@pytest.mark.parametrize("seen", [MADE, MADE.upper(), f"<{MADE}>", MADE.replace("birojs", "cits")])
def test_it_proves_what_came_back(seen: str) -> None:
    assert proven(KEY, seen, MAIL) == "d12"
    assert proven(KEY, seen, " Liga@Pasts.example ") == "d12"


@pytest.mark.parametrize(
    ("key", "seen", "mail"),
    [
        (b"x" * 32, MADE, MAIL),
        (KEY, MADE, "cita@pasts.example"),
        (KEY, MADE.replace("d12", "d13"), MAIL),
        (KEY, MADE.replace("d12", "a12"), MAIL),
        (KEY, MADE.replace("-", "-a"), MAIL),
        (KEY, "bounces@birojs.example", MAIL),
        (KEY, "bounces+d12@birojs.example", MAIL),
        (KEY, "bounces+d12-@birojs.example", MAIL),
        (KEY, "", ""),
    ],
)
def test_what_proves_nothing(key: bytes, seen: str, mail: str) -> None:
    assert proven(key, seen, mail) is None


@given(st.text(max_size=200), st.text(max_size=80))
def test_anything_may_be_asked(seen: str, mail: str) -> None:
    assert proven(KEY, seen, mail) is None


@given(st.integers(0, 10**12 - 1), st.emails(), st.sampled_from("da"))
def test_every_mail_has_its_own_and_room_for_it(number: int, mail: str, letter: str) -> None:
    made = return_address(KEY, "undeliverable.latgale@birojs.example", f"{letter}{number}", mail)
    assert proven(KEY, made, mail) == f"{letter}{number}"
    assert len(made.partition("@")[0]) <= 64


def test_without_room_the_mail_goes_out_all_the_same() -> None:
    long = f"{'b' * 40}@birojs.example"
    assert (has_room(long), has_room("bounces@birojs.example")) == (False, True)
    assert return_address(KEY, long, "d123456789012", MAIL) == long


@pytest.mark.parametrize("ref", ["", "12", "d", "d1 ", "d12-x", "D1", "d1234567890123"])
def test_a_ref_that_is_none(ref: str) -> None:
    with pytest.raises(ValueError, match="ref"):
        return_address(KEY, "bounces@birojs.example", ref, MAIL)
