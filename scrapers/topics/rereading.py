"""The archive read anew: for one topic's new version, or, after the watch has changed, for all that is judged.

Each part is looked at without a transaction and written in one of its own; what has changed in between is left to
whoever changed it, for it was judged then. Doing a part again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from scrapers.judging import Judge, Judgement, judge_article
from scrapers.models import Article, Mention
from scrapers.recording import judge_again
from scrapers.topicmodels import MentionTopic
from scrapers.topics import reading
from scrapers.topics.archive import Kept
from scrapers.topics.book import TopicBook, counts


@dataclass(frozen=True)
class Reread:
    """What a part brought: articles that became mentions, mentions that joined or left the topic, verdicts that
    changed.
    """

    new: int = 0
    joined: int = 0
    left: int = 0
    changed: int = 0

    def __add__(self, other: "Reread") -> "Reread":
        return Reread(
            self.new + other.new, self.joined + other.joined, self.left + other.left, self.changed + other.changed
        )


def matched(rows: Sequence[Kept], book: TopicBook, topic_id: int) -> dict[int, float]:
    """The articles that a topic of the book matches, by number, with the score."""
    found = {}
    for row in rows:
        hits = dict(book.topics_of(row.document, row.verdict(book.gazetteer)))
        if topic_id in hits:
            found[row.id] = hits[topic_id]
    return found


def judged(rows: Sequence[Kept], judge: Judge) -> dict[int, Judgement]:
    """The watch's judgement on each of these articles."""
    return {
        row.id: judge_article(
            row.title, row.summary, row.text, url=row.url, lang=row.lang or None, judge=judge, source=row.outlet,
            tier=row.tier,
        )
        for row in rows
    }  # fmt: skip


def write_topic(
    session: Session,
    now: datetime,
    book: TopicBook,
    topic_id: int,
    rows: Sequence[Kept],
    hits: Mapping[int, float],
    judgements: Mapping[int, Judgement],
) -> Reread:
    """Puts a part of the archive under a topic's version: `rows` that are in `hits` belong to it, the others do not.

    `judgements` are those of hits that were no mentions: they become some. `book` holds every topic in force, for
    they decide together what counts.
    """
    rows = _unchanged(session, rows)
    known = {row.id: row for row in rows}
    mentions = {row.article_id: row for row in _mentions(session, known)}
    by_mention = {row.id: row for row in mentions.values()}
    had = _members(session, topic_id, by_mention)
    has = {mentions[number].id: score for number, score in hits.items() if number in mentions}
    _replace(session, topic_id, had, has)
    touched = {*had, *has}
    of_topics = reading.weights(session, touched) if touched else {}
    changed = 0
    for number in sorted(touched):
        changed += _count_anew(session, book, by_mention[number], [one for one, _ in of_topics.get(number, ())])
    new = 0
    for number, score in hits.items():
        if number in known and number not in mentions and number in judgements:
            new += _bring_in(session, now, book, topic_id, known[number], score, judgements[number])
    return Reread(new, len(has.keys() - had.keys()), len(had.keys() - has.keys()), changed)


def write_verdicts(
    session: Session, now: datetime, rows: Sequence[Kept], judgements: Mapping[int, Judgement]
) -> Reread:
    """Stores verdicts that are not as they were; a person's word stays, and so does when a mention was first judged."""
    rows = _unchanged(session, rows)
    mentions = {row.article_id: row for row in _mentions(session, {row.id: row for row in rows})}
    of_topics = reading.weights(session, [row.id for row in mentions.values()])
    new = changed = 0
    for row in rows:
        judgement, held = judgements[row.id], mentions.get(row.id)
        if held is None:
            if judgement.found:
                new += judge_again(session, row.id, row.telling(tuple(judgement.places)), judgement, now)
        elif held.outside and not judgement.found:
            continue  # its words stand beside the article, on its page
        elif _differs(held, judgement, of_topics.get(held.id, [])):
            judge_again(session, row.id, row.telling(tuple(judgement.places)), judgement, held.judged_at)
            changed += 1
    return Reread(new=new, changed=changed)


def _unchanged(session: Session, rows: Sequence[Kept]) -> list[Kept]:
    """Those whose words are still what was looked at; held against others until the transaction ends."""
    marks = {
        number: (revision, state, length)
        for number, revision, state, length in session.execute(
            select(Article.id, Article.revision, Article.text_state, func.length(Article.text))
            .where(Article.id.in_([row.id for row in rows]))
            .order_by(Article.id)
            .with_for_update()
        )
    }
    return [row for row in rows if marks.get(row.id) == row.mark]


def _mentions(session: Session, articles: Mapping[int, Kept]) -> Sequence[Any]:
    return session.execute(
        select(
            Mention.id, Mention.article_id, Mention.judged_at, Mention.judged_sense, Mention.judged_relevant,
            Mention.relevant, Mention.verdict, Mention.outside, Mention.score, Mention.lang, Mention.matched,
            Mention.cues, Mention.places, Mention.sentence, Mention.has_word, Mention.tone, Mention.tone_sentence,
        )
        .where(Mention.article_id.in_(articles))
        .order_by(Mention.id)
        .with_for_update()
    ).all()  # fmt: skip


def _members(session: Session, topic_id: int, mention_ids: Mapping[int, Any]) -> dict[int, float]:
    rows = session.execute(
        select(MentionTopic.mention_id, MentionTopic.score).where(
            MentionTopic.topic_id == topic_id, MentionTopic.mention_id.in_(mention_ids)
        )
    )
    return {int(number): float(score) for number, score in rows}


def _replace(session: Session, topic_id: int, had: Mapping[int, float], has: Mapping[int, float]) -> None:
    gone = [number for number, score in had.items() if has.get(number) != score]
    if gone:
        session.execute(
            delete(MentionTopic).where(MentionTopic.topic_id == topic_id, MentionTopic.mention_id.in_(gone))
        )
    told = [
        {"topic_id": topic_id, "mention_id": number, "score": score}
        for number, score in has.items()
        if had.get(number) != score
    ]
    if told:
        session.execute(insert(MentionTopic), told)


def _count_anew(session: Session, book: TopicBook, held: Any, topics: Sequence[int]) -> bool:
    """Whether a mention counts by the topics it belongs to now; True if that changed."""
    counting = [book.counting[number] for number in topics if number in book.counting]
    # What stands on the page alone counts only where a topic says so of the article itself.
    sense = "other" if held.outside else held.judged_sense
    does = counts(sense, counting)
    if does == held.judged_relevant:
        return False
    session.execute(
        update(Mention)
        .where(Mention.id == held.id)
        .values(judged_relevant=does, relevant=does if held.verdict is None else held.relevant)
    )
    return True


def _bring_in(
    session: Session, now: datetime, book: TopicBook, topic_id: int, row: Kept, score: float, judgement: Judgement
) -> bool:
    # The judge may not have heard of the new version yet.
    topics = dict(judgement.topics) | {topic_id: score}
    sense = judgement.sense if judgement.sense != "none" else "other"
    counting = [book.counting[number] for number in topics if number in book.counting]
    told = replace(
        judgement, found=True, sense=sense, topics=sorted(topics.items()), relevant=counts(sense, counting)
    )
    return judge_again(session, row.id, row.telling(tuple(judgement.places)), told, now)


_TOLD = (
    "score", "lang", "matched", "cues", "places", "sentence", "has_word", "tone", "tone_sentence",
)  # fmt: skip


def _differs(held: Any, judgement: Judgement, topics: list[tuple[int, float]]) -> bool:
    sense = judgement.sense if judgement.found else "other"
    return (
        held.judged_sense != sense
        or held.judged_relevant != judgement.relevant
        or sorted(topics) != sorted(judgement.topics)
        or any(
            getattr(held, name) != getattr(judgement, name)
            for name in _TOLD
        )
    )
