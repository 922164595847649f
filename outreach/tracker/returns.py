"""Who returned in a period and who plans to: three groups that share no family."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from outreach.tracker import families
from outreach.tracker.families import Entry
from outreach.tracker.models import RETURNED_STAGES

GROUPS = ("returned_supported", "returned_alone", "planning")


@dataclass(frozen=True)
class Groups:
    """Each family in one group at most, with the entry it is counted by."""

    returned_supported: tuple[Entry, ...]
    returned_alone: tuple[Entry, ...]
    planning: tuple[Entry, ...]

    def of(self, name: str) -> tuple[Entry, ...]:
        """The group of that name, one of `GROUPS`."""
        by_name = {
            "returned_supported": self.returned_supported,
            "returned_alone": self.returned_alone,
            "planning": self.planning,
        }
        return by_name[name]


def gather(session: Session, first: date, last: date) -> Groups:
    """The three groups of the days `first` to `last`, both included."""
    return choose(families.entered(session, first, last), families.current(session, last))


def reached(session: Session, first: date, last: date, place: str | None = None) -> dict[str, list[Entry]]:
    """The families that reached each stage in those days, each by its last entry; in `place` alone if told so.

    Who plans and whose case is postponed is asked at the period's end; a postponed case counts if it became so in
    the period. One family may stand in several stages.
    """
    entered = families.entered(session, first, last, place)
    standing = families.current(session, last, place=place)
    groups = choose(entered, standing)
    return {
        "contacted": last_of(entered, "contacted"),
        "offer_sent": last_of(entered, "offer_sent"),
        "returned_supported": list(groups.returned_supported),
        "returned_alone": list(groups.returned_alone),
        "planning": list(groups.planning),
        "postponed": [one for one in standing if one.stage == "postponed" and one.entered_on >= first],
    }


def last_of(entries: Iterable[Entry], *stages: str) -> list[Entry]:
    """The last entry of each family into one of `stages` (any, without)."""
    last: dict[int, Entry] = {}
    for entry in sorted(entries, key=lambda one: (one.entered_on, one.stage_id)):
        if not stages or entry.stage in stages:
            last[entry.household_id] = entry
    return list(last.values())


def choose(entered: Iterable[Entry], standing: Iterable[Entry]) -> Groups:
    """Each family once: by the last return it made in the period, else among those who plan at the period's
    end.
    """
    returned: dict[int, Entry] = {}
    for entry in sorted(entered, key=lambda one: (one.entered_on, one.stage_id)):
        if entry.stage in RETURNED_STAGES:
            returned[entry.household_id] = entry
    plans = (entry for entry in standing if entry.stage == "planning" and entry.household_id not in returned)
    return Groups(
        tuple(entry for entry in returned.values() if entry.stage == "returned_supported"),
        tuple(entry for entry in returned.values() if entry.stage == "returned_alone"),
        tuple(plans),
    )
