"""Addresses of our own that stand in a release's mails."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from outreach.core.app import App
from outreach.core.settings import Settings
from outreach.pressroom.public import subscribing
from outreach.pressroom.sending import leaving

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def outside(told: Settings) -> str:
    """Where our pages are for everybody; empty where the office has told no address but this machine's."""
    public = str(told.web.public_url).rstrip("/")
    return "" if urlsplit(public).hostname in _LOOPBACK else public


class Leaving:
    """The ends of the addresses by which recipients leave: a list, all mail, or the subscription."""

    def __init__(self, app: App) -> None:
        self._list, self._subscriber = leaving.key_of(app.seal), subscribing.key_of(app.seal)

    def path(self, contact_id: int | None, list_id: int | None, merge: Mapping[str, str]) -> str:
        """What stands behind /prese/ for this recipient; empty for one who was written to alone."""
        if "subscriber" in merge:
            return f"subscription/{subscribing.leave_token(self._subscriber, int(merge['subscriber']))}"
        if contact_id is None or list_id is None:
            return ""
        return f"leave/{leaving.token(self._list, contact_id, list_id)}"
