"""What a story is made of: who told it first, whom they credit, who picked it up after how long, what each changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scrapers.judging import body_of
from scrapers.models import Article, Mention, Source, Story
from scrapers.revisions import difference

# Of a story that hundreds have, the first so many are shown; it is told how many there are.
MOST = 50
_READ = 8_000
# A story that was put into one that was put into another ...; a ring would never end.
_STEPS = 50
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_WORD = re.compile(r"\w+")
_NEW_SENTENCES = 12
# A sentence of which so many words stand in the first telling is no new one.
_KNOWN = 0.6
_KINDS = ("kept", "added", "removed")


@dataclass(frozen=True)
class Change:
    """How a telling differs from the first: the share of its words that are its own, that of the first one's words it
    left out, and its new sentences.
    """

    added: float
    removed: float
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Teller:
    """One telling: `after` how long behind the first; `change` None for the first itself."""

    mention_id: int
    article_id: int
    source: str
    title: str
    url: str
    lang: str
    at: datetime
    after: timedelta
    agency: str | None
    pinned: bool
    change: Change | None


@dataclass(frozen=True)
class Order:
    """The tellings of a story as they appeared, at most 50 of `mentions`; `agency` is the first one's that is credited,
    `outlets` how many have it.
    """

    story_id: int
    tellers: tuple[Teller, ...]
    agency: str | None
    mentions: int
    outlets: int


def resolve(session: Session, story_id: int) -> int | None:
    """The story that this number leads to: itself, or the one it was put into; None where there is none."""
    for _ in range(_STEPS):
        row = session.execute(select(Story.id, Story.merged_into).where(Story.id == story_id)).one_or_none()
        if row is None:
            return None
        if row.merged_into is None:
            return int(row.id)
        story_id = row.merged_into
    return story_id


def telling_order(session: Session, story_id: int) -> Order | None:
    """The story that this number leads to, by who told it when; None where there is none."""
    number = resolve(session, story_id)
    if number is None:
        return None
    at = func.coalesce(Article.published_at, Article.first_seen_at)
    rows = session.execute(
        select(
            Mention.id,
            Mention.article_id,
            Mention.lang,
            Mention.story_pinned,
            Source.name,
            Article.title,
            Article.url,
            Article.summary,
            func.substr(Article.text, 1, _READ).label("text"),
            Article.agency,
            at.label("at"),
        )
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Mention.story_id == number)
        .order_by(at, Mention.id)
        .limit(MOST)
    ).all()
    mentions, outlets = session.execute(
        select(func.count(), func.count(Mention.source_id.distinct())).where(Mention.story_id == number)
    ).one()
    tellers: list[Teller] = []
    first = ""
    for row in rows:
        body = body_of(row.summary, row.text)
        begun = tellers[0].at if tellers else row.at
        change = changed(first, body) if tellers and row.lang == tellers[0].lang else None
        first = first if tellers else body
        tellers.append(
            Teller(
                row.id,
                row.article_id,
                row.name,
                row.title,
                row.url,
                row.lang,
                row.at,
                row.at - begun,
                row.agency,
                row.story_pinned,
                change,
            )
        )
    credited = next((one.agency for one in tellers if one.agency), None)
    return Order(number, tuple(tellers), credited, mentions, outlets)


def changed(first: str, text: str) -> Change:
    """How `text` differs from the first telling."""
    pieces = difference(first, text)
    words = {kind: sum(len(_WORD.findall(one.words)) for one in pieces if one.kind == kind) for kind in _KINDS}
    own, theirs = words["added"] + words["kept"], words["removed"] + words["kept"]
    return Change(
        words["added"] / own if own else 0.0,
        words["removed"] / theirs if theirs else 0.0,
        tuple(new_sentences(first, text)[:_NEW_SENTENCES]),
    )


def new_sentences(first: str, text: str) -> Sequence[str]:
    """The sentences of `text` that say what the first telling does not, in its words at least."""
    known = {*_WORD.findall(first.casefold())}
    told = []
    for sentence in _SENTENCE.findall(text):
        words = _WORD.findall(sentence.casefold())
        if words and sum(word in known for word in words) < _KNOWN * len(words):
            told.append(sentence.strip())
    return told
