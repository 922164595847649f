"""Kinds with a place of their own, and one that costs money, through whole rounds: nothing new twice, nothing paid twice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from outreach.core.app import App
from outreach.core.gear import Gear
from outreach.core.settings import HttpSettings
from outreach.core.testing import FixedClock
from scrapers import catalogue
from scrapers.collect import collect
from scrapers.due import LEASE
from scrapers.models import Article, Source, SourceCost
from tests.scrapers.gears import GEARS
from tests.scrapers.news import bridge, family, feed
from tests.support.hostile import Papers, Servers, Talk, page, papers, servers
from tests.support.letterbox import Letterbox
from tests.support.site import Site

Start = Callable[[App], Gear]
TOKEN = "AAAA-piemers"
PASSWORD = "parole-piemers"
# Longer than any rest after a failure.
DAY = timedelta(hours=26)


@pytest.fixture(params=GEARS)
def gear(request: pytest.FixtureRequest) -> Start:
    return GEARS[request.param]


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


@pytest.fixture
def started() -> Iterator[Servers]:
    with servers() as made:
        yield made


def add(app: App, name: str, kind: str, **told: object) -> int:
    with app.store.transaction() as session:
        return catalogue.add(session, app.clock.now(), name, kind=kind, language="lv", settings=told)


def row(app: App, number: int) -> Source:
    with app.store.reading() as session:
        return session.get_one(Source, number)


def urls(app: App, number: int) -> list[str]:
    with app.store.reading() as session:
        return list(session.scalars(select(Article.url).where(Article.source_id == number).order_by(Article.url)))


def spent(app: App) -> dict[str, int]:
    with app.store.reading() as session:
        return {one.month: one.spent for one in session.scalars(select(SourceCost))}


@dataclass
class Posts:
    """X's search on loopback: so many new posts an answer, and what it charges for them."""

    new: int = 10
    status: int = 200
    hangs_up: bool = False
    charged: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    last: int = 0

    def __call__(self, talk: Talk) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(talk.asked.target).query).items()}
        self.asked.append(query)
        assert talk.asked.headers["authorization"] == f"Bearer {TOKEN}"
        if self.hangs_up:
            return
        if self.status != 200:
            talk.send(page(json.dumps({"title": "x"}).encode(), self.status))
            return
        # Ids that are younger than a day, as the platform's are.
        first = 2_130_000_000_000_000_000
        ids = [str(first + self.last + number) for number in range(1, self.new + 1)]
        self.last += self.new
        self.charged += 5 * self.new
        rows = [{"id": one, "text": f"Tilts {one}", "created_at": "2026-11-23T10:00:00Z"} for one in ids]
        told: dict[str, Any] = {"data": rows, "meta": {"result_count": self.new, "newest_id": ids[-1] if ids else ""}}
        talk.send(page(json.dumps(told).encode(), content_type="application/json"))


@dataclass
class Paid:
    app: App
    posts: Posts
    number: int


@pytest.fixture
def paid(
    make_app: Callable[..., App], started: Servers, trust: Papers, monkeypatch: pytest.MonkeyPatch
) -> Paid:
    """A source of kind x whose month may cost one dollar, at half a cent a post and 20 posts an answer."""
    monkeypatch.setenv("OUTREACH_SOURCE_X_TOKEN", TOKEN)
    posts = Posts()
    server = started.server(posts, context=trust.server("127.0.0.1"))
    app = make_app(started.client(context=trust.client()), pages_per_poll=0)
    told = {"query": "Latgale", "monthly_ceiling": 1, "most": 20, "server": server.url("")}
    return Paid(app, posts, add(app, "X", "x", **told))


def test_a_ceiling_holds_over_the_rounds_of_a_month_and_the_next_one_begins_anew(
    paid: Paid, clock: FixedClock, gear: Start
) -> None:
    for _ in range(40):
        collect(paid.app, gear=gear(paid.app), ignore_schedule=True)
        clock.step(timedelta(minutes=10))
    # One dollar is 200 posts; an answer may have 20, so that none is asked with less than ten cents left.
    assert spent(paid.app) == {"2026-11": paid.posts.charged} == {"2026-11": 950}
    assert len(paid.posts.asked) == 19
    left = row(paid.app, paid.number)
    assert (left.state, left.reason_key) == ("erring", "scrapers.cost_ceiling")
    assert left.next_poll_at is not None
    clock.moment = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
    assert collect(paid.app, gear=gear(paid.app)).polled == 1
    assert row(paid.app, paid.number).state == "healthy"
    assert spent(paid.app) == {"2026-11": 950, "2026-12": 50}
    assert len(urls(paid.app, paid.number)) == paid.posts.last
    # A place is kept from poll to poll: no post is paid for twice.
    assert all("since_id" in query for query in paid.posts.asked[1:])


@pytest.mark.parametrize("status", [401, 402, 403, 429, 500])
def test_refusals_cost_nothing_however_many(paid: Paid, clock: FixedClock, gear: Start, status: int) -> None:
    paid.posts.status = status
    for _ in range(12):
        collect(paid.app, gear=gear(paid.app))
        clock.step(DAY / 6)
    assert len(paid.posts.asked) > 1
    assert sum(spent(paid.app).values()) == 0
    assert row(paid.app, paid.number).state == "erring"
    paid.posts.status = 200
    clock.step(DAY)
    assert collect(paid.app, gear=gear(paid.app)).new == 10
    assert sum(spent(paid.app).values()) == paid.posts.charged == 50


def test_a_question_without_an_answer_stays_paid_for(paid: Paid, clock: FixedClock, gear: Start) -> None:
    """A crash and a line that broke are the same: nobody knows what the platform counted."""
    paid.posts.hangs_up = True
    collect(paid.app, gear=gear(paid.app))
    assert (len(paid.posts.asked), spent(paid.app)) == (1, {"2026-11": 100})
    paid.posts.hangs_up = False
    for _ in range(40):
        collect(paid.app, gear=gear(paid.app), ignore_schedule=True)
        clock.step(timedelta(minutes=10))
    assert spent(paid.app)["2026-11"] == 100 + paid.posts.charged <= 1_000


def letter(number: int) -> bytes:
    return (
        f"From: zinas@x.example\r\nMessage-ID: <{number}@x.example>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f'<p><a href="https://x.example/raksts-{number}">Virsraksts ar vārdiem {number}</a></p>'
    ).encode()


@dataclass
class Posted:
    app: App
    box: Letterbox
    number: int


@pytest.fixture
def posted(
    app: App, started: Servers, trust: Papers, monkeypatch: pytest.MonkeyPatch, site: Site
) -> Posted:
    """A mailbox with two letters, beside a feed."""
    monkeypatch.setenv("OUTREACH_SOURCE_PASTS", PASSWORD)
    monkeypatch.setattr("outreach.core.imap.trusted", trust.client)
    box = Letterbox(trust, "zinas", PASSWORD, letters={1: letter(1), 2: letter(2)})
    server = started.server(box, raw=True)
    told = app.settings.model_copy(
        update={
            "http": HttpSettings(allow_private=True, total_seconds=30),
            "collect": app.settings.collect.model_copy(update={"pages_per_poll": 0}),
        }
    )
    app = replace(app, settings=told)
    number = add(app, "Pasts", "mailbox", host=f"127.0.0.1:{server.port}", account="zinas", password_env="OUTREACH_SOURCE_PASTS")
    site.put("/rss", feed(site.url(""), family(), bridge()))
    add(app, "Ziņas", "feed", url=site.url("/rss"))
    return Posted(app, box, number)


def test_a_mailbox_beside_feeds_is_read_on_from_its_place(posted: Posted, clock: FixedClock, gear: Start) -> None:
    app, box = posted.app, posted.box
    polled = collect(app, gear=gear(app))
    assert (polled.polled, polled.failed, polled.new) == (2, 0, 4)
    assert row(app, posted.number).bookmark == "7:2"
    for _ in range(3):
        clock.step(DAY)
        assert collect(app, gear=gear(app)).new == 0
        assert (row(app, posted.number).state, row(app, posted.number).bookmark) == ("healthy", "7:2")
    assert sorted(box.taken) == [1, 2]
    box.letters[5] = letter(5)
    clock.step(DAY)
    assert collect(app, gear=gear(app)).new == 1
    assert (row(app, posted.number).bookmark, sorted(box.taken)) == ("7:5", [1, 2, 5])
    # The folder is made anew: its letters are read again, and known again.
    box.validity, box.letters = 8, {1: letter(1), 2: letter(9)}
    clock.step(DAY)
    assert collect(app, gear=gear(app)).new == 1
    assert row(app, posted.number).bookmark == "8:2"
    assert urls(app, posted.number) == [f"https://x.example/raksts-{number}" for number in (1, 2, 5, 9)]


@pytest.mark.parametrize(
    ("wrong", "key"), [("password", "mailbox.login"), ("variable", "scrapers.secret_missing"), ("gone", "http.refused")]
)
def test_a_mailbox_that_lets_nobody_in_keeps_its_place(
    posted: Posted, clock: FixedClock, gear: Start, monkeypatch: pytest.MonkeyPatch, started: Servers, wrong: str, key: str
) -> None:
    app, box = posted.app, posted.box
    collect(app, gear=gear(app))
    box.letters[3] = letter(3)
    if wrong == "password":
        box.password = "cita"
    elif wrong == "variable":
        monkeypatch.delenv("OUTREACH_SOURCE_PASTS")
    else:
        started.started[0].close()
    clock.step(DAY)
    polled = collect(app, gear=gear(app))
    assert (polled.polled, polled.failed) == (2, 1)
    left = row(app, posted.number)
    assert (left.state, left.reason_key, left.bookmark) == ("erring", key, "7:2")
    assert PASSWORD not in json.dumps(left.reason_facts)
    assert "zinas@" not in json.dumps(left.reason_facts)
    if wrong == "password":
        box.password = PASSWORD
        clock.step(DAY)
        assert collect(app, gear=gear(app)).new == 1
        assert row(app, posted.number).bookmark == "7:3"


def test_a_mailbox_whose_round_was_cut_off_before_it_was_written_down_is_read_again(
    posted: Posted, clock: FixedClock, gear: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = posted.app

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("scrapers.bookkeeping.write", fail)
        with pytest.raises(RuntimeError):
            collect(app, gear=gear(app))
    assert (urls(app, posted.number), row(app, posted.number).bookmark) == ([], None)
    clock.step(LEASE + timedelta(seconds=1))
    assert collect(app, gear=gear(app)).new == 4
    assert row(app, posted.number).bookmark == "7:2"


def test_the_end_of_the_program_does_not_wait_for_a_mailbox_that_hangs(posted: Posted, gear: Start) -> None:
    """Its server notes whoever bears with it to the end, and the test fails then."""
    app, box = posted.app, posted.box
    slow = app.settings.model_copy(update={"http": HttpSettings(allow_private=True, total_seconds=60)})
    app = replace(app, settings=slow)

    def hang(talk: Talk) -> None:
        app.stopping.set()
        talk.hang()

    box.instead = hang
    assert collect(app, gear=gear(app)).failed == 0
    left = row(app, posted.number)
    assert (left.state, left.failures, left.claimed_until) == ("new", 0, None)
