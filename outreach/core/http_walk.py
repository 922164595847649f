"""One request on its way through redirects: what is sent first, where it goes on, and how its end is told.

Both gears of the wire walk like this, one request at a time or hundreds; only how bytes travel is their own.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from outreach.core.dial import Resolve
from outreach.core.errors import WireError
from outreach.core.http_url import PERMANENT_REDIRECTS, Refused, Step, checked, host_of, next_step, told
from outreach.core.http_values import UNFIT, Answer, Request

SAFE = frozenset({"GET", "HEAD"})
# These are the connection's own; a caller who sets them would break the framing or name another host.
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z]+")
# Addresses that `checked` would give back letter for letter. It is thorough, and slow beside the rest of a poll.
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.){1,4}[a-z0-9]{1,60}(?::(?:[1-9][0-9]{1,3}|[1-5][0-9]{4}))?"
    r"/(?:[A-Za-z0-9_~-]+[A-Za-z0-9_~.-]*/)*(?:[A-Za-z0-9_~-]+[A-Za-z0-9_~.-]*)?(?:\?[A-Za-z0-9_~./&=-]+)?"
)


@dataclass(frozen=True)
class Rules:
    """What every request of a wire is bound by; times are seconds, `max_bytes` unpacked ones.

    `allowed` is asked about each address before it is connected to; None allows all. Without `context` the
    usual authorities are trusted.
    """

    user_agent: str
    connect_seconds: float
    read_seconds: float
    total_seconds: float
    max_bytes: int
    max_hops: int
    allowed: Callable[[str], bool] | None
    resolve: Resolve
    context: ssl.SSLContext | None


def is_plain(url: str) -> bool:
    """Whether `checked` would give an address back as it is; false only costs time."""
    return _PLAIN.fullmatch(url) is not None


class Walk:
    """One request with its redirects."""

    __slots__ = ("hops", "limit", "method", "permanent", "request", "rules", "sent", "url", "visited")

    def __init__(self, rules: Rules, request: Request) -> None:
        self.rules = rules
        self.request = request
        self.method = request.method.upper()
        self.url = request.url
        self.limit = rules.max_bytes if request.max_bytes is None else request.max_bytes
        self.sent = False  # whether anything may have reached the other side
        self.hops: tuple[str, ...] = ()
        self.permanent = True
        self.visited: set[tuple[str, str]] | None = None

    def first(self) -> Step:
        """The request as it is sent first. Raises Refused if it may not be."""
        if not _METHOD.fullmatch(self.method):
            raise Refused("http.header", name="method")
        named = {"user-agent": ("User-Agent", self.rules.user_agent), "accept": ("Accept", "*/*")}
        for name, value in self.request.headers.items():
            lower = name.lower()
            if lower in _OURS or not _NAME.fullmatch(name) or UNFIT.search(value):
                raise Refused("http.header", name=name[:50])
            named[lower] = name, value.strip()
        headers = dict(named.values())
        headers["Accept-Encoding"] = "gzip, deflate"
        headers["Connection"] = "close"
        url = self.request.url
        self.url = url if is_plain(url) else checked(url)
        return Step(self.url, self.method, headers, self.request.body)

    def on(self, step: Step, status: int, location: str) -> Step:
        """The next request after a redirect. Raises Refused if it leads nowhere, round, or too far."""
        if self.visited is None:
            self.visited = {(step.method, step.url)}
        if len(self.hops) == self.rules.max_hops:
            raise Refused("http.redirect", limit=self.rules.max_hops)
        self.hops = (*self.hops, step.url)
        self.permanent = self.permanent and status in PERMANENT_REDIRECTS
        following = next_step(step, status, location)
        if (following.method, following.url) in self.visited:
            raise Refused("http.redirect_loop", to=told(following.url))
        self.visited.add((following.method, following.url))
        self.url = following.url
        return following

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        """What came in the end."""
        moved = self.url if self.hops and self.permanent else None
        return Answer(self.url, status, headers, body, self.hops, moved)

    def error(self, key: str, *, permanent: bool = False, **facts: object) -> WireError:
        """Why nothing came; not raised here, so that no cause quotes the address with its secrets."""
        ambiguous = self.sent and self.method not in SAFE
        return WireError(
            key, permanent=permanent, ambiguous=ambiguous, url=told(self.url), host=host_of(self.url), **facts
        )

    def refused(self, refused: Refused) -> WireError:
        return self.error(refused.key, permanent=True, **refused.facts)

    def forbidden(self, address: str) -> WireError:
        return self.error("http.private_address", permanent=True, address=address)

    def late(self, seconds: float) -> WireError:
        return self.error("http.timeout", seconds=_plain(seconds))

    def too_big(self) -> WireError:
        megabytes = _plain(round(self.limit / 2**20, 2))
        return self.error("http.too_big", permanent=True, limit=self.limit, megabytes=megabytes)

    def bad_encoding(self, encoding: str) -> WireError:
        return self.error("http.encoding", permanent=True, encoding=encoding)


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number
