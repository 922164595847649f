"""Long work that people start and may leave: rows that say what is asked, how far it is, and what came of it.

A page writes a row and shows it; the jobs `work-1`, `work-2` ... are lanes that take the rows one after the other and
run them, so that a long piece holds nothing up. Each kind is one file in `outreach/works/`: a frozen dataclass whose
fields are what it was asked for.
"""

import logging
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach.core import presence
from outreach.core.app import App
from outreach.core.db import Base, UtcDateTime
from outreach.core.errors import OutreachError
from outreach.core.jobs import Job
from outreach.core.registry import build
from outreach.core.wake import wake

log = logging.getLogger("outreach.work")

STATES = ("waiting", "running", "done", "failed", "cancelled", "interrupted")
# Results are for whoever asked, not for ever.
_KEPT = timedelta(days=7)
_LANES = 3
_UPLOAD = re.compile(r"upload-[0-9a-f]{16}")


class WorkRow(Base):
    """One piece of long work. `total` 0: how much it is nobody knows yet. `file` lies in the folder `work`."""

    __tablename__ = "works"
    __table_args__ = (
        CheckConstraint("state IN ('" + "', '".join(STATES) + "')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12), index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    told_key: Mapped[str | None] = mapped_column(String(80))
    told_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    file: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class WorkSeen:
    """A piece of work as a page shows it."""

    id: int
    kind: str
    user_id: int | None
    actor: str
    state: str
    done: int
    total: int
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    told_key: str | None
    told_facts: Mapping[str, Any]
    file: str | None
    file_name: str | None
    asked: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        return self.state not in {"waiting", "running"}


@dataclass(frozen=True)
class Outcome:
    """What came of a piece of work: a text's key with its facts, and perhaps a file to fetch."""

    key: str
    facts: Mapping[str, Any]
    file_name: str | None = None


class Cancelled(Exception):
    """Somebody called the work off, or the program ends."""


class Steps(Protocol):
    """How a piece of work tells how far it is; raises `Cancelled` when it is to stop."""

    def __call__(self, done: int, total: int) -> None: ...


class Work(Protocol):
    """A kind of work; its fields are plain values, for they are kept as JSON."""

    kind: ClassVar[str]

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """Does it. What it makes to fetch it writes to `target`. It must be safe to run again from the beginning."""
        ...


def ask(session: Session, now: datetime, user_id: int | None, actor: str, language: str, work: Work) -> int:
    """Writes down that this work is wanted; its number."""
    row = WorkRow(
        kind=work.kind,
        asked=asdict(work),  # type: ignore[call-overload]  # every kind is a dataclass
        user_id=user_id,
        actor=actor,
        language=language,
        state="waiting",
        asked_at=now,
        told_facts={},
    )
    session.add(row)
    session.flush()
    wake(session, "upkeep", "work-1")
    return row.id


def seen(session: Session, work_id: int) -> WorkSeen | None:
    """One piece of work."""
    row = session.get(WorkRow, work_id)
    return _seen(row) if row is not None else None


def latest(session: Session, user_id: int | None = None, limit: int = 30) -> list[WorkSeen]:
    """The latest work of one person, or of all."""
    query = select(WorkRow).order_by(WorkRow.id.desc()).limit(limit)
    if user_id is not None:
        query = query.where(WorkRow.user_id == user_id)
    return [_seen(row) for row in session.scalars(query)]


def cancel(session: Session, now: datetime, work_id: int) -> bool:
    """Calls work off that has not ended; False if it had."""
    gone = session.scalar(
        update(WorkRow)
        .where(WorkRow.id == work_id, WorkRow.state.in_(("waiting", "running")))
        .values(state="cancelled", ended_at=now)
        .returning(WorkRow.id)
    )
    return gone is not None


def folder(app: App) -> Path:
    """Where the files lie that work has made."""
    return app.settings.folder / "work"


def run_waiting(app: App, claimer: str) -> int:
    """Runs what waits, one after the other; how many pieces that were."""
    ran = 0
    while not app.stopping.is_set():
        with app.store.reading() as session:
            waiting = _next(session)
        if waiting is None:
            return ran
        with app.store.transaction() as session:
            if not _claim(session, app.clock.now(), waiting, claimer):
                continue
            row = session.get_one(WorkRow, waiting)
            asked, language, shown = dict(row.asked), row.language, _seen(row)
        _run(app, shown, asked, language)
        ran += 1
    return ran


def _next(session: Session) -> int | None:
    """What has waited longest, of kinds that do not fill the lanes already: an export need not wait for three polls."""
    under_way = Counter(session.scalars(select(WorkRow.kind).where(WorkRow.state == "running")))
    full = [kind for kind, count in under_way.items() if count >= _LANES - 1]
    query = select(WorkRow.id).where(WorkRow.state == "waiting").order_by(WorkRow.id).limit(1)
    return session.scalars(query.where(WorkRow.kind.not_in(full)) if full else query).first()


def keep_upload(app: App, data: bytes) -> str:
    """Keeps what somebody brought until a piece of work has read it; its name in the folder."""
    name = f"upload-{secrets.token_hex(8)}"
    home = folder(app)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / name).write_bytes(data)
    return name


def upload(app: App, name: str) -> Path:
    """Where an upload lies; OutreachError `work.upload_gone` where it does not any more, or never did."""
    path = folder(app) / name
    if not _UPLOAD.fullmatch(name) or not path.is_file():
        raise OutreachError("work.upload_gone")
    return path


def sweep(app: App) -> int:
    """Work whose runner is gone waits for a person to ask again, and says so; old results are thrown away."""
    now = app.clock.now()
    found = 0
    with app.store.transaction() as session:
        for row in session.scalars(select(WorkRow).where(WorkRow.state == "running")):
            if presence.is_gone(app.settings.folder, row.claimed_by, row.started_at or now, now):
                row.state, row.ended_at, row.told_key, row.told_facts = "interrupted", now, "work.interrupted", {}
                found += 1
        old = [name for name in session.scalars(select(WorkRow.file).where(WorkRow.ended_at < now - _KEPT)) if name]
        session.execute(delete(WorkRow).where(WorkRow.ended_at < now - _KEPT))
    for name in old:
        (folder(app) / name).unlink(missing_ok=True)
    for path in folder(app).glob("upload-*"):
        if path.stat().st_mtime < (now - _KEPT).timestamp():
            path.unlink(missing_ok=True)
    return found


def jobs() -> list[Job]:
    """Lanes that look every two seconds: somebody sits before the page and waits."""
    lanes = [Job(f"work-{lane}", timedelta(seconds=2), _tick) for lane in range(1, _LANES + 1)]
    return [*lanes, Job("work.sweep", timedelta(seconds=60), sweep)]


def _tick(app: App) -> None:
    with app.store.reading() as session:
        if _next(session) is None:
            return
    with presence.present(app.settings.folder) as claimer:
        run_waiting(app, claimer)


def _claim(session: Session, now: datetime, work_id: int, claimer: str) -> bool:
    won = session.scalar(
        update(WorkRow)
        .where(WorkRow.id == work_id, WorkRow.state == "waiting")
        .values(state="running", started_at=now, claimed_by=claimer)
        .returning(WorkRow.id)
    )
    return won is not None


def _run(app: App, row: WorkSeen, asked: Mapping[str, Any], language: str) -> None:
    name = f"{row.id}"
    target = folder(app) / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def steps(done: int, total: int) -> None:
        with app.store.transaction() as session:
            going = session.scalar(
                update(WorkRow)
                .where(WorkRow.id == row.id, WorkRow.state == "running")
                .values(done=done, total=total)
                .returning(WorkRow.id)
            )
        if going is None or app.stopping.is_set():
            raise Cancelled

    state, outcome = "done", Outcome("work.done", {})
    try:
        work: Work = build("outreach.works", row.kind, asked)
        outcome = work.run(app, row, language, target, steps)
    except Cancelled:
        state, outcome = "interrupted", Outcome("work.interrupted", {})
    except OutreachError as error:
        state, outcome = "failed", Outcome(error.key, dict(error.facts))
    except Exception:
        log.exception("work.broke", extra={"kind": row.kind})
        state, outcome = "failed", Outcome("work.broken", {})
    if not _record(app, row.id, state, outcome, name if state == "done" and target.exists() else None):
        target.unlink(missing_ok=True)


def _record(app: App, work_id: int, state: str, outcome: Outcome, file: str | None) -> bool:
    """Writes the end down; False where nothing is left to fetch: it was called off meanwhile, or made no file."""
    facts = {name: value if isinstance(value, int) else str(value) for name, value in outcome.facts.items()}
    with app.store.transaction() as session:
        ended = session.scalar(
            update(WorkRow)
            .where(WorkRow.id == work_id, WorkRow.state == "running")
            .values(
                state=state,
                ended_at=app.clock.now(),
                told_key=outcome.key,
                told_facts=facts,
                file=file,
                file_name=outcome.file_name if file else None,
            )
            .returning(WorkRow.id)
        )
    return ended is not None and file is not None


def _seen(row: WorkRow) -> WorkSeen:
    told: Sequence[str] = tuple(WorkSeen.__dataclass_fields__)
    return WorkSeen(**{name: getattr(row, name) for name in told})


def under_way(session: Session) -> int:
    """How many pieces wait or run."""
    return len(session.scalars(select(WorkRow.id).where(WorkRow.state.in_(("waiting", "running")))).all())
