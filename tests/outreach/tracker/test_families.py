"""Families and stages: people frozen on the day, one current stage, the order of writing irrelevant."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker import families
from outreach.tracker.families import Entry, Family
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.models import STAGES, Household, Inquiry, Stage
from outreach.tracker.returns import GROUPS, choose, gather
from tests.outreach.rooms import NOW

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
DAYS = st.dates(date(2024, 6, 1), date(2026, 6, 1))


def add(store: Store, seal: Seal, adults: int = 2, children: int = 1) -> int:
    with store.transaction() as session:
        return families.add(session, NOW, seal, Family(adults, children, "Balvu novads", ("Īrija", "GB")))


def test_people_are_frozen_on_the_day(store: Store, seal: Seal) -> None:
    household = add(store, seal)
    with store.transaction() as session:
        families.enter(session, NOW, household, "planning", date(2025, 3, 1))
        families.resize(session, household, 2, 3)
        families.enter(session, NOW, household, "returned_supported", date(2025, 8, 1))
        families.resize(session, household, 1, 0)
        entries = families.entered(session, *YEAR)
        row = session.get_one(Household, household)
    assert [(entry.stage, entry.people) for entry in entries] == [("planning", 3), ("returned_supported", 5)]
    assert (row.countries, row.adults, row.children) == (["IE", "GB"], 1, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6)), min_size=1, max_size=5),
    start=st.tuples(st.integers(1, 5), st.integers(0, 6)),
)
def test_what_was_counted_stays_whatever_becomes_of_the_family(
    store: Store, seal: Seal, sizes: list[tuple[int, int]], start: tuple[int, int]
) -> None:
    household = add(store, seal, *start)
    expected = [sum(start)]
    with store.transaction() as session:
        families.enter(session, NOW, household, "contacted", date(2025, 1, 1))
        for number, (adults, children) in enumerate(sizes):
            families.resize(session, household, adults, children)
            families.enter(session, NOW, household, "planning", date(2025, 2, 1) + timedelta(days=number))
            expected.append(adults + children)
        counted = [
            row.people
            for row in session.scalars(select(Stage).where(Stage.household_id == household).order_by(Stage.id))
        ]
    assert counted == expected


HISTORY = st.lists(st.tuples(st.integers(1, 6), st.sampled_from(STAGES), DAYS, st.integers(1, 9)), max_size=25)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(history=HISTORY, data=st.data())
def test_the_order_of_writing_changes_nothing(
    file_store: Store, seal: Seal, history: list[tuple[int, str, date, int]], data: st.DataObject
) -> None:
    """Of one family's day the later written counts, so each family has one entry a day here."""
    once = list({(family, day): (family, stage, day, people) for family, stage, day, people in history}.values())
    shuffled = data.draw(st.permutations(once))
    told = []
    for order in (once, shuffled):
        with file_store.transaction() as session:
            session.execute(delete(Stage))
            session.execute(delete(Household))
            for number in range(1, 7):
                session.add(Household(id=number, token=str(number), created_at=NOW, countries=[], adults=1, children=0))
            session.flush()
            for family, stage, day, people in order:
                families.enter(session, NOW, family, stage, day, people)
            groups = gather(session, *YEAR)
            standing = families.current(session, YEAR[1])
            found = [{(e.household_id, e.stage, e.entered_on, e.people) for e in groups.of(name)} for name in GROUPS]
            told.append((found, {(entry.household_id, entry.stage, entry.people) for entry in standing}))
    assert told[0] == told[1]


ENTRIES = st.lists(
    st.builds(Entry, st.integers(1, 1000), st.integers(1, 12), st.sampled_from(STAGES), DAYS, st.integers(1, 9)),
    max_size=60,
    unique_by=lambda entry: entry.stage_id,
)


@given(ENTRIES)
def test_the_groups_of_a_sentence_share_no_family(entries: list[Entry]) -> None:
    groups = choose(entries, {entry.household_id: entry for entry in entries}.values())
    counted = [[entry.household_id for entry in groups.of(name)] for name in GROUPS]
    together = [household for group in counted for household in group]
    assert len(together) == len(set(together))
    returned = {entry.household_id for entry in entries if entry.stage.startswith("returned")}
    assert returned == {*counted[0], *counted[1]}


@pytest.mark.parametrize(
    ("history", "group"),
    [
        ([("planning", "2025-03-01")], "planning"),
        ([("planning", "2024-03-01")], "planning"),
        ([("planning", "2025-03-01"), ("returned_supported", "2025-07-01")], "returned_supported"),
        ([("returned_supported", "2025-03-01"), ("returned_alone", "2025-04-01")], "returned_alone"),
        ([("returned_alone", "2025-04-01"), ("returned_supported", "2025-03-01")], "returned_alone"),
        ([("returned_supported", "2025-03-01"), ("planning", "2025-10-01")], "returned_supported"),
        ([("returned_supported", "2024-03-01"), ("planning", "2025-10-01")], "planning"),
        ([("returned_supported", "2024-12-31")], None),
        ([("returned_supported", "2025-01-01")], "returned_supported"),
        ([("returned_supported", "2025-12-31")], "returned_supported"),
        ([("planning", "2025-06-01"), ("returned_alone", "2026-01-01")], "planning"),
        ([("planning", "2025-06-01"), ("postponed", "2025-07-01")], None),
        # A wrong entry is mended by another of the same day.
        ([("returned_alone", "2025-06-01"), ("planning", "2025-06-01")], "planning"),
        ([("contacted", "2025-06-01"), ("offer_sent", "2025-07-01")], None),
    ],
)
def test_where_a_family_is_counted(store: Store, seal: Seal, history: list[tuple[str, str]], group: str | None) -> None:
    household = add(store, seal)
    with store.transaction() as session:
        for stage, day in history:
            families.enter(session, NOW, household, stage, date.fromisoformat(day))
        groups = gather(session, *YEAR)
    assert [name for name in GROUPS if groups.of(name)] == ([group] if group else [])


def test_current_stages_and_the_families_that_wait(store: Store, seal: Seal) -> None:
    first, second, third = (add(store, seal) for _ in range(3))
    with store.transaction() as session:
        families.enter(session, NOW, first, "contacted", date(2026, 1, 10))
        families.enter(session, NOW, second, "contacted", date(2026, 1, 1))
        families.enter(session, NOW, second, "postponed", date(2026, 5, 1))
        families.enter(session, NOW, third, "offer_sent", date(2025, 12, 1))
        on = date(2026, 2, 1)
        assert {entry.household_id: entry.stage for entry in families.current(session, on)} == {
            first: "contacted", second: "contacted", third: "offer_sent",
        }  # fmt: skip
        waits = families.waiting(session, on, 30)
        assert [(one.household_id, one.days, one.municipality) for one in waits] == [
            (third, 62, "Balvu novads"),
            (second, 31, "Balvu novads"),
        ]
        late = families.waiting(session, date(2026, 6, 1), 30)
        assert [one.household_id for one in late] == [third, first]


def test_refusals(store: Store, seal: Seal) -> None:
    household = add(store, seal)
    with store.transaction() as session:
        for stage, number, day, people, error in (
            ("moved", household, date(2025, 1, 1), None, "stage"),
            ("planning", 999, date(2025, 1, 1), None, "household"),
            ("planning", household, NOW.date() + timedelta(days=2), None, "future"),
            ("planning", household, date(2025, 1, 1), -1, "counts"),
        ):
            with pytest.raises(OutreachError, match=rf"tracker\.error\.{error}"):
                families.enter(session, NOW, number, stage, day, people)
        for family, error in (
            (Family(0, 0), "counts"),
            (Family(-1, 3), "counts"),
            (Family(1, countries=("Kanārija Ķirzakiņa",)), "country"),
            (Family(1, municipality="Kanārija 12, dz. 7"), "place"),
        ):
            with pytest.raises(OutreachError, match=rf"tracker\.error\.{error}") as caught:
                families.add(session, NOW, seal, family)
            assert "Kanārija" not in str(caught.value)


def test_an_inquiry_is_tied_to_its_family(store: Store, seal: Seal) -> None:
    household = add(store, seal)
    with store.transaction() as session:
        inquiry_id = receive(session, NOW, seal, Incoming("phone")).inquiry_id
        families.tie(session, inquiry_id, household)
        assert session.get_one(Inquiry, inquiry_id).household_id == household
        with pytest.raises(OutreachError, match=r"tracker\.error\.household"):
            families.tie(session, inquiry_id, 999)
        with pytest.raises(OutreachError, match=r"tracker\.error\.inquiry"):
            families.tie(session, 999, household)


def test_entries_are_only_ever_added(store: Store, seal: Seal) -> None:
    household = add(store, seal)
    with store.transaction() as session:
        families.enter(session, NOW, household, "planning", date(2025, 1, 1))
    with pytest.raises(TypeError), store.transaction() as session:
        session.scalars(select(Stage)).one().people = 9
        session.flush()
    with pytest.raises(TypeError), store.transaction() as session:
        session.delete(session.scalars(select(Stage)).one())
        session.flush()
