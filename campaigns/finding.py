"""Campaigns and posts by words in their names: there are few, the newest are looked through one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Post
from campaigns.overview import for_place

# An office makes some hundred posts a year.
_LOOKED_AT = 2_000

Says = Callable[[str], bool]


@dataclass(frozen=True)
class CampaignFound:
    """A campaign whose name or goal says what was asked."""

    campaign_id: int
    name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class PostFound:
    """A post whose title says what was asked."""

    post_id: int
    title: str
    language: str
    campaign_name: str

# Asked past the session: its handling of two thousand rows takes as long as the store's.
_CAMPAIGNS = (
    select(Campaign.id, Campaign.name, Campaign.goal, Campaign.starts_on, Campaign.ends_on)
    .order_by(Campaign.id.desc())
    .limit(_LOOKED_AT)
)
_NEWEST = (
    select(Post.id, Post.title, Post.language, Post.campaign_id).order_by(Post.id.desc()).limit(_LOOKED_AT).subquery()
)
_POSTS = (
    select(_NEWEST.c.id, _NEWEST.c.title, _NEWEST.c.language, Campaign.name)
    .join(Campaign, Campaign.id == _NEWEST.c.campaign_id)
    .order_by(_NEWEST.c.id.desc())
)


def campaigns(session: Session, says: Says, limit: int, place: str | None = None) -> list[CampaignFound]:
    """Campaigns that `says` takes by name or goal, the latest first; with `place` its own alone."""
    rows = session.connection().execute(_CAMPAIGNS if place is None else _CAMPAIGNS.where(for_place(place)))
    found = (
        CampaignFound(row.id, row.name, row.starts_on, row.ends_on) for row in rows if says(f"{row.name} {row.goal}")
    )
    return [*islice(found, limit)]


def posts(session: Session, says: Says, limit: int) -> list[PostFound]:
    """Posts that `says` takes by title, the latest first."""
    rows = session.connection().execute(_POSTS)
    return [*islice((PostFound(*one) for one in rows if says(one.title)), limit)]
