"""A sheet for one municipality: what was written, how many asked, how many families came. Aggregated figures alone.

Figures of families and inquiries under five are not told, nor is the number of people of so few families: in a small
place somebody would know who they are. What was published is public and counted as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.charts.chart import Chart, Row
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written
from outreach.tracker import figures, returns
from outreach.tracker.families import Entry
from outreach.tracker.places import read_places
from scrapers import place_queries

SMALLEST = 5


@dataclass(frozen=True)
class Municipality:
    """Mentions by tier, inquiries, families and people by the stage they reached."""

    place: str = ""
    kind: ClassVar[str] = "municipality"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        """OutreachError `report.error.place` for what is none of the office's municipalities."""
        known = read_places(office.places).municipalities
        if self.place not in known:
            raise OutreachError("report.error.place", given=self.place, known=", ".join(known))
        since, until = period.moments()
        tiers = place_queries.by_tier(session, self.place, since, until)
        asked = figures.from_place(session, self.place, since, until)
        reached = returns.reached(session, period.first, period.last, self.place)

        numbers: dict[str, int] = {"mentions": sum(map(len, tiers.values()))}
        records: dict[str, tuple[int, ...]] = {"mentions": tuple(sorted(sum(tiers.values(), ())))}
        kinds = {"mentions": "mention"}
        for tier, found in tiers.items():
            name = f"mentions.{tier}"
            numbers[name], records[name], kinds[name] = len(found), found, "mention"
        if not few(len(asked)):
            numbers["inquiries"], records["inquiries"], kinds["inquiries"] = len(asked), asked, "inquiry"
        for stage, entries in reached.items():
            if not few(len(entries)):
                _count(stage, entries, numbers, records, kinds)
        told: tuple[Label, ...] = (
            Label("report.municipality.mentions", {"place": self.place, "count": numbers["mentions"]}),
            Label("report.municipality.inquiries_few" if few(len(asked)) else "report.municipality.inquiries",
                  {"place": self.place, "count": 0 if few(len(asked)) else len(asked), "least": SMALLEST}),
            Label("report.municipality.care", {"least": SMALLEST}),
        )
        tables = (_mentions(tiers), _families(reached))
        chart = _chart(tiers) if numbers["mentions"] else None
        return Written(self.kind, period, language, told, tables, numbers, records, kinds, chart)


def few(count: int) -> bool:
    """Whether a figure about families is too small to be told; none at all gives nobody away."""
    return 0 < count < SMALLEST


def _count(
    stage: str,
    entries: Sequence[Entry],
    numbers: dict[str, int],
    records: dict[str, tuple[int, ...]],
    kinds: dict[str, str],
) -> None:
    families, people = f"{stage}.families", f"{stage}.people"
    numbers[families], kinds[families] = len(entries), "household"
    records[families] = tuple(sorted(entry.household_id for entry in entries))
    numbers[people], kinds[people] = sum(entry.people for entry in entries), "stage"
    records[people] = tuple(sorted(entry.stage_id for entry in entries))


def _mentions(tiers: Mapping[str, tuple[int, ...]]) -> Table:
    rows = tuple((Label(f"report.tier.{tier}"), len(found)) for tier, found in tiers.items())
    named = tuple(("", f"mentions.{tier}") for tier in tiers)
    return Table("report.municipality.by_tier", ("report.column.tier", "report.column.mentions"), rows, named)


def _families(reached: Mapping[str, Sequence[Entry]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    named = []
    for stage, entries in reached.items():
        hidden = few(len(entries))
        told: Cell = Label("report.municipality.few", {"least": SMALLEST}) if hidden else len(entries)
        people: Cell = Label("report.municipality.hidden") if hidden else sum(entry.people for entry in entries)
        rows.append((Label(f"tracker.stage.{stage}"), told, people))
        named.append(("", "", "") if hidden else ("", f"{stage}.families", f"{stage}.people"))
    columns = ("report.column.stage", "report.column.families", "report.column.people")
    return Table("report.municipality.by_stage", columns, tuple(rows), tuple(named))


def _chart(tiers: Mapping[str, tuple[int, ...]]) -> Chart:
    return Chart(
        "bars",
        "report.municipality.by_tier",
        "report.column.tier",
        "report.column.mentions",
        tuple(Row(f"report.tier.{tier}", len(found)) for tier, found in tiers.items()),
        unit="mentions",
    )
