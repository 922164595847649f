"""Whether a mail went out, by the copy of it in the office's own mailbox."""

from collections.abc import Sequence

from outreach.core.app import App
from outreach.core.errors import WireError
from outreach.core.imap import MOST_SOUGHT, ImapWire
from outreach.postbox.boxes import copies_box, wire_of


def find(app: App, message_ids: Sequence[str], wire: ImapWire | None = None) -> set[str]:
    """Those of the Message-IDs (with their brackets) that lie in `mail.copy_box`, of mails of the last 31 days.

    One that is missing says little by itself: a copy may still be under way. Asks the network: no transaction may be
    open. Raises WireError: `postbox.no_copies` where no such mailbox is set, else as `Box.request` and `ImapWire.send`;
    never an empty answer in the place of one.
    """
    box = copies_box(app.settings.mail, app.mailer)
    if box is None:
        raise WireError("postbox.no_copies", permanent=True)
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
