"""Telephone numbers and addresses in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.tracker.same.reaching import mails, phones

LATVIAN = "+37126123456"


@pytest.mark.parametrize(
    ("text", "country", "told"),
    [
        *((text, None, [LATVIAN]) for text in ("26123456", "26 123 456", "2612-3456", "+371 26123456", "00371 26 12 34 56",
            "371 26123456", "(+371) 26 123 456", "tālr. 26.123.456!", "zvanīt pēc 18: 26 123 456, vakarā")),
        ("26 123 456", "GB", [LATVIAN]),
        ("087 123 4567", "IE", ["+353871234567"]),
        ("+353 (0)87 123 4567", None, ["+353871234567"]),
        ("353871234567", None, ["+353871234567"]),
        ("26123456 29123456", None, [LATVIAN, "+37129123456"]),
        # Eight figures are a number in Norway too: both are told.
        ("21234567", "NO", ["+4721234567", "+37121234567"]),
        ("2026-11-23 un 23.11.2026.", None, []),
        ("LV-4501, 12 bērni, 123", None, []),
        ("anna26123456@example.org", None, []),
        ("", None, []),
    ],
)  # fmt: skip
def test_a_number_has_one_form(text: str, country: str | None, told: list[str]) -> None:
    assert list(phones(text, country)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Anna@Example.ORG.", ["anna@example.org"]), ("Anna <anna@example.org>; anna@example.org", ["anna@example.org"]),
        ("Anna.Ozola+darbs@gmail.com, annaozola@googlemail.com", ["annaozola@gmail.com"]),
        ("a.b+c@inbox.lv a.b@inbox.lv", ["a.b+c@inbox.lv", "a.b@inbox.lv"]), ("nav @ adreses, anna@", []),
    ],
)  # fmt: skip
def test_a_mailbox_has_one_form(text: str, told: list[str]) -> None:
    assert list(mails(text)) == told


@given(st.text(max_size=200), st.sampled_from([None, "GB", "IE", "XX"]))
def test_anything_can_be_read(text: str, country: str | None) -> None:
    told = phones(text, country)
    assert len(told) <= 20
    assert all(phones(number) == (number,) for number in told)
    assert all(mails(address) == (address,) for address in mails(text))


@given(st.lists(st.sampled_from([" ", "-", ".", ""]), min_size=7, max_size=7))
def test_gaps_say_nothing(gaps: list[str]) -> None:
    figures = "26123456"
    written = "".join(figure + gap for figure, gap in zip(figures, [*gaps, ""], strict=True))
    assert phones(written) == (LATVIAN,)
