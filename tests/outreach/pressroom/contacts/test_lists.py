"""Who gets a release: each address once, the first list wins, and whoever gets nothing has a reason."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.postbox import stops
from outreach.pressroom.contacts import editing, lists, merging, stopping
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.contacts.rules import Rule, fit, rule_of
from outreach.pressroom.models import Contact
from tests.benchmarks.replay import listening

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SEAL = Seal(b"k" * 32)


def add(store: Store, name: str, mail: str | None = None, **more: object) -> int:
    with store.transaction() as session:
        return editing.add(session, NOW, Draft(name=name, mail=mail, **more), "x", SEAL)  # type: ignore[arg-type]


def make(store: Store, name: str, rule: Rule | None = None, members: Sequence[int] = ()) -> int:
    with store.transaction() as session:
        number = lists.make(session, NOW, name, rule, "x")
        lists.join(session, NOW, number, members)
        return number


def got(store: Store, list_ids: Sequence[int], contact_ids: Sequence[int] = ()) -> dict[str, tuple[int | None, str | None]]:
    with store.reading() as session:
        found = lists.recipients(session, list_ids, contact_ids, TODAY)
    assert len({one.contact_id for one in found}) == len(found)
    return {one.name: (one.list_id, one.reason) for one in found}


def test_each_once_and_the_first_list_wins(store: Store) -> None:
    anna, ida, eva = add(store, "Anna", "anna@x.lv", tier="regional"), add(store, "Ida", "ida@x.lv"), add(store, "Eva", "eva@x.lv")
    hand, rule = make(store, "Ar roku", members=[anna, ida]), make(store, "Reģions", Rule(tiers=("regional",)))
    assert got(store, [rule, hand], [ida, eva]) == {"Anna": (rule, None), "Ida": (hand, None), "Eva": (None, None)}
    assert got(store, [hand, rule]) == {"Anna": (hand, None), "Ida": (hand, None)}
    assert got(store, [999_999], [999_999]) == {}


def test_whoever_gets_nothing_has_a_reason(store: Store) -> None:
    stopped, none, back, away, left, first, second = (
        add(store, "Stop", "stop@x.lv"), add(store, "Bez"), add(store, "Back", "back@x.lv"), add(store, "Away", "away@x.lv", languages=("ru", "lv")),
        add(store, "Left", "left@x.lv"), add(store, "Viens", "viens@x.lv"), add(store, "Divi", "divi@x.lv"),
    )  # fmt: skip
    hand = make(store, "Ar roku", members=[stopped, none, back, away, left, first, second])
    other = make(store, "Otrs", members=[left])
    with store.transaction() as session:
        assert stopping.stop(session, NOW, "STOP@x.lv ", "contacts.why.asked", "x") == stopped
        assert stopping.stop(session, NOW, "nobody@x.lv", "contacts.why.asked", "x") is None
        stops.stop(session, NOW, "back@x.lv", stops.GONE)
        stopping.away(session, away, date(2026, 11, 30))
        assert stopping.leave(session, NOW, left, hand) and not stopping.leave(session, NOW, left, hand)
        merging.merge(session, NOW, first, second, {"mail": "first"})
    assert got(store, [hand]) == {
        "Stop": (hand, lists.STOPPED), "Bez": (hand, lists.NO_ADDRESS), "Back": (hand, lists.RETURNED), "Away": (hand, None), "Left": (hand, lists.LEFT), "Viens": (hand, None),
        "Divi": (hand, lists.MERGED),
    }  # fmt: skip
    assert got(store, [hand, other])["Left"] == (other, None)
    assert got(store, [hand], [left])["Left"] == (None, None)
    with store.reading() as session:
        (one,) = [one for one in lists.recipients(session, [hand], [], TODAY) if one.name == "Away"]
        assert (one.away_until, one.language) == (date(2026, 11, 30), "ru")
        (one,) = [one for one in lists.recipients(session, [hand], [], date(2026, 12, 1)) if one.name == "Away"]
        assert one.away_until is None
        assert {one.name for one in lists.members(session, hand)} == {"Stop", "Bez", "Back", "Away", "Viens"}


def test_whoever_left_a_list_by_rule_stays_away_from_it(store: Store) -> None:
    anna = add(store, "Anna", "anna@x.lv", beats=("ģimene",))
    rule = make(store, "Ģimene", Rule(beats=("Ģimene",)))
    assert got(store, [rule]) == {"Anna": (rule, None)}
    with store.transaction() as session:
        stopping.leave(session, NOW, anna, rule)
    assert got(store, [rule]) == {"Anna": (rule, lists.LEFT)}
    with store.transaction() as session:
        assert lists.join(session, NOW, rule, [anna]) == 1
    assert got(store, [rule]) == {"Anna": (rule, None)}


def test_what_a_mailbox_told_waits_for_a_person(store: Store) -> None:
    anna = add(store, "Anna", "anna@x.lv")
    with store.transaction() as session:
        assert not stopping.moved(session, anna, "nav adrese") and not stopping.moved(session, anna, "ANNA@x.lv")
        assert stopping.moved(session, anna, "Anna@cits.lv")
        row = session.get_one(Contact, anna)
        assert (row.mail, row.moved_to) == ("anna@x.lv", "anna@cits.lv")


def test_five_thousand_in_few_questions(store: Store) -> None:
    with store.transaction() as session:
        session.add_all(Contact(name=f"N{at}", mail=f"n{at}@x.lv", tier="local" if at % 2 else "regional", made_at=NOW, made_by="x", changed_at=NOW) for at in range(5_000))
        session.flush()
        numbers = [number for (number,) in session.query(Contact.id).all()]
    hand, rule = make(store, "Ar roku", members=numbers[:2_000]), make(store, "Vietējie", Rule(tiers=("local",)))
    for asked, count in (([hand, rule], 3_500), ([hand], 2_000)):
        with store.reading() as session, listening(store.engine) as heard:
            assert len(lists.recipients(session, asked, numbers[:500], TODAY)) == count
        assert len(heard.statements) <= 5
    with store.reading() as session, listening(store.engine) as heard:
        assert len(lists.recipients(session, [], numbers, TODAY)) == 5_000
    assert len(heard.statements) <= 5


def test_a_rule_says_something_and_is_kept_as_it_is() -> None:
    with pytest.raises(OutreachError) as refused:
        fit(Rule(tiers=(" ",)))
    assert refused.value.key == "contacts.error.rule_empty"
    rule = fit(Rule(languages=("lv", "lv"), beats=(" ģimene ",)))
    assert rule == Rule(languages=("lv",), beats=("ģimene",)) == rule_of(rule.kept())


@pytest.mark.parametrize(
    ("rule", "takes"),
    [(Rule(), True), (Rule(tiers=("regional",)), True), (Rule(tiers=("national",)), False), (Rule(languages=("ru", "lv")), True), (Rule(tiers=("regional",), languages=("ru",)), False),
     (Rule(beats=("ĢIMENE",), outlets=("rīta ziņas",)), True), (Rule(places=("Ludza",)), False)],
)  # fmt: skip
def test_any_of_each_kind_and_all_kinds(rule: Rule, takes: bool) -> None:
    assert rule.takes(Draft(name="A", tier="regional", languages=("lv",), beats=("ģimene",), outlet="Rīta Ziņas")) is takes
