"""One source's poll: ask, compare, read, choose, judge. Nothing is written here; no transaction is open on
the wire.
"""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Http, Request, conditional
from scrapers import source as kinds
from scrapers.agency import agencies, credited
from scrapers.decide import Fresh, sane
from scrapers.health import Outcome, refusal
from scrapers.judging import Judge, judge_article
from scrapers.recording import Judged
from scrapers.robots import RobotsBook
from scrapers.source import MOST_FOUND, Found, Leading, Page, address_of

# A feed's text of fewer characters is the summary again, or its beginning.
_WHOLE = 400
# How many pages one poll asks because of others, and how far from the first: an index of indexes of parts.
_MOST_FURTHER = 8
_DEEPEST = 2


@dataclass(frozen=True)
class DueSource:
    """What a poll needs of a source's row. `next_poll_at` as it was read: a claim wins only if it still
    is.
    """

    id: int
    name: str
    kind: str
    settings: dict[str, Any]
    language: str
    next_poll_at: datetime | None
    etag: str | None
    modified: str | None
    body_hash: str | None
    last_ok_at: datetime | None = None

    @property
    def host(self) -> str:
        """The host that is asked, with its port; empty where the settings name none."""
        return host_of(address_of(self.kind, self.settings))

    @property
    def cursor(self) -> str | None:
        """The moment of the last good poll with these settings."""
        # Without a hash the settings are new: what was read before belongs to others.
        if self.last_ok_at is None or self.body_hash is None:
            return None
        return self.last_ok_at.astimezone(UTC).isoformat()


def host_of(url: str) -> str:
    """The host and port of an address, lower case; empty where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def ask(
    due: DueSource, http: Http, robots: RobotsBook, now: datetime, pause: Callable[[], object] = lambda: None
) -> tuple[Outcome, list[Found]]:
    """Asks the source what it has: the outcome and the items, sane, the newest 2,000 at most.

    `pause` is called between two requests. Raises OutreachError where the settings, the wire or what came
    are at fault.
    """
    plugin = kinds.source_of(due.kind, due.settings)
    pages: list[Page] = []
    moved_to: str | None = None
    waiting = deque((request, 0) for request in plugin.ask(due.cursor))
    known = {request.url for request, _ in waiting}
    further = 0
    while waiting:
        request, depth = waiting.popleft()
        if pages:
            pause()
        if getattr(plugin, "for_people", False) and not robots.allows(request.url, http, now):
            raise WireError("scrapers.robots", permanent=True, url=request.url)
        answer = http.send(request if pages else _conditional(request, due))
        if answer.status == 304 and not pages and (due.etag or due.modified):
            return Outcome(
                True, etag=due.etag, modified=due.modified, body_hash=due.body_hash, moved_to=answer.moved_to
            ), []
        if answer.status in {404, 410} and depth:
            continue  # a part that is gone must not silence the others
        if not 200 <= answer.status < 300:
            raise refusal(answer, request.url, now)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        page = Page(answer.url, answer.status, headers, answer.body, now)
        moved_to = moved_to if pages else answer.moved_to
        pages.append(page)
        if depth < _DEEPEST and isinstance(plugin, Leading):
            for one in _further(plugin, page, due.cursor):
                if one.url not in known and further < _MOST_FURTHER:
                    known.add(one.url)
                    waiting.append((one, depth + 1))
                    further += 1
    if not pages:
        raise WireError("scrapers.nothing_to_ask", permanent=True, kind=due.kind)
    # One page's mark says nothing of the others.
    first = pages[0].headers if len(pages) == 1 else {}
    outcome = Outcome(
        True,
        etag=_kept(first.get("etag")),
        modified=_kept(first.get("last-modified")),
        body_hash=_hash(pages),
        moved_to=moved_to,
    )
    if outcome.body_hash == due.body_hash:
        return outcome, []
    read, found = _read(plugin, pages, outcome, now)
    if not read.found and due.cursor is not None and isinstance(plugin, Leading):
        # Only what is newer than the last poll was asked for, and there is nothing.
        return outcome, []
    return read, found


def _further(plugin: Leading, page: Page, cursor: str | None) -> list[Request]:
    try:
        return list(islice(plugin.further(page, cursor), _MOST_FURTHER))
    except OutreachError:
        raise
    except Exception as error:
        raise WireError("scrapers.unreadable", url=page.url, reason=type(error).__name__) from error


def _conditional(request: Request, due: DueSource) -> Request:
    return replace(request, headers={**request.headers, **conditional(due.etag, due.modified)})


def _kept(value: str | None) -> str | None:
    return value if value and len(value) <= 1_000 else None


def _hash(pages: list[Page]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for page in pages:
        digest.update(page.body)
        digest.update(b"\x00")
    return digest.hexdigest()


def _read(plugin: kinds.Source, pages: list[Page], outcome: Outcome, now: datetime) -> tuple[Outcome, list[Found]]:
    try:
        told = list(islice((item for page in pages for item in plugin.read(page)), MOST_FOUND + 1))
    except OutreachError:
        raise
    except Exception as error:
        # A page that breaks its reader breaks this source alone, and says so.
        raise WireError("scrapers.unreadable", url=pages[0].url, reason=type(error).__name__) from error
    found = [item for one in told[:MOST_FOUND] if (item := sane(one, now)) is not None]
    refused = len(told[:MOST_FOUND]) - len(found)
    if len(told) > MOST_FOUND:
        outcome = replace(outcome, reason_key="scrapers.capped", reason_facts={"count": MOST_FOUND})
    elif refused:
        outcome = replace(outcome, reason_key="scrapers.items_refused", reason_facts={"count": refused})
    elif kept := sum(item.points_on for item in found):
        outcome = replace(outcome, reason_key="scrapers.points_on", reason_facts={"count": kept})
    if not told:
        outcome = replace(outcome, reason_key="scrapers.empty", reason_facts={"url": pages[0].url})
    return replace(outcome, read=True, found=len(told)), found


def judge_fresh(
    fresh: Fresh, due: DueSource, judge: Judge, now: datetime, max_age: timedelta, fetching: bool
) -> Judged:
    """The verdict on a fresh item as far as its feed tells it, and whether its page is to be fetched for
    the rest.
    """
    item = fresh.found
    text = item.text or ""
    is_whole = item.complete or len(text) >= _WHOLE or len(text) > 1.5 * len(item.summary) + 100
    young = item.published is None or now - item.published <= max_age
    # What only points on shows a script there, not the article.
    asking = young and fetching and not item.points_on
    state = "feed" if is_whole else "pending" if asking else "summary"
    judgement = judge_article(
        item.title, item.summary, text, url=item.url, lang=item.lang or due.language[:2] or None, judge=judge
    )
    return Judged(fresh, text, state, credited(f"{item.summary}\n{text}", agencies()), judgement)
