"""Days of a rule and the hour on each: against the library's own counting, over both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.moments import Moment
from campaigns.timing import rules, series
from campaigns.timing.rules import Wanted
from campaigns.timing.series import LONGEST, MOST, Plan
from outreach.core.errors import OutreachError

RIGA, LONDON = ZoneInfo("Europe/Riga"), ZoneInfo("Europe/London")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
START = date(2026, 11, 30)  # a Monday
WANTED = st.builds(
    Wanted,
    kind=st.sampled_from(("weekly", "day", "nth", "working")),
    every=st.integers(1, 52),
    weekdays=st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
    day=st.integers(1, 31),
    nth=st.sampled_from((1, 2, 3, 4, -1)),
    weekday=st.integers(1, 7),
    times=st.none() | st.integers(1, MOST),
    skips_off=st.booleans(),
)
STARTS = st.dates(date(2001, 1, 1), date(2095, 12, 31))


def counted(rule: str, starts_on: date, last: date) -> list[date]:
    """The days as the library counts them by itself."""
    plain = ";".join(part for part in rule.split(";") if part != series.SKIPS_OFF)
    found = rrulestr(plain, dtstart=datetime.combine(starts_on, time.min)).between(
        datetime.combine(starts_on, time.min), datetime.combine(last, time.min), inc=True
    )
    return [one.date() for one in found][:MOST]


@given(WANTED, STARTS)
def test_days_are_those_of_the_rule(wanted: Wanted, starts_on: date) -> None:
    rule = rules.rule_of(wanted)
    found = series.days(rule, starts_on, date.max)
    assert found == counted(rule, starts_on, starts_on + LONGEST)
    assert len(found) <= MOST and found == sorted(set(found))
    assert all(starts_on <= day <= starts_on + LONGEST for day in found)


@given(WANTED, STARTS)
def test_a_rule_is_read_back_as_it_was_said(wanted: Wanted, starts_on: date) -> None:
    rule = rules.rule_of(wanted)
    assert series.checked(rule) == rule
    assert rules.rule_of(rules.read_back(rule)) == rule
    again = rules.read_back(rule)
    assert again.kind == wanted.kind and again.times == wanted.times


@given(
    st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")),
    st.integers(1, 20),
    st.lists(st.sampled_from(series.DAYS), max_size=3, unique=True),
    st.lists(st.integers(-31, 31).filter(bool), max_size=3, unique=True),
    st.lists(st.integers(1, 12), max_size=3, unique=True),
    STARTS,
)
def test_typed_rules_are_within_the_rule(
    frequency: str, every: int, weekdays: list[str], month_days: list[int], months: list[int], starts_on: date
) -> None:
    parts = [f"FREQ={frequency}", f"INTERVAL={every}"]
    for name, values in (("BYDAY", weekdays), ("BYMONTHDAY", month_days), ("BYMONTH", months)):
        if values:
            parts.append(f"{name}={','.join(map(str, values))}")
    rule = ";".join(parts)
    last = starts_on + timedelta(days=400)
    found = series.days(rule, starts_on, last)
    # The library's own counting, to the last that was found: a rule that never comes again is sought for ever.
    own = rrulestr(rule, dtstart=datetime.combine(starts_on, time.min))
    assert found == [one.date() for one in islice(own, len(found))]


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("FREQ=HOURLY", "series.rule.frequency"),
        ("FREQ=SECONDLY;COUNT=5", "series.rule.frequency"),
        ("BYDAY=MO", "series.rule.frequency"),
        ("FREQ=WEEKLY;COUNT=5;UNTIL=20270101", "series.rule.end"),
        ("FREQ=DAILY;COUNT=367", "series.rule.many"),
        ("FREQ=DAILY;BYHOUR=3", "series.rule.part"),
        ("FREQ=DAILY;BYEASTER=0", "series.rule.part"),
        ("FREQ=DAILY;FREQ=DAILY", "series.rule.part"),
        ("FREQ=WEEKLY;BYDAY=2TU", "series.rule.part"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "series.rule.part"),
        ("FREQ=MONTHLY;BYMONTH=13", "series.rule.part"),
        ("FREQ=DAILY;UNTIL=20261341", "series.rule.unclear"),
        ("katru dienu", "series.rule.part"),
        ("", "series.rule.part"),
        ("x" * 10_000, "series.rule.part"),
    ],
)
def test_rules_that_are_none(rule: str, key: str) -> None:
    with pytest.raises(OutreachError) as wrong:
        series.checked(rule)
    assert wrong.value.key == key
    assert len(str(wrong.value)) < 400


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=MONTHLY;BYSETPOS=300", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=50"],
)
def test_a_rule_that_never_comes_ends(rule: str) -> None:
    assert series.days(rule, START, date.max) == []


def test_a_day_that_no_month_has_is_refused() -> None:
    with pytest.raises(OutreachError) as wrong:
        series.days("FREQ=MONTHLY;BYDAY=99TU", START, date.max)
    assert wrong.value.key == "series.rule.unclear"


def test_a_rule_without_an_end_is_bounded() -> None:
    assert len(series.days("FREQ=DAILY", START, date.max)) == MOST
    yearly = series.days("FREQ=WEEKLY;BYDAY=MO", START, date.max)
    assert yearly[-1] <= START + LONGEST and len(yearly) == 157
    for year in (1999, 2096):
        with pytest.raises(OutreachError, match="series.rule.start"):
            series.days("FREQ=DAILY", date(year, 1, 1), date.max)


def test_the_last_day_of_shorter_months() -> None:
    rule = rules.rule_of(Wanted("day", day=31, times=4))
    assert series.days(rule, date(2027, 1, 1), date.max) == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_the_second_tuesday() -> None:
    rule = rules.rule_of(Wanted("nth", nth=2, weekday=2, until=date(2027, 2, 28)))
    assert series.days(rule, START, date.max) == [date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9)]


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted("weekly"), "series.rule.weekdays"),
        (Wanted("working", until=START, times=2), "series.rule.end"),
        (Wanted("typed", typed="FREQ=HOURLY"), "series.rule.frequency"),
    ],
)
def test_forms_that_say_no_rule(wanted: Wanted, key: str) -> None:
    with pytest.raises(OutreachError) as wrong:
        rules.rule_of(wanted)
    assert wrong.value.key == key


def plan(rule: str, starts_on: date, hour: time, zone: ZoneInfo | None = None) -> Plan:
    return Plan(rule, starts_on, hour, zone, (1,))


def moment(day: date, *, off: bool = False, quiet: bool = False) -> Moment:
    return Moment("x", {"lv": "Diena"}, "holiday", day, day, off, quiet, "", True)


@pytest.mark.parametrize("zone", [RIGA, LONDON, ZoneInfo("America/New_York")])
@settings(max_examples=25)
@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.times())
def test_the_hour_stays_on_the_wall(zone: ZoneInfo, starts_on: date, hour: time) -> None:
    hour = hour.replace(second=0, microsecond=0)
    found = series.occurrences(plan("FREQ=WEEKLY;BYDAY=SU,WE;COUNT=110", starts_on, hour, zone), RIGA, [], LONG_AGO, date.max)
    assert len(found) == 110
    for one in found:
        there = one.due_at.astimezone(zone).replace(tzinfo=None)
        assert there == one.wall and there.date() == one.day
        assert one.moved == (there.time() != hour)
        if one.moved:  # an hour that is left out: the next that there is
            skipped = datetime.combine(one.day, hour).replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
            assert skipped != datetime.combine(one.day, hour)
            assert timedelta(0) < one.wall - datetime.combine(one.day, hour) <= timedelta(hours=1)
    assert [one.due_at for one in found] == sorted(one.due_at for one in found)


def test_both_changes_of_the_clocks() -> None:
    spring = series.occurrences(plan("FREQ=DAILY;COUNT=3", date(2027, 3, 27), time(3, 30)), RIGA, [], LONG_AGO, date.max)
    assert [(f"{one.wall:%H:%M}", f"{one.due_at:%d %H:%M}", one.moved) for one in spring] == [
        ("03:30", "27 01:30", False), ("04:00", "28 01:00", True), ("03:30", "29 00:30", False)
    ]  # fmt: skip
    autumn = series.occurrences(plan("FREQ=DAILY;COUNT=3", date(2027, 10, 30), time(3, 30)), RIGA, [], LONG_AGO, date.max)
    assert [f"{one.due_at:%d %H:%M}" for one in autumn] == ["30 00:30", "31 00:30", "01 01:30"]  # of the two, the first
    # America changes on another day: the hour there stays, Riga's moves.
    newyork = ZoneInfo("America/New_York")
    there = series.occurrences(plan("FREQ=DAILY;COUNT=2", date(2027, 3, 13), time(18, 0), newyork), RIGA, [], LONG_AGO, date.max)
    assert [f"{one.due_at:%d %H:%M}" for one in there] == ["13 23:00", "14 22:00"]


def test_quiet_days_are_left_out_and_days_off_where_asked() -> None:
    days = [moment(date(2026, 12, 2), quiet=True), moment(date(2026, 12, 3), off=True)]
    kept = series.occurrences(plan("FREQ=DAILY;COUNT=7", START, time(12)), RIGA, days, LONG_AGO, date.max)
    assert [one.skipped for one in kept] == ["", "", "quiet", "", "", "", ""]
    left = series.occurrences(plan("FREQ=DAILY;COUNT=7;X-OFF=SKIP", START, time(12)), RIGA, days, LONG_AGO, date.max)
    assert [one.skipped for one in left] == ["", "", "quiet", "off", "", "off", "off"]


def test_a_quiet_day_in_riga_counts_for_an_evening_in_london() -> None:
    [one] = series.occurrences(plan("FREQ=DAILY;COUNT=1", START, time(23), LONDON), RIGA, [moment(date(2026, 12, 1), quiet=True)], LONG_AGO, date.max)
    assert one.skipped == "quiet"


def test_the_last_working_day_is_one_on_which_people_work() -> None:
    off = [moment(date(2026, 12, 31), off=True)]
    rule = rules.rule_of(Wanted("working", times=3))
    found = series.occurrences(plan(rule, START, time(12)), RIGA, off, LONG_AGO, date.max)
    assert [one.day for one in found] == [date(2026, 11, 30), date(2026, 12, 30), date(2027, 1, 29)]


def test_what_is_past_is_left_out() -> None:
    now = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)  # noon in Riga
    found = series.occurrences(plan("FREQ=DAILY;COUNT=3", START, time(12)), RIGA, [], now, date.max)
    assert [one.skipped for one in found] == ["past", "past", ""]
