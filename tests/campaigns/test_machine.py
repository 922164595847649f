"""Publishing by two workers, in every order that can be thought of: never two posts, never a lost one."""

import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from campaigns import dispatch, editing, pausing, queries
from campaigns.channel import Looked, Receipt
from campaigns.looking import Sought, conclude, seek
from campaigns.models import Delivery, Post
from campaigns.outcome import outcome
from campaigns.publish import claim, expire, put_back, record, sweep
from campaigns.recording import said
from outreach.core.errors import OutreachError, WireError
from outreach.core.presence import LEASE
from outreach.core.testing import FixedClock
from tests.campaigns.desk import LATE, NOW, Desk
from tests.campaigns.strict import CLEAR, PATIENT, Platform, Worker, receipt
from tests.support import ready

WORKERS = st.integers(0, 1)
NUMBERS = st.integers(0, 30)
FAULTS = st.sampled_from(["", "", "", "lost", "lost", "unsaid", "unsaid", "queued", "queued", *CLEAR])
DEATHS = st.sampled_from(["", "", "", "", "before", "after", "noted"])


class Publishing(RuleBasedStateMachine):
    """One channel shows what is on it, the other does not."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        store = ready.tables(Path(self.folder.name) / "outreach.db")
        self.desk = Desk(store, FixedClock(NOW), Path(self.folder.name))
        shown = self.desk.channel("bluesky", account="office.example", password_env="TEST_PASSWORD")
        self.channels = [shown, self.desk.channel()]
        self.deliveries: list[int] = []
        self.posts: dict[int, int] = {}
        self.there = Platform()
        self.hired: list[Worker] = []
        self.workers = [self.hire(), self.hire()]
        self.looks: list[tuple[Sought, Looked]] = []
        for channel in (0, 0, 0, 1):
            self.plan(True, channel, 0)

    def hire(self) -> Worker:
        self.hired.append(Worker(f"worker-{len(self.hired)}"))
        return self.hired[-1]

    @property
    def alive(self) -> set[str]:
        return {worker.token for worker in self.workers}

    @property
    def in_flight(self) -> set[int]:
        return {one.delivery_id for worker in self.workers for one in worker.claimed}

    def pick(self, number: int) -> int | None:
        return self.deliveries[number % len(self.deliveries)] if self.deliveries else None

    @rule(approved=st.sampled_from([True, True, False]), channel=st.integers(0, 1), ahead=st.sampled_from([0, 0, 0, 90]))
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
                    editing.edit(session, now, self.posts[delivery], title="Labots", text=f"Labots {now}")
                elif deed == "cancel":
                    dispatch.cancel(session, now, delivery)
                else:
                    dispatch.reschedule(session, now, delivery, now, not_after=now + timedelta(hours=1))
        except OutreachError as error:
            if error.key not in ("campaigns.post.out", "campaigns.delivery.status"):
                raise

    @rule(what=st.integers(0, 3), on=st.sampled_from([True, True, True, False]))
    def switch(self, what: int, on: bool) -> None:
        now = self.desk.clock.now()
        with self.desk.store.transaction() as session:
            if what < len(self.channels):
                (dispatch.resume if on else dispatch.pause)(session, self.channels[what])
            elif what == 2 and self.desk.campaign_id:
                pausing.pause_campaign(session, self.desk.campaign_id, not on)
            elif on:
                pausing.resume_all(session, now)
            else:
                pausing.pause_all(session, now, "Sēru diena", "test")

    @rule(seconds=st.sampled_from([30, 60, 100, 100, 300, 300, 700, 700, 2400, 24000]))
    def wait(self, seconds: int) -> None:
        self.desk.clock.step(timedelta(seconds=seconds))
        with self.desk.store.transaction() as session:
            expire(session, self.desk.clock.now(), LATE)

    @rule(number=WORKERS, channel=st.integers(0, 1), limit=st.integers(1, 3))
    def claim(self, number: int, channel: int, limit: int) -> None:
        worker, now = self.workers[number], self.desk.clock.now()
        if worker.claimed:
            return
        with self.desk.store.transaction() as session:
            held = pausing.paused(session) is not None
            worker.claimed = claim(session, now, worker.token, LATE, channel_id=self.channels[channel], limit=limit)
        worker.began = now
        assert not (held and worker.claimed), "sent while everything is held"

    @rule(number=WORKERS, fault=FAULTS, death=DEATHS, channel=st.sampled_from([0, 0, 1]), limit=st.integers(1, 3))
    def send(self, number: int, fault: str, death: str, channel: int, limit: int) -> None:
        if not self.workers[number].claimed:
            self.claim(number, channel, limit)
        worker, now = self.workers[number], self.desk.clock.now()
        if not worker.unsent or worker.began is None:
            return
        one = worker.unsent[0]
        worker.states[one.key] = "handing"
        if death == "before":
            return self.kill(number)
        slow = now - worker.began > PATIENT
        answer = WireError("campaigns.delivery.slow") if slow else self.there.post(one, now, fault)
        if death == "after":
            return self.kill(number)
        if isinstance(answer, Receipt):
            worker.states[one.key], worker.receipts[one.key] = "taken", said(answer)
        elif not (isinstance(answer, WireError) and answer.ambiguous):
            worker.states[one.key] = "none"
        if death == "noted":
            return self.kill(number)
        worker.results.append((one, outcome(answer, one.attempt, now, lambda: 0.5)))

    @rule(number=WORKERS)
    def record(self, number: int) -> None:
        worker, now = self.workers[number], self.desk.clock.now()
        if worker.claimed:
            with self.desk.store.transaction() as session:
                record(session, now, worker.results)
                put_back(session, now, worker.unsent)
        worker.claimed, worker.results = [], []

    @rule(number=WORKERS)
    def kill(self, number: int) -> None:
        self.workers[number] = self.hire()

    @rule(far=st.booleans())
    def sweep(self, far: bool) -> None:
        """By the machine the workers are on, or by another one, which knows nothing but the age of a claim."""
        now, journals = self.desk.clock.now(), {worker.token: worker.journal() for worker in self.hired}
        with self.desk.store.transaction() as session:
            if far:
                sweep(session, now, lambda _token, at: at < now - LEASE)
            else:
                sweep(session, now, lambda token, _at: token not in self.alive, journals.get)

    @rule(number=NUMBERS, unclear=st.sampled_from([False, False, True]), hold=st.booleans(), soon=st.booleans())
    def look(self, number: int, unclear: bool, hold: bool, soon: bool) -> None:
        with self.desk.store.reading() as session:
            sought_for = select(Delivery.look_at, Delivery.id).where(Delivery.look_at.is_not(None)).order_by(Delivery.id)
            waiting = session.execute(sought_for).all()
        if not waiting:
            return
        at, delivery = waiting[number % len(waiting)]
        if soon and at is not None:
            self.desk.clock.moment = max(self.desk.clock.moment, at)
        now = self.desk.clock.now()
        with self.desk.store.transaction() as session:
            sought = seek(session, now, delivery)
        if sought is not None:
            self.looks.append((sought, self.there.look(sought.claimed.key, now, unclear)))
            if not hold:
                self.conclude()

    @rule()
    def conclude(self) -> None:
        while self.looks:
            with self.desk.store.transaction() as session:
                conclude(session, self.desk.clock.now(), *self.looks.pop(), LATE)

    @rule(number=NUMBERS)
    def settle(self, number: int) -> None:
        delivery = self.pick(number)
        # A person who looks while the worker is still at it is a matter of the lease, not of this model.
        if delivery is None or delivery in self.in_flight or self.desk.status(delivery) != "unconfirmed":
            return
        self.desk.settle(delivery, self.there.out[self.desk.row(delivery).key] > 0, "https://a.example/1")

    @precondition(lambda self: hasattr(self, "desk"))
    @invariant()
    def every_row_tells_the_truth(self) -> None:
        with self.desk.store.reading() as session:
            rows = session.execute(select(Delivery, Post).join(Post, Post.id == Delivery.post_id)).all()
            for delivery, post in rows:
                sent = self.there.out[delivery.key]
                assert sent <= 1, "posted twice"
                if delivery.status == "published":
                    assert sent == 1
                if delivery.status in ("scheduled", "failed", "cancelled"):
                    assert sent == 0
                if delivery.status == "sending":
                    working = delivery.id in self.in_flight
                    assert working or delivery.claimed_by not in self.alive, "lost: nobody will ever look"
                if sent:
                    assert post.approved_at is not None and post.text == self.there.texts[delivery.key]
                events = queries.history(session, delivery.id)
                assert events[0].from_status is None and events[-1].to_status == delivery.status
                assert all(before.to_status == after.from_status for before, after in pairwise(events))

    def teardown(self) -> None:
        """Workers die, people clear up: in the end everything is out exactly once, or called off."""
        if not hasattr(self, "desk"):
            return
        self.workers = [self.hire(), self.hire()]
        self.sweep(False)
        for number in range(len(self.deliveries)):
            self.settle(number)
        for what in range(4):
            self.switch(what, True)
        for number, delivery in enumerate(self.deliveries):
            if self.desk.status(delivery) in ("failed", "scheduled"):
                self.person(number, "approve")
                self.person(number, "again")
                self.out_it_goes(delivery)
            status, sent = self.desk.status(delivery), self.there.out[self.desk.row(delivery).key]
            assert (status, sent) in (("published", 1), ("cancelled", 0))
        self.every_row_tells_the_truth()
        self.desk.store.close()
        self.folder.cleanup()

    def out_it_goes(self, delivery: int) -> None:
        now = self.desk.clock.now()
        with self.desk.store.transaction() as session:
            (one,) = claim(session, now, "the last", LATE, only=delivery)
        self.there.post(one, now, "")
        with self.desk.store.transaction() as session:
            record(session, now, [(one, outcome(receipt(one.key), 1, now, lambda: 0.5))])


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
