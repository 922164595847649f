"""Which language a text is in."""

import pytest

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
