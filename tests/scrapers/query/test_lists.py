"""The office's named lists."""

from collections.abc import Mapping

import pytest

from outreach.core.office import read_office, shipped_folder
from scrapers.query.engine import Engine, compile_queries
from scrapers.query.expand import expand
from scrapers.query.lists import ListOf, office_lists
from scrapers.query.parse import parse
from scrapers.query.tree import Facts


@pytest.fixture(scope="module")
def lists() -> Mapping[str, ListOf]:
    return office_lists(read_office("latgale", shipped_folder()))


def of(lists: Mapping[str, ListOf], *typed: str) -> Engine:
    return compile_queries([expand(parse(one), lists) for one in typed])


def test_every_list_has_two_names_and_something_in_it(lists: Mapping[str, ListOf]) -> None:
    assert {"remigrācija", "mītnes zemes", "vietas", "novadi", "diaspora", "koordinators"} <= lists.keys()
    assert lists["host countries"] is lists["mītnes zemes"]
    for name, listed in lists.items():
        assert name in (listed.name, *listed.aliases)
        assert name == name.lower()
        assert listed.entries and listed.forms
        # Every list can be typed, and read.
        assert expand(parse(f"{{{name}}}"), lists)


def test_the_municipalities_are_those_of_the_table(lists: Mapping[str, ListOf]) -> None:
    assert {"Preiļu novads", "Daugavpils", "Rēzekne"} <= set(lists["municipalities"].entries)
    assert "Maltas pagasts" not in lists["municipalities"].entries
    assert set(lists["novadi"].entries) | set(lists["pagasti"].entries) <= set(lists["vietas"].entries)


SEEN = (
    ("{vietas}", "Ģimene pārcēlās uz Preiļiem.", True),
    ("{vietas}", "ģimene pārcēlās uz preiļiem", False),
    ("{vietas}", "Maltas pagasts gaida.", True),
    ("{vietas}", "Nopirka balvas.", False),
    ("{novadi}", "Ludzas novads", True),
    ("{mītnes zemes}", "atgriezās no Īrijas", True),
    ("{mītnes zemes}", "atgriezās no Preiļiem", False),
    ("{remigrācija}", "Remigrācijas koordinatore", True),
    ("{remigrācija}", "MĀJAS", False),
    ("{remigrācija}", "pasākums “MĀJAS”", True),
    ("{remigrācija}", "pasākums mājas", False),
    ("{koordinators}", "mūsu koordinatorei", True),
    ("{krievija}", "pārceļas uz Krieviju", True),
)


@pytest.mark.parametrize(("typed", "text", "found"), SEEN)
def test_a_list_finds_what_the_office_means_by_it(
    lists: Mapping[str, ListOf], typed: str, text: str, found: bool
) -> None:
    assert (of(lists, typed).which("", text, Facts()) == (0,)) is found
