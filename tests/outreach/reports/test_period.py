"""Periods as people type them, and what they mean in moments."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.report import Period
from tests.outreach.rooms import RIGA


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "before"),
    [
        ("2023", "year", "2023-01-01", "2023-12-31", "2022"),
        ("2024-Q1", "quarter", "2024-01-01", "2024-03-31", "2023-Q4"),
        ("2024 c3", "quarter", "2024-07-01", "2024-09-30", "2024-Q2"),
        (" 2023-01-01..2023-09-30 ", "dates", "2023-01-01", "2023-09-30", "2022-04-03..2022-12-31"),
        ("2023-05-05..2023-05-05", "dates", "2023-05-05", "2023-05-05", "2023-05-04..2023-05-04"),
    ],
)
def test_parse(text: str, kind: str, first: str, last: str, before: str) -> None:
    period = Period.parse(text, RIGA)
    assert (period.kind, period.first.isoformat(), period.last.isoformat()) == (kind, first, last)
    assert Period.parse(period.name, RIGA) == period
    assert period.before().name == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last year",
        "23",
        "0000",
        "2023-Q5",
        "2023-13-01..2023-12-31",
        "2023-09-30..2023-01-01",
        "2023-02-29..2023-03-01",
    ],
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(OutreachError, match=r"report\.error\.period"):
        Period.parse(text, RIGA)


def test_moments_are_the_offices_days() -> None:
    assert Period.of_quarter(2026, 4, RIGA).moments() == (
        datetime(2026, 9, 30, 21, tzinfo=UTC),
        datetime(2026, 12, 31, 22, tzinfo=UTC),
    )


@given(st.integers(1, 4), st.integers(1990, 2100))
def test_quarters_follow_one_another_without_a_gap(quarter: int, year: int) -> None:
    period = Period.of_quarter(year, quarter, RIGA)
    assert period.before().moments()[1] == period.moments()[0]
    assert period.quarter == quarter


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_dates_name_themselves(one: date, other: date) -> None:
    period = Period.of_dates(min(one, other), max(one, other), RIGA)
    assert Period.parse(period.name, RIGA) == period
    assert period.before().last < period.first
