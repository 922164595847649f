"""The office's facts in the store."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.pressroom.checks import factbook
from outreach.pressroom.checks.factbook import Told

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PHONE = Told("phone", "Biroja  tālrunis", " 64600000 ")


def add(session: Session, told: Told = PHONE) -> int:
    return factbook.add(session, NOW, told, "comms@example.org")


def test_a_fact_is_followed_by_another(store: Store) -> None:
    with store.transaction() as session:
        number = add(session)
        made = factbook.follow(session, NOW, number, date(2026, 12, 1), "64600111", "comms@example.org")
    with store.reading() as session:
        old, new = factbook.one(session, number), factbook.one(session, made or 0)
        assert old is not None and new is not None
        assert (old.fact.label, old.fact.value) == ("Biroja tālrunis", "64600000")
        assert (old.fact.until, old.fact.instead, old.next_id) == (date(2026, 11, 30), "64600111", made)
        assert (new.fact.since, new.fact.until, new.fact.label, new.next_id) == (date(2026, 12, 1), None, "Biroja tālrunis", None)
        assert [one.fact.id for one in factbook.listed(session)] == [made, number]
        assert [one.fact.id for one in factbook.before(session, made or 0)] == [number]
        assert factbook.one(session, 999) is None


def test_a_fact_may_end_with_nothing_in_its_place(store: Store) -> None:
    with store.transaction() as session:
        number = add(session)
        assert factbook.follow(session, NOW, number, date(2026, 12, 1), "  ", "x") is None
    with store.reading() as session:
        (only,) = factbook.listed(session)
        assert only.fact.until == date(2026, 11, 30) and only.fact.instead == ""


def test_what_cannot_follow_is_refused(store: Store) -> None:
    with store.transaction() as session:
        number = add(session, Told("phone", "Tālrunis", "64600000", since=date(2026, 6, 1)))
        for fact, since, key in ((number, date(2026, 6, 1), "early"), (999, date(2026, 12, 1), "missing")):
            with pytest.raises(OutreachError) as refused:
                factbook.follow(session, NOW, fact, since, "64600111", "x")
            assert refused.value.key == f"presscheck.facts.{key}"
        factbook.follow(session, NOW, number, date(2026, 12, 1), "64600111", "x")
        with pytest.raises(OutreachError) as refused:
            factbook.follow(session, NOW, number, date(2026, 12, 2), "64600222", "x")
        assert refused.value.key == "presscheck.facts.followed"


@pytest.mark.parametrize(
    ("told", "key"),
    [
        (Told("x", "a", "b"), "kind"), (Told("phone", " ", "64600000"), "empty"), (Told("phone", "a", " "), "empty"), (Told("phone", "a", "123"), "phone"), (Told("mail", "a", "b"), "mail"), (Told("mail", "a", "b@c d.lv"), "mail"),
        (Told("page", "a", "b"), "page"), (Told("number", "a", "daudz"), "number"), (Told("sum", "a", "eiro"), "number"), (Told("person", "a", "anna"), "person"), (Told("phone", "a", "64600000", date(2026, 2, 1), date(2026, 1, 1)), "days"),
    ],
)  # fmt: skip
def test_what_is_no_fact_is_refused(told: Told, key: str) -> None:
    with pytest.raises(OutreachError) as refused:
        factbook.checked(told)
    assert refused.value.key == f"presscheck.facts.{key}"


def test_a_slip_is_corrected(store: Store) -> None:
    with store.transaction() as session:
        number = add(session)
        factbook.change(session, number, Told("mail", "E-pasts", "latgale@paps.lv", until=date(2027, 1, 1)))
    with store.reading() as session:
        (fact,) = factbook.facts(session)
        assert (fact.kind, fact.label, fact.value, fact.until) == ("mail", "E-pasts", "latgale@paps.lv", date(2027, 1, 1))
