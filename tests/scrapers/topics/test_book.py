"""The topics in force: filters on top of a query, what counts by them, and changes that are noticed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.testing import FixedClock
from scrapers.topicmodels import COUNTING
from scrapers.topics import book, editing
from scrapers.topics.book import TopicBook, compiled, counts
from scrapers.topics.draft import Draft
from scrapers.watch.words import Document
from tests.benchmarks.replay import listening
from tests.scrapers.topics.desk import NOW, OFFICE, document, topic, verdict

LAKES = "Pie ezera Preiļos dzīvo gulbji."


def of(query: str, **more: object) -> TopicBook:
    return compiled([(7, Draft("T", query, **more))], OFFICE)  # type: ignore[arg-type]


def test_a_topic_finds_its_words_in_all_forms() -> None:
    told = of("~ezers")
    assert told.topics_of(document(LAKES), verdict()) == ((7, 1.0),)
    assert told.topics_of(document("", "Ezeriem būt"), verdict()) == ((7, 1.0),)
    assert told.topics_of(document("Mežezera nav."), verdict()) == ()
    assert of("~ezers", off=("ezera",)).topics_of(document(LAKES), verdict()) == ()


def test_another_spelling_says_less() -> None:
    ((number, score),) = of("~koordinators").topics_of(document("Kordinators atbildēs."), verdict())
    assert number == 7 and 0 < score < 1


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"languages": ("lv",)}, True), ({"languages": ("ru", "en")}, False), ({"tiers": ("local", "regional")}, True), ({"tiers": ("national",)}, False),
        ({"senses": ("return",)}, False), ({"senses": ("other",)}, True), ({"senses": ("return", "other")}, True),
        ({"places": ("Preiļu novads",)}, True), ({"places": ("Preiļi",)}, True), ({"places": ("Ludzas novads",)}, False),
    ],
    ids=str,
)  # fmt: skip
def test_filters_stand_on_top_of_the_query(filters: dict[str, tuple[str, ...]], fits: bool) -> None:
    # The verdict "none" comes without places, and is "other" as a mention.
    told = of("~ezers", **filters).topics_of(document(LAKES, tier="regional"), verdict("none"))
    assert bool(told) is fits


def test_places_of_the_verdict_will_do() -> None:
    told = of("~ezers", places=("Ludzas novads",))
    assert told.topics_of(document("Pie ezera."), verdict("return", places=("Ludza",), within=("Ludzas novads",)))
    assert not told.topics_of(document("Pie ezera."), verdict("return", places=("Preiļi",), within=("Preiļu novads",)))
    asked = of('~ezers place:"Preiļu novads"')
    assert asked.asks_places and asked.topics_of(document(LAKES), verdict())
    assert not asked.topics_of(document("Pie ezera."), verdict())


def test_a_whole_page_belongs_to_no_topic() -> None:
    assert of("~ezers").topics_of(Document("", LAKES, whole_page=True), verdict()) == ()


def test_several_topics_keep_their_numbers() -> None:
    told = compiled([(3, Draft("A", "~upe")), (5, Draft("B", "~ezers")), (9, Draft("C", "gulbji source:Laiks"))], OFFICE)
    assert [number for number, _ in told.topics_of(document(LAKES, source="Laiks"), verdict())] == [5, 9]
    assert [number for number, _ in told.topics_of(document(LAKES, source="Diena"), verdict())] == [5]


def test_a_query_that_is_none_any_more_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    told = compiled([(1, Draft("A", "{nav tāda saraksta}")), (2, Draft("B", "~ezers"))], OFFICE)
    assert told.broken == (1,)
    assert told.topics_of(document(LAKES), verdict()) == ((2, 1.0),)
    assert "topic.broken" in caplog.text


@pytest.mark.parametrize(
    ("sense", "counting", "does"),
    [
        ("return", (), True), ("other", (), False), ("return", ("sense",), True), ("expulsion", ("sense",), False), ("return", ("never",), False),
        ("return", ("never", "sense"), True), ("expulsion", ("always", "never"), True), ("other", ("always",), True), ("none", ("never",), False),
    ],
)  # fmt: skip
def test_what_counts(sense: str, counting: tuple[str, ...], does: bool) -> None:
    told = compiled([(number, Draft(str(number), "~ezers", counting=one)) for number, one in enumerate(counting, 1)], OFFICE)
    assert told.relevant(verdict(sense), [(number, 1.0) for number, _ in enumerate(counting, 1)]) is does


@given(st.sampled_from(["return", "expulsion", "other"]), st.lists(st.sampled_from(COUNTING), max_size=4), st.sampled_from(COUNTING))
def test_another_topic_never_turns_the_rule_round(sense: str, counting: list[str], more: str) -> None:
    before, after = counts(sense, counting), counts(sense, [*counting, more])
    if more == "always":
        assert after
    if more == "sense" and before:
        assert after
    if more == "never" and counting:
        assert after == before


@pytest.fixture
def watched(make_app: Callable[..., App]) -> App:
    return make_app()


def test_a_change_is_noticed_without_a_start(watched: App, store: Store, clock: FixedClock) -> None:
    topic(store, "~ezers")
    first = book.book_of(watched)
    assert first.topics_of(document(LAKES), verdict())
    with listening(store.engine) as heard:
        assert book.book_of(watched) is first
    assert heard.statements == []
    clock.moment = NOW + timedelta(seconds=31)
    with listening(store.engine) as heard:
        assert book.book_of(watched) is first
    assert len(heard.statements) == 1
    number = topic(store, "gulbji")
    clock.moment = NOW + timedelta(seconds=62)
    second = book.book_of(watched)
    assert len(second.topics_of(document(LAKES), verdict())) == 2
    with store.transaction() as session:
        editing.archive(session, NOW, number)
    assert book.book_of(watched) is second  # asked a moment ago
    book.forget(watched)
    assert len(book.book_of(watched).topics_of(document(LAKES), verdict())) == 1
