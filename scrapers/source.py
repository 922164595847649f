"""What a source kind is: it says what to ask and reads what came; it does no I/O of its own.

A kind is one file in `scrapers/sources`: a frozen dataclass whose fields are its settings and whose `kind`
names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, cast

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
    the whole text where the source carries it, else None. `lang` is what the source claims, not what was
    judged.
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


class Source(Protocol):
    """One kind of source with its settings.

    `ask` yields the requests of one poll; `read` yields what a page holds, the newest first where the kind
    can tell, and raises WireError where the page is not what this kind reads.
    """

    kind: ClassVar[str]

    def ask(self, cursor: str | None) -> Iterator[Request]: ...

    def read(self, page: Page) -> Iterator[Found]: ...


def source_of(kind: str, settings: Mapping[str, object]) -> Source:
    """The source with these settings; OutreachError `registry.*` where they do not fit the kind."""
    return cast(Source, build(sources.__name__, kind, settings))
