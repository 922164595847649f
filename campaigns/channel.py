"""What a channel is: the kinds lie in `campaigns/channels/`, one file each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from outreach.core.errors import WireError
from outreach.core.http import Http

Secrets = Callable[[str], str | None]  # the name of a variable -> its value, None if it is not set


@dataclass(frozen=True)
class Outgoing:
    """A text as it goes out, link included."""

    text: str
    language: str  # ISO 639-1
    key: str  # the same for every try of one delivery
    title: str
    at: datetime  # the moment of this try


@dataclass(frozen=True)
class Receipt:
    """Where the channel says the post is now."""

    url: str
    id: str


@dataclass(frozen=True)
class Limit:
    """How long a text may be: `characters` as people see them, each address counted as `per_url`.

    None for `per_url` means that an address counts as long as it is.
    """

    characters: int
    per_url: int | None = None


class Channel(Protocol):
    """A frozen dataclass whose fields are its settings; one that ends in `_env` names a secret's variable."""

    kind: ClassVar[str]

    def limit(self, wire: Http) -> Limit | None:
        """How long a text may be, as the channel says now; None if it sets no limit."""
        ...

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """Publishes once and says where.

        Raises WireError: `permanent` when this post will never be taken, `ambiguous` when it may have been
        taken, neither when it certainly was not and a later try may do. `Denied` and `Busy` speak of the
        whole channel.
        """
        ...


class Denied(WireError):
    """The channel does not let us in at all: a person must look at it before anything else goes out.

    `pause` is the catalogue key of the reason shown beside the paused channel.
    """

    def __init__(self, key: str, /, *, pause: str = "campaigns.paused.denied", **facts: object) -> None:
        super().__init__(key, permanent=True, ambiguous=False, **facts)
        self.pause = pause


class Busy(WireError):
    """The channel asks us to come back later; nothing was taken. `wait` is how long, if it said so."""

    def __init__(self, key: str, /, *, wait: timedelta | None = None, **facts: object) -> None:
        super().__init__(key, permanent=False, ambiguous=False, **facts)
        self.wait = wait
