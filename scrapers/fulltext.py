"""The index of mentions' words: FTS5 on SQLite, tsvector on PostgreSQL, folded alike by our own hand.

Folding takes the diacritics away ("remigrācija" and "remigracija" are one word) and is done here, for the stores'
own ways differ. The newest hits are read by number, which grows with time, so a common word costs no more than a rare
one. On SQLite the index is cut into blocks of numbers: a beginning ("remig...") gathers every word that has it before
the first hit comes, which over a whole archive takes as long as the archive is.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES = {
    # SQLite's blocks are made when the first mention of one comes: `put`.
    "sqlite": (),
    "postgresql": (
        "CREATE TABLE mention_index (mention_id integer PRIMARY KEY REFERENCES mentions (id) ON DELETE CASCADE, "
        "words tsvector NOT NULL)",
        "CREATE INDEX ix_mention_index_words ON mention_index USING gin (words)",
    ),
}
BLOCK = 25_000  # mentions: some months of a region's press; twice as many take a short beginning three times as long

# Beyond this an article's words say nothing new about what it is.
_MOST = 20_000
# A query of more words is a text that somebody pasted.
_MOST_WORDS = 12
# PostgreSQL guesses badly how common a word is. So the newest mentions are walked through first, which is enough for a
# common one; then hits are counted so far, and a word that has more is walked through further, so far at the most.
_NEAR = 2_000
_RARE = 2_500
_WALK = 20_000
# The index of words must not be chosen for the walk: it would gather every hit of the archive first.
_WALKING = text(
    "SELECT mention_id FROM mention_index WHERE mention_id < :before AND mention_id >= :floor "
    "AND (words @@ to_tsquery('simple', :match)) IS TRUE ORDER BY mention_id DESC LIMIT :limit"
)
_MOST_BLOCKS = 400
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Hits:
    """Ids, the newest first. `went_to` is the lowest id that was looked at where there may be more, else None."""

    ids: tuple[int, ...]
    went_to: int | None


class _Plain(dict[int, str]):
    """Each letter's plain one, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        self[code] = base if base < "\u0250" else letter
        return self[code]


_PLAIN = _Plain()


def folded(words: str) -> str:
    """Small letters without diacritics; Cyrillic keeps its own (й stays й)."""
    return unicodedata.normalize("NFC", words.casefold()).translate(_PLAIN)


def words_of(asked: str) -> list[str]:
    """The words that are looked for, folded; none where nothing but signs was asked."""
    return _WORD.findall(folded(asked))[:_MOST_WORDS]


def put(session: Session, rows: Sequence[tuple[int, str, str]]) -> None:
    """Indexes mentions: number, title and text of each; a number that is there already is indexed anew."""
    if not rows:
        return
    told: list[dict[str, Any]] = [
        {"id": number, "words": folded(f"{title} {body}"[:_MOST])} for number, title, body in rows
    ]
    if _is_postgres(session):
        session.execute(
            text(
                "INSERT INTO mention_index (mention_id, words) VALUES (:id, to_tsvector('simple', :words)) "
                "ON CONFLICT (mention_id) DO UPDATE SET words = excluded.words"
            ),
            told,
        )
        return
    for block in sorted({row["id"] // BLOCK for row in told}):
        table = block_table(block)
        session.execute(text(making(block)))
        inside = [row for row in told if row["id"] // BLOCK == block]
        session.execute(text(f"DELETE FROM {table} WHERE rowid = :id"), [{"id": row["id"]} for row in inside])  # noqa: S608
        session.execute(text(f"INSERT INTO {table} (rowid, words) VALUES (:id, :words)"), inside)  # noqa: S608


def block_table(block: int) -> str:
    """The name of a block of SQLite's index."""
    return f"mention_index_{block}"


def making(block: int) -> str:
    """The statement that makes a block where it is not there yet."""
    return f"CREATE VIRTUAL TABLE IF NOT EXISTS {block_table(block)} USING fts5(words, tokenize = 'unicode61')"


def hits(session: Session, asked: str, *, before: int | None, limit: int, floor: int = 0) -> Hits:
    """Mentions that have all the asked words, the last one also as a beginning; the newest first.

    Their ids lie below `before` and not below `floor`.
    """
    words = words_of(asked)
    if not words:
        return Hits((), None)
    facts = {"before": before if before is not None else 2**31 - 1, "floor": floor, "limit": limit}
    if _is_postgres(session):
        return _hits_postgres(session, " & ".join([*words[:-1], f"{words[-1]}:*"]), facts)
    match = " ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
    blocks = [
        block
        for block in _blocks(session)
        if block * BLOCK < facts["before"] and (block + 1) * BLOCK > floor
    ]
    if not blocks:
        return Hits((), None)
    arms = (
        f"SELECT * FROM (SELECT rowid FROM {table} WHERE {table} MATCH :match AND rowid < :before "  # noqa: S608
        "AND rowid >= :floor ORDER BY rowid DESC LIMIT :limit)"
        for table in map(block_table, blocks)
    )
    # The arms are walked one after the other, and no further than the limit: older blocks are mostly never opened.
    found = session.scalars(text(" UNION ALL ".join(arms) + " LIMIT :limit"), {**facts, "match": match})
    return _found(sorted(found, reverse=True), limit)


def _blocks(session: Session) -> list[int]:
    """The blocks that are there, the newest first; of so many as a statement can name."""
    names = session.scalars(
        text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%' AND name LIKE 'mention_index_%'")
    )
    return sorted((int(name.rpartition("_")[2]) for name in names), reverse=True)[:_MOST_BLOCKS]


def _hits_postgres(session: Session, match: str, facts: dict[str, int]) -> Hits:
    asked = {**facts, "match": match, "rare": _RARE + 1}
    newest = session.scalar(text("SELECT max(mention_id) FROM mention_index WHERE mention_id < :before"), facts) or 0
    near = max(facts["floor"], newest - _NEAR)
    found = session.scalars(_WALKING, {**asked, "floor": near}).all()
    if len(found) == facts["limit"] or near == facts["floor"]:
        return _found(found, facts["limit"])
    some = session.scalars(
        text("SELECT mention_id FROM mention_index WHERE words @@ to_tsquery('simple', :match) LIMIT :rare"), asked
    ).all()
    if len(some) <= _RARE:
        inside = sorted((number for number in some if facts["floor"] <= number < facts["before"]), reverse=True)
        return _found(inside[: facts["limit"]], facts["limit"])
    floor = max(facts["floor"], newest - _WALK)
    told = _found(session.scalars(_WALKING, {**asked, "floor": floor}).all(), facts["limit"])
    return Hits(told.ids, floor) if told.went_to is None and floor > facts["floor"] else told


def _found(ids: Sequence[int], limit: int) -> Hits:
    return Hits(tuple(ids), ids[-1] if len(ids) == limit else None)


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
