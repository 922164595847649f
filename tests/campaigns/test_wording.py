"""Safer words: which words of a text are found, in which language, and that the shipped table can be read."""

from pathlib import Path

import pytest

from campaigns.wording import hints, read_wording
from outreach.core.errors import OutreachError
from outreach.core.office import shipped_folder

SHIPPED = shipped_folder() / "latgale" / "wording.csv"


@pytest.mark.parametrize(
    ("text", "languages", "found"),
    [
        ("Remigrācija uz Latgali. Par remigrāciju!", ("lv",), [("Remigrācija", "remigrāciju")]),
        ("remi\u00adgrācijas balva", ("lv",), [("remigrācijas",)]),
        ("Reemigranti un remigrācija", ("lv",), [("remigrācija",), ("Reemigranti",)]),
        ("emigrācija, migrācija, preremigrācija", ("lv",), []),
        ("Реэмиграция и реэмигранты", ("ru",), [("Реэмиграция",), ("реэмигранты",)]),
        ("Реэмиграция", ("lv",), []),
        ("Remigrācija", (), []),
        ("Remigrācija. Ремиграция", ("lv", "ru"), [("Remigrācija",), ("Ремиграция",)]),
        ("", ("lv", "ru"), []),
    ],
)
def test_whole_words_are_found_in_the_languages_in_doubt(text: str, languages: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    told = hints(text, languages, read_wording(SHIPPED))
    assert [hint.found for hint in told] == found
    assert all(hint.instead for hint in told)


def test_what_is_suggested_is_not_itself_in_doubt() -> None:
    table = read_wording(SHIPPED)
    assert {one.language for one in table} == {"lv", "ru"}
    assert [way for one in table for way in one.instead if hints(way, ("lv", "ru"), table)] == []


def test_an_office_without_a_table_suggests_nothing(tmp_path: Path) -> None:
    assert read_wording(tmp_path / "wording.csv") == ()


def test_a_line_that_says_too_little_is_named(tmp_path: Path) -> None:
    file = tmp_path / "wording.csv"
    file.write_text("language,words,instead\nlv,vārds,cits\nlv,vārds,\n", encoding="utf-8")
    with pytest.raises(OutreachError) as caught:
        read_wording(file)
    assert (caught.value.key, caught.value.facts["line"]) == ("campaigns.wording_table", 3)
