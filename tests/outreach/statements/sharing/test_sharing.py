"""Figures between offices: what a file says and hides, what is brought in, and regions beside each other."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach.core import smallcells
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Period
from outreach.statements import freezing
from outreach.statements.sharing import comparing, document, keeping
from outreach.statements.sharing.document import Shared
from outreach.statements.sharing.figures import FIGURES, suppressed
from outreach.statements.sharing.models import SharedFigures
from outreach.tracker import families
from outreach.tracker.families import Family
from tests.outreach.rooms import NOW, RIGA, office, seal

__all__ = ["office", "seal"]

YEAR = Period.of_year(2025, RIGA)
GIVEN = datetime(2026, 1, 12, 8, tzinfo=UTC)
# What Vidzeme's office made public of 2025.
PUBLIC = {
    "contacted.families": 179, "contacted.people": 455, "offers": 170, "offer_sent.people": 471, "planning.families": 76,
    "returned_supported.families": 78, "returned_supported.people": 258, "returned_alone.families": 70, "returned_alone.people": 211,
}  # fmt: skip
VIDZEME = Shared("vidzeme", {"lv": "Vidzeme", "en": "Vidzeme", "ru": "Видземе"}, "stages", date(2025, 1, 1), date(2025, 12, 31), 1, PUBLIC, GIVEN)


def bring(store: Store, office: Office, told: Shared) -> bool:
    with store.transaction() as session:
        return keeping.bring(session, NOW, "astra", office, told)


def altered(**changed: Any) -> bytes:
    """A file whose sum fits what it says, whatever that is."""
    plain = json.loads(document.written(VIDZEME))
    del plain["sum"]
    plain |= changed
    return json.dumps({**plain, "sum": document._sum(plain)}).encode()


def test_a_file_says_what_was_given_out() -> None:
    data = document.written(VIDZEME)
    assert document.read(data) == VIDZEME
    assert data == document.written(VIDZEME)
    assert document.file_name(VIDZEME) == "figures-vidzeme-stages-2025-01-01_2025-12-31-v1.json"


@pytest.mark.parametrize(("old", "new"), [(b"179", b"180"), (b'"version": 1', b'"version": 2'), (b"Vidzeme", b"Kurzeme"), (b'"sum"', b'"sam"')])
def test_a_file_that_was_changed_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(OutreachError) as error:
        document.read(document.written(VIDZEME).replace(old, new, 1))
    assert error.value.key == "regions.error.sum"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"null", b"[" * 100_000, b"\xff", b"x" * 70_000, b'{"format": "outreach-figures", "edition": 1, "x": NaN}',
        altered(office="../x"), altered(region={}), altered(region={"lv": "x" * 81}), altered(region={"lv": "a\nb"}), altered(report="outreach"), altered(version=0),
        altered(version=True), altered(version="1"), altered(period={"first": "2025-12-31", "last": "2025-01-01"}), altered(period={"first": "0001-01-01", "last": "2025-01-01"}),
        altered(period=[]), altered(numbers={}), altered(numbers=[1]), altered(given_at="2026-01-01"), altered(given_at=5), altered(numbers={"strange": 7}),
    ],
    ids=range(24),
)  # fmt: skip
def test_what_is_no_file_of_figures_is_said_so(data: bytes) -> None:
    with pytest.raises(OutreachError) as error:
        document.read(data)
    assert error.value.key in {"regions.error.file", "regions.error.sum"}


@pytest.mark.parametrize("value", [-1, 1.5, "7", True, 10**9, [], {}])
def test_a_figure_that_cannot_be_is_named(value: object) -> None:
    with pytest.raises(OutreachError) as error:
        document.read(altered(numbers={"offers": value}))
    assert (error.value.key, error.value.facts["name"]) == ("regions.error.number", "offers")


def test_small_figures_that_another_office_let_through_are_not_kept() -> None:
    assert document.read(altered(numbers={"offers": 3, "contacted.families": 0})).numbers == {"offers": None, "contacted.families": 0}
    with pytest.raises(OutreachError) as error:
        document.read(altered(edition=2))
    assert error.value.key == "regions.error.newer"


COUNTS = st.integers(0, 12)


@given(st.fixed_dictionaries(dict.fromkeys(FIGURES, COUNTS)))
def test_no_small_figure_is_told_nor_found_from_the_others(stated: dict[str, int]) -> None:
    told = suppressed(stated)
    assert list(told) == list(FIGURES)
    assert not any(value is not None and smallcells.few(value) for value in told.values())
    assert all(value is None or value == stated[name] for name, value in told.items())
    for of in ("families", "people"):
        pair = [told[f"{stage}.{of}"] for stage in ("returned_supported", "returned_alone")]
        # Whoever knows how many returned in all finds no single one of them.
        assert pair.count(None) in {0, 2}
    for first, second in (("contacted.families", "contacted.people"), ("offers", "offer_sent.people"), ("planning.families", "planning.people")):
        assert (told[first] is None) == (told[second] is None)


def test_large_figures_are_told() -> None:
    assert suppressed(PUBLIC) == PUBLIC
    assert suppressed({"planning.families": 0, "planning.people": 0}) == {"planning.families": 0, "planning.people": 0}


def test_figures_are_brought_in_once_and_a_newer_version_is_shown(store: Store, office: Office) -> None:
    assert bring(store, office, VIDZEME)
    assert not bring(store, office, VIDZEME)
    with pytest.raises(OutreachError) as error:
        bring(store, office, replace(VIDZEME, numbers={**PUBLIC, "offers": 171}))
    assert error.value.key == "regions.error.differs"
    newer = replace(VIDZEME, version=2, numbers={**PUBLIC, "offers": 171})
    assert bring(store, office, newer)
    assert not bring(store, office, VIDZEME)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(SharedFigures)) == 2
        [region] = comparing.compare(session, office, YEAR).regions
        assert (region.numbers["offers"], region.sources[0].version) == (171, 2)
    for own in (replace(VIDZEME, office="latgale"), replace(VIDZEME, name={"lv": "latgale"})):
        with pytest.raises(OutreachError) as error:
            bring(store, office, own)
        assert error.value.key == "regions.error.own"


def test_regions_stand_beside_ours_and_who_is_missing_is_named(store: Store, seal: Seal, office: Office, texts: Texts) -> None:
    with store.transaction() as session:
        for number in range(9):
            home = families.add(session, NOW, seal, Family(2, 1))
            families.enter(session, NOW, home, "contacted", date(2025, 2, 1))
            families.enter(session, NOW, home, "returned_supported" if number < 7 else "returned_alone", date(2025, 6, 1))
        made = freezing.publish(session, NOW, texts, "stages", YEAR, office, "astra")
        freezing.publish(session, NOW, texts, "cumulative", YEAR, office, "astra")
        results = freezing.publish(session, NOW, texts, "results", YEAR, office, "astra")
        yearly = freezing.publish(session, NOW, texts, "yearly", YEAR, office, "astra")
    shared = document.shared(made, office)
    assert (shared.office, shared.name["ru"], shared.version) == ("latgale", "Латгалия", 1)
    # Two families returned by themselves: both kinds of return are kept back.
    hidden = dict.fromkeys(f"{stage}.{of}" for stage in ("returned_supported", "returned_alone") for of in ("families", "people"))
    assert shared.numbers.items() >= {**hidden, "contacted.families": 9, "contacted.people": 27, "offers": 0}.items()
    assert document.shared(results, office).numbers.items() >= hidden.items()
    assert {name: value for name, value in document.shared(yearly, office).numbers.items() if name != "offer_sent.people"} == {
        name: value for name, value in shared.numbers.items() if name != "offer_sent.people"
    }
    assert document.read(document.written(shared)).numbers == shared.numbers

    bring(store, office, VIDZEME)
    bring(store, office, replace(VIDZEME, office="riga", name={"lv": "Rīga"}, kind="results", numbers={"planning.families": 12}))
    with store.reading() as session:
        compared = comparing.compare(session, office, YEAR)
        assert [one.name for one in comparing.periods(session, RIGA)] == ["2025"]
    assert [(one.called("en"), one.is_own) for one in compared.regions] == [("Latgale", True), ("Rīga", False), ("Vidzeme", False)]
    assert [name["lv"] for name in compared.missing] == ["Kurzeme", "Zemgale"]
    assert compared.regions[0].numbers == shared.numbers
    assert "offers" not in compared.regions[1].numbers
    chart = comparing.chart(compared, "returned_supported.families", "lv")
    assert [(row.at, row.value) for row in chart.rows] == [("Latgale", None), ("Rīga", None), ("Vidzeme", 78)]
    assert chart.emphasis == "Latgale"


def test_reports_of_one_office_fill_each_other(store: Store, office: Office) -> None:
    bring(store, office, replace(VIDZEME, numbers={"offers": 170, "planning.families": None}))
    bring(store, office, replace(VIDZEME, kind="results", numbers={"planning.families": 76, "returned_alone.families": 70}))
    with store.reading() as session:
        [region] = comparing.compare(session, office, YEAR).regions
    # What is kept back in one report does not come out by another.
    assert region.numbers == {"offers": 170, "planning.families": None, "returned_alone.families": 70}
    assert [one.kind for one in region.sources] == ["stages", "results"]


def test_what_states_no_such_figures_is_not_shared(store: Store, seal: Seal, office: Office, texts: Texts) -> None:
    with store.transaction() as session:
        families.enter(session, NOW, families.add(session, NOW, seal, Family(2)), "contacted", date(2025, 2, 1))
        made = freezing.publish(session, NOW, texts, "cumulative", YEAR, office, "astra")
    with pytest.raises(OutreachError) as error:
        document.shared(made, office)
    assert error.value.key == "regions.error.kind"


@pytest.mark.parametrize("period", [YEAR, Period.of_quarter(2025, 2, RIGA), Period.of_dates(date(2025, 1, 1), date(2025, 9, 30), RIGA)])
def test_two_days_are_the_period_they_are(period: Period) -> None:
    assert comparing.span(period.first, period.last, RIGA) == period
