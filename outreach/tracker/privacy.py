"""Opening and erasing what is personal: every opening leaves a line, every erasing keeps the figures."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.replies import settling
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, intake, records
from outreach.tracker.cases import erasing as cases
from outreach.tracker.cases import papers
from outreach.tracker.handover import erasing as handovers
from outreach.tracker.heard import noting
from outreach.tracker.letters import erasing, files, unsent
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.offers import erasing as offers
from outreach.tracker.retention import anonymous, holds, standing
from outreach.tracker.retention.rule import is_due, whole
from outreach.tracker.same import marking

log = logging.getLogger(__name__)

# What machines wrote, and whatever else follows no talk, is not kept for long.
_ASIDE = timedelta(days=90)

_UTC = ZoneInfo("UTC")

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
    row = records.inquiry(session, inquiry_id)

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
    row = records.household(session, household_id)

    def opened(column: str, sealed: str | None) -> str:
        return seal.open(sealed, families.sealed_place(column, row.token)) if sealed else ""

    told = OpenedFamily(opened("name", row.name_sealed), opened("note", row.note_sealed))
    audit.write(session, now, actor, "reveal", "household", household_id)
    return told


@dataclass(frozen=True)
class Forgotten:
    """What a run of the rule erased: numbers of records; how many letters that belonged to none. `families` and
    `asked`: which became figures with it, inquiries of no family apart.
    """

    households: tuple[int, ...]
    inquiries: tuple[int, ...]
    letters: int
    families: tuple[int, ...]
    asked: tuple[int, ...]

    @property
    def rows(self) -> int:
        return len(self.households) + len(self.inquiries) + self.letters


def erase(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """Erases what is personal in one inquiry; its figures stay. False if it was erased before.

    The keyed hash stays as well: a mailbox that still holds the message must not bring the person back.
    OutreachError `privacy.error.held` while a hold keeps it.
    """
    row = records.inquiry(session, inquiry_id)
    holds.refuse(session, now, inquiry=row)
    return _erase_inquiry(session, now, actor, row)


def erase_again(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """As `erase`, of one that was erased before the store was brought back: a hold that an older store has is over."""
    return _erase_inquiry(session, now, actor, records.inquiry(session, inquiry_id))


def erase_family(session: Session, now: datetime, actor: str, household_id: int) -> int:
    """Erases what is personal in a household, in the records that are part of it, and in all their inquiries; how many
    rows had something. OutreachError `privacy.error.held` while a hold keeps any of them.
    """
    household = records.household(session, household_id)
    parts = select(Household).where(Household.merged_into == household_id).order_by(Household.id)
    inside = list(session.scalars(parts))
    numbers = [household_id, *(row.id for row in inside)]
    holds.refuse(session, now, household=household)
    inquiries = session.scalars(select(Inquiry).where(Inquiry.household_id.in_(numbers)).order_by(Inquiry.id))
    erased = sum(_erase_inquiry(session, now, actor, row) for row in inquiries)
    _erase_rest(session, now, numbers)
    return erased + sum(_erase_household(session, now, actor, row) for row in (household, *inside))


def forget_due(session: Session, now: datetime, months: int, zone: ZoneInfo = _UTC) -> int:
    """Erases what is personal and older than `months`, of nobody whose case is open or who is held; how many rows.
    As `forget`.
    """
    return forget(session, now, months, zone).rows


def forget(session: Session, now: datetime, months: int, zone: ZoneInfo = _UTC) -> Forgotten:
    """Erases what `retention.rule` says is due, and makes anonymous records of it; days are those of `zone`.

    An inquiry's age counts from its arrival, or from its last letter, a household's from the day it entered its last
    stage (or was added, handed over, or wrote). A case is open while the family is contacted, has an offer or plans to
    return. A family becomes anonymous as a whole, once everything of it is due. Letters that belong to no inquiry are
    kept for 90 days.
    """
    held = standing.kept(session)
    due = [one for one in held if is_due(one, now, months)]
    asked = [one.number for one in due if one.kind == "inquiry" and one.has_words]
    homes = [one.number for one in due if one.kind == "household" and one.has_words]
    for number in asked:
        _erase_inquiry(session, now, BY_SCHEDULE, records.inquiry(session, number))
    # Of all that are due: a step, a paper or a letter may have come after the record itself was erased.
    erasing.of_inquiries(session, now, [one.number for one in due if one.kind == "inquiry"])
    _erase_rest(session, now, [one.number for one in due if one.kind == "household"])
    for number in homes:
        _erase_household(session, now, BY_SCHEDULE, records.household(session, number))
    families_whole = whole(held, due)
    for number in families_whole:
        anonymous.family(session, now, zone, number)
    alone = [one.number for one in due if one.kind == "inquiry" and one.family is None]
    for number in alone:
        anonymous.inquiry(session, now, zone, number)
    letters = erasing.aside(session, now, now - _ASIDE)
    if due:
        log.info("records.anonymous", extra={"families": len(families_whole), "inquiries": len(alone)})
    return Forgotten(tuple(homes), tuple(asked), letters, tuple(families_whole), tuple(alone))


def clear(app: App) -> bool:
    """What was erased leaves the disk, once the erasing is committed: files of letters, papers, answers that lie as
    mails where there is no relay, then as `scrub`.
    """
    files.sweep(app.store, app.settings.folder, app.clock.now())
    unsent.sweep(app.store, app.settings.folder)
    papers.sweep(app.store, app.settings.folder, app.clock.now())
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
    settling.erased(session, row.id)
    row.erased_at = now
    audit.write(session, now, actor, "erase", "inquiry", row.id)
    log.info("inquiry.erased", extra={"inquiry_id": row.id})
    return True


def _erase_rest(session: Session, now: datetime, household_ids: Collection[int]) -> None:
    """What hangs on families beside their inquiries."""
    if household_ids:
        for room in (erasing, cases, offers, handovers):
            room.of_families(session, now, household_ids)


def _erase_household(session: Session, now: datetime, actor: str, row: Household) -> bool:
    if row.name_sealed is None and row.note_sealed is None and row.erased_at is not None:
        return False
    row.name_sealed = row.note_sealed = row.hold_sealed = row.held_until = None
    marking.drop_household(session, row.id)
    row.erased_at = now
    audit.write(session, now, actor, "erase", "household", row.id)
    log.info("household.erased", extra={"household_id": row.id})
    return True
