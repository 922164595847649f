"""Opening leaves a line, erasing leaves figures and no bytes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.people.models import AuditEntry as Audit
from outreach.tracker import families, privacy, queries
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.models import Household, Inquiry
from tests.outreach.rooms import NOW

FULL = Incoming(
    "form", country="IE", topic="work", name="Kanārija", contact="kanarija@example.org", text="Mājās!" * 400
)


def take(store: Store, seal: Seal, at: datetime = NOW, household_id: int | None = None) -> int:
    incoming = Incoming(
        "form", country="IE", topic="work", name=FULL.name, contact=FULL.contact, text=FULL.text, received_at=at,
        household_id=household_id, message_id=f"{at} {household_id}",
    )  # fmt: skip
    with store.transaction() as session:
        return receive(session, NOW, seal, incoming).inquiry_id


def family(store: Store, seal: Seal, stage: str | None, day: date, added: datetime) -> int:
    with store.transaction() as session:
        number = families.add(session, added, seal, Family(2, name="Kanārijas", note="zvanīt"))
        if stage:
            families.enter(session, NOW, number, stage, day)
        return number


def sealed(store: Store) -> list[bytes]:
    with store.reading() as session:
        rows = session.execute(select(Inquiry.name_sealed, Inquiry.contact_sealed, Inquiry.text_sealed)).all()
        homes = session.execute(select(Household.name_sealed, Household.note_sealed)).all()
    return [value.encode() for row in (*rows, *homes) for value in row if value]


def files_of(store: Store) -> bytes:
    assert store.path is not None
    return b"".join(path.read_bytes() for path in Path(store.path).parent.glob("bytes.db*"))


def test_no_look_without_a_line(store: Store, seal: Seal) -> None:
    number = take(store, seal)
    home = family(store, seal, None, NOW.date(), NOW)
    with store.transaction() as session:
        opened = privacy.reveal(session, NOW, "ieva", seal, number)
        both = privacy.reveal_family(session, NOW, "ieva", seal, home)
    assert (opened.name, opened.contact, opened.text) == (FULL.name, FULL.contact, FULL.text)
    assert (both.name, both.note) == ("Kanārijas", "zvanīt")
    assert "Kanārija" not in repr(opened) + repr(both)
    with store.reading() as session:
        lines = [(row.actor, row.action, row.subject_kind, row.subject_id, row.at) for row in audit.entries(session, audit.Chosen())]
    assert lines == [
        ("ieva", "reveal", "household", home, NOW),
        ("ieva", "reveal", "inquiry", number, NOW),
    ]


def test_another_key_opens_nothing(store: Store, seal: Seal) -> None:
    number = take(store, seal)
    with store.transaction() as session:
        with pytest.raises(OutreachError, match=r"core\.seal\.key"):
            privacy.reveal(session, NOW, "ieva", Seal(bytes(32)), number)
        with pytest.raises(OutreachError, match=r"tracker\.error\.inquiry"):
            privacy.reveal(session, NOW, "ieva", seal, 999)
        with pytest.raises(OutreachError, match=r"tracker\.error\.household"):
            privacy.reveal_family(session, NOW, "ieva", seal, 999)


def test_erasing_leaves_no_bytes(file_store: Store, seal: Seal) -> None:
    home = family(file_store, seal, "planning", NOW.date(), NOW)
    mine = take(file_store, seal, household_id=home)
    others = take(file_store, seal, NOW - timedelta(days=1))
    before = sealed(file_store)
    # Long values lie in pieces, on several pages: the first piece tells that the search can see.
    assert all(value[:40] in files_of(file_store) for value in before)
    with file_store.transaction() as session:
        kept = session.get_one(Inquiry, others)
        stays = {value.encode() for value in (kept.name_sealed, kept.contact_sealed, kept.text_sealed) if value}
    with file_store.transaction() as session:
        assert privacy.erase_family(session, NOW, "ieva", home) == 2
    assert privacy.scrub(file_store)
    lying = files_of(file_store)
    gone = [value for value in before if value not in stays]
    assert len(gone) == 5
    for value in gone:
        assert all(value[start : start + 40] not in lying for start in range(0, len(value) - 40, 40))
    assert all(value[:40] in lying for value in stays)
    with file_store.reading() as session:
        row = queries.one(session, mine)
        assert row is not None
        assert (row.country, row.topic, row.erased) == ("IE", "work", True)


def test_a_reader_delays_the_scrubbing_and_says_so(file_store: Store, seal: Seal) -> None:
    number = take(file_store, seal)
    with file_store.reading() as reading:
        reading.scalar(select(Inquiry.id))
        with file_store.transaction() as session:
            privacy.erase(session, NOW, "ieva", number)
        assert not privacy.scrub(file_store)
    assert privacy.scrub(file_store)


def test_erasing_twice_erases_once(store: Store, seal: Seal) -> None:
    number = take(store, seal)
    with store.transaction() as session:
        assert privacy.erase(session, NOW, "ieva", number)
        assert not privacy.erase(session, NOW, "ieva", number)
        opened = privacy.reveal(session, NOW, "ieva", seal, number)
        assert (opened.name, opened.contact, opened.text) == ("", "", "")
        with pytest.raises(OutreachError, match=r"tracker\.error\.inquiry"):
            privacy.erase(session, NOW, "ieva", 999)
        with pytest.raises(OutreachError, match=r"tracker\.error\.household"):
            privacy.erase_family(session, NOW, "ieva", 999)


def test_the_erased_do_not_come_back_with_their_message(store: Store, seal: Seal) -> None:
    number = take(store, seal)
    with store.transaction() as session:
        privacy.erase(session, NOW, "ieva", number)
    assert take(store, seal) == number
    assert sealed(store) == []


@pytest.mark.parametrize(
    ("age", "stage", "erased"),
    [
        (timedelta(days=36 * 31), None, True),
        (timedelta(days=36 * 30 - 20), None, False),
        (timedelta(days=36 * 31), "planning", False),
        (timedelta(days=36 * 31), "contacted", False),
        (timedelta(days=36 * 31), "offer_sent", False),
        (timedelta(days=36 * 31), "returned_alone", True),
        (timedelta(days=36 * 31), "postponed", True),
    ],
)
def test_what_is_due_is_forgotten(store: Store, seal: Seal, age: timedelta, stage: str | None, erased: bool) -> None:
    at = NOW - age
    home = family(store, seal, stage, at.date(), at) if stage else None
    number = take(store, seal, at, home)
    with store.transaction() as session:
        assert privacy.forget_due(session, NOW, 36) == (2 if erased and home else int(erased))
    with store.transaction() as session:
        row = session.get_one(Inquiry, number)
        assert (row.erased_at is not None, row.contact_sealed is None) == (erased, erased)
        if home:
            assert (session.get_one(Household, home).name_sealed is None) is erased
        assert privacy.forget_due(session, NOW, 36) == 0
        assert set(session.scalars(select(Audit.actor))) == ({privacy.BY_SCHEDULE} if erased else set())


def test_a_family_that_closed_lately_is_kept_though_it_was_added_long_ago(store: Store, seal: Seal) -> None:
    home = family(store, seal, "returned_supported", NOW.date() - timedelta(days=10), NOW - timedelta(days=3000))
    with store.transaction() as session:
        assert privacy.forget_due(session, NOW, 36) == 0
        assert session.get_one(Household, home).name_sealed is not None


@pytest.mark.parametrize(
    ("now", "months", "limit"),
    [
        (datetime(2026, 3, 31, 9, tzinfo=UTC), 1, datetime(2026, 2, 28, 9, tzinfo=UTC)),
        (datetime(2024, 3, 31, 9, tzinfo=UTC), 1, datetime(2024, 2, 29, 9, tzinfo=UTC)),
        (datetime(2026, 1, 15, 9, tzinfo=UTC), 1, datetime(2025, 12, 15, 9, tzinfo=UTC)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 36, datetime(2023, 11, 23, 9, tzinfo=UTC)),
    ],
)
def test_months_are_calendar_months(store: Store, seal: Seal, now: datetime, months: int, limit: datetime) -> None:
    old = take(store, seal, limit - timedelta(seconds=1))
    young = take(store, seal, limit)
    with store.transaction() as session:
        assert privacy.forget_due(session, now, months) == 1
        assert session.get_one(Inquiry, old).erased_at == now
        assert session.get_one(Inquiry, young).erased_at is None


def test_the_audit_is_only_ever_added_to(store: Store, seal: Seal) -> None:
    number = take(store, seal)
    with store.transaction() as session:
        privacy.reveal(session, NOW, "ieva", seal, number)
    with pytest.raises(TypeError), store.transaction() as session:
        session.delete(session.scalars(select(Audit)).one())
        session.flush()
