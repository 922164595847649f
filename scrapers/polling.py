"""One source's poll, in steps: ask, compare, read, choose, judge. It knows no wire and no store."""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Http, Request, conditional
from scrapers import source as kinds
from scrapers.agency import agencies, credited
from scrapers.decide import Fresh, sane
from scrapers.health import Outcome, refusal
from scrapers.judging import Judge, Judgement, judge_article
from scrapers.reading.challenge import challenge_of
from scrapers.recording import Changed, Judged, JudgedChange
from scrapers.revisions import told_by
from scrapers.robots import RobotsBook
from scrapers.source import MOST_FOUND, Bookmarking, Found, Hinting, Hints, Leading, Page, Priced, Refusing, address_of
from scrapers.steps import Steps, drive

# A feed's text of fewer characters is the summary again, or its beginning.
_WHOLE = 400
# How many pages one poll asks because of others, and how far from the first: an index of indexes of parts.
_MOST_FURTHER = 8
_DEEPEST = 2
# Some servers answer 304 whatever has changed: once a day nothing is told of what we have.
_FULL_EVERY = timedelta(hours=24)
# A challenge is a short page; a feed that is long is none.
_CHALLENGE_BYTES = 200_000
MARK_BYTES = 8
# What most addresses begin with: a host that is written as it is known.
_PLAIN = re.compile(r"https?://([a-z0-9.:-]+)(?=[/?#])")


class Purse(Protocol):
    """What a source that charges may spend."""

    def reserve(self, amount: int, ceiling: int) -> None:
        """Counts the amount as spent; WireError `scrapers.cost_ceiling` where that is more than the ceiling allows."""
        ...

    def settle(self, cost: int) -> None:
        """Puts what the answers have cost in the place of what was reserved."""
        ...


# What is taken out of what a private person wrote.
Veil = Callable[[Found], Found]


@dataclass(frozen=True, slots=True)
class DueSource:
    """What a poll needs of a source's row."""

    id: int
    name: str
    kind: str
    settings: dict[str, Any]
    language: str
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    last_ok_at: datetime | None = None
    full_at: datetime | None = None
    bookmark: str | None = None
    state: str = "new"
    failures: int = 0
    interval_seconds: int | None = None
    usual_gap_seconds: int | None = None
    ttl_seconds: int | None = None
    tier: str = ""

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


@dataclass(frozen=True)
class Answered:
    """What a poll brought: items as they were told, the newest 2,000 at most, and what the page says of itself."""

    outcome: Outcome
    found: tuple[Found, ...] = ()
    hints: Hints | None = None
    bookmark: str | None = None


def host_of(url: str) -> str:
    """The host and port of an address, lower case; empty where there is none."""
    plain = _PLAIN.match(url)
    if plain is not None:
        return plain[1]
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def poll_steps(
    due: DueSource, robots: RobotsBook, now: datetime, purse: Purse | None = None, veil: Veil | None = None
) -> Steps[Answered]:
    """Asks the source what it has. OutreachError where the settings, the wire or what came are at fault.

    `purse` is asked before a question that costs, and told what the answers did cost, refusals too: nothing. A question
    without an answer stays paid for, since nobody knows. `veil` covers whoever wrote where posts are by private people.
    """
    plugin = kinds.source_of(due.kind, due.settings)
    kind = type(plugin)
    keeping = cast(Bookmarking, plugin) if _promises(kind, Bookmarking) else None
    # A bookmark belongs to the settings it was made with; without a hash they are new.
    cursor = (due.bookmark if due.body_hash else None) if keeping is not None else due.cursor
    leading = cast(Leading, plugin) if _promises(kind, Leading) else None
    full = due.full_at is None or now - due.full_at >= _FULL_EVERY
    pages: list[Page] = []
    moved_to: str | None = None
    waiting = deque((request, 0) for request in plugin.ask(cursor))
    known = {request.url for request, _ in waiting}
    further = cost = 0
    priced = cast(Priced, plugin) if _promises(kind, Priced) else None
    while waiting:
        request, depth = waiting.popleft()
        if getattr(plugin, "for_people", False) and not (yield from robots.allowed(request.url, now)):
            raise WireError("scrapers.robots", permanent=True, url=request.url)
        if priced is not None:
            _reserve(priced, request, purse)
        validators = {} if pages or full else conditional(due.etag, due.modified)
        answer = yield (replace(request, headers={**request.headers, **validators}) if validators else request)
        if answer.status == 304 and validators:
            return Answered(
                Outcome(True, etag=due.etag, modified=due.modified, body_hash=due.body_hash, moved_to=answer.moved_to)
            )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        good = 200 <= answer.status < 300
        page = Page(answer.url, answer.status, headers, answer.body, now)
        if priced is not None and purse is not None:
            cost += priced.price(page) if good else 0
            purse.settle(cost)
        if not good and _promises(kind, Refusing) and (refused := cast(Refusing, plugin).refused(page)):
            raise refused
        if answer.status in {404, 410} and depth:
            continue  # a part that is gone must not silence the others
        if (not good or len(answer.body) < _CHALLENGE_BYTES) and (
            what := challenge_of(answer.status, headers, answer.body)
        ):
            raise WireError("scrapers.blocked", permanent=False, url=request.url, what=what)
        if not good:
            raise refusal(answer, request.url, now)
        moved_to = moved_to if pages else answer.moved_to
        pages.append(page)
        if depth < _DEEPEST and leading is not None:
            for one in _further(leading, page, cursor):
                if one.url not in known and further < _MOST_FURTHER:
                    known.add(one.url)
                    waiting.append((one, depth + 1))
                    further += 1
    if not pages:
        raise WireError("scrapers.nothing_to_ask", permanent=True, kind=due.kind)
    outcome = _outcome(pages, moved_to, full)
    told = Answered(
        outcome,
        hints=cast(Hinting, plugin).hints(pages[0]) if _promises(kind, Hinting) else None,
        bookmark=_bookmark(keeping, pages, due.bookmark) if keeping is not None else None,
    )
    if outcome.body_hash == due.body_hash:
        return told
    read, found = _read(plugin, pages, outcome, now)
    if not read.found and cursor is not None and (leading is not None or keeping is not None):
        # Only what is newer than the last poll was asked for, and there is nothing.
        return told
    if veil is not None and getattr(plugin, "private", False):
        found = [veil(one) for one in found]
    return replace(told, outcome=read, found=tuple(found))


@cache
def _promises(kind: type[Any], protocol: type[Any]) -> bool:
    """Whether a kind has what a protocol wants: to have that found out anew would cost more than the rest of a poll."""
    return all(hasattr(kind, name) for name in vars(protocol) if not name.startswith("_"))


def ask(
    due: DueSource, http: Http, robots: RobotsBook, now: datetime, pause: Callable[[], object] = lambda: None
) -> tuple[Outcome, list[Found]]:
    """The same at once over one wire, for a person who waits; `pause` is called between two requests."""
    told = drive(poll_steps(due, robots, now), http, pause)
    return told.outcome, list(told.found)


def _reserve(plugin: Priced, request: Request, purse: Purse | None) -> None:
    if purse is None:
        # Whoever only tries a source must not spend what nobody counts.
        raise WireError("scrapers.costs_money", permanent=False, kind=getattr(plugin, "kind", ""))
    purse.reserve(plugin.at_most(request), plugin.ceiling)


def _outcome(pages: list[Page], moved_to: str | None, full: bool) -> Outcome:
    # One page's mark says nothing of the others.
    first = pages[0].headers if len(pages) == 1 else {}
    return Outcome(
        True,
        etag=_kept(first.get("etag")),
        modified=_kept(first.get("last-modified")),
        body_hash=_hash(pages),
        moved_to=moved_to,
        full=full,
    )


def _bookmark(plugin: Bookmarking, pages: list[Page], before: str | None) -> str | None:
    for page in pages:
        before = plugin.bookmark(page, before)
    return before


def _further(plugin: Leading, page: Page, cursor: str | None) -> list[Request]:
    try:
        return list(islice(plugin.further(page, cursor), _MOST_FURTHER))
    except OutreachError:
        raise
    except Exception as error:
        raise WireError("scrapers.unreadable", url=page.url, reason=type(error).__name__) from error


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


def mark_of(found: Found) -> bytes:
    """Eight bytes that tell whether an item is word for word what it was at the last sight."""
    published = found.published.isoformat() if found.published else ""
    told = "\x1f".join((found.url, found.title, found.summary, found.text or "", found.guid or "", published))
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=MARK_BYTES).digest()


def unseen(found: Iterable[tuple[Found, bytes]], marks: bytes | None) -> list[Found]:
    """The items whose mark is not among the kept ones."""
    kept = marks or b""
    seen = {kept[at : at + MARK_BYTES] for at in range(0, len(kept), MARK_BYTES)}
    return [one for one, mark in found if mark not in seen]


def judge_fresh(
    fresh: Fresh, due: DueSource, judge: Judge, now: datetime, max_age: timedelta, fetching: bool
) -> Judged:
    """The verdict on a fresh item as far as its feed tells it, and whether its page is to be fetched for
    the rest.
    """
    item = fresh.found
    text = item.text or ""
    young = item.published is None or now - item.published <= max_age
    # What only points on shows a script there, not the article.
    asking = young and fetching and not item.points_on
    state = "feed" if is_whole(item) else "pending" if asking else "summary"
    return Judged(fresh, text, state, credited(f"{item.summary}\n{text}", agencies()), _judged(item, text, due, judge))


def judge_changed(changed: Changed, due: DueSource, judge: Judge, fetching: bool) -> JudgedChange:
    """The verdict on an item that was changed at its source. A page that had been fetched is fetched again."""
    item = changed.found
    before = changed.text_state
    if before != "page":
        before = "feed" if is_whole(item) else "pending" if fetching and not item.points_on else "summary"
    text, state = told_by(item, before, changed.text)
    if state == "pending" and not fetching:
        state = "summary"
    return JudgedChange(changed, text, state, _judged(item, text, due, judge))


def is_whole(item: Found) -> bool:
    """Whether an item carries all its text: nothing more stands on its page."""
    text = item.text or ""
    return item.complete or len(text) >= _WHOLE or len(text) > 1.5 * len(item.summary) + 100


def _judged(item: Found, text: str, due: DueSource, judge: Judge) -> Judgement:
    return judge_article(
        item.title, item.summary, text, url=item.url, lang=item.lang or due.language[:2] or None, judge=judge,
        source=due.name, tier=due.tier,
    )  # fmt: skip
