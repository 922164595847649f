"""Years, quarters and the four figures from one look at the store: they say what each span's own report says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.models import Campaign
from outreach.core.db import Store
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.pressroom.models import Release
from outreach.report import Label, Period, write
from outreach.tracker import families, returns, spans
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming, receive
from outreach.tracker.models import STAGES
from tests.outreach.reports.test_municipality import OTHER, PLACE, ask, mention
from tests.outreach.reports.test_reports import live
from tests.outreach.rooms import NOW, RIGA, publish

YEAR = Period.of_year(2025, RIGA)


@pytest.fixture
def lived(store: Store, seal: Seal) -> Store:
    live(store, seal)
    with store.transaction() as session:  # and a year before: two that came, one of them twice corrected on a day
        for number in range(2):
            household = families.add(session, NOW, seal, Family(1, number))
            families.enter(session, NOW, household, "contacted", date(2024, 2, 1))
            families.enter(session, NOW, household, "returned_supported", date(2024, 3, 1))
        families.enter(session, NOW, household, "planning", date(2024, 3, 1))
    return store


def test_every_span_says_what_it_says_alone(lived: Store) -> None:
    with lived.reading() as session:
        ever = families.entered(session, None, date(2025, 12, 31))
        for start in range(0, 760, 45):
            for days in (0, 30, 89, 364):
                first = date(2024, 1, 1) + timedelta(days=start)
                last = first + timedelta(days=days)
                alone = returns.reached(session, first, last)
                known = ever if last <= date(2025, 12, 31) else families.entered(session, None, last)
                assert {name: sorted(found, key=str) for name, found in spans.reached_in(known, first, last).items()} == {
                    name: sorted(found, key=str) for name, found in alone.items()
                }, (first, last)


def test_a_row_a_year_says_what_that_years_own_report_says(lived: Store, office: Office) -> None:
    with lived.reading() as session:
        told = write("yearly", session, office, YEAR, "lv").numbers
        for year in (2024, 2025):
            alone = write("stages", session, office, Period.of_year(year, RIGA), "lv").numbers
            for name in (*(f"{stage}.{of}" for stage in STAGES for of in ("families", "people")), "offers"):
                assert told[f"{year}.{name}"] == alone[name], (year, name)
        part = write("yearly", session, office, Period.of_dates(date(2025, 1, 1), date(2025, 3, 31), RIGA), "lv")
        assert part.numbers["2025.returned_supported.families"] == 0
    assert told["2025.returned_supported.families"] == 1


def test_quarters_stand_beside_last_years(lived: Store, office: Office) -> None:
    quarter = Period.of_quarter(2025, 3, RIGA)
    with lived.reading() as session:
        written = write("quarterly", session, office, quarter, "lv")
        alone = write("stages", session, office, quarter, "lv").numbers
    told = written.numbers
    for name in ("contacted.families", "returned_supported.people", "returned_alone.families", "offers", "planning.families"):
        assert told[f"now.{name}"] == told[f"2025-Q3.{name}"] == alone[name]
    assert (told["2024-Q1.returned_supported.families"], told["2024-9M.returned_supported.families"]) == (1, 1)
    assert (told["2025-Q1.inquiries"], told["2025-9M.inquiries"], told["now.inquiries"]) == (1, 5, 1)
    labels = [row[0] for row in written.tables[1].rows]
    assert [one.facts["year"] for one in labels if isinstance(one, Label)] == ["2025"] * 4  # three quarters, nine months
    assert "2025-Q4.offers" not in told


def test_the_four_figures(lived: Store, office: Office) -> None:
    with lived.reading() as session:
        told = write("cumulative", session, office, YEAR, "lv").numbers
        alone = write("stages", session, office, YEAR, "lv").numbers
    assert told["offers"] == alone["all.offers"] == 3
    for name in ("involved", "returned", "planning"):
        for of in ("families", "people"):
            assert told[f"{name}.{of}"] == alone[f"all.{name}.{of}"], name
    assert (told["before.involved.families"], told["before.returned.families"], told["before.offers"]) == (3, 1, 0)


@pytest.mark.parametrize(("day", "before"), [(date(2024, 2, 29), date(2023, 2, 28)), (date(2025, 3, 1), date(2024, 3, 1))])
def test_a_year_before(day: date, before: date) -> None:
    assert spans.year_before(day) == before


def test_the_annex_on_publicity(store: Store, seal: Seal, office: Office) -> None:
    mention(store, 1, "local", PLACE, OTHER)
    mention(store, 2, "national", PLACE)
    mention(store, 3, "national", PLACE, relevant=False)
    mention(store, 4, "national", PLACE, seen=datetime(2024, 6, 1, tzinfo=UTC))
    ask(store, seal, 2)
    ask(store, seal, 6, OTHER)
    ask(store, seal, 9, "Rēzekne")
    at = datetime(2025, 5, 1, tzinfo=UTC)
    with store.transaction() as session:
        receive(session, at, seal, Incoming("form", message_id="nowhere"))
        publish(session, "aB3dE9x", at)  # a campaign of another year, a post of this one
        session.add(Campaign(name="MĀJAS", starts_on=date(2024, 12, 1), ends_on=date(2025, 1, 1), created_at=at))
        session.add(Campaign(name="Paraugs", starts_on=date(2025, 1, 1), created_at=at, is_template=True))
        for published, withdrawn in ((at, None), (at, at), (None, None), (datetime(2024, 1, 1, tzinfo=UTC), None)):
            session.add(Release(made_at=at, made_by="x", published_at=published, withdrawn_at=withdrawn))
    with store.reading() as session:
        written = write("publicity", session, office, YEAR, "lv")
    told = written.numbers
    assert {name: told[name] for name in ("events", "releases", "posts", "mentions", "inquiries", "linked", "unknown")} == {
        "events": 1, "releases": 1, "posts": 1, "mentions": 2, "inquiries": 18, "linked": 0, "unknown": 18,
    }  # fmt: skip
    assert (told["mentions.local"], told["mentions.national"], told["mentions.lv"]) == (1, 1, 2)
    assert (told[f"mentions.place.{PLACE}"], told[f"mentions.place.{OTHER}"]) == (2, 1)
    # Two small ones, of a place and of none: they hide each other, and the rest is told.
    assert f"inquiries.place.{PLACE}" not in told and "inquiries.place." not in told
    assert (told[f"inquiries.place.{OTHER}"], told["inquiries.place.Rēzekne"]) == (6, 9)
