"""The ministry's row, year by year: families and people by the stage they reached, and the offers sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written
from outreach.tracker import families, spans
from outreach.tracker.families import Entry
from outreach.tracker.models import STAGES
from outreach.tracker.offers import counting

_MOST = 10
_COLUMNS = tuple(f"report.column.{stage}" for stage in STAGES)


@dataclass(frozen=True)
class Yearly:
    """A row a year, up to the one in which the period ends; that one is counted to the period's last day."""

    kind: ClassVar[str] = "yearly"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        ever = families.entered(session, None, period.last)
        sent = counting.sent(session, ever, period.last)
        days = (*(entry.entered_on for entry in ever), *(one.day for one in sent))
        begun = min((day.year for day in days), default=period.last.year)
        years = range(period.last.year, max(begun, period.last.year - _MOST + 1) - 1, -1)
        numbers: dict[str, int] = {}
        records: dict[str, tuple[int, ...]] = {}
        kinds: dict[str, str] = {}
        for year in years:
            first, last = date(year, 1, 1), min(date(year, 12, 31), period.last)
            for stage, found in spans.reached_in(ever, first, last).items():
                _count(f"{year}.{stage}", found, numbers, records, kinds)
                if stage == "contacted":  # numbers stand in the order of the sentence
                    offers = counting.within(sent, first, last)
                    numbers[f"{year}.offers"], records[f"{year}.offers"] = len(offers), counting.records(offers)
                    kinds[f"{year}.offers"] = "stage"
        tables = (
            _table("report.yearly.families", "families", years, period.last, numbers, offers=True),
            _table("report.yearly.people", "people", years, period.last, numbers, offers=False),
        )
        told = _sentences(str(period.last.year), numbers)
        return Written(self.kind, period, language, told, tables, numbers, records, kinds)


def _sentences(year: str, numbers: Mapping[str, int]) -> tuple[Label, ...]:
    def families_of(stage: str) -> Label:
        people = Label("report.people", {"count": numbers[f"{year}.{stage}.people"]})
        return Label("report.families", {"count": numbers[f"{year}.{stage}.families"], "people": people})

    offers = Label("report.offers", {"count": numbers[f"{year}.offers"]})
    return (
        Label(
            "report.yearly.sentence",
            {
                "year": year,
                "contacted": families_of("contacted"),
                "offers": offers,
                "supported": families_of("returned_supported"),
                "alone": families_of("returned_alone"),
                "planning": families_of("planning"),
            },
        ),
    )


def _count(
    name: str,
    found: Iterable[Entry],
    numbers: dict[str, int],
    records: dict[str, tuple[int, ...]],
    kinds: dict[str, str],
) -> None:
    entries = list(found)
    numbers[f"{name}.families"], numbers[f"{name}.people"] = len(entries), sum(one.people for one in entries)
    records[f"{name}.families"] = tuple(sorted(one.household_id for one in entries))
    records[f"{name}.people"] = _entries(entries)
    kinds[f"{name}.families"], kinds[f"{name}.people"] = "household", "stage"


def _entries(found: Iterable[Entry]) -> tuple[int, ...]:
    return tuple(sorted(one.stage_id for one in found))


def _table(
    title: str, of: str, years: range, last: date, numbers: Mapping[str, int], *, offers: bool
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    named = []
    for year in years:
        names = [f"{year}.{stage}.{of}" for stage in STAGES] + ([f"{year}.offers"] if offers else [])
        rows.append((_year(year, last), *(numbers[name] for name in names)))
        named.append(("", *names))
    columns = ("report.column.year", *_COLUMNS, *(("report.column.offers",) if offers else ()))
    return Table(title, columns, tuple(rows), tuple(named))


def _year(year: int, last: date) -> Cell:
    if year == last.year and last < date(year, 12, 31):
        return Label("report.yearly.part", {"year": str(year), "day": f"{last:%d.%m}."})
    return str(year)
