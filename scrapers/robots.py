"""robots.txt: which pages a site asks programs to leave alone (RFC 9309). Feeds are meant for programs;
pages are not.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request
from scrapers.reading.encoding import decode
from scrapers.steps import Steps, drive

AGENT = "outreach"
# RFC 9309 asks for 500 KiB at least; what a longer file says further down is not heard.
_LONGEST = 500 * 1024
_MOST_BYTES = 2 * 2**20
_MOST_LINES = 5_000
_LONGEST_LINE = 600
_LONGEST_DELAY = 60.0
_KEPT = timedelta(hours=24)
# A site that could not be reached, or could not say, is asked again sooner.
_KEPT_UNREACHED = timedelta(hours=1)
_KEPT_SILENT = timedelta(minutes=10)
# A site's rules are some kilobytes; a catalogue may have ten thousand sites.
_MOST_SITES = 1_000
# The site is there, but its rules did not come: nothing is known of them.
_UNTOLD = frozenset({"http.timeout", "http.broken"})
# What most addresses begin with: a host that is written as it is known.
_PLAIN = re.compile(r"https?://[a-z0-9.:-]+(?=[/?#])")
_AGENT_LINE = re.compile(r"\s*user[\s-]?agent\s*(?::|\s)\s*(.*)", re.IGNORECASE)


class Rules:
    """What one robots.txt says to us."""

    def __init__(self, text: str, agent: str = AGENT) -> None:
        self._agent = agent
        self._file = Protego.parse(_for_us(text, agent)) if text else None

    def allows(self, url: str) -> bool:
        """Whether the page may be asked; the longest rule that fits decides, nothing fitting allows."""
        return self._file is None or bool(self._file.can_fetch(url, self._agent))

    @property
    def delay(self) -> float | None:
        """Seconds that the site wants between two requests, at most 60; None where it does not say."""
        told = None if self._file is None else self._file.crawl_delay(self._agent)
        return None if told is None else min(float(told), _LONGEST_DELAY)


def _for_us(text: str, agent: str) -> str:
    """The file with every other program's name made one: whom else it speaks to is nothing to us.

    Thousands of names with thousands of rules each would fill the memory; and a name that merely begins like
    ours ("out") is another program's.
    """
    lines = []
    for line in text[:_LONGEST].splitlines()[:_MOST_LINES]:
        if len(line) > _LONGEST_LINE:
            continue
        match = _AGENT_LINE.match(line)
        if match is not None:
            name = re.split(r"[\s/#]", match[1].strip().lower(), maxsplit=1)[0]
            told = name if name == "*" else agent if name.rstrip("*") == agent else "others"
            line = f"User-agent: {told}"
        lines.append(line)
    return "\n".join(lines)


@dataclass(frozen=True)
class _Told:
    rules: Rules
    until: datetime
    error: WireError | None = None


@dataclass
class RobotsBook:
    """The rules of the sites met last, a thousand of them, each asked once a day at most."""

    _held: OrderedDict[str, _Told] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def allowed(self, url: str, now: datetime) -> Steps[bool]:
        """Whether the page may be asked; asks the site for its robots.txt where its rules are not known.

        Raises WireError while the site cannot say: `scrapers.robots_silent` (5xx), or the wire's own for a file
        that was begun and did not come. A site that has no such file, or cannot be reached for it, forbids
        nothing: the page's own request will tell.
        """
        site = _site(url)
        held = self._known(site, now)
        if held is None:
            try:
                answer = yield Request(f"{site}/robots.txt", max_bytes=_MOST_BYTES)
            except WireError as error:
                if error.key == "http.stopped":
                    raise
                held = _unreached(error, now)
            else:
                held = _told(answer, f"{site}/robots.txt", now)
            self._keep(site, held)
        if held.error is not None:
            raise _again(held.error)
        return held.rules.allows(url)

    def allows(self, url: str, http: Http, now: datetime) -> bool:
        """The same, asked by `http` at once."""
        return drive(self.allowed(url, now), http)

    def delay(self, url: str) -> float | None:
        """Seconds that the site wants between two requests (Crawl-delay), 60 at most; None where it did not say, or
        was not asked.
        """
        if not self._held:
            return None
        with self._lock:
            held = self._held.get(_site(url))
        return None if held is None else held.rules.delay

    def _known(self, site: str, now: datetime) -> _Told | None:
        with self._lock:
            held = self._held.get(site)
            if held is None or now > held.until:
                return None
            self._held.move_to_end(site)
            return held

    def _keep(self, site: str, told: _Told) -> None:
        with self._lock:
            self._held[site] = told
            self._held.move_to_end(site)
            while len(self._held) > _MOST_SITES:
                self._held.popitem(last=False)


def _site(url: str) -> str:
    plain = _PLAIN.match(url)
    if plain is not None:
        return plain[0]
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"


def _told(answer: Answer, url: str, now: datetime) -> _Told:
    if answer.status >= 500 or answer.status == 429:
        error = WireError("scrapers.robots_silent", url=url, status=answer.status)
        return _Told(Rules(""), now + _KEPT_SILENT, error)
    text = decode(answer.body[:_LONGEST], answer.headers) if answer.status == 200 else ""
    return _Told(Rules(text), now + _KEPT)


def _again(error: WireError) -> WireError:
    """The error anew: one that was raised before carries where that was."""
    fresh = WireError(error.key)
    fresh.facts = error.facts
    return fresh


def _unreached(error: WireError, now: datetime) -> _Told:
    if error.key in _UNTOLD:
        return _Told(Rules(""), now + _KEPT_SILENT, error)
    return _Told(Rules(""), now + _KEPT_UNREACHED)
