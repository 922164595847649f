"""What a campaign is for, for whom, by whom and with what: the facts beside its name and days."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.models import FAMILIES, GOALS, Campaign
from outreach.core.errors import OutreachError

_PARTNERS = 50


@dataclass(frozen=True)
class About:
    """As the columns of `Campaign` that are named alike."""

    goal_kind: str | None = None
    goal_target: int | None = None
    countries: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    owner: str | None = None
    partners: tuple[str, ...] = ()
    budget_cents: int | None = None
    topics: tuple[int, ...] = ()


def fill(campaign: Campaign, about: About) -> None:
    """Writes the facts into the campaign.

    Raises OutreachError `plan.goal.unknown`, `plan.goal.target` (a number of what? what of how many?), `plan.families`,
    `plan.country`, `plan.budget` or `plan.partners` for what cannot be.
    """
    if about.goal_kind is not None and about.goal_kind not in GOALS:
        raise OutreachError("plan.goal.unknown", kind=about.goal_kind, known=", ".join(GOALS))
    too_low = about.goal_target is not None and about.goal_target < 1
    if too_low or (about.goal_kind is None) != (about.goal_target is None):
        raise OutreachError("plan.goal.target")
    if unknown := [one for one in about.families if one not in FAMILIES]:
        raise OutreachError("plan.families", unknown=", ".join(unknown), known=", ".join(FAMILIES))
    if wrong := [code for code in about.countries if len(code) != 2 or not code.isascii() or not code.isupper()]:
        raise OutreachError("plan.country", unknown=", ".join(wrong))
    if (about.budget_cents or 0) < 0:
        raise OutreachError("plan.budget")
    partners = tuple(_lines(about.partners))
    if len(partners) > _PARTNERS:
        raise OutreachError("plan.partners", most=_PARTNERS)
    campaign.goal_kind, campaign.goal_target = about.goal_kind, about.goal_target
    campaign.countries, campaign.families = list(about.countries), list(about.families)
    campaign.owner, campaign.partners = about.owner, list(partners)
    campaign.budget_cents, campaign.topics = about.budget_cents, list(about.topics)


def _lines(told: Iterable[str]) -> Iterable[str]:
    """Names without the space around them, each once."""
    return dict.fromkeys(name for one in told if (name := " ".join(one.split())))
