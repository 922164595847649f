"""Which of the found items are new, and which facts of them can be true. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """What is compared of an article that is stored; `at` is its publication, else when it was first seen.

    `is_deleted`: a person took it away, and nothing of it may come back.
    """

    canonical_url: str
    url: str
    guid: str | None
    title: str
    at: datetime
    id: int = 0
    source_id: int = 0
    is_deleted: bool = False


@dataclass(frozen=True)
class Known:
    """The stored articles that the found ones could be: by address from every source, by guid and title
    from this one.

    `by_address` has them under their canonical address and as they were told, `by_title` under `title_key`.
    """

    by_address: Mapping[str, KnownArticle]
    by_guid: Mapping[str, tuple[KnownArticle, ...]]
    by_title: Mapping[str, tuple[KnownArticle, ...]]


@dataclass(frozen=True)
class Fresh:
    """A found item that is new, with its canonical address."""

    found: Found
    canonical_url: str


@dataclass(frozen=True)
class Chosen:
    """The found items: those that are new, and those that are a stored article, each article once."""

    fresh: list[Fresh]
    known: list[tuple[Found, KnownArticle]]


def title_key(title: str) -> str:
    """A headline for comparison: words alone, case folded; empty for one too short to tell articles apart."""
    words = _WORD.findall(title.casefold())
    return " ".join(words) if len(words) >= _TITLE_WORDS else ""


def known_of(articles: Iterable[KnownArticle], by_address: Mapping[str, KnownArticle]) -> Known:
    """What is known of one source: its own `articles`, and those of any source at the found addresses."""
    guids: dict[str, list[KnownArticle]] = {}
    titles: dict[str, list[KnownArticle]] = {}
    for article in {one.canonical_url: one for one in articles}.values():
        if article.guid:
            guids.setdefault(article.guid, []).append(article)
        if key := title_key(article.title):
            titles.setdefault(key, []).append(article)
    return Known(
        by_address=by_address,
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
    text = clean(found.text)[:TEXT_LENGTH] if found.text else None
    author = one_line(found.author, 200) or None if found.author else None
    guid = one_line(found.guid, 500) or None if found.guid else None
    lang = found.lang[:10] if found.lang else None
    doubted = found.date_doubted or doubted
    told = url, title, summary, text, author, published, guid, lang, doubted
    # What a reader has cleaned is so already, and that goes for nearly all.
    if told == (
        found.url, found.title, found.summary, found.text, found.author, found.published, found.guid, found.lang,
        found.date_doubted,
    ):  # fmt: skip
        return found
    return replace(
        found,
        url=url,
        title=title,
        summary=summary,
        text=text,
        author=author,
        published=published,
        guid=guid,
        lang=lang,
        date_doubted=doubted,
    )


def choose_new(
    found: Iterable[Found], known: Known, offered: Collection[str], now: datetime
) -> list[Fresh]:
    """The items that are not stored yet, in the order found, each once: `choose`."""
    return choose(((item, canonical(item.url)) for item in found), known, offered, now).fresh


def choose(
    found: Iterable[tuple[Found, str]], known: Known, offered: Collection[str], now: datetime
) -> Chosen:
    """Which of the items, each with its canonical address, are new, and which are which stored article.

    `offered` are the canonical addresses of all that the source shows now. Known is: the same address, from any
    source; the same guid in this source, if the address that had it is no longer offered or the headline is
    the same (a changed address), for some outlets give one guid to every item; the same headline in this
    source within seven days (all guids and addresses changed), unless the older article is still offered
    beside it with another date: a weekly column. What a person deleted is known by guid and headline for ever,
    however they are edited and dated.
    """
    items = list(found)
    taken: set[str] = set()
    met: set[str] = set()
    twins: set[tuple[str, datetime]] = set()
    guids = Counter([item.guid for item, _ in items])
    shown = frozenset(offered).union(address for _, address in items) if known.by_guid or known.by_title else offered
    chosen = Chosen([], [])
    for item, address in items:
        if address in taken:
            continue
        taken.add(address)
        held = known.by_address.get(address) or known.by_address.get(item.url)
        key = "" if held else title_key(item.title)
        if held is None and known.by_guid and item.guid and guids[item.guid] == 1:
            held = _named(item, key, known.by_guid.get(item.guid, ()), shown)
        if held is None and key and known.by_title:
            at = item.published or now
            told = known.by_title.get(key, ())
            held = next((one for one in told if _is_retitled(at, one, shown)), None)
        if held is not None:
            if held.canonical_url not in met:
                met.add(held.canonical_url)
                chosen.known.append((item, held))
            continue
        if key and item.published is not None:
            if (key, item.published) in twins:
                continue
            twins.add((key, item.published))
        chosen.fresh.append(Fresh(item, address))
    return chosen


def _named(item: Found, key: str, named: Sequence[KnownArticle], offered: Collection[str]) -> KnownArticle | None:
    """The one article that the guid names: a guid that several bear names none of them."""
    if len(named) != 1:
        return None
    held = named[0]
    if key and key == title_key(held.title):
        return held
    # The guid's old address still stands in the feed: it names two items, so it names none.
    if held.canonical_url in offered:
        return None
    if held.is_deleted:
        return held
    before, after = set(_WORD.findall(held.title.casefold())), set(_WORD.findall(item.title.casefold()))
    return held if len(before & after) * 2 > max(len(before), len(after)) else None


def _is_retitled(at: datetime, held: KnownArticle, offered: Collection[str]) -> bool:
    if held.canonical_url in offered:
        return at == held.at
    return held.is_deleted or abs(at - held.at) <= _SAME_TITLE
