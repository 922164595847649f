"""Who is erased stays erased: every erasing is written into the ledger, and a store that is older is told.

The line is written after the commit. A crash between the two is mended by `settle`, which compares the store with the
ledger both ways: at the start, once a day, and before a store that was brought back is opened by anybody.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session, SessionTransaction, object_session

from outreach.core import ledger
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.ledger import Erased
from outreach.people import audit
from outreach.tracker import privacy
from outreach.tracker.cases import erasing as cases
from outreach.tracker.cases.models import Paper, Task
from outreach.tracker.handover import erasing as handovers
from outreach.tracker.letters import erasing as letters
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.letters.sealing import gone
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.offers import erasing as offers
from outreach.tracker.offers.models import Offer
from outreach.tracker.same import marking

log = logging.getLogger(__name__)

BY_LEDGER = "ledger"  # the actor of what is erased again
_INFO = "outreach.erased"
_STEP = 400


@dataclass(frozen=True)
class Kind:
    """A kind of record that can be erased: which columns go, and which folder has its file."""

    name: str
    model: Any
    sealed: tuple[str, ...]
    folder: str | None = None


KINDS = (
    Kind("inquiry", Inquiry, ("name_sealed", "contact_sealed", "text_sealed")),
    Kind("household", Household, ("name_sealed", "note_sealed", "hold_sealed")),
    Kind("letter", Letter, ("address_sealed", "subject_sealed", "text_sealed")),
    Kind("letter_file", LetterFile, ("name_sealed",), "letters"),
    Kind("task", Task, ("words_sealed",)),
    Kind("paper", Paper, ("name_sealed",), "papers"),
    Kind("offer", Offer, ("words_sealed",)),
)


@dataclass(frozen=True)
class Settled:
    """What store and ledger had to tell each other: records erased again, erasures the ledger lacked."""

    again: int
    noted: int


def writer(folder: Path) -> Callable[[dict[Any, Any]], None]:
    """What a store calls after each commit: writes the transaction's erasures into the ledger of the data folder."""

    def write(info: dict[Any, Any]) -> None:
        told = [one for _, one in info.pop(_INFO, [])]
        try:
            ledger.add(folder, told)
        except OutreachError as error:
            # They are erased, and `settle` notes them later; whoever asked must not think that they are not.
            log.error("erased.unwritten", extra={"key": error.key, "count": len(told)})

    return write


def settle(store: Store, folder: Path, now: datetime) -> Settled:
    """Erases again what the ledger names and the store still has, and notes what only the store knows; for any number
    of times. OutreachError `core.file` where the ledger cannot be read or written.
    """
    known = ledger.latest(ledger.read(folder))
    again = _again(store, folder, now, known)
    missing: list[Erased] = []
    with store.reading() as session:
        for kind in KINDS:
            missing += [one for one in _erased(session, kind) if _is_news(known.get((kind.name, one.token)), one)]
    ledger.add(folder, missing)
    return Settled(again, len(missing))


def replay(app: App) -> int:
    """The half of `keep` that a command needs before it shows anything: erases again what the ledger names; how many
    records. Nothing is written where nothing came back.
    """
    folder, now = app.settings.folder, app.clock.now()
    again = _again(app.store, folder, now, ledger.latest(ledger.read(folder)))
    if again:
        privacy.clear(app)
    return again


def keep(app: App) -> Settled:
    """As `settle`; what was erased again leaves the disk too."""
    told = settle(app.store, app.settings.folder, app.clock.now())
    if told.again:
        privacy.clear(app)
    return told


def drop_files(folder: Path, erased: Iterable[Erased]) -> None:
    """Deletes the files of what was erased, in the data folder or beside copies."""
    folders = {kind.name: kind.folder for kind in KINDS if kind.folder is not None}
    for one in erased:
        if one.kind in folders:
            (folder / folders[one.kind] / one.token).unlink(missing_ok=True)


def _again(store: Store, folder: Path, now: datetime, known: dict[tuple[str, str], Erased]) -> int:
    again = sum(_replay(store, now, kind, known) for kind in KINDS) if known else 0
    if again:
        drop_files(folder, known.values())
        log.warning("erased.again", extra={"count": again})
    return again


def _is_news(known: Erased | None, one: Erased) -> bool:
    return known is None or known.at < one.at


def _erased(session: Session, kind: Kind) -> Iterator[Erased]:
    model = kind.model
    if model is Task:
        return  # it has no moment of its own, and goes with its family
    # A letter's Message-ID is its hash by now.
    more = (model.dedup_key,) if model is Inquiry else (model.message_id,) if model is Letter else ()
    for token, at, *known_by in session.execute(
        select(model.token, model.erased_at, *more).where(model.erased_at.is_not(None))
    ):
        yield Erased(kind.name, token, at, *known_by)


def _replay(store: Store, now: datetime, kind: Kind, known: dict[tuple[str, str], Erased]) -> int:
    every = [one for (name, _), one in known.items() if name == kind.name]
    again = 0
    for start in range(0, len(every), _STEP):
        part = {one.token: one for one in every[start : start + _STEP]}
        with store.reading() as session:
            if not _wanted(session, kind, part):
                continue
        with store.transaction() as session:
            rows = _wanted(session, kind, part)
            for row in rows:
                _erase(session, now, kind, row)
            again += len(rows)
    return again


def _wanted(session: Session, kind: Kind, part: dict[str, Erased]) -> list[Any]:
    """The rows that the lines name, and what came in anew from a mailbox that still holds it."""
    model = kind.model
    named = model.token.in_(part)
    known_by = {one.known_by for one in part.values() if one.known_by}
    if model is Inquiry and known_by:
        named = or_(named, Inquiry.dedup_key.in_(known_by))
    if model is Letter and known_by:
        kept = session.execute(select(Letter.id, Letter.message_id).where(Letter.erased_at.is_(None)))
        named = or_(named, Letter.id.in_([number for number, told in kept if gone(told) in known_by]))
    return [row for row in session.scalars(select(model).where(named).order_by(model.id)) if _is_back(row, part)]


def _is_back(row: Any, part: dict[str, Erased]) -> bool:
    if isinstance(row, Task):
        return row.words_sealed is not None
    told = part.get(row.token)
    # What was written into a family's record after it was erased stays.
    is_older = row.erased_at is None or (told is not None and row.erased_at < told.at)
    return is_older and not (isinstance(row, Inquiry) and row.erased_at is not None)


def _erase(session: Session, now: datetime, kind: Kind, row: Any) -> None:
    if isinstance(row, Inquiry):
        privacy.erase_again(session, now, BY_LEDGER, row.id)
        return
    for column in kind.sealed:
        setattr(row, column, None)
    if isinstance(row, Household):
        row.held_until = None  # a hold that an older store has is over
        marking.drop_household(session, row.id)
        for room in (letters, cases, offers, handovers):
            room.of_families(session, now, [row.id])
    if isinstance(row, Letter):
        row.message_id, row.thread = gone(row.message_id), gone(row.thread)
    if not isinstance(row, Task):
        row.erased_at = now
    elif row.done_at is None and row.dropped_at is None:
        row.dropped_at = now
    audit.write(session, now, BY_LEDGER, "erase", kind.name, row.id)


def _note(kind: Kind, column: InstrumentedAttribute[Any]) -> Callable[[Mapper[Any], Connection, Any], None]:
    def note(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
        changed = inspect(row).attrs[column.key].history
        is_erased = bool(changed.added) and ((changed.added[0] is None) == (kind.name == "task"))
        session = object_session(row)
        if not is_erased or session is None:
            return
        # The token as older stores have it: an anonymous record is given another.
        token = inspect(row).attrs["token"].history
        had = token.deleted[0] if token.deleted else row.token
        at = row.dropped_at or row.done_at or row.made_at if isinstance(row, Task) else row.erased_at
        known_by = row.dedup_key if isinstance(row, Inquiry) else ""
        known_by = _name_of(row) if isinstance(row, Letter) else known_by
        session.info.setdefault(_INFO, []).append((_savepoints(session), Erased(kind.name, had, at, known_by)))

    return note


def _savepoints(session: Session) -> tuple[SessionTransaction, ...]:
    """The savepoints that are open: rolled back, they take with them what was erased since."""
    found, one = [], session.get_nested_transaction()
    while one is not None:
        found.append(one)
        one = one.parent
    return tuple(found)


@event.listens_for(Session, "after_soft_rollback")
def _taken_back(session: Session, ended: SessionTransaction) -> None:
    """What is not erased after all must not stand in the ledger: it would be erased at the next start."""
    if ended.parent is None:
        session.info.pop(_INFO, None)
    elif _INFO in session.info:
        session.info[_INFO] = [(within, one) for within, one in session.info[_INFO] if ended not in within]


def _name_of(row: Letter) -> str:
    told = inspect(row).attrs["message_id"].history
    return gone(told.deleted[0]) if told.deleted else row.message_id


for _kind in KINDS:
    _column = _kind.model.words_sealed if _kind.model is Task else _kind.model.erased_at
    event.listen(_kind.model, "before_update", _note(_kind, _column))
