"""What publishing works with, and how it asks a channel."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

from campaigns.channel import Secrets
from outreach.core.clock import Clock
from outreach.core.db import Store
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request
from outreach.core.seal import Seal

# Of one delivery, from the first request to the start of the last: far below the lease of a claim, so that nobody
# takes a slow sender for a dead one.
_PATIENCE = timedelta(minutes=5)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Press:
    """What publishing works with.

    `images_url` is what the public addresses of pictures begin with; empty where the office gives them none. `lanes`:
    how many channels are served at once; `look`: after how many seconds of waiting for a slow one the others are
    looked at again.
    """

    store: Store
    clock: Clock
    http: Http
    secrets: Secrets
    public_url: str  # what tracked links begin with
    folder: Path  # the data folder: the locks and journals of those at work, the pictures
    late: timedelta  # a delivery this late waits for a person instead, unless it has an end of its own
    stopping: Event = field(default_factory=Event)
    chance: Callable[[], float] = random.random
    zone: ZoneInfo = _UTC
    seal: Seal | None = None
    images_url: str = ""
    lanes: int = 8
    look: float = 5.0


@dataclass(frozen=True)
class Patient:
    """The wire of one delivery; it begins no request any more once that took too long."""

    http: Http
    clock: Clock
    begun: datetime

    def send(self, request: Request) -> Answer:
        """As the wire itself; WireError `campaigns.delivery.slow` where the time is over: that request was not sent."""
        if self.clock.now() - self.begun > _PATIENCE:
            raise WireError("campaigns.delivery.slow")
        return self.http.send(request)
