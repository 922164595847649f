"""People's word on stories: merged, split, taken back, and never moved by us again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from scrapers import grouping, storydesk
from scrapers.models import Article, Mention, Story, StoryMark
from scrapers.recording import judge_again
from scrapers.stories import Telling
from scrapers.storytelling import changed, new_sentences
from tests.scrapers.storing import NOW, WORD, found, judged, offer, poll, sources
from tests.scrapers.test_stories import STORY

LATER = NOW + timedelta(seconds=4)
OTHER = """Sestdien Ludzas kultūras namā koncertēja pūtēju orķestris "Straume", ko vada Aivars Zvirbulis. Skanēja 14
skaņdarbi, un zālē bija 310 klausītāju; par remigrāciju runāja tikai vecāku sapulcē."""
ANNA = "anna@example.org"


@pytest.fixture
def four(store: Store) -> list[int]:
    """Two copies of one text, and two of another: two stories of two mentions."""
    return told(store, STORY + WORD, STORY + WORD + " Papildināts.", OTHER, OTHER + " Papildināts.")


def told(store: Store, *texts: str) -> list[int]:
    numbers = sources(store, len(texts))
    for at, (number, text) in enumerate(zip(numbers, texts, strict=True)):
        item = found(at, url=f"https://zinas{at}.example/1", title=f"Virsraksts {at}", summary="", text=text, published=NOW + timedelta(hours=at))
        poll(store, offer(number, [item]))
    with store.reading() as session:
        return [*session.scalars(select(Mention.id).order_by(Mention.id))]


def stories(session: Session) -> list[int]:
    return [*session.scalars(select(Mention.story_id).order_by(Mention.id))]


def test_two_stories_become_the_older_and_the_other_leads_to_it(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        first, _, second, _ = stories(session)
        assert first != second
        moved = storydesk.merge(session, NOW, ANNA, [second, first])
    assert (moved.story_id, moved.into_it) == (first, (second,))
    with store.reading() as session:
        assert stories(session) == [first] * 4
        assert storydesk.resolve(session, second) == first
        assert all(session.scalars(select(Mention.story_pinned)))
        assert storydesk.resolve(session, 10**6) is None


def test_a_merge_is_taken_back_within_ten_seconds_by_who_did_it(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        before = stories(session)
        moved = storydesk.merge(session, NOW, ANNA, {*before})
    with store.transaction() as session:
        assert not storydesk.undo(session, NOW + timedelta(seconds=11), ANNA, moved)
        assert not storydesk.undo(session, LATER, "other@example.org", moved)
        assert stories(session) != before
        assert storydesk.undo(session, LATER, ANNA, moved)
    with store.reading() as session:
        assert stories(session) == before
        assert not any(session.scalars(select(Mention.story_pinned)))
        assert not any(session.scalars(select(Story.merged_into)))


def test_a_split_makes_a_story_titled_by_its_first(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        before = stories(session)
        moved = storydesk.split(session, NOW, ANNA, [four[1]])
    with store.reading() as session:
        assert stories(session) == [before[0], moved.story_id, *before[2:]]
        assert session.get_one(Story, moved.story_id).title == "Virsraksts 1"
        assert [*session.scalars(select(Mention.story_pinned).order_by(Mention.id))] == [True, True, False, False]
    with store.transaction() as session:
        assert storydesk.undo(session, LATER, ANNA, moved)
    with store.reading() as session:
        assert stories(session) == before
        assert session.get(Story, moved.story_id) is None
        assert not any(session.scalars(select(Mention.story_pinned)))


def test_a_story_of_which_all_is_split_off_leads_on(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        before = stories(session)
        moved = storydesk.split(session, NOW, ANNA, four[1:])
        assert storydesk.resolve(session, before[2]) == moved.story_id
        assert storydesk.undo(session, LATER, ANNA, moved)
        assert stories(session) == before
        assert storydesk.resolve(session, before[2]) == before[2]


def test_what_somebody_has_gone_on_from_is_not_taken_back(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        moved = storydesk.merge(session, NOW, ANNA, {*stories(session)})
        again = storydesk.split(session, NOW, "other@example.org", [four[3]])
        assert not storydesk.undo(session, LATER, ANNA, moved)
        assert stories(session)[3] == again.story_id


@pytest.mark.parametrize(("key", "ids"), [("stories.two", [0]), ("stories.gone", [0, 10**6])])
def test_what_cannot_be_merged_says_why(store: Store, four: list[int], key: str, ids: list[int]) -> None:
    with store.transaction() as session:
        first = stories(session)[0]
        with pytest.raises(OutreachError) as raised:
            storydesk.merge(session, NOW, ANNA, [one or first for one in ids])
    assert raised.value.key == key


def test_what_cannot_be_split_says_why(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        for ids, key in ((four[:2], "stories.one"), ([10**6], "stories.mentions"), ([], "stories.mentions")):
            with pytest.raises(OutreachError) as raised:
                storydesk.split(session, NOW, ANNA, ids)
            assert raised.value.key == key


def test_a_mention_whose_story_a_person_chose_is_never_moved_by_us(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        alone = storydesk.split(session, NOW, ANNA, [four[1]]).story_id
        article = session.get_one(Mention, four[1]).article_id
    with store.transaction() as session:
        row = session.get_one(Article, article)
        telling = Telling(row.title, row.text, NOW, ())
        assert grouping.place_again(session, telling, four[1]).story_id is not None
        judge_again(session, article, telling, judged(row.title, "", row.text), NOW)
    with store.reading() as session:
        assert session.get_one(Mention, four[1]).story_id == alone


def test_a_story_keeps_its_number_when_members_come_and_are_edited(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        before = stories(session)
        row = session.get_one(Article, session.get_one(Mention, four[0]).article_id)
        telling = Telling(row.title, row.text + " Labots un papildināts raksts.", NOW, ())
        judge_again(session, row.id, telling, judged(row.title, "", telling.text), NOW)
        assert stories(session) == before
        (placed,) = grouping.place(session, [Telling("Cits", STORY + WORD, NOW + timedelta(hours=9))], NOW)
        assert placed.story_id == before[0]
        marks = session.scalar(select(func.count()).select_from(StoryMark).where(StoryMark.mention_id == four[0]))
        assert marks is not None and 0 < marks <= 2 * 57


def test_the_order_of_telling_says_who_was_first_and_what_each_changed(store: Store, four: list[int]) -> None:
    with store.transaction() as session:
        session.get_one(Article, session.get_one(Mention, four[1]).article_id).agency = "LETA"
        order = storydesk.telling_order(session, stories(session)[0])
    assert order is not None
    assert (order.mentions, order.outlets, order.agency) == (2, 2, "LETA")
    first, second = order.tellers
    assert first.change is None and first.after == timedelta(0)
    assert second.after == timedelta(hours=1)
    assert second.change is not None and 0 < second.change.removed < 0.05 and 0 < second.change.added < 0.05
    with store.reading() as session:
        assert storydesk.telling_order(session, 10**6) is None


def test_a_change_is_told_by_its_shares_and_new_sentences() -> None:
    first = "Pirmais teikums ir šāds. Otrais teikums ir cits."
    told = changed(first, "Pirmais teikums ir šāds. Novada mērs solīja palīdzēt.")
    assert told.removed == pytest.approx(0.5)
    assert told.sentences == ("Novada mērs solīja palīdzēt.",)
    assert changed(first, first) == changed("", "")
    assert new_sentences(first, first) == []
