"""The office's year: every kind of rule, both Easters, days off that move, and what the table may not say."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.moments import Moment, expand, read_moments
from outreach.core.errors import OutreachError
from outreach.core.office import shipped_folder

OFFICE = shipped_folder() / "latgale" / "calendar.csv"
TABLE = read_moments(OFFICE)
HEAD = "key,name_lv,name_en,rule,kind,day_off,quiet,use,confidence\n"
DAYS = st.dates(date(1992, 1, 1), date(2198, 12, 31))


def rule(tmp_path: Path, told: str, kind: str = "event", day_off: str = "no") -> Path:
    file = tmp_path / "calendar.csv"
    file.write_text(f'{HEAD}one,Viens,One,"{told}",{kind},{day_off},no,,verified in a source\n', encoding="utf-8")
    return file


def spans(file: Path, first: date, last: date) -> list[tuple[str, str]]:
    return [(str(one.starts_on), str(one.ends_on)) for one in expand(read_moments(file), first, last)]


@pytest.mark.parametrize(
    ("told", "year", "expected"),
    [
        ("fixed:03-25", 2026, [("2026-03-25", "2026-03-25")]),
        ("fixed:02-29", 2024, [("2024-02-29", "2024-02-29")]),
        ("fixed:02-29", 2026, [("2026-02-28", "2026-02-28")]),
        ("nth:2,SU,05", 2026, [("2026-05-10", "2026-05-10")]),
        ("nth:1,MO,06", 2026, [("2026-06-01", "2026-06-01")]),
        ("nth:-1,SU,10", 2026, [("2026-10-25", "2026-10-25")]),
        ("nth:-1,TH,12", 2026, [("2026-12-31", "2026-12-31")]),
        ("range:06-01..08-31", 2026, [("2026-06-01", "2026-08-31")]),
        ("range:12-20..01-06", 2026, [("2025-12-20", "2026-01-06"), ("2026-12-20", "2027-01-06")]),
        ("range:02-10..02-25|range:10-20..11-02", 2026, [("2026-02-10", "2026-02-25"), ("2026-10-20", "2026-11-02")]),
        ("monthly:1,4;day:1-15", 2026, [("2026-01-01", "2026-01-15"), ("2026-04-01", "2026-04-15")]),
        ("monthly:2;day:25-31", 2026, [("2026-02-25", "2026-02-28")]),
        ("year:2028", 2028, [("2028-01-01", "2028-12-31")]),
        ("year:2028", 2027, []),
        ("year:2028-07-10", 2028, [("2028-07-10", "2028-07-10")]),
        ("easter-30..easter-7", 2024, [("2024-03-01", "2024-03-24")]),
        ("easter+49", 2026, [("2026-05-24", "2026-05-24")]),
    ],
)
def test_rules_become_days(tmp_path: Path, told: str, year: int, expected: list[tuple[str, str]]) -> None:
    assert spans(rule(tmp_path, told), date(year, 1, 1), date(year, 12, 31)) == expected


@pytest.mark.parametrize(
    ("year", "western", "orthodox"),
    [
        (2000, "2000-04-23", "2000-04-30"),
        (2008, "2008-03-23", "2008-04-27"),
        (2017, "2017-04-16", "2017-04-16"),
        (2024, "2024-03-31", "2024-05-05"),
        (2025, "2025-04-20", "2025-04-20"),
        (2026, "2026-04-05", "2026-04-12"),
        (2027, "2027-03-28", "2027-05-02"),
        (2038, "2038-04-25", "2038-04-25"),
    ],
)
def test_both_easters(year: int, western: str, orthodox: str) -> None:
    found = {one.key: str(one.starts_on) for one in expand(TABLE, date(year, 1, 1), date(year, 12, 31))}
    assert (found["easter"], found["orth_easter"]) == (western, orthodox)


def off(year: int) -> dict[str, Moment]:
    return {str(one.starts_on): one for one in expand(TABLE, date(year, 1, 1), date(year, 12, 31)) if one.day_off}


def test_a_feast_on_a_weekend_keeps_its_day_and_moves_the_day_off() -> None:
    days = off(2024)
    assert (days["2024-05-04"].key, days["2024-05-04"].moved) == ("may4", False)
    assert (days["2024-05-06"].key, days["2024-05-06"].moved) == ("may4", True)
    # 2026: a Monday, nothing moves.
    assert [day for day, one in off(2026).items() if one.key == "may4"] == ["2026-05-04"]
    sunday = off(2029)  # 18 November 2029 is a Sunday
    assert sunday["2029-11-19"].moved


def test_the_government_s_days_come_from_the_provider_and_none_twice() -> None:
    moved = {day: one for day, one in off(2026).items() if one.key == "swap_days"}
    assert sorted(moved) == ["2026-01-02", "2026-06-22"]
    assert moved["2026-01-02"].names["en"].startswith("Day off")
    every = expand(TABLE, date(2026, 1, 1), date(2026, 12, 31))
    free = [one.starts_on for one in every if one.day_off]
    assert len(free) == len(set(free))


def test_a_span_is_no_day_off_for_its_day_is_not_known() -> None:
    festival = [one for one in expand(TABLE, date(2028, 7, 1), date(2028, 7, 7)) if one.key == "song_festival"]
    assert [(one.day_off, one.single) for one in festival] == [(False, False)]


def test_quiet_days() -> None:
    quiet = [str(one.starts_on) for one in expand(TABLE, date(2026, 1, 1), date(2026, 12, 31)) if one.quiet]
    assert quiet == ["2026-03-25", "2026-06-14"]


@given(DAYS, st.integers(0, 40))
def test_every_moment_touches_the_days_asked_for(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    for one in expand(TABLE, first, last):
        assert one.starts_on <= one.ends_on
        assert one.starts_on <= last
        assert one.ends_on >= first
        if one.single:
            assert first <= one.starts_on <= last


@given(DAYS)
def test_a_day_knows_what_its_year_knows(day: date) -> None:
    """Asked for a day alone or for its whole year, the same falls on it."""
    whole = expand(TABLE, date(day.year, 1, 1), date(day.year, 12, 31))
    assert expand(TABLE, day, day) == [one for one in whole if one.starts_on <= day <= one.ends_on]


@pytest.mark.parametrize(
    "told",
    [
        "", "fixed:", "fixed:13-01", "fixed:02-30", "fixed:1", "easter", "easter+", "eastern+1", "nth:6,SU,05",
        "nth:2,XX,05", "nth:2,SU", "nth:2,SU,13", "range:06-01", "monthly:13;day:1-2", "monthly:1;day:9-2",
        "year:soon", "provider:python-holidays(XX)", "provider:other(LV)", "weekly:MO", "fixed:01-01|nonsense",
        "easter+1..easter+2..easter+3",
    ],
)
def test_a_rule_that_is_none_names_its_row(tmp_path: Path, told: str) -> None:
    with pytest.raises(OutreachError, match=re.escape("campaigns.calendar.rule")) as caught:
        read_moments(rule(tmp_path, told))
    assert caught.value.facts["key"] == "one"


def test_a_table_without_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("key,rule\nx,fixed:01-01\n", encoding="utf-8")
    with pytest.raises(OutreachError, match=re.escape("campaigns.calendar.columns")):
        read_moments(file)
