"""Inquiries and families with touches, in few words: a campaign's channels, what people said, stages by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, Link, Post
from outreach.tracker.credit.journeys import Asked
from outreach.tracker.models import Attribution, Household, Inquiry, Stage, Touch

ZONE = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
YEAR = Asked(date(2026, 1, 1), date(2026, 12, 31), ZONE, 90)


def link(session: Session, name: str, campaign: str = "MĀJAS") -> int:
    """A link of a published post in a channel of this name; its number. A campaign's name names one campaign."""
    held = session.query(Campaign).filter_by(name=campaign).one_or_none()
    if held is None:
        held = Campaign(name=campaign, starts_on=date(2026, 1, 1), created_at=NOW)
        session.add(held)
    channel = ChannelRow(name=name, kind="folder", settings={})
    session.add(channel)
    session.flush()
    post = Post(campaign_id=held.id, language="lv", title=f"Par {name}", text="x", target_url="https://example.org/", created_at=NOW)
    session.add(post)
    session.flush()
    delivery = Delivery(post_id=post.id, channel_id=channel.id, due_at=NOW, status="published", key=name)
    session.add(delivery)
    session.flush()
    row = Link(code=name, delivery_id=delivery.id, target_url=post.target_url, created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def poster(session: Session, campaign_id: int, label: str) -> int:
    """A campaign's own link."""
    row = Link(code=label, campaign_id=campaign_id, label=label, target_url="https://example.org/", created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


_numbers = iter(range(1, 1_000_000))


def ask(session: Session, *touches: tuple[int, float] | str, at: datetime = NOW, family: int | None = None, country: str | None = "IE", **more: str) -> int:
    """An inquiry; a touch is a link with how many days before it lies, or a source they said. Its number."""
    unique = f"a{next(_numbers)}"
    row = Inquiry(token=unique, received_at=at, arrived_by="form", dedup_key=unique, household_id=family, country=country, **more)
    session.add(row)
    session.flush()
    for touch in touches:
        if isinstance(touch, str):
            session.add(Touch(inquiry_id=row.id, kind="said", at=at, label={"source": touch}))
        else:
            session.add(Touch(inquiry_id=row.id, kind="link", at=at - timedelta(days=touch[1]), click_link_id=touch[0], label={"post": "Sen", "campaign": "Senā"}))
    session.flush()
    return row.id


def corrected(session: Session, inquiry: int, rule: str, touch: int | None = None, said: str | None = None) -> None:
    """A person's answer."""
    evidence: dict[str, str | int | None] = {"source": said} if said else {}
    session.add(Attribution(inquiry_id=inquiry, made_at=NOW, rule=rule, touch_id=touch, by_person=True, evidence=evidence))
    session.flush()


def family(session: Session, *stages: tuple[str, date], people: int = 3, created: datetime = NOW, country: str = "IE") -> int:
    """A family with these stages; its number."""
    row = Household(token=f"h{next(_numbers)}", created_at=created, countries=[country], adults=people, children=0, municipality="Balvu novads")
    session.add(row)
    session.flush()
    for stage, day in stages:
        session.add(Stage(household_id=row.id, stage=stage, entered_on=day, people=people, recorded_at=NOW))
        session.flush()
    return row.id
