"""A release's own tracked link: one of its campaign's that leads to the inquiry form."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from campaigns import campaign_links
from campaigns.models import Campaign, Link
from outreach.core.errors import OutreachError
from outreach.pressroom.models import Release, ReleaseText

# By this a link knows its release: it stands at the end of its target, and the form does not mind it.
_MARK = "?release="
_LABEL = 120


def make(session: Session, now: datetime, release_id: int, form_url: str) -> str:
    """The code of a release's link, made if it is not there yet; `form_url` is the inquiry form's address.

    Raises OutreachError `release.missing`, `pressresult.link.no_campaign`, and what `campaign_links.make` raises.
    """
    release = session.scalar(select(Release).where(Release.id == release_id).with_for_update())
    if release is None:
        raise OutreachError("release.missing", id=release_id)
    if release.campaign_id is None:
        raise OutreachError("pressresult.link.no_campaign")
    # Whoever makes it at the same moment waits here, and then sees it.
    session.execute(select(Campaign.id).where(Campaign.id == release.campaign_id).with_for_update())
    there = session.scalar(select(Link.code).where(leads_to([release_id])).order_by(Link.id).limit(1))
    if there is not None:
        return there
    headline = session.scalars(
        select(ReleaseText.headline).where(ReleaseText.release_id == release_id).order_by(ReleaseText.id).limit(1)
    ).one()
    made = campaign_links.make(
        session, now, release.campaign_id, label=headline[:_LABEL], target_url=f"{form_url}{_MARK}{release_id}"
    )
    return session.scalars(select(Link.code).where(Link.id == made)).one()


def leads_to(release_ids: Collection[int]) -> ColumnElement[bool]:
    """Of one release: its own links; of several: at least all of theirs, `release_of` tells them apart."""
    one = next(iter(release_ids)) if len(release_ids) == 1 else None
    ends = Link.target_url.endswith(f"{_MARK}{one}", autoescape=True)
    marked = ends if one is not None else Link.target_url.contains(_MARK, autoescape=True)
    return and_(Link.campaign_id.is_not(None), marked)


def release_of(target_url: str) -> int:
    """The release that a link's target names; 0 for none."""
    number = target_url.rpartition(_MARK)[2] if _MARK in target_url else ""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
