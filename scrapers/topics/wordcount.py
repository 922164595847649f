"""How many mentions of the archive have a word or phrase: counted in the index of words, no further than a thousand.

The index knows no diacritics, so "remigrācija" and "remigracija" are one word to it.
"""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from scrapers import fulltext

MOST = 1_000
# Blocks of SQLite's index that are counted in, the newest: a million mentions.
_BLOCKS = 40
_MOST_FORMS = 2_000
_POSTGRES = text(
    "SELECT given.key, (SELECT count(*) FROM (SELECT 1 FROM mention_index "
    "WHERE words @@ to_tsquery('simple', given.value) LIMIT :limit) AS found) "
    "FROM json_each_text(CAST(:asked AS json)) AS given"
)


def hits(session: Session, forms: Sequence[str]) -> dict[str, int]:
    """By form the number of mentions that have it, `MOST` + 1 where there are more than that. A form of several words
    is counted as a phrase; the last word of one that ends in ``*`` may go on. 2,000 forms at the most; one without
    letters is left out.
    """
    asked = {form: words for form in dict.fromkeys(forms) if (words := fulltext.words_of(form))}
    asked = dict([*asked.items()][:_MOST_FORMS])
    if not asked:
        return {}
    if session.get_bind().dialect.name == "postgresql":
        told = {form: " <-> ".join(words) + (":*" if form.endswith("*") else "") for form, words in asked.items()}
        rows = session.execute(_POSTGRES, {"asked": json.dumps(told), "limit": MOST + 1})
        return {str(form): int(count) for form, count in rows}
    return _hits_sqlite(session, asked)


def _hits_sqlite(session: Session, asked: Mapping[str, Sequence[str]]) -> dict[str, int]:
    names = session.scalars(
        text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%' AND name LIKE 'mention_index_%'")
    )
    blocks = sorted((int(name.rpartition("_")[2]) for name in names), reverse=True)[:_BLOCKS]
    if not blocks:
        return dict.fromkeys(asked, 0)
    told = {form: f'"{" ".join(words)}"' + ("*" if form.endswith("*") else "") for form, words in asked.items()}
    counted = " + ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH given.value LIMIT :limit))"  # noqa: S608
        for table in map(fulltext.block_table, blocks)
    )
    rows = session.execute(
        text(f"SELECT given.key, {counted} FROM json_each(:asked) AS given"),  # noqa: S608
        {"asked": json.dumps(told, ensure_ascii=False), "limit": MOST + 1},
    )
    return {form: min(count, MOST + 1) for form, count in rows}
