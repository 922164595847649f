"""Papers of a family: brought by the coordinator or taken over from a letter, kept sealed, given out only to be saved.

What may be kept is what letters may bring: it is decided by what is in a file (`outreach.tracker.letters.kinds`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families
from outreach.tracker.cases.models import Paper
from outreach.tracker.letters import files, sealing, seeing
from outreach.tracker.letters.kinds import kind_of, refusals, safe_name
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Inquiry
from outreach.tracker.sealedfiles import Drawer

MOST = 200
LONGEST_NAME = 200
_DRAWER = Drawer("papers", Paper.token, Paper.erased_at, "cases.error.paper")


@dataclass(frozen=True)
class PaperSeen:
    """A paper: `kind` one of `kinds.KINDS`, `size` in bytes; the name is empty where it is erased."""

    paper_id: int
    household_id: int
    kind: str
    size: int
    from_letter: bool
    added_at: datetime
    added_by: str
    erased_at: datetime | None
    name: str = field(repr=False)


@dataclass(frozen=True)
class Enclosure:
    """A file of one of the family's letters that is not among its papers."""

    file_id: int
    letter_id: int
    kind: str
    size: int
    at: datetime
    name: str = field(repr=False)


def bring(app: App, actor: str, household_id: int, name: str, content: bytes) -> int:
    """Keeps a file that somebody brings; the paper's number. Owns its transaction: the bytes are on the disk first.

    OutreachError as `families.held`, `letters.refused.*` for what is not kept, `cases.error.many` where there are 200
    papers, `core.file` where the disk takes none.
    """
    (refused,) = refusals([content])
    if refused is not None:
        raise OutreachError(refused)
    return _keep(app, actor, household_id, name, content, None)


def take_over(app: App, actor: str, household_id: int, file_id: int) -> int:
    """Keeps a file of one of the family's letters as a paper of its own; the paper's number. The letter keeps its.

    OutreachError as `bring`, and `letters.error.file_gone`, `cases.error.taken` where it is among the papers.
    """
    with app.store.transaction() as session:
        letter_id = session.scalar(
            select(LetterFile.letter_id)
            .join(Letter, Letter.id == LetterFile.letter_id)
            .where(LetterFile.id == file_id, _theirs(household_id))
        )
        if letter_id is None:
            raise OutreachError("letters.error.file_gone")
        if session.scalar(select(Paper.id).where(Paper.letter_file_id == file_id, Paper.erased_at.is_(None)).limit(1)):
            raise OutreachError("cases.error.taken")
        now = app.clock.now()
        token, _, name = seeing.file_of(session, now, actor, app.seal, letter_id, file_id)
    content = files.open_file(app.seal, app.settings.folder, token)
    return _keep(app, actor, household_id, name, content, file_id)


def of_family(session: Session, now: datetime, actor: str, seal: Seal, household_id: int) -> tuple[PaperSeen, ...]:
    """A family's papers, the latest first, those that were erased without a name; the look is written down."""
    wanted = select(Paper).where(Paper.household_id.in_(families.parts(household_id)))
    found = tuple(
        PaperSeen(
            row.id,
            row.household_id,
            row.kind,
            row.size,
            row.letter_file_id is not None,
            row.added_at,
            row.added_by,
            row.erased_at,
            opened_name(seal, row.token, row.name_sealed),
        )
        for row in session.scalars(wanted.order_by(Paper.id.desc()).limit(2 * MOST))
    )
    audit.write(session, now, actor, "reveal", "household", household_id, via="papers")
    return found


def enclosures(session: Session, seal: Seal, household_id: int) -> tuple[Enclosure, ...]:
    """Files of the family's letters that could be taken over, the latest first. Whoever calls this writes the look
    down.
    """
    taken = select(Paper.letter_file_id).where(Paper.letter_file_id.is_not(None), Paper.erased_at.is_(None))
    wanted = (
        select(LetterFile, Letter.at)
        .join(Letter, Letter.id == LetterFile.letter_id)
        .where(
            _theirs(household_id),
            LetterFile.refused_key.is_(None),
            LetterFile.erased_at.is_(None),
            LetterFile.id.not_in(taken),
        )
        .order_by(LetterFile.id.desc())
        .limit(MOST)
    )
    return tuple(
        Enclosure(row.id, row.letter_id, row.kind, row.size, at, _name_in_letter(seal, row))
        for row, at in session.execute(wanted)
    )


def given_out(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, paper_id: int
) -> tuple[str, str, str]:
    """Token, kind and the name to give a paper out under; the look is written down.

    OutreachError `cases.error.paper` where there is none, or none any more.
    """
    row = _row(session, household_id, paper_id)
    name = safe_name(opened_name(seal, row.token, row.name_sealed), row.kind)
    audit.write(session, now, actor, "reveal", "paper", row.id, household=row.household_id)
    return row.token, row.kind, name


def open_file(seal: Seal, folder: Path, token: str) -> bytes:
    """The bytes of a paper; `folder` is the data folder. OutreachError `cases.error.paper`, or as `Seal.open_bytes`."""
    return _DRAWER.open(seal, folder, token)


def erase(session: Session, now: datetime, actor: str, household_id: int, paper_id: int) -> None:
    """A paper goes for good; that there was one stays. The bytes go with `sweep`, once this is committed.

    OutreachError `cases.error.paper`.
    """
    row = _row(session, household_id, paper_id)
    row.name_sealed, row.erased_at = None, now
    audit.write(session, now, actor, "erase", "paper", row.id, household=row.household_id)


def sweep(store: Store, folder: Path, now: datetime) -> int:
    """Deletes the bytes of erased papers, and those that no row names; how many. For after the commit."""
    return _DRAWER.sweep(store, folder, now)


def place(token: str) -> str:
    """Where a paper's name belongs, for `Seal`."""
    return f"family_paper.name:{token}"


def opened_name(seal: Seal, token: str, sealed: str | None) -> str:
    """A paper's name, empty where it is erased. Whoever calls this writes the look down."""
    return seal.open(sealed, place(token)) if sealed else ""


def _keep(app: App, actor: str, household_id: int, name: str, content: bytes, letter_file_id: int | None) -> int:
    with app.store.reading() as session:
        families.held(session, household_id)
        if _count(session, household_id) >= MOST:
            raise OutreachError("cases.error.many", most=MOST)
    kind = kind_of(content) or ""
    token = _DRAWER.put(app.seal, app.settings.folder, content)
    try:
        with app.store.transaction() as session:
            families.held(session, household_id)
            now = app.clock.now()
            row = Paper(
                token=token,
                household_id=household_id,
                kind=kind,
                size=len(content),
                name_sealed=app.seal.close(safe_name(name[:LONGEST_NAME], kind), place(token)),
                letter_file_id=letter_file_id,
                added_at=now,
                added_by=actor,
            )
            session.add(row)
            session.flush()
            audit.write(session, now, actor, "add", "paper", row.id, household=household_id)
            return row.id
    except BaseException:
        _DRAWER.drop(app.settings.folder, token)
        raise


def _count(session: Session, household_id: int) -> int:
    wanted = select(func.count()).select_from(Paper)
    return session.scalar(wanted.where(Paper.household_id == household_id, Paper.erased_at.is_(None))) or 0


def _theirs(household_id: int) -> ColumnElement[bool]:
    inside = families.parts(household_id)
    asked = select(Inquiry.id).where(Inquiry.household_id.in_(inside))
    # What went out from here is no paper of theirs.
    return (Letter.direction == "in") & (Letter.inquiry_id.in_(asked) | Letter.household_id.in_(inside))


def _name_in_letter(seal: Seal, row: LetterFile) -> str:
    return seal.open(row.name_sealed, sealing.place("name", row.token)) if row.name_sealed else ""


def _row(session: Session, household_id: int, paper_id: int) -> Paper:
    row = session.get(Paper, paper_id)
    if row is None or row.erased_at is not None or not families.is_part(session, row.household_id, household_id):
        raise OutreachError("cases.error.paper")
    return row
