"""The rule as a table, and a person's correction that wins whatever the machine says later."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people.models import AuditEntry as Audit
from outreach.tracker import attribution, queries
from outreach.tracker.attribution import Asked, Seen, attribute
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.jobs import link
from outreach.tracker.models import Attribution
from tests.outreach.rooms import NOW, publish

DAY = timedelta(days=1)


def seen(kind: str, ago: timedelta, **label: str) -> Seen:
    return Seen(kind, NOW - ago, label=label)


SAID = seen("said", timedelta(0), source="radio")
FRESH = seen("link", 3 * DAY, post="A")
FRESHER = seen("link", DAY, post="B")
EDGE = seen("link", 90 * DAY, post="C")
STALE = seen("link", 90 * DAY + timedelta(seconds=1), post="D")
AFTER = seen("link", -timedelta(seconds=1), post="E")
COVERAGE = seen("coverage", DAY, outlet="Ziņas", title="T")


@pytest.mark.parametrize(
    ("touches", "rule", "touch"),
    [
        ([], "unknown", None),
        ([COVERAGE], "unknown", None),
        ([SAID], "said", SAID),
        ([FRESH], "link", FRESH),
        ([SAID, FRESH, COVERAGE], "link", FRESH),
        ([FRESH, FRESHER], "link", FRESHER),
        ([EDGE], "link", EDGE),
        ([STALE], "unknown", None),
        ([STALE, SAID], "said", SAID),
        ([STALE, FRESH], "link", FRESH),
        ([AFTER], "unknown", None),
        ([AFTER, COVERAGE, SAID], "said", SAID),
    ],
)
def test_the_first_rule_that_holds(touches: list[Seen], rule: str, touch: Seen | None) -> None:
    decision = attribute(Asked(1, NOW, code="abcdefg"), touches, 90)
    assert (decision.rule, decision.touch) == (rule, touch)


def test_evidence_says_why_and_never_that_one_caused_the_other() -> None:
    decision = attribute(Asked(1, NOW, code="abcdefg"), [STALE, SAID], 90)
    assert decision.evidence == {
        "code": "abcdefg", "too_old": STALE.at.isoformat(), "days": 90, "source": "radio",
    }  # fmt: skip
    fresh = attribute(Asked(1, NOW, code="abcdefg"), [FRESH], 90)
    assert fresh.evidence == {"post": "A", "code": "abcdefg", "days": 90}


@given(st.permutations([SAID, FRESH, FRESHER, STALE, COVERAGE, AFTER]), st.integers(1, 700))
def test_the_order_of_touches_changes_nothing(touches: list[Seen], days: int) -> None:
    ordered = attribute(Asked(1, NOW), [SAID, FRESH, FRESHER, STALE, COVERAGE, AFTER], days)
    assert attribute(Asked(1, NOW), touches, days) == ordered


def take(store: Store, seal: Seal, **told: str) -> int:
    with store.transaction() as session:
        return receive(session, NOW, seal, Incoming("form", message_id=repr(told), **told)).inquiry_id


def test_a_code_leads_to_its_post_channel_and_campaign(store: Store, seal: Seal) -> None:
    inquiry_id = take(store, seal, code="aB3dE9x", said_source="radio")
    with store.transaction() as session:
        publish(session, "aB3dE9x", NOW - 100 * DAY, (NOW - 40 * DAY, NOW - 2 * DAY, NOW + DAY))
        assert link(session, NOW, inquiry_id, 90)
        assert not link(session, NOW, inquiry_id, 90)
    with store.reading() as session:
        row = queries.one(session, inquiry_id)
        assert row is not None
        assert (row.rule, row.linked, row.channel) == ("link", "Stāsts par atgriešanos", "Kanāls aB3dE9x")
        (answer,) = queries.answers(session, inquiry_id)
        assert answer.evidence["clicks"] == 2
        assert answer.evidence["campaign"] == "MĀJAS"
        assert [touch.kind for touch in queries.touches(session, inquiry_id)] == ["link", "said"]


@pytest.mark.parametrize(
    ("published", "clicks", "rule"),
    [
        (NOW - 10 * DAY, (), "link"),
        (NOW - 100 * DAY, (), "unknown"),
        (NOW - 100 * DAY, (NOW - 95 * DAY,), "unknown"),
        (NOW - 10 * DAY, (NOW + DAY,), "link"),
        (NOW + DAY, (), "unknown"),
        (None, (), "unknown"),
    ],
)
def test_clicks_and_publication_count_within_the_days_set(
    store: Store, seal: Seal, published: datetime | None, clicks: tuple[datetime, ...], rule: str
) -> None:
    inquiry_id = take(store, seal, code="aB3dE9x")
    with store.transaction() as session:
        publish(session, "aB3dE9x", published, clicks)
        link(session, NOW, inquiry_id, 90)
        row = queries.one(session, inquiry_id)
    assert row is not None
    assert row.rule == rule


def test_a_code_nobody_knows_leaves_what_they_said(store: Store, seal: Seal) -> None:
    inquiry_id = take(store, seal, code="zzzzzzz", said_source="radio")
    with store.transaction() as session:
        link(session, NOW, inquiry_id, 90)
        row = queries.one(session, inquiry_id)
    assert row is not None
    assert (row.rule, row.linked, row.linked_key) == ("said", "radio", "tracker.source.radio")


def test_a_correction_wins_over_later_automatic_rows(store: Store, seal: Seal) -> None:
    inquiry_id = take(store, seal)
    with store.transaction() as session:
        link(session, NOW, inquiry_id, 90)
        attribution.correct(session, NOW, "ieva", inquiry_id, "said", said="avīzē lasīju")
        session.add(Attribution(inquiry_id=inquiry_id, made_at=NOW + DAY, rule="unknown", by_person=False, evidence={}))
        session.flush()
        row = queries.one(session, inquiry_id)
        assert row is not None
        assert (row.rule, row.linked, row.by_person) == ("said", "newspaper", True)
        attribution.correct(session, NOW, "ieva", inquiry_id, "unknown")
        row = queries.one(session, inquiry_id)
        assert row is not None
        assert (row.rule, row.linked, row.by_person) == ("unknown", None, True)
        answers = queries.answers(session, inquiry_id)
        assert [answer.rule for answer in answers] == ["unknown", "said", "unknown", "unknown"]
        assert [answer.standing for answer in answers] == [False, False, False, True]
        audits = session.scalars(select(Audit.action).order_by(Audit.id)).all()
        assert audits == ["correct", "correct"]


def test_a_correction_must_name_what_it_rests_on(store: Store, seal: Seal) -> None:
    inquiry_id = take(store, seal, said_source="radio")
    other = take(store, seal, said_source="tv")
    with store.transaction() as session:
        link(session, NOW, inquiry_id, 90)
        link(session, NOW, other, 90)
        (mine,) = queries.touches(session, inquiry_id)
        (theirs,) = queries.touches(session, other)
        for rule, touch_id, said, error in (
            ("cause", None, None, "rule"),
            ("link", None, None, "touch"),
            ("coverage", None, None, "touch"),
            ("said", None, None, "touch"),
            ("said", theirs.touch_id, None, "touch"),
            ("link", mine.touch_id, None, "touch"),
        ):
            with pytest.raises(OutreachError, match=rf"tracker\.error\.{error}"):
                attribution.correct(session, NOW, "ieva", inquiry_id, rule, touch_id=touch_id, said=said)
        attribution.correct(session, NOW, "ieva", inquiry_id, "said", touch_id=mine.touch_id)
        with pytest.raises(OutreachError, match=r"tracker\.error\.inquiry"):
            attribution.correct(session, NOW, "ieva", 999, "unknown")


def test_answers_are_only_ever_added(store: Store, seal: Seal) -> None:
    inquiry_id = take(store, seal)
    with store.transaction() as session:
        link(session, NOW, inquiry_id, 90)
    for change in ("rule", "delete"):
        with pytest.raises(TypeError), store.transaction() as session:
            row = session.scalars(select(Attribution)).one()
            if change == "delete":
                session.delete(row)
            else:
                row.rule = "said"
            session.flush()
