"""What people bring themselves: a link or a text that no source of ours shows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from outreach.core.http import Request
from scrapers.reading.checks import check_form
from scrapers.source import Found, Page

_TIER = re.compile(r"national|regional|local|diaspora|social")


@dataclass(frozen=True)
class Paste:
    """Everything of one tier that people have pasted; made when the first of it is. Nobody asks it; no token."""

    kind: ClassVar[str] = "paste"
    example: ClassVar[Mapping[str, str]] = {"tier": "social"}
    polled: ClassVar[bool] = False
    tier: str = "social"

    def __post_init__(self) -> None:
        check_form(self.kind, "tier", self.tier, _TIER)

    @property
    def private(self) -> bool:
        """What stands in groups and on social networks is by people."""
        return self.tier == "social"

    @property
    def url(self) -> str:
        """A name, to tell it from the others: there is nothing to ask."""
        return f"urn:outreach:paste:{self.tier}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        yield from ()

    def read(self, page: Page) -> Iterator[Found]:
        yield from ()
