"""How a mention's article was changed: what was added and removed each time, shortened to what is around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scrapers.clipping import clipping
from scrapers.models import Article, ArticleRevision, Mention
from scrapers.revisions import Piece, Revision, Wording, difference

# Of what stayed the same so much is shown on either side of a change, in characters.
_AROUND = 160
_GAP = " … "


@dataclass(frozen=True)
class Change:
    """One change that was seen: its number (from 1), when, and what differs; a part that did not change is empty."""

    number: int
    at: datetime
    title: tuple[Piece, ...]
    summary: tuple[Piece, ...]
    text: tuple[Piece, ...]


@dataclass(frozen=True)
class History:
    """Some of an article's changes, the latest first. `count` is how many were seen in all; those that followed one
    another at once are told as one. `older` is what the next page is asked with, None at the end.
    """

    mention_id: int
    title: str
    lang: str
    outlet: str
    first_seen_at: datetime
    count: int
    changes: tuple[Change, ...]
    older: int | None


def history(
    session: Session, mention_id: int, only_place: str | None = None, *, before: int | None = None, limit: int = 3
) -> History | None:
    """The changes of a mention's article below the number `before` (None: from the latest); None if there is no such
    mention, or it may not be seen.
    """
    read = clipping(session, mention_id, only_place)
    if read is None:
        return None
    kept = _kept(session, mention_id, before, limit + 1)
    later = _wording(session, mention_id, before)
    changes = []
    for one in kept[:limit]:
        changes.append(change(one, later))
        later = one.wording
    return History(
        mention_id=mention_id,
        title=read.title,
        lang=read.lang,
        outlet=read.outlet,
        first_seen_at=read.first_seen_at,
        count=read.changes,
        changes=tuple(changes),
        older=kept[limit - 1].number if len(kept) > limit else None,
    )


def change(before: Revision, after: Wording) -> Change:
    """What became of a wording. A text that was not known on one side differs in nothing. Pure."""
    was = before.wording
    return Change(
        before.number + 1,
        before.at,
        _differing(was.title, after.title),
        _differing(was.summary, after.summary),
        _differing(was.text, after.text) if was.text and after.text else (),
    )


def _differing(before: str, after: str) -> tuple[Piece, ...]:
    return tuple(shortened(difference(before, after))) if before != after else ()


def shortened(pieces: Sequence[Piece], around: int = _AROUND) -> list[Piece]:
    """The pieces with what stayed the same cut to `around` characters beside each change, at the ends of words."""
    shown = []
    for place, piece in enumerate(pieces):
        if piece.kind != "kept":
            shown.append(piece)
            continue
        head = "" if place == 0 else _cut(piece.words, around)
        tail = "" if place == len(pieces) - 1 else _cut(piece.words[::-1], around)[::-1]
        short = len(head) + len(tail) >= len(piece.words)
        shown.append(piece if short else replace(piece, words=(head + _GAP + tail).strip("\n")))
    return shown


def _cut(words: str, most: int) -> str:
    """The beginning, ended after a word."""
    return words if len(words) <= most else words[:most].rpartition(" ")[0] or words[:most]


def _kept(session: Session, mention_id: int, before: int | None, limit: int) -> list[Revision]:
    query = _of_mention(mention_id).order_by(ArticleRevision.number.desc()).limit(limit)
    if before is not None:
        query = query.where(ArticleRevision.number < before)
    return [
        Revision(number, at, Wording(title, summary, text))
        for number, at, title, summary, text in session.execute(query)
    ]


def _wording(session: Session, mention_id: int, before: int | None) -> Wording:
    """What the article said after the changes below `before`."""
    if before is not None:
        row = session.execute(_of_mention(mention_id).where(ArticleRevision.number == before)).one_or_none()
        if row is not None:
            return Wording(row.title, row.summary, row.text)
    now = session.execute(
        select(Article.title, Article.summary, Article.text)
        .join(Mention, Mention.article_id == Article.id)
        .where(Mention.id == mention_id)
    ).one()
    return Wording(*now)


def _of_mention(mention_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ArticleRevision.number,
            ArticleRevision.at,
            ArticleRevision.title,
            ArticleRevision.summary,
            ArticleRevision.text,
        )
        .join(Mention, Mention.article_id == ArticleRevision.article_id)
        .where(Mention.id == mention_id)
    )
