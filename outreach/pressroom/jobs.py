"""What ticks for the press room."""

from datetime import timedelta

from outreach.core.jobs import Job
from outreach.pressroom.ledger import jobs as ledger
from outreach.pressroom.public import jobs as public
from outreach.pressroom.sending import job as sending


def jobs() -> list[Job]:
    """Sends what is due of releases every ten seconds, and looks for copies of doubtful mails every five minutes."""
    return [
        Job("press-mail", timedelta(seconds=10), sending.tick, "mail"),
        Job("press-mail.look", timedelta(minutes=5), sending.look, "mail"),
        *public.jobs(),
        *ledger.jobs(),
    ]
