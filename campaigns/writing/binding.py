"""What binds a post besides its words: the story it tells, and until when it may not go out."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import consents
from campaigns.models import Delivery, FamilyStory, Post
from campaigns.writing import sets
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError


def bind(
    session: Session,
    now: datetime,
    post_id: int,
    *,
    story_id: int | None,
    embargo_until: datetime | None,
    zone: ZoneInfo,
) -> Post:
    """Says whether a post tells a family's story, and until when nothing of it goes out.

    The story is that of the whole set: a translation tells the same. Consent is judged by the days of `zone`. Raises
    OutreachError `campaigns.post.missing`, `writing.story.missing`, or `writing.story.none` where the story may not be
    told today or on a day the set is planned for.
    """
    members = sets.hold(session, post_id)
    post = next(one for one in members if one.id == post_id)
    post.embargo_until = embargo_until
    if story_id != post.story_id:
        if story_id is not None and session.get(FamilyStory, story_id) is None:
            raise OutreachError("writing.story.missing", id=story_id)
        for one in members:
            one.story_id = story_id
        session.flush()
        if story_id is not None:
            for one in members:
                consents.check(session, one.id, _days(session, now, one.id, zone))
    session.flush()
    return post


def _days(session: Session, now: datetime, post_id: int, zone: ZoneInfo) -> list[date]:
    planned = session.scalars(
        select(Delivery.due_at).where(Delivery.post_id == post_id, Delivery.status == "scheduled")
    )
    return sorted({local_day(now, zone), *(local_day(max(now, due_at), zone) for due_at in planned)})
