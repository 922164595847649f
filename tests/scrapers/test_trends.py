"""Trends: what stands out, and that a period is counted alike on both stores and as a plain reader would."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers import tallying, trends
from scrapers.models import Mention, MentionPlace
from scrapers.recall import Share
from scrapers.tallying import Count, Told
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion
from scrapers.trendmath import Spike, mondays, poisson_limit, spike, spikes
from scrapers.trends import Asked
from tests.benchmarks.replay import listening
from tests.support import mentions

RIGA = ZoneInfo("Europe/Riga")
TODAY = date(2026, 11, 26)
PLACES = ("Preiļu novads", "Ludzas novads", "Rēzekne")


@pytest.mark.parametrize(("mean", "limit"), [(0, 0), (0.5, 4), (1, 5), (4, 11), (10, 21), (50, 73), (600, 676)])
def test_the_limit_of_chance(mean: float, limit: int) -> None:
    """From a table of the Poisson distribution, 99.9 %."""
    assert poisson_limit(mean) == limit


@pytest.mark.parametrize(
    ("count", "past", "stands_out"),
    [
        (9, [2] * 12, True),
        (8, [2] * 12, False),
        (9, [2] * 7, False),  # too short a past
        (3, [0] * 12, False),  # too few to be an event
        (6, [0] * 12, True),
        (30, [2, 40, 3, 25, 8, 50, 1, 33, 12, 45, 5, 28], False),  # days that differ this much have no usual
        (9, [2] * 11 + [60], True),  # one earlier spike hides no later one
        (20, [10] * 12, False),
        (22, [10] * 12, True),
    ],
)
def test_a_day_stands_out_against_its_weekday(count: int, past: Sequence[int], stands_out: bool) -> None:
    assert (spike(TODAY, count, past) is not None) is stands_out


@given(st.integers(0, 60), st.lists(st.integers(0, 40), max_size=14))
def test_more_on_a_day_never_stands_out_less_and_the_limit_is_not_beyond_it(count: int, past: list[int]) -> None:
    told = spike(TODAY, count, past)
    if told is not None:
        assert told.usual <= told.limit < count
        assert spike(TODAY, count + 1, past) == Spike(TODAY, count + 1, told.usual, told.limit)
        assert len(past) >= 8


def test_weekdays_are_told_apart() -> None:
    """Twenty on every Thursday and none on Fridays: a Thursday of twenty is nothing, a Friday of eight is something."""
    first = TODAY - timedelta(weeks=20)
    counts = {first + timedelta(days=n): 20 if n % 7 == 0 else 0 for n in range(141)}
    friday = TODAY - timedelta(days=6)
    assert friday in counts
    counts[friday] = 8
    assert spikes(counts, TODAY - timedelta(days=60), TODAY) == [Spike(friday, 8, 0.0, 0)]
    assert spikes(counts, first, first + timedelta(days=60)) == []


def test_weeks_begin_on_monday() -> None:
    assert mondays(date(2026, 11, 23), 2) == [date(2026, 11, 16), date(2026, 11, 23)]
    assert mondays(date(2027, 1, 3), 2) == [date(2026, 12, 21), date(2026, 12, 28)]


TOLD = st.builds(Told, st.integers(1, 10**6), st.dates(TODAY, TODAY + timedelta(days=4)), st.integers(1, 3), st.sampled_from(["lv", "ru"]), st.integers(1, 5))


@given(st.lists(TOLD, max_size=30, unique_by=lambda one: one.id))
def test_counts_of_parts_make_up_the_whole(told: list[Told]) -> None:
    for counted in (tallying.by(told, lambda one: one.lang), tallying.by(told, lambda one: one.day)):
        assert sum(one.mentions for one in counted.values()) == len(told)
        assert all(1 <= one.stories <= one.mentions for one in counted.values())
        assert [one.mentions for one in counted.values()] == sorted((one.mentions for one in counted.values()), reverse=True)
    assert tallying.count(told) == Count(len(told), len({one.story_id for one in told}))


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=RIGA).astimezone(UTC)


def fill(session: Session) -> list[dict[str, object]]:
    """A past of 120 days by chance; what a plain reader would write down of each mention, in the order they came."""
    chance = Random(5)
    topic = Topic(version=2, created_at=at(TODAY))
    gone = Topic(version=1, created_at=at(TODAY), archived_at=at(TODAY))
    session.add_all([topic, gone])
    session.flush()
    for number, name, owner in ((1, "Vecais", topic), (2, "Balvas", topic), (1, "Beigts", gone)):
        session.add(TopicVersion(topic_id=owner.id, number=number, name=name, query="balva", at=at(TODAY), by="x"))
    for name, tier in (("Avīze", "local"), ("Ziņas", "national"), ("Diaspora", "diaspora")):
        mentions.source(session, name, tier)
    rows: list[dict[str, object]] = []
    stories: list[object] = []
    for back in range(120, -1, -1):
        day = TODAY - timedelta(days=back)
        for _ in range(chance.choice((0, 1, 2, 3)) if back != 3 else 14):
            sense = chance.choice(("return", "return", "return", "expulsion"))
            row: dict[str, object] = {
                "day": day, "outlet": "Diaspora" if back < 10 and chance.random() < 0.3 else chance.choice(("Avīze", "Ziņas")), "sense": sense,
                "lang": chance.choice(("lv", "ru")), "places": tuple(chance.sample(PLACES, chance.choice((0, 1, 2)))),
                "regions": tuple(chance.sample(trends.REGIONS, chance.choice((0, 0, 1, 2)))), "topic": chance.random() < 0.4,
                "story": chance.choice(stories[-3:]) if stories and chance.random() < 0.4 else None,
            }  # fmt: skip
            number = mentions.mention(
                session, at(day), f"Nr. {len(rows) + 1}", outlet=str(row["outlet"]), sense=sense, relevant=sense == "return", lang=str(row["lang"]),
                places=row["places"], story=row["story"],
            )  # fmt: skip
            session.add_all(MentionPlace(place=region, mention_id=number) for region in row["regions"])
            if row["topic"]:
                session.add(MentionTopic(topic_id=topic.id, mention_id=number))
            if row["story"] is None:
                row["story"] = session.get_one(Mention, number).story_id
                stories.append(row["story"])
            rows.append(row | {"id": number})
    return rows


FILTERS = [
    {}, {"sense": "return"}, {"sense": "expulsion"}, {"language": "ru"}, {"tier": "national"}, {"topic": 1}, {"only_place": "Rēzekne"},
    {"tier": "local", "language": "lv", "topic": 1}, {"topic": 99},
]  # fmt: skip


def test_a_period_is_counted_as_a_plain_reader_would(store: Store) -> None:
    with store.transaction() as session:
        rows = fill(session)
    tiers = {"Avīze": "local", "Ziņas": "national", "Diaspora": "diaspora"}
    with store.reading() as session:
        known = trends.names(session)
        assert known.topics == ((1, "Balvas"),)
        assert {one.name: one.tier for one in known.outlets.values()} == tiers
        for chosen in FILTERS:
            asked = Asked(TODAY - timedelta(days=29), TODAY, **chosen)
            wanted = [
                row for row in rows
                if asked.first <= row["day"] <= asked.last and row["sense"] == (asked.sense or "return")
                and asked.language in ("", row["lang"]) and asked.tier in ("", tiers[str(row["outlet"])])
                and (asked.topic is None or (asked.topic == 1 and row["topic"])) and (asked.only_place is None or asked.only_place in row["places"])
            ]  # fmt: skip
            with listening(store.engine) as heard:
                told = trends.trends(session, asked, known, RIGA, PLACES)
            assert len(heard.statements) <= 5
            assert not any("sentence" in one or ".text" in one or "matched" in one for one in heard.statements)
            assert told.total == Count(len(wanted), len({row["story"] for row in wanted}))
            assert {day: one.mentions for day, one in told.by_day.items()} == Counter(row["day"] for row in wanted)
            assert {week: one.mentions for week, one in told.by_week.items()} == Counter(row["day"] - timedelta(days=row["day"].weekday()) for row in wanted)
            assert {lang: one.mentions for lang, one in told.by_language.items()} == Counter(row["lang"] for row in wanted)
            assert {tier: one.mentions for tier, one in told.by_tier.items()} == Counter(tiers[str(row["outlet"])] for row in wanted)
            assert {known.outlets[one].name: count.mentions for one, count in told.by_outlet.items()} == Counter(row["outlet"] for row in wanted)
            places = Counter(place for row in wanted for place in row["places"])
            assert {place: one.mentions for place, one in told.by_place.items()} == ({} if asked.only_place else places)


def test_new_outlets_and_striking_days_tell_what_they_are_made_of(store: Store) -> None:
    with store.transaction() as session:
        rows = fill(session)
    with store.reading() as session:
        known = trends.names(session)
        told = trends.trends(session, Asked(TODAY - timedelta(days=29), TODAY), known, RIGA)
    first = next(row for row in rows if row["outlet"] == "Diaspora" and row["sense"] == "return")
    assert [(one.outlet.name, one.day, one.first.mention_id, one.first.title) for one in told.fresh] == [("Diaspora", first["day"], first["id"], f"Nr. {first['id']}")]
    [day] = told.days
    inside = [row for row in rows if row["day"] == TODAY - timedelta(days=3) and row["sense"] == "return"]
    assert day.spike.day == TODAY - timedelta(days=3)
    assert day.count == Count(len(inside), len({row["story"] for row in inside}))
    assert len(day.stories) + day.more == day.count.stories
    assert [one.count.mentions for one in day.stories] == sorted((one.count.mentions for one in day.stories), reverse=True)
    assert all(one.mention_id in {row["id"] for row in inside} for one in day.stories)


def test_the_share_of_voice_by_month(store: Store) -> None:
    with store.transaction() as session:
        rows = fill(session)
    with store.reading() as session:
        known = trends.names(session)
        asked = Asked(date(2026, 10, 5), TODAY)
        told = trends.voice(session, asked, known, RIGA)
    wanted = [row for row in rows if row["day"] >= asked.first and row["sense"] == "return"]
    named = [row for row in wanted if row["regions"]]
    assert told.named.mentions == len(named)
    assert list(told.months) == [date(2026, 10, 1), date(2026, 11, 1)]
    for region in trends.REGIONS:
        count = sum(region in row["regions"] for row in named)
        assert told.share[region] == Share(count, len(named))
        assert sum(month[region].mentions for month in told.months.values() if region in month) == count == told.total[region].mentions


def test_an_office_without_mentions_and_a_period_too_long(store: Store) -> None:
    with store.reading() as session:
        known = trends.names(session)
        told = trends.trends(session, Asked(TODAY, TODAY), known, RIGA, PLACES)
        assert (told.total, told.days, told.fresh, told.by_place) == (Count(), (), (), {})
        assert trends.voice(session, Asked(TODAY, TODAY), known, RIGA).named == Count()
        with pytest.raises(ValueError, match=r"2025-11-25\.\.2026-11-26"):
            trends.read(session, Asked(TODAY - timedelta(days=366), TODAY), known, RIGA)
