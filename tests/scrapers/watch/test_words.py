"""Words and the way back to the characters they came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.watch.words import plain, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Latgales koordinatore.", ["latgales", "koordinatore"]),
        ("remig\u00adrā\u00adcija", ["remigrācija"]),
        ("remig\u200brācija", ["remigrācija"]),
        ("remigrā-\n  cijas plāns", ["remigrācijas", "plāns"]),
        ("remigrā-\r\ncijas", ["remigrācijas"]),
        ("Rīga-\nDaugavpils", ["rīga", "daugavpils"]),
        ("uz\u00a0dzīvi", ["uz", "dzīvi"]),
        ("re-emigrācija", ["re", "emigrācija"]),
        ("remigra\u0304cija", ["remigrācija"]),
        ("rеmigrācijа", ["remigrācija"]),  # Cyrillic е and а
        ("АfD", ["afd"]),  # Cyrillic А
        ("pеэмигрaнт", ["реэмигрант"]),  # Latin p and a
        ("ещё Ещё", ["еще", "еще"]),
        ("#EsAtgriežosLatgalē #ludza", ["es", "atgriežos", "latgalē", "ludza"]),
        ("snake_case", ["snake", "case"]),
        ("oﬃce ＡＢＣ", ["office", "abc"]),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text).lower == expected


def test_a_form_is_given_as_it_stands_in_the_text() -> None:
    text = "Jā, Remig\u00adrācijas plāns"
    found = words(text)

    assert found.form(1, 2) == "Remig\u00adrācijas plāns"
    assert found.capital(1)
    assert not found.capital(2)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    found = words(text)

    assert len(found.lower) == len(found.starts) == len(found.ends)
    before = 0
    for start, end in zip(found.starts, found.ends, strict=True):
        assert before <= start < end <= len(text)
        before = end


@given(st.lists(st.sampled_from(["Latgalē", "remigrācija", "семья", "Ludza", "š", "1949"]), min_size=1, max_size=6))
def test_invisible_characters_change_no_word(parts: list[str]) -> None:
    text = " ".join(parts)
    hidden = "\u00ad".join(text.replace(" ", "\u00a0"))

    assert words(hidden).lower == words(text).lower


@pytest.mark.parametrize(("word", "expected"), [("atgriežas", "atgriezas"), ("ābols", "abols"), ("йод", "йод"), ("", "")])
def test_plain_takes_diacritics_off_latin_words_only(word: str, expected: str) -> None:
    assert plain(word) == expected
