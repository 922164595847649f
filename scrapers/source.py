"""What a source kind is: it says what to ask and reads what came; it does no I/O of its own.

A kind is one file in `scrapers/sources`: a frozen dataclass whose fields are its settings and whose `kind`
names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, cast, runtime_checkable

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Request
from outreach.core.registry import build
from scrapers import sources

# A feed that shows its whole archive is cut: the newest are what a monitor needs.
MOST_FOUND = 2_000


@dataclass(frozen=True)
class Page:
    """An answer as it came: `headers` with lower-case names, `fetched_at` aware UTC."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True)
class Found:
    """One item as the wire told it, cleaned: plain text without tags, an absolute http(s) address.

    `published` is aware UTC or None; `date_doubted` says that a date was told but made no sense. `text` is
    the whole text where the source carries it, else None; `complete` says that its address has no more to
    tell, however short the text is. `points_on` marks an address that only leads to the article and could
    not be resolved. `lang` is what the source claims, not what was judged.
    """

    url: str
    title: str
    summary: str = ""
    text: str | None = None
    author: str | None = None
    published: datetime | None = None
    guid: str | None = None
    lang: str | None = None
    date_doubted: bool = False
    complete: bool = False
    points_on: bool = False


class Source(Protocol):
    """One kind of source with its settings.

    `url` is the address that it asks first, without secrets: what tells two sources apart, and whose host is
    spared. `ask` yields the requests of one poll, `cursor` being the moment of the last good one (ISO, UTC).
    `read` yields what a page holds, the newest first where the kind can tell, and raises WireError where the
    page is not what this kind reads.

    A kind may also have `for_people = True` (robots.txt is asked first), `private = True` (its posts are by private
    people), `polled = False` (nobody asks it, people bring what it has), and what the protocols below promise.
    """

    kind: ClassVar[str]

    @property
    def url(self) -> str: ...

    def ask(self, cursor: str | None) -> Iterator[Request]: ...

    def read(self, page: Page) -> Iterator[Found]: ...


@runtime_checkable
class Leading(Protocol):
    """A kind whose pages lead on to others: an index to its parts, a sign-in to the answer."""

    def further(self, page: Page, cursor: str | None) -> Iterator[Request]:
        """What is to be asked because of this page; it is read too. WireError as in `read`."""
        ...


@dataclass(frozen=True)
class Hints:
    """What a page says of itself: how long it need not be asked again, and the WebSub hub that would tell of news."""

    ttl: timedelta | None = None
    hub: str | None = None


@runtime_checkable
class Hinting(Protocol):
    """A kind whose pages say how they want to be asked."""

    def hints(self, page: Page) -> Hints:
        """Never fails: what makes no sense is left out."""
        ...


@runtime_checkable
class Bookmarking(Protocol):
    """A kind that keeps its own place between two polls: `ask` gets the bookmark instead of a moment."""

    def bookmark(self, page: Page, before: str | None) -> str | None:
        """The place after this page was read."""
        ...


@runtime_checkable
class Priced(Protocol):
    """A kind whose platform charges by what it answers; amounts are thousandths of its currency."""

    @property
    def ceiling(self) -> int:
        """The most it may cost in a calendar month (UTC)."""
        ...

    def at_most(self, request: Request) -> int:
        """What this question can cost at the most."""
        ...

    def price(self, page: Page) -> int:
        """What this answer has cost."""
        ...


@runtime_checkable
class Refusing(Protocol):
    """A kind whose platform says in words why it refuses."""

    def refused(self, page: Page) -> WireError | None:
        """What an answer that is no success means; None where it says nothing of its own. The fact `wait` is how long
        it asks to be left alone, `start_over` that the bookmark is of no use any more.
        """
        ...


@runtime_checkable
class Recognising(Protocol):
    """A kind that knows the addresses people paste from a browser."""

    @classmethod
    def from_address(cls, url: str) -> dict[str, str] | None:
        """The settings that watch what this address shows, None where it is not this kind's."""
        ...


def source_of(kind: str, settings: Mapping[str, object]) -> Source:
    """The source with these settings; OutreachError `registry.*` where they do not fit the kind."""
    return cast(Source, build(sources.__name__, kind, settings))


def address_of(kind: str, settings: Mapping[str, object]) -> str:
    """The address that a source asks first; empty where its settings do not fit."""
    # Most kinds have it as a setting: no need to build thousands of them for it.
    told = settings.get("url")
    if told:
        return str(told)
    try:
        return source_of(kind, settings).url
    except OutreachError:
        return ""
