"""What families agreed to: when it holds, what ends it, what ends soon."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.tracker.cases import consents
from outreach.tracker.cases.consents import Given
from outreach.tracker.cases.models import FamilyConsent
from outreach.tracker.same import joining
from tests.outreach.rooms import NOW
from tests.outreach.tracker.same.homes import home

TODAY = NOW.date()
ANNA = "anna@example.org"
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def give(session: Session, number: int, purpose: str = "story", since: int = -10, until: int | None = None, region: str | None = None) -> int:
    told = Given(purpose, "written", on(since), on(until) if until is not None else None, region)
    return consents.give(session, NOW, ANNA, number, told)


def ending(session: Session) -> int:
    return session.scalar(consents.count_ending(TODAY)) or 0


def test_it_holds_from_its_day_to_its_day_and_until_it_is_withdrawn(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = home(session, seal)
        first = give(session, number, since=-10, until=5)
        for days, expected in ((-11, None), (-10, first), (5, first), (6, None)):
            assert consents.holding(session, number, "story", on(days)) == expected
        assert consents.holding(session, number, "photo", TODAY) is None
        assert consents.withdraw(session, NOW, ANNA, number, first, on(-2)) == "story"
        assert consents.withdraw(session, NOW, ANNA, number, first, TODAY) is None
        assert [consents.holding(session, number, "story", on(days)) for days in (-3, -2, 0)] == [first, None, None]
        second = give(session, number, since=0)
        assert consents.holding(session, number, "story", TODAY) == second
        assert [(one.consent_id, one.state) for one in consents.of_family(session, number, TODAY)] == [(second, "holds"), (first, "withdrawn")]


def test_a_hand_over_is_agreed_to_for_one_region(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        number = home(session, seal)
        first = give(session, number, "handover", region=" Vidzeme ")
        second = give(session, number, "handover", region="Kurzeme")
        assert consents.holding(session, number, "handover", TODAY, "vidzeme") == first
        assert consents.holding(session, number, "handover", TODAY, "Zemgale") is None
        assert consents.holding(session, number, "handover", TODAY) == second


def test_a_record_that_is_part_of_a_family_brings_what_it_agreed_to(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        kept, gone = home(session, seal), home(session, seal)
        number = give(session, gone)
        joining.merge(session, NOW, ANNA, kept, gone)
        assert consents.holding(session, kept, "story", TODAY) == number
        assert consents.withdraw(session, NOW, ANNA, kept, number, TODAY) == "story"


def test_what_ends_within_a_month_is_told_unless_a_later_one_is_there(store: Store, seal: Seal) -> None:
    with store.transaction() as session:
        one, other = home(session, seal), home(session, seal)
        for until in (-1, 0, 30, 31, None):
            give(session, one if until != 30 else other, "photo", until=until)
        assert ending(session) == 1  # that of the first family has a later one
        give(session, other, "story", until=400)
        give(session, other, "newsletter", until=3)
        assert ending(session) == 2
        (soon,) = [one for one in consents.of_family(session, other, TODAY) if one.purpose == "newsletter"]
        assert soon.state == "ending"
        consents.withdraw(session, NOW, ANNA, other, soon.consent_id, TODAY)
        assert ending(session) == 1


@pytest.mark.parametrize(
    ("told", "key"),
    [
        (Given("casework", "told", TODAY), "purpose"), (Given("all", "told", TODAY), "purpose"), (Given("story", "guess", TODAY), "given_by"),
        (Given("handover", "told", TODAY), "region"), (Given("story", "told", TODAY, None, "Vidzeme"), "region"),
        (Given("story", "told", on(2)), "given_on"), (Given("story", "told", TODAY, on(-1)), "until"),
    ],
)  # fmt: skip
def test_what_is_no_consent(file_store: Store, seal: Seal, told: Given, key: str) -> None:
    with file_store.transaction() as session:
        number = home(session, seal)
        with pytest.raises(OutreachError, match=rf"cases\.error\.{key}"):
            consents.give(session, NOW, ANNA, number, told)


def test_what_cannot_be_withdrawn(file_store: Store, seal: Seal) -> None:
    with file_store.transaction() as session:
        number, other = home(session, seal), home(session, seal)
        held = give(session, number)
        for whose, day, key in ((other, TODAY, "consent"), (number, on(2), "given_on"), (number, on(-11), "withdrawn_on")):
            with pytest.raises(OutreachError, match=rf"cases\.error\.{key}"):
                consents.withdraw(session, NOW, ANNA, whose, held, day)


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_state_says_whether_it_holds(since: date, until: date | None, withdrawn: date | None, day: date) -> None:
    row = FamilyConsent(given_on=since, until=until, withdrawn_on=withdrawn)
    holds = since <= day and (until is None or day <= until) and (withdrawn is None or day < withdrawn)
    assert (consents.state(row, day) in {"holds", "ending"}) == holds
