"""The items of a newsletter or an alert: its links, each with the headline and the words that stand by it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from scrapers.canonical import canonical
from scrapers.reading.letter import Mail
from scrapers.reading.letterlinks import is_service, is_title, leads_on, led
from scrapers.reading.plain import SUMMARY_LENGTH, TITLE_LENGTH, clean, headline_of, one_line

MOST_ITEMS = 200
_LONGEST = 2_000_000
_MOST_LINKS = 5_000
# How far up from a link its snippet may stand: cell, row, table and the boxes between.
_LEVELS = 8
# So much more than the headline a box must hold to have a snippet.
_SNIPPET = 30
# What leads to a front page is a headline only if it is longer than any outlet's name.
_FRONT = 40
_INLINE = frozenset({"span", "b", "strong", "i", "em", "u", "font", "small"})
_SILENT = frozenset({"script", "style", "title", "head"})
_URL = re.compile(r"https?://[^\s<>\"\]]{4,2000}")
_END = ".,;:!?)»”'"
_RULE = "-=*_<>[]() \t\r\n"


@dataclass(frozen=True)
class LinkedItem:
    """A link and what its mail says of it; `outlet` where the mail names one, `points_on` as in `Found`."""

    url: str
    title: str
    summary: str
    outlet: str = ""
    points_on: bool = False


@dataclass
class _Group:
    """All the links of a mail that lead to one address."""

    url: str
    points_on: bool
    links: list[HtmlElement]


def items_of(mail: Mail) -> list[LinkedItem]:
    """The items of a mail, each address once, at most 200; empty where nothing in it leads to an article."""
    service = {canonical(url) for url in mail.unsubscribe}
    found = _in_html(mail.html[:_LONGEST], service) if mail.html else []
    return found or _in_text(clean(mail.text[:_LONGEST]), service)


def _in_html(markup: str, service: set[str]) -> list[LinkedItem]:
    try:
        tree = lxml_html.document_fromstring(clean(markup), parser=lxml_html.HTMLParser(remove_comments=True))
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    etree.strip_elements(tree, *_SILENT, with_tail=False)
    groups: dict[str, _Group] = {}
    for link in islice(tree.iter("a"), _MOST_LINKS):
        lead = led(link.get("href") or "")
        if lead is None or is_service(_words(link)):
            continue
        key = canonical(lead[0])
        if key not in service:
            groups.setdefault(key, _Group(*lead, [])).links.append(link)
    # An outlet's name above a headline must not part the box that both stand in.
    groups = {key: group for key, group in groups.items() if not _is_front(group)}
    owners = _owners(groups)
    items = (_item(group, key, owners) for key, group in groups.items())
    return list(islice((one for one in items if one is not None), MOST_ITEMS))


def _owners(groups: dict[str, _Group]) -> dict[HtmlElement, str]:
    """For each element around a link the one address that all links in it lead to; empty where they are several."""
    owners: dict[HtmlElement, str] = {}
    for key, group in groups.items():
        for link in group.links:
            for around in link.iterancestors():
                if owners.setdefault(around, key) != key:
                    owners[around] = ""
    return owners


def _item(group: _Group, key: str, owners: dict[HtmlElement, str]) -> LinkedItem | None:
    titled = [(words, link) for link in group.links if is_title(words := _words(link))]
    if titled:
        title, link = max(titled, key=lambda pair: len(pair[0]))
        lines = [*_lines(block := _box(link, key, owners, len(title) + _SNIPPET))]
    elif not any(leads_on(_words(link)) for link in group.links):
        return None  # a name of one word or two: a menu
    else:
        # A picture, or "Read more": the headline stands first in the largest box that is this address's alone.
        lines = [*_lines(block := _box(group.links[0], key, owners, _LONGEST))]
        title = next((line for line in lines if is_title(line)), "")
        if not title:
            return None
    outlet = _named(block, "publisher")
    others = {title, outlet, *(words for words, _ in titled)}
    told = (line for line in lines if line not in others and not leads_on(line) and not is_service(line))
    summary = one_line(" ".join(told), SUMMARY_LENGTH)
    return LinkedItem(group.url, one_line(title, TITLE_LENGTH), summary, outlet, group.points_on)


def _is_front(group: _Group) -> bool:
    """Whether it is a site's front page, by a short name."""
    parts = urlsplit(canonical(group.url))
    longest = max((len(_words(link)) for link in group.links), default=0)
    return not group.points_on and parts.path == "/" and not parts.query and longest < _FRONT


def _box(link: HtmlElement, key: str, owners: dict[HtmlElement, str], enough: int) -> HtmlElement:
    """The box around a link that is its address's alone: the smallest with so much text, else the largest."""
    box: HtmlElement = link
    for around in islice(link.iterancestors(), _LEVELS):
        if owners.get(around) != key or around.tag in {"body", "html"}:
            break
        box = around
        if len(" ".join("".join(box.itertext()).split())) >= enough:
            break
    return box


def _lines(box: HtmlElement) -> Iterator[str]:
    """The texts of a box: links apart, and whatever is not set within a line."""
    parts: list[str] = []
    for event, node in etree.iterwalk(box, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        # A link of the mail's own service says nothing of the item.
        served = tag == "a" and event == "end" and led(node.get("href") or "") is None
        if tag not in _INLINE and not served and (words := " ".join("".join(parts).split())):
            yield words
        if tag not in _INLINE:
            parts.clear()
        if event == "start":
            parts.append(node.text or "")
        elif event == "end" and node is not box:
            parts.append(node.tail or "")
    if words := " ".join("".join(parts).split()):
        yield words


def _named(box: HtmlElement, name: str) -> str:
    """What a mail's own markup names so (schema.org)."""
    node = next(iter(box.xpath(".//*[@itemprop=$name]", name=name)), None)
    return "" if node is None else one_line("".join(node.itertext()), 200)


def _words(link: HtmlElement) -> str:
    words = " ".join("".join(link.itertext()).split())[: TITLE_LENGTH * 2]
    if words:
        return words
    return next((" ".join(told.split()) for image in link.iter("img") if (told := image.get("alt") or "")), "")


def _in_text(text: str, service: set[str]) -> list[LinkedItem]:
    """The addresses of a plain text, each with the paragraph that stands before it."""
    found: dict[str, LinkedItem] = {}
    at = 0
    for match in islice(_URL.finditer(text), _MOST_LINKS):
        before, at = text[at : match.start()], match.end()
        lead = led(match[0].rstrip(_END))
        if lead is None or canonical(lead[0]) in service:
            continue
        lines = _paragraph(before)
        if any(is_service(line.strip(" :")) for line in lines) or _is_front(_Group(*lead, [])):
            continue
        title = next((line for line in lines if is_title(line)), "")
        summary = " ".join(line for line in lines if line != title and not leads_on(line))
        item = LinkedItem(
            lead[0],
            one_line(title, TITLE_LENGTH) or headline_of(lead[0]),
            one_line(summary, SUMMARY_LENGTH),
            points_on=lead[1],
        )
        found.setdefault(canonical(lead[0]), item)
        if len(found) == MOST_ITEMS:
            break
    return [*found.values()]


def _paragraph(before: str) -> list[str]:
    """The lines of the last paragraph that has any words."""
    for paragraph in reversed(re.split(r"\n[ \t]*\n", before)):
        lines = [" ".join(line.split()) for line in paragraph.splitlines() if line.strip(_RULE)]
        if lines:
            return lines
    return []
