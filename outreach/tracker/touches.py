"""What lies before an inquiry: the tracked link it came by, what they said, and what was written in the weeks
before.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from campaigns import queries as campaigns
from outreach.tracker.attribution import Asked, Seen
from outreach.tracker.heard import evidence, reading
from outreach.tracker.models import Touch
from scrapers import queries as scrapers

COVERAGE_DAYS = 14
COVERAGE_MOST = 5


def before(session: Session, inquiry: Asked) -> list[Seen]:
    """Everything that could be linked with the inquiry, by asking both wings.

    Coverage is asked for the inquiry's municipality, and is a suggestion for a person. A code that no link of
    ours has gives nothing. Codes and what they say are those of the two columns of how they heard; of an inquiry from
    before there were columns they are its own.
    """
    seen: list[Seen] = []
    told = evidence.evidence(reading.of_inquiry(session, inquiry.inquiry_id)) or _own(inquiry)
    for code in told.codes:
        seen.extend(_link(session, inquiry, code))
    seen.extend(Seen("said", inquiry.received_at, label=label) for label in told.said)
    if inquiry.municipality:
        seen.extend(_coverage(session, inquiry, inquiry.municipality))
    return seen


def record(session: Session, inquiry_id: int, seen: list[Seen]) -> list[Touch]:
    """Keeps what was seen, in the same order, each with its label as it was then."""
    rows = [
        Touch(
            inquiry_id=inquiry_id,
            kind=touch.kind,
            at=touch.at,
            click_link_id=touch.link_id,
            post_id=touch.post_id,
            mention_id=touch.mention_id,
            label=dict(touch.label),
        )
        for touch in seen
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _own(inquiry: Asked) -> evidence.Evidence:
    codes = (inquiry.code,) if inquiry.code else ()
    return evidence.Evidence(codes, ({"source": inquiry.said_source},) if inquiry.said_source else ())


def _link(session: Session, inquiry: Asked, code: str) -> list[Seen]:
    link = campaigns.link_of(session, code)
    if link is None:
        return []
    clicks = campaigns.clicks_before(session, code, inquiry.received_at)
    at = clicks.last or link.published_at
    if at is None:
        return []
    label: dict[str, str | int | None] = {
        "post": link.post_title or None,
        "campaign": link.campaign_name,
        "channel": link.channel,
        "published_at": link.published_at.isoformat() if link.published_at else None,
        "clicked_at": clicks.last.isoformat() if clicks.last else None,
        "clicks": clicks.count,
    }
    if code != inquiry.code:
        label["code"] = code
    return [Seen("link", at, link_id=link.link_id, post_id=link.post_id, label=label)]


def _coverage(session: Session, inquiry: Asked, municipality: str) -> list[Seen]:
    since = inquiry.received_at - timedelta(days=COVERAGE_DAYS)
    mentions = scrapers.coverage(session, municipality, since, inquiry.received_at, COVERAGE_MOST)
    return [
        Seen(
            "coverage",
            mention.published_at,
            mention_id=mention.mention_id,
            label={"title": mention.title, "outlet": mention.outlet, "url": mention.canonical_url},
        )
        for mention in mentions
    ]
