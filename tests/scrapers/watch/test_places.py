"""Places of the office in a text."""

from pathlib import Path

import pytest

from outreach.core.errors import OutreachError
from scrapers.watch.match import Watch, match
from scrapers.watch.places import Gazetteer, listed
from scrapers.watch.words import Document, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Balvu novadā dzīvo trīs ģimenes", ("Balvu novads",)),
        ("Balvu fonds izsludina konkursu", ()),
        ("Notiks balvu pasniegšana", ()),
        ("Svētki Balvos pulcēja daudzus", ("Balvi",)),
        ("Viņi brauc no Balvu puses", ("Balvi",)),
        ("Ceļojums uz Maltu un Kipru", ()),
        ("Skola Maltas pagastā, Rēzeknes novadā", ("Maltas pagasts", "Rēzeknes novads")),
        ("Maltā, Rēzeknes novadā, uzcelts tilts", ("Maltas pagasts", "Rēzeknes novads")),
        ("Indra Bērziņa no Rīgas", ()),
        ("Pilda pienākumus, sauna ir skaista", ()),
        ("Dzīvo Krāslavā un Aglonā", ("Aglonas pagasts", "Krāslava")),
        ("dzīvo ludzā", ()),
        ("Семья живёт в Ливанах, а не в Ливане", ("Līvāni",)),
        ("В Прейльском крае и в Балвах", ("Balvi", "Preiļu novads")),
        ("A farm near Rezekne and in Ludza municipality", ("Rēzekne", "Ludzas novads")),
        ("Saime dzeivoj Kuorsovā", ("Kārsava",)),
        ("Latgalē un Latgales plānošanas reģionā", ()),
        ("Daugavpils novadā vēl raksta veco nosaukumu", ("Daugavpils novads",)),
    ],
)
def test_places_of_a_text(latgale: Watch, text: str, expected: tuple[str, ...]) -> None:
    assert sorted(listed(latgale.gazetteer.find(words(text)))) == sorted(expected)


def test_the_most_specific_place_comes_first_and_each_once(latgale: Watch) -> None:
    verdict = match(
        Document("Ludzas novadā", "Ludzas novadā, Ludzā un Šķaunes pagastā remigrācija."), latgale
    )

    assert verdict.places == ("Šķaunes pagasts", "Ludza", "Ludzas novads")


def test_names_without_diacritics_are_known_in_posts_without_diacritics(latgale: Watch) -> None:
    verdict = match(Document("", "Pec 12 gadiem Anglija ar gimeni atgriezamies uz dzivi Rezekne un Preilos"), latgale)

    assert set(verdict.places) == {"Rēzekne", "Preiļi"}


def test_a_file_that_is_not_a_list_of_places_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("name_lv,nom\nLudza,Ludza\n", encoding="utf-8")

    with pytest.raises(OutreachError) as caught:
        Gazetteer(file)

    assert caught.value.key == "watch.vocabulary"
    assert caught.value.facts["line"] == 1


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Ģimene no Īrijas pārcēlās uz Riebiņu pagastu.", ("Preiļu novads",)),
        ("Līvānos un Rēzeknē", ("Līvānu novads", "Rēzekne")),
        ("Balvu novadā un Viļakā", ("Balvu novads",)),
        ("Rīgā", ()),
    ],
)
def test_a_parish_and_a_town_lie_in_their_municipality(latgale: Watch, text: str, within: tuple[str, ...]) -> None:
    assert match(Document("", text), latgale).within == within
