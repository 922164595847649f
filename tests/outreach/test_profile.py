"""The shipped office: its facts read, its outlets honest about what may be polled, its quiet days marked."""

import csv
import re
from pathlib import Path

import pytest

from outreach.core.office import Office, read_office
from outreach.core.text import plural_tags
from outreach.tracker.places import read_places

RULE = re.compile(
    r"fixed:\d\d-\d\d|(orthodox_)?easter[+-]\d+|nth:\d,[A-Z]{2},\d\d|range:\d\d-\d\d\.\.\d\d-\d\d"
    r"|monthly:[\d,]+|day:\d+-\d+|year:\d{4}|provider:\S+|if_weekend:next_working_day|easter-\d+\.\.easter-\d+"
)
OUTLET = ["name", "tier", "language", "region", "site", "medium", "owner", "kind", "feed", "enabled", "note"]
OFFICE = read_office("latgale", Path())


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


OUTLETS = rows(OFFICE.outlets)


def test_names_and_contact() -> None:
    for language in ("lv", "en", "ru"):
        assert OFFICE.name[language]
        assert OFFICE.region[language]
    assert (OFFICE.contact, OFFICE.portal, OFFICE.phone) == ("latgale@paps.lv", "paps.lv", "")
    assert all(re.fullmatch(r"[A-Z]{2}", code) for code in OFFICE.host_countries)
    assert len(set(OFFICE.host_countries)) == len(OFFICE.host_countries)


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
@pytest.mark.parametrize("group", ["people", "returned_supported", "returned_alone", "planning"])
def test_the_wording_has_every_plural_form(language: str, group: str) -> None:
    forms = OFFICE.results[language][group]
    assert isinstance(forms, dict)
    assert set(forms) - {"none"} == set(plural_tags(language))


def test_outlets_have_their_columns_and_one_name_each() -> None:
    assert all(list(row) == OUTLET for row in OUTLETS)
    assert len({row["name"] for row in OUTLETS}) == len(OUTLETS) == 129
    assert {row["tier"] for row in OUTLETS} == {"national", "regional", "local", "diaspora", "social"}
    assert {row["owner"] for row in OUTLETS} == {"own", "earned"}
    for row in OUTLETS:
        assert not row["site"] or re.fullmatch(r"https?://\S+", row["site"]), row["name"]


@pytest.mark.parametrize("row", OUTLETS, ids=[row["name"] for row in OUTLETS])
def test_only_what_was_seen_alive_is_polled(row: dict[str, str]) -> None:
    assert row["kind"] in {"", "feed", "listing"}
    assert bool(row["kind"]) == bool(row["feed"])
    assert "{" not in row["feed"] + row["site"]
    if not row["kind"]:
        assert row["enabled"] == "no"
    elif row["enabled"] == "no":
        assert "to be probed" in row["note"]
        assert "uess" in row["note"]
    else:
        assert row["enabled"] == "yes"
        assert "uess" not in row["note"]
    if "never polled" in row["note"]:
        assert (row["kind"], row["feed"], row["enabled"]) == ("", "", "no")


def test_the_excluded_and_the_own() -> None:
    assert [row["name"] for row in OUTLETS if "never polled" in row["note"]] == ["Sputnik Latvija"]
    own = {row["name"] for row in OUTLETS if row["owner"] == "own"}
    assert own == {
        "Latgales plānošanas reģions", "paps.lv", "Facebook: Es atgriežos Latgalē", "Facebook: Latgales plānošanas reģions",
    }  # fmt: skip
    assert sum(row["enabled"] == "yes" for row in OUTLETS) == 30


def test_the_calendar_keeps_its_rules() -> None:
    moments = rows(OFFICE.calendar)
    assert len({row["key"] for row in moments}) == len(moments) == 49
    for row in moments:
        for part in re.split(r"[;|]", row["rule"]):
            assert RULE.fullmatch(part), row
        assert {row["day_off"], row["quiet"]} <= {"yes", "no"}
        assert row["name_lv"]
        assert row["name_en"]
    assert {row["rule"] for row in moments if row["quiet"] == "yes"} == {"fixed:03-25", "fixed:06-14"}


def test_places_lead_to_municipalities() -> None:
    places = read_places(OFFICE.places)
    assert len(places.municipalities) == 9
    for text, municipality in (
        ("Preiļi", "Preiļu novads"), ("preiļiem", "Preiļu novads"), ("Ludzas novadā", "Ludzas novads"),
        ("Daugavpils", "Daugavpils"), ("Ambeļu pagasts", "Augšdaugavas novads"),
    ):  # fmt: skip
        assert places.municipality(text) == municipality
    assert places.municipality("Latgale") is None
    assert places.municipality("Rīga") is None


def test_another_office_needs_no_code(tmp_path: Path) -> None:
    """Nothing but the profile names the region: the code of all wings is free of it."""
    root = Path(__file__).resolve().parents[2]
    naming = [
        path.relative_to(root)
        for folder in ("outreach/tracker", "outreach/reports")
        for path in (root / folder).rglob("*.py")
        if "latgale" in path.read_text(encoding="utf-8").casefold()
    ]
    assert naming == []
    assert "latgale" not in (root / "outreach/report.py").read_text(encoding="utf-8").casefold()


def test_the_office_is_read_from_any_folder(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for path in OFFICE.folder.iterdir():
        if path.is_file():
            (own / path.name).write_bytes(path.read_bytes())
    read: Office = read_office("own", tmp_path)
    assert read.results == OFFICE.results
