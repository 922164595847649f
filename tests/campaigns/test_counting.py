"""How long a text is in each unit that channels count in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channel import Unit
from campaigns.clusters import clusters, seen
from campaigns.counting import count
from campaigns.plan import length, overlong
from campaigns.weights import ADDRESS, LIMIT, weight

LINK = "https://office.example/k/abcdefg"
FAMILY = "👩‍👩‍👧‍👦"
UNITS: tuple[Unit, ...] = ("seen", "points", "utf16", "bytes", "weighted")


@pytest.mark.parametrize(
    ("text", "seen", "points", "utf16", "octets", "weighted"),
    [
        ("", 0, 0, 0, 0, 0),
        ("Nāc mājās!", 10, 10, 10, 13, 10),
        ("ēķšž", 4, 4, 4, 8, 4),
        ("e\u0304k", 2, 3, 3, 4, 2),  # X makes one letter of it first
        ("Возвращайтесь", 13, 13, 13, 26, 13),
        ("«Mājās» – 5 €", 13, 13, 13, 21, 14),  # the euro sign lies outside X's light ranges
        ("“Mājās”…", 8, 8, 8, 16, 9),
        ("家に帰ろう", 5, 5, 5, 15, 10),
        ("집으로", 3, 3, 3, 9, 6),
        ("🐱", 1, 1, 2, 4, 2),
        (FAMILY, 1, 7, 11, 25, 2),
        ("👍🏽", 1, 2, 4, 8, 2),
        ("🇱🇻", 1, 2, 4, 8, 2),
        ("🇱🇻🇮🇪🇩🇪", 3, 6, 12, 24, 6),
        ("☺", 1, 1, 1, 3, 2),
        ("☀️", 1, 2, 2, 6, 2),
        ("1️⃣", 1, 3, 3, 7, 2),
        ("👩‍⚕️", 1, 4, 5, 13, 2),
        ("H🐱☺", 3, 3, 4, 8, 5),
    ],
)
def test_one_text_in_every_unit(
    text: str, seen: int, points: int, utf16: int, octets: int, weighted: int
) -> None:
    assert [count(text, None, unit) for unit in UNITS] == [seen, points, utf16, octets, weighted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is a test.", 15),
        ("http://test.com", 23),
        ("https://test.com", 23),
        ("test.com", 23),
        ("Test https://test.com test https://test.com test.com test", 86),
        ("t.co", 23),
        ("foo.co.jp", 23),
        ("www.paps.lv", 23),
        ("paps.lv/majas?a=b", 23),
        ("Skat. paps.lv.", 6 + 23 + 1),
        ("(paps.lv)", 25),
        (LINK, 23),
        (f"Nāc! {LINK}\nGaidām.", 5 + 23 + 8),
        ("info@paps.lv", 12),  # an address of mail is none of the web
        ("@paps.lv", 8),
        ("#paps.lv", 8),
        ("path/to/paps.lv", 15),
        ("plkst. 10.30", 12),
        ("v.1.2", 5),
        ("gads.Tad", 8),  # a space was forgotten, and "tad" ends no address
        ("paps.nosuchend", 14),
    ],
)
def test_what_an_address_is_to_x(text: str, expected: int) -> None:
    assert weight(text) == expected


@pytest.mark.parametrize(
    ("text", "excess"),
    [
        ("ā" * 280, 0),
        ("ā" * 281, 1),
        ("ā" * 255 + "\n\n" + LINK, 0),
        ("ā" * 256 + "\n\n" + LINK, 1),
        ("の" * 140, 0),
        ("の" * 141, 2),
        ("🐱" * 140, 0),
        (FAMILY * 140, 0),
        (FAMILY * 141, 2),
    ],
)
def test_what_fits_into_280(text: str, excess: int) -> None:
    assert overlong(text, LIMIT, ADDRESS, "weighted") == excess


def test_an_address_counts_alike_in_every_other_unit() -> None:
    for unit in ("seen", "points", "utf16", "bytes"):
        assert count(f"a {LINK}.", 23, unit) == 2 + 23 + 1


@pytest.mark.parametrize("unit", UNITS)
@given(text=st.text())
def test_no_text_stops_the_counting(text: str, unit: Unit) -> None:
    assert length(text, 23, unit) >= 0
    assert (length(text, None, unit) == 0) == (text == "")


@given(st.text())
def test_units_keep_their_order(text: str) -> None:
    found = {unit: count(text, None, unit) for unit in UNITS}
    assert found["seen"] <= found["points"] <= found["utf16"] <= found["bytes"]
    assert found["weighted"] <= 2 * found["points"] * 3  # normalising may take a sign apart


@given(st.text(alphabet="ab \u0304🐱👩\u200d🇱🇻1\ufe0f\u20e3家ā.\r\n"))
def test_characters_put_together_are_the_text(text: str) -> None:
    apart = list(clusters(text))
    assert "".join(apart) == text and "" not in apart
    assert len(apart) == seen(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x10FF, categories=("L", "N", "Zs")), max_size=80))
def test_letters_of_europe_weigh_one(text: str) -> None:
    assert weight(text) <= len(text) * 3
    assert weight(text) >= seen(text)
