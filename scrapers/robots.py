"""robots.txt: which pages a site asks programs to leave alone (RFC 9309). Feeds are meant for programs;
pages are not.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from outreach.core.errors import WireError
from outreach.core.http import Http, Request
from scrapers.reading.encoding import decode

AGENT = "outreach"
_KEPT = timedelta(hours=24)
_LONGEST = 500 * 1024


@dataclass(frozen=True)
class Rules:
    """Path patterns with whether they allow; the longest that fits decides, nothing fitting allows."""

    lines: tuple[tuple[str, bool], ...] = ()

    def allows(self, url: str) -> bool:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fitting = [(len(pattern), allow) for pattern, allow in self.lines if _fits(pattern, path)]
        return max(fitting, default=(0, True))[1]


def parse(text: str, agent: str = AGENT) -> Rules:
    """The rules for `agent`: those of its own groups, else those for everyone."""
    own: list[tuple[str, bool]] = []
    every: list[tuple[str, bool]] = []
    named: list[str] = []
    is_own = in_rules = False
    for line in text.splitlines()[:5_000]:
        name, _, value = line.split("#", 1)[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            named = [value.lower()] if in_rules else [*named, value.lower()]
            in_rules = False
            is_own = is_own or value.lower() == agent
        elif name in {"allow", "disallow"}:
            in_rules = True
            if value and len(value) <= 500:
                rule = (value, name == "allow")
                if agent in named:
                    own.append(rule)
                if "*" in named:
                    every.append(rule)
    return Rules(tuple(own if is_own else every))


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern with `*` (anything) and `$` (the end) fits the path's beginning; linear, no
    backtracking.
    """
    anchored = pattern.endswith("$")
    first, *rest = re.split(r"\*+", pattern.removesuffix("$"))
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest):
        last = number == len(rest) - 1
        if last and anchored:
            return len(path) - len(piece) >= at and path.endswith(piece)
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not anchored or at == len(path)


@dataclass
class RobotsBook:
    """The rules of the sites met so far, each asked once a day at most."""

    _held: dict[str, tuple[datetime, Rules]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def allows(self, url: str, http: Http, now: datetime) -> bool:
        """Whether the page may be asked; WireError `scrapers.robots_silent` while the site cannot say (5xx).

        A site that has no such file, or cannot be reached for it, forbids nothing: the page's own request
        will tell.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            held = self._held.get(site)
        if held is None or now - held[0] > _KEPT:
            held = (now, _asked(site, http))
            with self._lock:
                self._held[site] = held
        return held[1].allows(url)


def _asked(site: str, http: Http) -> Rules:
    try:
        answer = http.send(Request(f"{site}/robots.txt", max_bytes=_LONGEST))
    except WireError as error:
        if error.key == "http.stopped":
            raise
        return Rules()
    if answer.status >= 500:
        raise WireError("scrapers.robots_silent", url=f"{site}/robots.txt", status=answer.status)
    return parse(decode(answer.body, answer.headers)) if answer.status == 200 else Rules()
