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
from functools import cached_property
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
# The index of words must not be chosen for the walk: it would gather every hit of the archive first. The query is made
# in a SELECT of its own: once a statement is prepared for good it would else be made anew for every row, which is ten
# times as slow; and where the planner cannot see the query, it takes the index of words when that is wanted.
_WALKING = text(
    "SELECT mention_id FROM mention_index WHERE mention_id < :before AND mention_id >= :floor "
    "AND (words @@ (SELECT to_tsquery('simple', :match))) IS TRUE ORDER BY mention_id DESC LIMIT :limit"
)
_GATHERING = text(
    "SELECT mention_id FROM mention_index WHERE words @@ (SELECT to_tsquery('simple', :match)) LIMIT :rare"
)
_MOST_BLOCKS = 400
# So many of SQLite's blocks are looked into at first, and so many at the most; of those a page is full, or says so.
_AT_FIRST = 4
_MOST_LOOKED = 120
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Hits:
    """Ids, the newest first. `went_to` is the lowest id that was looked at where there may be more, else None."""

    ids: tuple[int, ...]
    went_to: int | None


@dataclass(frozen=True)
class Part:
    """One thing that is looked for: any of `rows` (one folded word, or several that follow one another), or any word
    that has one of `beginnings`. `without`: it must not be there. `exact`: these words stand letter for letter so,
    which the index, being folded, cannot tell: whoever has the text must look once more (`Sought.is_exact`).
    """

    rows: tuple[tuple[str, ...], ...]
    beginnings: tuple[str, ...] = ()
    without: bool = False
    exact: str = ""


@dataclass(frozen=True)
class Sought:
    """What is looked for: every part that is not `without`, and none that is. Nothing where no part says what must be
    there.
    """

    parts: tuple[Part, ...] = ()

    @cached_property
    def there(self) -> tuple[Part, ...]:
        """What must be there."""
        return tuple(part for part in self.parts if not part.without)

    @cached_property
    def away(self) -> tuple[Part, ...]:
        """What must not be there, as far as the index can tell."""
        return tuple(part for part in self.parts if part.without and not part.exact)

    @property
    def has_exact(self) -> bool:
        """Whether the text itself must be looked at."""
        return any(part.exact for part in self.parts)

    def __bool__(self) -> bool:
        return bool(self.there)

    def is_exact(self, text: str) -> bool:
        """Whether what was asked letter for letter stands so in the text, and what was not wanted so does not."""
        return all(_stands(part.exact, text) != part.without for part in self.parts if part.exact)


def _stands(exact: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(exact)}(?!\w)", text) is not None


def plain(asked: str) -> Sought:
    """The asked words as they are, all of them, the last one also as a beginning."""
    words = words_of(asked)
    parts = [Part(((word,),)) for word in words[:-1]]
    return Sought((*parts, Part((), (words[-1],)))) if words else Sought()


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
        {"id": number, "words": " ".join(_WORD.findall(folded(f"{title} {body}"[:_MOST])))}
        for number, title, body in rows
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


def hits(session: Session, asked: Sought | str, *, before: int | None, limit: int, floor: int = 0) -> Hits:
    """Mentions that have what is looked for (a text: as `plain` reads it); the newest first.

    Their ids lie below `before` and not below `floor`. What must stand letter for letter is only looked for folded.
    """
    sought = plain(asked) if isinstance(asked, str) else asked
    if not sought:
        return Hits((), None)
    facts = {"before": before if before is not None else 2**31 - 1, "floor": floor, "limit": limit}
    if _is_postgres(session):
        return _hits_postgres(session, sought, facts)
    blocks = [
        block
        for block in _blocks(session)
        if block * BLOCK < facts["before"] and (block + 1) * BLOCK > floor
    ]
    match, found, lowest = match_of(sought), list[int](), None
    # Newer blocks alone first: mostly they hold a page, and a statement over all takes longer to read than to run.
    for some in (blocks[:_AT_FIRST], blocks[_AT_FIRST:_MOST_LOOKED]):
        if some and len(found) < limit:
            arms = (
                f"SELECT * FROM (SELECT rowid FROM {table} WHERE {table} MATCH :match AND rowid < :before "  # noqa: S608
                "AND rowid >= :floor ORDER BY rowid DESC LIMIT :limit)"
                for table in map(block_table, some)
            )
            asking = {**facts, "match": match, "limit": limit - len(found)}
            # The arms are walked one after the other, and no further than the limit.
            found += session.scalars(text(" UNION ALL ".join(arms) + " LIMIT :limit"), asking)
    found.sort(reverse=True)
    if len(found) < limit and len(blocks) > _MOST_LOOKED:
        lowest = max(blocks[_MOST_LOOKED - 1] * BLOCK, floor)
    return _found(found, limit) if len(found) == limit else Hits(tuple(found), lowest)


def match_of(sought: Sought) -> str:
    """What is looked for, as FTS5 is asked."""
    there = " AND ".join(_terms(part) for part in sought.there)
    return f"({there}) NOT ({' OR '.join(map(_terms, sought.away))})" if sought.away else there


def _terms(part: Part) -> str:
    rows = ['"' + " ".join(row) + '"' for row in part.rows]
    beginnings = [f'"{beginning}"*' for beginning in part.beginnings]
    return "(" + " OR ".join([*rows, *beginnings]) + ")"


def query_of(sought: Sought) -> str:
    """What is looked for, as PostgreSQL is asked."""
    there = " & ".join(_lexemes(part) for part in sought.there)
    return f"{there} & !({' | '.join(map(_lexemes, sought.away))})" if sought.away else there


def _lexemes(part: Part) -> str:
    rows = ["(" + " <-> ".join(row) + ")" if len(row) > 1 else row[0] for row in part.rows]
    beginnings = [f"{beginning}:*" for beginning in part.beginnings]
    return "(" + " | ".join([*rows, *beginnings]) + ")"


def _blocks(session: Session) -> list[int]:
    """The blocks that are there, the newest first; of so many as a statement can name."""
    names = session.scalars(
        text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%' AND name LIKE 'mention_index_%'")
    )
    return sorted((int(name.rpartition("_")[2]) for name in names), reverse=True)[:_MOST_BLOCKS]


def _hits_postgres(session: Session, sought: Sought, facts: dict[str, int]) -> Hits:
    asked = {**facts, "match": query_of(sought), "rare": _RARE + 1}
    newest = session.scalar(text("SELECT max(mention_id) FROM mention_index WHERE mention_id < :before"), facts) or 0
    near = max(facts["floor"], newest - _NEAR)
    found = session.scalars(_WALKING, {**asked, "floor": near}).all()
    if len(found) == facts["limit"] or near == facts["floor"]:
        return _found(found, facts["limit"])
    # What is as common as that all through the archive need not be counted: there is too much of it.
    if len(found) * newest <= 2 * _RARE * _NEAR:
        some = session.scalars(_GATHERING, asked).all()
        if len(some) <= _RARE:
            inside = sorted((number for number in some if facts["floor"] <= number < facts["before"]), reverse=True)
            return _found(inside[: facts["limit"]], facts["limit"])
    floor = max(facts["floor"], newest - _WALK)
    more = session.scalars(_WALKING, {**asked, "before": near, "floor": floor, "limit": facts["limit"] - len(found)})
    told = _found([*found, *more], facts["limit"])
    return Hits(told.ids, floor) if told.went_to is None and floor > facts["floor"] else told


def _found(ids: Sequence[int], limit: int) -> Hits:
    return Hits(tuple(ids), ids[-1] if len(ids) == limit else None)


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
