"""Links of a campaign itself: on a poster, in a leaflet, said on the radio."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import clicks, links
from campaigns.addresses import check_target
from campaigns.models import Campaign, Click, Link
from outreach.core.errors import OutreachError

_MOST = 100


@dataclass(frozen=True)
class CampaignLink:
    """A link of a campaign; `label` says where it stands, `ends_on` is the last day on which it leads there."""

    link_id: int
    campaign_id: int
    label: str
    code: str
    spoken: str
    target_url: str
    ends_on: date | None
    withdrawn_at: datetime | None
    created_at: datetime
    followers: clicks.Followers


def make(
    session: Session,
    now: datetime,
    campaign_id: int,
    *,
    label: str,
    target_url: str,
    spoken: str = "",
    ends_on: date | None = None,
) -> int:
    """A new link of a campaign; its number.

    Raises OutreachError `campaigns.missing`, `links.label` without one, `links.many`, `campaigns.post.target` for no
    web address, and what `campaigns.links.name` raises.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None:
        raise OutreachError("campaigns.missing", id=campaign_id)
    there = session.scalars(select(Link.id).where(Link.campaign_id == campaign_id).limit(_MOST)).all()
    if len(there) >= _MOST:
        raise OutreachError("links.many", most=_MOST)
    _check(label, target_url)
    link = Link(
        code=links.free_code(session),
        campaign_id=campaign_id,
        label=label.strip(),
        target_url=target_url.strip(),
        created_at=now,
        ends_on=ends_on,
    )
    session.add(link)
    session.flush()
    links.name(session, link, spoken)
    return link.id


def change(
    session: Session,
    now: datetime,
    campaign_id: int,
    link_id: int,
    *,
    label: str,
    target_url: str,
    spoken: str,
    ends_on: date | None,
    withdrawn: bool,
) -> None:
    """Corrects a link; what is printed keeps its code, and may lead elsewhere from now on.

    Raises OutreachError `links.missing` and as `make`.
    """
    link = session.scalar(
        select(Link).where(Link.id == link_id, Link.campaign_id == campaign_id).with_for_update()
    )
    if link is None:
        raise OutreachError("links.missing", id=link_id)
    _check(label, target_url)
    link.label, link.target_url, link.ends_on = label.strip(), target_url.strip(), ends_on
    links.withdraw(link, now, withdrawn)
    links.name(session, link, spoken)


def of_campaign(session: Session, campaign_id: int) -> list[CampaignLink]:
    """A campaign's own links, the latest first, with who followed each."""
    return _seen(session, Link.campaign_id == campaign_id)


def one(session: Session, campaign_id: int, link_id: int) -> CampaignLink | None:
    """One of them."""
    return next(iter(_seen(session, (Link.campaign_id == campaign_id) & (Link.id == link_id))), None)


def _seen(session: Session, which: Any) -> list[CampaignLink]:
    rows = session.execute(
        select(Link, clicks.KIND, *clicks.COUNTS)
        .outerjoin(Click, Click.link_id == Link.id)
        .where(which)
        .group_by(Link.id, clicks.KIND)
        .order_by(Link.id.desc())
    ).all()
    counts: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        counts[row[0].id].append(row)
    return [_link(of_one) for of_one in counts.values()]


def _link(rows: list[Any]) -> CampaignLink:
    link: Link = rows[0][0]
    return CampaignLink(
        link.id,
        link.campaign_id or 0,
        link.label,
        link.code,
        link.spoken or "",
        link.target_url,
        link.ends_on,
        link.withdrawn_at,
        link.created_at,
        clicks.counted([row[1:] for row in rows]),
    )


def _check(label: str, target_url: str) -> None:
    if not label.strip():
        raise OutreachError("links.label")
    check_target(target_url)
