"""A mention that a person takes away for good: nothing it said is left, and what is left keeps it from coming back.

Of the article its address, guid, headline and date stay: by them it is known again, whatever its feed makes of it. A
private person's post has no headline but its own first words, and neither has a text that somebody typed: of those
the headline goes too, wherever it was noted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete as delete_from
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from scrapers import fulltext, grouping
from scrapers.models import Article, ArticleRevision, Evidence, Mention, Miss, Source, Story
from scrapers.pasting import TEXT_URN
from scrapers.pseudonym import is_private
from scrapers.revisions import SAME_AS


@dataclass(frozen=True)
class Deleted:
    """What was taken away. `files` lie in the data folder, told from there: the caller removes them after the
    transaction has been kept.
    """

    article_id: int
    files: tuple[str, ...]


def delete(session: Session, mention_id: int, actor: str, now: datetime) -> Deleted | None:
    """Takes the mention away, and what its article and the copies folded into it said; None where there is no such
    mention. There is no way back.

    The article keeps who did it and when, and is not changed, fetched or judged any more.
    """
    # The article first, as whoever judges it anew does.
    url = session.scalar(
        select(Article.url)
        .where(Article.id == select(Mention.article_id).where(Mention.id == mention_id).scalar_subquery())
        .with_for_update()
    )
    row = session.execute(
        select(Mention.article_id, Mention.story_id).where(Mention.id == mention_id).with_for_update()
    ).one_or_none()
    if url is None or row is None:
        return None
    ids = [row.article_id, *_folded_into(session, url)]
    files = session.scalars(select(Evidence.file).where(Evidence.article_id.in_(ids)).order_by(Evidence.id)).all()
    for kind in (Evidence, ArticleRevision):
        session.execute(delete_from(kind).where(kind.article_id.in_(ids)))
    # Verdicts and places go with it; an inquiry that named it keeps that it named one.
    session.execute(delete_from(Mention).where(Mention.id == mention_id))
    _unindex(session, mention_id)
    grouping.forget(session, [mention_id])
    _retell(session, row.story_id)
    session.execute(
        update(Article)
        .where(Article.id.in_(ids))
        .values(
            text_state="deleted",
            summary="",
            text="",
            author=None,
            agency=None,
            brought_from=None,
            text_next_at=None,
            text_reason_key=None,
            text_reason_facts={"actor": actor, "at": now.isoformat()},
        )
    )
    own_words = _headed_by_own_words(session, ids)
    session.execute(update(Article).where(Article.id.in_(own_words)).values(title=""))
    session.execute(update(Miss).where(Miss.article_id.in_(own_words)).values(title=""))
    return Deleted(row.article_id, tuple(dict.fromkeys(files)))


def _headed_by_own_words(session: Session, ids: list[int]) -> list[int]:
    rows = session.execute(
        select(Article.id, Article.url, Source.kind, Source.settings)
        .join(Source, Source.id == Article.source_id)
        .where(Article.id.in_(ids))
    )
    return [
        number for number, url, kind, settings in rows if url.startswith(TEXT_URN) or is_private(kind, settings)
    ]


def _folded_into(session: Session, url: str) -> list[int]:
    """The articles that were seen to be this one under another address: they have its text too."""
    rows = session.execute(
        select(Article.id, Article.text_reason_facts).where(
            Article.text_state == "summary", Article.text_reason_key == SAME_AS
        )
    )
    return [number for number, facts in rows if facts.get("url") == url[:500]]


def _unindex(session: Session, mention_id: int) -> None:
    # PostgreSQL's row goes with the mention.
    if session.get_bind().dialect.name != "sqlite":
        return
    table = fulltext.block_table(mention_id // fulltext.BLOCK)
    if session.scalar(text("SELECT 1 FROM sqlite_master WHERE name = :name"), {"name": table}) is None:
        return
    session.execute(text(f"DELETE FROM {table} WHERE rowid = :id"), {"id": mention_id})  # noqa: S608
    # The index notes that the words are gone and keeps them until it is put together anew.
    session.execute(text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))  # noqa: S608


def _retell(session: Session, story_id: int) -> None:
    """A story without its first telling is titled by the next one; one without any is gone."""
    title: Any = session.scalar(
        select(Article.title)
        .join(Mention, Mention.article_id == Article.id)
        .where(Mention.story_id == story_id)
        .order_by(Mention.id)
        .limit(1)
    )
    if title is None:
        session.execute(delete_from(Story).where(Story.id == story_id))
    else:
        session.execute(update(Story).where(Story.id == story_id).values(title=title))
