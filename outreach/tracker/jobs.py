"""What the tracker does by itself: reading families' letters, linking new inquiries, forgetting old ones, and filling
in what older ones lack.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.tracker import erasures
from outreach.tracker.attribution import Asked, attribute
from outreach.tracker.bringing import keeping
from outreach.tracker.handover import holding
from outreach.tracker.heard import filling as heard
from outreach.tracker.letters import settling
from outreach.tracker.letters.looking import look
from outreach.tracker.models import Attribution, Inquiry
from outreach.tracker.privacy import clear, forget_due
from outreach.tracker.same import filling
from outreach.tracker.touches import before, record

log = logging.getLogger(__name__)


def jobs() -> list[Job]:
    """The tracker's jobs."""
    return [
        Job("tracker.link", timedelta(seconds=15), link_new),
        Job("tracker.forget", timedelta(days=1), forget_old),
        Job("tracker.mark", timedelta(hours=1), mark_old),
        Job("letters", timedelta(minutes=5), read_letters, "mail"),
        Job("tracker.heard", timedelta(hours=1), note_old),
        Job("tracker.brought", timedelta(hours=1), sweep_brought),
    ]


def read_letters(app: App) -> int:
    """Takes in what families wrote, and looks for answers in doubt; how many letters were new."""
    new = look(app)
    settling.look(app)
    return new


def link_new(app: App) -> int:
    """Links every inquiry that has no attribution yet, each in its own transaction; how many."""
    with app.store.reading() as session:
        due = list(session.scalars(select(Inquiry.id).where(Inquiry.linked_at.is_(None)).order_by(Inquiry.id)))
    linked = 0
    for inquiry_id in due:
        if app.stopping.is_set():
            break
        with app.store.transaction() as session:
            linked += link(session, app.clock.now(), inquiry_id, app.settings.inquiries.link_days)
    return linked


def link(session: Session, now: datetime, inquiry_id: int, link_days: int) -> bool:
    """Links one inquiry: its touches and one automatic attribution; False if another worker has it."""
    row = session.execute(
        update(Inquiry)
        .where(Inquiry.id == inquiry_id, Inquiry.linked_at.is_(None))
        .values(linked_at=now)
        .returning(Inquiry.id, Inquiry.received_at, Inquiry.code, Inquiry.said_source, Inquiry.municipality)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return False
    asked = Asked(row.id, row.received_at, row.code, row.said_source, row.municipality)
    seen = before(session, asked)
    decision = attribute(asked, seen, link_days)
    rows = record(session, inquiry_id, seen)
    touch_id = rows[seen.index(decision.touch)].id if decision.touch else None
    session.add(
        Attribution(
            inquiry_id=inquiry_id,
            made_at=now,
            rule=decision.rule,
            touch_id=touch_id,
            by_person=False,
            evidence=dict(decision.evidence),
        )
    )
    session.flush()
    log.info("inquiry.linked", extra={"inquiry_id": inquiry_id, "rule": decision.rule})
    return True


def forget_old(app: App) -> int:
    """Erases what is past its time; how many rows."""
    with app.store.transaction() as session:
        erased = forget_due(session, app.clock.now(), app.settings.inquiries.keep_months, app.settings.zone)
    if not clear(app):
        # Somebody reads the store at this moment; SQLite empties the log later, and so does tomorrow's run.
        log.warning("store.scrub_waits")
    erasures.keep(app)
    return erased


def mark_old(app: App) -> int:
    """Marks records from before there were marks, each step in its own transaction; how many steps there were."""
    steps = 0
    for fill in (filling.inquiries, filling.households):
        last: int | None = 0
        while last is not None and not app.stopping.is_set():
            with app.store.transaction() as session:
                last = fill(session, app.clock.now(), app.seal, last)
            steps += last is not None
    return steps


def note_old(app: App) -> int:
    """Writes how people heard of inquiries from before that was noted, in steps; how many steps there were."""
    steps = 0
    last: int | None = 0
    while last is not None and not app.stopping.is_set():
        with app.store.transaction() as session:
            last = heard.fill(session, app.clock.now(), last)
        steps += last is not None
    return steps


def sweep_brought(app: App) -> int:
    """Tables and parcels that were brought and have had their day go; how many."""
    folder, now = app.settings.folder, app.clock.now()
    return keeping.sweep(folder, now) + holding.sweep(folder, now)
