"""The measure of collecting: known publications, tables of them, when they count as found, a week's figures."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers import recall
from scrapers.models import Article, Canary, Source
from scrapers.recall import Known, Share

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
RIGA = ZoneInfo("Europe/Riga")
URL = "https://avize.example/raksti/1"


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def outlet(session: Session, site: str = "https://avize.example/", **more: object) -> int:
    row = Source(name=site, tier="local", kind="feed", settings={"url": f"{site}rss"}, site=site, **more)
    session.add(row)
    session.flush()
    return row.id


def article(session: Session, source_id: int, url: str, title: str, seen: datetime, **more: object) -> int:
    row = Article(source_id=source_id, url=url, canonical_url=url, title=title, first_seen_at=seen, text_state="feed", **more)
    session.add(row)
    session.flush()
    return row.id


def known(url: str = URL, title: str = "", published: datetime = NOW - timedelta(hours=5)) -> Known:
    return Known(url, title, published)


TABLES = [
    ("https://a.example/1,Mājās,2026-11-20 10:30", [("https://a.example/1", "Mājās", datetime(2026, 11, 20, 8, 30, tzinfo=UTC))], []),
    ("Kad;Adrese;Virsraksts\n20.11.2026 10:30;https://a.example/1;Atkal, mājās", [("https://a.example/1", "Atkal, mājās", datetime(2026, 11, 20, 8, 30, tzinfo=UTC))], []),
    ("url\tpublished\na.example/1\t2026-11-20T08:30:00Z", [("https://a.example/1", "", datetime(2026, 11, 20, 8, 30, tzinfo=UTC))], []),
    ("https://a.example/1,x,2026-11-20 10:30\n\nnekas,y,2026-11-20 10:30\nhttps://a.example/2,z,kaut kad", [("https://a.example/1", "x", datetime(2026, 11, 20, 8, 30, tzinfo=UTC))],
     [(3, "recall.error.address"), (4, "recall.error.date")]),
    ("https://a.example/1,x,2026-12-24 10:30", [], [(1, "recall.error.future")]),
    ("javascript:alert(1),x,2026-11-20 10:30", [], [(1, "recall.error.address")]),
    ("   ", [], [(1, "recall.error.empty")]),
    ("url,title,published", [], [(1, "recall.error.empty")]),
    ("https://a.example/1,x,2026-11-20\n" * 502, [], [(502, "recall.error.many")]),
]  # fmt: skip


@pytest.mark.parametrize(("told", "found", "wrong"), TABLES, ids=range(len(TABLES)))
def test_a_table_as_people_paste_it(told: str, found: list[tuple[str, str, datetime]], wrong: list[tuple[int, str]]) -> None:
    rows, errors = recall.read_table(told, RIGA, NOW)
    assert [(one.url, one.title, one.published_at) for one in rows] == found
    assert [(line, error.key) for line, error in errors] == wrong


def test_a_publication_is_added_once(store: Store) -> None:
    with store.transaction() as session:
        assert len(recall.add(session, NOW, "x", [known(), known(f"{URL}?utm_source=rss"), known("https://b.example/2")])) == 2
        assert recall.add(session, NOW, "x", [known()]) == []
        [first, second] = recall.canaries(session)[::-1]
        assert recall.drop(session, first.id)
        assert not recall.drop(session, first.id)
        assert [one.id for one in recall.canaries(session)] == [second.id]


CASES = {
    "by its address": (URL, "Cits virsraksts rakstam te", {}, True),
    "under its headline at the outlet": ("https://avize.example/arhivs/99", "Ozolu ģimene ATGRIEŽAS mājās!", {}, True),
    "another headline": ("https://avize.example/arhivs/99", "Cits virsraksts rakstam te", {}, False),
    "brought by a person": (URL, "Ozolu ģimene atgriežas mājās", {"brought_by": "x"}, False),
    "the headline, brought by a person": ("https://avize.example/arhivs/99", "Ozolu ģimene atgriežas mājās", {"brought_by": "x"}, False),
    "taken away since": (URL, "Ozolu ģimene atgriežas mājās", {"text_state": "deleted"}, True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_when_a_publication_is_found(store: Store, case: str) -> None:
    url, title, more, is_found = CASES[case]
    with store.transaction() as session:
        source = outlet(session)
        number = article(session, source, url, title, ago(hours=4))
        for name, value in more.items():
            setattr(session.get_one(Article, number), name, value)
        recall.add(session, NOW, "x", [known(title="Ozolu ģimene atgriežas mājās")])
        assert recall.match(session, NOW) == int(is_found)
        [seen] = recall.canaries(session)
        assert (seen.article_id, seen.lateness) == ((number, timedelta(hours=1)) if is_found else (None, None))
        assert recall.match(session, NOW) == 0


def test_a_headline_counts_at_its_own_outlet_and_in_its_own_time_alone(store: Store) -> None:
    title = "Ozolu ģimene atgriežas mājās"
    with store.transaction() as session:
        here, there = outlet(session), outlet(session, "https://cita.example/")
        article(session, there, "https://cita.example/1", title, ago(hours=4))
        article(session, here, "https://avize.example/sens", title, ago(days=40))
        recall.add(session, NOW, "x", [known(title=title)])
        assert recall.match(session, NOW) == 0


def test_what_was_not_found_in_a_month_is_not_looked_for(store: Store) -> None:
    with store.transaction() as session:
        recall.add(session, NOW, "x", [known(published=ago(days=31))])
        article(session, outlet(session), URL, "x", ago(days=30))
        assert recall.match(session, NOW) == 0


def test_a_week_in_figures() -> None:
    told = [
        (ago(days=9), ago(days=9) + timedelta(minutes=30)),
        (ago(days=9), ago(days=8, hours=1)),
        (ago(days=9), ago(days=9) - timedelta(minutes=5)),  # noted too late
        (ago(days=9), None),
        (ago(hours=2), None),
        (ago(minutes=20), ago(minutes=10)),
    ]
    week = recall.week_of(date(2026, 11, 23), told, NOW)
    assert week.known == 6
    assert [(one.found, one.of) for one in week.within] == [(2, 5), (3, 4), (3, 4)]
    assert week.lateness == timedelta(minutes=20)
    assert recall.week_of(date(2026, 11, 23), [], NOW).lateness is None


def test_weeks_begin_on_the_offices_monday(store: Store) -> None:
    sunday_night = datetime(2026, 11, 22, 21, 59, tzinfo=UTC)
    with store.transaction() as session:
        recall.add(session, NOW, "x", [known(published=sunday_night), known("https://b.example/1", published=sunday_night + timedelta(minutes=1))])
        weeks = recall.weeks(session, NOW, RIGA, 3)
    assert [(week.monday, week.known) for week in weeks] == [(date(2026, 11, 9), 0), (date(2026, 11, 16), 1), (date(2026, 11, 23), 1)]


@pytest.mark.parametrize(("found", "of", "low", "high"), [(0, 3, 0, 0.56), (3, 3, 0.44, 1), (69, 100, 0.59, 0.77)])
def test_a_share_has_its_limits(found: int, of: int, low: float, high: float) -> None:
    limits = Share(found, of).limits
    assert limits == pytest.approx((low, high), abs=0.01)
    assert limits is not None and limits[0] <= found / of <= limits[1]
    assert Share(0, 0).limits is None and Share(0, 0).value is None


def test_the_unseen_are_those_without_a_mention(store: Store) -> None:
    with store.transaction() as session:
        number = article(session, outlet(session), URL, "x", ago(hours=4))
        recall.add(session, NOW, "x", [known(), known("https://b.example/1")])
        recall.match(session, NOW)
        assert {one.article_id for one in recall.unseen(session, ago(days=7), 10)} == {number, None}
        assert len(session.scalars(select(Canary)).all()) == 2
