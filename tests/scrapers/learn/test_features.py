"""What the model is told of a document, and what words are about in every language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.learn.features import concept_of, features, found_by
from scrapers.learn.themes import Themes, folded, stem, themes
from scrapers.watch.match import Watch
from scrapers.watch.seeing import Seen, gathered, split
from scrapers.watch.words import Document


def read(watch: Watch, title: str, text: str = "") -> Seen:
    return gathered(split(Document(title, text), watch), watch)


@pytest.mark.parametrize(
    ("word", "theme"),
    [
        ("skolēniem", "school"), ("школьный", "school"), ("kindergarten", "school"), ("školys", "school"),
        ("čemodāns", "belongings"), ("чемоданы", "belongings"), ("Umzugswagen".lower(), "belongings"),
        ("деревня", "nature"), ("izraidīšanu", "expel"), ("выдворили", "expel"), ("abschiebung", "expel"),
        ("identitārieši", "farright"), ("afd", "farright"), ("biškopība", ""), ("bites", "rural"),
    ],
)  # fmt: skip
def test_words_of_all_languages_are_about_the_same(word: str, theme: str) -> None:
    found = themes()[word].themes
    assert theme in found if theme else "rural" not in found


def test_a_whole_word_is_not_a_beginning_and_two_words_go_together() -> None:
    known = Themes([("sign", "bus"), ("stay", "uz palikšan*"), ("farm", "zemniek*")])
    assert known["bus"].themes == ("sign",)
    assert known["busiņš"].themes == ()
    assert known["zemniekiem"].themes == ("farm",)
    assert known["uz"].leads == (("paliksan", "stay"),)
    assert known["uzreiz"].leads == ()
    assert known["uz"].frame == "to"


def test_every_theme_has_stems_of_two_languages_at_least() -> None:
    assert len(themes().names) > 60
    assert folded("Ķiršu".lower()) == "kirsu"


@pytest.mark.parametrize(
    ("word", "told"), [("2019", "####"), ("un", "un"), ("maja", "maj"), ("atgriesanas", "atgries"), ("skola", "sko")]
)
def test_stems(word: str, told: str) -> None:
    assert stem(word) == told


def test_what_stands_in_one_sentence_is_paired(latgale: Watch) -> None:
    together = features(read(latgale, "Ģimene no Īrijas pārcēlusies uz Preiļiem"))
    assert ("_abroad", "_here") in together.pairs
    assert {"title:kin", "about:_moves", "alone:_here:to"} <= together.marks
    apart = features(read(latgale, "", "Ģimene dzīvo Īrijā. Preiļos snieg."))
    assert ("_abroad", "_here") not in apart.pairs
    assert {"about:_abroad", "about:_here"} <= apart.marks


def test_the_watched_word_changes_what_is_told(latgale: Watch) -> None:
    found = features(read(latgale, "AfD prasa remigrāciju"))
    assert {"word", "word:lv"} <= found.facts
    assert {"beside:farright", "near:farright"} <= found.marks
    assert "word:none" in features(read(latgale, "AfD prasa naudu")).facts


def test_a_long_text_shares_out_what_it_may_count(latgale: Watch) -> None:
    short = features(read(latgale, "Ģimene no Īrijas pārcēlusies uz Preiļiem"))
    long = features(read(latgale, "Ģimene no Īrijas", " ".join(f"Skolā {word}na mācās bērni un vecāki." for word in "abcdefghij") * 40))
    assert short.shares[0] == long.shares[0] == 1.0
    assert long.shares[3] < short.shares[3] <= 1.0
    assert sum(value**2 for key, value in long.values().items() if not isinstance(key, str)) <= 25.001


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_has_features_and_always_the_same(latgale: Watch, title: str, text: str) -> None:
    found = features(read(latgale, title, text))
    assert found == features(read(latgale, title, text))
    assert found.facts
    assert all(left < right for left, right in found.pairs)


def test_features_are_told_by_what_they_are_about(latgale: Watch) -> None:
    seen = read(latgale, "Ģimene no Īrijas pārcēlusies uz Preiļiem")
    assert concept_of("alone:_here:to") == concept_of("kind:place:to") == ("_here",)
    assert concept_of(("_abroad:from", "kin")) == ("_abroad", "kin")
    assert concept_of("title") == concept_of("lang:lv") == concept_of("w:maj") == ()
    assert concept_of("weighed:1:2") == ("_word",)
    assert concept_of("kind:lives") == ("_lives",)
    assert concept_of("kind:unheard_of") == concept_of("alone:_unheard_of") == ("_sign",)
    told = found_by(seen, {"_here", "kin", "_abroad"})
    assert told == {"_here": ["Preiļiem"], "kin": ["Ģimene"], "_abroad": ["Īrijas"]}
