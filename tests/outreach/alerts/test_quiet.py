"""Quiet hours: across midnight, on days off, in the two nights in which the clocks change, and an hour between letters."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.alerts.quiet import APART, may_tell, moments_of, next_moment
from outreach.alerts.rules import Wanted

RIGA = ZoneInfo("Europe/Riga")
ZONES = (RIGA, ZoneInfo("Europe/Dublin"), ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu"))
MINUTE = timedelta(minutes=1)


def wall(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=RIGA, fold=fold).astimezone(UTC)


def night(begins: str = "20:00", ends: str = "07:00", working: bool = False) -> Wanted:
    return Wanted(("critical",), begins, ends, working)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-25 19:59:59", True), ("2026-11-25 20:00", False), ("2026-11-25 23:59:59", False), ("2026-11-26 00:00", False),
        ("2026-11-26 06:59:59", False), ("2026-11-26 07:00", True), ("2026-11-28 12:00", True),
    ],
)
def test_hours_that_cross_midnight(at: str, told: bool) -> None:
    assert may_tell(night(), wall(at), RIGA, None) is told


@pytest.mark.parametrize(("at", "told"), [("2026-11-25 12:59", True), ("2026-11-25 13:00", False), ("2026-11-25 14:00", True)])
def test_hours_within_a_day(at: str, told: bool) -> None:
    assert may_tell(night("13:00", "14:00"), wall(at), RIGA, None) is told


def test_the_same_hour_twice_is_never_quiet() -> None:
    assert may_tell(night("00:00", "00:00"), wall("2026-11-25 00:00"), RIGA, None)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-27 19:30", "2026-11-27 19:30"),
        ("2026-11-27 20:30", "2026-11-30 07:00"),  # Friday evening -> Monday morning
        ("2026-11-28 12:00", "2026-11-30 07:00"),
        ("2026-12-23 21:00", "2026-12-28 07:00"),  # Christmas: 24 to 26, and a Sunday
        ("2026-11-17 22:00", "2026-11-19 07:00"),  # 18 November
    ],
)
def test_days_off_are_quiet_all_day(now: str, then: str) -> None:
    assert next_moment(night(working=True), wall(now), RIGA, None) == wall(then)


def test_a_weekend_without_quiet_hours_ends_at_midnight() -> None:
    assert next_moment(night("00:00", "00:00", working=True), wall("2026-11-28 12:00"), RIGA, None) == wall("2026-11-30 00:00")


@pytest.mark.parametrize(
    ("begins", "ends", "since", "until"),
    [
        # 28 March 2027: from 03:00 to 04:00 there is nothing; 31 October 2027: that hour is there twice.
        ("20:00", "07:00", wall("2027-03-27 20:00"), wall("2027-03-28 07:00")),
        ("20:00", "03:30", wall("2027-03-27 20:00"), wall("2027-03-28 04:00")),
        ("03:30", "06:00", wall("2027-03-28 04:00"), wall("2027-03-28 06:00")),
        ("20:00", "07:00", wall("2027-10-30 20:00"), wall("2027-10-31 07:00")),
        ("20:00", "03:30", wall("2027-10-30 20:00"), wall("2027-10-31 03:30", 1)),
        ("03:30", "05:00", wall("2027-10-31 03:30", 0), wall("2027-10-31 05:00")),
        ("03:10", "03:50", wall("2027-10-31 03:10", 0), wall("2027-10-31 03:50", 1)),
    ],
)
def test_the_nights_in_which_the_clocks_change(begins: str, ends: str, since: datetime, until: datetime) -> None:
    wanted = night(begins, ends)
    assert may_tell(wanted, since - MINUTE, RIGA, None)
    moment = since
    while moment < until:
        assert not may_tell(wanted, moment, RIGA, None), moment
        assert next_moment(wanted, moment, RIGA, None) == until
        moment += 5 * MINUTE
    assert may_tell(wanted, until, RIGA, None)


def test_quiet_hours_that_the_jump_swallows_are_none() -> None:
    wanted = night("03:10", "03:50")
    assert all(may_tell(wanted, wall("2027-03-28 02:00") + step * MINUTE, RIGA, None) for step in range(180))


def test_an_hour_lies_between_two_letters() -> None:
    last = wall("2026-11-25 12:00")
    assert not may_tell(night(), last + APART - timedelta(seconds=1), RIGA, last)
    assert may_tell(night(), last + APART, RIGA, last)
    assert next_moment(night(), wall("2026-11-25 19:40"), RIGA, wall("2026-11-25 19:30")) == wall("2026-11-26 07:00")


WALLS = st.times().map(lambda told: f"{told:%H:%M}")
WISHES = st.builds(lambda a, b, w: night(a, b, w), WALLS, WALLS, st.booleans())
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
# Half of them near a night in which clocks change.
NEAR = st.tuples(
    st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC)]),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=30)),
).map(lambda pair: pair[0] + pair[1])


@given(WISHES, MOMENTS | NEAR, st.sampled_from(ZONES), st.none() | st.timedeltas(timedelta(0), timedelta(hours=3)))
def test_the_next_moment_is_the_first_one(wanted: Wanted, now: datetime, zone: ZoneInfo, ago: timedelta | None) -> None:
    last = None if ago is None else now - ago
    then = next_moment(wanted, now, zone, last)
    assert then >= now
    assert may_tell(wanted, then, zone, last)
    if then > now:
        assert not may_tell(wanted, now, zone, last)
        for part in range(1, 40):
            assert not may_tell(wanted, now + (then - now) * (part / 40), zone, last)
        assert not may_tell(wanted, then - timedelta(microseconds=1), zone, last)


@given(st.dates(date(2024, 1, 1), date(2029, 1, 1)), st.times().map(lambda told: told.replace(second=0, microsecond=0)), st.sampled_from(ZONES))
def test_a_wall_time_s_moments_show_it_or_the_jump(day: date, at: time, zone: ZoneInfo) -> None:
    first, last = moments_of(day, at, zone)
    assert first <= last
    shown = [moment.astimezone(zone) for moment in (first, last)]
    if any((one.date(), one.time()) != (day, at) for one in shown):
        assert first == last
        before = (first - timedelta(seconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < datetime.combine(day, at) < shown[0].replace(tzinfo=None)
