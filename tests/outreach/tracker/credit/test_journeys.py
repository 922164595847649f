"""Touches in the order of time, a person's word before the program's, and nothing after an end counts towards it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from campaigns.models import Campaign, Link
from outreach.core.db import Store
from outreach.tracker.credit.journeys import ENDS, FAMILY, INQUIRY, RETURNED, Asked, Journeys, gather, made
from outreach.tracker.credit.naming import LEVELS, Book, Linked, Printed, Ref, named
from outreach.tracker.credit.reading import AskedRow, FamilyRow, Rows, StageRow
from outreach.tracker.models import Attribution, Household, Touch
from tests.benchmarks.replay import listening
from tests.outreach.tracker.credit.desk import NOW, YEAR, ZONE, ask, corrected, family, link, poster
from tests.support import mentions


def read(store: Store, asked: Asked = YEAR) -> Journeys:
    with store.reading() as session:
        return gather(session, asked)


def told(journeys: Journeys, end: str = INQUIRY, level: str = "channel") -> dict[int, list[str]]:
    """What people call the touches of each journey, by its number."""
    called = journeys.called(level)
    paths = journeys.paths(end, level)
    return {one.number: [called[name].text or name for name in path.touches] for one, path in zip(journeys.by_end[end], paths, strict=True)}


def test_touches_stand_in_the_order_of_time_with_their_days(store: Store) -> None:
    with store.transaction() as session:
        page, mail = link(session, "Lapa"), link(session, "Vēstule")
        number = ask(session, "friends", (mail, 2), (page, 10), (page, 0.5), (mail, 100), (page, -1))
        nobody = ask(session)
    journeys = read(store)
    assert told(journeys) == {number: ["Lapa", "Vēstule", "Lapa", "said:friends"], nobody: []}
    # Older than the office links by, and later than the inquiry: no touches of it.
    assert journeys.by_end[INQUIRY][0].days == pytest.approx((10, 2, 0.5, 0))


def test_every_level_has_its_names(store: Store) -> None:
    with store.transaction() as session:
        page = link(session, "Lapa")
        campaign = session.query(Link).one()
        wall = poster(session, 1, "Plakāts Preiļos")
        lost = link(session, "Zudis", "Cita")
        ask(session, (page, 3), (wall, 2), (lost, 1), "radio")
        session.execute(update(Touch).where(Touch.click_link_id == lost).values(click_link_id=None))
        session.execute(delete(Link).where(Link.id == lost))
        assert campaign.id == page
    journeys = read(store)
    levels = {level: next(iter(told(journeys, INQUIRY, level).values())) for level in LEVELS}
    assert levels == {
        "item": ["Par Lapa", "Plakāts Preiļos", "Sen", "said:radio"],
        "campaign": ["MĀJAS", "MĀJAS", "Senā", "said:radio"],
        "channel": ["Lapa", "Plakāts Preiļos", "kind:own", "said:radio"],
        "outlet": ["kind:own", "kind:own", "kind:own", "said:radio"],
        "kind": ["kind:own", "kind:own", "kind:own", "kind:earned"],
    }


@pytest.mark.parametrize(
    ("source", "kind"),
    [("radio", "earned"), ("friends", "mouth"), ("embassy", "partner"), ("portal", "partner"), ("event", "own"), ("facebook", "open"), ("other", "open"), (None, "open")],
)
def test_what_they_said_is_somebody_s_doing(source: str | None, kind: str) -> None:
    assert named(Ref("said", told=source), "kind", Book({}, {})).name == f"kind:{kind}"


def test_what_they_named_has_its_name_where_a_level_knows_it(store: Store) -> None:
    with store.transaction() as session:
        page = link(session, "Lapa")
        home = session.query(Campaign).one().id
        number = ask(session, (page, 3))
        told: list[dict[str, str | int | None]] = [
            {"source": "other", "campaign": "MĀJAS"}, {"source": "other", "campaign": "Senā"},
            {"source": "radio", "outlet": "Latvijas Radio 1"},
        ]  # fmt: skip
        session.add_all(Touch(inquiry_id=number, kind="said", at=NOW, label=label) for label in told)
        mended = ask(session)
        session.flush()
        evidence: dict[str, str | int | None] = {"lines": 1, **told[0]}
        session.add(Attribution(inquiry_id=mended, made_at=NOW, rule="said", by_person=True, touch_id=None, evidence=evidence))
    journeys = read(store)
    paths = {level: [path.touches for path in journeys.paths(INQUIRY, level)] for level in LEVELS}
    radio = "outlet:Latvijas Radio 1"
    assert paths["campaign"][0] == (f"campaign:{home}", f"campaign:{home}", "label:Senā", "said:radio")
    assert paths["item"][0][1:] == (f"campaign:{home}", "label:Senā", radio)
    assert paths["outlet"][0] == ("kind:own", "said:other", "said:other", radio)
    assert paths["channel"][0][1:] == ("said:other", "said:other", "said:radio")
    assert paths["kind"][0] == ("kind:own", "kind:own", "kind:own", "kind:earned")
    only = read(store, replace(YEAR, campaign_id=home)).by_end[INQUIRY]
    assert {one.number for one in only} == {number, mended}


def test_a_person_s_answer_replaces_what_was_noted_by_itself(store: Store) -> None:
    with store.transaction() as session:
        page = link(session, "Lapa")
        unknown, heard, other, later = (ask(session, (page, 2), "radio") for _ in range(4))
        corrected(session, unknown, "unknown")
        corrected(session, heard, "said", said="friends")
        corrected(session, other, "unknown")
        corrected(session, other, "link", touch=session.query(Touch).filter_by(inquiry_id=other, kind="link").one().id)
        corrected(session, later, "link", touch=session.query(Touch).filter_by(inquiry_id=unknown, kind="link").one().id)  # of another inquiry
    assert told(read(store)) == {unknown: [], heard: ["said:friends"], other: ["Lapa"], later: ["kind:own"]}


def test_coverage_counts_only_where_a_person_took_it_up(store: Store) -> None:
    with store.transaction() as session:
        known = mentions.mention(session, NOW, "Ģimene atgriežas", outlet="Rīta Ziņas")
        suggested, taken, late = ask(session), ask(session), ask(session)
        for number, days in ((suggested, 3), (taken, 3), (late, -1)):
            touch = Touch(inquiry_id=number, kind="coverage", at=NOW - timedelta(days=days), mention_id=known, label={})
            session.add(touch)
            session.flush()
            if number != suggested:
                corrected(session, number, "coverage", touch=touch.id)
    journeys = read(store)
    assert told(journeys, INQUIRY, "outlet") == {suggested: [], taken: ["Rīta Ziņas"], late: []}
    assert told(journeys, INQUIRY, "item")[taken] == ["Rīta Ziņas: Ģimene atgriežas"]


def test_a_family_s_ends_are_credited_with_what_lay_before_each(store: Store) -> None:
    with store.transaction() as session:
        page, mail = link(session, "Lapa"), link(session, "Vēstule")
        number = family(session, ("contacted", NOW.date()), ("offer_sent", date(2026, 7, 1)), ("returned_supported", date(2026, 9, 1)))
        ask(session, (page, 2), family=number)
        ask(session, (mail, 1), at=NOW + timedelta(days=30), family=number)
        ask(session, "radio", at=NOW + timedelta(days=200), family=number)
    journeys = read(store)
    found = {end: told(journeys, end).get(number) for end in ENDS if end != INQUIRY}
    assert found == {
        FAMILY: ["Lapa"], "contacted": ["Lapa"], "offer_sent": ["Lapa"], RETURNED: ["Lapa", "Vēstule"],
        "returned_supported": ["Lapa", "Vēstule"], "returned_alone": None, "planning": None, "postponed": None,
    }  # fmt: skip
    assert journeys.by_end[RETURNED][0].people == 3 and journeys.before_contact == ()


def test_who_came_home_before_they_made_contact_credits_the_contact_alone(store: Store) -> None:
    with store.transaction() as session:
        page = link(session, "Lapa")
        early = family(session, ("returned_alone", date(2026, 3, 1)), created=NOW)
        ask(session, (page, 150), (page, 2), family=early)
        same_day = family(session, ("returned_alone", NOW.date()))
        ask(session, (page, 1), family=same_day)
        unheard = family(session, ("returned_alone", date(2026, 2, 1)), created=NOW)
        supported = family(session, ("returned_supported", date(2026, 2, 1)), created=NOW)
    journeys = read(store)
    assert set(journeys.before_contact) == {early, unheard}
    assert told(journeys, RETURNED) == {same_day: ["Lapa"], supported: []}
    assert told(journeys, FAMILY)[early] == ["Lapa"]


def test_of_two_returns_the_later_counts_and_of_two_records_the_kept_one(store: Store) -> None:
    with store.transaction() as session:
        number = family(session, ("contacted", date(2026, 1, 5)), ("returned_alone", date(2026, 2, 1)), ("returned_supported", date(2026, 8, 1)))
        gone = family(session, ("contacted", date(2026, 1, 5)), ("returned_alone", date(2026, 5, 1)))
        session.execute(update(Household).where(Household.id == gone).values(merged_into=number))
    journeys = read(store)
    assert [one.number for one in journeys.by_end[RETURNED]] == [number]
    assert journeys.by_end["returned_alone"] == () and [one.number for one in journeys.by_end[FAMILY]] == [number]


def test_a_family_that_asked_before_the_period_made_contact_then(store: Store) -> None:
    with store.transaction() as session:
        page = link(session, "Lapa")
        number = family(session, created=NOW - timedelta(days=400))
        ask(session, (page, 2), at=NOW - timedelta(days=400), family=number)
        ask(session, at=NOW, family=number)
    journeys = read(store)
    assert journeys.by_end[FAMILY] == () and len(journeys.by_end[INQUIRY]) == 1


@pytest.mark.parametrize(
    ("narrow", "found"),
    [({"country": "GB"}, [1]), ({"municipality": "Preiļu novads"}, [2]), ({"language": "ru"}, [2]), ({"campaign_id": 1}, [1]), ({"first": date(2026, 6, 16)}, [])],
)
def test_a_filter_keeps_its_journeys(store: Store, narrow: dict[str, object], found: list[int]) -> None:
    with store.transaction() as session:
        page, other = link(session, "Lapa"), link(session, "Cita", "Otra")
        ask(session, (page, 1), country="GB")
        ask(session, (other, 1), municipality="Preiļu novads", language="ru")
    assert [one.number for one in read(store, replace(YEAR, **narrow)).by_end[INQUIRY]] == found  # type: ignore[arg-type]


def test_a_day_begins_and_ends_in_the_office_s_zone(store: Store) -> None:
    with store.transaction() as session:
        before = ask(session, at=datetime(2025, 12, 31, 21, 59, tzinfo=UTC))
        within = ask(session, at=datetime(2025, 12, 31, 22, 0, tzinfo=UTC))
        last = ask(session, at=datetime(2026, 12, 31, 21, 59, tzinfo=UTC))
    assert before and [one.number for one in read(store).by_end[INQUIRY]] == [within, last]


def test_few_questions_whatever_the_number_of_rows(store: Store) -> None:
    with store.transaction() as session:
        page = link(session, "Lapa")
        for _ in range(20):
            ask(session, (page, 2), "radio", family=family(session, ("contacted", NOW.date())))
    with store.reading() as session, listening(store.engine) as heard:
        gather(session, YEAR)
    assert len(heard.statements) <= 6


_MOMENTS = st.integers(min_value=1_767_300_000, max_value=1_798_600_000)
_REFS = st.sampled_from([Ref("link", 1), Ref("link", 2), Ref("said", told="radio")])
_SEEN = st.lists(st.tuples(_MOMENTS, st.integers(1, 9), _REFS), max_size=6).map(sorted)
_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
_STAGES = st.lists(st.tuples(st.sampled_from(["contacted", "offer_sent", "returned_supported", "returned_alone"]), _DAYS), max_size=4)
_BOOK = Book({1: Linked("", 1, "P", 1, "C", 1, "K"), 2: Linked("Siena", None, None, 1, "C", None, None)}, {3: Printed("T", "O")})


@given(st.lists(st.tuples(_MOMENTS, _SEEN), max_size=4), _STAGES, _MOMENTS)
def test_nothing_after_an_end_counts_and_each_return_counts_once(inquiries: list[tuple[int, list[tuple[int, int, Ref]]]], stages: list[tuple[str, date]], created: int) -> None:
    rows = [AskedRow(number, at, "IE", None, None, 7) for number, (at, _) in enumerate(inquiries)]
    touches = {number: [one for one in seen if one[0] <= at] for number, (at, seen) in enumerate(inquiries)}
    held = tuple(StageRow(stage, day, 2) for stage, day in sorted(stages, key=lambda one: one[1]))
    journeys = made(Rows(tuple(rows), (FamilyRow(7, created, None, "IE", 2, held),), touches, _BOOK), YEAR)
    everything = [one for listed in journeys.by_end.values() for one in listed]
    assert all(day >= 0 for one in everything for day in one.days)
    assert all(list(one.days) == sorted(one.days, reverse=True) for one in everything)
    home = [stage for stage in held if stage.stage.startswith("returned")]
    assert len(journeys.by_end[RETURNED]) + len(journeys.before_contact) == bool(home)
    contact = min([datetime.fromtimestamp(at, ZONE).date() for at, _ in inquiries] + [one.day for one in held if one.stage != "returned_alone"], default=None)
    if journeys.by_end[RETURNED] and contact:
        assert home[-1].day >= contact
    assert len(journeys.by_end[FAMILY]) <= 1 and len(journeys.by_end[INQUIRY]) == len(inquiries)
