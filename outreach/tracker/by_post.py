"""How many inquiries are linked with posts and with links: plain counts, for whoever plans."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from outreach.tracker.attribution import standing
from outreach.tracker.models import Attribution, Touch


def counts_by_post(session: Session, post_ids: Collection[int]) -> Mapping[int, int]:
    """Inquiries by the post that their standing attribution links them with; posts with none are left out."""
    if not post_ids:
        return {}
    rows = session.execute(
        select(Touch.post_id, func.count())
        .join(Attribution, and_(Attribution.inquiry_id == Touch.inquiry_id, Attribution.touch_id == Touch.id))
        .where(
            Touch.post_id.in_(post_ids),
            Attribution.rule == "link",
            Attribution.id == standing(Attribution.inquiry_id),
        )
        .group_by(Touch.post_id)
    )
    return {post_id: count for post_id, count in rows if post_id is not None}


def counts_by_link(session: Session, link_ids: Collection[int]) -> Mapping[int, int]:
    """Inquiries by the link that their standing attribution holds by; links with none are left out."""
    if not link_ids:
        return {}
    rows = session.execute(
        select(Touch.click_link_id, func.count())
        .join(Attribution, and_(Attribution.inquiry_id == Touch.inquiry_id, Attribution.touch_id == Touch.id))
        .where(
            Touch.click_link_id.in_(link_ids),
            Attribution.rule == "link",
            Attribution.id == standing(Attribution.inquiry_id),
        )
        .group_by(Touch.click_link_id)
    )
    return {link_id: count for link_id, count in rows if link_id is not None}
