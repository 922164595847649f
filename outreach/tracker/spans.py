"""What families did in several spans of time, from one look at the store: years beside years."""

from collections.abc import Iterable, Sequence
from datetime import date

from outreach.tracker.families import HANDED_OVER, Entry
from outreach.tracker.models import RETURNED_STAGES
from outreach.tracker.returns import choose, last_of


def reached_in(ever: Iterable[Entry], first: date, last: date) -> dict[str, list[Entry]]:
    """The families that reached each stage in the days `first` to `last`, of all that `families.entered` has told
    since the beginning; the same as `returns.reached` says of those days.
    """
    known = [entry for entry in ever if entry.entered_on <= last]
    entered = [entry for entry in known if entry.entered_on >= first]
    standing = last_of(known)
    groups = choose(entered, standing)
    return {
        "contacted": last_of(entered, "contacted"),
        "offer_sent": last_of(entered, "offer_sent"),
        "returned_supported": list(groups.returned_supported),
        "returned_alone": list(groups.returned_alone),
        "planning": list(groups.planning),
        "postponed": [one for one in standing if one.stage == "postponed" and one.entered_on >= first],
    }


def since_beginning(ever: Sequence[Entry], last: date) -> dict[str, list[Entry]]:
    """Families up to a day, one an entry each: involved, returned and planning. The fourth figure, the offers, is
    counted apart.
    """
    known = [entry for entry in ever if entry.entered_on <= last]
    return {
        "involved": [entry for entry in last_of(known) if entry.stage != HANDED_OVER],
        "returned": last_of(known, *RETURNED_STAGES),
        "planning": [entry for entry in last_of(known) if entry.stage == "planning"],
    }


def year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
