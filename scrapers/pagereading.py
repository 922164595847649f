"""Asking for an article's page and reading it, in steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from outreach.core.errors import WireError
from outreach.core.http import Answer, Request
from scrapers.extract import Extracted, extract
from scrapers.health import refusal
from scrapers.pagequeue import PageTask
from scrapers.reading.challenge import challenge_of
from scrapers.reading.plain import link_of
from scrapers.robots import RobotsBook
from scrapers.shortlinks import is_short_link
from scrapers.steps import Steps

# Less text than this is a cookie wall or an empty page.
_SHORTEST = 140
_READABLE = ("text/html", "application/xhtml", "text/plain")
_ACCEPT: Mapping[str, str] = {"Accept": "text/html, */*;q=0.5"}
_MOST_HOPS = 4


@dataclass(frozen=True)
class Raw:
    """A page as it came: the unpacked body, headers as told."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class PageRead:
    """A fetched page; `page` is None where it was only fetched to be kept. `hops` are addresses that led to it."""

    page: Extracted | None
    raw: Raw
    hops: tuple[str, ...] = ()


def page_steps(task: PageTask, robots: RobotsBook, now: datetime, zone: str) -> Steps[PageRead]:
    """Asks for the page, robots.txt first, and reads it; `zone` reads its times where the outlet has none of its own.

    A short link is followed by hand, so that the site it leads to is asked for its robots.txt too. WireError where
    there is nothing to read: `scrapers.robots`, `scrapers.blocked` (a challenge instead of a page; fact `what`),
    `scrapers.page_kind`, `scrapers.page_home`, `scrapers.page_empty`, what `scrapers.health.refusal` tells and the
    wire's own.
    """
    url = task.url
    hops: list[str] = []
    while True:
        if not (yield from robots.allowed(url, now)):
            raise WireError("scrapers.robots", permanent=True, url=url)
        is_hop = is_short_link(url) and len(hops) < _MOST_HOPS
        answer = yield Request(url, headers=_ACCEPT, follow=not is_hop)
        leads_to = link_of(answer.headers.get("location", ""), url) if 300 <= answer.status < 400 else None
        if not is_hop or leads_to is None:
            break
        hops.append(url)
        url = leads_to
    headers = {name.lower(): value for name, value in answer.headers.items()}
    _refuse(answer, headers, url, now)
    page = None
    if task.purpose == "text":
        page = extract(answer.body, answer.url, headers=headers, zone=task.zone or zone, now=now)
        if len(page.text) < _SHORTEST:
            raise WireError("scrapers.page_empty", url=url)
    return PageRead(page, Raw(answer.url, answer.status, headers, answer.body), tuple(hops))


def _refuse(answer: Answer, headers: Mapping[str, str], url: str, now: datetime) -> None:
    what = challenge_of(answer.status, headers, answer.body)
    if what is not None:
        raise WireError("scrapers.blocked", url=url, what=what, status=answer.status)
    if not 200 <= answer.status < 300:
        raise refusal(answer, url, now)
    kind = headers.get("content-type", "text/html").strip().lower()
    if not kind.startswith(_READABLE):
        raise WireError("scrapers.page_kind", permanent=True, url=url, type=kind[:60])
    if answer.url != url and _is_home(answer.url) and not _is_home(url):
        # Many sites show their front page where an article is gone: it must not be read as the article.
        raise WireError("scrapers.page_home", url=url)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") == "" and not parts.query
