"""What a feed says of how it wants to be asked, from its headers and the part of it before the first entry."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapers.reading.plain import link_of
from scrapers.source import Hints, Page

_HEAD = 16_384
_LONGEST = timedelta(days=1)
_SHORTEST = timedelta(minutes=1)
_FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(rb"<\w{1,20}:updatePeriod>\s*(hourly|daily)\s*<")
_FREQUENCY = re.compile(rb"<\w{1,20}:updateFrequency>\s*(\d{1,4})\s*<")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NO_CACHE = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_LINK = re.compile(rb"<(?:\w{1,20}:)?link\s([^<>]{1,2000})>")
_ATTRIBUTE = re.compile(rb"""(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HEADER_LINK = re.compile(r"<([^<>]{1,2000})>([^<]{0,500})")
_HEADER_REL = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|([\w-]+))""", re.IGNORECASE)
_PERIODS = {b"hourly": timedelta(hours=1), b"daily": timedelta(days=1)}


def hints_of(page: Page) -> Hints:
    """The longest time told that makes sense (a minute to a day), and the first WebSub hub. Never fails."""
    head = page.body[:_HEAD]
    match = _FIRST_ENTRY.search(head)
    if match is not None:
        head = head[: match.start()]
    times = [told for told in (*_in_headers(page), *_in_head(head)) if _SHORTEST <= told <= _LONGEST]
    return Hints(ttl=max(times, default=None), hub=_hub(page, head))


def _in_head(head: bytes) -> Iterator[timedelta]:
    if match := _TTL.search(head):
        yield timedelta(minutes=int(match[1]))
    if match := _PERIOD.search(head):
        often = _FREQUENCY.search(head)
        yield _PERIODS[match[1]] / max(1, int(often[1]) if often else 1)


def _in_headers(page: Page) -> Iterator[timedelta]:
    control = page.headers.get("cache-control", "")
    if _NO_CACHE.search(control):
        return
    if match := _MAX_AGE.search(control):
        yield timedelta(seconds=int(match[1]))
        return
    until = _moment(page.headers.get("expires", ""))
    if until is not None:
        # By the server's own clock where it tells the time.
        yield until - (_moment(page.headers.get("date", "")) or page.fetched_at)


def _moment(told: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _hub(page: Page, head: bytes) -> str | None:
    for address, rest in _HEADER_LINK.findall(page.headers.get("link", "")[:10_000]):
        rel = _HEADER_REL.search(rest)
        if rel and "hub" in (rel[1] or rel[2] or "").lower().split() and (hub := link_of(address, page.url)):
            return hub
    for match in _LINK.finditer(head):
        told = {name: double or single for name, double, single in _ATTRIBUTE.findall(match[1])}
        if b"hub" in told.get(b"rel", b"").lower().split():
            hub = link_of(html.unescape(told.get(b"href", b"").decode("utf-8", "replace")), page.url)
            if hub is not None:
                return hub
    return None
