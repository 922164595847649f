"""What ticks for mail that comes back."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import delete

from outreach.core.app import App
from outreach.core.jobs import Job
from outreach.postbox.following import Follower
from outreach.postbox.looking import look
from outreach.postbox.models import Returned

# What came back counts for a month; a year of it shows how an address fared.
_KEPT = timedelta(days=365)


def jobs(followers: Sequence[Follower] = ()) -> list[Job]:
    """Reads the bounce mailbox, where there is one, and tells `followers`; once a day old notes are thrown away."""
    reading = partial(look, followers=followers)
    return [Job("bounces", timedelta(minutes=5), reading, "mail"), Job("bounces.tidy", timedelta(hours=24), tidy)]


def tidy(app: App) -> int:
    """Throws away what is noted about messages of more than a year ago; how many that were."""
    old = delete(Returned).where(Returned.at < app.clock.now() - _KEPT).returning(Returned.id)
    with app.store.transaction() as session:
        return len(session.scalars(old).all())
