"""What pages and mails read: no personal word, the unknown always shown."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.tracker import attribution, queries
from outreach.tracker.intake import Incoming, answer, receive
from outreach.tracker.jobs import link
from tests.outreach.rooms import NOW, publish

HOUR = timedelta(hours=1)


def fill(store: Store, seal: Seal) -> list[int]:
    """Six inquiries: two by link, two said, one corrected to coverage's absence, one unknown, one not looked at."""
    numbers = []
    told = [("aB3dE9x", None), ("aB3dE9x", "tv"), (None, "radio"), (None, "radio"), (None, None), (None, None)]
    with store.transaction() as session:
        publish(session, "aB3dE9x", NOW - 48 * HOUR)
        for number, (code, said) in enumerate(told):
            incoming = Incoming(
                "form", country="IE", municipality="Balvu novads", topic="work", code=code, said_source=said,
                name="Kanārija", contact="kanarija@example.org", text="Stāsts", message_id=str(number),
            )  # fmt: skip
            at = NOW - number * HOUR
            numbers.append(receive(session, at, seal, incoming).inquiry_id)
            if number < 5:
                link(session, NOW, numbers[-1], 90)
    return numbers


def test_the_list_says_everything_but_who(store: Store, seal: Seal) -> None:
    numbers = fill(store, seal)
    with store.reading() as session:
        rows = queries.latest(session, 4)
    assert [row.inquiry_id for row in rows] == numbers[:4]
    first, third = rows[0], rows[2]
    assert (first.rule, first.linked, first.channel, first.linked_key) == (
        "link", "Stāsts par atgriešanos", "Kanāls aB3dE9x", None,
    )  # fmt: skip
    assert (third.rule, third.linked, third.linked_key) == ("said", "radio", "tracker.source.radio")
    assert (first.country, first.municipality, first.topic, first.arrived_by) == ("IE", "Balvu novads", "work", "form")
    assert "anārij" not in repr([asdict(row) for row in rows])


def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(store: Store, seal: Seal) -> None:
    numbers = fill(store, seal)
    with store.reading() as session:
        rows = queries.latest(session, since=NOW - 3 * HOUR, until=NOW - HOUR)
        assert [row.inquiry_id for row in rows] == numbers[2:4]
        assert sum(one.count for one in queries.counts_by_source(session, NOW - 3 * HOUR, NOW - HOUR)) == 2


def test_counts_add_up_and_end_with_the_unknown(store: Store, seal: Seal) -> None:
    numbers = fill(store, seal)
    with store.reading() as session:
        counts = queries.counts_by_source(session, NOW - 24 * HOUR, NOW + HOUR)
    assert [(one.rule, one.label, one.campaign, one.count) for one in counts] == [
        ("link", "Stāsts par atgriešanos", "MĀJAS", 2),
        ("said", "radio", None, 2),
        ("unknown", None, None, 2),
    ]
    assert sorted(number for one in counts for number in one.inquiry_ids) == sorted(numbers)
    assert [one.label_key for one in counts] == [None, "tracker.source.radio", None]


def test_nothing_is_unknown_where_everything_is_known(store: Store, seal: Seal) -> None:
    numbers = fill(store, seal)
    with store.transaction() as session:
        for number in numbers:
            attribution.correct(session, NOW, "ieva", number, "said", said="radio")
        counts = queries.counts_by_source(session, NOW - 24 * HOUR, NOW + HOUR)
        assert [(one.rule, one.count) for one in counts] == [("said", 6), ("unknown", 0)]
        assert queries.counts_by_source(session, NOW + HOUR, NOW + 2 * HOUR) == []


def test_what_nobody_has_answered(store: Store, seal: Seal) -> None:
    numbers = fill(store, seal)
    with store.transaction() as session:
        assert (queries.unanswered(session), queries.waiting_since(session)) == (6, NOW - 5 * HOUR)
        answer(session, NOW, numbers[5])
        assert (queries.unanswered(session), queries.waiting_since(session)) == (5, NOW - 4 * HOUR)
        assert numbers[5] not in {row.inquiry_id for row in queries.latest(session, unanswered=True)}
        for number in numbers:
            answer(session, NOW, number)
        assert (queries.unanswered(session), queries.waiting_since(session)) == (0, None)


def test_what_is_not_there(store: Store) -> None:
    with store.reading() as session:
        assert queries.one(session, 1) is None
        assert queries.latest(session) == []
        assert queries.touches(session, 1) == []
        assert queries.answers(session, 1) == []


@pytest.mark.parametrize(
    "moment", [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
)
def test_moments_come_back_as_they_went(store: Store, seal: Seal, moment: datetime) -> None:
    with store.transaction() as session:
        number = receive(session, moment, seal, Incoming("phone")).inquiry_id
    with store.reading() as session:
        row = queries.one(session, number)
    assert row is not None
    assert row.received_at == moment
    assert row.received_at.tzinfo is UTC
