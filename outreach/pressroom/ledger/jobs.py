"""What ticks for the pick-up ledger."""

from datetime import timedelta

from outreach.core.jobs import Job
from outreach.pressroom.ledger import watching


def jobs() -> list[Job]:
    """Holds new mentions against the releases that are out, every minute."""
    return [Job("press-ledger", timedelta(minutes=1), watching.tick, "understand")]
