"""Mails in doubt are looked for where each one's copy lies: what is found there has gone out.

What is not found may still be under way, and is never sent again by guess: a person decides (`runs.settle`).
"""

import logging
from datetime import timedelta

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.imap import ImapWire
from outreach.postbox import copies
from outreach.subscribers import runs
from outreach.subscribers.models import DigestRun

log = logging.getLogger("outreach.digest")

# A copy that a day has not brought is not coming.
_LOOKED = timedelta(days=1)
_MOST = 500


def look(app: App, wire: ImapWire | None = None) -> int:
    """Looks into `mail.copy_box` for the last day's mails in doubt; how many were there. Without that mailbox none.

    `wire` is the way to it, where it is not the usual one.
    """
    if not (app.settings.mail.copy_box and app.settings.mail.copy_to):
        return 0
    now = app.clock.now()
    doubtful = (
        select(DigestRun.message_id, DigestRun.id)
        .where(DigestRun.status == "unconfirmed", DigestRun.claimed_at >= now - _LOOKED)
        .order_by(DigestRun.id)
        .limit(_MOST)
    )
    with app.store.reading() as session:
        wanted = {row.message_id: row.id for row in session.execute(doubtful)}
    if not wanted:
        return 0
    try:
        there = copies.find(app, list(wanted), wire)
    except OutreachError as error:
        # The bell has the mails anyway, and the check says what is wrong with the mailbox.
        log.warning("digest.no_copies", extra={"error": error.key})
        return 0
    found = [run_id for message_id, run_id in wanted.items() if message_id in there]
    if not found:
        return 0
    with app.store.transaction() as session:
        try:
            settled = runs.settle(session, now, found, arrived=True)
        except OutreachError:
            return 0  # a person was quicker
    log.info("digest.found", extra={"mails": len(settled)})
    return len(settled)
