"""Houses and their editions, outlets in groups, a release's way: values alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.ledger.reading import PrintSeen
from outreach.pressroom.results import houses
from outreach.pressroom.results.course import course
from outreach.pressroom.results.delivery import Mails, SendingTold
from outreach.pressroom.results.ranking import Standing, groups
from outreach.pressroom.writing.reading import About, ReleaseSeen
from scrapers.recall import Share

RIGA = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("source", "outlet", "same"),
    [
        ("Rēzeknes Avīze", "rēzeknes avīze ", True),
        ("LSM.lv: ziņas", "LSM.lv", True),
        ("Latvijas Radio 4", "Latvijas Radio", True),
        ("Latgales Laiks", "Latgale", False),
        ("LSM.lv", "LSM.lv: ziņas", False),
        ("Rēzeknes Avīze", "", False),
    ],
)
def test_an_edition_belongs_to_its_house(source: str, outlet: str, same: bool) -> None:
    assert houses.is_of(source, outlet) is same


def test_who_was_asked_and_who_printed_without_it() -> None:
    told = houses.printed({"Latvijas Radio", "Latvijas Radio 4", "Vietējā"}, ["Latvijas Radio 4", "Cita", "Cita"])
    assert (sorted(told.asked), sorted(told.others)) == (["Latvijas Radio 4"], ["Cita"])
    assert houses.printed((), ["Cita"]).asked == frozenset()


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_groups_differ_by_more_than_chance_and_hold_everybody(pairs: list[tuple[int, int]]) -> None:
    every = [Standing(f"M{at}", Share(min(pair), max(pair))) for at, pair in enumerate(pairs)]
    told = groups(every)
    assert sorted(one.outlet for group in told for one in group) == sorted(one.outlet for one in every if one.share.of)
    for first, second in pairwise(told):
        assert max(one.high for one in second) < max(one.low for one in first)
    assert all([one.outlet for one in group] == sorted(one.outlet for one in group) for group in told)


def test_one_of_one_leads_nobody() -> None:
    told = groups([Standing("Retā", Share(1, 1)), Standing("Biežā", Share(38, 40)), Standing("Nekad", Share(0, 40))])
    assert [[one.outlet for one in group] for group in told] == [["Biežā", "Retā"], ["Nekad"]]
    # By what is sure of it "Biežā" leads, and "Vidējā" is surely less; held against "Retā" nobody would be.
    told = groups([Standing("Retā", Share(1, 1)), Standing("Biežā", Share(90, 100)), Standing("Vidējā", Share(30, 100))])
    assert [[one.outlet for one in group] for group in told] == [["Biežā", "Retā"], ["Vidējā"]]


def seen(number: int, outlet: str, at: datetime, hours: float | None = None, verdict: bool | None = None) -> PrintSeen:
    return PrintSeen(number, 1, None, number, outlet, "local", "T", "u", None, "lv", at, "verbatim", 0.9, 0.9, False, (), hours, None, verdict, None, None)


RELEASE = ReleaseSeen(
    1, "release", "Virsraksts", "lv", ("lv",), None, None, None, NOW - 30 * HOUR, NOW - 60 * HOUR, "anna", None, None, NOW - 40 * HOUR, "berta",
    NOW - 29 * HOUR, None, NOW - 30 * HOUR, "published",
)  # fmt: skip


def test_a_release_s_way_in_order_of_time() -> None:
    sent = SendingTold(1, "done", NOW - 30 * HOUR, None, ("Latgale", "Diaspora"), Mails(sent=12))
    due = SendingTold(2, "ready", None, NOW + HOUR, (), Mails())
    paused = SendingTold(3, "paused", None, NOW + HOUR, (), Mails())
    prints = [
        seen(9, "Ceturtā", NOW - HOUR), seen(8, "Trešā", NOW - 2 * HOUR), seen(7, "Otrā", NOW - 2 * HOUR), seen(5, "Pirmā", NOW - 26 * HOUR, 4.2),
        seen(6, "Nav mūsu", NOW - 27 * HOUR, 3, False), seen(10, "Piektā", NOW - 26 * HOUR), seen(11, "Sestā", NOW - HOUR),
    ]  # fmt: skip
    about = (About(4, "Labojums", NOW - HOUR / 2), About(5, "Melnraksts", None))
    told = course(replace(RELEASE, corrected_by=about), [sent, due, paused], prints, NOW, RIGA)
    assert [(event.key.removeprefix("pressresult.course."), dict(event.facts)) for event in told] == [
        ("written", {}),
        ("approved", {}),
        ("embargo_ended", {}),
        ("sent_to", {"count": 12, "lists": "Latgale, Diaspora"}),
        ("published", {}),
        ("first_hours", {"outlet": "Pirmā", "count": 4}),
        ("prints", {"count": 1, "outlets": "Piektā"}),
        ("prints_more", {"count": 4, "outlets": "Otrā, Trešā, Ceturtā"}),
        ("corrected", {"headline": "Labojums"}),
        ("due", {}),
    ]
    assert (told[0].who, told[1].who, told[5].print_id, told[8].release_id) == ("anna", "berta", 5, 4)


@pytest.mark.parametrize(("hours", "key"), [(None, "first"), (-3.0, "first"), (47.9, "first_hours"), (48.0, "first_days")])
def test_how_soon_the_first_came(hours: float | None, key: str) -> None:
    told = course(replace(RELEASE, embargo_until=NOW + HOUR, withdrawn_at=NOW), [], [seen(1, "A", NOW, hours)], NOW, RIGA)
    keys = [event.key.removeprefix("pressresult.course.") for event in told]
    assert key in keys and "embargo_ends" in keys and "withdrawn" in keys


def test_days_are_those_of_riga() -> None:
    midnight = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    told = course(RELEASE, [], [seen(1, "A", midnight - 3 * HOUR), seen(2, "B", midnight - HOUR), seen(3, "C", midnight)], NOW, RIGA)
    assert [event.facts["outlets"] for event in told if event.key.endswith(".prints")] == ["B", "C"]
