"""A small real server that speaks as much of Mastodon's API as publishing needs, on this machine alone.

The demonstration publishes to it, and tests let it fail in chosen ways. It keeps everything in memory and
needs nothing but the standard library. Source of the API: docs.joinmastodon.org.
"""

import json
import re
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import parse_qs, urlsplit

from outreach.demo.fediverse_media import ALT, BYTES, Media, attachment, uploaded
from outreach.demo.fediverse_shapes import ADDRESS, PER_URL, Account, Status, moment

REFUSALS = ("unauthorized", "forbidden", "refuse", "missing", "moved", "busy", "busy_reset")
SILENCES = ("error", "drop", "hang")  # nothing is kept
LOST_ANSWERS = (
    "error_after",
    "drop_after",
    "hang_after",
    "nonsense_after",
)  # the status is kept all the same
_REMEMBERED = timedelta(hours=1)
_LARGEST = 100_000
_UPLOADS = "/api/v2/media"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class _Reply:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=utf-8"


class Fediverse:
    """One server with one account.

    `now` tells the time. `faults` holds what goes wrong with the next posts, one each, in order (REFUSALS,
    SILENCES or LOST_ANSWERS); `always` is what goes wrong with every other one. `media_faults` is the same as `faults`
    for the next uploads of pictures.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        token: str,
        account: str = "remigracija",
        display_name: str = "Remigrācija",
        port: int = 0,
        limit: int = 500,
        wait_seconds: int = 120,
    ) -> None:
        self.now, self.token, self.account, self.display_name = now, token, account, display_name
        self.limit, self.wait_seconds = limit, wait_seconds
        self.faults: list[str] = []
        self.always: str | None = None
        self.media, self.media_faults = Media(), list[str]()
        self.stopped = Event()
        self._lock = Lock()
        self._statuses: list[Status] = []
        self._asked: list[Asked] = []
        self._keys: dict[str, tuple[datetime, Status]] = {}
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def shown(self) -> Account:
        """The account as the outside sees it."""
        return Account(self.url, self.account, self.display_name)

    @property
    def account_url(self) -> str:
        return self.shown.url

    @property
    def statuses(self) -> tuple[Status, ...]:
        """What is published, the oldest first."""
        with self._lock:
            return tuple(self._statuses)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every request so far."""
        with self._lock:
            return tuple(self._asked)

    @property
    def posted(self) -> tuple[Asked, ...]:
        """The requests to publish a status, whatever came of them."""
        return tuple(one for one in self.asked if (one.method, one.path) == ("POST", "/api/v1/statuses"))

    def start(self) -> "Fediverse":
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> "Fediverse":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def remember(self, asked: Asked) -> None:
        with self._lock:
            self._asked.append(asked)

    def next_fault(self) -> str | None:
        with self._lock:
            return self.faults.pop(0) if self.faults else self.always

    def next_media_fault(self) -> str | None:
        with self._lock:
            return self.media_faults.pop(0) if self.media_faults else None

    def keep(
        self, text: str, language: str, visibility: str, key: str | None, media: tuple[str, ...] = ()
    ) -> Status | None:
        """Publishes; the same key within an hour gives the same status again. None if a picture cannot go with it."""
        now = self.now()
        with self._lock:
            if key is not None and key in self._keys and now - self._keys[key][0] < _REMEMBERED:
                return self._keys[key][1]
            shown = self.media.take(media)
            if shown is None:
                return None
            number = str(114_000_000_000_000_000 + len(self._statuses))
            made = Status(number, text, language, visibility, now, shown)
            self._statuses.append(made)
            if key is not None:
                self._keys[key] = (now, made)
            return made

    def length(self, text: str) -> int:
        return len(ADDRESS.sub("x" * PER_URL, text))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], fediverse: Fediverse) -> None:
        self.fediverse = fediverse
        super().__init__(address, _Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is none of our business."""


class _Conversation(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        self._heard(b"")
        fediverse, path = self.server.fediverse, urlsplit(self.path).path
        own = f"/api/v1/accounts/{fediverse.shown.id}/statuses"
        one = re.fullmatch(rf"/@{re.escape(fediverse.account)}/(\d+)", path)
        if path in ("/api/v2/instance", "/api/v1/instance"):
            self._json(200, fediverse.shown.instance(int(path[6]), fediverse.limit))
        elif path == "/api/v1/accounts/verify_credentials":
            if self._known():
                self._json(200, fediverse.shown.account(len(fediverse.statuses)))
            else:
                self._unauthorized()
        elif of_api := re.fullmatch(r"/api/v1/(media|statuses)/(\d+)", path):
            (self._medium if of_api[1] == "media" else self._status)(of_api[2])
        elif file := re.fullmatch(r"/media/(\d+)\.jpg", path):
            self._file(file[1])
        elif path == own:
            asked = parse_qs(urlsplit(self.path).query).get("limit", ["20"])[0]
            number = min(int(asked), 40) if asked.isdigit() else 20
            shown = fediverse.statuses[::-1][:number]
            self._json(200, [fediverse.shown.status(status) for status in shown])
        elif path in ("/", f"/@{fediverse.account}"):
            self._page(fediverse.statuses)
        elif one and (found := tuple(status for status in fediverse.statuses if status.id == one[1])):
            self._page(found)
        else:
            self._json(404, {"error": "Record not found"})

    def do_POST(self) -> None:
        size, path = self.headers.get("Content-Length", "0"), urlsplit(self.path).path
        if not size.isdigit() or int(size) > (2 * BYTES if path == _UPLOADS else _LARGEST):
            self._json(413, {"error": "Payload too large"})
            return
        body = self.rfile.read(int(size))
        self._heard(body)
        if path == _UPLOADS:
            self._upload(body)
            return
        if path != "/api/v1/statuses":
            self._json(404, {"error": "Record not found"})
            return
        fault = self.server.fediverse.next_fault()
        if fault is not None and not fault.endswith("_after"):
            self._fail(fault)
            return
        if not self._known():
            self._unauthorized()
            return
        fields = self._fields(body)
        text, visibility = fields.get("status", "").strip(), fields.get("visibility", "public")
        if not text:
            self._json(422, {"error": "Validation failed: Text can't be blank"})
        elif self.server.fediverse.length(text) > self.server.fediverse.limit:
            limit = self.server.fediverse.limit
            self._json(422, {"error": f"Validation failed: Text character limit of {limit} exceeded"})
        elif visibility not in ("public", "unlisted", "private", "direct"):
            self._json(422, {"error": "Validation failed: Visibility is not included in the list"})
        else:
            key = self.headers.get("Idempotency-Key")
            made = self.server.fediverse.keep(text, fields.get("language", "lv"), visibility, key, self._media(body))
            if made is None:
                self._json(422, {"error": "Media not found or already attached to another post"})
            elif fault is None:
                self._json(200, self.server.fediverse.shown.status(made))
            else:
                self._fail(fault.removesuffix("_after"))

    def _upload(self, body: bytes) -> None:
        fault = self.server.fediverse.next_media_fault()
        if fault is not None and not fault.endswith("_after"):
            self._fail(fault)
            return
        if not self._known():
            self._unauthorized()
            return
        came = uploaded(self.headers.get("Content-Type", ""), body)
        if came is None:
            self._json(422, {"error": "Validation failed: File can't be blank"})
        elif len(came[1]) > BYTES or len(came[0]) > ALT:
            self._json(422, {"error": "Validation failed: File or description is too large"})
        else:
            made, is_ready = self.server.fediverse.media.put(*came)
            if fault is None:
                self._json(200 if is_ready else 202, attachment(made, self.server.fediverse.url, is_ready))
            else:
                self._fail(fault.removesuffix("_after"))

    def _medium(self, medium_id: str) -> None:
        """A picture that waits for its status, to its owner."""
        if not self._known():
            self._unauthorized()
            return
        found = self.server.fediverse.media.look(medium_id)
        if found is None:
            self._json(404, {"error": "Record not found"})
        else:
            self._json(200 if found[1] else 206, attachment(found[0], self.server.fediverse.url, found[1]))

    def _status(self, status_id: str) -> None:
        found = next((one for one in self.server.fediverse.statuses if one.id == status_id), None)
        if found is None:
            self._json(404, {"error": "Record not found"})
        else:
            self._json(200, self.server.fediverse.shown.status(found))

    def _file(self, medium_id: str) -> None:
        found = next((one for one in self.server.fediverse.media.all if one.id == medium_id), None)
        if found is None:
            self._json(404, {"error": "Record not found"})
        else:
            self._answer(_Reply(200, found.body, kind="image/jpeg"))

    def _fail(self, fault: str) -> None:
        wait = self.server.fediverse.wait_seconds
        reset = moment(self.server.fediverse.now() + timedelta(seconds=wait))
        match fault:
            case "unauthorized":
                self._unauthorized()
            case "forbidden":
                self._json(403, {"error": "This action is outside the authorized scopes"})
            case "refuse":
                self._json(422, {"error": "Validation failed: Text is not wanted here"})
            case "missing":
                self._json(404, {"error": "Record not found"})
            case "moved":
                self._answer(_Reply(301, b"", {"Location": f"{self.server.fediverse.url}/elsewhere"}))
            case "busy":
                self._json(429, {"error": "Too many requests"}, {"Retry-After": str(wait)})
            case "busy_reset":
                self._json(429, {"error": "Too many requests"}, {"X-RateLimit-Reset": reset})
            case "error":
                self._answer(_Reply(500, b"<h1>500</h1>", kind="text/html"))
            case "nonsense":
                self._answer(_Reply(200, b"<h1>200</h1>", kind="text/html"))
            case "hang":
                self.server.fediverse.stopped.wait()
                self.close_connection = True
            case _:
                # A reset, not an orderly end: what a crashing server looks like.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()

    def _heard(self, body: bytes) -> None:
        self.server.fediverse.remember(Asked(self.command, self.path, dict(self.headers.items()), body))

    def _known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {self.server.fediverse.token}"

    def _fields(self, body: bytes) -> dict[str, str]:
        if self.headers.get_content_type() == "application/json":
            try:
                told = json.loads(body)
            except ValueError:
                return {}
            return (
                {name: value for name, value in told.items() if isinstance(value, str)}
                if isinstance(told, dict)
                else {}
            )
        return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}

    def _media(self, body: bytes) -> tuple[str, ...]:
        """The numbers of the pictures in a form."""
        if self.headers.get_content_type() == "application/json":
            return ()
        return tuple(parse_qs(body.decode("utf-8", "replace")).get("media_ids[]", ()))

    def _unauthorized(self) -> None:
        self._json(401, {"error": "The access token is invalid"})

    def _page(self, statuses: tuple[Status, ...]) -> None:
        policy = {"Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"}
        self._answer(
            _Reply(200, self.server.fediverse.shown.page(statuses), policy, "text/html; charset=utf-8")
        )

    def _json(self, status: int, value: object, headers: Mapping[str, str] | None = None) -> None:
        self._answer(_Reply(status, json.dumps(value, ensure_ascii=False).encode(), headers or {}))

    def _answer(self, reply: _Reply) -> None:
        self.send_response(reply.status)
        headers = {
            "Content-Type": reply.kind,
            "Content-Length": str(len(reply.body)),
            "Cache-Control": "no-store",
        }
        for name, value in (headers | dict(reply.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
