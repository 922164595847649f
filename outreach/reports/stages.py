"""The yearly row owed to the ministry, and the four figures counted from the beginning."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.core.office import Office
from outreach.report import Label, Period, Table, Written
from outreach.tracker import families
from outreach.tracker.families import Entry
from outreach.tracker.models import RETURNED_STAGES
from outreach.tracker.returns import gather


@dataclass(frozen=True)
class Stages:
    """Families and people by stage: reached in the period, and since records began."""

    kind: ClassVar[str] = "stages"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        entered = families.entered(session, period.first, period.last)
        groups = gather(session, period.first, period.last)
        ever = families.entered(session, None, period.last)
        reached = {
            "contacted": _last(entered, "contacted"),
            "offer_sent": _last(entered, "offer_sent"),
            "returned_supported": list(groups.returned_supported),
            "returned_alone": list(groups.returned_alone),
            "planning": list(groups.planning),
            "postponed": [
                one for one in families.current(session, period.last, ("postponed",)) if one.entered_on >= period.first
            ],
        }
        since = {
            "involved": _last(ever),
            "offer_sent": _last(ever, "offer_sent"),
            "returned": _last(ever, *RETURNED_STAGES),
            "planning": families.current(session, period.last, ("planning",)),
        }
        offers = [one for one in entered if one.stage == "offer_sent"]
        offers_ever = [one for one in ever if one.stage == "offer_sent"]
        numbers: dict[str, int] = {"offers": len(offers), "all.offers": len(offers_ever)}
        records: dict[str, tuple[int, ...]] = {
            "offers": _stages(offers),
            "all.offers": _stages(offers_ever),
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
        return Written(self.kind, period, language, (told,), tables, numbers, records)


def _last(entries: Iterable[Entry], *stages: str) -> list[Entry]:
    """The last entry of each family into one of `stages` (any, without)."""
    last: dict[int, Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.entered_on, one.stage_id)):
        if not stages or entry.stage in stages:
            last[entry.household_id] = entry
    return list(last.values())


def _stages(entries: Iterable[Entry]) -> tuple[int, ...]:
    return tuple(sorted(entry.stage_id for entry in entries))


def _table(title: str, prefix: str, counted: Iterable[str], numbers: dict[str, int], labels: str) -> Table:
    rows = tuple(
        (Label(f"{labels}.{name}"), numbers[f"{prefix}{name}.families"], numbers[f"{prefix}{name}.people"])
        for name in counted
    )
    return Table(title, ("report.column.stage", "report.column.families", "report.column.people"), rows)
