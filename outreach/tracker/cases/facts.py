"""What the office knows of a family without its words: where to, where from, languages, topics, right to a grant."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families
from outreach.tracker.models import Household
from outreach.tracker.same import marking


@dataclass(frozen=True)
class Facts:
    """Countries as codes or names, the last one they lived in first; languages of `families.LANGUAGES`, topics of the
    closed list. `eligible_for_grant` None: not known.
    """

    municipality: str | None
    countries: tuple[str, ...]
    eligible_for_grant: bool | None
    languages: tuple[str, ...]
    topics: tuple[str, ...]


def of(row: Household) -> Facts:
    """The facts of a record."""
    return Facts(
        row.municipality, tuple(row.countries), row.eligible_for_grant, tuple(row.languages), tuple(row.topics)
    )


def change(session: Session, now: datetime, actor: str, seal: Seal, household_id: int, facts: Facts) -> bool:
    """Takes the facts for the family's; False if they are the same. What was counted stays so.

    OutreachError as `families.held` and `families.checked`.
    """
    row = families.held(session, household_id)
    codes = families.checked(facts.municipality, facts.countries, facts.languages, facts.topics)
    told = Facts(
        facts.municipality,
        tuple(codes),
        facts.eligible_for_grant,
        tuple(dict.fromkeys(facts.languages)),
        tuple(dict.fromkeys(facts.topics)),
    )
    before = of(row)
    if told == before:
        return False
    row.municipality, row.countries = told.municipality, list(told.countries)
    row.eligible_for_grant = told.eligible_for_grant
    row.languages, row.topics = list(told.languages), list(told.topics)
    if told.countries[:1] != before.countries[:1]:
        _mark(session, seal, row)
    audit.write(session, now, actor, "change", "household", household_id)
    return True


def eligible(session: Session) -> dict[bool | None, int]:
    """How many families have a right to a grant, have none, or nobody knows (None). Not the same as being
    counted: every family is.
    """
    wanted = select(Household.eligible_for_grant, func.count()).where(Household.merged_into.is_(None))
    found = dict.fromkeys((True, False, None), 0)
    for answer, number in session.execute(wanted.group_by(Household.eligible_for_grant)):
        found[answer] = number
    return found


def _mark(session: Session, seal: Seal, row: Household) -> None:
    """Telephone numbers without a country's prefix are read by the rules of where they live: new marks are made."""
    opened = {
        column: seal.open(sealed, families.sealed_place(column, row.token)) if sealed else ""
        for column, sealed in (("name", row.name_sealed), ("note", row.note_sealed))
    }
    country = row.countries[0] if row.countries else None
    marking.of_household(
        session, seal, row.id, row.token, marking.Told(opened["name"], opened["note"], country)
    )
