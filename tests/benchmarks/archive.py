"""An office with a long past, made up from a seed: what speed is measured on.

    python -m tests.benchmarks.archive FOLDER [--mentions 1000000] [--store postgresql://...] [--password WORD]

Mentions are numbered so that their ids grow with time, 228 a day up to `--until`. Fewer mentions are the newest part of
the same series; all else (posts, inquiries, families, accounts) is the same in every size.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session

from outreach import wiring
from outreach.core.db import Base
from outreach.core.settings import Settings
from scrapers.fulltext import BLOCK, block_table, folded, making
from scrapers.models import Article, Mention, MentionPlace, MentionVerdict, Source, Story
from scrapers.topics import seeding
from tests.benchmarks import archive_office, archive_sources, archive_words
from tests.benchmarks.archive_plan import CHUNK, NOW, STEP, Making, Size, municipalities, put
from tests.benchmarks.archive_words import Lexicon
from tests.support.offices import told_in

SOURCES = 130
_BLOCK = 40  # mentions whose stories lie among each other
_TIERS = ("national", "regional", "local", "diaspora", "social")
_SENSES = ("return",) * 62 + ("ambiguous",) * 8 + ("expulsion",) * 10 + ("russia",) * 5 + ("other",) * 15
_SPOKEN = ("lv",) * 72 + ("ru",) * 14 + ("en",) * 11 + ("ltg",) * 3


@dataclass(frozen=True)
class Telling:
    """One mention of the series: `back` is how many are newer, `story` the oldest `back` of its story."""

    back: int
    story: int
    source: int
    lang: str
    sense: str
    title: str
    text: str
    sentence: str
    term: str
    form: str
    places: tuple[str, ...]
    verdict: str | None


def moment_of(back: int, now: datetime = NOW) -> datetime:
    """When the mention that has so many newer ones was found."""
    return now - timedelta(minutes=3) - back * STEP


def tellings(seed: int, words: Lexicon, places: tuple[str, ...], mentions: int) -> Iterator[Telling]:
    """The series from its oldest to its newest."""
    for block in range((mentions - 1) // _BLOCK, -1, -1):
        chance = Random(f"{seed}:{block}")
        made = list(_block(chance, words, places, block * _BLOCK))
        yield from (one for one in reversed(made) if one.back < mentions)


def _block(chance: Random, words: Lexicon, places: tuple[str, ...], first: int) -> Iterator[Telling]:
    stories: list[int] = []
    while len(stories) < _BLOCK:
        # Most stories are told once; an agency's run in up to ten outlets.
        size = min(chance.choice((1, 1, 1, 1, 2, 2, 3, 4, 6, 10)), _BLOCK - len(stories))
        stories += [len(stories)] * size
    chance.shuffle(stories)
    oldest: dict[int, int] = {}
    for at, story in enumerate(stories):
        oldest[story] = at
    titles: dict[int, str] = {}
    for at, story in enumerate(stories):
        lang = chance.choice(_SPOKEN)
        sentence, term, form = words.watched(chance, lang)
        title = titles.setdefault(story, words.title(chance, lang))
        told = [chance.choice(words.sentences[lang]) for _ in range(5)]
        told.insert(chance.randint(0, 4), sentence)
        back = first + at
        yield Telling(
            back=back,
            story=first + oldest[story],
            source=chance.randint(1, SOURCES),
            lang=lang,
            sense=chance.choice(_SENSES),
            title=title,
            text=" ".join(told),
            sentence=sentence,
            term=term,
            form=form,
            places=tuple(dict.fromkeys(chance.choices(places, k=chance.choice((0, 1, 1, 2))))),
            verdict=chance.choice(("relevant", "irrelevant", "wrong_sense")) if back % 97 == 5 else None,
        )


def make(told: Settings, size: Size, *, seed: int = 7, now: datetime = NOW, password: str = "") -> None:
    """Makes the store of these settings, and fills it. The store must not be there yet, or be empty."""
    wiring.prepare(told)
    with wiring.open_app(told, create=True) as app:
        seal, office = app.seal, app.office
    engine = _engine(told.store_url)
    words = archive_words.lexicon(seed)
    with engine.begin() as connection:
        _index_later(connection)
        fill(connection, Making(words, seal, office, seed, now, size, told.folder, password))
        _index_now(connection)
    if engine.dialect.name == "postgresql":
        _set_sequences(engine)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # what the server does by itself in its first minutes
    engine.dispose()


def fill(connection: Connection, making: Making) -> None:
    """Everything, into empty tables."""
    put_sources(connection, making.words, making.seed, making.now)
    places = municipalities(making.office)
    put_mentions(connection, making.words, places, making.seed, making.size.mentions, making.now)
    archive_office.put_office(connection, making)
    put_topics(connection, making)


def put_topics(connection: Connection, making: Making) -> None:
    """The office's topics; every mention of people coming home belongs to the first one."""
    with Session(connection) as session:
        seeding.load_office(session, making.now - timedelta(days=40), making.office, "lv")
        session.commit()
    connection.execute(text("UPDATE topics SET evaluated = version"))
    connection.execute(
        text("INSERT INTO mention_topics (topic_id, mention_id, score) SELECT 1, id, 1.0 FROM mentions WHERE sense = 'return'")
    )


def put_sources(connection: Connection, words: Lexicon, seed: int, now: datetime) -> None:
    """130 outlets, a few of them in trouble."""
    chance = Random(f"{seed}:sources")
    rows = []
    for number in range(1, SOURCES + 1):
        site = f"https://izdevums-{number}.example.org"
        rows.append(
            {
                "id": number,
                "name": f"{archive_words.name(chance, words.words)} {number}",
                "tier": _TIERS[number % 5],
                "language": chance.choice(_SPOKEN),
                "region": "",
                "site": site,
                "medium": "",
                "owner": "own" if number % 43 == 1 else "earned",
                "kind": "feed",
                "settings": {"url": f"{site}/feed.xml"},
                "catalogue": {},
                "enabled": number not in (31, 77),
                "note": "",
                "last_polled_at": now - timedelta(minutes=chance.randint(1, 29)),
                "last_ok_at": now - timedelta(minutes=chance.randint(1, 29)),
                "last_new_at": now - timedelta(days=20 if number == archive_sources.SILENT else 0, minutes=chance.randint(1, 900)),
                "next_poll_at": now + timedelta(minutes=chance.randint(1, 30)),
                "moved_to": "https://izdevums-23.example.org/jauna.xml" if number == 23 else None,
                **archive_sources.state_of(number, site, now, chance),
            }
        )
    put(connection, Source, rows)
    archive_sources.put_past(connection, SOURCES, seed, now)


def put_mentions(
    connection: Connection, words: Lexicon, places: tuple[str, ...], seed: int, mentions: int, now: datetime
) -> None:
    """Stories, articles, mentions, their places, words and verdicts; a mention's number is its article's."""
    batch: list[Telling] = []
    for one in tellings(seed, words, places, mentions):
        batch.append(one)
        if len(batch) >= CHUNK and one.back % _BLOCK == 0:  # a story lies in one batch
            _put_batch(connection, batch, mentions, now)
            batch = []
    if batch:
        _put_batch(connection, batch, mentions, now)


def _put_batch(connection: Connection, batch: list[Telling], mentions: int, now: datetime) -> None:
    # Of a story that is cut by the beginning of the archive, the oldest telling that is in it begins it.
    begun = {mentions - min(one.story, mentions - 1): one for one in reversed(batch)}
    stories = [
        {"id": number, "created_at": moment_of(mentions - number, now), "title": begun[number].title} for number in sorted(begun)
    ]
    put(connection, Story, stories)
    put(connection, Article, [_article(one, mentions - one.back, now) for one in batch])
    put(connection, Mention, [_mention(one, mentions - one.back, mentions, now) for one in batch])
    put(
        connection,
        MentionPlace,
        [{"place": place, "mention_id": mentions - one.back} for one in batch for place in one.places],
    )
    put(
        connection,
        MentionVerdict,
        [
            {
                "batch": f"{one.back:032x}",
                "mention_id": mentions - one.back,
                "verdict": one.verdict,
                "before": None,
                "actor": "comms@example.org",
                "at": moment_of(one.back, now) + timedelta(minutes=2),
                "undone_at": None,
            }
            for one in batch
            if one.verdict
        ],
    )
    words = [{"id": mentions - one.back, "words": folded(f"{one.title} {one.text}")} for one in batch]
    if _is_postgres(connection):
        statement = "INSERT INTO mention_index (mention_id, words) VALUES (:id, to_tsvector('simple', :words))"
        connection.execute(text(statement), words)
        return
    for block in sorted({row["id"] // BLOCK for row in words}):
        connection.execute(text(making(block)))
        inside = [row for row in words if row["id"] // BLOCK == block]
        connection.execute(text(f"INSERT INTO {block_table(block)} (rowid, words) VALUES (:id, :words)"), inside)


def _article(one: Telling, number: int, now: datetime) -> dict[str, Any]:
    seen = moment_of(one.back, now)
    address = f"https://izdevums-{one.source}.example.org/raksts/{one.back}"
    return {
        "id": number,
        "source_id": one.source,
        "url": address,
        "canonical_url": address,
        "guid": address,
        "title": one.title,
        "summary": one.sentence,
        "text": one.text,
        "author": None,
        "lang": one.lang,
        "published_at": seen - timedelta(minutes=7 + one.back % 50) if one.back % 11 else None,
        "date_doubted": False,
        "first_seen_at": seen,
        "text_state": "feed",
        "text_tries": 0,
        "text_next_at": None,
        "text_reason_key": None,
        "text_reason_facts": {},
        "agency": "LETA" if one.story != one.back and one.back % 3 == 0 else None,
    }


def _mention(one: Telling, number: int, mentions: int, now: datetime) -> dict[str, Any]:
    at = one.text.index(one.form)
    ours = one.sense == "return"
    return {
        "id": number,
        "article_id": number,
        "source_id": one.source,
        "sense": one.sense,
        "judged_relevant": ours,
        "relevant": ours if one.verdict is None else one.verdict == "relevant",
        "verdict": one.verdict,
        "score": 0.9 if ours else 0.3,
        "lang": one.lang,
        "matched": [{"term": one.term, "form": one.form, "where": "text", "start": at, "end": at + len(one.form)}],
        "cues": [{"cue": one.places[0], "found": one.places[0], "weight": 1.5, "where": "text"}] if one.places else [],
        "places": list(one.places),
        "sentence": one.sentence,
        "story_id": mentions - min(one.story, mentions - 1),
        "judged_at": moment_of(one.back, now),
    }


def _engine(url: str) -> Engine:
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), json_serializer=lambda value: json.dumps(value)
    )
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _quick(connection: Any, _record: object) -> None:
            for pragma in ("synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY", "foreign_keys = OFF"):
                connection.execute(f"PRAGMA {pragma}").close()

    return engine


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


# Indexes over random text are made at once at the end: row by row they cost more than all the rest.
_LATER = ("ix_articles_url", "ix_mention_index_words", "ix_articles_published_at", "ix_articles_first_seen_at")


def _index_later(connection: Connection) -> None:
    for name in _LATER:
        connection.execute(text(f"DROP INDEX IF EXISTS {name}"))


def _index_now(connection: Connection) -> None:
    connection.execute(text("CREATE INDEX ix_articles_url ON articles (url)"))
    connection.execute(text("CREATE INDEX ix_articles_published_at ON articles (published_at)"))
    connection.execute(text("CREATE INDEX ix_articles_first_seen_at ON articles (first_seen_at)"))
    if _is_postgres(connection):
        connection.execute(text("CREATE INDEX ix_mention_index_words ON mention_index USING gin (words)"))


def _set_sequences(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if "id" in table.c and table.c.id.autoincrement:
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT coalesce(max(id), 1) FROM {table.name}))")
                )


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--mentions", type=int, default=1_000_000)
    wanted.add_argument("--seed", type=int, default=7)
    wanted.add_argument("--store", default="", help="the address of an empty PostgreSQL database; without it SQLite")
    wanted.add_argument("--until", type=datetime.fromisoformat, default=NOW, help="the newest mention's moment, with its zone")
    wanted.add_argument("--password", default="", help="of every account; without it nobody can sign in")
    asked = wanted.parse_args()
    began = time.perf_counter()
    told = told_in(asked.folder, store={"folder": asked.folder / "data", "url": asked.store})
    make(told, Size(mentions=asked.mentions), seed=asked.seed, now=asked.until, password=asked.password)
    print(f"{asked.mentions:,} mentions in {time.perf_counter() - began:.0f} s: {told.store_url}")


if __name__ == "__main__":
    main()
