"""How much of what a campaign is measured by there is so far; counted as its page counts it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns.overview import CampaignWhole
from campaigns.planning.visits import visits
from outreach.tracker import by_campaign

# What tells of families: a small number of theirs is for the office alone.
_OF_FAMILIES = ("applications", "returns")


def so_far(
    session: Session, campaign: CampaignWhole, now: datetime, zone: ZoneInfo, *, outside: bool
) -> int | None:
    """The number by now; None without a goal, and for readers `outside` the office where families are counted."""
    kind, number = campaign.goal_kind, campaign.campaign_id
    if kind is None or (outside and kind in _OF_FAMILIES):
        return None
    if kind == "visits":
        return visits(session, number, [now])[0]
    if kind == "inquiries":
        return len(by_campaign.asked(session, number))
    return len(by_campaign.reached(session, number, by_campaign.REACHED[kind], zone))
