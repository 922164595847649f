"""Next steps: what is open, what is due, and in which order families wait for it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry, User
from outreach.tracker import board
from outreach.tracker.cases import erasing, tasks
from outreach.tracker.cases.models import Task
from outreach.tracker.models import Household
from outreach.tracker.same import joining
from tests.outreach.rooms import NOW
from tests.outreach.tracker.same.homes import home

TODAY = NOW.date()
ANNA = "anna@example.org"
CANARY = "Zvanīt Zeltkanārijam"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def step(session: Session, seal: Seal, number: int, days: int, words: str = CANARY) -> int:
    """A step that is due in so many days; overdue ones were added in time."""
    at = NOW - timedelta(days=400)
    return tasks.add(session, at, ANNA, seal, number, words, TODAY + timedelta(days=days))


def due(session: Session) -> int:
    return session.scalar(tasks.count_due(TODAY)) or 0


def test_a_step_goes_its_way(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = home(session, seal)
        late, later = step(session, seal, number, -2), step(session, seal, number, 5)
        assert due(session) == 1
        tasks.move(session, NOW, ANNA, number, late, TODAY + timedelta(days=9))
        assert due(session) == 0
        assert [one.task_id for one in tasks.of_family(session, NOW, seal, number)] == [later, late]
        assert tasks.done(session, NOW, ANNA, number, later)
        assert not tasks.done(session, NOW, ANNA, number, later)
        assert [(one.task_id, one.is_open) for one in tasks.of_family(session, NOW, seal, number)] == [(late, True), (later, False)]
        with pytest.raises(OutreachError, match=r"cases\.error\.ended"):
            tasks.drop(session, NOW, ANNA, number, later)
        assert tasks.take_back(session, NOW, ANNA, number, later)
        assert not tasks.take_back(session, NOW, ANNA, number, later)
        assert tasks.drop(session, NOW, ANNA, number, late)
        with pytest.raises(OutreachError, match=r"cases\.error\.ended"):
            tasks.move(session, NOW, ANNA, number, late, TODAY)
        tasks.change(session, NOW, ANNA, seal, number, later, "  Nosūtīt   sarakstu ", TODAY, None)
        (only,) = tasks.of_family(session, NOW, seal, number)
        assert (only.words, only.due_on) == ("Nosūtīt sarakstu", TODAY)
        assert due(session) == 1
        lines = [(row.action, row.subject_kind, row.facts) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert [line[0] for line in lines] == ["add", "add", "move", "done", "undone", "cancel", "change"]
    assert {line[1] for line in lines} == {"task"}
    assert all(line[2] == {"household": number} for line in lines)


def test_words_are_sealed_in_their_own_row(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = home(session, seal)
        first, second = step(session, seal, number, 1), step(session, seal, number, 2, "Cits")
        rows = {row.id: row for row in session.scalars(select(Task))}
        assert CANARY not in str(rows[first].words_sealed)
        assert CANARY not in repr(tasks.of_family(session, NOW, seal, number))
        rows[second].words_sealed = rows[first].words_sealed
        session.flush()
        with pytest.raises(OutreachError, match=r"core\.seal\.broken"):
            tasks.of_family(session, NOW, seal, number)


@pytest.mark.parametrize(
    ("words", "days", "person", "key"),
    [
        ("  ", 1, None, "words"), ("ā" * 301, 1, None, "words"), ("Zvanīt", -2, None, "due"), ("Zvanīt", 4000, None, "due"),
        ("Zvanīt", 1, "nav@example.org", "person"), ("Zvanīt", 1, "comms@example.org", "person"),
    ],
)  # fmt: skip
def test_what_is_no_step(file_store: Store, seal: Seal, words: str, days: int, person: str | None, key: str) -> None:
    with file_store.transaction() as session:
        session.add(User(mail="comms@example.org", name="C", role="comms", language="lv", theme="auto", created_at=NOW))
        number = home(session, seal)
        with pytest.raises(OutreachError, match=rf"cases\.error\.{key}"):
            tasks.add(session, NOW, ANNA, seal, number, words, TODAY + timedelta(days=days), person)
        assert session.scalars(select(Task)).all() == []


def test_another_familys_step_is_none_of_ours(file_store: Store, seal: Seal) -> None:
    with file_store.transaction() as session:
        ours, theirs = home(session, seal), home(session, seal)
        number = step(session, seal, theirs, 1)
        assert tasks.one(session, seal, ours, number) is None
        for deed in (tasks.done, tasks.drop, tasks.take_back):
            with pytest.raises(OutreachError, match=r"cases\.error\.task"):
                deed(session, NOW, ANNA, ours, number)


def test_a_record_that_is_part_of_a_family_brings_its_steps(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, gone = home(session, seal), home(session, seal)
        number = step(session, seal, gone, -1)
        merge = joining.merge(session, NOW, ANNA, kept, gone)
        assert [one.task_id for one in tasks.of_family(session, NOW, seal, kept)] == [number]
        assert due(session) == 1
        with pytest.raises(OutreachError, match=r"same\.error\.merged"):
            step(session, seal, gone, 1)
        assert tasks.done(session, NOW, ANNA, kept, number)
        joining.part(session, NOW, ANNA, merge)
        assert tasks.of_family(session, NOW, seal, kept) == ()
        assert [one.task_id for one in tasks.of_family(session, NOW, seal, gone)] == [number]


def test_a_case_that_was_handed_over_waits_for_nobody(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number, part = home(session, seal, stages=(("contacted", ago(90)),)), home(session, seal)
        step(session, seal, number, -1)
        step(session, seal, part, -1)
        joining.merge(session, NOW, ANNA, number, part)
        assert (due(session), board.overdue(session, TODAY)) == (2, 1)
        session.execute(update(Household).where(Household.id == number).values(handed_over_at=NOW))
        assert (due(session), board.overdue(session, TODAY)) == (0, 0)
        columns = {column.stage: column for column in board.columns(session, TODAY, 5)}
    assert (columns["contacted"].families, columns["contacted"].cards) == (0, ())


def test_erasing_takes_the_words_and_ends_what_is_open(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number, other = home(session, seal, stages=(("contacted", ago(3)),)), home(session, seal)
        opened, ended, theirs = step(session, seal, number, -1), step(session, seal, number, 1), step(session, seal, other, -1)
        tasks.done(session, NOW, ANNA, number, ended)
        assert erasing.of_families(session, NOW, [number]) == 2
        assert erasing.of_families(session, NOW, [number]) == 0
        rows = {row.id: row for row in session.scalars(select(Task))}
        assert (rows[opened].words_sealed, rows[opened].dropped_at) == (None, NOW)
        assert (rows[ended].words_sealed, rows[ended].done_at, rows[ended].dropped_at) == (None, NOW, None)
        assert rows[theirs].words_sealed is not None
        assert due(session) == 1
        with pytest.raises(OutreachError, match=r"cases\.error\.erased"):
            tasks.take_back(session, NOW, ANNA, number, opened)


def test_the_board_is_in_the_order_of_need(store: Store, seal: Seal) -> None:
    """An overdue step, the oldest first; then a stage that lasts too long; then who waits longest."""
    with store.transaction() as session:
        calm, long_calm = (home(session, seal, stages=(("contacted", ago(days)),)) for days in (2, 20))
        late_stage = home(session, seal, stages=(("contacted", ago(45)),))
        step_late, step_later = (home(session, seal, stages=(("contacted", ago(1)),)) for _ in range(2))
        closed = home(session, seal, stages=(("postponed", ago(1)),))
        for number, days in ((step_late, -2), (step_later, -9), (late_stage, 3), (calm, 0), (closed, -20)):
            step(session, seal, number, days)
        cards = {card.household_id: card for column in board.columns(session, TODAY, 12) for card in column.cards}
        first, turned, after = [], 0, None
        while turned == 0 or after is not None:
            page = board.page(session, TODAY, "contacted", after, 2)
            first += [card.household_id for card in page.cards]
            turned, after = turned + 1, board.After.parse(page.older.name) if page.older else None
    expected = [step_later, step_late, late_stage, long_calm, calm]
    assert [number for number in cards if number != closed] == expected
    assert (first, turned) == (expected, 3)
    assert {number for number, card in cards.items() if card.step_late} == {step_late, step_later, closed}
    assert [number for number, card in cards.items() if card.stepless] == [long_calm]
    assert cards[calm].step_on == TODAY


@given(st.integers(0, 2), st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(1, 10**11))
def test_a_place_on_the_board_reads_back(urgency: int, day: date, number: int) -> None:
    place = board.After(urgency, day, number)
    assert board.After.parse(place.name) == place
