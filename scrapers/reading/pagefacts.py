"""What a page declares about its article: JSON-LD, meta tags and marked-up times."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.plain import one_line, title_of

_ARTICLE = re.compile(
    r"(?:News|Blog|Report|Tech|Opinion|Review|Analysis|Live)?\w*(?:Article|BlogPosting|Posting|Report)$"
)
_DATE_META = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publish-date",
    "pubdate",
    "publishdate",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "sailthru.date",
    "parsely-pub-date",
    "article.published",
)
_DATED_CLASS = re.compile(
    r"publi|posted|entry-date|post-date|article-?(?:date|time|meta)|datums|pub-?date|byline|created",
    re.IGNORECASE,
)
_URL_DATE = re.compile(r"/(20\d{2})/(\d{1,2})/(\d{1,2})(?:/|$)")
# A date beside the headline without any mark: a day with its year, in a line that is hardly longer.
_WHOLE_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}\.?\s*(?:gada|g\.)?\s*\d{1,2}\.|\d{1,2}[.\s/-]+(?:\w+[.\s-]+)?(?:19|20)\d{2}(?!\d))"
)
_LONGEST_BESIDE = 48
_MOST_BESIDE = 3
# Where a page tells what day it is today and whose name-day: never the article's date.
_ABOUT_THE_PAGE = frozenset({"header", "nav", "footer", "aside"})
_HEADER_NAMES = re.compile(
    r"(?:^|[\s_-])(?:site-?header|top-?bar|header|masthead|nameday|vardadien\w*|navbar|menu|footer|sidebar)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PageFacts:
    """Declared facts; empty or None where the page declares none."""

    title: str
    published: datetime | None
    author: str | None
    lang: str | None
    url: str | None
    canonical: str | None = None
    date_doubted: bool = False


def facts_of(tree: HtmlElement, zone: ZoneInfo, now: datetime) -> PageFacts:
    """The facts in order of trust: JSON-LD of an article, meta tags, then times marked up beside the
    article.
    """
    blocks = [block for block in _json_blocks(tree) if _is_article(block)]
    metas = _metas(tree)
    address = _canonical(tree, metas)
    published, doubted = _published(tree, blocks, metas, address, zone, now)
    return PageFacts(
        title=_title(tree, blocks, metas),
        published=published,
        author=_author(tree, blocks, metas),
        lang=_lang(tree, blocks, metas),
        url=address,
        canonical=_own_canonical(tree),
        date_doubted=doubted,
    )


def _json_blocks(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for node in tree.iter("script"):
        if "ld+json" not in (node.get("type") or "").lower() or not node.text or len(node.text) > 500_000:
            continue
        try:
            told = json.loads(node.text.strip().removeprefix("<!--").removesuffix("-->").strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = [told]
        for _ in range(500):
            if not waiting:
                break
            one = waiting.pop(0)
            if isinstance(one, list):
                waiting.extend(one)
            elif isinstance(one, dict):
                yield one
                waiting.extend(
                    one[name]
                    for name in ("@graph", "mainEntity", "mainEntityOfPage")
                    if isinstance(one.get(name), dict | list)
                )


def _is_article(block: dict[str, Any]) -> bool:
    kinds = block.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop") or ""
        value = node.get("content") or ""
        if name and value:
            metas.setdefault(name.strip().lower(), value.strip()[:2_000])
    return metas


def _title(tree: HtmlElement, blocks: list[dict[str, Any]], metas: dict[str, str]) -> str:
    told = next((block["headline"] for block in blocks if isinstance(block.get("headline"), str)), "")
    heads = [one_line("".join(node.itertext()), 500) for node in tree.iter("h1")]
    whole = next(("".join(node.itertext()) for node in tree.iter("title")), "")
    named = (
        told or metas.get("og:title") or metas.get("twitter:title") or (heads[0] if len(heads) == 1 else "") or whole
    )
    title = title_of(named)
    # "Headline - Site": the page's own heading says where the headline ends.
    head = next((head for head in heads if len(head) >= 10 and title.startswith(head)), None)
    return head or title


def _published(
    tree: HtmlElement,
    blocks: list[dict[str, Any]],
    metas: dict[str, str],
    address: str | None,
    zone: ZoneInfo,
    now: datetime,
) -> tuple[datetime | None, bool]:
    """The first date that can be true, in order of trust; whether only such as cannot were told."""
    told = [
        block[name]
        for name in ("datePublished", "dateCreated", "uploadDate")
        for block in blocks
        if isinstance(block.get(name), str)
    ]
    told += [metas[name] for name in _DATE_META if name in metas]
    doubted = False
    for one in chain(told, _marked_times(tree), _beside_headline(tree)):
        moment, wrong = sane_date(read_date(one, zone, now), now)
        if moment is not None:
            return moment, False
        doubted = doubted or wrong
    match = _URL_DATE.search(address or "")
    if match is not None:
        moment, _ = sane_date(read_date(f"{match[1]}-{match[2]}-{match[3]}", zone, now), now)
        return moment, moment is None and doubted
    return None, doubted


def _beside_headline(tree: HtmlElement) -> Iterator[str]:
    """Short lines right after the article's only headline that are nothing but a whole date."""
    heads = [node for node in tree.iter("h1") if not _is_about_the_page(node)]
    if len(heads) != 1:
        return
    for node in islice(heads[0].itersiblings(), _MOST_BESIDE):
        text = one_line("".join(islice(node.itertext(), 20)), _LONGEST_BESIDE + 1)
        if len(text) <= _LONGEST_BESIDE and _WHOLE_DATE.search(text):
            yield text


def _marked_times(tree: HtmlElement) -> Iterator[str]:
    """Times marked up in the page, those nearest to the article first."""
    for node in tree.xpath("//*[@itemprop='datePublished']"):
        yield node.get("datetime") or node.get("content") or one_line("".join(node.itertext()), 100)
    times = [node for node in tree.iter("time") if not _is_about_the_page(node)]
    # The first time of the article is its own: those of related articles come after the text.
    times.sort(
        key=lambda node: (
            not (node.get("pubdate") is not None or any(up.tag in {"article", "main"} for up in node.iterancestors()))
        )
    )
    for node in times[:5]:
        if node.get("datetime"):
            yield node.get("datetime") or ""
        else:
            yield one_line("".join(node.itertext()), 100)
    for node in tree.iter("span", "div", "p", "li", "abbr"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _DATED_CLASS.search(names) and len(node) <= 6 and not _is_about_the_page(node):
            text = one_line("".join(node.itertext()), 120)
            if any(letter.isdigit() for letter in text):
                yield text


def _is_about_the_page(node: HtmlElement) -> bool:
    inside_article = False
    for up in node.iterancestors():
        inside_article = inside_article or up.tag in {"article", "main"}
        if up.tag in _ABOUT_THE_PAGE and not (
            up.tag == "header" and any(above.tag in {"article", "main"} for above in up.iterancestors())
        ):
            return not inside_article
        if (
            not inside_article
            and up.tag != "body"
            and _HEADER_NAMES.search(f"{up.get('class') or ''} {up.get('id') or ''}")
        ):
            return True
    return False


def _author(tree: HtmlElement, blocks: list[dict[str, Any]], metas: dict[str, str]) -> str | None:
    for block in blocks:
        told = block.get("author")
        names = [
            one.get("name") if isinstance(one, dict) else one for one in (told if isinstance(told, list) else [told])
        ]
        named = ", ".join(title_of(name) for name in names if isinstance(name, str) and name.strip())
        if named:
            return one_line(named, 200)
    for name in ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"):
        if name in metas and not metas[name].startswith(("http://", "https://")):
            return one_line(title_of(metas[name]), 200) or None
    for node in tree.xpath("//*[@rel='author' or @itemprop='author']")[:1]:
        return one_line("".join(node.itertext()), 200) or None
    return None


def _lang(tree: HtmlElement, blocks: list[dict[str, Any]], metas: dict[str, str]) -> str | None:
    told = next((block["inLanguage"] for block in blocks if isinstance(block.get("inLanguage"), str)), None)
    root = next(tree.iter("html"), None)
    named = told or (root.get("lang") if root is not None else None) or metas.get("og:locale") or ""
    return named[:2].lower() if named[:2].isalpha() else None


def _canonical(tree: HtmlElement, metas: dict[str, str]) -> str | None:
    for node in tree.iter("link"):
        if (node.get("rel") or "").lower() == "canonical" and node.get("href"):
            return str(node.get("href"))
    return metas.get("og:url")


def _own_canonical(tree: HtmlElement) -> str | None:
    """The address that the page's head gives it; None where two differ. What stands in the body may be a reader's."""
    told = {
        str(node.get("href")).strip()
        for node in tree.iter("link")
        if "canonical" in (node.get("rel") or "").lower().split()
        and node.get("href")
        and not any(up.tag == "body" for up in node.iterancestors())
    }
    return told.pop() if len(told) == 1 else None
