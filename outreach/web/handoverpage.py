"""What the pages of hand-overs share."""

from outreach.tracker.handover import keys
from outreach.tracker.handover.keys import OfficeKey
from outreach.web.visit import here


def own() -> OfficeKey:
    """This office's key."""
    return keys.own(here().seal, here().office.region["lv"])
