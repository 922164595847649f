"""One look at what is to be sent of a release, in a process of its own that comes to its end at one point.

A fork has all that its parent has loaded: it is there at once.
"""

import multiprocessing
from dataclasses import replace
from multiprocessing.context import ForkProcess

from outreach.core import journal
from outreach.core.app import App
from outreach.core.db import open_store
from outreach.core.mail import Mailer
from outreach.core.mail_way import Way
from outreach.core.testing import FixedClock
from outreach.pressroom.sending import going, job, making, recording, starting
from tests.faults.mail_sender import _kills, smtp

# In their order on the way of a mail; "" is none of ours: somebody else kills.
POINTS = ("claimed", "made", "handing", "handed", "answered", "noted", "recording", "recorded")


def arm(point: str, nth: int) -> None:
    """Puts the end in its place."""
    if point == "beginning":
        _kills(starting, "_begin", 1, after=True)
    elif point == "claimed":
        _kills(Way, "one", 1)
    elif point == "made":
        _kills(making.Making, "parcel", nth, after=True)
    elif point in {"handing", "handed"}:
        _kills(journal._Entry, "handing", nth, after=point == "handed")
    elif point in {"answered", "noted"}:
        _kills(journal._Entry, "taken", nth, after=point == "noted")
    elif point == "recording":
        _kills(recording, "record", 1)
    elif point == "recorded":
        _kills(going.Round, "settle", 1, after=True)


def child(
    app: App, port: int, point: str = "", nth: int = 2, sending_id: int = 0, mailer: Mailer | None = None
) -> ForkProcess:
    """A sender at work; with `sending_id` it begins that sending. It has a store and a clock of its own."""
    url = app.store.engine.url.render_as_string(hide_password=False)
    said = (app, url, mailer or smtp(port), point, nth, sending_id)
    started = multiprocessing.get_context("fork").Process(target=_work, args=said)
    started.start()
    return started


def _work(app: App, url: str, mailer: Mailer, point: str, nth: int, sending_id: int) -> None:
    # What was open before the fork is the parent's.
    app = replace(app, store=open_store(url, create=False), clock=FixedClock(app.clock.now()), mailer=mailer)
    arm(point, nth)
    if sending_id:
        starting.start(app, sending_id, "test")
    else:
        job.tick(app)
