"""A file of contacts between its look and its taking: kept an hour under a number, for whoever brought it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach import work
from outreach.core.errors import OutreachError
from outreach.pressroom.contacts.judging import Taken
from outreach.web.visit import here, me, now
from outreach.work import WorkRow, WorkSeen

KIND = "contact_file"
_KEPT = timedelta(hours=1)


def keep(session: Session, data: bytes, name: str, file: str) -> int:
    """Writes down that this file was brought; its number."""
    person = me()
    row = WorkRow(
        kind=KIND,
        asked={"file": file, "name": name, "hash": hashlib.sha256(data).hexdigest()},
        user_id=person.user_id,
        actor=person.actor,
        language=person.language,
        # There is nothing to run: whoever brought it says what becomes of it.
        state="done",
        asked_at=now(),
        ended_at=now(),
        told_facts={},
    )
    session.add(row)
    session.flush()
    return row.id


def data_of(row: WorkSeen, moment: datetime) -> bytes:
    """The bytes that were brought; OutreachError `contacts.file.gone` after an hour, or where they are not there."""
    try:
        data = work.upload(here(), str(row.asked["file"])).read_bytes()
    except OutreachError as error:
        raise OutreachError("contacts.file.gone") from error
    if moment - row.asked_at > _KEPT or hashlib.sha256(data).hexdigest() != row.asked["hash"]:
        raise OutreachError("contacts.file.gone")
    return data


def taken_of(facts: Mapping[str, object]) -> Taken | None:
    """What became of the file; None while nothing has."""
    added, filled, skipped = facts.get("added"), facts.get("filled"), facts.get("skipped")
    if not isinstance(added, list) or not isinstance(filled, list) or not isinstance(skipped, int):
        return None
    return Taken(tuple(added), tuple(filled), skipped)


def noted(taken: Taken) -> dict[str, object]:
    """What became of it, as the row keeps it."""
    return {"added": list(taken.added), "filled": list(taken.filled), "skipped": taken.skipped}
