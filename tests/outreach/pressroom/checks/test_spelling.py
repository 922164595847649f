"""Spelling: what is wrong is found with what was meant, what is right is left alone, each at its place."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.office import read_office, shipped_folder
from outreach.pressroom.checks import spelling
from outreach.pressroom.checks.accepted import accept, accepted
from outreach.pressroom.checks.finding import Finding, Piece
from outreach.pressroom.checks.near import MOST, near
from outreach.pressroom.checks.ownwords import OwnWords, of_office
from outreach.pressroom.checks.speller import LANGUAGES, Speller, speller

OFFICE = read_office("latgale", shipped_folder())
NAMES = ("Kristaps Švilpstiņš", "Ance Pļūkstene")

pytestmark = pytest.mark.skipif(any(speller(language) is None for language in LANGUAGES), reason="the dictionaries are not built")


def found(text: str, language: str = "lv", own: OwnWords | None = None) -> list[Finding]:
    asked = speller(language)
    assert asked is not None
    known = own if own is not None else of_office(OFFICE, language).more(NAMES, frozenset(), language)
    return list(spelling.check([Piece("body", text)], language, asked, known))


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("lv", "Pašvaldibas atbalsts", ["Pašvaldibas"]), ("lv", "ģimenes grib atgrezties", ["atgrezties"]), ("lv", "Birojs Rezeknē gaida", ["Rezeknē"]), ("lv", "ATGREŽŠANĀS MĀJĀS", ["ATGREŽŠANĀS"]),
        ("lv", "Remigrācijas koordinatore Latgales plānošanas reģionā, reemigrantiem", []), ("lv", "Daugavpilī, Līvānos, Preiļos un Krāslavā", []), ("lv", "sociāl-ekonomisks un sociālekonomisks", []),
        ("lv", "NVA, VARAM un EURES; LPR birojā", []), ("lv", "plkst. 10.00, tālr. 64600000, u.c.", []), ("lv", "latgale@paps.lv, paps.lv/xkcdq, https://qwrtz.lv/x #atgriežamies @zvrk", []), ("lv", "{vrads} un [qwrtz]", []),
        ("lv", "Viņa teica: „Munys sirds ir Latgolā, i es gribu byut sātā.”", []), ("lv", "Munys sirds ir Latgolā, i es gribu byut sātā. Labi.", []), ("lv", "Grāmata “The way we come back home” iznāk", []), ("lv", "Filma «Возвращение домой»", []),
        ("lv", "Pēc Kristapa Švilpstiņa vārdiem Ancei Pļūkstenei", []), ("lv", "vakar Zbrznckis ieradās", []), ("lv", "un 19.gs. A4 5G", []), ("lv", "latv\u00adieši un ma\u0304ja", []),
        ("en", "We recieved a famly.", ["recieved", "famly"]), ("en", "The family’s return to Rēzekne isn't far; well-known remigrants.", []), ("en", "Kristaps Švilpstiņš's words", []),
        ("ru", "Возвращени домой", ["Возвращени"]), ("ru", "возвраще́ние в Латга́лию, ёлка и елка", []), ("ru", "Бюро EURES в Резекне", []),
    ],
)  # fmt: skip
def test_words_of_a_text(language: str, text: str, wrong: list[str]) -> None:
    told = found(text, language)
    assert [text[one.start : one.end] for one in told] == wrong
    assert all(one.level == "look" and len(one.suggestions) <= MOST for one in told)


@pytest.mark.parametrize(
    ("language", "word", "meant"),
    [("lv", "pašvaldibas", "pašvaldības"), ("lv", "atgrezties", "atgriezties"), ("lv", "Rezeknē", "Rēzeknē"), ("lv", "ģimmenes", "ģimenes"), ("lv", "gmienes", "ģimenes"), ("en", "famly", "family"), ("en", "recieved", "received"), ("ru", "возвращени", "возвращении")],
)
def test_what_was_meant_is_among_the_suggestions(language: str, word: str, meant: str) -> None:
    told = found(f"un {word} un" if language == "lv" else word, language)
    if word == "gmienes":  # two slips are too many
        assert meant not in told[0].suggestions
    else:
        assert meant in [one.lower() if word.islower() else one for one in told[0].suggestions]


def test_a_word_is_told_once_with_its_place() -> None:
    text = "xaa atgrezties un atgrezties"
    told = [one for one in found(text) if one.facts["said"] == "atgrezties"]
    assert [(one.start, one.end) for one in told] == [(4, 14)]


def test_effort_bounds_how_much_is_tried_and_the_next_look_goes_on() -> None:
    asked, own = Speller("lv"), OwnWords()
    texts = [Piece("body", "atgrezties palīdzibq brīnumxains sanāksmp")]
    few = list(spelling.check(texts, "lv", asked, own, effort=0))
    assert few and all("atgriezties" not in one.suggestions for one in few)
    assert any("atgriezties" in one.suggestions for one in spelling.check(texts, "lv", asked, own, effort=1))


def test_accepted_words_are_kept_and_right(tmp_path: Path) -> None:
    assert accepted(tmp_path, "lv") == frozenset()
    assert accept(tmp_path, "lv", " Zbrznckis ") == "zbrznckis"
    accept(tmp_path, "lv", "kvrks")
    accept(tmp_path, "lv", "kvrks")
    assert accepted(tmp_path, "lv") == {"zbrznckis", "kvrks"} and accepted(tmp_path, "en") == frozenset()
    assert (tmp_path / "words" / "lv.txt").read_text(encoding="utf-8") == "kvrks\nzbrznckis\n"
    own = of_office(OFFICE, "lv")
    assert [one.facts["said"] for one in found("un kvrks", own=own)] == ["kvrks"]
    assert found("un kvrks", own=own.more((), accepted(tmp_path, "lv"), "lv")) == []


@pytest.mark.parametrize(("language", "word", "key"), [("lv", "divi vārdi", "none"), ("lv", "", "none"), ("lv", "../x", "none"), ("lv", "a" * 61, "none"), ("../x", "vārds", "language"), ("ltg", "sāta", "language")])
def test_what_is_no_word_is_refused(tmp_path: Path, language: str, word: str, key: str) -> None:
    with pytest.raises(OutreachError) as refused:
        accept(tmp_path, language, word)
    assert refused.value.key == f"presscheck.word.{key}"
    assert not (tmp_path / "words").exists()


def test_near_words_are_those_that_are_known() -> None:
    assert near("maja", "lv", {"māja", "mājā", "maija"}.__contains__) == ("māja", "mājā")
    assert near("Maja", "lv", {"Māja"}.__contains__) == ("Māja",)
    assert near("ab-cd", "lv", lambda _: True) == ()
    assert len(near("xyz", "en", lambda _: True)) == MOST


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_is_read(text: str, language: str) -> None:
    whole = f"{text} atgrezties {text}"
    for one in found(whole, language, OwnWords()):
        assert 0 <= one.start < one.end <= len(whole)
        said = unicodedata.normalize("NFC", whole[one.start : one.end])
        assert said[:1].lower() == str(one.facts["said"])[:1].lower()
