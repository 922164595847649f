"""A catalogue of outlets with a life of their own: what they publish and when, and what befalls their servers.

Everything follows from the number of an outlet, so that a test can say beforehand what must have been found.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from xml.sax.saxutils import escape

from outreach.core.errors import WireError
from outreach.core.http import Answer, Request

HOUR = timedelta(hours=1)
_SHOWN = 30  # items that a feed shows
_FLOOD = 25  # items that come within a minute
_BEFORE = 14  # days of history that a feed begins with

# What befalls an outlet: between which hours of the day, and how its server answers then.
TROUBLES = ("none", "timeout", "error", "busy", "moved", "challenge", "empty", "not a feed", "lying", "slow", "cut")


@dataclass(frozen=True)
class Item:
    number: int
    at: datetime
    title: str


@dataclass
class Outlet:
    """One outlet: `trouble` from `since` to `until`; `lying` ones answer 304 to everything for a while."""

    number: int
    host: str
    items: Sequence[Item]
    trouble: str
    since: datetime
    until: datetime

    @property
    def url(self) -> str:
        return f"http://{self.host}/{self.number}/feed.xml"

    @property
    def moved_url(self) -> str:
        return f"http://{self.host}/{self.number}/moved.xml"

    def address_of(self, item: Item) -> str:
        return f"http://{self.host}/{self.number}/raksts-{item.number}"

    def shown(self, now: datetime) -> list[Item]:
        return [item for item in self.items if item.at <= now][-_SHOWN:][::-1]

    def feed(self, now: datetime) -> bytes:
        rows = "".join(
            f"<item><title>{escape(item.title)}</title><link>{self.address_of(item)}?utm_source=rss</link>"
            f"<guid>{self.number}-{item.number}</guid><pubDate>{format_datetime(item.at)}</pubDate>"
            f"<description>{'Teksts par novada dzīvi. ' * 20}{item.number}</description></item>"
            for item in self.shown(now)
        )
        return (
            f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Avots {self.number}</title>"
            f"{rows}</channel></rss>"
        ).encode()


def outlets(count: int, start: datetime) -> list[Outlet]:
    """So many outlets, three to a host here and there, whose day begins at `start`."""
    made = []
    for number in range(count):
        chance = random.Random(number)
        gap = chance.choice((0.4, 1.0, 2.0, 6.0, 24.0)) * HOUR
        times: list[datetime] = []
        at = start - timedelta(days=_BEFORE)
        while at < start + timedelta(days=1):
            at += gap * chance.uniform(0.5, 1.5)
            times.append(at)
        if number % 17 == 3:  # a flood
            flood = start + chance.uniform(3, 18) * HOUR
            times += [flood + timedelta(seconds=2 * one) for one in range(_FLOOD)]
        items = [
            Item(one, moment.replace(microsecond=0), f"Ziņa {number}.{one}: {chance.choice(_TOPICS)}")
            for one, moment in enumerate(sorted(times))
        ]
        since = start + chance.uniform(2, 12) * HOUR
        trouble = TROUBLES[number % len(TROUBLES)]
        until = since + chance.uniform(0.5, 5) * HOUR
        made.append(Outlet(number, f"avots-{number // 3 if number < 30 else number}.example", items, trouble, since, until))
    return made


_TOPICS = ("skolā jauns sporta laukums", "tilta remonts sākas pavasarī", "bibliotēkā atklāta izstāde", "tirgus laukumā koncerts")


@dataclass
class World:
    """What the outlets' servers answer; `refused` counts the answers that were no feed."""

    outlets: Sequence[Outlet]
    refused: int = 0
    _by_path: dict[tuple[str, str], Outlet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for outlet in self.outlets:
            self._by_path[outlet.host, f"/{outlet.number}/feed.xml"] = outlet
            self._by_path[outlet.host, f"/{outlet.number}/moved.xml"] = outlet

    def __call__(self, request: Request, now: datetime) -> tuple[Answer | WireError, float]:
        host, _, path = request.url.removeprefix("http://").partition("/")
        outlet = self._by_path[host, f"/{path}"]
        wait = 0.2 + (outlet.number % 7) / 10
        trouble = outlet.trouble if outlet.since <= now < outlet.until else "none"
        if trouble not in {"none", "moved", "lying", "slow"}:
            self.refused += 1
        return self._told(outlet, trouble, request, now, wait)

    def _told(
        self, outlet: Outlet, trouble: str, request: Request, now: datetime, wait: float
    ) -> tuple[Answer | WireError, float]:
        url = request.url
        match trouble:
            case "timeout":
                return WireError("http.timeout", url=url, host=outlet.host, seconds=30), 30.0
            case "cut":
                return WireError("http.broken", url=url, host=outlet.host, reason="IncompleteRead"), 3.0
            case "error":
                return Answer(url, 500, {}, b"<h1>500</h1>"), wait
            case "busy":
                return Answer(url, 503, {"Retry-After": "1800"}, b"later"), wait
            case "challenge":
                page = b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
                return Answer(url, 403, {"Server": "cloudflare", "cf-mitigated": "challenge"}, page), wait
            case "empty":
                return Answer(url, 200, {}, b"<rss version='2.0'><channel><title>x</title></channel></rss>"), wait
            case "not a feed":
                return Answer(url, 200, {"Content-Type": "text/html"}, b"<html><body>Lapa tiek labota</body></html>"), wait
        validators = {name.lower(): value for name, value in request.headers.items()}
        if trouble == "lying" and "if-none-match" in validators:
            return Answer(url, 304, {}, b""), wait
        body = outlet.feed(now)
        tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        moved = outlet.trouble == "moved" and now >= outlet.since
        where = (outlet.moved_url, (url,), outlet.moved_url) if moved else (url, (), None)
        known = validators.get("if-none-match") == tag
        status, sent = (304, b"") if known else (200, body)
        return Answer(where[0], status, {"ETag": tag}, sent, where[1], where[2]), 12.0 if trouble == "slow" else wait
