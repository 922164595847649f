"""What a visit wants to see of the calendar; its address says it all, so that it can be kept, sent and come back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from campaigns import agenda

FIRST, LAST = date(1991, 1, 1), date(2199, 12, 31)
BY = ("campaign", "channel")


@dataclass(frozen=True)
class Asked:
    """The view, a day of it, what the colours tell apart, and whose drafts stand beside it, if any do."""

    view: str
    day: date
    by: str = "campaign"
    drafts: bool = False
    campaign: int | None = None

    def args(self, **other: object) -> dict[str, object]:
        """The arguments of the address, some of them changed; what is as it comes is left out."""
        told: dict[str, object] = {"view": self.view, "day": self.day.isoformat()}
        if self.by != BY[0]:
            told["by"] = self.by
        if self.drafts:
            told["drafts"] = "1"
        if self.campaign is not None:
            told["campaign"] = str(self.campaign)
        told.update(other)
        return {name: value for name, value in told.items() if value is not None}


def asked(args: Mapping[str, str], today: date) -> Asked:
    """Reads an address; whatever it says that is nothing becomes what the page shows by itself."""
    view, by, campaign = args.get("view", ""), args.get("by", ""), args.get("campaign", "")
    return Asked(
        view=view if view in {*agenda.VIEWS, agenda.ONE_DAY} else agenda.VIEWS[0],
        day=day_of(args.get("day", ""), today),
        by=by if by in BY else BY[0],
        drafts=args.get("drafts") == "1",
        campaign=int(campaign) if campaign.isascii() and campaign.isdigit() and len(campaign) < 10 else None,
    )


def day_of(text: str, otherwise: date) -> date:
    """A day of the years that the calendar knows."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return min(max(day, FIRST), LAST)
