"""From what was read for all mails of a morning to what one may tell: a daily mail beside a weekly one. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from outreach.digest.facts import Pool, Story
from outreach.tracker.queries import SourceCount
from scrapers.news import BACKDATED


def narrowed(pool: Pool, since: datetime, until: datetime, inquiries: Sequence[SourceCount]) -> Pool:
    """The pool as read for `since` <= t < `until` alone, a part of its time. `inquiries` are those of that part."""
    if (since, until) == (pool.since, pool.until):
        return pool
    stories = tuple(part for story in pool.stories if (part := _part(story, since, until)) is not None)
    told = {
        story.story_id for story in pool.stories if any(one.counted and one.found_at < since for one in story.tellings)
    }
    return replace(
        pool,
        since=since,
        until=until,
        stories=stories,
        earlier=(pool.earlier | told) & {story.story_id for story in stories},
        business={role: replace(one, inquiries=tuple(inquiries)) for role, one in pool.business.items()},
    )


def _part(story: Story, since: datetime, until: datetime) -> Story | None:
    """The story with what of it falls into a time, None if nothing does."""
    oldest = since - BACKDATED
    kept = tuple(one for one in story.tellings if since <= one.found_at < until and one.at >= oldest)
    return replace(story, tellings=kept) if kept else None
