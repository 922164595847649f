"""Offers in both stores: numbers, sending once, the stage that comes with it, withdrawing, counting, erasing."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.report import Period, write
from outreach.tracker import families
from outreach.tracker.models import Household, Stage
from outreach.tracker.offers import counting, erasing, keeping, reading
from outreach.tracker.offers.counting import Counts
from outreach.tracker.offers.models import Offer
from outreach.tracker.same import joining
from tests.outreach.rooms import RIGA
from tests.outreach.tracker.offers.desk import CANARY, LETTER, NOW, TODAY, draft, family, sent

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def test_numbers_go_by_the_year(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        made = [draft(session, seal, one, year) for year in (2025, 2026, 2026)]
        assert [reading.one(session, one, number).number for number in made] == ["2025/1", "2026/1", "2026/2"]


def test_many_at_once_get_different_numbers(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal)
    begin = threading.Barrier(6)

    def hand() -> None:
        begin.wait()
        with store.transaction() as session:
            draft(session, seal, one)

    hands = [threading.Thread(target=hand) for _ in range(6)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    with store.reading() as session:
        assert sorted(session.scalars(select(Offer.number))) == [1, 2, 3, 4, 5, 6]


def test_words_are_sealed_and_opened_with_a_line(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        number = draft(session, seal, one)
        assert CANARY not in str(session.execute(text("SELECT * FROM offers")).all())
        opened = reading.opened(session, NOW, "astra", seal, one, number)
        assert opened is not None and opened.letter == LETTER and CANARY not in repr(opened)
        assert reading.opened(session, NOW, "astra", seal, one + 1, number) is None
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "offer").order_by(AuditEntry.id)).all()
    assert [(row.action, row.subject_id, row.facts) for row in rows] == [("add", number, {"household": one}), ("reveal", number, {"household": one})]


@pytest.mark.parametrize(
    ("stages", "moved", "last"),
    [
        ([], True, "offer_sent"), ([("contacted", MARCH)], True, "offer_sent"), ([("contacted", TODAY)], False, "contacted"),
        ([("contacted", MARCH), ("planning", MARCH)], False, "planning"), ([("offer_sent", MARCH)], False, "offer_sent"),
        ([("returned_alone", MARCH)], False, "returned_alone"), ([("postponed", MARCH)], False, "postponed"),
    ],
)  # fmt: skip
def test_the_stage_comes_with_the_offer_for_who_stands_before_it(
    store: Store, seal: Seal, stages: list[tuple[str, date]], moved: bool, last: str
) -> None:
    with store.transaction() as session:
        one = family(session, seal, *stages)
        number = draft(session, seal, one)
        assert keeping.send(session, NOW, "astra", one, number, MAY, "post", 4, TODAY) is moved
        row = session.get_one(Offer, number)
        assert (row.sent_on, row.sent_by, row.people) == (MAY, "post", 4)
        assert [entry.stage for entry in families.current(session, TODAY)] == [last]
        if moved:
            entry = session.get_one(Stage, row.stage_id)
            assert (entry.stage, entry.entered_on, entry.people) == ("offer_sent", MAY, 4)
        else:
            assert row.stage_id is None


def test_an_entry_made_by_hand_that_day_is_this_offers(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal, ("offer_sent", MAY))
        first, second = sent(session, seal, one, MAY), sent(session, seal, one, MAY)
        assert session.get_one(Offer, first).stage_id is not None and session.get_one(Offer, second).stage_id is None
        assert counting.of_year(session, 2026, TODAY).offers == 2


def test_what_was_sent_changes_no_more(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        number = sent(session, seal, one)
        held = session.get_one(Offer, number).words_sealed
        for deed in (
            lambda: keeping.write(session, NOW, "astra", seal, one, number, {"opening": "x"}),
            lambda: keeping.send(session, NOW, "astra", one, number, MAY, "hand", 1, TODAY),
        ):
            with pytest.raises(OutreachError, match=r"offers\.error\.frozen"):
                deed()
        assert session.get_one(Offer, number).words_sealed == held


def test_a_draft_is_written_section_by_section(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        number = draft(session, seal, one)
        keeping.write(session, NOW, "astra", seal, one, number, {"work": " Ir.\r\nVēl. ", "closing": "nav tādas"})
        opened = reading.opened(session, NOW, "astra", seal, one, number)
        assert opened is not None and opened.letter is not None
        assert [(part.kind, part.text) for part in opened.letter.sections] == [("opening", f"Labdien, {CANARY}!"), ("work", "Ir.\nVēl.")]
        with pytest.raises(OutreachError, match=r"offers\.error\.long"):
            keeping.write(session, NOW, "astra", seal, one, number, {"work": "x" * (keeping.LONGEST + 1)})


@pytest.mark.parametrize(
    ("day", "way", "people", "key"),
    [(TODAY + timedelta(days=1), "mail", 3, "future"), (TODAY, "pigeon", 3, "way"), (TODAY, "mail", 0, "people"), (TODAY, "mail", 41, "people")],
)
def test_what_cannot_have_been_sent(store: Store, seal: Seal, day: date, way: str, people: int, key: str) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        number = draft(session, seal, one)
        with pytest.raises(OutreachError, match=rf"offers\.error\.{key}"):
            keeping.send(session, NOW, "astra", one, number, day, way, people, TODAY)
        assert session.get_one(Offer, number).sent_on is None and not session.scalars(select(Stage)).all()


def test_nothing_is_made_for_whom_there_is_not(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, gone, erased = (family(session, seal) for _ in range(3))
        waiting = draft(session, seal, gone)
        joining.merge(session, NOW, "astra", kept, gone)
        session.get_one(Household, erased).erased_at = NOW
        for number, key in ((gone, r"same\.error\.merged"), (erased, r"offers\.error\.gone"), (999, r"tracker\.error\.household")):
            with pytest.raises(OutreachError, match=key):
                draft(session, seal, number)
        with pytest.raises(OutreachError, match=r"same\.error\.merged"):
            keeping.send(session, NOW, "astra", gone, waiting, TODAY, "mail", 3, TODAY)
        with pytest.raises(OutreachError, match=r"offers\.error\.missing"):
            keeping.drop(session, NOW, "astra", kept, waiting)  # another family's


def test_withdrawing_is_a_mark_and_leaves_the_stage(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        number, waiting = sent(session, seal, one), draft(session, seal, one)
        assert keeping.drop(session, NOW, "astra", one, number) is True
        assert keeping.drop(session, NOW, "astra", one, waiting) is False
        rows = {row.offer_id: row for row in reading.of_family(session, one)}
        assert (rows[number].state, rows[number].has_words, rows[waiting].state, rows[waiting].has_words) == ("withdrawn", True, "dropped", False)
        assert [entry.stage for entry in families.current(session, TODAY)] == ["offer_sent"]
        assert counting.of_year(session, 2026, TODAY) == Counts(0, 0, 0, 0)
        with pytest.raises(OutreachError, match=r"offers\.error\.dropped"):
            keeping.drop(session, NOW, "astra", one, number)


def told(session: Session, office: Office) -> tuple[int, ...]:
    """What every report says of the year's offers."""
    period = Period.of_year(2026, RIGA)
    stages, yearly = write("stages", session, office, period, "lv"), write("yearly", session, office, period, "lv")
    quarterly, four = write("quarterly", session, office, period, "lv"), write("cumulative", session, office, period, "lv")
    numbers = (
        stages.numbers["offers"], stages.numbers["all.offers"], yearly.numbers["2026.offers"], quarterly.numbers["now.offers"],
        sum(quarterly.numbers[f"2026-Q{at}.offers"] for at in (1, 2, 3, 4)), four.numbers["offers"],
    )  # fmt: skip
    for written in (stages, yearly, quarterly, four):
        for name, number in written.numbers.items():
            if name.endswith("offers"):
                assert len(set(written.records[name])) == number and written.kinds[name] == "stage"
    return numbers


def test_reports_count_offers_and_entries_once_each(store: Store, seal: Seal, office: Office) -> None:
    with store.transaction() as session:
        by_hand = family(session, seal, ("contacted", MARCH), ("offer_sent", MAY))
        assert told(session, office) == (1,) * 6
        one = family(session, seal, ("contacted", MARCH), adults=4)
        sent(session, seal, one, MAY, 5)  # with its stage
        sent(session, seal, one, TODAY, 6)  # without one
        late = family(session, seal, ("planning", MARCH))
        alone = sent(session, seal, late, MAY, 2)
        draft(session, seal, late)
        assert told(session, office) == (4,) * 6
        assert counting.of_year(session, 2026, TODAY) == Counts(4, 3, 3 + 6 + 2, 1)
        ever = families.entered(session, None, TODAY)
        records = counting.records(counting.sent(session, ever, TODAY))
        assert counting.households_of(session, records) == sorted([by_hand, one, late])
        assert -alone in records
        keeping.drop(session, NOW, "astra", late, alone)
        assert told(session, office) == (3,) * 6
        joining.merge(session, NOW, "astra", by_hand, one)
        assert told(session, office) == (1,) * 6


def test_an_entry_that_another_of_its_day_mended_takes_no_offer_away(store: Store, seal: Seal, office: Office) -> None:
    with store.transaction() as session:
        one = family(session, seal)
        sent(session, seal, one, MAY)
        families.enter(session, NOW, one, "planning", MAY)
        assert told(session, office) == (1,) * 6


def test_erasing_takes_the_words_and_leaves_the_figures(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, other = family(session, seal), family(session, seal)
        number, waiting, kept = sent(session, seal, one), draft(session, seal, one), sent(session, seal, other)
        before = counting.of_year(session, 2026, TODAY)
        assert erasing.of_families(session, NOW, [one, 999]) == 2
        assert erasing.of_families(session, NOW, [one]) == 0
        rows = {row.id: (row.words_sealed is None, row.erased_at == NOW) for row in session.scalars(select(Offer))}
        assert rows == {number: (True, True), waiting: (True, True), kept: (False, False)}
        assert counting.of_year(session, 2026, TODAY) == before
        opened = reading.opened(session, NOW, "astra", seal, one, number)
        assert opened is not None and opened.letter is None
        with pytest.raises(OutreachError, match=r"offers\.error\.erased"):
            keeping.send(session, NOW, "astra", one, waiting, TODAY, "mail", 3, TODAY)


def test_a_years_list_has_pages(store: Store, seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    with store.transaction() as session:
        one = family(session, seal)
        numbers = [draft(session, seal, one) for _ in range(5)]
        draft(session, seal, one, 2025)
        seen: list[int] = []
        before: int | None = None
        while True:
            rows, before = reading.of_year(session, 2026, before)
            seen += [row.offer_id for row in rows]
            if before is None:
                break
        assert seen == numbers[::-1]
        sent(session, seal, one, date(2024, 5, 1))
        assert reading.years(session, TODAY) == [2026, 2025, 2024]


