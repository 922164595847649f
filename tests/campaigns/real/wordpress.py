"""A desk beside a real WordPress.

`python -m tests.campaigns.real.wordpress` starts one (Debian: wordpress, php-cli, php-mysql, php-gd, php-xml,
php-mbstring, mariadb-server), sends posts whose senders are killed at each step, and prints what came of them.
"""

import base64
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from outreach import wiring
from outreach.core.db import Base, open_store
from outreach.core.http import GuardedHttp, Request
from outreach.core.testing import FixedClock
from tests.campaigns.desk import Desk
from tests.campaigns.real.steps import Bench, Step, table
from tests.support import wordpress
from tests.support.wordpress import Site

ENV = "OUTREACH_SITE_PASSWORD"
TEXT = "Nāc mājās & “viss” <b>top</b>:"


@contextmanager
def bench(folder: Path, site: Site, **settings: str) -> Iterator[Bench]:
    """An office with a store of its own in `folder` and this site as its channel."""
    wiring.models()
    store = open_store(f"sqlite:///{folder / 'steps.db'}", create=True)
    Base.metadata.create_all(store.engine)
    wire = GuardedHttp(user_agent="outreach tests", allow_private=True, read_seconds=60, total_seconds=60)
    desk = Desk(store, FixedClock(datetime.now(UTC)), folder)
    try:
        channel = desk.channel(
            "wordpress", "", site=site.url, user=wordpress.USER, password_env=ENV, **settings
        )
        yield Bench(desk, wire, channel, {ENV: site.password})
    finally:
        wire.close()
        store.close()


def ask(wire: GuardedHttp, site: Site, path: str, query: str = "") -> object:
    """What the site says to its user."""
    secret = base64.b64encode(f"{wordpress.USER}:{site.password}".encode()).decode()
    url = f"{site.url}/?rest_route=/wp/v2/{path}{query}"
    return json.loads(wire.send(Request(url, headers={"Authorization": f"Basic {secret}"})).body)


def found(wire: GuardedHttp, site: Site, markers: Sequence[str]) -> Mapping[str, int]:
    """How many posts of any status there are with each marker, and pictures beside those that posts need."""
    counted: Counter[str] = Counter()
    for marker in markers:
        rows = ask(wire, site, "posts", f"&search={marker}&status=any&context=edit")
        assert isinstance(rows, list)
        counted[marker] = sum(marker in row["content"]["raw"] for row in rows)
    return counted


def main() -> None:
    """The whole table, for `docs/measurements.md`."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, wordpress.server() as site:
        print(f"started in {time.monotonic() - begun:.1f} s")
        with bench(Path(folder), site, categories=wordpress.CATEGORY, tags="MĀJAS") as desk:
            steps: list[Step] = desk.all_steps(TEXT)
            print(table(steps, found(desk.wire, site, [step.marker for step in steps])))
            media = ask(desk.wire, site, "media", "&per_page=100")
            assert isinstance(media, list)
            print(f"{desk.count} posts planned, {len(media)} pictures in the library")


if __name__ == "__main__":
    main()
