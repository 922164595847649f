"""What people say of mentions: holds above the watch, given to many, taken back as far as nobody spoke since."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from outreach.core.db import Store
from scrapers import verdicts
from scrapers.models import VERDICTS
from tests.support import mentions, ready

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
COUNTS = {"relevant": True, "irrelevant": False, "wrong_sense": False, "duplicate": False, "critical": True}


def standing(store: Store, ids: list[int]) -> dict[int, tuple[bool, str | None]]:
    with store.reading() as session:
        return {one.id: (one.relevant, one.verdict) for one in verdicts.states(session, ids)}


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("judged", [True, False])
def test_a_verdict_counts_and_goes_away_again(store: Store, verdict: str, judged: bool) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW, relevant=judged)
        batch = verdicts.judge(session, NOW, "anna@example.org", [number], verdict)
        assert batch.ids == (number,)
    assert standing(store, [number]) == {number: (COUNTS[verdict], verdict)}
    with store.transaction() as session:
        verdicts.judge(session, NOW, "anna@example.org", [number], None)
    assert standing(store, [number]) == {number: (judged, None)}


def test_many_are_judged_at_once_and_those_that_have_it_are_left_alone(store: Store) -> None:
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW) for _ in range(3)]
        verdicts.judge(session, NOW, "a@example.org", ids[:1], "irrelevant")
        batch = verdicts.judge(session, NOW, "a@example.org", [*ids, 10**6], "irrelevant")
    assert set(batch.ids) == set(ids[1:])
    with store.transaction() as session:
        undone = verdicts.undo(session, NOW, "a@example.org", batch.name)
    assert set(undone.ids) == set(ids[1:])
    assert undone.overtaken == ()
    assert standing(store, ids)[ids[0]] == (False, "irrelevant")
    assert standing(store, ids)[ids[1]] == (True, None)


def test_of_two_people_the_last_one_holds_and_the_first_ones_undo_says_so(store: Store) -> None:
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW) for _ in range(2)]
        first = verdicts.judge(session, NOW, "anna@example.org", ids, "irrelevant")
        second = verdicts.judge(session, NOW, "berta@example.org", ids[:1], "relevant")
    with store.transaction() as session:
        undone = verdicts.undo(session, NOW, "anna@example.org", first.name)
    assert (undone.ids, undone.overtaken) == ((ids[1],), (ids[0],))
    assert standing(store, ids) == {ids[0]: (True, "relevant"), ids[1]: (True, None)}
    with store.transaction() as session:
        # The other one's own undo brings back what stood before it, which can then be undone too.
        assert verdicts.undo(session, NOW, "berta@example.org", second.name).ids == (ids[0],)
        assert verdicts.undo(session, NOW, "anna@example.org", first.name).ids == (ids[0],)
    assert standing(store, ids)[ids[0]] == (True, None)


def test_a_batch_is_its_givers_and_is_taken_back_once(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW)
        batch = verdicts.judge(session, NOW, "anna@example.org", [number], "irrelevant")
    for actor, name in (("berta@example.org", batch.name), ("anna@example.org", "0" * 32)):
        with store.transaction() as session:
            assert verdicts.undo(session, NOW, actor, name) == verdicts.Undone((), ())
    with store.transaction() as session:
        assert verdicts.undo(session, NOW, "anna@example.org", batch.name).ids == (number,)
        assert verdicts.undo(session, NOW, "anna@example.org", batch.name).ids == ()


def test_an_unknown_verdict_is_refused(store: Store) -> None:
    with store.transaction() as session, pytest.raises(ValueError, match="perhaps"):
        verdicts.judge(session, NOW, "a@example.org", [], "perhaps")


def test_what_was_given_is_told_latest_first(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW)
        verdicts.judge(session, NOW, "anna@example.org", [number], "irrelevant")
        later = NOW + timedelta(minutes=1)
        batch = verdicts.judge(session, later, "berta@example.org", [number], None)
        verdicts.undo(session, later, "berta@example.org", batch.name)
    with store.reading() as session:
        told = verdicts.given(session, number)
    assert [(one.actor, one.verdict, one.undone) for one in told] == [
        ("berta@example.org", None, True),
        ("anna@example.org", "irrelevant", False),
    ]


class Desk(RuleBasedStateMachine):
    """Two people judge and take back in any order; a plain list of deeds says what must stand."""

    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = ready.tables(Path(self.folder.name) / "store.db")
        with self.store.transaction() as session:
            self.ids = [mentions.mention(session, NOW, relevant=n != 1) for n in range(3)]
        self.deeds: list[tuple[str, str, dict[int, tuple[str | None, str | None]]]] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def stands(self, number: int) -> str | None:
        for _, _, changes in reversed(self.deeds):
            if number in changes:
                return changes[number][1]
        return None

    @rule(
        target=batches,
        who=st.sampled_from(["anna@example.org", "berta@example.org"]),
        chosen=st.sets(st.integers(0, 2)),
        verdict=st.sampled_from([None, *VERDICTS]),
    )
    def judge(self, who: str, chosen: set[int], verdict: str | None) -> str:
        ids = [self.ids[n] for n in chosen]
        with self.store.transaction() as session:
            batch = verdicts.judge(session, NOW, who, ids, verdict)
        changes = {number: (self.stands(number), verdict) for number in ids if self.stands(number) != verdict}
        assert set(batch.ids) == set(changes)
        self.deeds.append((batch.name, who, changes))
        return batch.name

    @rule(batch=batches, who=st.sampled_from(["anna@example.org", "berta@example.org"]))
    def undo(self, batch: str, who: str) -> None:
        with self.store.transaction() as session:
            undone = verdicts.undo(session, NOW, who, batch)
        at = next(n for n, deed in enumerate(self.deeds) if deed[0] == batch)
        _, owner, changes = self.deeds[at]
        later = {number for _, _, others in self.deeds[at + 1 :] for number in others}
        free = set() if who != owner else set(changes) - later
        assert set(undone.ids) == free
        assert set(undone.overtaken) == (set() if who != owner else set(changes) & later)
        for number in free:
            del changes[number]

    @invariant()
    def holds(self) -> None:
        told = standing(self.store, self.ids)
        for n, number in enumerate(self.ids):
            verdict = self.stands(number)
            assert told[number] == (n != 1 if verdict is None else COUNTS[verdict], verdict)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
