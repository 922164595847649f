"""A family's line: all of it, the newest first, page by page, with the look written down."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker import families
from outreach.tracker.cases import consents, line, tasks
from outreach.tracker.cases.consents import Given
from outreach.tracker.cases.line import After
from outreach.tracker.cases.models import Paper
from outreach.tracker.cases.papers import place
from outreach.tracker.handover.models import Handover
from outreach.tracker.letters import taking
from outreach.tracker.offers.models import Offer
from outreach.tracker.same import joining
from tests.outreach.rooms import NOW, RIGA
from tests.outreach.tracker.letters.writing import CANARY, said
from tests.outreach.tracker.same.homes import home

TODAY = NOW.date()
ANNA = "anna@example.org"


def furnish(session: Session, seal: Seal) -> tuple[int, int]:
    """A family with one of everything, and a record that is part of it."""
    kept, gone = (home(session, seal, stages=((stage, TODAY - timedelta(days=days)),)) for stage, days in (("contacted", 30), ("offer_sent", 20)))
    taken = taking.take(session, NOW, seal, said("a", subject=f"{CANARY} jautā"), frozenset(), ())
    assert taken.inquiry_id is not None
    families.tie(session, taken.inquiry_id, gone)
    joining.merge(session, NOW + timedelta(minutes=1), ANNA, kept, gone)
    done = tasks.add(session, NOW, ANNA, seal, kept, f"Zvanīt: {CANARY}", TODAY)
    tasks.done(session, NOW + timedelta(minutes=2), ANNA, kept, done)
    tasks.add(session, NOW, ANNA, seal, kept, "Vēl nav paveikts", TODAY)
    given_ = consents.give(session, NOW, ANNA, kept, Given("handover", "told", TODAY - timedelta(days=9), None, "Vidzeme"))
    consents.withdraw(session, NOW, ANNA, kept, given_, TODAY - timedelta(days=1))
    token = "0" * 32
    session.add_all(
        [
            Paper(token=token, household_id=kept, kind="pdf", size=9, name_sealed=seal.close(f"{CANARY}.pdf", place(token)), added_at=NOW + timedelta(minutes=3), added_by=ANNA),
            Offer(token="1" * 32, household_id=kept, year=2026, number=7, language="lv", made_at=NOW - timedelta(days=5), made_by=ANNA, sent_on=TODAY - timedelta(days=4), sent_by="mail", people=3),
            Handover(parcel="p", direction="out", state="taken", household_id=kept, region="Vidzeme", key_name="k", made_at=NOW + timedelta(minutes=4), made_by=ANNA, answered_at=NOW + timedelta(minutes=5)),
        ]
    )  # fmt: skip
    session.flush()
    return kept, gone


def test_everything_stands_in_it_the_newest_first(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, gone = furnish(session, seal)
        page = line.page(session, NOW, ANNA, seal, kept, RIGA)
        empty = line.page(session, NOW, ANNA, seal, home(session, seal), RIGA)
        looks = [row.facts for row in session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal"))]
    told = [(one.what, one.household_id == gone) for one in page.rows]
    assert told == [
        ("handover_answered", False), ("handover_made", False), ("paper", False), ("task_done", False), ("merged", False),
        ("letter", False), ("inquiry", False), ("consent_withdrawn", False), ("offer_sent", False), ("offer_made", False), ("consent_given", False),
        ("stage", True), ("stage", False),
    ]  # fmt: skip
    assert page.kinds == set(line.KINDS)
    words = {one.kind: one.words for one in page.rows if one.words}
    assert words == {"paper": f"{CANARY}.pdf", "task": f"Zvanīt: {CANARY}", "letter": f"{CANARY} jautā"}
    assert CANARY not in repr(page)
    assert (empty.rows, empty.older, empty.kinds) == ((), None, frozenset())
    assert looks == [{"via": "line"}, {"via": "line"}]


def test_its_pages_lose_nothing_and_repeat_nothing(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, _ = furnish(session, seal)
        whole = line.page(session, NOW, ANNA, seal, kept, RIGA).rows
        for size in (1, 3, len(whole)):
            seen: list[line.Happening] = []
            after: After | None = None
            while not seen or after is not None:
                page = line.page(session, NOW, ANNA, seal, kept, RIGA, None, after, size)
                seen += page.rows
                after = After.parse(page.older.name) if page.older else None
            assert tuple(seen) == whole
        for kind in line.KINDS:
            assert line.page(session, NOW, ANNA, seal, kept, RIGA, kind).rows == tuple(one for one in whole if one.kind == kind)


def test_a_moment_belongs_to_the_offices_day(file_store: Store, seal: Seal) -> None:
    late = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # half past one on the second in Riga
    with file_store.transaction() as session:
        number = home(session, seal)
        token = "2" * 32
        session.add(Paper(token=token, household_id=number, kind="pdf", size=9, added_at=late, added_by=ANNA))
        session.flush()
        (one,) = line.page(session, NOW, ANNA, seal, number, RIGA).rows
    assert (one.day.isoformat(), one.words) == ("2026-06-02", "")


@pytest.mark.parametrize("text", ["", "x", "2026-13-01.1.stage.1", "2026-01-01.1.stage", "2026-01-01.-1.stage.1", "2026-01-01.1.Stage.1"])
def test_what_is_no_place_in_a_line(text: str) -> None:
    assert After.parse(text) is None


@given(st.dates(), st.integers(0, 10**15), st.sampled_from(line.KINDS), st.integers(1, 10**11))
def test_a_place_reads_back(day: object, moment: int, what: str, number: int) -> None:
    place_ = After(day, moment, what, number)  # type: ignore[arg-type]
    assert After.parse(place_.name) == place_
