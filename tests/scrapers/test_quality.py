"""Precision and recall by week, with the limits between which they lie."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from outreach.core.db import Store
from scrapers import quality, verdicts
from scrapers.models import Canary, Mention, Miss
from tests.support import mentions

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)  # a Thursday
RIGA = ZoneInfo("Europe/Riga")
ACTOR = "anna@example.org"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, (None, None, None)),
        (10, 10, (1.0, 0.722, 1.0)),
        (0, 10, (0.0, 0.0, 0.278)),
        (5, 10, (0.5, 0.237, 0.763)),
        (95, 100, (0.95, 0.888, 0.978)),
        (1, 1, (1.0, 0.207, 1.0)),
    ],
)
def test_wilsons_interval(part: int, whole: int, told: tuple[float | None, ...]) -> None:
    found = quality.rated(part, whole)
    assert found == (told if whole == 0 else pytest.approx(told, abs=0.001))


def test_a_week_knows_its_rates() -> None:
    week = quality.WeekQuality(date(2026, 11, 23), judged=4, right=3, canaries=0, found=0, missed=2)
    assert week.precision == 0.75
    assert week.precision_low is not None and week.precision_high is not None
    assert week.precision_low < 0.75 < week.precision_high
    assert (week.recall, week.recall_low, week.recall_high) == (None, None, None)


def test_precision_is_of_what_the_watch_counted_and_people_judged(store: Store) -> None:
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW - timedelta(days=20)) for _ in range(7)]
        session.execute(update(Mention).where(Mention.id == ids[5]).values(judged_relevant=False, relevant=False))
        verdicts.judge(session, NOW - timedelta(days=7), ACTOR, ids[:1], "relevant")
        verdicts.judge(session, NOW, ACTOR, ids[1:3], "critical")
        verdicts.judge(session, NOW, ACTOR, ids[3:4], "irrelevant")
        verdicts.judge(session, NOW, ACTOR, ids[4:5], "duplicate")  # says nothing of the sense
        verdicts.judge(session, NOW, ACTOR, ids[5:6], "relevant")  # the watch had not counted it
        undone = verdicts.judge(session, NOW, ACTOR, ids[6:], "irrelevant")
        verdicts.undo(session, NOW, ACTOR, undone.name)
        verdicts.judge(session, NOW - timedelta(days=60), ACTOR, ids[6:], "wrong_sense", "russia")  # long ago
    with store.reading() as session:
        told = quality.weekly(session, RIGA, NOW, 3)
    assert [week.monday for week in told] == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
    assert [(week.judged, week.right) for week in told] == [(0, 0), (1, 1), (3, 2)]


def test_a_verdict_counts_in_the_week_of_the_last_word(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW - timedelta(days=20))
        verdicts.judge(session, NOW - timedelta(days=7), ACTOR, [number], "irrelevant")
        verdicts.judge(session, NOW, ACTOR, [number], "relevant")
    with store.reading() as session:
        told = quality.weekly(session, RIGA, NOW, 2)
    assert [(week.judged, week.right) for week in told] == [(0, 0), (1, 1)]


def test_recall_is_of_known_publications_that_are_mentions_by_now(store: Store) -> None:
    def canary(number: int, published: datetime, article: int | None) -> Canary:
        url = f"https://avize.example/{number}"
        return Canary(url=url, canonical_url=url, published_at=published, added_by=ACTOR, added_at=NOW, article_id=article)

    with store.transaction() as session:
        number = mentions.mention(session, NOW - timedelta(days=2))
        article = session.scalar(select(Mention.article_id).where(Mention.id == number))
        session.add_all(
            [
                canary(1, NOW - timedelta(days=2), article),
                canary(2, NOW - timedelta(days=2), None),
                canary(3, NOW - timedelta(hours=3), None),  # may still be found
                canary(4, NOW - timedelta(days=9), None),
            ]
        )
        session.add(Miss(url="https://cits.example/", title="", reported_by=ACTOR, reported_at=NOW, cause="no_source"))
    with store.reading() as session:
        told = quality.weekly(session, RIGA, NOW, 2)
    assert [(week.canaries, week.found, week.missed) for week in told] == [(1, 0, 0), (2, 1, 1)]
