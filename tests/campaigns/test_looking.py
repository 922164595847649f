"""Looking for posts in doubt: found, surely absent, or a person's question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from campaigns import looking, numbers, recording
from campaigns.channel import Limit, Looked, Outgoing, Receipt, Secrets, Terms
from campaigns.models import Delivery
from campaigns.outcome import ATTEMPTS
from campaigns.publish import publish_due
from outreach.core import registry
from outreach.core.errors import WireError
from outreach.core.http import Http
from tests.campaigns.desk import NOW, Desk, history

MINUTE = timedelta(minutes=1)
THERE = Looked("there", Receipt("https://a.example/7", "7"))
ABSENT, UNKNOWN = Looked("absent"), Looked("unknown")
script: dict[str, list[object]] = {"sent": [], "shown": []}
asked: list[tuple[Outgoing, datetime]] = []


@dataclass(frozen=True)
class Shown:
    """A platform that answers and shows what the test tells it to."""

    kind: ClassVar[str] = "shown"
    terms: ClassVar[Terms] = Terms(same="none", findable="text", pictures=4)

    place: str

    def limit(self, wire: Http) -> Limit | None:
        return None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        answer = script["sent"].pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Receipt)
        return answer

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        asked.append((outgoing, since))
        answer = script["shown"].pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Looked)
        return answer


@pytest.fixture(autouse=True)
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kind_of = registry.kind_of
    for module in (registry, recording, numbers):
        monkeypatch.setattr(
            module, "kind_of", lambda package, kind: Shown if kind == "shown" else kind_of(package, kind)
        )
    script.update(sent=[WireError("http.timeout", ambiguous=True)], shown=[])
    asked.clear()
    yield
    script.update(sent=[], shown=[])


@pytest.fixture
def doubted(desk: Desk) -> int:
    delivery = desk.plan(desk.channel("shown", place="x"))
    assert publish_due(desk.press()) == {"unconfirmed": 1}
    return delivery


def look(desk: Desk, after: timedelta, *shown: object) -> Mapping[str, int]:
    desk.clock.step(after)
    script["shown"] += shown
    went = looking.look_due(desk.press())
    assert script["shown"] == []
    return went


def test_found_it_is_published_with_its_address(desk: Desk, doubted: int) -> None:
    assert look(desk, timedelta(seconds=59)) == {}
    assert look(desk, timedelta(seconds=1), THERE) == {"published": 1}
    seen = desk.see(doubted)
    assert (seen.status, seen.receipt_url, seen.published_at) == ("published", "https://a.example/7", NOW)
    assert seen.error_key is None and look(desk, timedelta(days=2)) == {}
    ((outgoing, since),) = asked
    assert outgoing.key == desk.row(doubted).key and since == NOW - 5 * MINUTE


def test_absent_twice_it_is_sent_again_under_the_same_key(desk: Desk, doubted: int) -> None:
    assert look(desk, MINUTE, ABSENT) == {"unconfirmed": 1}
    assert look(desk, 4 * MINUTE, ABSENT) == {"scheduled": 1}
    script["sent"].append(THERE.receipt)
    assert publish_due(desk.press()) == {"published": 1}
    assert desk.row(doubted).attempts == 2
    with desk.store.reading() as session:
        assert history(session, doubted)[-4:] == ["unconfirmed", "scheduled", "sending", "published"]


@pytest.mark.parametrize("between", [UNKNOWN, WireError("http.refused"), THERE])
def test_absent_once_is_not_enough(desk: Desk, doubted: int, between: object) -> None:
    look(desk, MINUTE, ABSENT)
    look(desk, 4 * MINUTE, between)
    if between is not THERE:
        assert look(desk, 10 * MINUTE, ABSENT) == {"unconfirmed": 1}
        assert look(desk, 45 * MINUTE, ABSENT) == {"scheduled": 1}


def test_two_looks_too_close_together_are_one(desk: Desk, doubted: int) -> None:
    look(desk, MINUTE, ABSENT)
    with desk.store.transaction() as session:
        session.get_one(Delivery, doubted).look_at = desk.clock.now() + MINUTE
    assert look(desk, MINUTE, ABSENT) == {"unconfirmed": 1}


def test_past_its_window_it_is_not_sent_again(desk: Desk, doubted: int) -> None:
    with desk.store.transaction() as session:
        session.get_one(Delivery, doubted).not_after = NOW + 3 * MINUTE
    look(desk, MINUTE, ABSENT)
    assert look(desk, 4 * MINUTE, ABSENT) == {"failed": 1}
    assert desk.see(doubted).error_key == "campaigns.late_window"


def test_after_its_last_try_it_fails(desk: Desk, doubted: int) -> None:
    with desk.store.transaction() as session:
        session.get_one(Delivery, doubted).attempts = ATTEMPTS
    look(desk, MINUTE, ABSENT)
    assert look(desk, 4 * MINUTE, ABSENT) == {"failed": 1}


def test_it_is_looked_for_less_and_less_often_and_a_day_in_all(desk: Desk, doubted: int) -> None:
    moments = []
    while (at := desk.row(doubted).look_at) is not None:
        desk.clock.moment = at
        moments.append((at - NOW) // MINUTE)
        assert look(desk, timedelta(), UNKNOWN) == {"unconfirmed": 1}
    assert moments[:6] == [1, 5, 15, 60, 120, 180] and moments[-1] == 24 * 60
    assert desk.status(doubted) == "unconfirmed"


def test_a_person_s_decision_during_a_look_stands(desk: Desk, doubted: int) -> None:
    desk.clock.step(MINUTE)
    with desk.store.transaction() as session:
        sought = looking.seek(session, desk.clock.now(), doubted)
    assert sought is not None
    desk.settle(doubted, True, "https://a.example/by-hand")
    with desk.store.transaction() as session:
        assert looking.conclude(session, desk.clock.now(), sought, ABSENT, timedelta(hours=6)) is None
    assert desk.see(doubted).receipt_url == "https://a.example/by-hand" and desk.row(doubted).look_at is None


def test_after_a_crash_it_is_looked_for_too(desk: Desk) -> None:
    delivery = desk.plan(desk.channel("shown", place="x"))
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery)
        row.status, row.claimed_by, row.claimed_at, row.attempts = "sending", "gone", NOW, 1
    desk.clock.step(timedelta(hours=1))
    assert desk.sweep() == 1 and desk.status(delivery) == "unconfirmed"
    assert look(desk, MINUTE, THERE) == {"published": 1}


def test_a_channel_in_trouble_is_asked_once_a_round(desk: Desk) -> None:
    channel = desk.channel("shown", place="x")
    for _ in range(2):
        delivery = desk.plan(channel)
        with desk.store.transaction() as session:
            row = session.get_one(Delivery, delivery)
            row.status, row.claimed_at, row.look_at = "unconfirmed", NOW, NOW
    assert look(desk, timedelta(), WireError("http.refused")) == {"unconfirmed": 1}


def test_what_shows_nothing_waits_for_a_person(desk: Desk) -> None:
    delivery = desk.plan(desk.channel("telegram", chat="@birojs", token_env="T"))
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, delivery)
        row.status, row.claimed_by, row.claimed_at = "sending", "gone", NOW
    desk.clock.step(timedelta(hours=1))
    assert desk.sweep() == 1
    assert desk.row(delivery).look_at is None
