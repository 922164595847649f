"""The strip of 90 days and what it says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import wiring
from outreach.web.sourcedays import LENGTH, strip, weeks
from scrapers.rhythms import Day, span

LAST = date(2026, 11, 23)
T = wiring.texts().in_language("lv")


def back(days: int, items: int, mentions: int = 0) -> Day:
    return Day(LAST - timedelta(days=days), items, mentions)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "0 rakstu 90 dienās"), ([back(0, 1)], "1 raksts 90 dienās"), ([back(3, 419, 2), back(80, 3)], "422 raksti 90 dienās, no tiem 2 pieminējumi, 3 dienas klusuma"),
        ([back(1, 10), back(90, 500)], "10 rakstu 90 dienās, 1 diena klusuma"), ([back(0, 0), back(11, 2)], "2 raksti 90 dienās, 11 dienu klusuma"),
    ],
    ids=["nothing", "one", "silence", "too old", "an empty day"],
)
def test_it_says_what_it_shows(days: list[Day], said: str) -> None:
    assert strip(days, LAST, T).described == said


def test_a_day_of_few_items_shows_beside_a_flood() -> None:
    drawn = strip([back(89, 1), back(0, 1_000, 1)], LAST, T)
    assert drawn.items == "M1 20v-2M179 20v-20"
    assert (drawn.mentions, drawn.marks) == ("M179 20v-2", "M179 23v4")
    assert (drawn.width, drawn.highest, drawn.first) == (180, 1_000, LAST - timedelta(days=89))


@given(st.dictionaries(st.integers(-3, 120), st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=130))
def test_whatever_comes_it_stays_inside(told: dict[int, tuple[int, int]]) -> None:
    days = [back(at, items, mentions) for at, (items, mentions) in told.items()]
    drawn = strip(days, LAST, T)
    bars = [part.split(" ") for part in (drawn.items + drawn.mentions).split("M") if part]
    assert all(0 < int(x) < drawn.width and 2 <= int(bar.removeprefix("20v-")) <= drawn.height for x, bar in bars)
    inside = [day for day in days if LAST - timedelta(days=LENGTH - 1) <= day.day <= LAST]
    assert drawn.total == sum(day.items for day in inside)
    assert sum(items for _, items, _ in weeks(inside, LAST)) == drawn.total
    assert sum(mentions for _, _, mentions in weeks(inside, LAST)) == sum(day.mentions for day in inside)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0, "1 min"), (600, "10 min"), (5_400, "90 min"), (7_200, "2 st."), (86_400, "24 st."), (172_800, "2 d."), (864_000, "10 d.")],
)
def test_a_length_of_time_in_its_largest_unit(seconds: int | None, said: str) -> None:
    assert span(T, seconds) == said
