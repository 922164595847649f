"""What a time brought, on both stores: counted by local days, known stories, texts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from outreach import wiring
from outreach.core.db import Store
from scrapers import morning
from scrapers.models import Article, Mention
from tests.support.mentions import mention, source

wiring.models()
RIGA = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 10, 26, 6, 0, tzinfo=UTC)


def test_days_are_those_on_the_wall_on_which_the_clock_is_set_back_too(store: Store) -> None:
    """The 25th of October has 25 hours in Riga: from 21:00 to 22:00 UTC of the next day."""
    with store.transaction() as session:
        outlet = source(session, "Avīze")
        for hour, minute, day in ((20, 59, 24), (21, 0, 24), (21, 59, 25), (22, 0, 25)):
            mention(session, datetime(2026, 10, day, hour, minute, tzinfo=UTC))
        mention(session, datetime(2026, 10, 25, 23, 0, tzinfo=UTC), sense="russia", relevant=False)
    with store.reading() as session:
        counts = morning.by_day(session, [date(2026, 10, day) for day in range(20, 28)], RIGA)
        empty = morning.by_day(session, [date(2026, 9, 1)], RIGA)
    assert counts == {
        date(2026, 10, 24): {outlet: 1}, date(2026, 10, 25): {outlet: 2}, date(2026, 10, 26): {outlet: 1}, date(2026, 10, 27): {},
    }  # fmt: skip
    assert empty == {}


def test_known_is_what_counted_before(store: Store) -> None:
    with store.transaction() as session:
        numbers = [
            mention(session, NOW - timedelta(hours=hours), relevant=relevant) for hours, relevant in ((30, True), (29, False), (1, True))
        ]
        stories = [session.get_one(Mention, number).story_id for number in numbers]
    with store.reading() as session:
        assert morning.told_before(session, [*stories, 999], NOW - timedelta(days=1)) == {stories[0]}
        assert morning.told_before(session, [], NOW) == frozenset()


def test_texts_are_whole_or_the_summary(store: Store) -> None:
    with store.transaction() as session:
        whole = mention(session, NOW, text="Viss teksts", summary="Īsumā")
        short = mention(session, NOW, summary="Īsumā")
        articles = [session.get_one(Article, session.get_one(Mention, number).article_id).id for number in (whole, short)]
    with store.reading() as session:
        assert dict(morning.texts(session, articles)) == dict(zip(articles, ("Viss teksts", "Īsumā"), strict=True))


def test_nothing_is_asked_about_no_mentions(store: Store) -> None:
    with store.reading() as session:
        assert morning.told(session, NOW - timedelta(days=1), NOW) == []
        assert morning.named(session, []) == morning.Named({}, {}, {})
        assert morning.topics(session) == []
