"""Answers in doubt are looked for where their copies lie: what is found there has gone out.

Looked for at every round for a day, so that a copy may be late. What is not there then waits for a person, as before:
it may still be under way, and is never sent again by guess.
"""

import logging

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.imap import ImapWire
from outreach.postbox.copies import LOOKED, find_in
from outreach.tracker.letters import answering, copied
from outreach.tracker.letters.models import Letter
from outreach.tracker.letters.states import state
from outreach.tracker.privacy import BY_SCHEDULE

log = logging.getLogger(__name__)

_MOST = 500


def look(app: App, wire: ImapWire | None = None) -> int:
    """Looks for the last day's answers in doubt; how many had gone out. Nothing without a mailbox for them.

    Asks the network and owns its transactions. `wire` is the way to it, where it is not the usual one.
    """
    box = copied.box(app)
    if box is None:
        return 0
    now = app.clock.now()
    kept = (
        select(Letter.id, Letter.message_id, Letter.state, Letter.at)
        .where(
            Letter.state != "sent", Letter.direction == "out", Letter.erased_at.is_(None), Letter.at >= now - LOOKED
        )
        .order_by(Letter.id)
        .limit(_MOST)
    )
    with app.store.reading() as session:
        rows = session.execute(kept).all()
    wanted = {row.message_id: row.id for row in rows if state(row.state, row.at, now) == "doubtful"}
    if not wanted:
        return 0
    try:
        there = find_in(box, app, list(wanted), wire)
    except OutreachError as error:
        # The inquiry's page has the answer anyway, with the buttons for a person who knows.
        log.warning("letters.answer.unsought", extra={"key": error.key})
        return 0
    found = sum(_went(app, number) for message_id, number in wanted.items() if message_id in there)
    if found:
        log.info("letters.answer.found", extra={"answers": found})
    return found


def _went(app: App, letter_id: int) -> bool:
    try:
        with app.store.transaction() as session:
            answering.settle(session, app.clock.now(), BY_SCHEDULE, letter_id)
    except OutreachError:
        return False  # a person was quicker
    return True
