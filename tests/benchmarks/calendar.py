"""A month of the calendar, empty and with 2,000 posts: `python -m tests.benchmarks.calendar [--posts 2000]`.

Says of each what the whole page took, what of it asking took (with the rows fetched), and what was left to draw with:
medians of the processor's milliseconds. The aim: a month with 2,000 posts takes at most twice the time of an empty one
and, on top, its own asking; the ratio is its drawing beside the empty month's whole.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, event, insert

from campaigns import overview
from campaigns.models import Campaign, ChannelRow, Delivery, Link, Post
from campaigns.planning import reading, timetable
from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.daemon import set_aside
from outreach.web.app import make
from tests.support.offices import told_in
from tests.support.people import Visitor

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_QUESTIONS = (
    (timetable, "due_between", timetable.due_between),
    (timetable, "drawn", timetable.drawn),
    (overview, "stretches", overview.stretches),
    (reading, "steps_between", reading.steps_between),
)
RATIO = 2.0
ROUNDS = 40


class Store:
    """How long the calendar's own questions took since `reset`, and how many statements the page asked in all."""

    def __init__(self, engine: Engine) -> None:
        self.spent, self.asked = 0.0, 0
        event.listen(engine, "after_cursor_execute", self._count)
        for module, name, ask in _QUESTIONS:
            setattr(module, name, self._timed(ask))

    def reset(self) -> None:
        self.spent, self.asked = 0.0, 0

    def _timed(self, ask: Callable[..., object]) -> Callable[..., object]:
        def asking(*given: object, **named: object) -> object:
            began = time.process_time()
            try:
                return ask(*given, **named)
            finally:
                self.spent += time.process_time() - began

        return asking

    def _count(self, *_: object) -> None:
        self.asked += 1


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--posts", type=int, default=2000)
    asked = wanted.parse_args()
    print(f"{'month':>8} {'whole ms':>9} {'store ms':>9} {'drawn ms':>9} {'asks':>5} {'kB':>7}")
    (empty, _), (_, drawn) = measure(0), measure(asked.posts)
    ratio = drawn / empty
    print(f"ratio {ratio:.2f} (aim {RATIO}){'' if ratio <= RATIO else '  missed'}")


def measure(posts: int) -> tuple[float, float]:
    """Milliseconds that a month with so many posts takes: the whole page, and without the store's time."""
    with tempfile.TemporaryDirectory() as folder:
        with wiring.open_app(told_in(Path(folder)), create=True, clock=FixedClock(NOW)) as app:
            fill(app, posts)
            store, visitor = Store(app.store.engine), Visitor(app, make(app).test_client(), "comms")
            whole, drawn, asks, size = [], [], 0, 0
            set_aside()
            for turn in range(ROUNDS + 3):
                store.reset()
                began = time.process_time()
                size = len(visitor.get("/calendar?view=month&day=2026-11-15").data)
                took = time.process_time() - began
                asks = store.asked
                if turn >= 3:
                    whole.append(took * 1000)
                    drawn.append((took - store.spent) * 1000)
    took, ours = median(whole), median(drawn)
    print(f"{posts:8} {took:9.1f} {took - ours:9.1f} {ours:9.1f} {asks:5} {size / 1000:7.1f}", flush=True)
    return took, ours


def fill(app: App, posts: int) -> None:
    """Posts all over November, of ten campaigns on twenty channels; the campaigns are there in both months."""
    with app.store.transaction() as session:
        session.execute(insert(Campaign), [
            {"name": f"Kampaņa {n}", "starts_on": date(2026, 11, 1 + n), "ends_on": date(2026, 11, 20 + n), "created_at": NOW}
            for n in range(10)
        ])  # fmt: skip
        session.execute(insert(ChannelRow), [{"name": f"Kanāls {n}", "kind": "folder", "settings": {}} for n in range(20)])
        for n in range(posts):
            post = Post(campaign_id=n % 10 + 1, language="en" if n % 3 else "lv", title=f"Ieraksts {n} par atgriešanos", text="{link}", target_url="https://majas.example/", created_at=NOW)
            session.add(post)
            session.flush()
            due_at = datetime(2026, 11, 1, 5, 0, tzinfo=UTC) + timedelta(days=n % 30, minutes=7 * (n // 30))
            made = Delivery(post_id=post.id, channel_id=n // 30 % 20 + 1, due_at=due_at, status="published" if due_at < NOW else "scheduled", key=f"{n}")
            session.add(made)
            session.flush()
            session.add(Link(code=f"c{n}", delivery_id=made.id, target_url=post.target_url, created_at=NOW))


if __name__ == "__main__":
    main()
