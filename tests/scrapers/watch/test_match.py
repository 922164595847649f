"""Verdicts: spans, spellings, senses, and what a hidden character may not change."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from scrapers.watch.match import Watch, load, match
from scrapers.watch.words import Document

from .conftest import OFFICE

SAID = [
    "Latgales remigrācijas koordinatore palīdz ģimenēm",
    "reemigrācija",
    "Portāls paps.lv un PAPS",
    "ģimene atgriežas uz dzīvi Ludzas novadā",
    "AfD prasa remigrāciju",
    "премигрант и реэмигрант",
    "preMigration cittautietis",
    "The remigration coordinator",
    "paps teica",
    "Ceļojums uz Maltu.",
]


def terms(watch: Watch, text: str) -> list[str]:
    return [one.term for one in match(Document("", text), watch).matched]


@given(st.lists(st.sampled_from(SAID), max_size=3), st.lists(st.sampled_from(SAID), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_spans_always_point_at_the_form(latgale: Watch, title: list[str], text: list[str]) -> None:
    document = Document(". ".join(title), ". ".join(text))
    verdict = match(document, latgale)

    for one in verdict.matched:
        field = document.title if one.where == "title" else document.text
        assert field[one.start : one.end] == one.form
        assert one.start == 0 or not field[one.start - 1].isalnum()
        assert one.end == len(field) or not field[one.end].isalnum()
    assert 0.0 <= verdict.score <= 1.0
    assert match(document, latgale) == verdict


@given(st.sampled_from(SAID), st.data())
@settings(max_examples=80)
def test_soft_hyphens_and_hard_spaces_change_no_term(latgale: Watch, text: str, data: st.DataObject) -> None:
    letters = list(text.replace(" ", "\u00a0") if data.draw(st.booleans()) else text)
    for at in sorted(data.draw(st.sets(st.integers(1, len(letters) - 1), max_size=8)), reverse=True):
        letters.insert(at, "\u00ad")

    hidden, shown = match(Document("", "".join(letters)), latgale), match(Document("", text), latgale)

    assert [one.term for one in hidden.matched] == [one.term for one in shown.matched]
    assert hidden.sense == shown.sense


@pytest.mark.parametrize("text", ["premigrācija", "preMigration", "cittautietis", "xremigrācija", "remigrācijax1", "paps"])
def test_a_word_is_never_found_inside_another(latgale: Watch, text: str) -> None:
    verdict = match(Document("", f"Te stāv {text} un nekas cits."), latgale)

    assert verdict.sense == "none"
    assert verdict.matched == ()


@pytest.mark.parametrize(
    "text",
    ["remigracijas koordinatore", "reemegrācijas koordinators", "remigrācijas kordinatore", "REMIGRĀCIJAS KOORDINATORE"],
)
def test_misspelt_core_words_are_found(latgale: Watch, text: str) -> None:
    verdict = match(Document("", f"Ludzā viesojas {text} un runā par Latviju"), latgale)

    assert verdict.sense == "return"


def test_a_misspelt_word_scores_less(latgale: Watch) -> None:
    right = match(Document("", "Latvijā remigrācija aug, atgriežas ģimenes."), latgale)
    wrong = match(Document("", "Latvijā reemegrācija aug, atgriežas ģimenes."), latgale)

    assert right.relevant and wrong.relevant
    assert wrong.score < right.score


def test_capitals_are_asked_of_names_that_are_words_otherwise(latgale: Watch) -> None:
    assert "PAPS / paps.lv / Palīdzam atgriezties pašu sētā" in terms(latgale, "Palīdz PAPS portāls")
    assert terms(latgale, "Mans paps ir labs") == []


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("Koordinatore Latgalē atbild uz remigrantu jautājumiem", "return"),
        ("Remigrācijas koordinatoru darbs ir vājš, secina Valsts kontrole", "return"),
        ("Pirms piemiņas brīža deportācijās cietušajiem uzrunu teica remigrācijas koordinatore", "return"),
        ("Pēc piecpadsmit gadiem Vācijā ģimene atkal dzīvo Krāslavā", "return"),
        ("Krāslavā atkal dzīvo ģimene, kas piecpadsmit gadus bija Vācijā", "return"),
        ("Из Англии в Лудзу: супруги с детьми вернулись домой", "return"),
        ("They moved home to Ludza from Norway", "return"),
        ("Familie zieht aus Hamburg zurück nach Lettland", "return"),
        ("Saime nu Vuocejis atsagrīze dzeivuot iz Ludzu", "return"),
        ("AfD ar remigrāciju saprot masveida izraidīšanu", "expulsion"),
        ("Remigration now", "expulsion"),
        ("Remigration als Wahlkampfthema", "expulsion"),
        ("ЕС согласовал правила возвращения мигрантов", "expulsion"),
        ("Жители Даугавпилса уезжают по программе переселения соотечественников", "russia"),
        ("Krievijas pilsoņiem draud izraidīšana no Latvijas", "russia"),
        ("Remigrācija: ko tas nozīmē?", "ambiguous"),
        ("Izlases kapteinis atgriežas Latvijā pēc sezonas Vācijā", "other"),
        ("Ministrs atgriežas Rīgā no vizītes Īrijā", "other"),
        ("Rīt līs.", "none"),
    ],
)
def test_sense_of_a_sentence(latgale: Watch, text: str, sense: str) -> None:
    assert match(Document(text, ""), latgale).sense == sense
    assert match(Document("", text), latgale).sense == sense


def test_the_cues_say_why(latgale: Watch) -> None:
    verdict = match(Document("AfD sola remigrāciju", ""), latgale)

    assert verdict.sense == "expulsion"
    assert any(cue.found == "AfD" and cue.weight < 0 and cue.where == "title" for cue in verdict.cues)


def test_an_empty_document_is_nothing(latgale: Watch) -> None:
    verdict = match(Document("", ""), latgale)

    assert (verdict.sense, verdict.relevant, verdict.score, verdict.matched) == ("none", False, 0.0, ())


def test_the_hint_of_the_outlet_does_not_turn_a_sense(latgale: Watch) -> None:
    document = Document("Remigrācijas koordinatore palīdz ģimenēm Latgalē", "")

    assert match(replace(document, lang="ru"), latgale).sense == match(document, latgale).sense == "return"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x,lv,nonsense,,forma,return,,,guess,", "role"),
        ("x,lv,core,,forma,nonsense,,,guess,", "sense"),
        ("x,lv,core,,,return,,,guess,", "forms"),
        ("x,lv,core,,forma,return,koordinator*,,guess,", "context_words"),
    ],
)
def test_a_bad_vocabulary_is_refused_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "vocabulary.csv"
    header = "term,language,role,kind,forms,sense,context_words,case,confidence,note"
    file.write_text(f"{header}\n{line}\n", encoding="utf-8")

    with pytest.raises(OutreachError) as caught:
        load(file, OFFICE / "places.csv")

    assert caught.value.key == "watch.vocabulary"
    assert caught.value.facts["line"] == 2
    assert reason in str(caught.value.facts["reason"])


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(OutreachError) as caught:
        load(tmp_path / "none.csv", OFFICE / "places.csv")

    assert str(caught.value.facts["file"]).endswith("none.csv")
