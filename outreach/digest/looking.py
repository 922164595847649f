"""Mails in doubt are looked for where each one's copy lies: what is found there has gone out.

What is not found may still be under way, and is never sent again by guess: a person decides (`runs.settle`).
"""

import logging

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.imap import ImapWire
from outreach.postbox import copies
from outreach.subscribers import runs
from outreach.subscribers.models import DigestRun

log = logging.getLogger("outreach.digest")


def look(app: App, wire: ImapWire | None = None) -> int:
    """Looks into `mail.copy_box` for the last day's mails in doubt; how many were there. Without that mailbox none.

    `wire` is the way to it, where it is not the usual one.
    """
    found = copies.gone_out(app, DigestRun, wire)
    if not found:
        return 0
    with app.store.transaction() as session:
        try:
            settled = runs.settle(session, app.clock.now(), found, arrived=True)
        except OutreachError:
            return 0  # a person was quicker
    log.info("digest.found", extra={"mails": len(settled)})
    return len(settled)
