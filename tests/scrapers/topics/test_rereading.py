"""The archive read for a version: who joins, who leaves, what becomes a mention, and what a person said stays."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from outreach.core.db import Store
from scrapers import fulltext, verdicts
from scrapers.judging import Judge, judge_article
from scrapers.models import Article, Mention
from scrapers.recording import judge_again
from scrapers.revisions import SAME_AS
from scrapers.stories import Telling
from scrapers.topicmodels import MentionTopic
from scrapers.topics import archive, editing, reading, rereading
from scrapers.topics.book import TopicBook, compiled
from scrapers.topics.draft import Draft
from scrapers.topics.rereading import Reread
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document
from tests.scrapers.topics.desk import NOW, OFFICE, article, members, mention, source, topic

LAKE, RIVER, HILL = "Ezerā peld zivis.", "Upē peld zivis.", "Kalnā kāpj kazas."


def nothing(document: Document) -> Verdict:
    return Verdict(False, "none", 0.0, "lv", (), (), ())


def in_force(store: Store) -> TopicBook:
    with store.reading() as session:
        return compiled([(row.id, row.version.draft) for row in reading.every(session)], OFFICE)


def read(store: Store, topic_id: int, judge: Judge = nothing) -> Reread:
    """The whole archive for one topic, a few at a time."""
    book, told = in_force(store), Reread()
    with store.reading() as session:
        top = archive.newest(session)
    while top > 0:
        with store.reading() as session:
            rows, bottom = archive.chunk(session, top, 1, 2)
        hits = rereading.matched(rows, book, topic_id)
        judged = rereading.judged([row for row in rows if row.id in hits and row.mention_id is None], judge)
        with store.transaction() as session:
            told += rereading.write_topic(session, NOW, book, topic_id, rows, hits, judged)
        top = bottom - 1
    return told


def rejudge(store: Store, judge: Judge) -> Reread:
    with store.reading() as session:
        rows, _ = archive.chunk(session, archive.newest(session), 1)
    judged = rereading.judged(rows, judge)
    with store.transaction() as session:
        return rereading.write_verdicts(session, NOW, rows, judged)


def held(store: Store, article_id: int) -> Mention:
    with store.reading() as session:
        return session.scalars(select(Mention).where(Mention.article_id == article_id)).one()


def test_mentions_join_and_leave_and_articles_become_mentions(store: Store) -> None:
    outlet = source(store)
    lake, river, new, _ = (article(store, outlet, "Ziņa", text) for text in (LAKE, RIVER, LAKE, HILL))
    mention(store, lake)
    mention(store, river)
    number = topic(store, "~ezers")
    assert read(store, number) == Reread(new=1, joined=1)
    with store.reading() as session:
        assert members(session, number) == {lake: 1.0, new: 1.0}
        assert session.scalars(select(Mention.article_id).order_by(Mention.article_id)).all() == [lake, river, new]
    made = held(store, new)
    assert (made.sense, made.relevant, made.judged_at) == ("other", False, NOW)
    with store.reading() as session:  # it is found by its words, and has a story
        assert fulltext.hits(session, "ezerā", before=None, limit=9).ids == (made.id, held(store, lake).id)
    assert made.story_id

    with store.transaction() as session:
        editing.save(session, NOW, "x", number, Draft("T", "~upe"), OFFICE)
    assert read(store, number) == Reread(joined=1, left=2)
    with store.reading() as session:
        assert members(session, number) == {river: 1.0}
    # What nothing holds any more stays, and counts for nothing.
    left = held(store, new)
    assert (left.sense, left.relevant) == ("other", False)


def test_reading_twice_changes_nothing(store: Store) -> None:
    outlet = source(store)
    for text in (LAKE, RIVER, LAKE):
        article(store, outlet, "Ziņa", text)
    number = topic(store, "~ezers OR ~koordinators")
    article(store, outlet, "Kordinators")
    assert read(store, number).new == 3
    with store.reading() as session:
        before = session.execute(select(MentionTopic.mention_id, MentionTopic.score).order_by(MentionTopic.mention_id)).all()
    assert read(store, number) == Reread()
    with store.reading() as session:
        after = session.execute(select(MentionTopic.mention_id, MentionTopic.score).order_by(MentionTopic.mention_id)).all()
    assert before == after and min(score for _, score in after) < 1


def test_topics_decide_together_what_counts(store: Store) -> None:
    outlet = source(store)
    home, swan = article(store, outlet, "Mājās", f"{LAKE} Gulbis."), article(store, outlet, "Gulbis", RIVER)
    mention(store, home, "return")
    mention(store, swan, "expulsion")
    always, never = topic(store, "gulbis", "A", counting="always"), topic(store, "~ezers", "B", counting="never")
    assert read(store, never) == Reread(joined=1, changed=1)
    assert not held(store, home).relevant  # only what is never counted finds it
    assert read(store, always) == Reread(joined=2, changed=2)
    assert held(store, home).relevant and held(store, swan).relevant
    assert held(store, swan).sense == "expulsion"
    with store.transaction() as session:
        editing.save(session, NOW, "x", always, Draft("A", "gulbis", counting="sense"), OFFICE)
    assert read(store, always) == Reread(changed=1)
    assert held(store, home).relevant and not held(store, swan).relevant


def test_a_persons_word_stands_above_every_topic(store: Store) -> None:
    outlet = source(store)
    one = article(store, outlet, "Gulbis", LAKE)
    number = mention(store, one, "return")
    with store.transaction() as session:
        verdicts.judge(session, NOW, "anna@example.org", [number], "irrelevant")
    always = topic(store, "gulbis", counting="always")
    read(store, always)
    row = held(store, one)
    assert (row.verdict, row.relevant, row.judged_relevant) == ("irrelevant", False, True)
    # A topic's senses ask what the person said.
    wrong = article(store, outlet, "Gulbis", RIVER)
    with store.transaction() as session:
        verdicts.judge(session, NOW, "anna@example.org", [mention_of(store, wrong)], "wrong_sense", "expulsion")
    expelled = topic(store, "gulbis", "Izraidīšana", senses=("expulsion",))
    read(store, expelled)
    with store.reading() as session:
        assert [*members(session, expelled)] == [wrong]


def mention_of(store: Store, article_id: int) -> int:
    return mention(store, article_id, "return")


def test_what_is_no_article_any_more_is_passed_over(store: Store) -> None:
    outlet = source(store)
    article(store, outlet, "Ezers", "", text_state="deleted")
    article(store, outlet, "Ezers", "", text_state="summary", text_reason_key=SAME_AS)
    plain = article(store, outlet, "Ezers", "", text_state="summary")
    assert read(store, topic(store, "~ezers")) == Reread(new=1)
    with store.reading() as session:
        assert session.scalars(select(Mention.article_id)).all() == [plain]


def test_what_changed_while_it_was_read_is_left_alone(store: Store) -> None:
    outlet = source(store)
    number, one = topic(store, "~ezers"), article(store, outlet, "Ziņa", LAKE)
    book = in_force(store)
    with store.reading() as session:
        rows, _ = archive.chunk(session, 9_999, 1)
    hits = rereading.matched(rows, book, number)
    with store.transaction() as session:
        session.get_one(Article, one).text = "Tagad te ir kas cits."
    with store.transaction() as session:
        assert rereading.write_topic(session, NOW, book, number, rows, hits, rereading.judged(rows, nothing)) == Reread()
        assert members(session, number) == {}


def test_the_page_alone_counts_by_no_sense(store: Store) -> None:
    outlet = source(store)
    one = article(store, outlet, "Ziņa", LAKE)
    number = mention(store, one, "return")
    with store.transaction() as session:
        session.get_one(Mention, number).outside = True
    read(store, topic(store, "~ezers"))
    assert not held(store, one).judged_relevant


def returning(document: Document) -> Verdict:
    is_it = "atgriež" in document.text
    return Verdict(is_it, "return" if is_it else "none", 0.9 if is_it else 0.0, "lv", (), (), ("Preiļi",), tone="neutral" if is_it else None)


def test_verdicts_are_brought_up_to_the_watch(store: Store) -> None:
    outlet = source(store)
    back, gone, fresh, said = (
        article(store, outlet, title, text, ago=timedelta(days=9))
        for title, text in (("A", "Viņi atgriežas."), ("B", HILL), ("C", "Arī šie atgriežas."), ("D", HILL))
    )
    numbers = [mention(store, one, "return") for one in (back, gone, said)]
    with store.transaction() as session:
        verdicts.judge(session, NOW, "anna@example.org", [numbers[2]], "relevant")
    assert rejudge(store, returning) == Reread(new=1, changed=3)
    assert (held(store, back).tone, held(store, back).places, held(store, back).judged_at) == ("neutral", ["Preiļi"], NOW - timedelta(days=9))
    assert (held(store, gone).sense, held(store, gone).relevant) == ("other", False)
    assert held(store, fresh).relevant
    assert (held(store, said).sense, held(store, said).relevant, held(store, said).judged_sense) == ("return", True, "other")
    assert rejudge(store, returning) == Reread()


def test_what_stands_on_the_page_alone_is_not_unsaid(store: Store) -> None:
    outlet = source(store)
    one = article(store, outlet, "Ziņa", HILL)
    number = mention(store, one, "ambiguous")
    with store.transaction() as session:
        session.get_one(Mention, number).outside = True
    assert rejudge(store, nothing) == Reread()
    assert held(store, one).sense == "ambiguous"


def test_parts_are_of_the_numbers_that_are_there(store: Store) -> None:
    outlet = source(store)
    ids = [article(store, outlet, f"Ziņa {number}") for number in range(7)]
    seen: list[Sequence[int]] = []
    with store.reading() as session:
        top = archive.newest(session)
        while top >= ids[1]:
            rows, bottom = archive.chunk(session, top, ids[1], 3)
            seen.append([row.id for row in rows])
            top = bottom - 1
        assert archive.chunk(session, ids[0] - 1, 1) == ([], 1)
        assert archive.first_since(session, NOW + timedelta(days=1)) is None
        assert archive.first_since(session, NOW - timedelta(days=1)) == ids[0]
    assert seen == [ids[:3:-1], ids[3:0:-1]]


def test_a_mention_of_its_article_alone(store: Store) -> None:
    """Somebody else stores the mention while the archive is read: it joins, and is not made twice."""
    outlet = source(store)
    number, one = topic(store, "~ezers"), article(store, outlet, "Ziņa", LAKE)
    book = in_force(store)
    with store.reading() as session:
        rows, _ = archive.chunk(session, 9_999, 1)
    hits = rereading.matched(rows, book, number)
    judged = rereading.judged(rows, nothing)
    with store.transaction() as session:
        row = session.get_one(Article, one)
        told = judge_article(row.title, "", row.text, url=row.url, lang="lv", judge=lambda _: Verdict(True, "return", 0.9, "lv", (), (), ()))
        judge_again(session, one, Telling(row.title, row.text, NOW, (), None), told, NOW)
    with store.transaction() as session:
        assert rereading.write_topic(session, NOW, book, number, rows, hits, judged) == Reread(joined=1)
