"""How a poll of many sources compares with the plainest peer: requests and feedparser, one feed after the other.

    python -m tests.benchmarks.polling [--feeds 200]

The peer asks every feed and parses it, no more; ours also keeps limits, judges, groups and stores. A second round, in
which nothing has changed, shows what conditional requests spare; the peer sends the same validators.
"""

import argparse
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import requests

from outreach import wiring
from outreach.core.clock import SystemClock
from outreach.demo.newsroom import Newsroom
from scrapers import catalogue
from scrapers.collect import collect
from tests.support.offices import told_in


def peer(urls: list[str], known: dict[str, str]) -> int:
    """One round of the plain loop; how many entries it saw."""
    seen = 0
    with requests.Session() as session:
        for url in urls:
            answer = session.get(url, headers={"If-None-Match": known[url]} if url in known else {}, timeout=30)
            known[url] = answer.headers.get("ETag", "")
            if answer.status_code == 200:
                seen += len(feedparser.parse(answer.content).entries)
    return seen


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--feeds", type=int, default=200)
    feeds = wanted.parse_args().feeds
    room = Newsroom(SystemClock().now(), ZoneInfo("Europe/Riga"))
    room.open()
    sources = [outlet for outlet in room.outlets if outlet.form in {"rss", "atom"}]
    urls = [f"{sources[n % len(sources)].settings(room.base)[1]['url']}?n={n}" for n in range(feeds)]
    with tempfile.TemporaryDirectory() as folder:
        told = told_in(Path(folder), collect={"host_seconds": 0, "pages_per_poll": 0, "workers": 16})
        with wiring.open_app(told, create=True) as app:
            with app.store.transaction() as session:
                for number, url in enumerate(urls):
                    catalogue.add(session, app.clock.now(), f"source {number}", url)
            known: dict[str, str] = {}
            for name in ("first", "nothing new"):
                start = time.process_time()
                polled = collect(app, all_sources=True, ignore_schedule=True)
                ours = time.process_time() - start
                start = time.process_time()
                peer(urls, known)
                theirs = time.process_time() - start
                print(
                    f"{name}: {polled.polled} feeds, {polled.new} new; ours {1000 * ours / feeds:.1f} ms a feed, "
                    f"requests and feedparser {1000 * theirs / feeds:.1f} ms; ratio {theirs / ours:.2f}"
                )
    room.close()


if __name__ == "__main__":
    main()
