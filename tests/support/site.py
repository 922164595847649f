"""A well-behaved news site on loopback: pages by path, validators, and a record of who asked for what."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.ports import free_port


@dataclass
class Reply:
    """What a path answers; `act` runs before it, in the server's thread."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    act: Callable[[], None] | None = None


@dataclass
class Site:
    """Replies by path, changed freely while it runs; `asked` holds (path, headers) in order."""

    port: int
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> Reply:
        data = body.encode() if isinstance(body, str) else body
        self.replies[path] = Reply(data, status, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.replies[path]

    def times(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)


@contextmanager
def running() -> Iterator[Site]:
    """A site that serves until the block ends."""
    site = Site(free_port())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with site.lock:
                site.at_once += 1
                site.most_at_once = max(site.most_at_once, site.at_once)
            try:
                self._answer()
            finally:
                with site.lock:
                    site.at_once -= 1

        def _answer(self) -> None:
            told = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, told))
            reply = site.replies.get(self.path, Reply(b"no such page", 404))
            if reply.act is not None:
                reply.act()
            headers = {name.lower(): value for name, value in reply.headers.items()}
            status, body = reply.status, reply.body
            tag, date = headers.get("etag"), headers.get("last-modified")
            if (tag and told.get("if-none-match") == tag) or (date and told.get("if-modified-since") == date):
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", site.port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
