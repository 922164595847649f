"""What we ourselves said in the last weeks, and which articles print it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery, Post
from outreach.digest.printing import laid_out
from outreach.pressroom.ledger import reading
from outreach.pressroom.models import Release as PressRelease
from scrapers import morning
from scrapers.morning import Told

# An outlet that prints a release does it within days; a weekly within two weeks, a municipality's monthly in four.
_KEPT = timedelta(days=30)
# What lay about before we said it is not ours: we quoted it. Releases go to the press a day before we post them.
_AHEAD = timedelta(days=1)
# A delivery is entered by the day it was due, and may have waited for its channel.
_WAITED = timedelta(days=30)
_MOST = 300


@dataclass(frozen=True)
class Release:
    """A text of ours that went out, and when first."""

    post_id: int
    campaign_id: int
    text: str
    at: datetime


def recent(session: Session, since: datetime, until: datetime) -> list[Release]:
    """What went out up to `until`, from thirty days before `since` on; the latest 300 texts."""
    at = func.min(Delivery.published_at)
    first = (
        select(Delivery.post_id, at.label("at"))
        .where(
            Delivery.status == "published",
            Delivery.due_at >= since - _KEPT - _WAITED,
            Delivery.due_at < until + _WAITED,
            Delivery.published_at >= since - _KEPT,
            Delivery.published_at < until,
        )
        .group_by(Delivery.post_id)
        .order_by(at.desc(), Delivery.post_id)
        .limit(_MOST)
        .subquery("first")
    )
    texts = select(Post.id, Post.campaign_id, Post.text, first.c.at).join(first, first.c.post_id == Post.id)
    return [Release(*row) for row in session.execute(texts.order_by(Post.id))]


def carried(session: Session, releases: Sequence[Release], rows: Iterable[Told]) -> dict[int, frozenset[int]]:
    """The campaigns whose posts or press releases a mention prints, by the mention's number; our own outlets print
    nothing of ours.

    Of press releases the ledger knows it (`outreach.pressroom.ledger`). For posts the articles' texts are read, only
    where we said anything.
    """
    asked = {row.article_id: row for row in rows if row.owner != "own"}
    found = _by_ledger(session, sorted(row.mention_id for row in asked.values()))
    printing = laid_out((one.post_id, one.campaign_id, one.text) for one in releases)
    if not printing.known:
        return found
    ours = {one.post_id: one for one in releases}
    for number, text in morning.texts(session, asked):
        row = asked[number]
        printed = (ours[post] for post in printing.printed_in(text))
        campaigns = frozenset(one.campaign_id for one in printed if row.at >= one.at - _AHEAD)
        if campaigns:
            found[row.mention_id] = found.get(row.mention_id, frozenset()) | campaigns
    return found


def _by_ledger(session: Session, mentions: Sequence[int]) -> dict[int, frozenset[int]]:
    """The campaigns of the press releases that these mentions print."""
    printed = reading.releases_printed(session, mentions)
    if not printed:
        return {}
    numbers = {number for releases in printed.values() for number in releases}
    rows = session.execute(
        select(PressRelease.id, PressRelease.campaign_id).where(
            PressRelease.id.in_(numbers), PressRelease.campaign_id.is_not(None)
        )
    )
    campaigns: dict[int, int] = {number: campaign for number, campaign in rows if campaign is not None}
    told = {
        mention: frozenset(campaigns[number] for number in releases if number in campaigns)
        for mention, releases in printed.items()
    }
    return {mention: one for mention, one in told.items() if one}


def titles(session: Session, campaigns: Iterable[int]) -> dict[int, str]:
    """The campaigns' names by number; one that is gone has none."""
    wanted = sorted(set(campaigns))
    if not wanted:
        return {}
    rows = session.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(wanted)).order_by(Campaign.id))
    return {row.id: row.name for row in rows}
