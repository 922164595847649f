"""Cutting into words byte by byte: always what an expression over the lower-cased text finds, or the longer way."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.watch import chance, scan
from scrapers.watch.match import Watch
from scrapers.watch.sentence import boundaries
from scrapers.watch.words import words

GRADED = Path(__file__).parent / "graded"
WORD = re.compile(r"[^\W_]+")
# Letters of all scripts at hand, marks, and what makes a text curious.
PIECES = st.lists(
    st.sampled_from((*"abzāŠÖßжЁяЮñΣς019 _.,-#\n\t", "–", "“", "…", "\u00a0", "\u00ad", "\u200d", "\ufe0f", "\u0301", "İ",
                     "ĳ", "º", "½", "×", "№", "①", "🦔", "🇱", "🄀", "𝐀", "漢", "\ufb01", "Ａ", "\u2028", "\u2011\n", "-\r\n")),
    max_size=40,
).map("".join)  # fmt: skip


def naive(source: str) -> list[str]:
    return WORD.findall(source.lower().replace("ё", "е"))


def told() -> list[str]:
    return [
        json.loads(line)["text"]
        for file in sorted(GRADED.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def test_every_character_parts_words_or_not_as_the_expression_has_it() -> None:
    """Between letters of either script and alone; what cannot be told at a glance is left to the longer way."""
    for code in range(0x20000):  # what comes behind are rare ideographs, and nothing
        char = chr(code)
        for source in (f"ab{char}cd {char} e", f"жд{char}ю {char}"):
            quick = scan.cut(source)
            assert quick is None or quick == naive(source), hex(code)
            small = source.lower()
            if not 0xD800 <= code < 0xE000:
                assert scan.cut_small(small) == WORD.findall(small), hex(code)


@given(PIECES | st.text(max_size=60))
@example("#RemigrācijaLatgalē")
@example("remi-\ngrācija")
@example("")
def test_any_text_is_cut_as_the_expression_cuts_it(source: str) -> None:
    quick = scan.cut(source)

    assert quick is None or quick == naive(source) == words(source).lower


@pytest.mark.parametrize(
    ("source", "lower"),
    [
        ("#RemigrācijaLatgalē", ["remigrācija", "latgalē"]),
        ("remi-\ngrācija", ["remigrācija"]),
        ("remi\u2011\ngrācija", ["remigrācija"]),
        ("remi\u00adgrācija", ["remigrācija"]),
        ("rеmigrācija", ["remigrācija"]),  # the е is Cyrillic
        ("ﬁrma", ["firma"]),
        ("e\u0304ra", ["ēra"]),
    ],
)
def test_what_hides_a_word_is_left_to_the_longer_way(source: str, lower: list[str]) -> None:
    assert scan.cut(source) is None
    assert words(source).lower == lower


def test_ordinary_texts_take_the_quick_way() -> None:
    texts = told()
    quick = [text for text in texts if scan.cut(text) is not None]

    assert len(quick) >= 0.98 * len(texts)
    assert all(scan.cut(text) == naive(text) for text in quick)


@given(PIECES | st.text(max_size=60))
@example("aa a aa")
@example("Ёж İr ёж")
def test_words_stand_where_they_are_said_to_stand(source: str) -> None:
    found = words(source)

    assert len(found.starts) == len(found.ends) == len(found.lower)
    if found.spans is None:
        spans = [match.span() for match in WORD.finditer(source)]
        assert list(zip(found.starts, found.ends, strict=True)) == spans
    assert found.edges == boundaries(source)


@pytest.mark.parametrize("lang", ["lv", "ltg", "ru", "en", "de", "lt"])
def test_hits_are_counted_together_as_one_by_one(latgale: Watch, lang: str) -> None:
    read = chance.read_with(lang)
    kept = 0
    for text in told()[::7]:
        hits = latgale.lexicon.find(words(text))
        counted = chance.counting(hits, read, lang)
        kept += len(counted)
        assert counted == [hit for hit in hits if chance.counts(hit.entry, read, lang)]
    assert kept
