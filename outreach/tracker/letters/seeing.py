"""What pages show of letters. Words are opened by functions that write the look down in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker.letters import sealing
from outreach.tracker.letters.kinds import safe_name
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.letters.sealing import Words
from outreach.tracker.letters.states import State, state
from outreach.tracker.models import Household, Inquiry

MOST = 200
ASIDE = 50


@dataclass(frozen=True)
class FileSeen:
    """A file of a letter: what it is (one of `kinds.KINDS`, empty if none of them), and why it is not kept."""

    file_id: int
    kind: str
    size: int
    refused: str | None
    name: str = field(repr=False)


@dataclass(frozen=True)
class LetterSeen:
    """A letter with its words; `state` of an answer of ours, `sent` for what came."""

    letter_id: int
    inquiry_id: int | None
    is_ours: bool
    automatic: bool
    at: datetime
    state: State
    is_erased: bool
    words: Words = field(repr=False)
    files: tuple[FileSeen, ...] = field(repr=False)


# A letter that came after its inquiry was answered, and that nobody has answered since.
LATER: ColumnElement[bool] = and_(
    Letter.inquiry_id == Inquiry.id,
    Letter.direction == "in",
    Letter.kind == "letter",
    Letter.erased_at.is_(None),
    Inquiry.answered_at.is_not(None),
    Letter.taken_at > Inquiry.answered_at,
)
WAITS: ColumnElement[bool] = exists().where(LATER)


def waiting(session: Session) -> list[tuple[int, datetime]]:
    """Inquiries with such letters and since when, who waits longest first; at most 200. One query."""
    since = func.min(Letter.taken_at)
    wanted = select(Inquiry.id, since).where(LATER).group_by(Inquiry.id).order_by(since, Inquiry.id).limit(MOST)
    return [(number, at) for number, at in session.execute(wanted)]


def waits(session: Session, inquiry_id: int) -> bool:
    """Whether a letter of this inquiry came after the answer."""
    return session.scalar(select(Inquiry.id).where(LATER, Inquiry.id == inquiry_id).limit(1)) is not None


def count_of(session: Session, inquiry_id: int) -> int:
    """How many letters there are of an inquiry; no word is opened."""
    wanted = select(func.count()).select_from(Letter).where(_which(inquiry_id, None))
    return session.scalar(wanted) or 0


def counted(household_id: int) -> Select[int]:
    """The query of how many letters there are with a family."""
    return select(func.count()).select_from(Letter).where(_which(None, household_id))


def of_inquiry(session: Session, now: datetime, actor: str, seal: Seal, inquiry_id: int) -> tuple[LetterSeen, ...]:
    """The letters of an inquiry, the latest first, at most 200; the look is written down."""
    found = _seen(session, now, seal, _which(inquiry_id, None), MOST)
    audit.write(session, now, actor, "reveal", "inquiry", inquiry_id, via="letters")
    return found


def of_family(session: Session, now: datetime, actor: str, seal: Seal, household_id: int) -> tuple[LetterSeen, ...]:
    """The letters of all of a family's inquiries, as `of_inquiry`."""
    found = _seen(session, now, seal, _which(None, household_id), MOST)
    audit.write(session, now, actor, "reveal", "household", household_id, via="letters")
    return found


def aside(session: Session, now: datetime, actor: str, seal: Seal) -> tuple[LetterSeen, ...]:
    """What machines wrote and what follows nothing, the latest first, at most 50; the look is written down."""
    found = _seen(session, now, seal, _aside(), ASIDE)
    audit.write(session, now, actor, "reveal", "inquiry", None, via="letters")
    return found


def count_aside(session: Session) -> int:
    """How many letters are put aside."""
    return session.scalar(select(func.count()).select_from(Letter).where(_aside())) or 0


def file_of(
    session: Session, now: datetime, actor: str, seal: Seal, letter_id: int, file_id: int
) -> tuple[str, str, str]:
    """Token, kind and the name to give out a kept file under; the look is written down.

    OutreachError `letters.error.file_gone` where there is none, or none any more.
    """
    row = session.get(LetterFile, file_id)
    if row is None or row.letter_id != letter_id or row.refused_key is not None or row.erased_at is not None:
        raise OutreachError("letters.error.file_gone")
    letter = session.get_one(Letter, letter_id)
    name = seal.open(row.name_sealed, sealing.place("name", row.token)) if row.name_sealed else ""
    audit.write(session, now, actor, "reveal", "inquiry", letter.inquiry_id, via="letters", file=file_id)
    return row.token, row.kind, safe_name(name, row.kind)


def _which(inquiry_id: int | None, household_id: int | None) -> ColumnElement[bool]:
    if inquiry_id is not None:
        return Letter.inquiry_id == inquiry_id
    inside = select(Household.id).where((Household.id == household_id) | (Household.merged_into == household_id))
    theirs = select(Inquiry.id).where(Inquiry.household_id.in_(inside))
    return Letter.inquiry_id.in_(theirs) | Letter.household_id.in_(inside)


def _aside() -> ColumnElement[bool]:
    return and_(Letter.inquiry_id.is_(None), Letter.household_id.is_(None), Letter.erased_at.is_(None))


def _seen(
    session: Session, now: datetime, seal: Seal, which: ColumnElement[bool], most: int
) -> tuple[LetterSeen, ...]:
    rows: Sequence[Letter] = session.scalars(
        select(Letter).where(which).order_by(Letter.at.desc(), Letter.id.desc()).limit(most)
    ).all()
    files: dict[int, list[FileSeen]] = {}
    for one in session.scalars(
        select(LetterFile).where(LetterFile.letter_id.in_([row.id for row in rows])).order_by(LetterFile.id)
    ):
        name = seal.open(one.name_sealed, sealing.place("name", one.token)) if one.name_sealed else ""
        files.setdefault(one.letter_id, []).append(FileSeen(one.id, one.kind, one.size, one.refused_key, name))
    return tuple(
        LetterSeen(
            row.id,
            row.inquiry_id,
            row.direction == "out",
            row.kind == "automatic",
            row.at,
            state(row.state, row.at, now) if row.direction == "out" else "sent",
            row.erased_at is not None,
            sealing.opened(seal, row),
            tuple(files.get(row.id, ())),
        )
        for row in rows
    )
