"""A family's own words, changed: its name and what the office noted of it. Sealed anew; the wording before is gone."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families
from outreach.tracker.privacy import OpenedFamily
from outreach.tracker.same import marking


def change(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, name: str, note: str, seen: str
) -> bool:
    """Takes name and note over (empty: none); False if they are the same. `seen` is `fingerprint` of what the person
    had before them.

    OutreachError as `families.held`, `cases.error.words_erased` for a family whose words were erased,
    `cases.error.meanwhile` where somebody else has changed them since.
    """
    row = families.held(session, household_id)
    if row.erased_at is not None:
        raise OutreachError("cases.error.words_erased", household_id=household_id)
    before = OpenedFamily(
        *(
            seal.open(sealed, families.sealed_place(column, row.token)) if sealed else ""
            for column, sealed in (("name", row.name_sealed), ("note", row.note_sealed))
        )
    )
    told = OpenedFamily(name.strip(), note.strip())
    if told == before:
        return False
    if seen != fingerprint(seal, before):
        raise OutreachError("cases.error.meanwhile", household_id=household_id)
    row.name_sealed = seal.close(told.name, families.sealed_place("name", row.token)) if told.name else None
    row.note_sealed = seal.close(told.note, families.sealed_place("note", row.token)) if told.note else None
    country = row.countries[0] if row.countries else None
    marking.of_household(session, seal, row.id, row.token, marking.Told(told.name, told.note, country))
    audit.write(session, now, actor, "change", "household", household_id)
    return True


def fingerprint(seal: Seal, words: OpenedFamily) -> str:
    """Tells one wording from another without saying anything of either: it stands in a form."""
    told = f"family words {len(words.name)}:{words.name}{words.note}"
    return hmac.new(seal.sign_key("form"), told.encode(), hashlib.sha256).hexdigest()[:32]
