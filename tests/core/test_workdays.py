"""Working days: weekends and Latvia's days off do not count, and two are two whole ones."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.core.workdays import is_working, working_days_since

RIGA = ZoneInfo("Europe/Riga")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-26", True),  # a Thursday
        ("2026-11-28", False),  # a Saturday
        ("2026-11-18", False),  # the republic's day
        ("2026-06-23", False),  # Līgo
        ("2027-03-29", False),  # Easter Monday
        ("2024-02-29", True),
    ],
)
def test_days_off_are_the_countrys(day: str, works: bool) -> None:
    assert is_working(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("moment", "now", "days"),
    [
        ("2026-11-26T12:00", "2026-11-26T18:00", 0),
        ("2026-11-26T12:00", "2026-11-27T11:59", 0),
        ("2026-11-26T12:00", "2026-11-27T12:00", 1),
        ("2026-11-27T12:00", "2026-11-30T11:59", 0),  # Friday to Monday
        ("2026-11-27T12:00", "2026-11-30T12:00", 1),
        ("2026-11-27T12:00", "2026-11-29T23:00", 0),
        ("2026-11-28T15:00", "2026-11-30T23:59", 0),  # what came on Saturday begins on Monday
        ("2026-11-28T15:00", "2026-12-01T00:00", 1),
        ("2026-11-28T15:00", "2026-12-02T00:00", 2),
        ("2026-12-23T16:00", "2026-12-28T16:00", 1),  # Christmas between
        ("2026-10-23T10:00", "2026-10-26T10:00", 1),  # over the autumn night
        ("2026-11-26T12:00", "2026-11-25T12:00", 0),  # a clock that was set back
    ],
)
def test_whole_working_days_go_by(moment: str, now: str, days: int) -> None:
    begun, until = (datetime.fromisoformat(one).replace(tzinfo=RIGA) for one in (moment, now))
    assert working_days_since(begun, until, RIGA) == days
