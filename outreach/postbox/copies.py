"""Whether a mail went out, by the copy of it in the office's own mailbox."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.db import Base
from outreach.core.errors import OutreachError, WireError
from outreach.core.imap import MOST_SOUGHT, ImapWire
from outreach.postbox.boxes import Box, copies_box, wire_of

log = logging.getLogger("outreach.postbox")

# A copy that a day has not brought is not coming.
LOOKED = timedelta(days=1)
_MOST = 500


def find(app: App, message_ids: Sequence[str], wire: ImapWire | None = None) -> set[str]:
    """Those of the Message-IDs (with their brackets) that lie in `mail.copy_box`, of mails of the last 31 days.

    One that is missing says little by itself: a copy may still be under way. Asks the network: no transaction may be
    open. Raises WireError: `postbox.no_copies` where no such mailbox is set, else as `Box.request` and `ImapWire.send`;
    never an empty answer in the place of one.
    """
    box = copies_box(app.settings.mail, app.mailer)
    if box is None:
        raise WireError("postbox.no_copies", permanent=True)
    return find_in(box, app, message_ids, wire)


def find_in(box: Box, app: App, message_ids: Sequence[str], wire: ImapWire | None = None) -> set[str]:
    """As `find`, in any mailbox of the office's."""
    wanted, found = list(dict.fromkeys(message_ids)), set[str]()
    own = wire or wire_of(app.settings, app.clock)
    try:
        for start in range(0, len(wanted), MOST_SOUGHT):
            part = wanted[start : start + MOST_SOUGHT]
            found.update(own.send(box.request(find=" ".join(part))).body.decode("ascii").split())
    finally:
        if wire is None:
            own.close()
    return found


def gone_out(app: App, mails: type[Base], wire: ImapWire | None = None) -> list[int]:
    """Numbers of a table's doubtful mails of the last day whose copy is there; none without such a mailbox, or where it
    does not answer. `mails` has `status`, `message_id` and `claimed_at`.

    What is not found may still be under way, and is never sent again by guess: a person decides.
    """
    if not (app.settings.mail.copy_box and app.settings.mail.copy_to):
        return []
    table: Any = mails
    doubtful = (
        select(table.message_id, table.id)
        .where(table.status == "unconfirmed", table.claimed_at >= app.clock.now() - LOOKED)
        .order_by(table.id)
        .limit(_MOST)
    )
    with app.store.reading() as session:
        wanted = {row.message_id: row.id for row in session.execute(doubtful)}
    if not wanted:
        return []
    try:
        there = find(app, list(wanted), wire)
    except OutreachError as error:
        # A page has the mails anyway, and the check says what is wrong with the mailbox.
        log.warning("postbox.copies_unread", extra={"error": error.key})
        return []
    return [number for message_id, number in wanted.items() if message_id in there]
