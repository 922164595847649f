"""What one pass over a document finds, for the rules and for whatever else weighs it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.watch.match import Watch, judged, match, ruled, seen
from scrapers.watch.words import Document

PARTS = (
    "Pēc desmit gadiem Īrijā ģimene atgriežas Dagdā.",
    "Latgales remigrācijas koordinatore palīdz ģimenēm.",
    "Krievijas pilsoņiem draud izraidīšana no Latvijas.",
    "AfD sola masveida izraidīšanu.",
    "Tiltu slēdz līdz mēneša beigām.",
    "Pardevu visu un braucu majas uz Ludzu 🙂",
    "Сменил Лондон на Лудзу, дети уже в школе.",
)


@given(st.lists(st.sampled_from(PARTS), max_size=2), st.lists(st.sampled_from(PARTS), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_the_rules_say_of_what_was_seen_what_they_say_of_the_document(
    latgale: Watch, title: list[str], text: list[str]
) -> None:
    document = Document(" ".join(title), " ".join(text))
    found = seen(document, latgale)
    verdict, beside = judged(document, latgale)

    assert verdict == match(document, latgale)
    assert beside == found
    if found is None:
        assert verdict.sense == "none"
        return
    assert ruled(found) == verdict
    assert all(found.form(mark.first, mark.last) in (document.title + document.text) for mark in found.scene.marks)
    keys = [(mark.kind, mark.first, mark.last) for mark in found.scene.marks]
    assert len(keys) == len(set(keys))


def test_a_whole_page_and_plain_news_are_not_seen(latgale: Watch) -> None:
    assert seen(Document("", PARTS[0], whole_page=True), latgale) is None
    assert seen(Document("", PARTS[4]), latgale) is None


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Pardevu visu Anglija un braucu majas uz Ludzu 🙂", True),
        ("“Braucu majas uz Ludzu” – raksta draugs no Anglijas", True),
        ("Pārdevu visu Anglijā un braucu mājās uz Ludzu", False),
    ],
)
def test_signs_and_quotes_do_not_hide_that_diacritics_are_missing(latgale: Watch, text: str, bare: bool) -> None:
    found = seen(Document("", text), latgale)

    assert found is not None
    assert found.bare is bare


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("УДГМ аннулировало виды на жительство пенсионерам Даугавпилса, не сдавшим экзамен", "russia"),
        ("Latvia orders Russian citizens who skipped the language test to leave", "russia"),
        ("Pensionāre no Rēzeknes pārceļas uz Krieviju pie meitas", "russia"),
        ("Latvija izraida Krievijas pilsoni, diplomātu no vēstniecības", "none"),
        ("Sellner-Lesung in Chemnitz abgesagt", "expulsion"),
        ("Die AfD will Millionen Migranten abschieben", "expulsion"),
        ("Piemin 1949. gada 25. marta masveida deportācijas upurus", "none"),
        ("Remigrācija: viens vārds, divas nozīmes – saruna Rēzeknē", "ambiguous"),
        ("Skolotājs, kurš desmit gadus strādāja Bergenā, tagad māca Balvos", "return"),
        ("Inženieris no Ludzas izvēlas darbu Zviedrijā", "none"),
        ("Ministrs atgriezies no vizītes Kanādā", "other"),
        ("Pazudis kaķis Ludzā, ļoti gaidām mājās", "none"),
        ("Londonas latviešu koris svin jubileju", "none"),
    ],
)
def test_neighbouring_stories_are_told_apart(latgale: Watch, text: str, sense: str) -> None:
    assert match(Document(text, ""), latgale).sense == sense
