"""Why something was missed: a table of facts and causes, and the facts as the store tells them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from scrapers import misses
from scrapers.canonical import canonical
from scrapers.folding import SAME_AS
from scrapers.misses import Facts, Sought, Stored, cause
from scrapers.models import Article, Mention, Source
from scrapers.queries import SourceState
from tests.benchmarks.replay import listening
from tests.scrapers.test_recall import NOW, URL, ago, article, outlet
from tests.support import mentions

SEEN = NOW - timedelta(hours=3)


def stored(state: str = "feed", **more: Any) -> Facts:
    return Facts("avize.example", Stored(1, "Mājās", state, SEEN, **more))


def source(state: str = "healthy", **more: Any) -> SourceState:
    told: dict[str, Any] = dict.fromkeys(SourceState.__dataclass_fields__)
    told |= {"id": 1, "name": "Avīze", "enabled": True, "state": state, "reason_facts": {}, "settings": {}}
    return SourceState(**{**told, **more})


def read_by(*sources: SourceState, published: datetime | None = None) -> Facts:
    return Facts("avize.example", None, sources, published)


CAUSES = {
    "a mention": (stored(mention_id=7), "mention"),
    "beside the article": (stored(mention_id=7, outside=True), "outside"),
    "deleted": (stored("deleted", reason_facts={"actor": "x", "at": SEEN.isoformat()}), "deleted"),
    "its page waits": (stored("pending"), "pending"),
    "its page waits after a failure": (stored("pending", reason_key="http.timeout"), "pending"),
    "robots forbid its page": (stored("failed", reason_key="scrapers.robots"), "robots"),
    "robots forbid its page for good": (stored("summary", reason_key="scrapers.robots"), "robots"),
    "its page failed": (stored("failed", reason_key="scrapers.not_found"), "text_failed"),
    "only its lead was read": (stored("summary", reason_key="scrapers.page_old"), "summary"),
    "read whole": (stored("page"), "judged_none"),
    "read whole in the feed": (stored("feed"), "judged_none"),
    "nobody reads there": (read_by(), "no_source"),
    "not in the list": (read_by(source()), "not_listed"),
    "slow": (read_by(source("slow")), "not_listed"),
    "moved": (read_by(source("moved")), "not_listed"),
    "never asked": (read_by(source("new")), "new"),
    "empty": (read_by(source("empty")), "empty"),
    "silent": (read_by(source("silent")), "silent"),
    "erring": (read_by(source("erring", reason_key="http.timeout")), "erring"),
    "erring by robots": (read_by(source("erring", reason_key="scrapers.robots")), "robots"),
    "blocked": (read_by(source("blocked")), "blocked"),
    "gone": (read_by(source("gone")), "gone"),
    "paused": (read_by(source("paused", enabled=False)), "paused"),
    "a state that nobody knows yet": (read_by(source("asleep")), "erring"),
    "the best off of several tells": (read_by(source("paused", enabled=False), source("erring"), source("silent")), "silent"),
    "one that reads tells first": (read_by(source("blocked"), source()), "not_listed"),
    "the trouble began long after": (read_by(source("erring", state_since=NOW), published=ago(days=5)), "not_listed"),
    "the trouble was there": (read_by(source("erring", state_since=ago(days=6)), published=ago(days=5)), "erring"),
    "paused long after": (read_by(source("paused", enabled=False, state_since=NOW), published=ago(days=5)), "not_listed"),
}  # fmt: skip


@pytest.mark.parametrize("case", CAUSES)
def test_the_cause(case: str) -> None:
    facts, name = CAUSES[case]
    assert cause(facts).name == name


def test_every_cause_is_reached() -> None:
    assert {name for _, name in CAUSES.values()} == {*misses.CAUSES}


def test_a_cause_says_who_since_when_and_why() -> None:
    told = cause(read_by(source("erring", state_since=ago(days=4), reason_key="http.timeout", reason_facts={"seconds": 30}))).facts
    assert told == {"source": "Avīze", "source_id": 1, "since": ago(days=4).isoformat(), "reason_key": "http.timeout", "reason": {"seconds": 30}}
    assert cause(stored("deleted", reason_facts={"actor": "ieva", "at": "2026-11-01T10:00:00+00:00"})).facts["actor"] == "ieva"
    assert cause(read_by()).facts == {"host": "avize.example"}


def test_a_report_is_an_entry_with_its_cause(store: Store) -> None:
    with store.transaction() as session:
        number = outlet(session, state="erring", state_since=ago(days=4), reason_key="http.timeout", reason_facts={"host": "a", "seconds": 3})
        made = misses.report(session, NOW, "comms@example.org", "www.avize.example/raksti/1?utm_source=x", " Mājās ")
        assert made.mention_id is None and made.miss_id is not None
        seen = misses.one(session, made.miss_id)
        assert seen is not None
        assert (seen.cause.name, seen.cause.facts["source_id"], seen.title, seen.mention_id) == ("erring", number, "Mājās", None)
        assert misses.missed(session) == [seen]
        assert misses.missed(session, before=seen.id) == []


def test_what_is_a_mention_was_not_missed(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, SEEN)
        address = session.get_one(Article, session.get_one(Mention, number).article_id).url
        assert misses.report(session, NOW, "x", f"{address}?fbclid=1", "").mention_id == number
        assert misses.missed(session) == []
        session.get_one(Mention, number).outside = True
        session.flush()
        made = misses.report(session, NOW, "x", address, "")
        assert made.miss_id is not None
        [seen] = misses.missed(session)
        assert (seen.cause.name, seen.mention_id) == ("outside", number)


def test_a_headline_finds_it_at_another_address(store: Store) -> None:
    with store.transaction() as session:
        article(session, outlet(session), "https://avize.example/cits", "Ozolu ģimene atgriežas mājās", SEEN)
        misses.report(session, NOW, "x", URL, "OZOLU ģimene atgriežas mājās")
        [seen] = misses.missed(session)
        assert seen.cause.name == "judged_none"


def test_what_was_folded_into_another_is_that_one(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, SEEN)
        kept = session.get_one(Article, session.get_one(Mention, number).article_id)
        article(session, kept.source_id, URL, "x", SEEN, text_reason_key=SAME_AS, text_reason_facts={"url": kept.url})
        assert misses.report(session, NOW, "x", URL, "").mention_id == number


HOSTS = [
    ("https://avize.example/1", ["https://avize.example/"]), ("https://www.avize.example/1", ["https://avize.example/"]), ("https://m.avize.example/1", ["https://avize.example/"]),
    ("https://sports.avize.example/1", ["https://sports.avize.example/"]), ("https://kultura.avize.example/1", ["https://avize.example/"]),
    ("https://avize2.example/1", []), ("https://example/1", []), ("https://plusma.example/1", ["https://cita.example/"]),
]  # fmt: skip


@pytest.mark.parametrize(("url", "names"), HOSTS, ids=[url for url, _ in HOSTS])
def test_which_sources_read_at_a_host(store: Store, url: str, names: list[str]) -> None:
    with store.transaction() as session:
        for site in ("https://avize.example/", "https://sports.avize.example/", "https://cita.example/", "https://100%.example/"):
            outlet(session, site)
        session.query(Source).filter_by(site="https://cita.example/").update({"settings": {"url": "http://plusma.example/rss"}})
        address = canonical(url)
        assert [one.name for one in misses.outlets(session, [address]).get(address, [])] == names


@pytest.mark.parametrize("url", ["", "nekas", "javascript:alert(1)", "https://", "https://a b.example/", "ftp://a.example/x", "https://user:x@a.example/"])
def test_what_is_no_address(store: Store, url: str) -> None:
    with store.transaction() as session, pytest.raises(OutreachError) as told:
        misses.report(session, NOW, "x", url, "")
    assert told.value.key == "recall.error.address"


def test_a_miss_is_tied_to_what_comes_later(store: Store) -> None:
    with store.transaction() as session:
        misses.report(session, ago(days=2), "x", URL, "")
        assert misses.link(session, NOW) == 0
        number = mentions.mention(session, NOW)
        row = session.get_one(Article, session.get_one(Mention, number).article_id)
        row.url = row.canonical_url = URL
        session.flush()
        assert misses.link(session, NOW) == 1
        [seen] = misses.missed(session)
        assert (seen.mention_id, seen.cause.name) == (number, "no_source")


def test_facts_of_many_cost_as_much_as_of_one(store: Store) -> None:
    with store.transaction() as session:
        for number in range(20):
            outlet(session, f"https://avize{number}.example/")
        with listening(store.engine) as heard:
            told = misses.facts_of(session, [Sought(f"https://avize{number}.example/1") for number in range(20)], NOW)
        assert len(heard.statements) <= 3
        assert {cause(facts).name for facts in told.values()} == {"new"}
