"""The four figures counted from the beginning: offers, families involved, returned, planning; and a year ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written
from outreach.tracker import families, spans
from outreach.tracker.families import Entry
from outreach.tracker.offers import counting

_FOUR = ("offers", "involved", "returned", "planning")


@dataclass(frozen=True)
class Cumulative:
    """Up to the period's last day, beside the same day a year before."""

    kind: ClassVar[str] = "cumulative"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        ever = families.entered(session, None, period.last)
        before_last = spans.year_before(period.last)
        now, then = spans.since_beginning(ever, period.last), spans.since_beginning(ever, before_last)
        sent = counting.sent(session, ever, period.last)
        sent_before = counting.within(sent, None, before_last)
        numbers: dict[str, int] = {}
        records: dict[str, tuple[int, ...]] = {}
        kinds: dict[str, str] = {}
        rows: list[tuple[Cell, ...]] = []
        named = []
        for name in _FOUR:
            count = name if name == "offers" else f"{name}.families"
            people, before = f"{name}.people", f"before.{count}"
            if name == "offers":
                records[count], records[before] = counting.records(sent), counting.records(sent_before)
                kinds[count] = kinds[before] = "stage"
                numbers[count] = len(records[count])
            else:
                records[count], records[before] = _families(now[name]), _families(then[name])
                kinds[count] = kinds[before] = "household"
                numbers[count] = len(records[count])
                numbers[people] = sum(entry.people for entry in now[name])
                records[people], kinds[people] = _entries(now[name]), "stage"
            numbers[before] = len(records[before])
            rows.append(
                (
                    Label(f"report.cumulative.{name}"),
                    numbers[count],
                    numbers.get(people),
                    numbers[before],
                    numbers[count] - numbers[before],
                )
            )
            named.append(("", count, people if people in numbers else "", before, ""))
        columns = ("count", "people", "before", "change")
        table = Table(
            "report.cumulative.title",
            ("report.column.what", *(f"report.column.{name}" for name in columns)),
            tuple(rows),
            tuple(named),
        )
        return Written(self.kind, period, language, (_sentence(numbers),), (table,), numbers, records, kinds)


def _sentence(numbers: Mapping[str, int]) -> Label:
    told: dict[str, Cell] = {"offers": Label("report.offers", {"count": numbers["offers"]})}
    for name in _FOUR[1:]:
        people = Label("report.people", {"count": numbers[f"{name}.people"]})
        told[name] = Label("report.families", {"count": numbers[f"{name}.families"], "people": people})
    return Label("report.cumulative.sentence", told)


def _families(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sorted(entry.household_id for entry in entries))


def _entries(entries: Sequence[Entry]) -> tuple[int, ...]:
    return tuple(sorted(entry.stage_id for entry in entries))
