"""Telephone numbers: one spelling for all ways of writing one, and nothing else taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.checks.phones import phone_of, phones


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("64600000", "+37164600000"), ("64 600 000", "+37164600000"), ("646-00-000", "+37164600000"), ("+371 64600000", "+37164600000"),
        ("+371 64 600 000", "+37164600000"), ("00371-64600000", "+37164600000"), ("(+371) 64 600 000", "+37164600000"), ("371 26123456", "+37126123456"),
        ("+44 20 7946 0958", "+442079460958"), ("0049 30 901820", "+4930901820"), ("+371\u00a026\u00a0123\u00a0456", "+37126123456"),
        ("12345678", None), ("6460000", None), ("+371 1234567", None), ("+371 64600", None), ("", None), ("tālrunis", None), ("+", None), ("+0 123 456 789", None), ("9" * 20, None),
    ],
)  # fmt: skip
def test_a_number_has_one_spelling(written: str, one: str | None) -> None:
    assert phone_of(written) == one


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tālr. +371 64 600 000, 26123456.", ["+37164600000", "+37126123456"]),
        ("64600000 26123456", ["+37164600000", "+37126123456"]),
        ("64600000 / 26123456", ["+37164600000", "+37126123456"]),
        ("Zvaniet 64600000!", ["+37164600000"]),
        ("2026. gada 22.11.2026. plkst. 10.00", []),
        ("12 000 000 eiro un 1 849 ģimenes", []),
        ("reg. nr. 90002181025 un LV12HABA0551234567890", []),
        ("https://paps.lv/64600000 un v64600000", []),
        ("64600000,5", []),
    ],
)
def test_numbers_are_found_where_they_stand(text: str, found: list[str]) -> None:
    told = list(phones(text))
    assert [number for _, number in told] == found
    for span, number in told:
        assert phone_of(text[span.start : span.end].lstrip("(").replace(")", " ")) == number


@given(st.from_regex(r"[26][0-9]{7}", fullmatch=True), st.sampled_from(["", "+371", "00371", "+371 ", "(+371) "]), st.sampled_from(["", " ", "-", "\u00a0"]))
def test_spaces_and_codes_change_nothing(digits: str, code: str, between: str) -> None:
    assert phone_of(code + digits[:2] + between + digits[2:5] + between + digits[5:]) == f"+371{digits}"


@given(st.text(alphabet="0123456789+-() \u00a0,./a", max_size=60))
def test_places_are_inside_and_in_order(text: str) -> None:
    last = 0
    for span, number in phones(text):
        assert last <= span.start < span.end <= len(text)
        assert number.startswith("+") and number[1:].isdecimal()
        last = span.end
