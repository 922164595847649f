"""Places of the office in a text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from scrapers.watch.match import Watch, judged, match
from scrapers.watch.places import Gazetteer, listed
from scrapers.watch.placing import placed
from scrapers.watch.words import Document, words
from tests.scrapers.watch.placenames import SUCCESSORS, TRICKY


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


@pytest.mark.parametrize(("text", "expected"), TRICKY)
def test_a_name_is_told_from_what_only_looks_like_it(latgale: Watch, text: str, expected: tuple[str, ...]) -> None:
    assert sorted(listed(latgale.gazetteer.find(words(text)))) == sorted(expected)


@pytest.mark.parametrize(("text", "within"), SUCCESSORS)
def test_a_municipality_that_is_no_more_lies_in_its_successor(
    latgale: Watch, text: str, within: tuple[str, ...]
) -> None:
    gazetteer = latgale.gazetteer

    assert gazetteer.within(listed(gazetteer.find(words(text)))) == within


@pytest.mark.parametrize(
    ("title", "text", "near", "main"),
    [
        ("Ludzas novadā atgriežas ģimenes", "Rēzeknē un vēlreiz Rēzeknē, arī Balvos.", (), "Ludzas novads"),
        ("Preiļi un Līvāni sacenšas", "Līvānos priecājas, Līvānos dejo, Preiļos klusē.", (), "Līvānu novads"),
        ("Mājās", "Dagdā sāka, Kārsavā turpina, Ludzas novadā paliks.", (), "Ludzas novads"),
        ("Mājās", "Rēzeknē un Balvos.", (), "Rēzekne"),
        ("Mājās", "Rēzeknē sniegs. " + "Vārds " * 30 + "Ģimene atgriezās Balvos.", (32, 33), "Balvu novads"),
        ("Latgale", "Latgalē un Latgales plānošanas reģionā.", (), ""),
        ("", "Rīgā", (), ""),
    ],
)
def test_one_municipality_is_what_a_text_is_about(
    latgale: Watch, title: str, text: str, near: tuple[int, ...], main: str
) -> None:
    gazetteer = latgale.gazetteer

    assert gazetteer.main_place(gazetteer.find(words(title)), gazetteer.find(words(text)), near) == main


def test_the_names_of_the_main_municipality_come_first_and_all_are_kept(latgale: Watch) -> None:
    gazetteer = latgale.gazetteer
    names = ("Šķaunes pagasts", "Rogovka", "Ludza", "Rēzeknes novads")

    first = gazetteer.foremost(names, "Rēzeknes novads")

    assert first == ("Rogovka", "Rēzeknes novads", "Šķaunes pagasts", "Ludza")
    assert gazetteer.within(first)[0] == "Rēzeknes novads"
    assert gazetteer.foremost(names, "") == names


@given(st.lists(st.sampled_from(["Balvos", "Balvu", "Maltā", "Ludza", "un", "Pilda", "iela", "Anna", "Kalupe", ".", ","])))
def test_whatever_stands_around_a_name_it_is_found_where_it_stands(latgale: Watch, pieces: list[str]) -> None:
    source = words(" ".join(pieces))

    found = latgale.gazetteer.find(source)

    assert [one.first for one in found] == sorted({one.first for one in found})
    assert all(source.capital(one.first) and one.last < len(source.lower) for one in found)


@pytest.mark.parametrize(
    ("title", "text", "within"),
    [
        (
            "Remigranti Ludzā",
            "Rēzeknē notika tirgus, Rēzeknē koncerts. Ludzā remigrantu ģimene atvēra ceptuvi.",
            ("Ludzas novads", "Rēzekne"),
        ),
        (
            "Mājās pēc desmit gadiem",
            "Balvos svin svētkus. " + "Par to runā visi. " * 6 + "Remigrantu ģimene no Īrijas atgriezās uz dzīvi Dagdā.",
            ("Krāslavas novads", "Balvu novads"),
        ),
        ("Mājās pēc desmit gadiem", "Remigrantu ģimene no Īrijas atgriezās Dagdā.", ("Krāslavas novads",)),
    ],
)
def test_a_verdict_names_first_where_the_family_is(
    latgale: Watch, title: str, text: str, within: tuple[str, ...]
) -> None:
    verdict, seen = judged(Document(title, text), latgale)
    assert seen is not None

    told = placed(verdict, seen, latgale.gazetteer)

    assert told.within == within
    assert sorted(told.places) == sorted(verdict.places)
