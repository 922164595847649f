"""A case between two offices: with consent alone, once however often it comes, whole or not at all, counted in one place."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.core.text import Words
from outreach.people.models import AuditEntry
from outreach.tracker import board, families, privacy, spans
from outreach.tracker.cases import consents, tasks
from outreach.tracker.cases.models import Task
from outreach.tracker.handover import case, erasing, gathering, holding, parcel, receipts, seeing, sending, taking
from outreach.tracker.handover.models import Handover
from outreach.tracker.handover.taking import Taken
from outreach.tracker.letters import sealing
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Attribution, Household, Inquiry, Stage
from outreach.tracker.same import finding
from tests.outreach.rooms import NOW, RIGA
from tests.outreach.tracker.handover.conftest import MARK, TODAY, Side, family, packed

LATER = NOW + timedelta(days=1)


def taken(there: Side, data: bytes, t: Words) -> Taken:
    looked = taking.look(there.seal, there.folder, there.key, data)
    with there.store.transaction() as session:
        return taking.take(session, LATER, "vilma", there.seal, t, RIGA, looked)


def answer(here: Side, there: Side, made: int, what: receipts.Answer) -> str:
    with here.store.transaction() as session:
        code = receipts.code(there.seal, here.key, session.get_one(Handover, made).parcel, what)
        return sending.answered(session, LATER, "astra", here.seal, here.folder, made, code)


def lines(one: Side) -> list[tuple[str, str]]:
    with one.store.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.subject_kind) for row in rows]


def error_of(key: str) -> "pytest.RaisesExc[OutreachError]":
    return pytest.raises(OutreachError, match=key.replace(".", r"\."))


def test_a_case_goes_over_whole(latgale: Side, vidzeme: Side, t: Words) -> None:
    number = family(latgale, ("contacted", date(2026, 9, 1)), ("planning", date(2026, 11, 2)))
    with latgale.store.transaction() as session:
        held = session.scalars(select(Inquiry).order_by(Inquiry.id)).first()
        assert held is not None
        said = sealing.Words(MARK, "zk@example.org", "", "Skola", f"{MARK} raksta", "")
        session.add(
            Letter(token="1" * 32, message_id="a", thread="a", direction="in", kind="letter", inquiry_id=held.id, at=NOW, taken_at=NOW, **sealing.close(latgale.seal, "1" * 32, said))
        )  # fmt: skip
    with latgale.store.reading() as session:
        assert gathering.counts(session, number) == gathering.Counts(2, 1, 2, 1)
    made, data = packed(latgale, number, vidzeme)
    assert MARK.encode() not in data
    assert lines(latgale)[-2:] == [("pack", "household"), ("reveal", "household")]

    there = taken(vidzeme, data, t)
    assert there.new
    with vidzeme.store.transaction() as session:
        words = privacy.reveal_family(session, LATER, "vilma", vidzeme.seal, there.household_id)
        row = session.get_one(Household, there.household_id)
        inquiries = session.scalars(select(Inquiry).order_by(Inquiry.id)).all()
        opened = [privacy.reveal(session, LATER, "vilma", vidzeme.seal, one.id) for one in inquiries]
        letter = session.scalars(select(Letter)).one()
        step = session.scalars(select(Task)).one()
        [seen] = seeing.of_family(session, there.household_id)
        rules = session.scalars(select(Attribution.rule)).all()
        assert sealing.opened(vidzeme.seal, letter).text == f"{MARK} raksta"
        assert vidzeme.seal.open(step.words_sealed or "", tasks.place(step.token)) == f"Zvanīt {MARK}"
    assert (words.name, words.note.splitlines()[0]) == (MARK, f"{MARK} zina")
    assert "Latgale" in words.note and t.day(date(2026, 9, 1)) in words.note
    assert (row.adults, row.children, row.countries, row.municipality, row.eligible_for_grant) == (2, 1, ["IE"], "Balvu novads", True)
    assert (row.languages, row.topics) == (["lv", "ru"], ["work"])
    assert [one.arrived_by for one in inquiries] == ["import", "import"]
    assert [one.received_at for one in inquiries] == [LATER, LATER]
    assert [one.answered_at is not None for one in inquiries] == [True, False]
    assert all(one.text.endswith((f"{MARK} a", f"{MARK} b")) for one in opened)
    assert (letter.inquiry_id, step.due_on) == (inquiries[0].id, TODAY)
    assert (seen.direction, seen.state, seen.region) == ("in", "taken", "Latgale")
    assert list(rules) == ["unknown", "unknown"]
    assert ("take_over", "household") in lines(vidzeme)

    assert answer(latgale, vidzeme, made, "taken") == "taken"
    assert answer(latgale, vidzeme, made, "taken") == "taken"
    assert answer(latgale, vidzeme, made, "refused") == "taken"
    with latgale.store.reading() as session:
        gone = session.get_one(Household, number)
        assert gone.handed_over_at == LATER
        assert session.scalars(select(Task)).one().dropped_at == LATER
        assert board.overdue(session, TODAY + timedelta(days=400)) == 0
    assert [one[0] for one in lines(latgale)].count("hand_over") == 1
    with latgale.store.transaction() as session, error_of("handover.error.gone"):
        families.enter(session, LATER, number, "offer_sent", TODAY)
    with latgale.store.transaction() as session, error_of("handover.error.gone"):
        sending.pack(session, LATER, "astra", number, vidzeme.key, TODAY)


def test_letters_stay_where_they_are_left_out(latgale: Side, vidzeme: Side, t: Words) -> None:
    number = family(latgale)
    with latgale.store.transaction() as session:
        said = sealing.Words(MARK, "", "", "", "", "")
        session.add(
            Letter(token="1" * 32, message_id="a", thread="a", direction="out", kind="letter", household_id=number, at=NOW, taken_at=NOW, **sealing.close(latgale.seal, "1" * 32, said))
        )  # fmt: skip
    _, with_them = packed(latgale, number, vidzeme)
    _, without = packed(latgale, number, vidzeme, with_letters=False)
    found = [taking.look(vidzeme.seal, vidzeme.folder, vidzeme.key, data).case for data in (with_them, without)]
    assert [len(one.letters) for one in found] == [1, 0]
    assert found[0].parcel == found[1].parcel
    assert MARK not in repr(found)
    taken(vidzeme, with_them, t)
    with vidzeme.store.reading() as session:
        letter = session.scalars(select(Letter)).one()
        assert (letter.inquiry_id, letter.household_id is not None, letter.direction) == (None, True, "out")


def test_the_same_parcel_twice_is_one_family(latgale: Side, vidzeme: Side, t: Words) -> None:
    number = family(latgale)
    _, data = packed(latgale, number, vidzeme)
    _, again = packed(latgale, number, vidzeme)
    assert data != again
    first, second, third = (taken(vidzeme, one, t) for one in (data, again, data))
    assert (first.new, second.new, third.new) == (True, False, False)
    assert first.household_id == second.household_id == third.household_id
    with vidzeme.store.reading() as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (Household, Inquiry, Task, Handover)]
    assert counted == [1, 2, 1, 1]


def test_a_taking_that_is_cut_leaves_nothing_and_can_be_done_again(
    latgale: Side, vidzeme: Side, t: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, data = packed(latgale, family(latgale, ("planning", date(2026, 11, 2))), vidzeme)
    really = taking.steps.bring
    cut = iter((True, False))

    def bring(*told: object) -> None:
        really(*told)  # type: ignore[arg-type]
        if next(cut):
            raise KeyboardInterrupt

    monkeypatch.setattr(taking.steps, "bring", bring)
    with pytest.raises(KeyboardInterrupt):
        taken(vidzeme, data, t)
    with vidzeme.store.reading() as session:
        assert [session.scalar(select(func.count()).select_from(one)) for one in (Household, Inquiry, Task, Stage, Handover)] == [0] * 5
    assert taken(vidzeme, data, t).new


def test_no_consent_no_parcel(latgale: Side, vidzeme: Side) -> None:
    number = family(latgale, consent=False)

    def pack(on: date = TODAY) -> int:
        with latgale.store.transaction() as session:
            return sending.pack(session, NOW, "astra", number, vidzeme.key, on)

    with error_of("handover.error.consent"):
        pack()
    with latgale.store.transaction() as session:
        consents.give(session, NOW, "astra", number, consents.Given("handover", "told", TODAY, None, "Kurzeme"))
        consents.give(session, NOW, "astra", number, consents.Given("story", "told", TODAY))
    with error_of("handover.error.consent"):
        pack()
    with latgale.store.transaction() as session:
        given = consents.give(session, NOW, "astra", number, consents.Given("handover", "told", TODAY, TODAY, "Vidzeme"))
        assert sending.regions_of(session, number, TODAY) == ("Vidzeme", "Kurzeme")
    made = pack()
    assert made == pack()
    with error_of("handover.error.consent"):
        pack(TODAY + timedelta(days=1))
    with latgale.store.transaction() as session:
        assert consents.withdraw(session, NOW, "astra", number, given, TODAY)
    with latgale.store.transaction() as session, error_of("handover.error.consent"):
        sending.parcel_file(session, NOW, "astra", latgale.seal, latgale.folder, latgale.key, made, TODAY)
    assert [one[0] for one in lines(latgale)].count("reveal") == 0


def test_one_way_at_a_time_and_called_back(latgale: Side, vidzeme: Side, t: Words) -> None:
    number = family(latgale, ("contacted", date(2026, 9, 1)))
    made, data = packed(latgale, number, vidzeme)
    elsewhere = replace(vidzeme.key, region="Zemgale")
    with latgale.store.transaction() as session:
        consents.give(session, NOW, "astra", number, consents.Given("handover", "told", TODAY, None, "Zemgale"))
        with error_of("handover.error.under_way"):
            sending.pack(session, NOW, "astra", number, elsewhere, TODAY)
        assert sending.call_back(session, NOW, "astra", made)
        assert not sending.call_back(session, NOW, "astra", made)
        with error_of("handover.error.not_packed"):
            sending.parcel_file(session, NOW, "astra", latgale.seal, latgale.folder, latgale.key, made, TODAY)
        assert sending.pack(session, NOW, "astra", number, elsewhere, TODAY) != made
    # What has left cannot be unsent: the other office may take it all the same, and what it says counts.
    taken(vidzeme, data, t)
    assert answer(latgale, vidzeme, made, "taken") == "taken"
    with latgale.store.reading() as session:
        assert session.get_one(Household, number).handed_over_at == LATER


def test_a_refusal_leaves_the_case_here(latgale: Side, vidzeme: Side) -> None:
    number = family(latgale, ("contacted", date(2026, 9, 1)))
    made, data = packed(latgale, number, vidzeme)
    looked = taking.look(vidzeme.seal, vidzeme.folder, vidzeme.key, data)
    with vidzeme.store.transaction() as session:
        taking.refuse(session, LATER, "vilma", looked)
    assert lines(vidzeme) == [("refuse", "parcel")]
    with latgale.store.transaction() as session, error_of("handover.error.code"):
        sending.answered(session, LATER, "astra", latgale.seal, latgale.folder, made, "AAAA-AAAA-AAAA-AAAA")
    assert answer(latgale, vidzeme, made, "refused") == "refused"
    with latgale.store.reading() as session:
        assert session.get_one(Household, number).handed_over_at is None
        assert [one.state for one in seeing.of_family(session, number)] == ["refused"]


def test_what_may_not_be_taken_any_more(latgale: Side, vidzeme: Side, t: Words) -> None:
    _, data = packed(latgale, family(latgale), vidzeme)
    found = taking.look(vidzeme.seal, vidzeme.folder, vidzeme.key, data).case
    with error_of("handover.error.old"):
        taking.fit(found, NOW + timedelta(days=31), RIGA)
    short = found.model_copy(update={"consent": found.consent.model_copy(update={"until": TODAY})})
    taking.fit(short, NOW, RIGA)
    with error_of("handover.error.consent_over"):
        taking.fit(short, NOW + timedelta(days=1), RIGA)
    with latgale.store.transaction() as session, error_of("handover.error.ours"):
        taking.take(session, NOW, "astra", latgale.seal, t, RIGA, taking.Looked(vidzeme.key, found))


def test_an_office_that_nobody_knows_is_asked_for_its_key_first(latgale: Side, vidzeme: Side) -> None:
    _, data = packed(latgale, family(latgale), vidzeme)
    (vidzeme.folder / "offices" / "known.json").unlink()
    with error_of("handover.error.unknown_office"):
        taking.look(vidzeme.seal, vidzeme.folder, vidzeme.key, data)
    stranger = Seal(bytes(range(60, 92)))
    with error_of("handover.error.other_office"):
        taking.look(stranger, vidzeme.folder, replace(latgale.key, raw=vidzeme.key.raw[::-1]), data)


def test_a_case_that_is_made_up_names_no_stranger_things(latgale: Side, vidzeme: Side, t: Words) -> None:
    """What an office sends is looked at like anything from outside."""
    _, data = packed(latgale, family(latgale), vidzeme)
    found = taking.look(vidzeme.seal, vidzeme.folder, vidzeme.key, data).case
    odd = found.model_copy(
        update={
            "countries": ("XX", "IE"), "topics": ("work", "made_up"), "languages": ("lv", "qq"), "municipality": "x@y 1", "name": f"\ud800{MARK}",
            "stages": (case.Reached(stage="made_up", entered_on=TODAY, people=3),),
        }
    )  # fmt: skip
    again = parcel.close(latgale.seal, latgale.key, vidzeme.key, case.packed(odd.model_copy(update={"name": MARK})))
    assert taking.look(vidzeme.seal, vidzeme.folder, vidzeme.key, again).case.countries == ("XX", "IE")
    with vidzeme.store.transaction() as session:
        number = taking.take(session, LATER, "vilma", vidzeme.seal, t, RIGA, taking.Looked(latgale.key, odd)).household_id
    with vidzeme.store.reading() as session:
        row = session.get_one(Household, number)
        assert (row.countries, row.topics, row.languages, row.municipality) == (["IE"], ["work"], ["lv"], None)


def test_a_family_that_is_known_here_already_is_found(latgale: Side, vidzeme: Side, t: Words) -> None:
    with vidzeme.store.transaction() as session:
        known = families.add(session, NOW, vidzeme.seal, families.Family(2, 1, None, ("IE",), None, MARK, f"{MARK}@example.org"))
    _, data = packed(latgale, family(latgale), vidzeme)
    number = taken(vidzeme, data, t).household_id
    with vidzeme.store.reading() as session:
        assert known in [one.household_id for one in finding.of_family(session, number, 3)]


@pytest.mark.parametrize("stage", ["contacted", "offer_sent", "planning", None])
def test_no_family_is_in_the_countrys_sum_twice(latgale: Side, vidzeme: Side, t: Words, stage: str | None) -> None:
    course = [("contacted", date(2026, 3, 1)), ("offer_sent", date(2026, 5, 1)), ("planning", date(2026, 7, 1))]
    course = course[: [None, "contacted", "offer_sent", "planning"].index(stage)]
    number = family(latgale, *course)

    def summed(last: date) -> dict[str, int]:
        told: dict[str, int] = {}
        for one in (latgale, vidzeme):
            with one.store.reading() as session:
                ever = families.entered(session, None, last)
                standing = {entry.household_id for entry in families.current(session, last)}
            groups = spans.reached_in(ever, date(2026, 1, 1), last) | {f"all.{name}": found for name, found in spans.since_beginning(ever, last).items()}
            for name, found in groups.items():
                told[name] = told.get(name, 0) + len(found)
            told["standing"] = told.get("standing", 0) + len(standing)
        return told

    yesterday, year = date(2026, 11, 23), date(2026, 12, 31)
    before = summed(year)
    made, data = packed(latgale, number, vidzeme)
    there = taken(vidzeme, data, t).household_id
    answer(latgale, vidzeme, made, "taken")
    after = summed(year)
    assert max(after.values(), default=0) <= 1
    events = ("contacted", "offer_sent", "returned_supported", "returned_alone", "planning", "all.planning", "all.returned")
    assert {name: after[name] for name in events} == {name: before[name] for name in events}
    # Up to the day itself nothing is another.
    assert summed(yesterday) == before
    with vidzeme.store.transaction() as session:
        families.enter(session, LATER, there, "returned_supported", date(2026, 11, 24))
    home = summed(year)
    assert (home["returned_supported"], home["planning"], home["all.involved"], home["contacted"]) == (1, 0, 1, before["contacted"])


def test_erasing_ends_what_is_under_way_and_keeps_no_word(latgale: Side, vidzeme: Side) -> None:
    number = family(latgale)
    made, _ = packed(latgale, number, vidzeme)
    with latgale.store.transaction() as session:
        erasing.of_families(session, NOW, [number])
        row = session.get_one(Handover, made)
        assert row.state == "called_back"
        assert MARK not in str(vars(row))


def test_parcels_wait_a_week(latgale: Side) -> None:
    holding.hold(latgale.folder, "0" * 32, b"x")
    assert holding.held(latgale.folder, "0" * 32) == b"x"
    assert holding.held(latgale.folder, "../x") is None
    assert holding.sweep(latgale.folder, NOW - timedelta(days=3650)) == 0
    assert holding.sweep(latgale.folder, NOW + timedelta(days=36500)) == 1
    holding.drop(latgale.folder, "0" * 32)
    assert holding.held(latgale.folder, "0" * 32) is None
