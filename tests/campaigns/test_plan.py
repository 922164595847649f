"""What goes out and whether it fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.plan import length, overlong, render

LINK = "https://office.example/k/abcdefg"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Piesakies: {link} šodien", f"Piesakies: {LINK} šodien"),
        ("Piesakies šodien", f"Piesakies šodien\n\n{LINK}"),
        ("  Piesakies \n", f"Piesakies\n\n{LINK}"),
        ("{link}", LINK),
        ("", LINK),
        ("{link} vai {link}", f"{LINK} vai {LINK}"),
        ("100 {procenti} {0} {link!r}", f"100 {{procenti}} {{0}} {{link!r}}\n\n{LINK}"),
    ],
)
def test_the_link_stands_where_the_text_wants_it(text: str, expected: str) -> None:
    assert render(text, LINK) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("ēķšž", 4),
        ("e\u0304k", 2),  # a letter and its accent written apart
        ("👩‍👩‍👧‍👦!", 2),  # four people joined
        ("👍🏽", 1),
        ("🇱🇻🇮🇪", 2),
        ("🇱", 1),
        ("☀️", 1),
        ("1️⃣", 1),
        ("a\r\nb", 3),
        ("\u0304", 1),
    ],
)
def test_characters_are_counted_as_people_see_them(text: str, expected: int) -> None:
    assert length(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINK, 23),
        ("http://a.lv", 23),
        (f"{LINK}.", 24),
        (f"({LINK})", 25),
        (f"{LINK}?a=1&b=2#c", 23),
        (f"“{LINK}”", 25),
        (f"a {LINK} b {LINK}", 2 + 23 + 3 + 23),
        ("office.example", 14),  # without a scheme it is no address
        ("ftp://a.lv", 10),
    ],
)
def test_an_address_counts_as_23(text: str, expected: int) -> None:
    assert length(text, 23) == expected


@pytest.mark.parametrize(
    ("text", "limit", "per_url", "expected"),
    [
        ("a" * 500, 500, 23, 0),
        ("a" * 501, 500, 23, 1),
        ("a" * 475 + "\n\n" + LINK, 500, 23, 0),
        ("a" * 476 + "\n\n" + LINK, 500, 23, 1),
        ("a" * 475 + "\n\n" + LINK, 500, None, 475 + 2 + len(LINK) - 500),
        ("👨‍👩‍👧" * 300, 300, 23, 0),
    ],
)
def test_by_how_much_a_text_is_too_long(text: str, limit: int, per_url: int | None, expected: int) -> None:
    assert overlong(text, limit, per_url) == expected


@given(st.text(), st.text())
def test_length_never_fails_and_never_exceeds_code_points(before: str, after: str) -> None:
    text = before + after
    assert 0 <= length(text) <= len(text)
    assert length(text) <= length(before) + length(after)


@given(st.text(alphabet=st.characters(exclude_characters="{}"), max_size=50))
def test_a_rendered_text_holds_its_link_exactly_once(text: str) -> None:
    assert render(text, LINK).count(LINK) == 1
    assert render(text.strip() + "{link}", LINK).count(LINK) == 1
