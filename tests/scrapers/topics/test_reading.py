"""What others read of topics: counts by day, hits of words, forms by language, and where a fault lies."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.db import Store
from scrapers import fulltext
from scrapers.query.faults import QueryError
from scrapers.topics import formtable, reading, wordcount
from scrapers.topics.draft import lists_of
from scrapers.topics.faultplace import fault_place
from tests.benchmarks.replay import listening
from tests.scrapers.topics.desk import NOW, OFFICE, article, mention, source, topic


def test_mentions_of_a_topic_are_counted_by_day(store: Store) -> None:
    outlet = source(store)
    one, two = topic(store, "~ezers"), topic(store, "~upe")
    days = [NOW - timedelta(days=back) for back in (3, 2, 1, 0)]
    for hours, topics in ((80, {one: 1.0}), (60, {one: 1.0}), (59, {one: 0.5, two: 1.0}), (2, {one: 1.0})):
        mention(store, article(store, outlet, "Ziņa", ago=timedelta(hours=hours)), topics=topics)
    # Found in the archive by a new version: an old article with a young number.
    mention(store, article(store, outlet, "Ziņa", ago=timedelta(hours=1)), topics={two: 1.0})
    with listening(store.engine) as heard, store.reading() as session:
        assert reading.counts(session, [one, two], days) == {one: [2, 0, 1], two: [1, 0, 1]}
        assert reading.counts(session, [], days) == {}
    assert len(heard.statements) <= 4
    with store.reading() as session:
        assert reading.counts(session, [one], [NOW + timedelta(days=2), NOW + timedelta(days=3)]) == {one: [0]}


def test_words_and_phrases_are_counted_no_further_than_a_thousand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordcount, "MOST", 3)
    outlet = source(store)
    for number in range(5):
        mention(store, article(store, outlet, f"Ezers {number}", "Remigrācijas koordinatore stāsta." if number < 2 else "Koordinatore runā par remigrāciju."))
    with store.reading() as session:
        hits = wordcount.hits(session, ["ezers", "remigrācijas koordinatore", "koordinator*", "remigracija", "remigrācijas", "…", "upe"])
    assert hits == {"ezers": 4, "remigrācijas koordinatore": 2, "koordinator*": 4, "remigracija": 0, "remigrācijas": 2, "upe": 0}
    with store.reading() as session:
        assert wordcount.hits(session, []) == {}


def test_blocks_of_the_index_are_counted_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "BLOCK", 2)
    outlet = source(store)
    for _ in range(5):
        mention(store, article(store, outlet, "Ezers"))
    with store.reading() as session:
        assert wordcount.hits(session, ["ezers"]) == {"ezers": 5}


def test_an_empty_archive_has_no_hits(store: Store) -> None:
    with store.reading() as session:
        assert wordcount.hits(session, ["ezers"]) == {"ezers": 0}


def test_the_words_of_a_query_are_those_that_stand_for_more() -> None:
    told = formtable.words_of("~ezers (upe OR ~ezers NEAR/3 {novadi}) NOT title:~sala kaln*")
    assert told == ["~ezers", "{novadi}", "~sala"]


def test_forms_stand_by_language_with_misspellings_apart() -> None:
    lists = lists_of(OFFICE)
    word = formtable.forms_of("~koordinators", lists, off=("koordinatoram",))
    forms = {row.text: row for row in word.rows}
    assert word.langs[0][0] == "lv" and "koordinatoriem" in forms and "kordinators" not in forms
    assert "kordinators" in {row.text for row in word.misspelt} and all(row.weight < 1 for row in word.misspelt)
    assert forms["koordinatoram"].off and word.off == 1
    assert formtable.forms_of("~ремиграция", lists).langs[0][0] == "ru"
    listed = formtable.forms_of("{novadi}", lists)
    assert "Balvu novads" in listed.entries and listed.langs == ()
    with pytest.raises(QueryError):
        formtable.forms_of("~", lists)


def test_forms_are_shown_with_their_hits(store: Store) -> None:
    outlet = source(store)
    for text in ("Koordinatore runā.", "Koordinatoru sanāksme.", "Koordinatoru diena.", "Kordinatoru diena."):
        mention(store, article(store, outlet, "Ziņa", text))
    with store.reading() as session:
        word = formtable.counted(session, formtable.forms_of("~koordinators", lists_of(OFFICE), ("lv",)))
    assert word.rows[0].text == "koordinatoru" and word.rows[0].hits == 2
    wrong = {row.text: row for row in word.misspelt}
    assert wrong["kordinatoru"].hits == 1 and word.misspelt[0].text == "kordinatoru"
    assert len(word.misspelt) <= 1 + 40 and word.unshown >= 0
    # The index takes what differs in diacritics alone for one word: it is counted once, and what is beside it says so.
    mention(store, article(store, outlet, "Pie ezera"))
    with store.reading() as session:
        word = formtable.counted(session, formtable.forms_of("~ezers", lists_of(OFFICE), ("lv",)))
    first, second = word.rows[:2]
    assert {first.text, second.text} == {"ezera", "ezerā"} and (first.hits, second.hits, second.beside) == (1, None, first.text)
    assert all(row.hits == 0 and not row.beside for row in word.rows[2:])


def test_a_fault_has_its_line() -> None:
    query = "~ezers OR\n(upe AND\nkalns"
    place = fault_place(query, query.index("("), 1)
    assert (place.before, place.bad, place.after, place.marks) == ("", "(", "upe AND", "^")
    end = fault_place(query, len(query), 0)
    assert (end.before, end.bad, end.after, end.marks) == ("kalns", "", "", "     ^")
    far = fault_place("x" * 200 + " AND" + "y" * 200, 201, 3)
    assert far.before.startswith("…") and far.after.endswith("…") and far.marks.strip() == "^^^"


@given(st.text(max_size=200), st.integers(-5, 300), st.integers(-5, 300))
def test_a_fault_always_has_a_place(query: str, at: int, length: int) -> None:
    place = fault_place(query, at, length)
    assert "\n" not in place.before + place.bad + place.after
    shown = place.before.removeprefix("…") + place.bad + place.after.removesuffix("…")
    assert shown in query or "…" in query
    assert len(place.marks) >= len(place.before) + 1
