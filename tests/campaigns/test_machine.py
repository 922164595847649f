"""Publishing by two workers, in every order that can be thought of: never two posts, never a lost one."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from campaigns import dispatch, editing, queries
from campaigns.channel import Busy, Denied, Receipt
from campaigns.models import Delivery, Post
from campaigns.outcome import outcome
from campaigns.publish import Claimed, claim, expire, record, sweep
from outreach.core.db import Base, open_store
from outreach.core.errors import OutreachError, WireError
from outreach.core.testing import FixedClock
from tests.campaigns.desk import LATE, NOW, Desk

WORKERS = st.integers(0, 1)
NUMBERS = st.integers(0, 30)
CLEAR = {
    "refused": WireError("http.refused", host="a.example"),
    "busy": Busy("x.busy", wait=timedelta(minutes=2)),
    "never": WireError("x.refused", permanent=True),
    "denied": Denied("x.denied"),
    "unfit": OutreachError("registry.kind", kind="x"),
}
FAULTS = st.sampled_from(["", "", "", "lost", "unsaid", *CLEAR])


@dataclass
class Worker:
    token: str
    claimed: Claimed | None = None
    answer: Receipt | OutreachError | None = None


class Publishing(RuleBasedStateMachine):
    """The channel is a strict one: it has no idempotency at all and posts whatever it is asked to."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        store = open_store(f"sqlite:///{self.folder.name}/outreach.db", create=True)
        Base.metadata.create_all(store.engine)
        self.desk = Desk(store, FixedClock(NOW), Path(self.folder.name))
        self.channels = [self.desk.channel(), self.desk.channel()]
        self.deliveries: list[int] = []
        self.posts: dict[int, int] = {}
        self.out: Counter[str] = Counter()
        self.texts: dict[str, str] = {}
        self.tokens = 0
        self.workers = [self.hired(), self.hired()]

    def hired(self) -> Worker:
        self.tokens += 1
        return Worker(f"worker {self.tokens}")

    @property
    def alive(self) -> set[str]:
        return {worker.token for worker in self.workers}

    @property
    def in_flight(self) -> set[int]:
        return {worker.claimed.delivery_id for worker in self.workers if worker.claimed}

    def pick(self, number: int) -> int | None:
        return self.deliveries[number % len(self.deliveries)] if self.deliveries else None

    @rule(approved=st.booleans(), channel=st.integers(0, 1), ahead=st.sampled_from([0, 0, 0, 90]))
    def plan(self, approved: bool, channel: int, ahead: int) -> None:
        post = self.desk.post(approved=approved)
        due = self.desk.clock.now() + timedelta(minutes=ahead)
        delivery = self.desk.plan(self.channels[channel], post, due)
        self.deliveries.append(delivery)
        self.posts[delivery] = post

    @rule(number=NUMBERS, deed=st.sampled_from(["approve", "edit", "cancel", "again"]))
    def person(self, number: int, deed: str) -> None:
        delivery, now = self.pick(number), self.desk.clock.now()
        if delivery is None:
            return
        try:
            with self.desk.store.transaction() as session:
                if deed == "approve":
                    editing.approve(session, now, self.posts[delivery])
                elif deed == "edit":
                    editing.edit(session, self.posts[delivery], title="Labots", text=f"Labots {now}")
                elif deed == "cancel":
                    dispatch.cancel(session, now, delivery)
                else:
                    dispatch.reschedule(session, now, delivery, now)
        except OutreachError as error:
            if error.key not in ("campaigns.post.out", "campaigns.delivery.status"):
                raise

    @rule(channel=st.integers(0, 1), on=st.booleans())
    def switch(self, channel: int, on: bool) -> None:
        with self.desk.store.transaction() as session:
            (dispatch.resume if on else dispatch.pause)(session, self.channels[channel])

    @rule(minutes=st.sampled_from([1, 5, 40, 400]))
    def wait(self, minutes: int) -> None:
        self.desk.clock.step(timedelta(minutes=minutes))
        with self.desk.store.transaction() as session:
            expire(session, self.desk.clock.now(), LATE)

    @rule(number=WORKERS, wanted=NUMBERS)
    def claim(self, number: int, wanted: int) -> None:
        worker, delivery = self.workers[number], self.pick(wanted)
        if worker.claimed is None and delivery is not None:
            with self.desk.store.transaction() as session:
                worker.claimed = claim(session, self.desk.clock.now(), delivery, worker.token, LATE)

    @rule(number=WORKERS, fault=FAULTS)
    def send(self, number: int, fault: str) -> None:
        worker = self.workers[number]
        if worker.claimed is None or worker.answer is not None:
            return
        if fault in ("", "lost"):
            self.out[worker.claimed.key] += 1
            self.texts[worker.claimed.key] = worker.claimed.text
        if fault in ("lost", "unsaid"):
            worker.answer = WireError("http.timeout", ambiguous=True)
        else:
            worker.answer = CLEAR.get(fault) or Receipt(f"https://a.example/{worker.claimed.key}", "1")

    @rule(number=WORKERS)
    def record(self, number: int) -> None:
        worker, now = self.workers[number], self.desk.clock.now()
        if worker.claimed is None or worker.answer is None:
            return
        result = outcome(worker.answer, worker.claimed.attempt, now, lambda: 0.5)
        with self.desk.store.transaction() as session:
            record(session, now, worker.claimed, result)
        worker.claimed = worker.answer = None

    @rule(number=WORKERS)
    def kill(self, number: int) -> None:
        self.workers[number] = self.hired()

    @rule(impatient=st.booleans())
    def sweep(self, impatient: bool) -> None:
        """An impatient one is that of another machine whose lease ran out under a slow worker."""
        with self.desk.store.transaction() as session:
            sweep(session, self.desk.clock.now(), lambda token, at: impatient or token not in self.alive)

    @rule(number=NUMBERS)
    def settle(self, number: int) -> None:
        delivery = self.pick(number)
        # A person who looks while the worker is still at it is a matter of the lease, not of this model.
        if (
            delivery is not None
            and delivery not in self.in_flight
            and self.desk.status(delivery) == "unconfirmed"
        ):
            self.desk.settle(delivery, self.out[self.desk.row(delivery).key] > 0, "https://a.example/1")

    @precondition(lambda self: hasattr(self, "desk"))
    @invariant()
    def every_row_tells_the_truth(self) -> None:
        with self.desk.store.reading() as session:
            rows = session.execute(select(Delivery, Post).join(Post, Post.id == Delivery.post_id)).all()
            for delivery, post in rows:
                sent = self.out[delivery.key]
                assert sent <= 1, "posted twice"
                working = delivery.id in self.in_flight
                if delivery.status == "published":
                    assert sent == 1
                if delivery.status in ("scheduled", "failed", "cancelled"):
                    assert sent == 0
                if delivery.status == "sending":
                    assert working or delivery.claimed_by not in self.alive, "lost: nobody will ever look"
                if sent:
                    assert post.approved_at is not None and post.text == self.texts[delivery.key]
                events = queries.history(session, delivery.id)
                assert events[0].from_status is None and events[-1].to_status == delivery.status
                assert all(before.to_status == after.from_status for before, after in pairwise(events))

    def teardown(self) -> None:
        """Workers die, people clear up: in the end everything is out exactly once, or called off."""
        if not hasattr(self, "desk"):
            return
        self.workers = [self.hired(), self.hired()]
        self.sweep(False)
        for number in range(len(self.deliveries)):
            self.settle(number)
        for channel in (0, 1):
            self.switch(channel, True)
        for number, delivery in enumerate(self.deliveries):
            if self.desk.status(delivery) in ("failed", "scheduled"):
                self.person(number, "approve")
                self.person(number, "again")
                self.claim(0, number)
                self.send(0, "")
                self.record(0)
            status, sent = self.desk.status(delivery), self.out[self.desk.row(delivery).key]
            assert (status, sent) in (("published", 1), ("cancelled", 0))
        self.every_row_tells_the_truth()
        self.desk.store.close()
        self.folder.cleanup()


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
