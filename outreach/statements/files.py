"""A statement as a file: plain text, XLSX, PDF or DOCX."""

from collections.abc import Collection
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import Texts, Words
from outreach.statements import naming, paper, planning
from outreach.statements.planning import Beside
from outreach.statements.reading import StatementSeen
from outreach.statements.workbook import Behind, workbook
from outreach.tracker.models import Stage

Shape = Literal["txt", "xlsx", "pdf", "docx"]
SHAPES: tuple[str, ...] = get_args(Shape)
# Records of families and inquiries: the coordinator's alone.
PRIVATE = frozenset({"household", "stage", "inquiry"})
PUBLIC = frozenset({"mention", "story", "event", "release", "post"})
_STEP = 5000  # a store takes only so many values in one question


def beside(session: Session, texts: Texts, given: StatementSeen, office: Office, zone: ZoneInfo) -> tuple[Beside, ...]:
    """Plan, actual and a year before, for the workbook; none where nothing can be planned."""
    period = given.line.span(zone)
    if not planning.plannable(given.figures):
        return ()
    planned = planning.plans(session, given.line.kind, period)
    earlier = planning.last_year(session, texts, given.line.kind, period, office)
    return planning.beside(given.figures, planned, earlier)


def people(session: Session, given: StatementSeen) -> dict[int, int]:
    """How many people each entry of a stage counts for, of all entries behind the statement."""
    wanted = sorted({one for name, found in given.figures.records.items() if name.endswith(".people") for one in found})
    told: dict[int, int] = {}
    for start in range(0, len(wanted), _STEP):
        rows = session.execute(select(Stage.id, Stage.people).where(Stage.id.in_(wanted[start : start + _STEP])))
        told |= {row.id: row.people for row in rows}
    return told


def made(
    shape: str,
    given: StatementSeen,
    office: Office,
    zone: ZoneInfo,
    t: Words,
    *,
    kinds: Collection[str],
    counts: dict[int, int],
    planned: tuple[Beside, ...],
) -> bytes:
    """The file in the language of `t`. A workbook tells the records of `kinds`; `counts` is what `people` told.

    OutreachError `statements.error.shape` for a kind of file that there is not.
    """
    title = naming.heading(t, given.line.kind, given.line.span(zone))
    if shape == "xlsx":
        return workbook(given, title, t, Behind(frozenset(kinds), counts), planned)
    told = paper.sheet(given, office.name.get(t.language) or next(iter(office.name.values())), title, zone, t)
    if shape == "pdf":
        return paper.pdf(told, given, zone, t.language)
    if shape == "docx":
        return paper.docx(told, given)
    if shape == "txt":
        return paper.text(told).encode()
    raise OutreachError("statements.error.shape", shape=shape, known=", ".join(SHAPES))
