"""The yearly row owed to the ministry, and the four figures counted from the beginning."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.charts.chart import Chart, Row
from outreach.core.office import Office
from outreach.report import Label, Period, Table, Written
from outreach.tracker import families, returns, spans
from outreach.tracker.families import Entry
from outreach.tracker.models import STAGES
from outreach.tracker.offers import counting


@dataclass(frozen=True)
class Stages:
    """Families and people by stage: reached in the period, and since records began."""

    kind: ClassVar[str] = "stages"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        ever = families.entered(session, None, period.last)
        reached = spans.reached_in(ever, period.first, period.last)
        four = spans.since_beginning(ever, period.last)
        since = {
            "involved": four["involved"],
            "offer_sent": returns.last_of(ever, "offer_sent"),
            "returned": four["returned"],
            "planning": four["planning"],
        }
        offers_ever = counting.sent(session, ever, period.last)
        offers = counting.within(offers_ever, period.first, period.last)
        numbers: dict[str, int] = {"offers": len(offers), "all.offers": len(offers_ever)}
        records: dict[str, tuple[int, ...]] = {
            "offers": counting.records(offers),
            "all.offers": counting.records(offers_ever),
        }
        for prefix, counted in (("", reached), ("all.", since)):
            for name, found in counted.items():
                numbers[f"{prefix}{name}.families"] = len(found)
                numbers[f"{prefix}{name}.people"] = sum(one.people for one in found)
                records[f"{prefix}{name}.families"] = tuple(sorted(one.household_id for one in found))
                records[f"{prefix}{name}.people"] = _stages(found)
        tables = (
            _table("report.stages.period", "", reached, numbers, "tracker.stage"),
            _table("report.stages.all", "all.", since, numbers, "report.stages.row"),
        )
        told = Label("report.stages.offers", {"count": numbers["offers"]})
        kinds = {name: "household" if name.endswith(".families") else "stage" for name in numbers}
        return Written(
            self.kind, period, language, (told,), tables, numbers, records, kinds, _chart(numbers) if ever else None
        )


def _chart(numbers: dict[str, int]) -> Chart:
    """How many families reached each stage in the period."""
    return Chart(
        "bars",
        "report.stages.chart",
        "report.column.stage",
        "report.column.families",
        tuple(Row(f"tracker.stage.{stage}", numbers[f"{stage}.families"]) for stage in STAGES),
        unit="families",
    )


def _stages(entries: Iterable[Entry]) -> tuple[int, ...]:
    return tuple(sorted(entry.stage_id for entry in entries))


def _table(title: str, prefix: str, counted: Collection[str], numbers: dict[str, int], labels: str) -> Table:
    rows = tuple(
        (Label(f"{labels}.{name}"), numbers[f"{prefix}{name}.families"], numbers[f"{prefix}{name}.people"])
        for name in counted
    )
    named = tuple(("", f"{prefix}{name}.families", f"{prefix}{name}.people") for name in counted)
    return Table(title, ("report.column.stage", "report.column.families", "report.column.people"), rows, named)
