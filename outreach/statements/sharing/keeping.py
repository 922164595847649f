"""Figures that other offices gave us: brought in once, a newer version beside the older ones."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core import regions
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.people import audit
from outreach.statements.sharing.document import Shared
from outreach.statements.sharing.models import SharedFigures


def bring(session: Session, now: datetime, by: str, office: Office, told: Shared) -> bool:
    """Keeps what a file says; False where it is here already.

    OutreachError `regions.error.own` for our own figures, `.differs` where the same version says other numbers.
    """
    if told.office == office.folder.name or regions.same(told.name["lv"], office.region["lv"]):
        raise OutreachError("regions.error.own")
    held = _held(session, told)
    if held is None:
        row = SharedFigures(
            office=told.office,
            name=dict(told.name),
            kind=told.kind,
            first=told.first,
            last=told.last,
            version=told.version,
            numbers=dict(told.numbers),
            given_at=told.given_at,
            received_at=now,
            received_by=by[:254],
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            held = _held(session, told)  # another person was faster by a moment
            if held is None:
                raise
        else:
            audit.write(
                session, now, by, "bring", "figures", row.id, region=told.name["lv"], report=told.kind,
                version=told.version,
            )  # fmt: skip
            return True
    if dict(held.numbers) != dict(told.numbers):
        raise OutreachError("regions.error.differs", region=told.name["lv"], version=told.version)
    return False


def _held(session: Session, told: Shared) -> SharedFigures | None:
    return session.scalar(
        select(SharedFigures).where(
            SharedFigures.office == told.office,
            SharedFigures.kind == told.kind,
            SharedFigures.first == told.first,
            SharedFigures.last == told.last,
            SharedFigures.version == told.version,
        )
    )
