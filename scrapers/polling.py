"""One source's poll: ask, compare, read, choose, judge. Nothing is written here; no transaction is open on
the wire.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Http, Request, conditional
from scrapers import source as kinds
from scrapers.agency import agencies, credited
from scrapers.decide import Fresh, sane
from scrapers.health import Outcome, refusal
from scrapers.judging import Judge, judge_article
from scrapers.recording import Judged
from scrapers.robots import RobotsBook
from scrapers.source import MOST_FOUND, Found, Page

# A feed's text of fewer characters is the summary again, or its beginning.
_WHOLE = 400


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

    @property
    def host(self) -> str:
        """The host that is asked, with its port; empty where the settings name none."""
        return host_of(str(self.settings.get("url") or ""))


def host_of(url: str) -> str:
    """The host and port of an address, lower case; empty where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def ask(due: DueSource, http: Http, robots: RobotsBook, now: datetime) -> tuple[Outcome, list[Found]]:
    """Asks the source what it has: the outcome and the items, sane, the newest 2,000 at most.

    Raises OutreachError where the settings, the wire or what came are at fault.
    """
    plugin = kinds.source_of(due.kind, due.settings)
    pages: list[Page] = []
    answer: Answer | None = None
    for number, request in enumerate(plugin.ask(None)):
        asked = _conditional(request, due) if number == 0 else request
        if getattr(plugin, "for_people", False) and not robots.allows(request.url, http, now):
            raise WireError("scrapers.robots", permanent=True, url=request.url)
        answer = http.send(asked)
        if answer.status == 304 and number == 0 and (due.etag or due.modified):
            return Outcome(
                True, etag=due.etag, modified=due.modified, body_hash=due.body_hash, moved_to=answer.moved_to
            ), []
        if not 200 <= answer.status < 300:
            raise refusal(answer, request.url, now)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        pages.append(Page(answer.url, answer.status, headers, answer.body, now))
    if answer is None:
        raise WireError("scrapers.nothing_to_ask", permanent=True, kind=due.kind)
    first = pages[0].headers
    outcome = Outcome(
        True,
        etag=_kept(first.get("etag")),
        modified=_kept(first.get("last-modified")),
        body_hash=_hash(pages),
        moved_to=answer.moved_to,
    )
    if outcome.body_hash == due.body_hash:
        return outcome, []
    return _read(plugin, pages, outcome, now)


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
    is_whole = len(text) >= _WHOLE or len(text) > 1.5 * len(item.summary) + 100
    young = item.published is None or now - item.published <= max_age
    state = "feed" if is_whole else "pending" if young and fetching else "summary"
    judgement = judge_article(
        item.title, item.summary, text, url=item.url, lang=item.lang or due.language[:2] or None, judge=judge
    )
    return Judged(fresh, text, state, credited(f"{item.summary}\n{text}", agencies()), judgement)
