"""A quarter, nine months or any other stretch beside the same one a year before; and the year's quarters so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds, local_day
from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written
from outreach.tracker import families, spans
from outreach.tracker.families import Entry
from outreach.tracker.models import Inquiry
from outreach.tracker.offers import counting
from outreach.tracker.offers.counting import Sent

_STAGES = ("contacted", "returned_supported", "returned_alone", "planning")
_OF = ("families", "people")
_ROWS = (
    *(f"contacted.{of}" for of in _OF),
    "offers",
    *(f"{stage}.{of}" for stage in _STAGES[1:] for of in _OF),
    "inquiries",
)
_COLUMNS = ("contacted.families", "offers", *(f"{stage}.families" for stage in _STAGES[1:]), "inquiries")
_HEADS = ("contacted", "offers", "returned_supported", "returned_alone", "planning", "inquiries")


@dataclass
class _Counted:
    """What the report states so far."""

    ever: Sequence[Entry]
    sent: Sequence[Sent]
    asked: Sequence[tuple[int, date]]
    numbers: dict[str, int] = field(default_factory=dict)
    records: dict[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def count(self, prefix: str, first: date, last: date) -> None:
        """Counts all figures of the days `first` to `last` under names that begin with `prefix`."""
        reached = spans.reached_in(self.ever, first, last)
        for stage in _STAGES:
            found = reached[stage]
            self._note(f"{prefix}.{stage}.families", "household", [entry.household_id for entry in found])
            people = sum(entry.people for entry in found)
            self._note(f"{prefix}.{stage}.people", "stage", [entry.stage_id for entry in found], people)
            if stage == "contacted":  # numbers stand in the order of the sentence
                offers = counting.within(self.sent, first, last)
                self._note(f"{prefix}.offers", "stage", counting.records(offers))
        asked = [number for number, day in self.asked if first <= day <= last]
        self._note(f"{prefix}.inquiries", "inquiry", asked)

    def _note(self, name: str, kind: str, found: Iterable[int], count: int | None = None) -> None:
        self.records[name] = tuple(sorted(found))
        self.numbers[name] = len(self.records[name]) if count is None else count
        self.kinds[name] = kind


@dataclass(frozen=True)
class Quarterly:
    """Contacts, offers, returns, plans and inquiries, each beside the year before."""

    kind: ClassVar[str] = "quarterly"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        before = spans.year_before(period.first), spans.year_before(period.last)
        since = day_bounds(min(before[0], date(period.last.year - 1, 1, 1)), period.zone)[0]
        ever = families.entered(session, None, period.last)
        sent = counting.sent(session, ever, period.last)
        counted = _Counted(ever, sent, _asked(session, since, period.moments()[1], period.zone))
        counted.count("now", period.first, period.last)
        counted.count("before", *before)
        year = period.last.year
        tables = (
            _beside(counted.numbers),
            _year(counted, "report.quarterly.quarters", year, period.last),
            _year(counted, "report.quarterly.quarters_before", year - 1, spans.year_before(period.last)),
        )
        told = Label(
            "report.quarterly.sentence",
            {
                "contacted": _families(counted.numbers, "contacted"),
                "offers": Label("report.offers", {"count": counted.numbers["now.offers"]}),
                "supported": _families(counted.numbers, "returned_supported"),
                "alone": _families(counted.numbers, "returned_alone"),
                "planning": _families(counted.numbers, "planning"),
            },
        )
        return Written(
            self.kind, period, language, (told,), tables, counted.numbers, counted.records, counted.kinds
        )


def _families(numbers: Mapping[str, int], stage: str) -> Label:
    people = Label("report.people", {"count": numbers[f"now.{stage}.people"]})
    return Label("report.families", {"count": numbers[f"now.{stage}.families"], "people": people})


def _beside(numbers: Mapping[str, int]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in _ROWS:
        now, before = numbers[f"now.{name}"], numbers[f"before.{name}"]
        rows.append((Label(f"report.quarterly.{name}"), now, before, now - before))
    return Table(
        "report.quarterly.beside",
        ("report.column.what", "report.column.now", "report.column.before", "report.column.change"),
        tuple(rows),
        tuple(("", f"now.{name}", f"before.{name}", "") for name in _ROWS),
    )


def _year(counted: _Counted, title: str, year: int, last: date) -> Table:
    """The quarters of a year that are over by `last`, and its nine months."""
    zone = ZoneInfo("UTC")
    parts = [
        (
            Period.of_quarter(year, number, zone),
            Label("report.quarterly.quarter", {"year": str(year), "quarter": number}),
        )
        for number in (1, 2, 3, 4)
    ]
    nine = Period.of_dates(date(year, 1, 1), date(year, 9, 30), zone)
    parts.insert(3, (nine, Label("report.quarterly.nine_months", {"year": str(year)})))
    rows: list[tuple[Cell, ...]] = []
    named = []
    for period, label in parts:
        if period.last <= last:
            prefix = period.name if period.kind == "quarter" else f"{year}-9M"
            counted.count(prefix, period.first, period.last)
            rows.append((label, *(counted.numbers[f"{prefix}.{name}"] for name in _COLUMNS)))
            named.append(("", *(f"{prefix}.{name}" for name in _COLUMNS)))
    columns = ("report.column.period", *(f"report.column.{name}" for name in _HEADS))
    return Table(title, columns, tuple(rows), tuple(named))


def _asked(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[int, date]]:
    """Numbers of inquiries and the office's days on which they came."""
    rows = session.execute(
        select(Inquiry.id, Inquiry.received_at).where(Inquiry.received_at >= since, Inquiry.received_at < until)
    )
    return [(row.id, local_day(row.received_at, zone)) for row in rows]
