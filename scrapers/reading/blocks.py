"""Finds the list of articles in a page nobody described: blocks that repeat, each with a headline that leads on.

Pure. What is proposed are the CSS selectors that the kind `listing` takes.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from scrapers.reading.dates import read_date, sane_date
from scrapers.reading.plain import link_of, one_line

_MOST_CHARACTERS = 2_000_000
_MOST_ANCHORS = 2_000
_MOST_BLOCKS = 300
_HIGHEST = 6  # how far above its link a block is looked for
_FEWEST = 3
_SHORTEST = 15  # characters: menus are shorter, headlines longer
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCK_TAGS = frozenset({"article", "li", "div", "section", "tr", "td", "a", "dt", "dd", "p", "figure", *_HEADINGS})
_ASIDE = frozenset({"nav", "footer", "aside", "form"})
_CLASS = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]{0,60}")
# Classes that tell the place in a row, a state or one article, not what a block is.
_PASSING = re.compile(r"first|last|odd|even|active|current|clearfix|hidden|visible|row|.*\d{3,}.*", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Selectors of a listing; `score` orders several proposals for one page."""

    item: str
    link: str
    title: str
    date: str
    summary: str
    score: float

    def settings(self) -> dict[str, str]:
        """As the kind `listing` takes them, without those that say nothing."""
        told = {name: getattr(self, name) for name in ("item", "link", "title", "date", "summary")}
        return {name: value for name, value in told.items() if value and (name, value) != ("link", "a")}


@dataclass(frozen=True)
class _Block:
    """One repeated element: its headline, the link to the article, and how it looks."""

    tag: Tag
    anchor: Tag
    heading: Tag | None
    url: str
    title: str
    links: int  # different articles it leads to
    dated: bool


def propose(text: str, base: str, zone: ZoneInfo, now: datetime, fewest: int = _FEWEST) -> list[Layout]:
    """Layouts of the page's list of articles, the three likeliest, the best first; none where nothing
    repeats `fewest` times.
    """
    soup = BeautifulSoup(text[:_MOST_CHARACTERS], "lxml")
    dates = _dates(zone, now)
    made: dict[int, _Block | None] = {}
    ranked: list[tuple[float, str, list[_Block]]] = []
    for selector, tags in _groups(soup, base).items():
        if not fewest <= len(tags) <= _MOST_BLOCKS:
            continue
        inside = {id(tag) for tag in tags}
        if any(id(up) in inside for tag in tags for up in tag.parents):
            continue
        blocks = []
        for tag in tags:
            if id(tag) not in made:
                made[id(tag)] = _block(tag, base, dates)
            block = made[id(tag)]
            if block is not None:
                blocks.append(block)
        score = _score(blocks, len(tags), base, fewest)
        if score > 0:
            ranked.append((score, selector, blocks))
    # Of equals the plainer selector.
    ranked.sort(key=lambda one: (-one[0], len(one[1]), one[1]))
    return [_layout(score, selector, blocks, dates) for score, selector, blocks in ranked[:3]]


def _groups(soup: BeautifulSoup, base: str) -> dict[str, list[Tag]]:
    """The elements around links, by each selector that could name them."""
    groups: dict[str, dict[int, Tag]] = {}
    for anchor in soup.find_all("a", href=True, limit=_MOST_ANCHORS):
        if link_of(str(anchor["href"]), base) is None:
            continue
        for up in [anchor, *list(anchor.parents)[:_HIGHEST]]:
            if up.name in {"body", "html", "main", "[document]"}:
                break
            if up.name in _BLOCK_TAGS:
                for selector in _selectors(up):
                    groups.setdefault(selector, {})[id(up)] = up
    return {selector: list(tags.values()) for selector, tags in groups.items()}


def _selectors(tag: Tag) -> Iterator[str]:
    names = _classes(tag)
    for name in names:
        yield f"{tag.name}.{name}"
    if tag.name == "article":
        yield "article"
    parent = tag.parent
    if not names and parent is not None:
        number = str(parent.get("id") or "")
        if _CLASS.fullmatch(number) and not _PASSING.fullmatch(number):
            yield f"#{number} > {tag.name}"
        for name in _classes(parent):
            yield f"{parent.name}.{name} > {tag.name}"
        if tag.name in {"li", "tr"} and not _classes(parent):
            yield f"{parent.name} > {tag.name}"


def _classes(tag: Tag) -> list[str]:
    names = [name for name in tag.get_attribute_list("class") if name]
    return [name for name in names[:8] if _CLASS.fullmatch(name) and not _PASSING.fullmatch(name)]


def _block(tag: Tag, base: str, dates: Callable[[Tag], bool]) -> _Block | None:
    own = [tag] if tag.name == "a" and tag.get("href") else []
    anchors = [
        (anchor, url)
        for anchor in [*own, *tag.find_all("a", href=True, limit=30)]
        if (url := link_of(str(anchor["href"]), base)) is not None
    ]
    if not anchors:
        return None
    heading = next((one for one in tag.find_all(_HEADINGS, limit=3) if _words(one)), None)
    anchor, url = max(anchors, key=lambda one: len(_words(one[0])))
    if heading is not None:
        within = [one for one in anchors if heading in one[0].parents or one[0] in heading.parents]
        anchor, url = within[0] if within else (anchor, url)
    title = _words(heading) if heading is not None else _words(anchor)
    long = {url for one, url in anchors if len(_words(one)) >= _SHORTEST}
    dated = any(dates(one) for one in _small(tag))
    return _Block(tag, anchor, heading, url, title, max(1, len(long)), dated)


def _score(blocks: Sequence[_Block], number: int, base: str, fewest: int) -> float:
    if len(blocks) < fewest:
        return 0
    count = len(blocks)
    urls, titles = {one.url for one in blocks}, {one.title for one in blocks}
    length = median(len(one.title) for one in blocks)
    if length < _SHORTEST or min(len(urls), len(titles)) < max(fewest, 0.6 * number):
        return 0
    single = sum(one.links == 1 for one in blocks) / count
    headed = sum(one.heading is not None for one in blocks) / count
    dated = sum(one.dated for one in blocks) / count
    here = sum(_site(one.url) == _site(base) for one in blocks) / count
    aside = sum(any(up.name in _ASIDE for up in one.tag.parents) for one in blocks) / count
    size: float = min(count, 40) ** 0.5 * (0.3 + min(length, 60) / 60)
    # A whole block tells more than its headline alone.
    more = sum(len(_words(one.tag)) > len(one.title) + 8 for one in blocks) / count
    looks = (1 + dated) * (1 + headed / 2) * (1 + more / 5)
    return size * looks * single**2 * (0.3 + 0.7 * here) * (1 - 0.8 * aside)


def _layout(score: float, selector: str, blocks: Sequence[_Block], dates: Callable[[Tag], bool]) -> Layout:
    link = next((one for one in _link_selectors(blocks) if _leads(one, blocks)), "a")
    title = ""
    if sum(_words(one.anchor) != one.title for one in blocks) * 2 > len(blocks):
        names = Counter(one.heading.name for one in blocks if one.heading is not None)
        title = names.most_common(1)[0][0] if names else ""
    date = _commonest(blocks, dates, 0.5)
    summary = _commonest(blocks, _is_summary, 0.4, {one.title for one in blocks})
    return Layout(selector, link, title, date, summary, round(score, 3))


def _link_selectors(blocks: Sequence[_Block]) -> Iterator[str]:
    yield "a"
    for name in _HEADINGS:
        yield f"{name} a"
    for name, _ in Counter(name for one in blocks for name in _classes(one.anchor)).most_common(5):
        yield f"a.{name}"
    parents = (one.anchor.parent for one in blocks if one.anchor.parent is not None)
    for name, _ in Counter(name for parent in parents for name in _classes(parent)).most_common(5):
        yield f".{name} > a"


def _leads(selector: str, blocks: Sequence[_Block]) -> bool:
    hits = 0
    for block in blocks:
        first = block.tag.select_one(selector) or (block.tag if block.tag is block.anchor else None)
        hits += first is block.anchor
    return hits >= 0.8 * len(blocks)


def _commonest(
    blocks: Sequence[_Block], fits: Callable[[Tag], bool], share: float, without: Collection[str] = ()
) -> str:
    """The selector whose first match fits in most blocks; empty where it does in fewer than the share."""
    names: Counter[str] = Counter()
    for block in blocks:
        found = set()
        for tag in _small(block.tag):
            if fits(tag) and _words(tag) not in without and not any(up is tag for up in block.anchor.parents):
                found |= {f"{tag.name}.{name}" for name in _classes(tag)} or {tag.name}
        names.update(found)
    for selector, _ in sorted(names.items(), key=lambda one: (-one[1], one[0] != "time", one[0]))[:10]:
        hits = 0
        for block in blocks:
            first = block.tag.select_one(selector)
            hits += first is not None and fits(first)
        if hits >= share * len(blocks):
            return selector
    return ""


def _small(tag: Tag) -> Iterator[Tag]:
    """Elements inside that hold a text of their own, not other blocks."""
    for one in tag.find_all(["time", "span", "div", "p", "small", "em", "td", "dd", "abbr", "li"], limit=60):
        if one.find(["div", "p", "ul", "article", "li", *_HEADINGS]) is None:
            yield one


def _dates(zone: ZoneInfo, now: datetime) -> Callable[[Tag], bool]:
    def is_date(tag: Tag) -> bool:
        told = str(tag.get("datetime") or "") or _words(tag)
        if not told or len(told) > 60:
            return False
        moment, _ = sane_date(read_date(told, zone, now), now)
        return moment is not None

    return is_date


def _is_summary(tag: Tag) -> bool:
    return tag.name in {"p", "div", "span", "td", "dd"} and len(_words(tag)) >= 40


def _words(tag: Tag) -> str:
    return one_line(tag.get_text(" ", strip=True), 500)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
