"""A source's past: its days, its answers, its cost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.testing import RecordedHttp
from scrapers import catalogue, outlets, probe, rhythms
from scrapers.models import SourceAnswer, SourceCost, SourceDay
from scrapers.rhythms import Cost, Day
from scrapers.robots import RobotsBook

NOW = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def added(session: Session, name: str) -> int:
    return catalogue.add(session, NOW, name, f"https://{name}.example/rss")


def test_days_come_by_source_in_order_and_only_since_then(app: App) -> None:
    with app.store.transaction() as session:
        one, other = added(session, "a"), added(session, "b")
        for number, day, items in ((one, 5, 3), (one, 2, 1), (other, 5, 7), (one, 1, 9)):
            session.add(SourceDay(source_id=number, day=date(2026, 11, day), items=items, mentions=1))
    with app.store.reading() as session:
        assert rhythms.days(session, date(2026, 11, 2)) == {
            one: [Day(date(2026, 11, 2), 1, 1), Day(date(2026, 11, 5), 3, 1)], other: [Day(date(2026, 11, 5), 7, 1)]
        }  # fmt: skip
        assert set(rhythms.days(session, date(2026, 11, 1), (other,))) == {other}


def test_the_last_answers_and_only_those_of_trouble(app: App) -> None:
    with app.store.transaction() as session:
        one, other = added(session, "a"), added(session, "b")
        for hours, number, state in ((5, one, "healthy"), (4, one, "erring"), (3, other, "erring"), (2, one, "slow"), (1, one, "blocked")):
            at = NOW - timedelta(hours=hours)
            session.add(SourceAnswer(source_id=number, at=at, until=at, state=state))
            session.flush()
    with app.store.reading() as session:
        assert [row.state for row in rhythms.answers(session, one)] == ["blocked", "slow", "erring", "healthy"]
        assert [row.state for row in rhythms.answers(session, one, troubles=True)] == ["blocked", "erring"]
        assert [row.state for row in rhythms.answers(session, one, 1)] == ["blocked"]


class _Paid:
    ceiling = 50_000

    def at_most(self, request: object) -> int:
        return 1

    def price(self, page: object) -> int:
        return 1


def test_only_what_charges_has_a_cost_that_of_this_month(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.store.transaction() as session:
        number = added(session, "a")
        session.add_all([SourceCost(source_id=number, month=month, spent=spent) for month, spent in (("2026-10", 9_000), ("2026-11", 1_500))])
    with app.store.reading() as session:
        row = outlets.one(session, NOW, number)
        assert row is not None
        assert rhythms.cost(session, row, NOW) is None
        monkeypatch.setattr(rhythms, "source_of", lambda kind, settings: _Paid())
        assert rhythms.cost(session, row, NOW) == Cost(1_500, 50_000)
        assert rhythms.cost(session, row, NOW + timedelta(hours=1)) == Cost(0, 50_000)


def test_what_charges_is_not_asked_only_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "source_of", lambda kind, settings: _Paid())
    http = RecordedHttp({})
    told = probe.try_out("feed", {"url": "https://a.example/rss"}, http, RobotsBook(), NOW)
    assert (told.state, told.items, told.reason_key, http.asked) == ("healthy", (), "scrapers.not_tried", [])
