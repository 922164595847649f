"""The table of families: what is chosen, how it is sorted, and that its pages lose nobody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.tracker import families
from outreach.tracker.cases import consents, facts, listing, tasks
from outreach.tracker.cases.consents import Given
from outreach.tracker.cases.facts import Facts
from outreach.tracker.cases.listing import After, Chosen
from outreach.tracker.families import Family
from outreach.tracker.models import Household
from outreach.tracker.same import joining
from outreach.tracker.same.models import Mark
from tests.outreach.rooms import NOW

TODAY = NOW.date()
ANNA = "anna@example.org"


def furnish(session: Session, seal: Seal) -> list[int]:
    """Six families, and one that is part of the first."""
    told = (
        (Family(2, 1, "Balvu novads", ("IE", "GB"), True, "Kanārija", languages=("lv", "en"), topics=("work",)), ("contacted", 40)),
        (Family(1, 0, "Ludzas novads", ("GB",), False, languages=("ru",), topics=("housing", "work")), ("planning", 10)),
        (Family(4, 0, None, (), None), ("offer_sent", 5)),
        (Family(2, 2, "Balvu novads", ("DE",), True), ("returned_supported", 3)),
        (Family(1, 1), None),
        (Family(3, 0, "Rēzekne", ("NO",)), ("contacted", 90)),
        (Family(9, 9, "Balvu novads", ("IE",), True), ("contacted", 90)),
    )
    numbers = []
    for family, stage in told:
        numbers.append(families.add(session, NOW, seal, family))
        if stage is not None:
            families.enter(session, NOW, numbers[-1], stage[0], TODAY - timedelta(days=stage[1]))
    joining.merge(session, NOW, ANNA, numbers[0], numbers[6])
    tasks.add(session, NOW, ANNA, seal, numbers[1], "Zvanīt", TODAY)
    tasks.add(session, NOW, ANNA, seal, numbers[1], "Zvanīt vēlreiz", TODAY + timedelta(days=9))
    tasks.add(session, NOW, ANNA, seal, numbers[2], "Sūtīt", TODAY + timedelta(days=3))
    consents.give(session, NOW, ANNA, numbers[3], Given("photo", "told", TODAY, TODAY + timedelta(days=8)))
    session.execute(update(Household).where(Household.id == numbers[5]).values(handed_over_at=NOW))
    return numbers[:6]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(), [1, 2, 3, 4, 5, 6]), (Chosen(stage="contacted"), [1, 6]), (Chosen(stage="none"), [5]), (Chosen(municipality="Balvu novads"), [1, 4]),
        (Chosen(country="GB"), [1, 2]), (Chosen(topic="work"), [1, 2]), (Chosen(topic="housing"), [2]), (Chosen(language="lv"), [1]),
        (Chosen(eligible="yes"), [1, 4]), (Chosen(eligible="no"), [2]), (Chosen(eligible="unknown"), [3, 5, 6]),
        (Chosen(waits="step"), [2]), (Chosen(waits="stage"), [1]), (Chosen(waits="no_step"), [1]), (Chosen(waits="consent"), [4]),
        (Chosen(country="GB", waits="step", language="ru"), [2]), (Chosen(country="G"), []),
    ],
)  # fmt: skip
def test_what_is_chosen(store: Store, seal: Seal, chosen: Chosen, expected: list[int]) -> None:
    with store.transaction() as session:
        numbers = furnish(session, seal)
        page = listing.page(session, TODAY, chosen, "number")
    assert [numbers.index(line.card.household_id) + 1 for line in page.lines] == expected
    assert page.older is None


def test_every_order_turned_by_twos_loses_nobody(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        numbers = set(furnish(session, seal))
        for sort in (turned + name for name in listing.SORTS for turned in ("", "-")):
            whole = [line.card.household_id for line in listing.page(session, TODAY, Chosen(), sort).lines]
            seen: list[int] = []
            after: After | None = None
            while not seen or after is not None:
                page = listing.page(session, TODAY, Chosen(), sort, after, 2)
                seen += [line.card.household_id for line in page.lines]
                after = After.parse(page.older.name) if page.older else None
            assert (seen, set(seen)) == (whole, numbers), sort
            assert "Kanārija" not in repr(page)


def test_orders(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        numbers = furnish(session, seal)

        def order(sort: str) -> list[int]:
            return [numbers.index(line.card.household_id) + 1 for line in listing.page(session, TODAY, Chosen(), sort).lines]

        assert order("step")[:2] == [2, 3]
        assert order("since") == [6, 1, 2, 3, 4, 5]
        assert order("people") == [2, 5, 1, 6, 3, 4]
        assert order("-stage")[0] == 4


@pytest.mark.parametrize("text", ["", "x", ".1", "1.", "1.x", "1.²", "1.-1", f"{'a' * 81}.1", "1.9999999999999", "\x00.1"])
def test_what_is_no_place_in_the_table(text: str) -> None:
    assert After.parse(text) is None


@pytest.mark.parametrize("value", ["x", "99999999999999999999", "2026-13-01"])
@pytest.mark.parametrize("sort", listing.SORTS)
def test_a_strange_place_is_the_beginning_or_a_place(file_store: Store, seal: Seal, sort: str, value: str) -> None:
    with file_store.transaction() as session:
        furnish(session, seal)
        listing.page(session, TODAY, Chosen(), sort, After(value, 3))


@given(st.text(min_size=1, max_size=80).filter(str.isprintable), st.integers(0, 10**11))
def test_a_place_reads_back(value: str, number: int) -> None:
    place = After(value, number)
    assert After.parse(place.name) == place


def marks(session: Session, number: int) -> set[str]:
    return set(session.scalars(select(Mark.mark).where(Mark.household_id == number, Mark.kind == "phone")))


def test_facts_change_and_a_number_is_read_by_the_new_country(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = families.add(session, NOW, seal, Family(2, 0, "Rēzekne", ("DE",), name="Anna", note="020 7946 0958"))
        other = families.add(session, NOW, seal, Family(2, 0, None, ("LV",), name="Berta", note="+44 20 7946 0958"))
        assert not marks(session, number) & marks(session, other)
        known = facts.of(session.get_one(Household, number))
        assert not facts.change(session, NOW, ANNA, seal, number, known)
        told = Facts("Ludzas novads", ("GB", "Īrija", "GB"), True, ("lv", "ru"), ("work", "other"))
        assert facts.change(session, NOW, ANNA, seal, number, told)
        assert facts.of(session.get_one(Household, number)) == Facts("Ludzas novads", ("GB", "IE"), True, ("lv", "ru"), ("work", "other"))
        assert marks(session, number) == marks(session, other) != set()
        assert facts.eligible(session) == {True: 1, False: 0, None: 1}
        joining.merge(session, NOW, ANNA, other, number)
        assert facts.eligible(session) == {True: 0, False: 0, None: 1}
