"""Articles that are edited after they were stored: what counts as a change, what was said before, and what differs.

A change is another word: white space, entities, letter case, punctuation, addresses in the text and the credit of a
photograph are none, and neither is a longer or shorter cut of the same summary. A figure is a word: a ticker that
moves its clock has changed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from html import unescape
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from scrapers.models import Article, ArticleRevision
from scrapers.source import Found

# A ticker that is rewritten every minute keeps its latest state, and of the former ones no more than this.
MOST = 50
BETWEEN = timedelta(minutes=10)
# What no source may change: a person took it away, or typed it.
FIXED = ("deleted", "typed")
# Why an article that was folded into another (`scrapers.folding`) is a summary: what changes is that one's to say.
SAME_AS = "scrapers.same_as"

_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"\w+\s*|[^\w\s]+\s*|\s+")
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+$")
_ADDRESS = re.compile(r"https?://\S+")
_CREDIT = re.compile(
    r"(?:^|(?<=[.!?…)\]»”\"]))[ \t]*[(\[]?(?:foto|фото|photo|attēls|bilde)\s*:[^.!?;|\n]{0,80}(?:[.!?;|)\]]+|$)",
    re.IGNORECASE | re.MULTILINE,
)
# Where a feed has cut a summary.
_CUT = re.compile(r"(?:…|\.\.\.|\[[.… ]*\]|\(\.\.\.\))\s*$")
_FINISHED = re.compile(r"[.!?…][)\]»”\"'\s]*$")
# Word by word a difference takes as long as the texts are, squared.
_MOST_STEPS = 1_000_000
_MOST_UNITS = 3_000
_ROWS = 500

Kind = Literal["kept", "added", "removed"]
_SIDES: tuple[Kind, Kind] = ("removed", "added")


@dataclass(frozen=True)
class Wording:
    """What an article says."""

    title: str
    summary: str
    text: str


@dataclass(frozen=True)
class Piece:
    """Some words that stand in both wordings, only in the later one, or only in the earlier one."""

    kind: Kind
    words: str


@dataclass(frozen=True)
class Revision:
    """What an article said before it was changed at `at`; `number` counts from 0."""

    number: int
    at: datetime
    wording: Wording


def is_other(before: Wording, title: str, summary: str, text: str | None) -> bool:
    """Whether these words say something else than before; `text` None or empty: nobody knows it now."""
    if (title, summary) == (before.title, before.summary) and (not text or text == before.text):
        return False
    if not _is_same(before.title, title) or (text and not _is_same(before.text, text)):
        return True
    if summary == before.summary or _is_same(before.summary, summary, loosely=True):
        return False
    # Another piece of a text that is known through and through.
    return not _stands_in(_words(summary), _words(text or before.text))


def difference(before: str, after: str) -> list[Piece]:
    """What stands in both texts, what was added and what was removed, in reading order, word by word where that is
    quick enough, else by sentences.

    Put together, what was not added is `before` and what was not removed is `after`.
    """
    pieces: list[Piece] = []
    budget = _MOST_STEPS
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for kind, one, other in _matched(old, new):
        if kind == "kept":
            pieces.append(Piece("kept", "".join(one)))
            continue
        was, now = (_PIECE.findall("".join(side)) for side in (one, other))
        budget -= len(was) * len(now)
        if budget < 0:
            pieces.extend((Piece("removed", "".join(was)), Piece("added", "".join(now))))
            continue
        for inner, words, others in _matched(was, now):
            if inner == "kept":
                pieces.append(Piece("kept", "".join(words)))
            else:
                pieces.extend((Piece("removed", "".join(words)), Piece("added", "".join(others))))
    return _joined(pieces)


def _matched(old: list[str], new: list[str]) -> Iterator[tuple[Kind, list[str], list[str]]]:
    """Runs that both have ("kept"), and between them what stands in one or the other ("removed")."""
    start = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    start = min(len(old), len(new)) if start is None else start
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "kept", old[:start], new[:start]
    middle, others = old[start : len(old) - end], new[start : len(new) - end]
    if not middle or not others or max(len(middle), len(others)) > _MOST_UNITS:
        if middle or others:
            yield "removed", middle, others
    else:
        for tag, i, j, k, m in SequenceMatcher(None, middle, others).get_opcodes():
            yield "kept" if tag == "equal" else "removed", middle[i:j], others[k:m]
    if end:
        yield "kept", old[len(old) - end :], new[len(new) - end :]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece; between two that are kept the removed words come before the added."""
    joined: list[Piece] = []
    told: dict[Kind, list[str]] = {"removed": [], "added": [], "kept": []}
    for piece in [*pieces, None]:
        if told["kept"] and (piece is None or piece.kind != "kept"):
            joined.append(Piece("kept", "".join(told["kept"])))
            told["kept"] = []
        if piece is None or (piece.kind == "kept" and not told["kept"]):
            joined.extend(Piece(kind, "".join(told[kind])) for kind in _SIDES if any(told[kind]))
            told["removed"], told["added"] = [], []
        if piece is not None and piece.words:
            told[piece.kind].append(piece.words)
    return joined


def told_by(found: Found, state: str, text: str) -> tuple[str, str]:
    """The text and `text_state` of a changed article: what was read from its page is read anew."""
    if state == "page":
        return text, "pending"
    return found.text or text, state


def revise(session: Session, article_id: int, title: str, summary: str, text: str, now: datetime) -> bool:
    """The article says this now; True if that is another revision, which the caller has judged anew.

    A text that was not known before is stored, but is no change. One that differs in no word is left as it is.
    """
    row = held(session, [article_id]).get(article_id)
    if row is None or row.text_state in FIXED:
        return False
    before = Wording(row.title, row.summary, row.text)
    if not before.text and not is_other(before, title, summary, None):
        session.execute(update(Article).where(Article.id == article_id).values(text=text))
        return False
    if not is_other(before, title, summary, text):
        return False
    keep(session, [row], now)
    session.execute(update(Article).where(Article.id == article_id).values(title=title, summary=summary, text=text))
    return True


def keep(session: Session, rows: Sequence[Any], now: datetime) -> None:
    """Counts a change of these articles (rows of `held`), and keeps what they say before it is overwritten.

    At most 50 former states of an article are kept, and none within ten minutes of the last: then the later state
    takes the place of the one between.
    """
    if not rows:
        return
    ids = [row.id for row in rows if row.revision]
    kept: dict[int, tuple[int, datetime]] = {}
    for some in _portions(ids):
        told = select(ArticleRevision.article_id, func.count(), func.max(ArticleRevision.at)).where(
            ArticleRevision.article_id.in_(some)
        )
        for number, count, at in session.execute(told.group_by(ArticleRevision.article_id)):
            kept[number] = (count, at)
    due = [
        row
        for row in rows
        if row.id not in kept or (kept[row.id][0] < MOST and now - kept[row.id][1] >= BETWEEN)
    ]
    if due:
        session.execute(
            insert(ArticleRevision),
            [
                {
                    "article_id": row.id,
                    "number": row.revision,
                    "at": now,
                    "title": row.title,
                    "summary": row.summary,
                    "text": row.text,
                }
                for row in due
            ],
        )
    for row in rows:
        session.execute(update(Article).where(Article.id == row.id).values(revision=Article.revision + 1))


def hold(session: Session, ids: Collection[int]) -> None:
    """Holds these articles' rows against others until the transaction ends, always in one order."""
    for some in _portions(sorted(ids)):
        session.execute(select(Article.id).where(Article.id.in_(some)).order_by(Article.id).with_for_update()).all()


def held(session: Session, ids: Collection[int]) -> dict[int, Any]:
    """These articles' rows, held against others until the transaction ends, always in one order."""
    rows = session.execute(
        select(
            Article.id,
            Article.source_id,
            Article.url,
            Article.title,
            Article.summary,
            Article.text,
            Article.text_state,
            Article.revision,
            Article.agency,
            Article.published_at,
            Article.first_seen_at,
        )
        .where(Article.id.in_(ids))
        .order_by(Article.id)
        .with_for_update()
    )
    return {row.id: row for row in rows}


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _ROWS] for at in range(0, len(ids), _ROWS))


def revisions_of(session: Session, article_id: int) -> list[Revision]:
    """What the article said before, the latest first."""
    rows = session.execute(
        select(
            ArticleRevision.number,
            ArticleRevision.at,
            ArticleRevision.title,
            ArticleRevision.summary,
            ArticleRevision.text,
        )
        .where(ArticleRevision.article_id == article_id)
        .order_by(ArticleRevision.number.desc())
    )
    return [Revision(number, at, Wording(*words)) for number, at, *words in rows]


def _is_same(before: str, now: str, *, loosely: bool = False) -> bool:
    """Whether the words are the same, or one is a cut of the other.

    A cut shows its dots; `loosely` it may also end within a sentence, and fewer words are always one.
    """
    old, new = _words(before), _words(now)
    if old == new:
        return True
    shorter, longer, told = (old, new, before) if len(old) < len(new) else (new, old, now)
    if not shorter:
        return loosely and shorter is new
    if _CUT.search(told) or (loosely and not _FINISHED.search(told)):
        # The last word may be cut itself.
        last = len(shorter) - 1
        return last > 0 and shorter[:last] == longer[:last] and longer[last].startswith(shorter[last])
    return loosely and shorter is new and shorter == longer[: len(shorter)]


def _stands_in(some: Sequence[str], text: Sequence[str]) -> bool:
    return bool(some) and f" {' '.join(some)} " in f" {' '.join(text)} "


def _words(told: str) -> list[str]:
    if "&" in told:
        told = unescape(told)
    return _WORD.findall(_CREDIT.sub(" ", _ADDRESS.sub(" ", told)).casefold())
