"""Which regions of the country a text names."""

from pathlib import Path

import pytest

from outreach.core.errors import OutreachError
from scrapers.trends import REGIONS
from scrapers.watch.regions import Atlas, load_atlas, regions_of
from scrapers.watch.words import words
from tests.scrapers.watch.conftest import OFFICE


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas(OFFICE / "regions.csv")


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Remigrācijas koordinatori strādā Latgalē, Vidzemē, Kurzemē, Zemgalē un Rīgā", REGIONS),
        ("Vidzemes plānošanas reģions aicina", ("Vidzeme",)),
        ("Rīgas plānošanas reģionā", ("Rīga",)),
        ("Kurzemes remigrācijas koordinatore", ("Kurzeme",)),
        ("Ģimene no Bergenas atgriezās Kuldīgā", ("Kurzeme",)),
        ("Dobelē un Jēkabpilī", ("Zemgale",)),
        ("Siguldā, Ogrē un Jūrmalā", ("Rīga",)),
        ("Madonas dziesmas skan klubā", ()),
        ("Madonā atvērta maiznīca", ("Vidzeme",)),
        ("Madonas novadā", ("Vidzeme",)),
        ("Saldus kūka par eiro", ()),
        ("Saldū un Saldus novadā", ("Kurzeme",)),
        ("Tukums ledusskapī", ()),
        ("Tukumā atgriežas", ("Rīga",)),
        ("Jūrmala sauc, zied ievas", ()),
        ("jūrmalā zied", ()),
        ("Krāslavas iela Liepājas ielā", ()),
        ("Kurzemes prospekts, Zemgales priekšpilsēta", ()),
        ("Ērgļi lido augstu", ()),
        ("Balvu konkurss", ()),
        ("Rēzeknē un Rīgā", ("Latgale", "Rīga")),
        ("В Видземе, Риге и Латгалии", ("Vidzeme", "Rīga", "Latgale")),
        ("Семья вернулась в Валмиеру", ("Vidzeme",)),
        ("Riga and Ventspils municipality", ("Rīga", "Kurzeme")),
        ("Latgolā i Reigā", ("Latgale", "Rīga")),
        ("Anna Valka un Bauskas puse", ("Zemgale",)),
        ("Dublinā un Oslo", ()),
        ("", ()),
    ],
)
def test_regions_of_a_text(atlas: Atlas, text: str, regions: tuple[str, ...]) -> None:
    assert regions_of(words(""), words(text), atlas) == regions
    assert regions_of(words(text), words(""), atlas) == regions


def test_municipalities_known_from_a_verdict_count_for_their_region(atlas: Atlas) -> None:
    nothing = words("")

    assert regions_of(nothing, nothing, atlas, ("Balvu novads", "Madonas novads")) == ("Latgale", "Vidzeme")
    assert regions_of(nothing, words("Rīgā"), atlas, ("Nekurienes novads",)) == ("Rīga",)


def test_every_place_of_the_file_lies_in_one_of_the_five_regions(atlas: Atlas) -> None:
    assert set(atlas.regions.values()) == set(REGIONS)


def test_a_file_that_is_not_one_of_regions_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "regions.csv"
    file.write_text("name_lv,nom\nVidzeme,Vidzeme\n", encoding="utf-8")

    with pytest.raises(OutreachError) as caught:
        load_atlas(file)

    assert caught.value.key == "watch.vocabulary"
