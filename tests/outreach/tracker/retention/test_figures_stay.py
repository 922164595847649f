"""Every report of whole quarters and years says the same before and after the people behind it are gone."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.office import Office, read_office
from outreach.core.seal import Seal
from outreach.report import Period, Written, write
from outreach.tracker import privacy
from outreach.tracker.models import Household, Inquiry, Stage
from tests.outreach.rooms import RIGA
from tests.outreach.tracker.retention.records import ASKED, LATER, MONTHS, PASTS, PLACES, Past, put
from tests.support import ready

PERIODS = [Period.of_year(year, RIGA) for year in (2020, 2021, 2022)] + [
    Period.of_quarter(2020, 4, RIGA), Period.of_quarter(2021, 1, RIGA), Period.of_quarter(2021, 3, RIGA), Period.of_quarter(2022, 2, RIGA),
]  # fmt: skip
# The one that goes by municipality is looked at by itself.
KINDS = ("results", "stages", "outreach", "quarterly", "yearly", "cumulative")


def told(store: Store, office: Office) -> dict[tuple[str, str], tuple[Any, ...]]:
    found = {}
    with store.reading() as session:
        for kind in KINDS:
            for period in PERIODS:
                one: Written = write(kind, session, office, period, "lv")
                found[kind, period.name] = (one.sentences, one.tables, one.numbers, one.records)
        for period in PERIODS:
            publicity = write("publicity", session, office, period, "lv")
            by_place = {name: number for name, number in publicity.numbers.items() if ".place." not in name}
            found["publicity", period.name] = (publicity.sentences, by_place)
    return found


def counted(store: Store, place: str | None) -> list[int]:
    """Families and inquiries of one place, and people of the stages its families entered."""
    with store.reading() as session:
        homes = list(session.scalars(select(Household.id).where(Household.municipality.is_not_distinct_from(place))))
        asked = list(session.scalars(select(Inquiry.id).where(Inquiry.municipality.is_not_distinct_from(place))))
        people = session.scalars(select(Stage.people).where(Stage.household_id.in_(homes)))
        return [len(homes), len(asked), sum(people)]


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(PASTS, min_size=1, max_size=7), some.lists(ASKED, max_size=4))
def test_reports_say_the_same_before_and_after(past: list[Past], strangers: list[Any]) -> None:
    seal, office = Seal(bytes(range(32))), read_office("latgale", Path())
    with tempfile.TemporaryDirectory() as folder:
        store = ready.tables(Path(folder) / "store.db")
        try:
            put(store, seal, past, strangers)
            before = told(store, office)
            places = [counted(store, place) for place in (*PLACES, None)]
            with store.transaction() as session:
                gone = privacy.forget(session, LATER, MONTHS, RIGA)
            assert len(gone.asked) == len(strangers)
            after = told(store, office)
            for key, said in before.items():
                assert after[key] == said, key
            # Cells of few move to the unknown ones: the sums stay.
            moved = [counted(store, place) for place in (*PLACES, None)]
            assert [sum(column) for column in zip(*moved, strict=True)] == [sum(column) for column in zip(*places, strict=True)]
        finally:
            store.close()


@pytest.mark.parametrize("zone", ["Europe/Riga", "UTC"])
def test_the_last_night_of_a_quarter_stays_in_the_offices_quarter(store: Store, office: Office, zone: str) -> None:
    """22:30 in London is the first day of April in Riga."""
    seal, at = Seal(bytes(range(32))), PERIODS[4].moments()[1]
    asked = [(at, None, None), (PERIODS[4].moments()[0], None, None)]
    put(store, seal, [Past(at, None, 2, 1, ("IE", "GB"), (("returned_alone", date(2021, 4, 1), 3),), tuple(asked))], [])  # type: ignore[arg-type]
    with store.transaction() as session:
        privacy.forget(session, LATER, MONTHS, ZoneInfo(zone))
    with store.reading() as session:
        row = session.scalars(select(Inquiry).order_by(Inquiry.id)).first()
        assert row is not None
        assert (row.received_at >= at) is (zone == "Europe/Riga")
