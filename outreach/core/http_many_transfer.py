"""One of curl's handles: sends one request after another and keeps what comes back within its limits."""

import socket
import time
from collections.abc import Callable, Hashable
from typing import Any

import pycurl

from outreach.core.errors import WireError
from outreach.core.http_body import BadEncoding, Damaged, TooBig, gather
from outreach.core.http_many_told import DIED, explained, place_of, root_of
from outreach.core.http_url import REDIRECTS, Step
from outreach.core.http_values import Answer, Headers
from outreach.core.http_walk import SAFE, Rules, Walk

# What http.client bears with, too.
_LINES = 100
_LINE_BYTES = 64 * 1024
_BUFFER_BYTES = 64 * 1024
_MOVED = frozenset(b"%d" % status for status in REDIRECTS)


class Transfer:
    """What one request needs while it is under way; used again for the next one.

    Times are seconds of time.monotonic. `ends` is when the whole request must be over, with its redirects.
    """

    # What the handle has been set to for the request before.
    _odd: bool
    _pinned: bool
    _secured: bool
    # When a byte of the answer last came.
    _heard: float

    def __init__(self, rules: Rules, authorities: Callable[[], str]) -> None:
        self._rules = rules
        self._authorities = authorities
        self.curl = pycurl.Curl()
        self.curl.transfer = self
        self._prepare()
        self._lines: list[bytes] = []
        # Not a list of pieces: a server may send a million chunks of one byte.
        self._packed = bytearray()
        self._opened: list[socket.socket] = []
        self._forget()

    def take(self, key: Hashable, walk: Walk, step: Step, now: float) -> None:
        """Makes it the request's own, from now on."""
        self.key, self.walk, self.step = key, walk, step
        self._fresh = False
        self.began, self.ends = now, now + self._rules.total_seconds

    def look_up(self, now: float) -> None:
        """Waits for its name to be looked up, from now on; that is a part of connecting."""
        self._forget()
        self._hop = now
        self._looking = True

    def aim(self, now: float, addresses: tuple[str, ...] | None) -> None:
        """Sets the handle to its step; `addresses` are those of a name that was looked up."""
        step, curl = self.step, self.curl
        self._hop = self._hop if self._looking else now
        self._forget()
        if self._odd:
            curl.reset()
            self._prepare()
        curl.setopt(pycurl.URL, step.url)
        ordinary = step.method == "GET" and step.body is None
        if not ordinary:
            self._special(step)
        elif self._fresh:
            self._odd = True
            curl.setopt(pycurl.FRESH_CONNECT, 1)
        rows = [
            f"{name}: {value}" if value else f"{name};"
            for name, value in step.headers.items()
            if name != "Connection" or not ordinary
        ]
        if not ordinary:
            # What curl would add of its own accord.
            told = {name.lower() for name in step.headers}
            rows += [f"{name}:" for name in ("Content-Type", "Expect") if name.lower() not in told]
        curl.setopt(pycurl.HTTPHEADER, [row if row.isascii() else row.encode("latin-1") for row in rows])
        if addresses is not None or self._pinned:
            self._pin(addresses or ())
        if self._rules.allowed is not None:
            curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open)
        if not self._secured and step.url.startswith("https:"):
            curl.setopt(pycurl.CAINFO, self._authorities())
            self._secured = True

    def forgive(self, seconds: float) -> None:
        """Nobody listened for so long: its times begin later."""
        self.ends += seconds
        self._hop += seconds
        if self._heard:
            self._heard += seconds

    def due(self, now: float) -> float:
        """When it is to be looked at again; not later than `now` if its time is up."""
        connecting = self._looking or (not self._heard and self.curl.getinfo(pycurl.PRETRANSFER_TIME) == 0)
        self._limit = self._rules.connect_seconds if connecting else self._rules.read_seconds
        if connecting:
            return min(self._hop + self._limit, self.ends)
        # For writing the limit is the whole time: a slow line may need it for a picture.
        writing = self.step.body and self.curl.getinfo(pycurl.SIZE_UPLOAD_T) < len(self.step.body)
        if not self._heard and not writing:
            self._heard = now
        return min((self._heard or now) + self._limit, self.ends)

    def late(self, now: float) -> WireError:
        """The error once `due` has passed."""
        self._count()
        return self.walk.late(self._rules.total_seconds if now >= self.ends else self._limit)

    def end(self, code: int, message: str) -> Answer | WireError | tuple[int, str] | None:
        """What has come of it: an answer, an error, or status and place of a redirect to be followed.

        None if it must be sent anew: a GET on a kept connection that the other side was just closing.
        """
        for one in self._opened:
            one.close()
        walk = self.walk
        self._count()
        if self._led is not None:
            return self._led
        if code in DIED and self._kept():
            self._fresh = True
            return None
        if code:
            return self._explained(code, message)
        status, headers = self.curl.getinfo(pycurl.RESPONSE_CODE), Headers(lines=self._lines[1:])
        if not self._packed:
            return walk.answer(status, headers, b"")
        encoding, packed = headers.get("Content-Encoding", ""), bytes(self._packed)
        if not encoding:
            return walk.answer(status, headers, packed)
        try:
            body = gather((packed,), encoding, walk.limit)
        except TooBig:
            return walk.too_big()
        except BadEncoding as error:
            encoding = str(error)
        except Damaged:
            return walk.error("http.broken", reason="Damaged")
        else:
            return walk.answer(status, headers, body)
        return walk.bad_encoding(encoding)

    def drop(self) -> None:
        """Forgets what came."""
        for one in self._opened:
            one.close()
        self._forget()

    def close(self) -> None:
        self.drop()
        self.curl.transfer = None
        self.curl.close()

    def _prepare(self) -> None:
        curl = self.curl
        for option, value in (
            (pycurl.NOSIGNAL, 1),
            (pycurl.PROXY, ""),  # nothing from the environment
            (pycurl.NOPROXY, "*"),
            (pycurl.NETRC, pycurl.NETRC_IGNORED),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.PATH_AS_IS, 1),
            (pycurl.BUFFERSIZE, _BUFFER_BYTES),
            (pycurl.CONNECTTIMEOUT_MS, max(int(self._rules.connect_seconds * 1000), 1)),
            (pycurl.HEADERFUNCTION, self._head),
            (pycurl.WRITEFUNCTION, self._body),
        ):
            curl.setopt(option, value)
        curl.unsetopt(pycurl.CAPATH)  # with a folder curl would read all authorities for each connection
        self._pinned = self._secured = self._odd = False

    def _special(self, step: Step) -> None:
        """Anything but a plain GET goes on a connection of its own: on an old one curl may send it twice."""
        curl = self.curl
        self._odd = True
        if step.method == "HEAD":
            curl.setopt(pycurl.NOBODY, 1)
        else:
            curl.setopt(pycurl.CUSTOMREQUEST, step.method)
            curl.setopt(pycurl.POSTFIELDS, step.body or b"")
        curl.setopt(pycurl.FRESH_CONNECT, 1)
        curl.setopt(pycurl.FORBID_REUSE, 1)

    def _pin(self, addresses: tuple[str, ...]) -> None:
        host, port, _ = place_of(root_of(self.step.url))
        given = ",".join(f"[{one}]" if ":" in one else one for one in addresses)
        # The plus lets curl forget it in time.
        self.curl.setopt(pycurl.RESOLVE, [f"+{host}:{port}:{given}"] if addresses else [])
        self._pinned = bool(addresses)

    def _forget(self) -> None:
        self._lines.clear()
        self._opened.clear()
        if self._packed:
            self._packed = bytearray()
        self._heard = 0.0
        self._looking = False
        self._trailers = 0
        self._whole = False  # whether the head of the answer has come
        self._led: tuple[int, str] | None = None
        self._over: str | None = None
        self._forbidden: str | None = None
        self._tried = False
        self._limit = self._rules.connect_seconds

    def _head(self, line: bytes) -> int | None:
        self._heard = time.monotonic()
        if self._whole:
            if self._packed or not line.startswith(b"HTTP/"):
                return self._trailer()
            self._lines.clear()
            self._whole = False
        lines = self._lines
        if line in (b"\r\n", b"\n"):
            self._whole = True
            return self._place() if lines and lines[0][9:12] in _MOVED and self.walk.request.follow else None
        if len(lines) > _LINES or len(line) > _LINE_BYTES:
            self._over = "LineTooLong"
            return 0
        lines.append(line)
        return None

    def _trailer(self) -> int | None:
        self._trailers += 1
        if self._trailers > _LINES:
            self._over = "TooManyTrailers"
            return 0
        return None

    def _place(self) -> int | None:
        headers = Headers(lines=self._lines[1:])
        place = headers.get("Location")
        if place is None:
            return None
        self._led = int(self._lines[0][9:12]), place
        # The body of a redirect stays unread.
        return None if headers.get("Content-Length") == "0" else 0

    def _body(self, piece: bytes) -> int | None:
        self._heard = time.monotonic()
        if len(self._packed) + len(piece) > self.walk.limit:
            self._over = "TooBig"
            return 0
        self._packed += piece
        return None

    def _open(self, _: int, address: Any) -> Any:
        allowed = self._rules.allowed
        place = str(address.addr[0])
        if allowed is not None and not allowed(place):
            self._forbidden = self._forbidden or place
            return pycurl.SOCKET_BAD
        self._tried = True
        try:
            line = new_socket(address.family, address.socktype, address.protocol, address.addr)
        except OSError:  # a machine without IPv6
            return pycurl.SOCKET_BAD
        self._opened.append(line)  # curl works on a duplicate
        return line

    def _count(self) -> None:
        if self._odd and self.walk.method not in SAFE and self.curl.getinfo(pycurl.REQUEST_SIZE) > 0:
            self.walk.sent = True

    def _kept(self) -> bool:
        """Whether it went out on a kept connection and nothing came back."""
        return not (self._odd or self._fresh or self._heard or self.curl.getinfo(pycurl.NUM_CONNECTS))

    def _explained(self, code: int, message: str) -> WireError:
        if self._over == "TooBig":
            return self.walk.too_big()
        if code == pycurl.E_OPERATION_TIMEDOUT:
            self._limit = self._rules.connect_seconds  # the only limit curl was told
            return self.late(time.monotonic())
        forbidden = None if self._tried else self._forbidden
        return explained(self.walk, code, message, forbidden, self._over)


def new_socket(family: int, kind: int, protocol: int, _: object) -> socket.socket:
    """A socket for one address."""
    return socket.socket(family, kind & ~socket.SOCK_CLOEXEC, protocol)
