"""How another room follows what comes back to mails of its own: it stands above this one, and hands itself over."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.postbox.reading import Back

# What is to be written, in the transaction that notes the message.
Deed = Callable[[Session, datetime], None]
# The same, of a mail of ours that is proven to be meant: its ref (`r12`), whom it went to, and what it comes to: hard,
# soft, complaint or automatic.
Returned = Callable[[Session, datetime, str, str, str], None]
# Of a message that is no bounce and no complaint: what is to be written about it, if anything. Called with no
# transaction open; never raises, for one letter must not stop the others.
Understood = Callable[[App, bytes, Back], Deed | None]


@dataclass(frozen=True)
class Follower:
    """A room whose mails' refs begin with the letter `ref`."""

    ref: str
    returned: Returned
    understood: Understood


def deeds(followers: Iterable[Follower], app: App, raw: bytes, back: Back) -> tuple[Deed, ...]:
    """What the rooms want written about a message; a bounce or a complaint speaks for itself."""
    if back.kind not in ("automatic", "other"):
        return ()
    found = (one.understood(app, raw, back) for one in followers)
    return tuple(deed for deed in found if deed is not None)
