"""What a channel is: the kinds lie in `campaigns/channels/`, one file each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, Literal, Protocol, runtime_checkable

from outreach.core.errors import WireError
from outreach.core.http import Http

Secrets = Callable[[str], str | None]  # the name of a variable -> its value, None if it is not set


Keep = Callable[[str, str], None]  # a name and a value, to be there again at the next try
MOST_REPLIES = 100  # of one post, at once
Unit = Literal["seen", "weighted", "utf16", "points", "bytes"]


def _forget(name: str, value: str) -> None:
    """Keeps nothing: for a look at what would go out."""


@dataclass(frozen=True)
class Image:
    """A picture as it goes out: JPEG, its size in pixels, and the words for those who do not see it.

    `url` is where the outside can fetch it; empty where the office has no public address. `name` is the same for the
    same picture.
    """

    body: bytes = field(repr=False)
    width: int
    height: int
    alt: str
    name: str
    url: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A text as it goes out, link included.

    `link` is the tracked address that stands in the text. `left` is what earlier tries of this delivery kept by `keep`:
    a picture that is uploaded is not uploaded twice. Whatever `keep` is told is in the store before it returns.
    """

    text: str
    language: str  # ISO 639-1
    key: str  # the same for every try of one delivery
    title: str
    at: datetime  # the moment of this try
    link: str = ""
    images: tuple[Image, ...] = ()
    left: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keep: Keep = field(default=_forget, compare=False, repr=False)


@dataclass(frozen=True)
class Receipt:
    """Where the channel says the post is now."""

    url: str
    id: str


@dataclass(frozen=True)
class Limit:
    """How long a text may be: `characters` as people see them, each address counted as `per_url`.

    None for `per_url` means that an address counts as long as it is. `unit` says what is counted: characters as people
    see them (`seen`), Unicode's code points, UTF-16 units, bytes of UTF-8, or X's weights. `with_picture` holds instead
    of `characters` for a text beside pictures, where the channel has another limit for it.
    """

    characters: int
    per_url: int | None = None
    unit: Unit = "seen"
    with_picture: int | None = None


@dataclass(frozen=True)
class Terms:
    """What a kind of channel takes and promises, whatever the account.

    `same`: how the platform knows a second try for the first one: by our `key`, a `record` or `slug` named beforehand,
    a `container` made before, or not at all (`none`). `findable`: how a post is found again: by that name (`name`), by
    its text among the latest (`text`), not at all (`none`). `pictures`: how many it takes; `needs_picture`: none goes
    without. `a_day` posts an account may send at most. `price` of one, in thousandths of `currency`. `by_hand`: a
    person posts it. `cropped` are the width and height a picture should have, None for any.
    """

    same: Literal["key", "record", "slug", "container", "none"]
    findable: Literal["name", "text", "none"]
    pictures: int = 0
    needs_picture: bool = False
    a_day: int | None = None
    price: int = 0
    currency: str = ""
    by_hand: bool = False
    cropped: tuple[int, int] | None = None


@dataclass(frozen=True)
class Looked:
    """What a look at the channel showed: the post is `there` (with its receipt), surely `absent`, or `unknown`."""

    state: Literal["there", "absent", "unknown"]
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Health:
    """How an account is: its name there, and until when its token holds (None: it does not end, or nobody says)."""

    account: str
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Renewed:
    """A token that was made anew, by the name its secret has."""

    name: str
    token: str = field(repr=False)
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Numbers:
    """What became of a post, as far as the platform tells; None where it does not."""

    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    reach: int | None = None


@dataclass(frozen=True)
class Reply:
    """What somebody wrote under a post. Its repr shows nothing of it.

    `id` is the platform's, `author` a name or handle, `text` plain. `url` leads there; empty where the platform gives
    none. `language` (ISO 639-1) is what the platform says, None where it does not.
    """

    id: str
    at: datetime
    author: str = field(repr=False)
    text: str = field(repr=False)
    url: str = ""
    language: str | None = None


class Channel(Protocol):
    """A frozen dataclass whose fields are its settings; one that ends in `_env` names a secret's variable."""

    kind: ClassVar[str]
    terms: ClassVar[Terms]

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


@runtime_checkable
class Finding(Protocol):
    """A channel whose posts can be looked for after a doubt."""

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """Looks for this very delivery among what is there since `since`; changes nothing.

        `absent` only where the platform shows all of that time and it is not among it. Raises WireError, never
        ambiguous.
        """
        ...


@runtime_checkable
class Checked(Protocol):
    """A channel whose account can be asked how it is."""

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """Asks, without posting. Raises WireError; `Denied` where the account does not let us in."""
        ...


@runtime_checkable
class Renewing(Protocol):
    """A channel whose token ends and can be made anew."""

    def renew(self, wire: Http, secrets: Secrets, now: datetime) -> Renewed:
        """Makes it anew, once: what is returned is kept before it is used. Raises WireError; ambiguous where
        the old one may be gone.
        """
        ...


@runtime_checkable
class Counting(Protocol):
    """A channel that tells what became of a post."""

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        """Asks once. Raises WireError."""
        ...


@runtime_checkable
class Trying(Protocol):
    """A channel that takes a post to oneself, which the public does not see."""

    def privacy(self) -> str | None:
        """The catalogue key of who will see it; None where these settings allow no such post."""
        ...

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """Puts it there once and says where. Raises WireError as `publish` does."""
        ...


@runtime_checkable
class Replying(Protocol):
    """A channel that shows what people wrote under a post."""

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """What stands there now, at most `MOST_REPLIES`, our own left out; only what is newer than `since`, if given.

        Raises WireError, never ambiguous.
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
