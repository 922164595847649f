"""Why nothing goes out: a pause of everything, or of one campaign, as every page about campaigns says it on top."""

from dataclasses import dataclass

from flask import g

from campaigns import pausing
from campaigns.overview import CampaignWhole
from campaigns.pausing import PauseSeen
from outreach.web.visit import here


@dataclass(frozen=True)
class Held:
    """The pause of everything, if one holds, and whether this campaign is held back."""

    everything: PauseSeen | None
    campaign: bool


def held(campaign_id: int | None = None) -> Held:
    """What holds now, for everything and for one campaign; the store is asked once a visit."""
    if "held" not in g:
        with here().store.reading() as session:
            g.held = pausing.holding(session)
    everything, campaigns = g.held
    return Held(everything, campaign_id in campaigns)


def tell(campaign: CampaignWhole) -> None:
    """Has this visit know what holds, for a page that has read its campaign: the store need not say it again."""
    g.held = campaign.everything, {campaign.campaign_id} if campaign.paused else set()
