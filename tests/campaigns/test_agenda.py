"""The calendar's days: weeks, months, bars, the nights when the clocks change, and the readers' hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import agenda
from campaigns.audience import audience
from campaigns.moments import Moment
from campaigns.overview import Stretch
from campaigns.queries import DeliverySeen

RIGA = ZoneInfo("Europe/Riga")
DAYS = st.dates(date(1992, 1, 1), date(2198, 12, 31))


def delivery(number: int, due_at: datetime) -> DeliverySeen:
    return DeliverySeen(
        delivery_id=number, post_id=1, title="t", language="lv", campaign_id=1, campaign_name="c", channel_id=1,
        channel="k", channel_paused=False, pause_reason=None, approved=True, status="scheduled", due_at=due_at,
        next_try_at=None, attempts=0, published_at=None, receipt_url=None, error_key=None, error_facts={}, code="x",
        clicks=0, campaign_language=None,
    )  # fmt: skip


def feast(day: date, *, day_off: bool = False, quiet: bool = False, until: date | None = None) -> Moment:
    return Moment("k", {"lv": "v"}, "holiday", day, until or day, day_off, quiet, "", True)


@pytest.mark.parametrize(
    ("view", "day", "first", "last"),
    [
        ("week", "2026-11-23", "2026-11-23", "2026-11-29"),
        ("week", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("week", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("month", "2026-11-23", "2026-10-26", "2026-12-06"),
        ("month", "2027-02-10", "2027-02-01", "2027-02-28"),
        ("month", "2026-12-31", "2026-11-30", "2027-01-03"),
        ("list", "2026-11-23", "2026-11-23", "2026-12-20"),
    ],
)
def test_the_days_of_a_page(view: str, day: str, first: str, last: str) -> None:
    assert agenda.span(view, date.fromisoformat(day)) == (date.fromisoformat(first), date.fromisoformat(last))


@given(DAYS, st.sampled_from(agenda.VIEWS))
def test_pages_follow_each_other_without_a_gap(day: date, view: str) -> None:
    first, last = agenda.span(view, day)
    before, after = agenda.neighbours(view, day)
    assert first <= day <= last
    assert agenda.span(view, after)[0] <= last + timedelta(days=1)
    assert agenda.span(view, after)[1] > last
    assert agenda.span(view, before)[1] >= first - timedelta(days=1)
    assert agenda.span(view, before)[0] < first
    if view != "list":
        assert first.isoweekday() == 1
        assert last.isoweekday() == 7


def test_the_autumn_night_has_its_hour_twice_on_one_day() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert [one.astimezone(RIGA).hour for one in (first, second)] == [3, 3]
    week = agenda.days(date(2026, 10, 19), date(2026, 10, 25), RIGA, [delivery(1, first), delivery(2, second)], [])
    assert [one.delivery_id for one in week[6].deliveries] == [1, 2]
    assert [one.hours for one in week] == [24] * 6 + [25]


def test_the_spring_night_is_an_hour_short() -> None:
    since, until = agenda.moments_between(date(2026, 3, 29), date(2026, 3, 29), RIGA)
    assert (since, until) == (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 21, 0, tzinfo=UTC))
    late = delivery(1, until - timedelta(minutes=1))
    assert agenda.days(date(2026, 3, 29), date(2026, 3, 29), RIGA, [late], [])[0].deliveries == (late,)
    assert agenda.days(date(2026, 3, 29), date(2026, 3, 29), RIGA, [], [])[0].hours == 23


def test_midnight_belongs_to_the_day_that_begins() -> None:
    midnight = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 00:00 on the 24th in Riga
    days = agenda.days(date(2026, 11, 23), date(2026, 11, 24), RIGA, [delivery(1, midnight)], [])
    assert [len(one.deliveries) for one in days] == [0, 1]


def test_free_and_quiet_days_show_and_seasons_do_not_make_days_free() -> None:
    moments = [
        feast(date(2026, 11, 18), day_off=True),
        feast(date(2026, 11, 19), quiet=True),
        feast(date(2026, 11, 1), until=date(2026, 11, 30)),
    ]
    week = agenda.days(date(2026, 11, 16), date(2026, 11, 22), RIGA, [], moments)
    assert [one.off for one in week] == [False, False, True, False, False, True, True]
    assert [one.quiet for one in week] == [False, False, False, True, False, False, False]
    assert [len(one.moments) for one in week] == [0, 0, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("starts", "ends", "bar"),
    [
        ("2026-11-18", "2026-11-20", (3, 5, False, False)),
        ("2026-11-01", "2026-11-16", (1, 1, True, False)),
        ("2026-11-22", "2026-12-24", (7, 7, False, True)),
        ("2026-11-01", None, (1, 7, True, True)),
        ("2026-11-01", "2026-11-15", None),
        ("2026-11-23", None, None),
    ],
)
def test_campaigns_are_bars_over_the_week(starts: str, ends: str | None, bar: tuple[int, int, bool, bool] | None) -> None:
    stretch = Stretch(1, "n", date.fromisoformat(starts), date.fromisoformat(ends) if ends else None)
    drawn = agenda.bars(date(2026, 11, 16), date(2026, 11, 22), [stretch])
    assert [(one.start, one.end, one.began_before, one.goes_on) for one in drawn] == ([bar] if bar else [])


@pytest.mark.parametrize(
    ("campaign", "post", "hour"),
    [
        (None, "en", "07:30"), ("en", "lv", "07:30"), ("de", "lv", "08:30"), ("en", "de", "08:30"), (None, "no", "08:30"), ("lv", "en", "07:30"),
        (None, "lv", None), ("lv", "ru", None),
    ],
)  # fmt: skip
def test_the_readers_hour_beside_ours(campaign: str | None, post: str, hour: str | None) -> None:
    moment = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    found = audience(campaign, post)
    assert (f"{moment.astimezone(found.zone):%H:%M}" if found else None) == hour


def test_a_day_draws_its_first_and_counts_them_all_over_both_clock_changes() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        began = datetime.combine(day - timedelta(days=1), time(), tzinfo=RIGA).astimezone(UTC)
        due = [delivery(n, began + timedelta(minutes=30 * n)) for n in range(3 * 48)]
        chosen, counts = agenda.first_of_days(due, RIGA, 2)
        by_day: dict[date, list[int]] = {}
        for one in due:
            by_day.setdefault(one.due_at.astimezone(RIGA).date(), []).append(one.delivery_id)
        assert counts == {key: len(ids) for key, ids in by_day.items()}
        assert chosen == [number for ids in by_day.values() for number in ids[:2]]
    assert agenda.first_of_days([], RIGA, 2) == ([], {})
