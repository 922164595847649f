"""A table of a plan between its look and its planning: kept an hour under a number, for whoever brought it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns.timing.checking import Judged
from campaigns.timing.tabling import Made
from outreach import plansheet, work
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.web.visit import here, me, now
from outreach.work import WorkRow, WorkSeen

KIND = "plan_table"
# Twelve columns beside each other nobody reads: what belongs together stands together.
GROUPS = {
    "post": ("title", "text", "link", "picture", "story"),
    "where": ("campaign", "language", "channels"),
    "when": ("day", "hour", "clock", "until"),
}
SHOWS = ("all", "wrong", "warned", "good", "there")
_KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class CellShown:
    """What stands in a cell, and what is wrong with it: pairs of a sentence and whether it only warns."""

    name: str
    value: str
    told: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class RowShown:
    """A row of the look."""

    number: int
    state: str
    groups: tuple[tuple[str, tuple[CellShown, ...]], ...]
    told: tuple[tuple[str, bool], ...]  # of the whole row


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
    """The bytes that were brought; OutreachError `plantable.gone` after an hour, or where they are not there."""
    try:
        path = work.upload(here(), str(row.asked["file"]))
    except OutreachError as error:
        raise OutreachError("plantable.gone") from error
    data = path.read_bytes()
    if moment - row.asked_at > _KEPT or hashlib.sha256(data).hexdigest() != row.asked["hash"]:
        raise OutreachError("plantable.gone")
    return data


def forget(row: WorkSeen) -> None:
    """Throws the file away."""
    name = str(row.asked["file"])
    if Path(name).name == name:
        (work.folder(here()) / name).unlink(missing_ok=True)


def held(session: Session, work_id: int) -> WorkRow:
    """The row, held until the transaction ends: whoever presses second comes after the first."""
    query = select(WorkRow).where(WorkRow.id == work_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def made_of(facts: Mapping[str, object]) -> Made | None:
    """What became of the table; None while nothing has."""
    posts, deliveries = facts.get("posts"), facts.get("deliveries")
    if not isinstance(posts, list) or not isinstance(deliveries, list):
        return None
    return Made(tuple(posts), tuple(deliveries))


def note(session: Session, work_id: int, **facts: object) -> None:
    """Writes down what became of the table."""
    session.execute(update(WorkRow).where(WorkRow.id == work_id).values(told_facts=facts))


def mark(rows: Sequence[Judged]) -> str:
    """A short mark of what was shown: what is planned is what somebody has seen."""
    told = [(one.row.number, one.state, one.post_id, one.going) for one in rows]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def shown(t: Words, one: Judged) -> RowShown:
    """A row in words."""
    told: dict[str, list[tuple[str, bool]]] = {}
    for problem in one.problems:
        told.setdefault(problem.column, []).append((plansheet.said(t, problem), problem.warning))
    groups = tuple(
        (
            group,
            tuple(
                CellShown(name, one.row.typed[name], tuple(told.get(name, ())))
                for name in names
                if one.row.typed[name] or name in told
            ),
        )
        for group, names in GROUPS.items()
    )
    return RowShown(one.row.number, one.state, groups, tuple(told.get("", ())))
