"""Who may be the same: strong and weak signs, never with a look; and what a look costs."""

import pytest
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry
from outreach.tracker.same import comparing, finding, joining, pairs, strangers
from outreach.tracker.same.finding import Candidate
from tests.outreach.rooms import NOW
from tests.outreach.tracker.same.homes import ask, home

PHONE = "+371 26 123 456"


def parties(found: list[Candidate]) -> list[int]:
    return [one.party for one in found]


def test_a_telephone_or_address_is_strong_wherever_they_live(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        family = home(session, seal, "Anna Ozola")
        ask(session, seal, "Anna", "26123456 anna@example.org", household_id=family, country="GB")
        same = home(session, seal, "Juris Kalns", note=PHONE, place="Preiļu novads", countries=("NO",))
        lone = ask(session, seal, None, "ANNA@example.org", country=None, municipality=None)
        home(session, seal, "Zane Lāce", note="29 123 456")
        found = finding.of_family(session, family)
        back = finding.of_inquiry(session, lone)
    assert parties(found) == [same, -lone]
    assert [(one.shared.phone, one.shared.mail, one.shared.strong) for one in found] == [(True, False, True), (False, True, True)]
    assert found[0].people == 3 and found[0].countries == ("NO",)
    assert parties(back) == [family]


def test_names_are_weak_and_want_a_place(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        me = home(session, seal, "Jānis Bērziņš")
        whole = home(session, seal, "Янис Берзиньш", place=None)
        nowhere = home(session, seal, "Berzins Janis", place=None, countries=())
        wife = home(session, seal, "Ilze Bērziņa", countries=("GB",))
        home(session, seal, "Jānis Bērziņš", place="Preiļu novads", countries=("DE",))
        home(session, seal, "Uldis Lācis")
        assert set(parties(finding.of_family(session, me))) == {whole, nowhere, wife}
        assert parties(finding.of_family(session, me, 1)) == [max(whole, nowhere)]
        # A surname that many bear says nothing by itself any more.
        for number in range(4):
            home(session, seal, f"{'ABCD'[number]}ria Bērziņa")
        assert set(parties(finding.of_family(session, me))) == {whole, nowhere}


def test_a_lone_inquiry_that_is_not_theirs_is_not_proposed_again(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, two, three = (home(session, seal, "Anna Ozola", note=PHONE) for _ in range(3))
        lone, other = (ask(session, seal, "Anna Ozola", PHONE) for _ in range(2))
        assert strangers.apart(session, NOW, "ieva", lone, one) and not strangers.apart(session, NOW, "ieva", lone, one)
        assert set(parties(finding.of_inquiry(session, lone))) == {two, three, -other}
        assert set(parties(finding.of_family(session, one))) == {two, three, -other}
        assert set(parties(finding.of_inquiry(session, other))) == {one, two, three, -lone}
        listed = {(pair.first.party, pair.second.party) for pair in pairs.open_pairs(session)}
        assert (one, -lone) not in listed and {(one, -other), (two, -lone), (three, -lone)} <= listed
        joining.merge(session, NOW, "ieva", three, one)  # what was said of a part holds for the whole
        assert set(parties(finding.of_inquiry(session, lone))) == {two, -other}
        assert strangers.of_inquiry(session, lone) == (three,)
        assert (three, -lone) not in {(pair.first.party, pair.second.party) for pair in pairs.open_pairs(session)}
        assert strangers.perhaps(session, NOW, "ieva", lone, three) and not strangers.perhaps(session, NOW, "ieva", lone, one)
        assert set(parties(finding.of_inquiry(session, lone))) == {two, three, -other}
        assert strangers.apart(session, NOW, "ieva", lone, three)  # and the last word counts
        assert set(parties(finding.of_inquiry(session, lone))) == {two, -other}


def test_who_cannot_be_told_apart(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one = home(session, seal, "Anna")
        lone, theirs = ask(session, seal, "Anna"), ask(session, seal, "Anna", household_id=one)
        for asked, family, key in ((99, one, "tracker.error.inquiry"), (lone, 99, "tracker.error.household"), (theirs, one, "same.error.tied")):
            with pytest.raises(OutreachError) as caught:
                strangers.apart(session, NOW, "ieva", asked, family)
            assert caught.value.key == key
        with pytest.raises(OutreachError):
            strangers.perhaps(session, NOW, "ieva", 99, one)


def test_what_a_person_said_is_not_proposed_again(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, two, three, four = (home(session, seal, "Anna Ozola", note=PHONE) for _ in range(4))
        joining.apart(session, NOW, "ieva", two, one)
        joining.merge(session, NOW, "ieva", three, two)  # what was said of a part holds for the whole
        assert parties(finding.of_family(session, one)) == [four]
        assert parties(finding.of_family(session, four)) == [three, one]
        assert finding.of_family(session, two) == [] == finding.of_family(session, 99)
        assert {(pair.first.party, pair.second.party) for pair in pairs.open_pairs(session)} == {(four, three), (four, one)}
        joining.perhaps(session, NOW, "ieva", one, two)
        assert parties(finding.of_family(session, one)) == [four, three]
        assert (three, one) in {(pair.first.party, pair.second.party) for pair in pairs.open_pairs(session)}


def test_the_list_of_pairs(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        names = [home(session, seal, "Līga Vanaga"), home(session, seal, "Vanaga Liga")]
        far = home(session, seal, "Līga Vanaga", place="Preiļu novads", countries=("DE",))
        numbers = [home(session, seal, note=PHONE), home(session, seal, "Uldis Lācis", note=PHONE)]
        asked = ask(session, seal, "Kāds", "26 123 456", household_id=None)
        ask(session, seal, "Līga Vanaga", None)  # a lone inquiry wants more than a name
        found = [(pair.first.party, pair.second.party) for pair in pairs.open_pairs(session)]
        lines = session.scalars(select(AuditEntry)).all()
    assert set(found[:3]) == {(numbers[1], numbers[0]), (numbers[0], -asked), (numbers[1], -asked)}
    assert found[3:] == [(names[1], names[0])]
    assert far not in {number for pair in found for number in pair}
    assert lines == []


def test_a_number_that_everybody_gives_makes_no_list(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        helped = [home(session, seal, note=PHONE) for _ in range(22)]
        assert pairs.open_pairs(session) == []
        assert len(finding.of_family(session, helped[0], 50)) == 21


def test_a_closer_look_is_one_line_and_scores_names(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        me = home(session, seal, "Jānis Bērziņš", note=PHONE)
        like = home(session, seal, "Берзиньш Янис")
        wife = home(session, seal, "Ilze Bērziņa", note="29123456")
        lone = ask(session, seal, "Pēteris", PHONE)
        found = comparing.scored(session, NOW, "ieva", seal, me, finding.of_family(session, me))
        assert comparing.scored(session, NOW, "ieva", seal, me, []) == []
        beside = comparing.beside(session, NOW, "ieva", seal, me, like)
        lines = [(row.actor, row.action, row.subject_kind, row.subject_id, row.facts) for row in session.scalars(select(AuditEntry))]
    assert [(row.candidate.party, row.near) for row in found] == [(-lone, False), (like, True), (wife, False)]
    assert [row.score for row in found[:2]] == [found[0].score, 100] and 0 < found[2].score < 86
    assert beside is not None and (beside.score, beside.near, beside.phone, beside.apart) == (100, True, False, False)
    assert (beside.second.name, beside.first.note) == ("Берзиньш Янис", PHONE)
    assert "Bērziņš" not in repr(beside) and "26 123" not in repr(beside)
    assert lines == [("ieva", "compare", "household", me, {}), ("ieva", "compare", "household", me, {"household": like})]
