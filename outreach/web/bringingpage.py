"""A table of inquiries on its pages: whose it is, what was said of its columns, what its rows would come to."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import sheets, work
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.tracker.bringing import brought, keeping
from outreach.tracker.bringing.brought import Brought
from outreach.tracker.bringing.columns import Column
from outreach.tracker.bringing.keeping import KEPT, Kept
from outreach.tracker.bringing.rows import Problem, Row
from outreach.tracker.bringing.words import FIELDS
from outreach.tracker.places import read_places
from outreach.web.fields import Choices
from outreach.web.visit import here, me, now
from outreach.work import WorkRow, WorkSeen

KIND = "inquiry_table"
_COLUMN = re.compile(r"c(\d{1,2})")
_GROUP = re.compile(r"g(\d{1,9})")
_LONGEST = 60  # letters of a cell on the page
_WIDE = 22


@dataclass(frozen=True)
class ProblemShown:
    """One thing that is wrong in a row: where, what stands there, and what to do."""

    number: int
    column: str
    value: str = field(repr=False)
    told: str
    refuses: bool


def keep(session: Session, file: str) -> int:
    """Writes down that a table was brought; its number. Its name and its rows are in the sealed file alone."""
    person = me()
    row = WorkRow(
        kind=KIND,
        asked={"file": file},
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


def own(work_id: int) -> WorkSeen:
    """A table that this person brought; else there is none."""
    with here().store.reading() as session:
        row = work.seen(session, work_id)
    if row is None or row.kind != KIND or row.user_id != me().user_id:
        abort(404)
    return row


def held(session: Session, work_id: int) -> WorkRow:
    """The row, held until the transaction ends: whoever presses second comes after the first."""
    query = select(WorkRow).where(WorkRow.id == work_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def begun(facts: Mapping[str, object]) -> tuple[int, int] | None:
    """The batch and the work that a table has become; None while it waits."""
    batch, number = facts.get("batch"), facts.get("work")
    return (batch, number) if isinstance(batch, int) and isinstance(number, int) else None


def opened(row: WorkSeen, moment: datetime) -> Kept:
    """The table; OutreachError `bringing.file.gone` after a day."""
    if moment - row.asked_at > KEPT:
        raise OutreachError("bringing.file.gone")
    return keeping.opened(here().settings.folder, here().seal, str(row.asked["file"]))


def read(kept: Kept, at: datetime, told: dict[int, str] | None) -> Brought:
    """The table as it is understood at that moment."""
    app = here()
    return brought.read(kept.lines, read_places(app.office.places), at, app.settings.zone, told)


def columns_in(given: MultiDict[str, str]) -> dict[int, str] | None:
    """What a person said of the columns: `c0=name&c1=mail`; None where nothing was said."""
    found = ((_COLUMN.fullmatch(name), value) for name, value in given.items())
    return {int(name[1]): value for name, value in found if name and value in {"", *FIELDS}} or None


def groups_in(given: MultiDict[str, str]) -> dict[int, str]:
    """What a person said of groups, by the number of each one's first row."""
    found = ((_GROUP.fullmatch(name), value) for name, value in given.items())
    return {int(name[1]): value for name, value in found if name}


def fields_offered(t: Words) -> Choices:
    """What a column may be taken for."""
    return [("", t("bringing.field.none")), *((name, t(f"bringing.field.{name}")) for name in FIELDS)]


def problems(t: Words, read_: Brought) -> list[ProblemShown]:
    """Everything that is wrong, what refuses a row first."""
    heads = {one.at: one for one in read_.table.columns}
    told = [_shown(t, row, one, heads) for row in read_.rows for one in row.problems]
    return sorted(told, key=lambda one: (not one.refuses, one.number))


def _shown(t: Words, row: Row, problem: Problem, heads: Mapping[int, Column]) -> ProblemShown:
    at = problem.at
    if at is not None:
        value = row.cells[at] if at < len(row.cells) else ""
        column = heads[at].head if at in heads else ""
    else:
        value, column = " · ".join(one for one in row.cells if one), ""
    return ProblemShown(
        row.number,
        column or (t("bringing.column.unnamed", number=at + 1) if at is not None else ""),
        value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…",
        t(problem.key, **problem.facts),
        problem.refuses,
    )


def who(row: Row) -> str:
    """A row in a few words, by which a person knows it."""
    told = [row.incoming.name or "", row.incoming.contact or ""]
    return " · ".join(one for one in told if one) or (row.incoming.text or "")[:_LONGEST]


def refused_table(t: Words, read_: Brought) -> bytes:
    """The rows that cannot be taken, as they stood, with what is wrong: an XLSX that never touches the disk."""
    rows = [row for row in read_.rows if row.refused]
    columns = read_.table.columns
    labels = [one.head or t("bringing.column.unnamed", number=one.at + 1) for one in columns]
    head = sheets.Head(
        t("bringing.refused.title"),
        ((t("bringing.refused.how"), t("bringing.refused.how_told")),),
        (
            sheets.Column(t("bringing.refused.row"), 8),
            *(sheets.Column(label, _WIDE) for label in labels),
            sheets.Column(t("bringing.refused.why"), 60),
        ),
        t("bringing.refused.sheet"),
        len(rows),
    )
    made = io.BytesIO()
    with sheets.written("xlsx", made, head) as write:
        for row in rows:
            told: Sequence[str] = [row.cells[one.at] if one.at < len(row.cells) else "" for one in columns]
            write([row.number, *told, _reasons(t, row, labels)])
    return made.getvalue()


def _reasons(t: Words, row: Row, labels: Sequence[str]) -> str:
    def told(one: Problem) -> str:
        sentence = t(one.key, **one.facts)
        return f"{labels[one.at]}: {sentence}" if one.at is not None and one.at < len(labels) else sentence

    return " ".join(told(one) for one in row.problems if one.refuses)
