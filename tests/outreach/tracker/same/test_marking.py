"""Marks tell that two records share something and nothing else, and go with the person's data."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import privacy, taking_back
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import filling, joining, marking
from outreach.tracker.same.marking import Told
from outreach.tracker.same.models import Mark
from tests.outreach.rooms import NOW
from tests.outreach.tracker.same.homes import ask, home

PHONE, MAIL = "26 123 456", "Anna.Ozola@gmail.com"


def held(store: Store, column: str) -> dict[int, list[str]]:
    """Kinds of marks by record."""
    with store.reading() as session:
        found: dict[int, list[str]] = {}
        wanted = select(getattr(Mark, column), Mark.kind).where(getattr(Mark, column).is_not(None)).order_by(Mark.id)
        for number, kind in session.execute(wanted):
            found.setdefault(number, []).append(kind)
        return found


def raw(store: Store) -> bytes:
    assert store.path is not None
    return b"".join(path.read_bytes() for path in Path(store.path).parent.glob("bytes.db*"))


def test_another_key_makes_other_marks(seal: Seal) -> None:
    told = Told("Anna Ozola", f"{PHONE}, {MAIL}", "IE")
    mine, theirs = marking.marks(seal, told), marking.marks(Seal(bytes(32)), told)
    assert [kind for kind, _ in mine] == ["phone", "mail", "name", "name"]
    assert mine == marking.marks(seal, Told("OZOLA ANNA", "annaozola@googlemail.com; +371 26123456", None)) or {
        *mine
    } == {*marking.marks(seal, Told("OZOLA ANNA", "annaozola@googlemail.com; +371 26123456", None))}
    assert not {mark for _, mark in mine} & {mark for _, mark in theirs}
    assert all(len(mark) == 64 for _, mark in mine)
    assert "Anna" not in repr(told) and PHONE not in repr(told)


def test_every_door_marks(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        family = home(session, seal, "Anna Ozola", note=f"zvanīt {PHONE}")
        asked = ask(session, seal, "Anna", MAIL)
        bare = ask(session, seal)
        nothing = ask(session, seal, None, "zvaniet vakarā")
    assert held(store, "household_id") == {family: ["phone", "name", "name"]}
    assert held(store, "inquiry_id") == {asked: ["mail", "name"], nothing: ["name"]}
    assert bare not in held(store, "inquiry_id")


def test_nothing_plain_is_in_the_store_and_what_is_erased_leaves_no_bytes(file_store: Store, seal: Seal) -> None:
    with file_store.transaction() as session:
        family = home(session, seal, "Anna Ozola", note=PHONE)
        mine = ask(session, seal, "Anna Ozola", f"{PHONE} {MAIL}", household_id=family)
        other = ask(session, seal, "Uldis Lācis", "+37129123456")
    with file_store.reading() as session:
        gone = [*session.scalars(select(Mark.mark).where((Mark.inquiry_id == mine) | (Mark.household_id == family)))]
        kept = [*session.scalars(select(Mark.mark).where(Mark.inquiry_id == other))]
    bytes_before = raw(file_store)
    assert all(mark.encode() in bytes_before for mark in (*gone, *kept))
    for word in (b"26123456", b"ozola", b"Ozola", b"annaozola", b"ozol", b"26 123"):
        assert word not in bytes_before
    with file_store.transaction() as session:
        assert privacy.erase_family(session, NOW, "ieva", family) == 2
    assert privacy.scrub(file_store)
    bytes_after = raw(file_store)
    assert not [mark for mark in gone if mark.encode() in bytes_after]
    assert all(mark.encode() in bytes_after for mark in kept)


def test_erasing_a_family_reaches_the_records_within_it_and_age_goes_by_the_family(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept = home(session, seal, "Anna Ozola", stages=(("planning", NOW.date()),))
        gone = home(session, seal, "Anna Ozola", note=PHONE)
        joining.merge(session, NOW, "ieva", kept, gone)
        # The family's case is open: what lies in it is not too old, however old it is.
        assert privacy.forget_due(session, NOW + timedelta(days=2000), 12) == 0
        assert privacy.erase_family(session, NOW, "ieva", kept) == 2
        assert session.get_one(Household, gone).name_sealed is None
    assert held(store, "household_id") == {}


def test_an_inquiry_taken_back_takes_its_marks(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = ask(session, seal, "Anna", PHONE)
        taking_back.take_back(session, seal, number)
        assert session.scalar(select(func.count()).select_from(Mark)) == 0


def test_old_records_are_marked_once(store: Store, seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "STEP", 2)
    with store.transaction() as session:
        told = [ask(session, seal, "Anna Ozola", text) for text in (PHONE, MAIL, "vakarā")]
        erased = ask(session, seal, "Uldis", PHONE)
        family = home(session, seal, "Anna Ozola", note=PHONE)
        privacy.erase(session, NOW, "ieva", erased)
        before = {(row.inquiry_id, row.household_id, row.kind, row.mark) for row in session.scalars(select(Mark))}
        for row in session.scalars(select(Mark)):
            session.delete(row)
    steps = []
    for fill in (filling.inquiries, filling.households):
        last: int | None = 0
        while last is not None:
            with store.transaction() as session:
                last = fill(session, NOW, seal, last)
            steps.append(last)
    assert steps == [told[1], told[2], None, family, None]
    with store.reading() as session:
        after = {(row.inquiry_id, row.household_id, row.kind, row.mark) for row in session.scalars(select(Mark))}
        lines = [(row.actor, row.action, row.subject_kind, row.subject_id, row.facts) for row in session.scalars(select(AuditEntry)) if row.action == "mark"]
        assert session.get_one(Inquiry, erased).name_sealed is None
    assert after == before
    assert lines == [("schedule", "mark", "inquiry", None, {"count": 2}), ("schedule", "mark", "inquiry", None, {"count": 1}), ("schedule", "mark", "household", None, {"count": 1})]
    with store.transaction() as session:
        assert filling.inquiries(session, NOW, seal) is None
        # What another key closed is left, and does not stop the others.
        for row in session.scalars(select(Mark)):
            session.delete(row)
        assert filling.inquiries(session, NOW, Seal(bytes(32))) == told[1]
        assert session.scalar(select(func.count()).select_from(Mark)) == 0
