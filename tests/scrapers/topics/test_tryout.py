"""A trial shows what would be found, gained, lost and just missed, and writes nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.db import Store
from scrapers.query.faults import QueryError
from scrapers.query.parse import parse, unparse
from scrapers.query.tree import Span
from scrapers.topics import tryout
from scrapers.topics.draft import Draft
from scrapers.topics.tryout import Tally, Trial, misses_of, sentence
from tests.benchmarks.replay import listening
from tests.scrapers.topics.desk import NOW, OFFICE, article, mention, source


def trial(store: Store, query: str, saved: str | None = None, days: int = 30, **filters: tuple[str, ...]) -> Trial:
    before = Draft("T", saved) if saved is not None else None
    return tryout.run(store, OFFICE, Draft("T", query, **filters), before, NOW, days)  # type: ignore[arg-type]


def near(told: Trial) -> dict[tuple[str, str], int]:
    return {(one.kind, one.what): one.count for one in told.near}


def test_what_is_gained_and_lost(store: Store) -> None:
    outlet = source(store)
    old = article(store, outlet, "Sen", "Pie ezera.", ago=timedelta(days=60))
    lake, river, both = (
        article(store, outlet, f"Ziņa {number}", text, ago=timedelta(hours=9 - number))
        for number, text in enumerate(("Pie ezera klusi. Nekas.", "Upē peld zivis.", "Upes un ezeri."), 1)
    )
    mention(store, lake)
    with listening(store.engine) as heard:
        told = trial(store, "~ezers", "~upe")
    assert [said for said, *_ in heard.statements if not said.lstrip().upper().startswith("SELECT")] == []
    assert (told.looked, told.cut, told.draft, told.saved) == (3, False, Tally(2, 1, 1), Tally(2, 0, 0))
    assert (told.gained, told.lost) == (1, 1)
    (gained,), (lost,) = told.gained_items, told.lost_items
    assert (gained.article_id, gained.sense, gained.outlet) == (lake, "return", "Latgales Laiks")
    assert gained.mention_id is not None
    assert gained.pieces == (("Pie ", False), ("ezera", True), (" klusi.", False))
    assert (lost.article_id, lost.mention_id, lost.pieces[0]) == (river, None, ("Upē", True))
    assert [item.article_id for item in told.items] == [both, lake]
    assert old in [item.article_id for item in trial(store, "~ezers", days=365).items]


def test_a_new_topic_has_nothing_to_compare_with(store: Store) -> None:
    article(store, source(store), "Ezers")
    told = trial(store, "~ezers")
    assert (told.saved, told.gained, told.gained_items) == (None, 0, ())
    assert told.items[0].pieces == (("Ezers", True),)  # only the headline has it
    assert trial(store, "~upe").draft == Tally()


def test_near_misses_say_what_is_missing(store: Store) -> None:
    outlet = source(store)
    article(store, outlet, "A", "Ģimene atgriežas pie ezera.")
    article(store, outlet, "B", "Ģimene pie ezera.")
    article(store, outlet, "C", "Ģimene atgriežas.")
    article(store, outlet, "D", "Vilki pie ezera.")
    article(store, outlet, "E", "Ģimene atgriežas pie ezera, tenisa spēle.")
    told = trial(store, "~ģimene ~atgriezties ~ezers NOT spēle")
    assert told.draft.articles == 1
    assert near(told) == {("part", "~atgriezties"): 1, ("part", "~ezers"): 1, ("part", "NOT spēle"): 1}
    assert trial(store, "~ģimene NEAR/1 ~ezers").near[0].kind == "near"


def test_filters_and_spelling_are_near_misses_too(store: Store) -> None:
    outlet = source(store, tier="regional")
    article(store, outlet, "A", "Pie ezera.")
    article(store, outlet, "B", "Kordinators atbildēs.")
    assert near(trial(store, "~ezers", tiers=("local",))) == {("filters", ""): 1}
    told = trial(store, "~koordinators")
    assert (told.draft.articles, near(told)) == (1, {("spelling", ""): 1})
    assert told.items[0].score < 1


def test_lists_are_bounded_and_counts_are_not(store: Store) -> None:
    outlet = source(store)
    for number in range(tryout.SHOWN + 5):
        article(store, outlet, f"Ezers {number}")
    told = trial(store, "~ezers", "~upe")
    assert (told.gained, len(told.gained_items), len(told.items)) == (tryout.SHOWN + 5, tryout.SHOWN, tryout.SHOWN)


def test_a_long_archive_is_cut_and_says_so(store: Store) -> None:
    outlet = source(store)
    for number in range(4):
        article(store, outlet, f"Ezers {number}")
    with store.reading() as session:
        whole, some = tryout.period(session, NOW, 30), tryout.period(session, NOW, 30, most=3)
        assert tryout.period(session, NOW + timedelta(days=90), 30).size == 0
    assert (whole.size, whole.cut, some.size, some.cut) == (4, False, 3, True)


def test_progress_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    outlet = source(store)
    for number in range(5):
        article(store, outlet, f"Ezers {number}")
    monkeypatch.setattr(tryout.archive.chunk, "__defaults__", (2,))
    steps: list[tuple[int, int]] = []
    tryout.run(store, OFFICE, Draft("T", "~ezers"), None, NOW, 30, lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]


def test_a_trial_keeps_its_shape_in_a_file(store: Store) -> None:
    outlet = source(store)
    article(store, outlet, "A", "Ģimene pie ezera. Kordinators.")
    told = trial(store, "~ģimene ~koordinators", "~ezers")
    assert Trial.of_json(told.as_json()) == told
    fresh = trial(store, "~ģimene")
    assert Trial.of_json(fresh.as_json()) == fresh


def test_what_is_no_query_is_not_tried(store: Store) -> None:
    with pytest.raises(QueryError):
        trial(store, "~ezers AND")


@pytest.mark.parametrize(
    ("query", "less"),
    [
        ("ezers", []), ("ezers OR upe", []), ("ezers upe", [("part", "ezers", "upe"), ("part", "upe", "ezers")]),
        ("ezers NOT upe", [("part", "NOT upe", "ezers")]), ("ezers NEAR/3 upe", [("near", "ezers NEAR/3 upe", "ezers AND upe")]),
        ("kalns OR ezers upe", [("part", "ezers", "upe"), ("part", "upe", "ezers")]),
        ("title:(ezers upe)", [("part", "ezers", "title:upe"), ("part", "upe", "title:ezers")]),
        ("(ezers upe OR kalns) NOT sala", [("part", "NOT sala", "ezers AND upe OR kalns"), ("part", "ezers", "upe AND NOT sala"), ("part", "upe", "ezers AND NOT sala")]),
    ],
)  # fmt: skip
def test_one_thing_less(query: str, less: list[tuple[str, str, str]]) -> None:
    assert [(kind, what, unparse(node)) for kind, what, node in misses_of(parse(query))] == less


TEXT = "Pirmais teikums. Otrs  teikums ar\nvārdu un vārdu! Trešais."


def test_the_sentence_with_the_most_words_is_shown() -> None:
    at = [TEXT.index("Pirmais"), TEXT.index("vārdu"), TEXT.rindex("vārdu")]
    spans = [Span("text", start, start + 5) for start in at[1:]] + [Span("text", at[0], at[0] + 7), Span("title", 0, 3)]
    assert sentence("Virsraksts", TEXT, spans) == (("Otrs teikums ar ", False), ("vārdu", True), (" un ", False), ("vārdu", True), ("!", False))
    assert sentence("Virsraksts", TEXT, spans[-1:]) == (("Vir", True), ("sraksts", False))
    assert sentence("Virsraksts", TEXT, ()) == (("Virsraksts", False),)


@given(st.text("ab .\n", min_size=1, max_size=900), st.data())
def test_what_is_marked_is_what_stood_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 12)))
    pieces = sentence("T", text, [Span("text", start, end)])
    assert sum(len(said) for said, _ in pieces) <= 400
    marked = [said for said, is_marked in pieces if is_marked]
    assert len(marked) <= 1
    if marked:
        assert marked[0].split() == text[start:end].split()
