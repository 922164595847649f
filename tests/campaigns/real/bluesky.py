"""A desk beside a real Bluesky server (PDS).

`python -m tests.campaigns.real.bluesky FOLDER` starts one (Node 20; in FOLDER: `npm install @atproto/dev-env`, which
compiles for some minutes, too long for every run of the tests), sends posts whose senders are killed at each step, and
prints what came of them.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from outreach import wiring
from outreach.core.db import Base, open_store
from outreach.core.http import GuardedHttp, Request
from outreach.core.testing import FixedClock
from tests.campaigns.desk import Desk
from tests.campaigns.real.steps import Bench, Step, table
from tests.support.ports import free_port

ENV = "OUTREACH_BLUESKY_PASSWORD"
TEXT = "👨‍👩‍👧 Nāc mājās, @{handle}! #MĀJAS"
_POST = "app.bsky.feed.post"


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A real one from the packages in `folder`, started for the block; its address."""
    port = free_port()
    command = ["node", str(Path(__file__).with_name("pds.mjs")), str(folder.resolve()), str(port), str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None and running.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            running.send_signal(signal.SIGTERM)


def call(wire: GuardedHttp, url: str, method: str, token: str = "", **told: object) -> dict[str, str]:
    """A deed on a server."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    answer = wire.send(Request(f"{url}/xrpc/{method}", "POST", headers, json.dumps(told).encode()))
    assert answer.status == 200, answer.text()
    made = answer.json()
    assert isinstance(made, dict)
    return made


def account(wire: GuardedHttp, url: str) -> tuple[str, str]:
    """A new account with an app password: its handle, and that."""
    handle = f"birojs-{uuid4().hex[:8]}.test"
    told = {"handle": handle, "email": f"{handle}@office.test", "password": "not-used-by-anybody"}
    token = call(wire, url, "com.atproto.server.createAccount", **told)["accessJwt"]
    return handle, call(wire, url, "com.atproto.server.createAppPassword", token, name="tests")["password"]


@contextmanager
def bench(folder: Path, url: str, handle: str, password: str) -> Iterator[Bench]:
    """An office with a store of its own in `folder` and this account as its channel."""
    wiring.models()
    store = open_store(f"sqlite:///{folder / 'steps.db'}", create=True)
    Base.metadata.create_all(store.engine)
    wire = GuardedHttp(user_agent="outreach tests", allow_private=True, read_seconds=60, total_seconds=60)
    desk = Desk(store, FixedClock(datetime.now(UTC)), folder)
    try:
        channel = desk.channel("bluesky", account=handle, password_env=ENV, server=url)
        yield Bench(desk, wire, channel, {ENV: password})
    finally:
        wire.close()
        store.close()


def records(wire: GuardedHttp, url: str, handle: str) -> list[dict[str, object]]:
    """What the account has posted."""
    query = f"repo={handle}&collection={_POST}&limit=100"
    told = wire.send(Request(f"{url}/xrpc/com.atproto.repo.listRecords?{query}")).json()
    assert isinstance(told, dict)
    return [record["value"] for record in told["records"]]


def found(posted: Sequence[Mapping[str, object]], markers: Sequence[str]) -> Mapping[str, int]:
    """How many posts there are with each marker."""
    return Counter({marker: sum(marker in str(one["text"]) for one in posted) for marker in markers})


def main(packages: Path) -> None:
    """The whole table, for `docs/measurements.md`."""
    begun = time.monotonic()
    wire = GuardedHttp(user_agent="outreach tests", allow_private=True)
    with tempfile.TemporaryDirectory() as folder, server(packages) as url:
        print(f"started in {time.monotonic() - begun:.1f} s")
        handle, password = account(wire, url)
        with bench(Path(folder), url, handle, password) as desk:
            steps: list[Step] = desk.all_steps(TEXT.format(handle=handle))
        posted = records(wire, url, handle)
        print(table(steps, found(posted, [step.marker for step in steps])))
        print(f"{desk.count} posts planned, {len(posted)} records; the last:")
        print(json.dumps(posted[0], ensure_ascii=False))
    wire.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
