"""What a poll found becomes rows: articles, mentions and their stories. Every function here is for one
transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scrapers import fulltext
from scrapers.canonical import canonical
from scrapers.decide import Fresh, Known, KnownArticle, choose_new, known_of
from scrapers.judging import Judgement, body_of
from scrapers.models import Article, Mention, MentionPlace, Story
from scrapers.source import Found
from scrapers.stories import WINDOW, Telling, join

# Values a statement can hold are limited (32,766 in SQLite): 20 columns a row.
_ROWS = 500
_SAME_TITLE = timedelta(days=8)
_STORY_LOCK = 0x5707


@dataclass(frozen=True)
class Judged:
    """A fresh item with its verdict, ready to be stored. `text_state` as in `Article`."""

    fresh: Fresh
    text: str
    text_state: str
    agency: str | None
    judgement: Judgement


@dataclass(frozen=True)
class Stored:
    """What was really new: another collector may have been first. `pending` are ids and addresses, newest
    first.
    """

    new: int
    mentions: int
    pending: tuple[tuple[int, str], ...]


def fresh_of(session: Session, source_id: int, found: Sequence[Found], now: datetime) -> list[Fresh]:
    """The found items that are not stored yet; reads only."""
    addresses = {canonical(item.url): item.url for item in found}
    stored: set[str] = set()
    for keys in _chunks([*addresses], _ROWS):
        urls = [addresses[key] for key in keys]
        rows = session.execute(
            select(Article.canonical_url, Article.url).where(
                or_(Article.canonical_url.in_(keys), Article.url.in_(urls))
            )
        )
        stored.update(address for row in rows for address in row)
    guids = sorted({item.guid for item in found if item.guid and canonical(item.url) not in stored})
    by_guid: list[KnownArticle] = []
    for keys in _chunks(guids, _ROWS):
        by_guid.extend(_known(session, and_(Article.source_id == source_id, Article.guid.in_(keys))))
    fresh = choose_new(found, known_of(by_guid, stored), now)
    if not fresh:
        return []
    moments = [one.found.published or now for one in fresh]
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    near = _known(
        session,
        and_(Article.source_id == source_id, at >= min(moments) - _SAME_TITLE, at <= max(moments) + _SAME_TITLE),
    )
    known = known_of(near, stored)
    return choose_new(found, Known(known.addresses, known_of(by_guid, ()).by_guid, known.by_title), now)


def _known(session: Session, where: Any) -> list[KnownArticle]:
    rows = session.execute(
        select(
            Article.canonical_url,
            Article.url,
            Article.guid,
            Article.title,
            Article.published_at,
            Article.first_seen_at,
        ).where(where)
    )
    return [
        KnownArticle(address, url, guid, title, published or seen)
        for address, url, guid, title, published, seen in rows
    ]


def store_new(session: Session, source_id: int, judged: Sequence[Judged], now: datetime) -> Stored:
    """Inserts what no one else has inserted since, oldest first so that ids grow with time, with its
    mentions.
    """
    rows: dict[str, Judged] = {one.fresh.canonical_url: one for one in reversed(judged)}
    inserted: list[tuple[int, Judged]] = []
    for keys in _chunks([*rows], _ROWS):
        values = [_article(source_id, rows[key], now) for key in keys]
        inserted.extend((number, rows[address]) for number, address in _insert_new(session, values))
    inserted.sort(key=lambda pair: pair[0])
    mentions = [(number, one) for number, one in inserted if one.judgement.found]
    if mentions:
        tellings = recent_tellings(session, [one.fresh.found.published or now for _, one in mentions])
        made: list[tuple[Mention, Telling]] = []
        for number, one in mentions:
            item = one.fresh.found
            telling = Telling(
                item.title,
                body_of(item.summary, one.text),
                item.published or now,
                tuple(one.judgement.places),
                one.agency,
            )
            tellings.append(tell(session, telling, tellings, now))
            made.append((mention_of(number, source_id, one.judgement, tellings[-1].story_id, now), telling))
        session.add_all(mention for mention, _ in made)
        session.flush()
        for (_, one), (mention, _) in zip(mentions, made, strict=True):
            _put_places(session, mention.id, one.judgement)
        fulltext.put(session, [(mention.id, telling.title, telling.text) for mention, telling in made])
    pending = [(number, one.fresh.found.url) for number, one in reversed(inserted) if one.text_state == "pending"]
    return Stored(len(inserted), len(mentions), tuple(pending))


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
    }


def _insert_new(session: Session, values: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Inserts rows whose canonical address is not there yet: ids and addresses of those that were
    inserted.
    """
    table = Article.__table__
    assert isinstance(table, Table)
    inserting: Any = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
    rows = session.execute(
        inserting.values(values)
        .on_conflict_do_nothing(index_elements=["canonical_url"])
        .returning(table.c.id, table.c.canonical_url)
    )
    return [(row.id, row.canonical_url) for row in rows]


def mention_of(
    article_id: int, source_id: int, judgement: Judgement, story_id: int | None, now: datetime
) -> Mention:
    return Mention(
        article_id=article_id,
        source_id=source_id,
        story_id=story_id,
        judged_at=now,
        relevant=judgement.relevant,
        **_judged_columns(judgement),
    )


def _put_places(session: Session, mention_id: int, judgement: Judgement) -> None:
    """The places a mention names, and the municipalities they lie in: whoever minds one minds its parishes too."""
    places = (*judgement.places, *judgement.within)
    session.execute(delete(MentionPlace).where(MentionPlace.mention_id == mention_id))
    session.add_all(MentionPlace(place=place, mention_id=mention_id) for place in dict.fromkeys(places))
    session.flush()


def _judged_columns(judgement: Judgement) -> dict[str, Any]:
    return {
        # An article that was a mention stays one: what was seen by people is not made unseen.
        "sense": judgement.sense if judgement.found else "other",
        "judged_relevant": judgement.relevant,
        "score": judgement.score,
        "lang": judgement.lang,
        "matched": judgement.matched,
        "cues": judgement.cues,
        "places": judgement.places,
        "sentence": judgement.sentence,
    }


def recent_tellings(session: Session, moments: Iterable[datetime], without: int | None = None) -> list[Telling]:
    """The mentions within 72 hours of any of the moments, but for that of the article `without`."""
    if session.get_bind().dialect.name == "postgresql":
        # Two collectors that tell the same story at once must not both begin it; SQLite's write lock sees
        # to that.
        session.execute(select(func.pg_advisory_xact_lock(_STORY_LOCK)))
    times = list(moments)
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    rows = session.execute(
        select(
            Article.title,
            Article.summary,
            func.substr(Article.text, 1, 8_000),
            Article.published_at,
            Article.first_seen_at,
            Mention.places,
            Article.agency,
            Mention.story_id,
        )
        .join(Mention, Mention.article_id == Article.id)
        .where(at >= min(times) - WINDOW, at <= max(times) + WINDOW, Article.id != (without or 0))
        .order_by(Mention.id)
    )
    return [
        Telling(title, body_of(summary, text), published or seen, tuple(places), agency, story_id)
        for title, summary, text, published, seen, places, agency, story_id in rows
    ]


def tell(session: Session, telling: Telling, recent: Sequence[Telling], now: datetime) -> Telling:
    """The telling with its story: one of the recent ones', or a new one."""
    story_id = join(telling, recent)
    if story_id is None:
        story_id = session.execute(
            insert(Story).values(created_at=now, title=telling.title).returning(Story.id)
        ).scalar_one()
    return replace(telling, story_id=story_id)


def judge_again(session: Session, article_id: int, telling: Telling, judgement: Judgement, now: datetime) -> bool:
    """Stores the verdict on the whole text; True if the article became a mention by it.

    A mention that was alone in its story may now be seen to tell an older one.
    """
    held = session.scalar(select(Mention).where(Mention.article_id == article_id))
    if held is None:
        if not judgement.found:
            return False
        told = tell(session, telling, recent_tellings(session, [telling.at], without=article_id), now)
        source_id = session.execute(select(Article.source_id).where(Article.id == article_id)).scalar_one()
        fresh = mention_of(article_id, source_id, judgement, told.story_id, now)
        session.add(fresh)
        session.flush()
        _put_places(session, fresh.id, judgement)
        fulltext.put(session, [(fresh.id, telling.title, telling.text)])
        return True
    story_id = held.story_id
    others = session.scalar(select(func.count()).where(Mention.story_id == story_id, Mention.id != held.id))
    if not others:
        story_id = join(telling, recent_tellings(session, [telling.at], without=article_id)) or story_id
    session.execute(
        update(Mention)
        .where(Mention.id == held.id)
        .values(
            story_id=story_id,
            judged_at=now,
            # What a person has said of it stays said.
            relevant=judgement.relevant if held.verdict is None else held.relevant,
            **_judged_columns(judgement),
        )
    )
    _put_places(session, held.id, judgement)
    fulltext.put(session, [(held.id, telling.title, telling.text)])
    return False


def _chunks(things: list[str], size: int) -> Iterator[list[str]]:
    return (things[at : at + size] for at in range(0, len(things), size))
