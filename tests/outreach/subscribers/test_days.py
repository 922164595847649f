"""Which day is owed: every zone, every change of its clock, each local day once and the latest never lost."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.clock import local_day
from outreach.core.workdays import is_working
from outreach.subscribers import days
from outreach.subscribers.days import Owed, Rhythm

RIGA = "Europe/Riga"
ZONES = (
    RIGA, "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia",
    "Pacific/Auckland", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Gaza", "UTC",
)  # fmt: skip
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

walls = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 1, 15, 30, 59)))
rhythms = st.builds(
    Rhythm, walls, st.sampled_from(ZONES), st.sampled_from(("daily", "working", "weekly")), st.integers(0, 6)
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "now", "day"),
    [
        (Rhythm("07:00", RIGA, "daily"), "2026-11-25 04:59:59", "2026-11-24"),
        (Rhythm("07:00", RIGA, "daily"), "2026-11-25 05:00:00", "2026-11-25"),
        (Rhythm("00:00", RIGA, "daily"), "2026-11-24 22:00:00", "2026-11-25"),
        (Rhythm("23:59", RIGA, "daily"), "2026-11-25 21:58:59", "2026-11-24"),
        # A Saturday; Christmas; the days around a new year.
        (Rhythm("07:00", RIGA, "working"), "2026-11-28 10:00", "2026-11-27"),
        (Rhythm("07:00", RIGA, "working"), "2026-12-26 10:00", "2026-12-23"),
        (Rhythm("07:00", RIGA, "working"), "2027-01-03 10:00", "2026-12-30"),
        (Rhythm("07:00", RIGA, "weekly", 0), "2026-11-29 22:00", "2026-11-23"),
        (Rhythm("07:00", RIGA, "weekly", 0), "2026-11-30 05:00", "2026-11-30"),
        (Rhythm("07:00", RIGA, "daily"), "2028-02-29 05:00", "2028-02-29"),
        (Rhythm("07:00", "America/New_York", "daily"), "2026-11-25 11:59", "2026-11-24"),
    ],
)
def test_the_latest_day_whose_hour_has_come(rhythm: Rhythm, now: str, day: str) -> None:
    found = days.owed(rhythm, utc(now))
    assert found is not None
    assert (found.day.isoformat(), found.at) == (day, days.moment(found.day, rhythm.at, ZoneInfo(rhythm.zone)))


@pytest.mark.parametrize(
    ("wall", "day", "zone", "at"),
    [
        # Left out in spring: the first moment after the gap, to the second.
        ("03:30", "2027-03-28", RIGA, "2027-03-28 01:00"),
        ("03:00", "2027-03-28", RIGA, "2027-03-28 01:00"),
        ("03:59", "2027-03-28", RIGA, "2027-03-28 01:00"),
        ("02:30", "2027-03-28", "Europe/Berlin", "2027-03-28 01:00"),
        ("02:15", "2026-10-04", "Australia/Lord_Howe", "2026-10-03 15:30"),
        # Twice in autumn: the first time.
        ("03:30", "2026-10-25", RIGA, "2026-10-25 00:30"),
        ("01:30", "2026-10-25", "Europe/London", "2026-10-25 00:30"),
        ("04:00", "2026-10-25", RIGA, "2026-10-25 02:00"),
    ],
)
def test_walls_that_a_change_leaves_out_or_shows_twice(wall: str, day: str, zone: str, at: str) -> None:
    assert days.moment(date.fromisoformat(day), wall, ZoneInfo(zone)) == utc(at)


def test_a_day_that_a_zone_never_had_owes_nothing() -> None:
    rhythm = Rhythm("07:00", "Pacific/Apia", "daily")
    seen = {days.owed(rhythm, utc("2011-12-28 00:00") + hours * timedelta(hours=1)) for hours in range(120)}
    assert sorted(found.day.isoformat() for found in seen if found) == [
        "2011-12-27", "2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02",
    ]  # fmt: skip


def test_the_calendar_s_first_and_last_days_break_nothing() -> None:
    assert days.owed(Rhythm("07:00", RIGA, "daily"), datetime(1, 1, 2, tzinfo=UTC)) is None
    assert days.owed(Rhythm("07:00", RIGA, "daily"), datetime(9999, 12, 30, tzinfo=UTC)) is not None


@given(rhythms, moments)
def test_what_is_owed_has_come_and_what_is_next_has_not(rhythm: Rhythm, now: datetime) -> None:
    found, following = days.owed(rhythm, now), days.next_at(rhythm, now)
    assert found is not None
    assert found.at <= now < following
    # The next moment is the next day's of the same rhythm, and nothing lies between.
    then = days.owed(rhythm, following)
    assert then is not None
    assert (then.at, then.day > found.day) == (following, True)
    assert days.owed(rhythm, following - timedelta(microseconds=1)) == found
    assert days.missed(rhythm, found.day, found.at, then.day) == 0


@given(rhythms, moments)
def test_a_day_is_one_of_its_rhythm_and_comes_at_its_wall(rhythm: Rhythm, now: datetime) -> None:
    found = days.owed(rhythm, now)
    assert found is not None
    assert rhythm.rhythm != "working" or is_working(found.day)
    assert rhythm.rhythm != "weekly" or found.day.weekday() == rhythm.weekday
    shown = found.at.astimezone(ZoneInfo(rhythm.zone)).replace(tzinfo=None)
    meant = datetime.combine(found.day, time.fromisoformat(rhythm.at))
    if shown != meant:
        # Left out: a second earlier the clock stood before it, now it stands after it.
        before = (found.at - timedelta(seconds=1)).astimezone(ZoneInfo(rhythm.zone)).replace(tzinfo=None)
        assert before < meant < shown


@given(rhythms, moments, st.lists(st.integers(-3 * 1440, 6 * 1440), min_size=1, max_size=40))
def test_whatever_the_ticks_each_day_once_and_the_latest_never_lost(
    rhythm: Rhythm, start: datetime, steps: list[int]
) -> None:
    """Ticks at odd moments, the clock set ahead and back: rows as they are kept, a day after the latest alone."""
    rows: list[date] = []
    now = start
    for step in steps:
        now += step * MINUTE
        found = days.owed(rhythm, now)
        assert found is not None
        if not rows or rows[-1] < found.day:
            rows.append(found.day)
        assert found.day <= rows[-1]
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows)


@pytest.mark.parametrize("zone", [RIGA, "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"])
@pytest.mark.parametrize("wall", ["00:00", "02:30", "07:00", "23:59"])
def test_a_year_of_ticks_over_both_changes(zone: str, wall: str) -> None:
    rhythm, begin = Rhythm(wall, zone, "daily"), utc("2026-06-01 00:00")
    told: list[tuple[date, datetime]] = []
    first = days.owed(rhythm, begin)
    assert first is not None
    for tick in range(366 * 24):
        now = begin + tick * timedelta(hours=1)
        found = days.owed(rhythm, now)
        assert found is not None
        if found.day > (told[-1][0] if told else first.day):
            told.append((found.day, now - found.at))
    assert [day for day, _ in told] == [first.day + n * DAY for n in range(1, len(told) + 1)]
    assert len(told) in {365, 366}
    assert max(late for _, late in told) < timedelta(hours=1)


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), walls, walls, moments, st.integers(0, 2880))
def test_another_hour_or_zone_in_the_middle_of_a_day(
    zone: str, other: str, wall: str, later: str, start: datetime, after: int
) -> None:
    """The row of a local day counts, whatever hour it was made for: no second one that day, and the next is not lost."""
    first = days.owed(Rhythm(wall, zone, "daily"), start)
    assert first is not None
    changed = start + after * MINUTE
    new = Rhythm(later, other, "daily")
    rows = [first.day]
    for tick in range(3 * 48):
        now = changed + tick * timedelta(minutes=30)
        found = days.owed(new, now)
        assert found is not None
        if found.day > rows[-1]:
            rows.append(found.day)
    assert len(rows) == len(set(rows))
    assert rows[-1] >= local_day(changed + 2 * DAY, ZoneInfo(other))


@pytest.mark.parametrize(
    ("at", "now", "late"),
    [
        ("07:00", "2026-11-25 09:59", False),
        ("07:00", "2026-11-25 10:00", True),
        ("11:30", "2026-11-25 10:00", False),  # half an hour after its hour is not late
        ("11:30", "2026-11-25 10:30", True),
        ("15:00", "2026-11-25 13:59", False),
        ("15:00", "2026-11-25 14:00", True),
    ],
)
def test_late_from_noon_on_and_never_within_the_hour(at: str, now: str, late: bool) -> None:
    day = date(2026, 11, 25)
    owed = Owed(day, days.moment(day, at, ZoneInfo(RIGA)))
    assert days.is_late(owed, "12:00", RIGA, utc(now)) is late
    assert (utc(now) >= days.late_from(owed, "12:00", RIGA)) is late


@pytest.mark.parametrize(
    ("rhythm", "told", "since", "day", "count"),
    [
        ("daily", "2026-11-20", "2026-01-01", "2026-11-24", 3),
        ("daily", "2026-11-23", "2026-01-01", "2026-11-24", 0),
        ("daily", None, "2026-11-22 06:00", "2026-11-24", 1),  # the 22nd's hour had passed when they came
        ("daily", None, "2026-11-22 05:00", "2026-11-24", 2),
        ("daily", "2026-11-20", "2026-11-22 06:00", "2026-11-24", 1),
        ("working", "2026-11-20", "2026-01-01", "2026-11-24", 1),
        ("working", "2026-11-20", "2026-01-01", "2026-11-23", 0),
        ("weekly", "2026-11-02", "2026-01-01", "2026-11-23", 2),
        ("daily", None, "2020-01-01", "2026-11-24", 31),
    ],
)
def test_days_whose_mail_never_went(rhythm: str, told: str | None, since: str, day: str, count: int) -> None:
    missed = days.missed(
        Rhythm("07:00", RIGA, rhythm), date.fromisoformat(told) if told else None, utc(since), date.fromisoformat(day)
    )
    assert missed == count
