"""How many people followed a campaign's links, by spans of days."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from campaigns.clicks import PEOPLE
from campaigns.models import Click, Delivery, Link, Post


def visits(session: Session, campaign_id: int, ends: Sequence[datetime]) -> list[int]:
    """People up to each of the moments `ends` (in order): those who followed a link of its posts or one of its own.

    Each is counted once a day and link; previews and robots are not. Who left no mark is a person of its own.
    """
    of_posts = (
        select(Delivery.id).join(Post, Post.id == Delivery.post_id).where(Post.campaign_id == campaign_id)
    )
    links = select(Link.id).where(or_(Link.campaign_id == campaign_id, Link.delivery_id.in_(of_posts)))
    people = func.count(Click.id) - func.count(Click.mark) + func.count(Click.mark.distinct())
    spans = []
    for place, end in enumerate(ends):
        span = select(literal(place, Integer).label("place"), people.label("people")).where(
            Click.link_id.in_(links), Click.kind.in_(PEOPLE), Click.clicked_at < end
        )
        spans.append(span.where(Click.clicked_at >= ends[place - 1]) if place else span)
    if not spans:
        return []
    counts = {row.place: row.people for row in session.execute(union_all(*spans))}
    so_far, found = 0, []
    for place in range(len(ends)):
        so_far += counts[place]
        found.append(so_far)
    return found
