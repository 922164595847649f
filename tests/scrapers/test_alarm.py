"""The term alarm: when it comes on, how long it stays, and that both stores count the same weeks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from outreach.core.db import Store
from scrapers import alarm as term
from scrapers.models import Mention
from scrapers.recall import Share
from scrapers.trendmath import LONGEST, PAST_WEEKS, Alarm, WeekUse, alarm, monday_of, rises
from tests.benchmarks.replay import listening
from tests.support import mentions

RIGA = ZoneInfo("Europe/Riga")
FIRST = date(2026, 3, 2)
CALM = [(10, 1)] * PAST_WEEKS


def weeks(*told: tuple[int, int], running: bool = False) -> list[WeekUse]:
    """Uses and cases of weeks in a row."""
    made = [WeekUse(FIRST + timedelta(weeks=place), uses, cases) for place, (uses, cases) in enumerate(told)]
    return [*made[:-1], WeekUse(made[-1].monday, made[-1].uses, made[-1].cases, whole=False)] if running else made


@pytest.mark.parametrize(
    ("told", "is_on"),
    [
        ([*CALM, (10, 1)], False),
        ([*CALM, (12, 3)], False),  # a quarter of twelve may be chance: its interval begins below the past's tenth
        ([*CALM, (10, 6)], True),
        ([*CALM, (4, 4)], False),  # too few uses
        ([*CALM, (100, 2)], False),
        ([(1, 0)] * PAST_WEEKS + [(9, 2)], False),  # two cases are no rise
        ([(1, 0)] * PAST_WEEKS + [(9, 3)], True),
        ([(0, 0)] * PAST_WEEKS + [(30, 30)], False),  # without a past nothing is beyond it
        ([(30, 30)], False),
        ([], False),
    ],
)
def test_it_comes_on_when_the_share_is_surely_beyond_its_past(told: Sequence[tuple[int, int]], is_on: bool) -> None:
    assert (alarm(weeks(*told)) is not None) is is_on


def test_a_running_week_is_enough_to_bring_it_on_and_never_to_end_it() -> None:
    on = alarm(weeks(*CALM, (12, 8), running=True))
    assert on == Alarm(FIRST + timedelta(weeks=26), Share(8, 12), Share(26, 260))
    assert alarm(weeks(*CALM, (12, 8), (9, 0), running=True)) is not None
    assert alarm(weeks(*CALM, (12, 8), (9, 0))) is None


def test_it_does_not_flicker() -> None:
    """A week that alone would not have brought it on, or one with next to no uses, leaves it on against the same past."""
    told = [*CALM, (12, 8), (12, 3), (2, 0)]
    assert not rises(weeks(*told)[-2], Share(26, 260))
    on = alarm(weeks(*told))
    assert on == Alarm(FIRST + timedelta(weeks=26), Share(11, 26), Share(26, 260))
    assert alarm(weeks(*told, (12, 1))) is None


def test_what_lasts_becomes_the_past_and_the_alarm_ends() -> None:
    high = (10, 6)
    lengths = [length for length in range(1, 40) if alarm(weeks(*CALM, *[high] * length)) is not None]
    assert lengths[:LONGEST] == [*range(1, LONGEST + 1)]
    assert 39 not in lengths
    assert alarm(weeks(*[high] * 40)) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (max(pair), min(pair))), max_size=60))
def test_on_means_that_one_of_the_last_weeks_rose_and_none_fell_back_since(told: list[tuple[int, int]]) -> None:
    made = weeks(*told) if told else []
    on = alarm(made)
    if on is None:
        assert not made or not rises(made[-1], Share(sum(one.cases for one in made[-27:-1]), sum(one.uses for one in made[-27:-1])))
        return
    since = [one.monday for one in made].index(on.since)
    assert len(made) - since <= LONGEST
    assert rises(made[since], on.past)
    assert all(one.uses < 5 or (one.share.value or 0) > (on.past.value or 0) for one in made[since:])


# The office's Monday begins at 22:00 UTC on Sunday in winter, at 21:00 in summer.
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def put(store: Store, at: datetime, sense: str, lang: str = "lv", *, has_word: bool = True) -> int:
    with store.transaction() as session:
        number = mentions.mention(session, at, sense=sense, lang=lang, relevant=sense == "return")
        session.execute(update(Mention).where(Mention.id == number).values(has_word=has_word))
    return number


def counted(store: Store, now: datetime = NOW, count: int = term.WEEKS) -> dict[str, dict[date, tuple[int, int]]]:
    with store.reading() as session:
        told = term.weeks(session, now, RIGA, count)
    assert all([one.monday for one in rows] == sorted(one.monday for one in rows) for rows in told.values())
    assert all(one.monday.weekday() == 0 and one.whole is (one is not rows[-1]) for rows in told.values() for one in rows)
    return {language: {one.monday: (one.uses, one.cases) for one in rows if one.uses} for language, rows in told.items()}


def test_the_weeks_are_the_office_s_and_count_the_word_alone(store: Store) -> None:
    for at in (
        datetime(2026, 10, 18, 20, 59, tzinfo=UTC),  # Sunday before midnight, summer time
        datetime(2026, 10, 18, 21, 0, tzinfo=UTC),  # Monday
        datetime(2026, 10, 25, 21, 30, tzinfo=UTC),  # the clock went back: Sunday still
        datetime(2026, 10, 25, 22, 0, tzinfo=UTC),  # Monday
        datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    ):
        put(store, at, "expulsion")
    put(store, datetime(2026, 11, 25, 9, 1, tzinfo=UTC), "return")
    put(store, datetime(2026, 11, 25, 9, 2, tzinfo=UTC), "return", has_word=False)
    put(store, datetime(2026, 11, 25, 9, 3, tzinfo=UTC), "expulsion", "ru")
    put(store, datetime(2026, 11, 25, 9, 4, tzinfo=UTC), "expulsion", "en")
    expected = {
        "lv": {date(2026, 10, 12): (1, 1), date(2026, 10, 19): (2, 2), date(2026, 10, 26): (1, 1), date(2026, 11, 23): (2, 1)},
        "ru": {date(2026, 11, 23): (1, 1)},
    }
    assert counted(store) == expected
    assert counted(store, count=1) == {"lv": {date(2026, 11, 23): (2, 1)}, "ru": {date(2026, 11, 23): (1, 1)}}


def test_past_weeks_are_counted_once_a_day_the_last_two_each_time(store: Store) -> None:
    old = put(store, datetime(2026, 9, 2, 9, 0, tzinfo=UTC), "expulsion")
    last = put(store, datetime(2026, 11, 17, 9, 0, tzinfo=UTC), "expulsion")
    assert counted(store)["lv"] == {date(2026, 8, 31): (1, 1), date(2026, 11, 16): (1, 1)}
    with store.transaction() as session:
        session.execute(update(Mention).where(Mention.id.in_((old, last))).values(sense="return"))
    assert counted(store)["lv"] == {date(2026, 8, 31): (1, 1), date(2026, 11, 16): (1, 0)}
    assert counted(store, NOW + timedelta(days=1))["lv"] == {date(2026, 8, 31): (1, 0), date(2026, 11, 16): (1, 0)}


def test_the_alarm_of_an_office_is_found_by_one_question_and_held(store: Store) -> None:
    for back in range(26, 0, -1):
        put(store, NOW - timedelta(weeks=back), "return")
    for minute in range(5):
        put(store, NOW - timedelta(minutes=30 - minute), "expulsion")
    with store.reading() as session, listening(store.engine) as heard:
        found = term.current(session, NOW, RIGA)
        assert len(heard.statements) == 1
        assert found.keys() == {"lv"}
        assert (found["lv"].since, found["lv"].past) == (monday_of(NOW.date()), Share(0, 26))
        session.execute(select(Mention.id))
        assert term.current(session, NOW + timedelta(minutes=9), RIGA) == found
        assert len(heard.statements) == 2
    with store.transaction() as session:
        session.execute(update(Mention).values(sense="return"))
    with store.reading() as session:
        assert term.current(session, NOW + timedelta(minutes=9), RIGA) == found
        term.forget(session)
        assert term.current(session, NOW + timedelta(minutes=9), RIGA) == {}
