"""Opening and erasing what is personal: every opening leaves a line, every erasing keeps the figures."""

import calendar
import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import exists, inspect, or_, select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal, key_id_of
from outreach.people import audit
from outreach.tracker import families, intake
from outreach.tracker.heard import noting
from outreach.tracker.letters import erasing, files
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import OPEN_STAGES, Household, Inquiry
from outreach.tracker.same import marking

log = logging.getLogger(__name__)

# What machines wrote, and whatever else follows no talk, is not kept for long.
_ASIDE = timedelta(days=90)

BY_SCHEDULE = "schedule"  # the actor of what the program erases by itself


@dataclass(frozen=True)
class Opened:
    """The personal words of one inquiry; empty where there are none, or none any more. Never in a repr."""

    name: str = field(repr=False)
    contact: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class OpenedFamily:
    """The personal words of one household."""

    name: str = field(repr=False)
    note: str = field(repr=False)


def reveal(session: Session, now: datetime, actor: str, seal: Seal, inquiry_id: int) -> Opened:
    """Opens one inquiry for `actor` and writes that down in the same transaction: no line, no look.

    Raises OutreachError `tracker.error.inquiry`, or what `Seal.open` raises.
    """
    row = _inquiry(session, inquiry_id)

    def opened(column: str, sealed: str | None) -> str:
        return seal.open(sealed, intake.sealed_place(column, row.token)) if sealed else ""

    told = Opened(
        opened("name", row.name_sealed),
        opened("contact", row.contact_sealed),
        opened("text", row.text_sealed),
    )
    audit.write(session, now, actor, "reveal", "inquiry", inquiry_id)
    return told


def reveal_family(session: Session, now: datetime, actor: str, seal: Seal, household_id: int) -> OpenedFamily:
    """Opens one household for `actor`, as `reveal` does."""
    row = _household(session, household_id)

    def opened(column: str, sealed: str | None) -> str:
        return seal.open(sealed, families.sealed_place(column, row.token)) if sealed else ""

    told = OpenedFamily(opened("name", row.name_sealed), opened("note", row.note_sealed))
    audit.write(session, now, actor, "reveal", "household", household_id)
    return told


def erase(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """Erases what is personal in one inquiry; its figures stay. False if it was erased before.

    The keyed hash stays as well: a mailbox that still holds the message must not bring the person back.
    """
    return _erase_inquiry(session, now, actor, _inquiry(session, inquiry_id))


def erase_family(session: Session, now: datetime, actor: str, household_id: int) -> int:
    """Erases what is personal in a household, in the records that are part of it, and in all their inquiries; how many
    rows had something.
    """
    household = _household(session, household_id)
    parts = select(Household).where(Household.merged_into == household_id).order_by(Household.id)
    inside = list(session.scalars(parts))
    numbers = [household_id, *(row.id for row in inside)]
    inquiries = session.scalars(select(Inquiry).where(Inquiry.household_id.in_(numbers)).order_by(Inquiry.id))
    erased = sum(_erase_inquiry(session, now, actor, row) for row in inquiries)
    erasing.of_families(session, now, numbers)
    return erased + sum(_erase_household(session, now, actor, row) for row in (household, *inside))


def forget_due(session: Session, now: datetime, months: int) -> int:
    """Erases what is personal and older than `months`, of nobody whose case is open; how many rows.

    An inquiry's age counts from its arrival, or from its last letter, a household's from the day it entered its last
    stage (or was added). A case is open while the family is contacted, has an offer or plans to return. Letters that
    belong to no inquiry are kept for 90 days.
    """
    limit = _months_before(now, months)
    standing = {entry.household_id: entry for entry in families.current(session, now.date())}
    active = {number for number, entry in standing.items() if entry.stage in OPEN_STAGES}
    erased = 0
    is_going_on = exists().where(Letter.inquiry_id == Inquiry.id, Letter.at >= limit)
    old = select(Inquiry).where(Inquiry.received_at < limit, Inquiry.erased_at.is_(None), ~is_going_on)
    for inquiry in session.scalars(old.order_by(Inquiry.id)):
        if inquiry.household_id not in active:
            erased += _erase_inquiry(session, now, BY_SCHEDULE, inquiry)
    sealed = or_(Household.name_sealed.is_not(None), Household.note_sealed.is_not(None))
    for household in session.scalars(
        select(Household).where(Household.created_at < limit, sealed).order_by(Household.id)
    ):
        family = household.merged_into or household.id  # whose record that is
        entry = standing.get(family)
        if family not in active and (entry is None or entry.entered_on < limit.date()):
            erased += _erase_household(session, now, BY_SCHEDULE, household)
    return erased + erasing.aside(session, now, now - _ASIDE)


def key_in_use(store: Store) -> str | None:
    """Which key the store's personal data are sealed with; None if there are none, or no tables yet."""
    with store.reading() as session:
        if not inspect(session.connection()).has_table(Inquiry.__tablename__):
            return None
        for column in (Inquiry.contact_sealed, Inquiry.text_sealed, Inquiry.name_sealed, Household.name_sealed):
            sealed = session.scalar(select(column).where(column.is_not(None)).limit(1))
            if sealed is not None:
                return key_id_of(sealed)
        if inspect(session.connection()).has_table(Letter.__tablename__):
            sealed = session.scalar(select(Letter.text_sealed).where(Letter.text_sealed.is_not(None)).limit(1))
            return key_id_of(sealed) if sealed is not None else None
    return None


def clear(app: App) -> bool:
    """What was erased leaves the disk, once the erasing is committed: the files of letters, then as `scrub`."""
    files.sweep(app.store, app.settings.folder, app.clock.now())
    return scrub(app.store)


def scrub(store: Store) -> bool:
    """Takes what was erased out of the log that SQLite keeps beside its file, once the erasing is committed.

    False if somebody was still reading it: then call again. A server's own cleaning is the server's.
    """
    if store.engine.dialect.name != "sqlite":
        return True
    with store.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        # Nobody should wait long for this: it can be done again.
        connection.exec_driver_sql("PRAGMA busy_timeout = 1000").close()
        try:
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(waits)}").close()
    return not busy


def _erase_inquiry(session: Session, now: datetime, actor: str, row: Inquiry) -> bool:
    if row.erased_at is not None:
        return False
    row.name_sealed = row.contact_sealed = row.text_sealed = None
    marking.drop_inquiry(session, row.id)
    noting.forget(session, row.id)
    erasing.of_inquiry(session, now, row.id)
    row.erased_at = now
    audit.write(session, now, actor, "erase", "inquiry", row.id)
    log.info("inquiry.erased", extra={"inquiry_id": row.id})
    return True


def _erase_household(session: Session, now: datetime, actor: str, row: Household) -> bool:
    if row.name_sealed is None and row.note_sealed is None:
        return False
    row.name_sealed = row.note_sealed = None
    marking.drop_household(session, row.id)
    row.erased_at = now
    audit.write(session, now, actor, "erase", "household", row.id)
    log.info("household.erased", extra={"household_id": row.id})
    return True


def _inquiry(session: Session, number: int) -> Inquiry:
    row = session.get(Inquiry, number)
    if row is None:
        raise OutreachError("tracker.error.inquiry", inquiry_id=number)
    return row


def _household(session: Session, number: int) -> Household:
    row = session.get(Household, number)
    if row is None:
        raise OutreachError("tracker.error.household", household_id=number)
    return row


def _months_before(now: datetime, months: int) -> datetime:
    """The same moment so many calendar months ago; the 31st becomes the last day a month has."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    day = date(year, month + 1, min(now.day, last))
    return datetime.combine(day, now.timetz())
