"""Which figure of a sentence is which number, whatever the numbers are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.office import read_office
from outreach.report import Period
from outreach.reports.results import sentence
from outreach.statements.linking import pieces
from outreach.tracker.returns import GROUPS
from tests.outreach.rooms import RIGA

OFFICE = read_office("latgale", Path())
COUNTS = (0, 1, 2, 5, 10, 11, 21, 22, 101, 111)
PERIODS = [Period.of_year(2023, RIGA), Period.of_quarter(2023, 3, RIGA), Period.parse("2023-01-11..2023-09-30", RIGA)]


def names(language: str, period: Period, counted: dict[str, tuple[int, int]]) -> list[tuple[str, str]]:
    numbers = {f"{group}.{of}": counted[group][place] for group in GROUPS for place, of in enumerate(("families", "people"))}
    told = sentence(OFFICE, period, language, counted)
    found = pieces(told, numbers)
    assert "".join(text for text, _ in found) == told
    return [(name, text) for text, name in found if name]


def expected(counted: dict[str, tuple[int, int]]) -> list[tuple[str, str]]:
    told = []
    for group in GROUPS:
        families, people = counted[group]
        if families:
            told.append((f"{group}.families", str(families)))
            if group != "planning":
                told.append((f"{group}.people", str(people)))
    return told


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
@pytest.mark.parametrize("count", COUNTS)
def test_each_number_is_found(language: str, count: int) -> None:
    for period in PERIODS:
        counted = dict.fromkeys(GROUPS, (count, count * 3))
        assert names(language, period, counted) == expected(counted)


PAIR = st.integers(0, 40).flatmap(lambda families: st.tuples(st.just(families), st.integers(families, families * 7)))


@given(st.sampled_from(["lv", "en", "ru"]), st.tuples(PAIR, PAIR, PAIR))
def test_whatever_the_numbers_are_of_a_year(language: str, pairs: tuple[tuple[int, int], ...]) -> None:
    counted = dict(zip(GROUPS, pairs, strict=True))
    assert names(language, PERIODS[0], counted) == expected(counted)


def test_shares_and_thousands() -> None:
    told = "1 849 ģimenes, 889 piedāvājumi; daļa: 20 %."
    assert pieces(told.replace("1 849", "1\u00a0849"), {"all": 1849, "offers": 889, "unknown": 20}) == [
        ("1\u00a0849", "all"), (" ģimenes, ", ""), ("889", "offers"), (" piedāvājumi; daļa: 20 %.", ""),
    ]  # fmt: skip
