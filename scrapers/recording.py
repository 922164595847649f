"""What a poll found becomes rows: articles, mentions and their stories. Every function here is for one
transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from outreach.core.db import upserting
from scrapers import fulltext, grouping, revisions
from scrapers.decide import Fresh
from scrapers.judging import Judgement, body_of
from scrapers.models import Article, Mention, MentionPlace, Story
from scrapers.sifting import Changed as Changed
from scrapers.sifting import Offer as Offer
from scrapers.sifting import Sifted as Sifted
from scrapers.sifting import chunks
from scrapers.sifting import sift as sift
from scrapers.stories import Telling
from scrapers.topicmodels import MentionTopic

# Articles that are changed at once: each may have a text of 200,000 characters.
_CHANGES = 100
_STORE_LOCK = 0x5708

@dataclass(frozen=True)
class Judged:
    """A fresh item with its verdict, ready to be stored. `text_state` as in `Article`."""

    fresh: Fresh
    text: str
    text_state: str
    agency: str | None
    judgement: Judgement


@dataclass(frozen=True)
class JudgedChange:
    """A changed article with the verdict on what it says now, ready to be stored; `text` is the whole text as far as
    it is known, `text_state` as in `Article`.
    """

    changed: Changed
    text: str
    text_state: str
    judgement: Judgement


@dataclass(frozen=True)
class Batch:
    """What one source's poll brought, ready to be stored."""

    source_id: int
    judged: Sequence[Judged]
    changes: Sequence[JudgedChange] = ()


@dataclass(frozen=True)
class Stored:
    """What was really new: another collector may have been first. `pending` are ids and addresses, newest first;
    `changed` counts the articles that got a new revision.
    """

    new: int
    mentions: int
    pending: tuple[tuple[int, str], ...]
    changed: int = 0


def store(session: Session, batches: Sequence[Batch], now: datetime) -> list[Stored]:
    """Stores what many polls brought: one answer a batch, in their order.

    Inserts what no one else has inserted since, the oldest of a source first, so that ids grow with time; what two
    batches bring is the first one's.
    """
    owners: dict[str, tuple[int, Judged]] = {}
    for number, batch in enumerate(batches):
        for one in reversed(batch.judged):
            owners.setdefault(one.fresh.canonical_url, (number, one))
    values = [_article(batches[number].source_id, one, now) for number, one in owners.values()]
    told = [_Count() for _ in batches]
    _take_turns(session)
    mentions: list[tuple[int, int, Judged]] = []
    for article_id, address in _insert_new(session, values):
        number, one = owners[address]
        told[number].new += 1
        if one.text_state == "pending":
            told[number].pending.append((article_id, one.fresh.found.url))
        if one.judgement.found:
            told[number].mentions += 1
            mentions.append((article_id, batches[number].source_id, one))
    # Before the stories: whoever reads a page holds its article first, too.
    revisions.hold(session, [one.changed.article_id for batch in batches for one in batch.changes])
    _store_mentions(session, mentions, now)
    _store_changes(session, batches, told, now)
    return [
        Stored(one.new, one.mentions, tuple(sorted(one.pending, reverse=True)), one.changed) for one in told
    ]


def _take_turns(session: Session) -> None:
    """Two collectors that insert the same addresses in two orders would wait for each other for ever; SQLite's write
    lock sees to that.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_STORE_LOCK)))


@dataclass
class _Count:
    new: int = 0
    mentions: int = 0
    changed: int = 0
    pending: list[tuple[int, str]] = field(default_factory=list)


def _article(source_id: int, one: Judged, now: datetime) -> dict[str, Any]:
    item = one.fresh.found
    return {
        "source_id": source_id,
        "url": item.url,
        "canonical_url": one.fresh.canonical_url,
        "guid": item.guid,
        "title": item.title,
        "summary": item.summary,
        "text": one.text,
        "author": item.author,
        "lang": one.judgement.lang or item.lang,
        "published_at": item.published,
        "date_doubted": item.date_doubted,
        "first_seen_at": now,
        "text_state": one.text_state,
        "text_tries": 0,
        "text_reason_facts": {},
        "agency": one.agency,
        "lang_sure": getattr(one.judgement, "lang_sure", None),
        "revision": 0,
    }


def _insert_new(session: Session, values: Sequence[dict[str, Any]]) -> list[tuple[int, str]]:
    """Inserts rows whose canonical address is not there yet: ids and addresses of those that were inserted, by id."""
    if not values:
        return []
    table = Article.__table__
    assert isinstance(table, Table)
    rows = session.execute(
        upserting(session, table)
        .on_conflict_do_nothing(index_elements=["canonical_url"])
        .returning(table.c.id, table.c.canonical_url),
        values,
    )
    return sorted((number, address) for number, address in rows)


def _store_mentions(session: Session, found: Sequence[tuple[int, int, Judged]], now: datetime) -> None:
    """Mentions of new articles: number, source and verdict of each, by number."""
    if not found:
        return
    tellings = [
        Telling(
            one.fresh.found.title,
            body_of(one.fresh.found.summary, one.text),
            one.fresh.found.published or now,
            tuple(one.judgement.places),
            one.agency,
        )
        for _, _, one in found
    ]
    placed = grouping.place(session, tellings, now)
    table = Mention.__table__
    assert isinstance(table, Table)
    ids = session.scalars(
        insert(table).returning(table.c.id, sort_by_parameter_order=True),
        [
            _mention(article_id, source_id, one.judgement, story.story_id, now)
            for (article_id, source_id, one), story in zip(found, placed, strict=True)
        ],
    ).all()
    told = [(number, one.judgement) for number, (_, _, one) in zip(ids, found, strict=True)]
    _put_places(session, told)
    _put_topics(session, told)
    grouping.remember(session, [*zip(ids, placed, strict=True)])
    fulltext.put(
        session, [(number, telling.title, telling.text) for number, telling in zip(ids, tellings, strict=True)]
    )


def _store_changes(session: Session, batches: Sequence[Batch], told: Sequence[_Count], now: datetime) -> None:
    """Articles that say something else get a revision and a new verdict, unless somebody was quicker."""
    wanted = {one.changed.article_id: (number, one) for number, batch in enumerate(batches) for one in batch.changes}
    for some in chunks([*wanted], _CHANGES):
        rows = revisions.held(session, some)
        other = [row for row in rows.values() if _is_still(row, wanted[row.id][1])]
        revisions.keep(session, other, now)
        for row in other:
            number, one = wanted[row.id]
            told[number].changed += 1
            state = _change(session, row, one)
            if state == "pending":
                told[number].pending.append((row.id, row.url))
            if row.text and not one.text and not one.judgement.found:
                continue  # judged without the text that we have: what its page says decides, when it is read anew
            telling = Telling(
                one.changed.found.title,
                body_of(one.changed.found.summary, one.text or row.text),
                row.published_at or row.first_seen_at,
                tuple(one.judgement.places),
                row.agency,
            )
            told[number].mentions += judge_again(session, row.id, telling, one.judgement, now)


def _is_still(row: Any, one: JudgedChange) -> bool:
    found = one.changed.found
    return row.text_state not in revisions.FIXED and revisions.is_other(
        revisions.Wording(row.title, row.summary, row.text),
        found.title,
        found.summary,
        None if row.text_state == "page" else found.text,
    )


def _change(session: Session, row: Any, one: JudgedChange) -> str:
    """Writes what the article says now; tells its `text_state`. A text that is known is kept until a newer one comes,
    and one that came from the page is read anew.
    """
    text, state = one.text or row.text, one.text_state
    if state == "page" or (state == "summary" and not one.text and row.text_state in {"page", "feed"}):
        state = "pending" if row.text_state == state == "page" else row.text_state
    found = one.changed.found
    told: dict[str, Any] = {"title": found.title, "summary": found.summary, "text": text, "text_state": state}
    if state == "pending":
        told |= {"text_tries": 0, "text_next_at": None, "text_reason_key": None, "text_reason_facts": {}}
    if one.judgement.lang:
        told |= {"lang": one.judgement.lang, "lang_sure": getattr(one.judgement, "lang_sure", None)}
    session.execute(update(Article).where(Article.id == row.id).values(**told))
    return state


def _mention(
    article_id: int, source_id: int, judgement: Judgement, story_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "source_id": source_id,
        "story_id": story_id,
        "judged_at": now,
        "relevant": judgement.relevant,
        "outside": False,
        "sense": judgement.sense if judgement.found else "other",
        **_judged_columns(judgement),
    }


def _put_places(session: Session, rows: Sequence[tuple[int, Judgement]]) -> None:
    """The places a mention names, and the municipalities they lie in: whoever minds one minds its parishes too."""
    told = [
        {"place": place, "mention_id": number}
        for number, judgement in rows
        for place in dict.fromkeys((*judgement.places, *judgement.within))
    ]
    if told:
        session.execute(insert(MentionPlace), told)


def _put_topics(session: Session, rows: Sequence[tuple[int, Judgement]]) -> None:
    told = [
        {"topic_id": topic_id, "mention_id": number, "score": score}
        for number, judgement in rows
        for topic_id, score in judgement.topics
    ]
    if told:
        session.execute(insert(MentionTopic), told)


def _judged_columns(judgement: Judgement) -> dict[str, Any]:
    return {
        # An article that was a mention stays one: what was seen by people is not made unseen.
        "judged_sense": judgement.sense if judgement.found else "other",
        "judged_relevant": judgement.relevant,
        "score": judgement.score,
        "lang": judgement.lang,
        "matched": judgement.matched,
        "cues": judgement.cues,
        "places": judgement.places,
        "sentence": judgement.sentence,
        "has_word": judgement.has_word,
        "tone": judgement.tone,
        "tone_sentence": judgement.tone_sentence,
    }


def judge_again(session: Session, article_id: int, telling: Telling, judgement: Judgement, now: datetime) -> bool:
    """Stores the verdict on the whole text; True if the article became a mention by it.

    A mention that was alone in its story may now be seen to tell an older one.
    """
    held = session.execute(
        select(
            Mention.id, Mention.story_id, Mention.verdict, Mention.relevant, Mention.sense, Mention.story_pinned,
        )
        .where(Mention.article_id == article_id)
        .with_for_update()
    ).one_or_none()
    if held is None:
        source_id = session.scalar(
            select(Article.source_id).where(Article.id == article_id, Article.text_state != "deleted")
        )
        if source_id is None or not judgement.found:
            return False
        (placed,) = grouping.place(session, [telling], now)
        row = _mention(article_id, source_id, judgement, placed.story_id, now)
        number = session.execute(insert(Mention).values(**row).returning(Mention.id)).scalar_one()
    else:
        number, story_id = held.id, held.story_id
        placed = grouping.place_again(session, telling, number)
        is_alone = placed.story_id not in (None, story_id) and not held.story_pinned and not session.scalar(
            select(func.count()).where(Mention.story_id == story_id, Mention.id != number)
        )
        story_id = placed.story_id if is_alone else story_id
        session.execute(
            update(Mention)
            .where(Mention.id == number)
            .values(
                story_id=story_id,
                judged_at=now,
                # What a person has said of it stays said.
                relevant=judgement.relevant if held.verdict is None else held.relevant,
                sense=(judgement.sense if judgement.found else "other") if held.verdict is None else held.sense,
                **_judged_columns(judgement),
            )
        )
        session.execute(delete(MentionPlace).where(MentionPlace.mention_id == number))
        session.execute(delete(MentionTopic).where(MentionTopic.mention_id == number))
        if is_alone:
            session.execute(delete(Story).where(Story.id == held.story_id))
    _put_places(session, [(number, judgement)])
    _put_topics(session, [(number, judgement)])
    grouping.remember(session, [(number, placed)])
    fulltext.put(session, [(number, telling.title, telling.text)])
    return held is None
