"""The list of mentions: chosen by every filter alike, page by page, never more looked at than allowed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from outreach.core.db import Store
from scrapers import clipping, counting, desk, fulltext, listing, wanting
from scrapers.models import Mention
from scrapers.topicmodels import MentionTopic, Topic
from scrapers.wanting import NOBODY, Wanted
from tests.support import mentions, ready

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SENSES = ("return", "expulsion", "ambiguous")
PLACES = ("Preiļi", "Ludza")
LANGUAGES = ("lv", "ru")
OUTLETS = ("Avīze", "Vārds", "Balss")


@dataclass(frozen=True)
class Made:
    """What a plain reader would filter by hand."""

    id: int
    at: datetime
    outlet: str
    sense: str
    lang: str
    places: tuple[str, ...]
    relevant: bool
    title: str
    story: int = 0
    tone: str | None = None
    topic: bool = False
    campaign: bool = False
    tag: bool = False
    assigned: int | None = None
    starred: bool = False
    handled: bool = False
    read: bool = False


READER, OTHER, CAMPAIGN, TOPIC, TAG = 5, 6, 3, 1, "balva"
READS_FROM = NOW - timedelta(days=12)


def fill(session: Session, count: int = 120) -> list[Made]:
    made: list[Made] = []
    for n in range(count):
        at = NOW - timedelta(hours=(count - n) * 6)
        one = Made(
            0, at, OUTLETS[n % 3], SENSES[n % 5 % 3], LANGUAGES[n % 4 == 0],
            tuple(place for k, place in enumerate(PLACES) if n % (k + 3) == 0), n % 2 == 0,
            f"Ziņa {n} {'skola' if n % 7 == 0 else 'maiznīca'}", tone=(None, "critical", "neutral")[n % 3],
            topic=n % 4 == 1, campaign=n % 9 == 2, tag=n % 5 == 3, assigned=(None, READER, OTHER, None)[n % 4],
            starred=n % 6 == 1, handled=n % 3 == 2, read=n % 3 == 2 or n % 8 == 0,
        )  # fmt: skip
        number = mentions.mention(
            session, at, one.title, outlet=one.outlet, sense=one.sense, lang=one.lang, places=one.places,
            relevant=one.relevant, story=made[-1].story if made and n % 4 in {1, 2} else None,
        )  # fmt: skip
        story = session.get_one(Mention, number).story_id
        session.execute(update(Mention).where(Mention.id == number).values(tone=one.tone, assigned_to=one.assigned))
        made.append(replace(one, id=number, story=story))
    put_beside(session, made)
    return made


def put_beside(session: Session, made: list[Made]) -> None:
    session.add(Topic(id=TOPIC, created_at=NOW))
    session.flush()
    session.add_all(MentionTopic(topic_id=TOPIC, mention_id=one.id) for one in made if one.topic)
    desk.tie(session, NOW, "x", [one.id for one in made if one.campaign], CAMPAIGN)
    desk.tag(session, NOW, "x", [one.id for one in made if one.tag], TAG)
    for kind in ("starred", "read", "handled"):
        desk.mark(session, NOW, READER, [one.id for one in made if getattr(one, kind)], kind, True)
    desk.mark(session, NOW, OTHER, [one.id for one in made], "starred", True)
    session.flush()


@pytest.fixture
def filled(store: Store) -> tuple[Store, list[Made]]:
    with store.transaction() as session:
        return store, fill(session)


def by_hand(made: list[Made], wanted: Wanted, ids: dict[str, int]) -> list[int]:
    words = fulltext.words_of(wanted.words)
    return [
        one.id
        for one in reversed(made)
        if (wanted.since is None or one.at >= wanted.since)
        and (wanted.until is None or one.at < wanted.until)
        and (wanted.sources is None or ids[one.outlet] in wanted.sources)
        and (not wanted.language or one.lang == wanted.language)
        and (not wanted.sense or one.sense == wanted.sense)
        and (not wanted.place or wanted.place in one.places)
        and (wanted.only_place is None or wanted.only_place in one.places)
        and (
            (one.relevant or one.sense == "ambiguous") if wanted.standing == "inbox"
            else wanted.standing in {"all", "open"} or one.relevant == (wanted.standing == "counted")
        )
        and (not wanted.tone or one.tone == wanted.tone)
        and (not wanted.topic or (one.topic and wanted.topic == TOPIC))
        and (not wanted.campaign or one.campaign)
        and (not wanted.tag or one.tag)
        and (not wanted.assigned or one.assigned == (None if wanted.assigned == NOBODY else wanted.assigned))
        and (not wanted.desk or on_desk(one, wanted))
        and (not words or any(word.startswith(words[-1]) for word in fulltext.words_of(one.title)))
    ]


def on_desk(one: Made, wanted: Wanted) -> bool:
    if wanted.desk == "unread":
        return not one.read and (wanted.reads_from is None or one.at >= wanted.reads_from)
    return {"open": not one.handled, "handled": one.handled, "starred": one.starred}[wanted.desk]


def walked(session: Session, wanted: Wanted, limit: int) -> list[int]:
    """All pages one after the other."""
    ids: list[int] = []
    before: int | None = None
    for _ in range(500):
        page = listing.page(session, wanted, before=before, limit=limit)
        ids += [line.id for line in page.lines]
        assert len(page.lines) <= limit
        if page.older is None:
            return ids
        assert before is None or page.older < before
        before = page.older
    raise AssertionError("the list has no end")


CASES: dict[str, Callable[[dict[str, int]], Wanted]] = {
    "everything": lambda ids: Wanted(),
    "counted": lambda ids: Wanted(standing="counted"),
    "not counted": lambda ids: Wanted(standing="out"),
    "not judged": lambda ids: Wanted(standing="open"),
    "sense": lambda ids: Wanted(sense="expulsion"),
    "language": lambda ids: Wanted(language="ru", standing="counted"),
    "sense and language": lambda ids: Wanted(sense="return", language="ru"),
    "place": lambda ids: Wanted(place="Ludza"),
    "place and sense": lambda ids: Wanted(place="Preiļi", sense="return", standing="out"),
    "outlet": lambda ids: Wanted(sources=(ids["Vārds"],)),
    "outlets": lambda ids: Wanted(sources=(ids["Vārds"], ids["Balss"]), sense="return"),
    "no outlet": lambda ids: Wanted(sources=()),
    "a wall": lambda ids: Wanted(only_place="Preiļi"),
    "a wall and a place": lambda ids: Wanted(only_place="Preiļi", place="Ludza"),
    "a wall of nobody": lambda ids: Wanted(only_place=""),
    "words": lambda ids: Wanted(words="SKOLA"),
    "words and a wall": lambda ids: Wanted(words="maizn", only_place="Ludza", sense="return"),
    "words and a period": lambda ids: Wanted(words="maiznica", since=NOW - timedelta(days=9)),
    "signs alone": lambda ids: Wanted(words="!?"),
    "inbox": lambda ids: Wanted(standing="inbox", desk="open", reader=READER),
    "handled": lambda ids: Wanted(desk="handled", reader=READER),
    "unread": lambda ids: Wanted(desk="unread", reader=READER, reads_from=READS_FROM),
    "unread by one who was always there": lambda ids: Wanted(desk="unread", reader=READER, sense="return"),
    "starred": lambda ids: Wanted(desk="starred", reader=READER),
    "starred of a sense": lambda ids: Wanted(desk="starred", reader=READER, sense="return", language="lv"),
    "starred in words": lambda ids: Wanted(desk="starred", reader=READER, words="skola"),
    "mine": lambda ids: Wanted(assigned=READER),
    "nobody's": lambda ids: Wanted(assigned=NOBODY, tone="neutral"),
    "tone": lambda ids: Wanted(tone="critical"),
    "topic": lambda ids: Wanted(topic=TOPIC),
    "topic and place": lambda ids: Wanted(topic=TOPIC, place="Preiļi"),
    "another topic": lambda ids: Wanted(topic=9),
    "campaign": lambda ids: Wanted(campaign=CAMPAIGN),
    "tag": lambda ids: Wanted(tag=TAG),
    "all of the office's": lambda ids: Wanted(tag=TAG, campaign=CAMPAIGN, topic=TOPIC, assigned=READER),
    "since": lambda ids: Wanted(since=NOW - timedelta(days=3)),
    "a span": lambda ids: Wanted(since=NOW - timedelta(days=20), until=NOW - timedelta(days=10), standing="counted"),
    "a span before all": lambda ids: Wanted(until=NOW - timedelta(days=400)),
    "a span after all": lambda ids: Wanted(since=NOW + timedelta(days=1)),
}


def test_each_filter_chooses_as_by_hand_over_all_pages(filled: tuple[Store, list[Made]]) -> None:
    store, made = filled
    with store.reading() as session:
        ids = {one.name: one.id for one in listing.outlets(session)}
        for name, case in CASES.items():
            wanted = case(ids)
            assert walked(session, wanted, 17) == by_hand(made, wanted, ids), name


def test_a_short_look_goes_on_until_the_end(
    filled: tuple[Store, list[Made]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where little is looked at in one go, pages are short and tell how far back they looked; nothing is lost."""
    monkeypatch.setattr(wanting, "MOST", 19)
    monkeypatch.setattr(wanting, "MOST_SCATTERED", 5)
    monkeypatch.setattr(counting, "MOST_SCATTERED", 5)
    monkeypatch.setattr(listing, "_ROUNDS", (3, 9))
    store, made = filled
    with store.reading() as session:
        ids = {one.name: one.id for one in listing.outlets(session)}
        for name, case in CASES.items():
            wanted = case(ids)
            assert walked(session, wanted, 17) == by_hand(made, wanted, ids), name


def test_a_short_page_says_how_far_back_it_looked(
    filled: tuple[Store, list[Made]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanting, "MOST_SCATTERED", 10)
    monkeypatch.setattr(counting, "MOST_SCATTERED", 10)
    store, made = filled
    with store.reading() as session:
        page = listing.page(session, Wanted(sense="ambiguous", standing="counted", language="ru"), limit=50)
    assert page.looked_to is not None
    assert page.older is not None
    assert page.looked_to == next(one.at for one in made if one.id == page.older)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Made]]]:
    opened = ready.tables(tmp_path_factory.mktemp("listing") / "store.db")
    with opened.transaction() as session:
        made = fill(session, 80)
    yield opened, made
    opened.close()


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sense=st.sampled_from(["", *SENSES]),
    language=st.sampled_from(["", *LANGUAGES]),
    place=st.sampled_from(["", *PLACES]),
    wall=st.sampled_from([None, "", *PLACES]),
    standing=st.sampled_from(["all", "counted", "out", "open", "inbox"]),
    outlets=st.none() | st.sets(st.sampled_from(OUTLETS)),
    words=st.sampled_from(["", "skola", "maiz", "nav"]),
    tone=st.sampled_from(["", "critical"]),
    topic=st.sampled_from([0, TOPIC]),
    tag=st.sampled_from(["", TAG]),
    assigned=st.sampled_from([0, 0, READER, NOBODY]),
    desk=st.sampled_from(["", *wanting.DESKS]),
    days=st.none() | st.tuples(st.integers(0, 25), st.integers(0, 25)),
    limit=st.integers(9, 90),
)
def test_any_filters_together_choose_as_by_hand(
    shared: tuple[Store, list[Made]], outlets: set[str] | None, days: tuple[int, int] | None, wall: str | None,
    words: str, limit: int, **plain: Any,
) -> None:  # fmt: skip
    store, made = shared
    with store.reading() as session:
        ids = {one.name: one.id for one in listing.outlets(session)}
        wanted = Wanted(
            **plain,
            reader=READER,
            reads_from=READS_FROM,
            only_place=wall,
            words=words,
            sources=None if outlets is None else tuple(ids[name] for name in sorted(outlets)),
            since=None if days is None else NOW - timedelta(days=days[0]),
            until=None if days is None else NOW - timedelta(days=days[1]),
        )
        assert walked(session, wanted, limit) == by_hand(made, wanted, ids)


def test_a_line_is_whole(store: Store) -> None:
    with store.transaction() as session:
        first = mentions.mention(session, NOW, "Pirmā", outlet="Avīze", places=("Preiļi", "Ludza"), published=False)
        story = session.get_one(Mention, first).story_id
        mentions.mention(session, NOW, "Otrā", outlet="Vārds", story=story)
    with store.reading() as session:
        second, line = listing.page(session, Wanted()).lines
    assert (line.title, line.outlet, line.tier, line.places, line.forms) == (
        "Pirmā", "Avīze", "local", ("Preiļi", "Ludza"), ("atgriežas",),
    )  # fmt: skip
    assert (line.tellings, second.tellings) == (2, 2)
    assert line.at == NOW
    assert second.at == NOW - timedelta(minutes=5)


def test_a_page_that_ripened_late_is_still_in_its_period(store: Store) -> None:
    """An article whose page had to be fetched becomes a mention after those of articles that were found later."""
    with store.transaction() as session:
        first, second, spare = (mentions.mention(session, NOW - timedelta(hours=n)) for n in (4, 2, 1))
        held = {number: session.get_one(Mention, number).article_id for number in (first, second, spare)}
        session.execute(delete(Mention).where(Mention.id == spare))
        for number, article in ((first, held[spare]), (second, held[first]), (first, held[second])):
            session.execute(update(Mention).where(Mention.id == number).values(article_id=article))
    with store.reading() as session:
        lines = listing.page(session, Wanted(since=NOW - timedelta(hours=5), until=NOW)).lines
    assert [(line.id, line.first_seen_at) for line in lines] == [
        (second, NOW - timedelta(hours=4)),
        (first, NOW - timedelta(hours=2)),
    ]


STARTS = [NOW - timedelta(days=12 - n, hours=3) for n in range(14)]


def test_days_are_counted_as_the_list_has_them(filled: tuple[Store, list[Made]]) -> None:
    store, _ = filled
    for wanted in (
        Wanted(since=NOW - timedelta(days=10), standing="counted"),
        Wanted(since=NOW - timedelta(days=10), until=NOW - timedelta(days=4), place="Ludza"),
        Wanted(since=NOW - timedelta(days=10), sense="return", language="lv"),
        Wanted(since=NOW - timedelta(days=10), sources=()),
        Wanted(since=NOW + timedelta(days=10)),
    ):
        with store.reading() as session:
            counts = counting.by_day(session, wanted, STARTS)
            lines = listing.page(session, wanted, limit=200).lines
        assert counts == [
            sum(start <= line.first_seen_at < end for line in lines) for start, end in pairwise(STARTS)
        ], wanted


@pytest.mark.parametrize("limit", [3, 17, 200])
@pytest.mark.parametrize("rounds", [200, 4])
def test_folded_pages_tell_every_story_once(
    filled: tuple[Store, list[Made]], limit: int, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each story of the wanted mentions has one line, its newest wanted mention; the lines stand for all of them."""
    monkeypatch.setattr(listing, "_FOLDED", rounds)
    monkeypatch.setattr(listing, "_FOLDED_ROUNDS", 3)
    store, made = filled
    with store.reading() as session:
        ids = {one.name: one.id for one in listing.outlets(session)}
        for name, case in CASES.items():
            wanted = case(ids)
            if wanted.words:
                continue  # a story may stand on two pages of a search
            chosen = by_hand(made, wanted, ids)
            story = {one.id: one.story for one in made}
            lines: list[listing.Line] = []
            before: int | None = None
            while True:
                page = listing.page(session, wanted, before=before, limit=limit, folded=True)
                lines += page.lines
                if page.older is None:
                    break
                before = page.older
            newest = {story[number]: number for number in reversed(chosen)}
            assert sorted((line.id for line in lines), reverse=True) == sorted(newest.values(), reverse=True), name
            if rounds > limit:
                assert sum(line.folded for line in lines) <= len(chosen), name


def test_a_tally_counts_mentions_stories_and_senses(filled: tuple[Store, list[Made]]) -> None:
    store, made = filled
    story = {one.id: one.story for one in made}
    with store.reading() as session:
        ids = {one.name: one.id for one in listing.outlets(session)}
        for name, case in CASES.items():
            wanted = case(ids)
            if wanted.words or wanted.since or wanted.until:
                continue
            told = counting.tally(session, wanted, of_senses=True)
            chosen = by_hand(made, wanted, ids)
            assert (told.mentions, told.stories, told.whole) == (len(chosen), len({story[one] for one in chosen}), True), name
            assert told.senses["return"] == sum(one.sense == "return" for one in made)
        first = listing.page(session, Wanted(words="skola"), limit=5)
        told = counting.tally(session, Wanted(words="skola"), first=first)
        assert (told.mentions, told.whole) == (5, False)


def test_a_tally_looks_no_further_than_it_may(filled: tuple[Store, list[Made]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_COUNTED", 10)
    monkeypatch.setattr(wanting, "MOST_SCATTERED", 10)
    monkeypatch.setattr(counting, "MOST_SCATTERED", 10)
    monkeypatch.setattr(counting, "MOST_OF_A_SENSE", 5)
    store, _ = filled
    with store.reading() as session:
        for wanted in (Wanted(), Wanted(sense="return"), Wanted(tone="critical", reader=READER, desk="open")):
            told = counting.tally(session, wanted, of_senses=True)
            assert told.mentions <= 11 and not told.whole
            assert set(told.senses.values()) == {0, 6}


def test_too_many_days_and_words_are_not_counted(
    filled: tuple[Store, list[Made]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_COUNTED", 10)
    monkeypatch.setattr(wanting, "MOST_SCATTERED", 10)
    monkeypatch.setattr(counting, "MOST_SCATTERED", 10)
    store, _ = filled
    with store.reading() as session:
        assert counting.by_day(session, Wanted(since=NOW - timedelta(days=20)), STARTS) is None
        assert counting.by_day(session, Wanted(since=NOW - timedelta(days=20), sense="return"), STARTS) is None
        assert counting.by_day(session, Wanted(since=NOW - timedelta(days=2), words="skola"), STARTS) is None


def test_no_list_reads_a_table_from_end_to_end_or_sorts_it(shared: tuple[Store, list[Made]]) -> None:
    """The plans of the store itself: each candidate list walks an index in the order of its ids."""
    store, _ = shared
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with store.reading() as session:
            ids = {one.name: one.id for one in listing.outlets(session)}
            asked.clear()
            for case in CASES.values():
                listing.page(session, case(ids), limit=7)
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert len(asked) > len(CASES)
    for statement, parameters in asked:
        with store.engine.connect() as connection:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        for step in plan:
            assert not step.startswith(("SCAN mentions", "SCAN articles", "SCAN mention_places")), (statement, plan)
            assert "TEMP B-TREE" not in step, (statement, plan)


def test_a_clipping_keeps_to_its_place(store: Store) -> None:
    with store.transaction() as session:
        here = mentions.mention(session, NOW, "Preiļos", places=("Preiļi",), summary="Īsi. " * 300)
        story = session.get_one(Mention, here).story_id
        there = mentions.mention(session, NOW, "Ludzā", outlet="Vārds", places=("Ludza",), story=story)
    with store.reading() as session:
        whole = clipping.clipping(session, here)
        narrow = clipping.clipping(session, here, "Preiļi")
        assert clipping.clipping(session, there, "Preiļi") is None
        assert clipping.clipping(session, here, "") is None
        assert clipping.clipping(session, 10**6) is None
    assert whole is not None
    assert narrow is not None
    assert [one.title for one in whole.others] == ["Ludzā"]
    assert narrow.others == ()
    assert len(whole.excerpt) < 610
    assert whole.excerpt.endswith("Īsi. …")


@pytest.mark.parametrize(
    ("summary", "sentence", "shown"),
    [
        ("", "Teikums.", ""),
        ("Teikums.", "Teikums. Un vēl.", ""),
        (" Divi \n vārdi ", "Cits.", "Divi vārdi"),
        ("viens divi trīs", "x", "viens divi …"),
    ],
)
def test_an_excerpt_is_short_and_says_something_new(summary: str, sentence: str, shown: str) -> None:
    assert clipping.excerpt(summary, sentence, most=14) == shown


def test_repeats_are_what_follows_the_first_telling_that_counts(store: Store) -> None:
    with store.transaction() as session:
        numbers = [mentions.mention(session, NOW - timedelta(hours=9 - n), f"Ziņa {n}", relevant=n != 1) for n in range(6)]
        story = select(Mention.story_id)
        first, out, second = (session.scalar(story.where(Mention.id == numbers[n])) for n in (0, 1, 4))
        # 0 <- 2 <- 3 tell one story; 1 does not count, so 5 is the first of its story that does; 4 stands alone.
        for number, held in ((2, first), (3, first), (5, out)):
            session.execute(update(Mention).where(Mention.id == numbers[number]).values(story_id=held))
    assert second is not None
    with store.reading() as session:
        assert walked(session, Wanted(standing="repeated"), 17) == [numbers[3], numbers[2]]
