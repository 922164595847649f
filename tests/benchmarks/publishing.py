"""A minute in which a thousand deliveries are due, and a tick in which none is.

    python -m tests.benchmarks.publishing [--due 1000] [--past 1000000] [--store postgresql://...]

The channel is a server of the same machine in a process of its own, which counts the keys it is given. Beside it the
least that the same posts can cost: a loop of `requests` over one session, in the same run. Aims: every delivery claimed
in one tick and none twice, at least half as many a second as the bare loop, while another channel hangs no less; a tick
with nothing due below 5 ms with a million past deliveries.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Lock
from typing import ClassVar

import requests
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.channel_switch import add_channel
from campaigns.models import Delivery, Link, Post
from campaigns.press import Press
from campaigns.publish import publish_due
from outreach import wiring
from outreach.core.clock import SystemClock
from outreach.core.db import Base, Store, open_store
from outreach.core.http import GuardedHttp
from outreach.core.seal import Seal

AIM, TICK_MS = 0.5, 5.0
_PAST = 10_000  # posts that the past deliveries are of


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    keys: ClassVar[Counter[str]] = Counter()
    lock = Lock()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("Idempotency-Key", "")
        if "hang" in self.headers.get("Authorization", ""):
            time.sleep(20)
        with self.lock:
            self.keys[key] += 1
        self._say(json.dumps({"id": key, "url": f"http://127.0.0.1/@us/{key}"}).encode())

    def do_GET(self) -> None:
        with self.lock:
            told = {"keys": len(self.keys), "most": max(self.keys.values(), default=0)}
            self.keys.clear()
        self._say(json.dumps(told).encode())

    def _say(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_: object) -> None:
        pass


def serve() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


@contextmanager
def served() -> Iterator[str]:
    child = subprocess.Popen([sys.executable, "-m", __spec__.name, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.kill()
        child.wait()


def plan(store: Store, channel: int, campaign: int, due: int) -> None:
    """So many deliveries of as many posts, due now."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        for number in range(due):
            words = {"language": "lv", "title": f"Ieraksts {number}", "text": f"Vietas vēl ir #{number}: {{link}}"}
            post = editing.write(session, now, campaign, target_url="https://majas.example/", **words)
            editing.approve(session, now, post.id)
            delivery = Delivery(post_id=post.id, channel_id=channel, due_at=now, key=uuid.uuid4().hex, kept={})
            session.add(delivery)
            session.flush()
            session.add(Link(code=uuid.uuid4().hex, delivery_id=delivery.id, target_url="https://a.example/", created_at=now))


def fill(session: Session, count: int, campaign: int) -> None:
    """So many deliveries of the last years, all published."""
    now = datetime.now(UTC)
    channels = [add_channel(session, f"past {number}", "folder", {"folder": "/x"}).id for number in range(count // _PAST)]
    common = {"campaign_id": campaign, "language": "lv", "text": "x", "target_url": "https://a.example/", "created_at": now}
    session.execute(insert(Post), [common | {"title": f"Agrāk {number}"} for number in range(_PAST)])
    posts = "SELECT id FROM posts WHERE title LIKE 'Agrāk %'"
    for channel in channels:
        session.execute(
            text(
                "INSERT INTO deliveries (post_id, channel_id, due_at, status, key, attempts, published_at, kept, looks)"
                f" SELECT id, :channel, :at, 'published', :mark || '-' || id, 1, :at, '{{}}', 0 FROM ({posts}) AS past"
            ),
            {"channel": channel, "at": now - timedelta(days=channel), "mark": str(channel)},
        )


def bare(url: str, due: int) -> float:
    """Posts a second of a loop over one session."""
    began = time.perf_counter()
    with requests.Session() as session:
        for number in range(due):
            answer = session.post(
                f"{url}/api/v1/statuses",
                data={"status": f"Vietas vēl ir #{number}", "visibility": "public", "language": "lv"},
                headers={"Authorization": "Bearer x", "Idempotency-Key": uuid.uuid4().hex},
                timeout=30,
                allow_redirects=False,
            )
            assert answer.json()["id"]
    return due / (time.perf_counter() - began)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--due", type=int, default=1000)
    asked.add_argument("--past", type=int, default=1_000_000)
    asked.add_argument("--store", default="")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--serve", action="store_true")
    told = asked.parse_args()
    if told.serve:
        return serve()
    wiring.jobs()  # every table of every room
    with tempfile.TemporaryDirectory() as name, served() as url:
        store = open_store(told.store or f"sqlite:///{name}/outreach.db", create=True)
        Base.metadata.create_all(store.engine)
        wire = GuardedHttp(user_agent="outreach benchmark", allow_private=True)
        secrets = {"TOKEN": "x", "HANGING": "hang"}.get
        seal = Seal(b"k" * 32)
        press = Press(
            store, SystemClock(), wire, secrets, "https://office.example", Path(name), timedelta(hours=6), seal=seal
        )
        with store.transaction() as session:
            campaign = editing.start(session, datetime.now(UTC), "MĀJAS", date(2026, 3, 1)).id
            channel = add_channel(session, "loopback", "mastodon", {"server": url, "token_env": "TOKEN"}).id
            slow = add_channel(session, "hanging", "mastodon", {"server": url, "token_env": "HANGING"}).id
        for number in range(told.rounds):
            plan(store, channel, campaign, told.due)
            loop = bare(url, told.due)
            requests.get(url, timeout=10)
            began = time.perf_counter()
            went = publish_due(press)
            ours = told.due / (time.perf_counter() - began)
            seen = requests.get(url, timeout=10).json()
            print(
                f"{number + 1}: {dict(went)} in one tick, {seen['keys']} keys, each at most {seen['most']} times;"
                f" {ours:.0f} a second, the bare loop {loop:.0f}: {ours / loop:.2f} (aim {AIM})"
            )
        plan(store, channel, campaign, told.due)
        plan(store, slow, campaign, 1)
        began = time.perf_counter()
        with store.reading() as session:
            last = session.execute(text("SELECT max(published_at) FROM deliveries")).scalar()
        went = publish_due(press)
        with store.reading() as session:
            ended = datetime.fromisoformat(str(session.execute(text("SELECT max(published_at) FROM deliveries WHERE channel_id = :id"), {"id": channel}).scalar()))
        print(f"beside one that hangs for 20 s: {dict(went)}; tick {time.perf_counter() - began:.1f} s; last of the others {ended} (before: {last})")
        with store.transaction() as session:
            fill(session, told.past, campaign)
        with store.transaction() as session:
            session.execute(text("ANALYZE"))
        spent = []
        for _ in range(200):
            began = time.perf_counter()
            went = publish_due(press)
            spent.append(1000 * (time.perf_counter() - began))
            assert not went
        print(
            f"nothing due, {told.past} past: median {median(spent):.2f} ms,"
            f" 99 of 100 below {sorted(spent)[-2]:.2f} ms (aim {TICK_MS})"
        )


if __name__ == "__main__":
    main()
