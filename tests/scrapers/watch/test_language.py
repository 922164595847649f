"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.watch.language import LANGUAGES, language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Latgales remigrācijas koordinatore aicina sazināties", "lv"),
        ("Pec 10 gadiem Anglija atgriezamies majas un mekle dzivokli", "lv"),
        ("Saime nu Anglejis atsagrīze iz Latgolu", "ltg"),
        ("Itūgod festivals nūtiks augustā, i vysi ir gaideiti", "ltg"),
        ("Координатор реэмиграции рассказала, о чём спрашивают", "ru"),
        ("Семья вернулась in Latvia", "ru"),
        ("The family moved back to Latvia after ten years", "en"),
        ("Nach zehn Jahren kehrt die Familie nach Lettland zurück", "de"),
        ("Lietuvos rinktinė grįžo namo iš Latvijos", "lt"),
        ("Eesti koondis naasis Lätist koju", "et"),
        ("Det norske laget kom hjem fra Latvia og ble møtt på flyplassen", "no"),
    ],
)
def test_language_of_a_text(text: str, expected: str) -> None:
    found, sure = language(text)

    assert found == expected
    assert 0.0 < sure <= 1.0


def test_the_hint_decides_only_where_the_text_does_not() -> None:
    assert language("2026", "ru") == ("ru", 0.0)
    assert language("Координатор помогает семьям", "lv")[0] == "ru"
    assert language("", None) == ("lv", 0.0)
    assert language("AfD", "de")[0] == "de"
    assert language("123", "xx")[0] in LANGUAGES


def test_latgalian_is_not_misspelt_latvian() -> None:
    assert language("Daudzi cylvāki grib dzeivuot sovā pusē i struoduot", "lv")[0] == "ltg"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pašvaldība pirmdien slēdz tiltu pār Daugavu, un satiksmi novirza pa citu ielu.", "lv"),
        ("Vakar novada dome lēma par jaunu bērnudārzu, jo vietu trūkst visās grupās.", "lv"),
        ("Pec 10 gadiem Anglija atgriezamies majas un mekle dzivokli pie skolas", "lv"),
        ("Saime nu Anglejis atsagrīze iz Latgolu i niu dzeivoj pi vacmuotis", "ltg"),
        ("Itymā godā školā sovys volūdys vuiceišona byus vysim bārnim", "ltg"),
        ("Координатор рассказала, о чём чаще всего спрашивают семьи", "ru"),
        ("The council will close the bridge on Monday and traffic is being diverted", "en"),
        ("Die Gemeinde sperrt am Montag die Brücke, und der Verkehr wird umgeleitet", "de"),
        ("Savivaldybė pirmadienį uždarė tiltą, nes jis yra per senas ir pavojingas", "lt"),
        ("Vald sulges esmaspäeval silla ja liiklus on nüüd ümber suunatud, sest see oli ohtlik", "et"),
        ("Kommunen stenger broen på mandag, og det er ikke mulig å kjøre der før jul", "no"),
    ],
)
def test_a_plain_sentence_is_told_with_confidence(text: str, expected: str) -> None:
    found, sure = language(text)

    assert found == expected
    assert sure >= 0.45


@pytest.mark.parametrize(
    "text", ["Latvijā", "Šodien līs", "Рига", "AfD", "Storm warning", "Bahnstreik beendet", "Latgola", "Oslo 2026", "?!"]
)
def test_a_word_or_two_leave_doubt(text: str) -> None:
    assert language(text)[1] <= 0.35


@pytest.mark.parametrize(
    "text",
    [
        "Rodzina wróciła do domu po dziesięciu latach w Irlandii i mieszka teraz w Rydze",
        "Perhe palasi kotiin kymmenen vuoden jälkeen ja asuu nyt Riiassa",
        "Родина повернулася додому з Ірландії і живе у Лудзі",
        "Bopa mitu daro lesu kamo dibe nola",
    ],
)
def test_a_language_that_is_none_of_ours_leaves_doubt(text: str) -> None:
    assert language(text)[1] <= 0.35


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ģimene pēc desmit gadiem atgriezās un dzīvo pie vecākiem.", "The family came back and lives with their parents."),
        ("Ģimene dzīvo Latgalē un strādā skolā, kur māca bērnus.", "Saime dzeivoj Latgolā, a školā vuica bārnus i jaunīšus."),
        ("Die Familie ist seit Mai wieder in Lettland und sucht eine Wohnung.", "Семья с мая снова в Латвии и ищет квартиру."),
    ],
)
def test_a_text_in_two_languages_is_less_sure_than_either(one: str, other: str) -> None:
    mixed = language(f"{one} {other}")[1]

    assert mixed < language(one)[1]
    assert mixed < language(other)[1]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("Saime dzeivoj Latgolā. Ģimene dzīvo Latgalē un strādā skolā, kur māca bērnus.", 0.4),
        ("Grupa „Dzeivuot” uzstāsies svētkos, ko rīko pašvaldība kopā ar skolu.", 0.7),
    ],
)
def test_latvian_and_latgalian_side_by_side_do_not_pretend(text: str, most: float) -> None:
    found, sure = language(text)

    assert found in {"lv", "ltg"}
    assert sure <= most


def test_more_of_the_same_makes_surer_and_the_hint_does_not() -> None:
    sentence = "Pilsētā slēdz tiltu, un autobusi kursēs pa citu ielu."

    assert language("Pilsētā slēdz")[1] < language(sentence)[1] <= language(f"{sentence} {sentence}")[1]
    assert language(sentence, "lv")[1] == language(sentence)[1]
    assert language("AfD", "de")[1] == 0.0


@given(st.text(max_size=60), st.sampled_from([None, "lv", "ru", "xx"]))
def test_any_text_has_a_language_and_a_confidence(text: str, hint: str | None) -> None:
    found, sure = language(text, hint)

    assert found in LANGUAGES
    assert 0.0 <= sure <= 1.0


def test_a_word_without_end_is_read_as_far_as_words_go() -> None:
    assert language("ā" * 2_000_000)[0] in {"lv", "ltg"}
    assert language("щ" * 100_000 + " и ещё одно слово")[0] == "ru"
