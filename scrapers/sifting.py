"""What of many sources' polls is new, and what changed since it was stored. Reads only.

A handful of statements for hundreds of polls: what is looked for goes to the store as one list.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TextualSelect,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session

from scrapers.canonical import canonical
from scrapers.decide import Fresh, Known, KnownArticle, choose, known_of, title_key
from scrapers.models import Article
from scrapers.models import Source as SourceRow
from scrapers.revisions import FIXED, SAME_AS, Wording, is_other
from scrapers.source import Found

# Items that are compared at once: what is read of the store for them stays small.
_AT_ONCE = 4_000
# Texts that are compared at once: each may have 200,000 characters.
_TEXTS = 100
# Headlines count for seven days, and an article may be told a day before it is published.
_SAME_TITLE = timedelta(days=9)
_STORED = "%Y-%m-%d %H:%M:%S.%f"

# What is given leads: left to itself, SQLite would read all that these sources ever told.
_GIVEN = {
    "sqlite": {
        "list": "json_each(:given) AS given",
        "rows": "json_each(:given) AS given CROSS JOIN articles",
        "number": "json_extract(given.value, '$[0]')",
        "word": "json_extract(given.value, '$[1]')",
        "moment": "json_extract(given.value, '$[1]')",
    },
    "postgresql": {
        "list": "json_array_elements(CAST(:given AS json)) AS given",
        "rows": "json_array_elements(CAST(:given AS json)) AS given CROSS JOIN articles",
        "number": "CAST(given.value ->> 0 AS integer)",
        "word": "given.value ->> 1",
        "moment": "CAST(given.value ->> 1 AS timestamptz)",
    },
}
_NAMED = "SELECT articles.id FROM {rows} WHERE articles.source_id = {number} AND articles.guid = {word}"
_SINCE = "SELECT articles.id FROM {rows} WHERE articles.source_id = {number} AND articles.first_seen_at >= {moment}"
_TAKEN_AWAY = (
    "SELECT articles.id FROM articles WHERE articles.text_state = 'deleted' "
    "AND +articles.source_id IN (SELECT {number} FROM {list})"
)


@dataclass(frozen=True)
class Offer:
    """One source's poll: the items `found` whose content was not seen at the last one, and the canonical addresses
    of everything that it shows now (`offered`), the seen ones too.
    """

    source_id: int
    found: Sequence[Found]
    offered: frozenset[str]


@dataclass(frozen=True)
class Changed:
    """An article that says something else now: as it was found, and what is stored of it."""

    article_id: int
    found: Found
    title: str
    summary: str
    text: str
    text_state: str


@dataclass(frozen=True)
class Sifted:
    """What one offer held: items that are new, in the order found, and stored articles that changed."""

    fresh: list[Fresh]
    changed: list[Changed]


@dataclass(frozen=True)
class _Asked:
    """An offer with the canonical address of each of its items."""

    source_id: int
    items: list[tuple[Found, str]]
    offered: frozenset[str]


def sift(session: Session, offers: Sequence[Offer], now: datetime) -> list[Sifted]:
    """What each offer holds, in the offers' order.

    An article that another source brought is known, but only its own source can change it: two outlets that cut a
    summary differently would change it for ever. What a person deleted or typed is never changed.
    """
    sifted: list[Sifted] = []
    for some in _portions(offers):
        sifted.extend(_sift(session, [_asked(offer) for offer in some], now))
    return sifted


def _portions(offers: Sequence[Offer]) -> Iterator[list[Offer]]:
    some: list[Offer] = []
    items = 0
    for offer in offers:
        if some and items + len(offer.found) > _AT_ONCE:
            yield some
            some, items = [], 0
        some.append(offer)
        items += len(offer.found)
    if some:
        yield some


def _asked(offer: Offer) -> _Asked:
    return _Asked(offer.source_id, [(item, canonical(item.url)) for item in offer.found], offer.offered)


def _sift(session: Session, asked: Sequence[_Asked], now: datetime) -> Iterator[Sifted]:
    by_address = _at_addresses(session, asked)
    own = _own(session, asked, by_address, now)
    chosen = [
        choose(one.items, known_of(own[one.source_id], by_address) if one.source_id in own else
               Known(by_address, {}, {}), one.offered, now)
        for one in asked
    ]  # fmt: skip
    known = {
        article.id: item
        for one, choice in zip(asked, chosen, strict=True)
        for item, article in choice.known
        if article.source_id == one.source_id and not article.is_deleted
    }
    changed = {one.article_id: one for one in _changed(session, known)}
    for one, choice in zip(asked, chosen, strict=True):
        yield Sifted(
            choice.fresh,
            [
                changed[article.id]
                for _, article in choice.known
                if article.id in changed and article.source_id == one.source_id
            ],
        )


def _at_addresses(session: Session, asked: Sequence[_Asked]) -> dict[str, KnownArticle]:
    """The articles of any source that have one of the addresses, as canonical ones or as they were told."""
    urls = {address: item.url for one in asked for item, address in one.items}
    held: dict[str, KnownArticle] = {}
    for article in _known(session, Article.canonical_url.in_(_given(session, urls))):
        held[article.canonical_url] = article
    # A short link's article has the address it leads to.
    rest = {url for address, url in urls.items() if address not in held}
    if rest:
        for article in _known(session, Article.url.in_(_given(session, rest))):
            held[article.url] = article
    return held


def _own(
    session: Session, asked: Sequence[_Asked], by_address: Mapping[str, KnownArticle], now: datetime
) -> dict[int, list[KnownArticle]]:
    """The articles of each source that its unknown items could be, by guid or headline."""
    unknown = {
        one.source_id: rest
        for one in asked
        if (rest := [item for item, address in one.items if address not in by_address and item.url not in by_address])
    }
    own: dict[int, list[KnownArticle]] = {}
    if not unknown:
        return own
    has_any = select(Article.id).where(Article.source_id == SourceRow.id).exists()
    ids = session.scalars(
        select(SourceRow.id).where(SourceRow.id.in_(_given(session, unknown, number=True)), has_any)
    ).all()
    if not ids:
        return own
    guids = [(number, item.guid) for number in ids for item in unknown[number] if item.guid]
    for article in _known(session, Article.id.in_(_pairs(session, _NAMED, guids))):
        own.setdefault(article.source_id, []).append(article)
    keys = {
        number: told
        for number in ids
        if (told := {key for item in unknown[number] if (key := title_key(item.title))})
    }
    since = [
        (number, (min(item.published or now for item in unknown[number]) - _SAME_TITLE).strftime(_STORED))
        for number in keys
    ]
    for near in (_pairs(session, _SINCE, since), _pairs(session, _TAKEN_AWAY, since)):
        for article in _known(session, Article.id.in_(near)):
            if title_key(article.title) in keys[article.source_id]:
                own.setdefault(article.source_id, []).append(article)
    return own


def _known(session: Session, where: ColumnElement[bool]) -> Iterator[KnownArticle]:
    rows = session.execute(
        select(
            Article.id,
            Article.source_id,
            Article.canonical_url,
            Article.url,
            Article.guid,
            Article.title,
            Article.published_at,
            Article.first_seen_at,
            Article.text_state,
        )
        .where(where)
        .order_by(Article.id)
        .execution_options(yield_per=1_000)
    )
    for number, source_id, address, url, guid, title, published, seen, state in rows:
        yield KnownArticle(address, url, guid, title, published or seen, number, source_id, state == "deleted")


def _changed(session: Session, known: Mapping[int, Found]) -> Iterator[Changed]:
    """Those of the stored articles that say something else than what was found of them now."""
    for ids in chunks([*known], _TEXTS):
        rows = session.execute(
            select(Article.id, Article.title, Article.summary, Article.text, Article.text_state)
            .where(
                Article.id.in_(ids),
                Article.text_state.not_in(FIXED),
                # What was folded into another article is that one's to say.
                func.coalesce(Article.text_reason_key, "") != SAME_AS,
            )
            .order_by(Article.id)
        )
        for number, title, summary, whole, state in rows:
            item = known[number]
            # What the page said cannot be held against what the feed carries of it.
            carried = None if state == "page" else item.text
            if is_other(Wording(title, summary, whole), item.title, item.summary, carried):
                yield Changed(number, item, title, summary, whole, state)


def _given(session: Session, values: Collection[Any], *, number: bool = False) -> Select[Any]:
    """The values as rows of one column, in one parameter however many they are."""
    told = json.dumps([*values], ensure_ascii=False)
    if session.get_bind().dialect.name == "postgresql":
        value = "CAST(value AS integer)" if number else "value"
        rows = text("json_array_elements_text(CAST(:given AS json))").bindparams(given=told)
    else:
        value, rows = "value", text("json_each(:given)").bindparams(given=told)
    return select(literal_column(value)).select_from(rows)


def _pairs(session: Session, query: str, pairs: Collection[tuple[int, str | None]]) -> TextualSelect:
    """The articles' ids that the query tells for these sources, each with a text."""
    given = _GIVEN[session.get_bind().dialect.name]
    told = json.dumps([*pairs], ensure_ascii=False)
    return text(query.format(**given)).bindparams(bindparam("given", told, unique=True)).columns(column("id", Integer))


def chunks(things: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (things[at : at + size] for at in range(0, len(things), size))
