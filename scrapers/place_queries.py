"""What was written about one place: asked by place first, so that it costs what the place has, not the archive."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.models import TIERS, Article, Mention, MentionPlace, Source


def by_tier(session: Session, place: str, since: datetime, until: datetime) -> Mapping[str, tuple[int, ...]]:
    """Numbers of the relevant mentions that name `place`, first seen in `since` <= t < `until`, by the outlet's tier;
    every tier is there.
    """
    found: dict[str, list[int]] = {tier: [] for tier in TIERS}
    rows = session.execute(
        select(Source.tier, Mention.id)
        .select_from(MentionPlace)
        .join(Mention, Mention.id == MentionPlace.mention_id)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(
            MentionPlace.place == place, Mention.relevant, Article.first_seen_at >= since, Article.first_seen_at < until
        )
        .order_by(Mention.id)
    )
    for tier, number in rows:
        found[tier].append(number)
    return {tier: tuple(numbers) for tier, numbers in found.items()}
