"""Paradigms against tables written by hand, lemmas found from forms, phrases and the notation of vocabularies."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.forms.notation import spelt_out
from scrapers.forms.paradigm import LANGUAGES, Form, Paradigm, forms, languages, paradigms
from scrapers.forms.shape import coarse
from tests.scrapers.forms.lemmas import LATVIAN, RUSSIAN
from tests.scrapers.forms.tables import TABLES


def texts(word: str, lang: str | None = None) -> set[str]:
    return {form.text for form in forms(word, lang)}


def reading(word: str, lang: str, pos: str, lemma: str) -> Paradigm:
    found = [one for one in paradigms(word, lang) if one.pos == pos and one.lemma == lemma]
    assert found, (word, [(one.lemma, one.pos, one.pattern) for one in paradigms(word, lang)])
    return found[0]


@pytest.mark.parametrize("told", TABLES, ids=lambda told: "-".join(told[:2]))
def test_a_paradigm_is_as_grammars_have_it(told: tuple[str, str, str, str]) -> None:
    lang, lemma, pos, groups = told
    made = {form.text for form in reading(lemma, lang, pos, lemma).forms if form.group in groups.split()}
    assert made == set(TABLES[told].split())


def test_tags_name_the_place() -> None:
    made = {(form.text, form.tag) for form in reading("tautietis", "lv", "noun", "tautietis").forms}
    assert {("tautieša", "noun.gen.sg"), ("tautiešiem", "noun.dat.pl"), ("tautietī", "noun.loc.sg")} <= made
    made = {(form.text, form.tag) for form in reading("braukt", "lv", "verb", "braukt").forms}
    assert {
        ("braukusi", "verb.part.past.act.f.sg.nom"), ("braukušajiem", "verb.part.past.act.def.m.pl.dat"), ("jābrauc", "verb.debitive"), ("brauktu", "verb.cond"), ("braucošais", "verb.part.pres.act.def.m.sg.nom"),
    } <= made


ORDINARY = [(lang, lemma, key) for lang, groups in (("lv", LATVIAN), ("ru", RUSSIAN)) for key, words in groups.items() for lemma in words.split()]


@pytest.mark.parametrize(("lang", "lemma", "key"), ORDINARY, ids=lambda one: one)
def test_a_lemma_is_read_as_what_it_is(lang: str, lemma: str, key: str) -> None:
    """From the lemma, surely: its paradigm is made, searched for, and in the pattern that the word belongs to."""
    pos, _, pattern = key.partition(".")
    made = reading(lemma, lang, pos, lemma)
    assert {form.text for form in made.forms} <= texts(lemma, lang)
    if pos == "noun":
        assert made.pattern.startswith(pattern)


@pytest.mark.parametrize("lang", ["lv", "ru"])
def test_most_forms_lead_back_to_their_lemma(lang: str) -> None:
    tried = found = 0
    for one, lemma, key in ORDINARY:
        if one != lang:
            continue
        for form in {form.text for form in reading(lemma, lang, key.split(".")[0], lemma).forms if form.group in ("base", "reflexive") and not form.uncertain}:
            tried += 1
            found += lemma in texts(form, lang)
    assert tried > 1_000
    assert found / tried >= 0.85


@pytest.mark.parametrize(
    ("form", "lang", "lemma"),
    [
        ("atgriežas", "lv", "atgriezties"), ("neatgriezās", "lv", "atgriezties"), ("jāatgriežas", "lv", "atgriezties"), ("atgriezušies", "lv", "atgriezties"), ("aizbraukušajiem", "lv", "aizbraukt"), ("remigrējušie", "lv", "remigrēt"),
        ("pārcēlās", "lv", "pārcelties"), ("koordinatores", "lv", "koordinatore"), ("koordinatoriem", "lv", "koordinators"), ("tautiešiem", "lv", "tautietis"), ("ģimeņu", "lv", "ģimene"), ("remigracijas", "lv", "remigrācija"), ("lielākajiem", "lv", "liels"),
        ("реэмиграцию", "ru", "реэмиграция"), ("вернулись", "ru", "вернуться"), ("координаторов", "ru", "координатор"), ("уехавших", "ru", "уехать"), ("граждан", "ru", "гражданин"), ("returned", "en", "return"), ("families", "en", "family"), ("went", "en", "go"),
    ],
)
def test_a_form_leads_to_its_lemma(form: str, lang: str, lemma: str) -> None:
    assert lemma in texts(form, lang)
    assert form in texts(form, lang)
    assert paradigms(form, lang)[0].lemma == lemma


@pytest.mark.parametrize(
    ("word", "lang", "wanted", "unwanted"),
    [
        ("remigrants", "lv", "remigrantiem reemigrants re-emigrantiem remigrantes", "emigrants remigrants's"),
        ("dēls", "lv", "dēliņš dēliņiem", "dēle"),
        ("koordinatora", "lv", "koordinatoriem koordinatore", "koordinatorai"),
        ("reģionālais", "lv", "reģionālajam reģionāls reģionālākais", "reģionālaiss"),
        ("Latgale", "lv", "latgale latgalē latgales", "latgalīte"),
        ("VARAM", "lv", "varam", "vara varams"),
        ("paps.lv", "lv", "paps.lv", "paps"),
        ("вернуться", "ru", "вернувшимся вернётся вернется возвращаются возвращение", "вернуть"),
        ("переехать", "ru", "переехавшие переезжают переезд", ""),
        ("remigration", "en", "remigration re-migration reemigration re-emigration", ""),
        ("zurückkehren", "de", "zurückkehrt zurückgekehrt zurückzukehren", "gezurückkehrt"),
        ("atsagrīzt", "ltg", "atsagrīžu atsagrīzuse atsagrīzuši atsagrīzšona", ""),
    ],
)
def test_what_a_word_finds(word: str, lang: str, wanted: str, unwanted: str) -> None:
    made = texts(word, lang)
    assert set(wanted.split()) <= made
    assert not set(unwanted.split()) & made


def test_latgalian_is_never_certain() -> None:
    assert all(form.uncertain for word in ("remigraceja", "atsagrīzt", "tautīts") for one in paradigms(word, "ltg") for form in one.forms)


def test_letters_tell_the_languages() -> None:
    assert languages("реэмиграция") == ("ru",)
    assert languages("remigrācija") == ("lv",)
    assert languages("Rückkehr") == ("de",)
    assert languages("returning")[0] == "en"
    assert languages("remigraceja")[0] == "ltg"
    assert paradigms("remigrācija")[0].lang == "lv"
    assert {form.text for form in forms("returnee")} >= {"returnees"}


@pytest.mark.parametrize("word", ["", " ", "12", "-", "!", "x" * 121])
def test_what_is_no_word_has_no_forms(word: str) -> None:
    assert paradigms(word) == ()
    assert forms(word) == ()


def test_an_unknown_language_has_no_forms() -> None:
    assert forms("remigrācija", "xx") == ()


@pytest.mark.parametrize(
    ("term", "plain"),
    [
        ("remigrācijas koordinators/koordinatore", ["remigrācijas koordinators", "remigrācijas koordinatore"]),
        ("remigrācijas sekmēšana / veicināšana", ["remigrācijas sekmēšana", "remigrācijas veicināšana"]),
        ("pārcelties atpakaļ (uz Latviju)", ["pārcelties atpakaļ", "pārcelties atpakaļ uz Latviju"]),
        ("atsagrīzt (iz Latgolu / sātā)", ["atsagrīzt", "atsagrīzt iz Latgolu", "atsagrīzt sātā"]),
        ("ārvalstīs / ārzemēs dzīvojošie", ["ārvalstīs dzīvojošie", "ārzemēs dzīvojošie"]),
        ("вернуться в Латвию / Латгалию / на родину", ["вернуться в Латвию", "вернуться в Латгалию", "вернуться на родину"]),
        ("координатор по ремиграции / координатор реэмиграции", ["координатор по ремиграции", "координатор реэмиграции"]),
        ("aizbraukušie / izbraukušie", ["aizbraukušie", "izbraukušie"]),
        ("braukt / doties mājup; atpakaļ", ["braukt mājup", "doties mājup", "atpakaļ"]),
        ("remigrant(s)", ["remigrant"]),
        ("вернуться (bare)", ["вернуться"]),
        ("Gribu atgriezties! Ar ko sākt?", ["Gribu atgriezties", "Ar ko sākt"]),
        ("re\u00admigrācija", ["remigrācija"]),
        ("", []),
    ],
)
def test_a_line_of_a_vocabulary_is_spelt_out(term: str, plain: list[str]) -> None:
    assert list(spelt_out(term)) == plain


def test_adjectives_agree_and_genitives_stay() -> None:
    made = {form.text: form for form in forms("reģionālais remigrācijas koordinators", "lv")}
    for right in ("reģionālā remigrācijas koordinatora", "reģionālajiem remigrācijas koordinatoriem", "reģionālā remigrācijas koordinatore", "reģionālās remigrācijas koordinatores", "reģionālajai remigrācijas koordinatorei"):
        assert not made[right].uncertain, right
    assert made["reģionālie remigrācijas koordinatore"].group == "loose"
    assert made["reģionālie remigrācijas koordinatore"].uncertain
    assert "lielajā nomaiņā" in texts("lielā nomaiņa", "lv")
    assert "lielais nomaiņa" not in texts("lielā nomaiņa", "lv")
    assert {"латвийской диаспоры", "латвийскую диаспору"} <= texts("латвийская диаспора", "ru")
    assert "латвийский диаспоры" not in texts("латвийская диаспора", "ru")
    assert "atgriešanos latvijā" in texts("atgriešanās Latvijā", "lv")
    assert "gada uzņēmīgākajam remigrantam latgalē" in texts("Gada uzņēmīgākais remigrants Latgalē", "lv")


def test_other_goals_are_shown_as_such() -> None:
    made = {form.text: form for form in forms("atgriezties Latvijā", "lv")}
    assert made["atgriezās latvijā"].group != "goal"
    assert made["atgriezās dzimtenē"].group == "goal"
    assert made["atgriezās dzimtenē"].uncertain
    assert not any(form.group == "goal" for form in forms("remigrantu ģimene", "lv"))


HEADINGS = {
    "base", "singular", "plural", "definite", "present", "past", "future", "other", "participle", "noun", "doer", "negated", "diminutive", "woman", "degree", "prefixed", "short", "aspect", "apart", "goal", "loose", "tag",
}


def check(made: tuple[Form, ...]) -> None:
    for form in made:
        assert form.text
        assert form.text == unicodedata.normalize("NFC", form.text)
        assert form.text == form.text.lower()
        assert coarse(form) in HEADINGS, form
    assert len({form.text for form in made}) == len(made)


@given(st.text(alphabet="aābcčdeēgģiīkķlļmnņoprsštuūvzž -/()", max_size=25), st.sampled_from([None, "lv", "ltg", "en", "de"]))
def test_whatever_is_typed_in_latin_letters(word: str, lang: str | None) -> None:
    check(forms(word, lang))


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя -/()", max_size=25))
def test_whatever_is_typed_in_cyrillic_letters(word: str) -> None:
    check(forms(word))


@given(st.text(max_size=30), st.sampled_from([None, *LANGUAGES]))
def test_whatever_is_typed(word: str, lang: str | None) -> None:
    check(forms(word, lang))


@given(st.sampled_from(ORDINARY))
def test_ordinary_lemmas_are_well_made(one: tuple[str, str, str]) -> None:
    check(forms(one[1], one[0]))
    for paradigm in paradigms(one[1], one[0]):
        assert 0 < paradigm.sure <= 1
        assert paradigm.forms
