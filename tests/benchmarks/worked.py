"""How long the journeys and every report of a large office take beside a plain count of the same rows, on SQLite.

    python -m tests.benchmarks.worked [--inquiries 20000] [--touches 10] [--rounds 5]

A year of so many inquiries with so many touches and an attribution each. The count asks for the number of touches of the
period under the conditions of the journeys. Seconds are the processor's, the best round of each counts; the journeys'
include names, order and the causality guard. What the page adds to it is told beside it: all seven models and everything
else it shows. A report is written whole, with the records behind each of its numbers.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, Link, Post
from outreach import report, wiring
from outreach.core import registry
from outreach.core.db import Base, Store, open_store
from outreach.core.office import read_office
from outreach.daemon import set_aside
from outreach.tracker.credit import worked
from outreach.tracker.credit.journeys import Asked, gather
from outreach.tracker.models import Attribution, Household, Inquiry, Stage, Touch

ALLOWED = 10.0  # times the plain count
_NOW = datetime(2026, 12, 31, tzinfo=UTC)
_SOURCES = ("radio", "friends", "facebook", "municipality")
_ZONE = ZoneInfo("Europe/Riga")


def filled(store: Store, inquiries: int, touches: int) -> None:
    """An office whose year it was; always the same."""
    dice = random.Random(3)
    with store.transaction() as session:
        session.add(Campaign(id=1, name="A", starts_on=date(2026, 1, 1), created_at=_NOW))
        session.add(Campaign(id=2, name="B", starts_on=date(2026, 1, 1), created_at=_NOW))
        session.add_all(ChannelRow(id=one, name=f"K{one}", kind="folder", settings={}) for one in range(1, 9))
        session.flush()
        for one in range(1, 201):
            session.add(Post(id=one, campaign_id=1 + one % 2, language="lv", title=f"P{one}", text="x", target_url="x", created_at=_NOW))
        session.flush()
        for one in range(1, 201):
            session.add(Delivery(id=one, post_id=one, channel_id=1 + one % 8, due_at=_NOW, status="published", key=f"k{one}"))
        session.flush()
        session.add_all(Link(id=one, code=f"c{one}", delivery_id=one, target_url="x", created_at=_NOW) for one in range(1, 201))
        session.flush()
        families = [{"id": one, "token": f"h{one}", "created_at": _NOW, "countries": ["IE"], "adults": 2, "children": 1} for one in range(1, inquiries // 20)]
        session.execute(insert(Household), families)
        received = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(525_000)) for _ in range(inquiries)]
        session.execute(insert(Inquiry), [
            {"id": n, "token": f"i{n}", "received_at": at, "arrived_by": "form", "dedup_key": f"d{n}", "country": dice.choice(["IE", "GB", "DE"]),
             "household_id": n if n < inquiries // 20 else None}
            for n, at in enumerate(received, 1)
        ])  # fmt: skip
        session.execute(insert(Stage), [
            {"household_id": n, "stage": stage, "entered_on": received[n - 1].date() + timedelta(days=days), "people": 3, "recorded_at": _NOW}
            for n in range(1, inquiries // 20) for stage, days in (("contacted", 0), ("offer_sent", 9), ("returned_supported", 60))
        ])  # fmt: skip
        rows = []
        for n, at in enumerate(received, 1):
            for place in range(touches):
                link = dice.randint(1, 200)
                label = {"post": f"P{link}", "campaign": "A", "channel": "K", "published_at": _NOW.isoformat(), "clicked_at": _NOW.isoformat(), "clicks": 3}
                if place:
                    rows.append({"inquiry_id": n, "kind": "link", "at": at - timedelta(hours=dice.randrange(1, 1_500)), "click_link_id": link, "post_id": link, "label": label})
                else:
                    rows.append({"inquiry_id": n, "kind": "said", "at": at, "click_link_id": None, "post_id": None, "label": {"source": dice.choice(_SOURCES)}})
        session.execute(insert(Touch), [{"id": number, **row} for number, row in enumerate(rows, 1)])
        links = [{
            "inquiry_id": n, "made_at": _NOW, "rule": "said" if n % 9 == 0 else "link" if n % 4 else "unknown", "by_person": False,
            "touch_id": None if n % 9 and n % 4 == 0 else (n - 1) * touches + (1 if n % 9 == 0 else 2), "evidence": rows[(n - 1) * touches + (n % 9 > 0)]["label"] if n % 9 == 0 or n % 4 else {},
        } for n in range(1, inquiries + 1)]  # fmt: skip
        session.execute(insert(Attribution), links)


def best(rounds: int, ask: Callable[[], object]) -> float:
    fastest = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        ask()
        fastest = min(fastest, time.process_time() - start)
    return fastest


def counted(session: Session, asked: Asked) -> int:
    """The plain count of the touches that the journeys read."""
    since, until = asked.moments()
    rows = select(func.count()).select_from(Touch).join(Inquiry, Inquiry.id == Touch.inquiry_id)
    within = (Inquiry.received_at >= since, Inquiry.received_at < until)
    kinds = (Touch.kind.in_(("link", "said")), Touch.at <= Inquiry.received_at)
    return session.scalar(rows.where(*within, *kinds)) or 0


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--inquiries", type=int, default=20_000)
    told.add_argument("--touches", type=int, default=10)
    told.add_argument("--rounds", type=int, default=5)
    given = told.parse_args()
    wiring.models()
    asked = Asked(date(2026, 1, 1), date(2026, 12, 31), _ZONE, 90)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'worked.db'}", create=True)
        Base.metadata.create_all(store.engine)
        filled(store, given.inquiries, given.touches)
        set_aside()  # as the server does: what was made so far stays
        with store.reading() as session:
            rows = counted(session, asked)
            plain = best(given.rounds, lambda: counted(session, asked))
            whole = best(given.rounds, lambda: gather(session, asked))
            journeys = gather(session, asked)
            year = report.Period.of_year(2026, _ZONE)
            office = read_office("latgale", Path())
            reports = {
                kind: best(given.rounds, partial(report.write, kind, session, office, year, "lv", "Balvu novads" if kind == "municipality" else None))
                for kind in registry.kinds("outreach.reports")
            }
        if sum(len(one.refs) for one in journeys.by_end["inquiry"]) != rows:
            sys.exit("the journeys hold other touches than were counted")
        shown = best(1, lambda: worked.worked(journeys, worked.Wanted("channel", "linear", "inquiry")))
        store.close()
    times = whole / plain
    print(f"{rows:,} touches: count {plain * 1000:.0f} ms, journeys {whole * 1000:.0f} ms, {times:.1f} x; the page's figures {shown * 1000:.0f} ms")
    for kind, took in reports.items():
        print(f"{kind:14} {took * 1000:7.0f} ms, {took / plain:.1f} x")
    if max(times, *(took / plain for took in reports.values())) > ALLOWED:
        sys.exit(f"more than {ALLOWED:.0f} x")


if __name__ == "__main__":
    main()
