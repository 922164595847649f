"""Coming home said without the watched word: who, from where, to where; and who else comes back."""

import pytest

from scrapers.watch.match import Watch, match
from scrapers.watch.words import Document


@pytest.mark.parametrize(
    "title",
    [
        "Krāslavas novads aicina atgriezties: darbs un skola",
        "Latgales koordinatore: ģimenes atgriežas ne naudas dēļ",
        "Desmit gadus Bergenā, tagad ģimene dzīvo Dagdā",
        "Ludzas novadā šogad atgriezušies 17 cilvēki",
        "Diaspora spriež par atgriešanos un skolām",
        "Pārdeva māju Korkā un nopirka sētu Aglonā",
        "Самоуправление Лудзы приглашает земляков вернуться",
        "Lettland will ausgewanderte Ärzte zurückholen",
    ],
)
def test_a_headline_without_the_word_is_found(latgale: Watch, title: str) -> None:
    assert match(Document(title, ""), latgale).sense == "return"


@pytest.mark.parametrize(
    "title",
    [
        "Balvu novada pašvaldība aicina atgriezt bibliotēkas grāmatas",
        "Hokejists pēc desmit gadiem Zviedrijā atgriežas Rīgas komandā",
        "Divas nedēļas Dublinā: skolēni atgriezušies Ludzā",
        "Rēzeknē dzimusī Anna desmit gadus dzīvo Londonā",
        "Tūrisma koordinatore Latgalē stāsta par maršrutiem",
        "Ģimene pārceļas no Vācijas uz Spāniju",
        "Koris no viesizrādēm Norvēģijā atgriežas Preiļos",
    ],
)
def test_others_who_come_back_are_not(latgale: Watch, title: str) -> None:
    assert match(Document(title, ""), latgale).sense in {"none", "other"}


@pytest.mark.parametrize(
    "text",
    [
        "Kamēr AfD ar remigrāciju domā izraidīšanu, Latgalē tas ir darbs ar ģimenēm, kas grib atgriezties no ārzemēm.",
        "In Britain the far right means deportations, but the Latvian remigration programme helps families come home.",
        "В отличие от ультраправых Германии, реэмиграция в Латвии означает возвращение своих семей домой.",
    ],
)
def test_a_text_that_sets_the_two_meanings_apart_is_about_coming_home(latgale: Watch, text: str) -> None:
    assert match(Document("", text), latgale).sense == "return"


def test_years_abroad_and_a_life_here_are_read_over_sentences(latgale: Watch) -> None:
    text = "Gunta 2009. gadā aizbrauca uz Īriju. Tur viņa strādāja viesnīcā. Tagad viņa vada kafejnīcu Preiļos."

    assert match(Document("", text), latgale).sense == "return"
