"""A sheet for one municipality: what was written, how many asked, how many families came. Aggregated figures alone.

Figures of families and inquiries under five are not told, nor is the number of people of so few families: in a small
place somebody would know who they are. The office's sums are told elsewhere: where one sheet's figure would follow
from them and from all other sheets, another sheet keeps its own back as well (`outreach.core.smallcells`). What was
published is public and counted as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.charts.chart import Chart, Row
from outreach.core import smallcells
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written
from outreach.tracker import figures, returns
from outreach.tracker.families import Entry
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.places import read_places
from scrapers import place_queries

SMALLEST = smallcells.LEAST
_NOWHERE = ""


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
        reached, hidden = _reached(session, period, known, self.place)
        everywhere = _asked(session, known, since, until)
        asks_hidden = self.place in _hidden({place: [count] for place, count in everywhere.items()})

        numbers: dict[str, int] = {"mentions": sum(map(len, tiers.values()))}
        records: dict[str, tuple[int, ...]] = {"mentions": tuple(sorted(sum(tiers.values(), ())))}
        kinds = {"mentions": "mention"}
        for tier, found in tiers.items():
            name = f"mentions.{tier}"
            numbers[name], records[name], kinds[name] = len(found), found, "mention"
        if not asks_hidden:
            numbers["inquiries"], records["inquiries"], kinds["inquiries"] = len(asked), asked, "inquiry"
        for stage, entries in reached.items():
            if stage not in hidden:
                _count(stage, entries, numbers, records, kinds)
        told: tuple[Label, ...] = (
            Label("report.municipality.mentions", {"place": self.place, "count": numbers["mentions"]}),
            Label("report.municipality.inquiries_few" if asks_hidden else "report.municipality.inquiries",
                  {"place": self.place, "count": 0 if asks_hidden else len(asked), "least": SMALLEST}),
            Label("report.municipality.care", {"least": SMALLEST}),
        )
        tables = (_mentions(tiers), _families(reached, hidden))
        chart = _chart(tiers) if numbers["mentions"] else None
        return Written(self.kind, period, language, told, tables, numbers, records, kinds, chart)


def _reached(
    session: Session, period: Period, known: Collection[str], place: str
) -> tuple[dict[str, list[Entry]], set[str]]:
    """The families of this place by stage, and the stages whose figures its sheet keeps back."""
    home = {
        row.id: row.municipality if row.municipality in known else _NOWHERE
        for row in session.execute(select(Household.id, Household.municipality))
    }
    everywhere = returns.reached(session, period.first, period.last)
    hidden = set()
    for stage, entries in everywhere.items():
        figured: dict[str, list[int]] = {name: [0, 0] for name in (*known, _NOWHERE)}
        for entry in entries:
            there = figured[home.get(entry.household_id, _NOWHERE)]
            there[0] += 1
            there[1] += entry.people
        if place in _hidden(figured):
            hidden.add(stage)
    own = {
        stage: [entry for entry in entries if home.get(entry.household_id) == place]
        for stage, entries in everywhere.items()
    }
    return own, hidden


def _hidden(figured: Mapping[str, Sequence[int]]) -> set[str]:
    """The places whose figures are kept back; the first of each place's figures counts, all follow it. The sums over
    all places are known, so that every figure must have another beside it.
    """
    places = list(figured)
    kept, _ = smallcells.line([figured[place][0] for place in places], total_known=True)
    for further in zip(*(figured[place][1:] for place in places), strict=True):
        kept, _ = smallcells.line(further, 0, also=kept, total_known=True)
    return {places[at] for at in kept}


def _asked(session: Session, known: Collection[str], since: datetime, until: datetime) -> dict[str, int]:
    """How many inquiries are about each place."""
    rows = session.execute(
        select(Inquiry.municipality, func.count().label("number"))
        .where(Inquiry.received_at >= since, Inquiry.received_at < until)
        .group_by(Inquiry.municipality)
    )
    counts = dict.fromkeys((*known, _NOWHERE), 0)
    for row in rows:
        counts[row.municipality if row.municipality in known else _NOWHERE] += row.number
    return counts


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


def _families(reached: Mapping[str, Sequence[Entry]], kept: Collection[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    named = []
    for stage, entries in reached.items():
        hidden = stage in kept
        # One word for all that is kept back: another for small ones would tell which those are.
        told: Cell = Label("report.municipality.hidden") if hidden else len(entries)
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
