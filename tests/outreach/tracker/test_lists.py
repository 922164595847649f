"""Lists and figures on both stores: pages that lose nobody, weeks that add up, stages counted once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import board, casework, families, figures, inbox
from outreach.tracker.families import Family
from outreach.tracker.inbox import After, Chosen
from outreach.tracker.intake import Incoming, answer, receive
from outreach.tracker.jobs import link
from outreach.tracker.models import STAGES
from tests.outreach.rooms import NOW, RIGA

TODAY = NOW.date()


def ask(store: Store, seal: Seal, at: datetime, number: int, **more: str) -> int:
    with store.transaction() as session:
        held = receive(session, at, seal, Incoming("form", message_id=str(number), **more)).inquiry_id
        link(session, NOW, held, 90)
        return held


@pytest.mark.parametrize("limit", [1, 3, 4, 50])
def test_pages_together_are_the_whole_list_once(store: Store, seal: Seal, limit: int) -> None:
    for number in range(9):
        ask(store, seal, NOW - timedelta(hours=number), number)
    with store.transaction() as session:
        for number in (2, 5, 9):
            answer(session, NOW, number)
    seen: list[int] = []
    after: After | None = None
    with store.reading() as session:
        while True:
            page = inbox.page(session, Chosen(), after, limit)
            assert 0 < len(page.rows) <= limit
            seen += [row.inquiry_id for row in page.rows]
            if page.older is None:
                break
            after = After.parse(page.older.name)
            assert after == page.older
    assert seen == [1, 3, 4, 6, 7, 8, 9, 5, 2]


def test_every_choice_narrows_and_all_of_them_hold_at_once(store: Store, seal: Seal) -> None:
    ask(store, seal, NOW, 1, country="IE", topic="work", municipality="Rēzekne", said_source="radio")
    ask(store, seal, NOW - timedelta(days=9), 2, country="IE", topic="school", municipality="Balvu novads")
    ask(store, seal, NOW, 3, country="GB", topic="work", municipality="Rēzekne")
    cases: list[tuple[Chosen, list[int]]] = [
        (Chosen(country="IE"), [1, 2]),
        (Chosen(topic="work"), [1, 3]),
        (Chosen(place="Rēzekne"), [1, 3]),
        (Chosen(source="known"), [1]),
        (Chosen(source="unknown"), [2, 3]),
        (Chosen(since=NOW - timedelta(days=1)), [1, 3]),
        (Chosen(until=NOW), [2]),
        (Chosen(True, None, None, "IE", "work", "Rēzekne", "known"), [1]),
        (Chosen(country="IE", topic="work", source="unknown"), []),
    ]
    with store.reading() as session:
        for chosen, expected in cases:
            assert [row.inquiry_id for row in inbox.page(session, chosen).rows] == expected, chosen


@pytest.mark.parametrize("text", ["", "x", "w", "a-1", "w1 OR 1=1", "w9999999999999", "W1"])
def test_what_is_no_place_in_the_list(text: str) -> None:
    assert After.parse(text) is None


@pytest.mark.parametrize("text", ["", "1.2026-13-01.1", "2026-01-01.1", "0.2026-01-01", "2.2026-01-01.x", "1.0000-00-00.1", "3.2026-01-01.1"])
def test_what_is_no_place_in_a_stage(text: str) -> None:
    assert board.After.parse(text) is None


@given(st.booleans(), st.integers(1, 10**11))
def test_a_place_reads_back(answered: bool, number: int) -> None:
    place = After(answered, number)
    assert After.parse(place.name) == place


def test_weeks_are_the_offices_and_add_up(store: Store, seal: Seal) -> None:
    moments = [
        datetime(2026, 3, 29, 20, 59, tzinfo=UTC),  # Sunday 23:59 in Riga, the clocks moved that morning
        datetime(2026, 3, 29, 21, 0, tzinfo=UTC),  # Monday 00:00
        datetime(2026, 4, 5, 20, 59, tzinfo=UTC),
        datetime(2026, 4, 9, 12, 0, tzinfo=UTC),
        datetime(2026, 4, 10, 12, 0, tzinfo=UTC),  # after the last day that is asked for
    ]
    for number, at in enumerate(moments):
        ask(store, seal, at, number)
    with store.reading() as session:
        weeks = figures.by_week(session, date(2026, 3, 25), date(2026, 4, 9), RIGA)
    assert [(week.monday, week.count) for week in weeks] == [
        (date(2026, 3, 23), 1), (date(2026, 3, 30), 2), (date(2026, 4, 6), 1),
    ]  # fmt: skip


def test_groups_end_with_the_unknown(store: Store, seal: Seal) -> None:
    for number, country in enumerate(["IE", "GB", "GB", None, None, None]):
        ask(store, seal, NOW, number, **({"country": country} if country else {}), topic="work")
    with store.reading() as session:
        span = (NOW - timedelta(days=1), NOW + timedelta(days=1))
        assert [(one.name, one.count) for one in figures.by_country(session, *span)] == [("GB", 2), ("IE", 1), (None, 3)]
        assert [(one.name, one.count) for one in figures.by_topic(session, *span)] == [("work", 6)]
        assert figures.by_topic(session, NOW + timedelta(days=1), NOW + timedelta(days=2)) == []


def settle(store: Store, seal: Seal, *stages: tuple[str, int]) -> int:
    """A family that entered stages so many days ago."""
    with store.transaction() as session:
        number = families.add(session, NOW, seal, Family(2, 1, "Rēzekne", ("IE", "GB"), name="Kanārija"))
        for stage, days in stages:
            families.enter(session, NOW, number, stage, TODAY - timedelta(days=days))
        return number


def test_each_family_stands_in_one_column(store: Store, seal: Seal) -> None:
    settle(store, seal)
    settle(store, seal, ("contacted", 40))
    settle(store, seal, ("contacted", 90), ("offer_sent", 61))
    settle(store, seal, ("contacted", 90), ("offer_sent", 60))
    settle(store, seal, ("contacted", 90), ("planning", 90))  # the later written of one day counts
    settle(store, seal, ("contacted", 20), ("returned_alone", 10))
    with store.reading() as session:
        columns = {column.stage: column for column in board.columns(session, TODAY, 12)}
        late = board.overdue(session, TODAY)
        two = {column.stage: column for column in board.columns(session, TODAY, 1)}
    assert tuple(columns) == ("none", *STAGES)
    held = {stage: [card.household_id for card in column.cards] for stage, column in columns.items()}
    assert held == {
        "none": [1], "contacted": [2], "offer_sent": [3, 4], "planning": [5],
        "returned_supported": [], "returned_alone": [6], "postponed": [],
    }  # fmt: skip
    assert [card.overdue for stage in ("contacted", "offer_sent", "planning") for card in columns[stage].cards] == [
        True, True, False, False,
    ]  # fmt: skip
    assert late == 2
    assert (two["offer_sent"].families, two["offer_sent"].people, len(two["offer_sent"].cards)) == (2, 6, 1)
    assert "Kanārija" not in repr(columns)


@pytest.mark.parametrize(("stage", "expected"), [("contacted", [3, 2, 1]), ("postponed", [6, 5, 4]), ("none", [7, 8, 9])])
def test_a_stages_pages_lose_nobody(store: Store, seal: Seal, stage: str, expected: list[int]) -> None:
    for days in (1, 5, 9):
        settle(store, seal, ("contacted", days))
    for days in (9, 5, 5):
        settle(store, seal, ("contacted", 50), ("postponed", days))
    for _ in range(3):
        settle(store, seal)
    seen: list[int] = []
    after: board.After | None = None
    with store.reading() as session:
        for _ in expected:
            page = board.page(session, TODAY, stage, after, 1)
            seen += [card.household_id for card in page.cards]
            after = board.After.parse(page.older.name) if page.older else None
    assert seen == expected
    assert after is None


def test_words_stay_out_of_every_repr(store: Store, seal: Seal) -> None:
    number = settle(store, seal, ("contacted", 3))
    asked = ask(store, seal, NOW, 1, name="Kanārija", contact="kanarija@example.org", text="Stāsts")
    with store.transaction() as session:
        casework.tie(session, NOW, "ieva", asked, number)
        family = casework.open_family(session, NOW, "ieva", seal, number)
        inquiry = casework.open_inquiry(session, NOW, "ieva", seal, asked)
        assert casework.open_family(session, NOW, "ieva", seal, 99) is None
        assert casework.open_inquiry(session, NOW, "ieva", seal, 99) is None
    assert family is not None
    assert inquiry is not None
    assert (family.words.name, inquiry.words.contact) == ("Kanārija", "kanarija@example.org")
    assert [row.inquiry_id for row in family.inquiries] == [asked]
    assert "anārij" not in repr(family) + repr(inquiry)


def test_a_deed_that_changes_nothing_leaves_no_line(store: Store, seal: Seal) -> None:
    asked = ask(store, seal, NOW, 1)
    with store.transaction() as session:
        assert not casework.reopen(session, NOW, "ieva", asked)
        assert not casework.untie(session, NOW, "ieva", asked)
        assert casework.answer(session, NOW, "ieva", asked)
        assert not casework.answer(session, NOW, "ieva", asked)
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1
