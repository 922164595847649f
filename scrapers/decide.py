"""Which of the found items are new, and which facts of them can be true. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scrapers.canonical import canonical
from scrapers.reading.dates import sane_date
from scrapers.reading.plain import SUMMARY_LENGTH, TEXT_LENGTH, TITLE_LENGTH, clean, link_of, one_line
from scrapers.source import Found

_SAME_TITLE = timedelta(days=7)
_WORD = re.compile(r"\w+")
# A headline of fewer words ("Sludinājumi", "Laika ziņas") comes back every week with another article.
_TITLE_WORDS = 4


@dataclass(frozen=True)
class KnownArticle:
    """What is compared of an article that is stored; `at` is its publication, else when it was first seen."""

    canonical_url: str
    url: str
    guid: str | None
    title: str
    at: datetime


@dataclass(frozen=True)
class Known:
    """The stored articles that the found ones could be: by address from every source, by guid and title
    from this one.

    `by_title` has them under `title_key`.
    """

    addresses: Collection[str]
    by_guid: Mapping[str, tuple[KnownArticle, ...]]
    by_title: Mapping[str, tuple[KnownArticle, ...]]


@dataclass(frozen=True)
class Fresh:
    """A found item that is new, with its canonical address."""

    found: Found
    canonical_url: str


def title_key(title: str) -> str:
    """A headline for comparison: words alone, case folded; empty for one too short to tell articles apart."""
    words = _WORD.findall(title.casefold())
    return " ".join(words) if len(words) >= _TITLE_WORDS else ""


def known_of(articles: Iterable[KnownArticle], addresses: Collection[str]) -> Known:
    """What is known of one source: its recent `articles`, and which found `addresses` are stored for any
    source.
    """
    guids: dict[str, list[KnownArticle]] = {}
    titles: dict[str, list[KnownArticle]] = {}
    for article in articles:
        if article.guid:
            guids.setdefault(article.guid, []).append(article)
        if key := title_key(article.title):
            titles.setdefault(key, []).append(article)
    return Known(
        addresses=frozenset(addresses),
        by_guid={guid: tuple(held) for guid, held in guids.items()},
        by_title={title: tuple(held) for title, held in titles.items()},
    )


def sane(found: Found, now: datetime) -> Found | None:
    """The item with nothing in it that cannot be true or stored, or None where it has no address or no words.

    An impossible date becomes None with `date_doubted`.
    """
    url = link_of(found.url, found.url)
    summary = one_line(found.summary, SUMMARY_LENGTH)
    title = one_line(found.title, TITLE_LENGTH) or one_line(summary, 120)
    if url is None or not title:
        return None
    published, doubted = sane_date(found.published, now)
    return replace(
        found,
        url=url,
        title=title,
        summary=summary,
        text=clean(found.text)[:TEXT_LENGTH] if found.text else None,
        author=one_line(found.author, 200) or None if found.author else None,
        guid=one_line(found.guid, 500) or None if found.guid else None,
        lang=found.lang[:10] if found.lang else None,
        published=published,
        date_doubted=found.date_doubted or doubted,
    )


def choose_new(found: Iterable[Found], known: Known, now: datetime) -> list[Fresh]:
    """The items that are not stored yet, in the order found, each once.

    Known is: the same canonical address, from any source; the same guid in this source, if the address that
    had it is no longer offered or the headline is the same (a changed address), for some outlets give one
    guid to every item; the same headline in this source within seven days (all guids and addresses
    changed), unless the older article is still offered beside it with another date: a weekly column.
    """
    items = [(item, canonical(item.url)) for item in found]
    offered = {address for _, address in items}
    taken: set[str] = set()
    twins: set[tuple[str, datetime]] = set()
    guids = Counter(item.guid for item, _ in items)
    fresh: list[Fresh] = []
    for item, address in items:
        at = item.published or now
        key = title_key(item.title)
        if address in known.addresses or item.url in known.addresses or address in taken:
            continue
        named = known.by_guid.get(item.guid, ()) if item.guid else ()
        # A guid that several items bear names none of them.
        if len(named) == 1 and guids[item.guid] == 1 and _is_same(item, named[0], offered):
            continue
        if key and any(_is_retitled(at, held, offered) for held in known.by_title.get(key, ())):
            continue
        if key and item.published is not None:
            if (key, item.published) in twins:
                continue
            twins.add((key, item.published))
        taken.add(address)
        fresh.append(Fresh(item, address))
    return fresh


def _is_same(item: Found, held: KnownArticle, offered: Collection[str]) -> bool:
    if title_key(item.title) and title_key(item.title) == title_key(held.title):
        return True
    # The guid's old address still stands in the feed: it names two items, so it names none.
    if held.canonical_url in offered:
        return False
    before, after = set(_WORD.findall(held.title.casefold())), set(_WORD.findall(item.title.casefold()))
    return len(before & after) * 2 > max(len(before), len(after))


def _is_retitled(at: datetime, held: KnownArticle, offered: Collection[str]) -> bool:
    if held.canonical_url in offered:
        return at == held.at
    return abs(at - held.at) <= _SAME_TITLE
