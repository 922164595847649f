"""What alerts are about, put straight into a store; and people who want to hear of it."""

import email
import email.policy
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Delivery, DeliveryEvent, Post
from outreach.alerts import rules
from outreach.alerts.models import Alert, AlertItem, AlertLetter
from outreach.alerts.rules import Wanted
from outreach.core.app import App
from outreach.core.testing import MemoryMailer
from outreach.people.models import User
from outreach.tracker.models import Inquiry
from scrapers.models import Mention, Source
from tests.support import mentions

ALWAYS = {"quiet_from": "00:00", "quiet_until": "00:00"}


def person(session: Session, now: datetime, role: str = "comms", mail: str = "", language: str = "lv") -> int:
    mail = mail or f"{role}@example.org"
    known = session.scalar(select(User.id).where(User.mail == mail))
    if known is not None:
        return known
    user = User(mail=mail, name=f"Vārds {role}", role=role, language=language, created_at=now)
    session.add(user)
    session.flush()
    return user.id


def rule(app: App, *kinds: str, role: str = "comms", mail: str = "", ago: timedelta = timedelta(0), **wanted: object) -> int:
    """A person's rule, made so long ago; never quiet unless told otherwise."""
    at = app.clock.now() - ago
    with app.store.transaction() as session:
        user_id = person(session, at, role, mail)
        return rules.put(session, at, user_id, Wanted(kinds, **(ALWAYS | wanted)), "Tests")  # type: ignore[arg-type]


def critical(session: Session, at: datetime, title: str = "Remigrācijas programma neizdodas", **more: object) -> int:
    """A critical mention of a national outlet."""
    outlet, tone = str(more.pop("outlet", "Valsts Avīze")), more.pop("tone", "critical")
    mentions.source(session, outlet, str(more.pop("tier", "national")))
    number = mentions.mention(session, at, title, outlet=outlet, **more)  # type: ignore[arg-type]
    session.get_one(Mention, number).tone = tone  # type: ignore[assignment]
    return number


def counted(session: Session, at: datetime, count: int) -> None:
    for number in range(count):
        mentions.mention(session, at + timedelta(seconds=number), f"Raksts {at:%d.%m.} {number}")


def down(session: Session, since: datetime, name: str = "Ludzas Zeme", state: str = "erring") -> int:
    number = mentions.source(session, name)
    row = session.get_one(Source, number)
    row.state, row.state_since = state, since
    return number


def delivery(session: Session, at: datetime, title: str = "Vietas vēl ir", status: str = "unconfirmed") -> int:
    campaign = Campaign(name="MĀJAS", starts_on=at.date(), created_at=at)
    channel = session.scalar(select(ChannelRow).where(ChannelRow.name == "Mape")) or ChannelRow(name="Mape", kind="folder", settings={})
    session.add_all([campaign, channel])
    session.flush()
    post = Post(campaign_id=campaign.id, language="lv", title=title, text="…", target_url="https://example.org/", created_at=at)
    session.add(post)
    session.flush()
    row = Delivery(post_id=post.id, channel_id=channel.id, due_at=at, status=status, key=f"k{post.id}", attempts=1)
    session.add(row)
    session.flush()
    session.add(DeliveryEvent(delivery_id=row.id, at=at, from_status="sending", to_status=status))
    return row.id


def inquiry(session: Session, at: datetime, words: str = "") -> int:
    count = session.query(Inquiry).count() + 1
    row = Inquiry(
        token=f"t{count}", received_at=at, arrived_by="mail", dedup_key=f"d{count}", language="lv", country="IE", municipality="Ludzas novads",
        topic="housing", people=3, text_sealed=words, name_sealed=words, contact_sealed=words,
    )
    session.add(row)
    session.flush()
    return row.id


def alerts(app: App) -> list[Alert]:
    with app.store.reading() as session:
        return list(session.scalars(select(Alert).order_by(Alert.id)))


def letters(app: App) -> list[AlertLetter]:
    with app.store.reading() as session:
        return list(session.scalars(select(AlertLetter).order_by(AlertLetter.id)))


def items(app: App) -> list[AlertItem]:
    with app.store.reading() as session:
        return list(session.scalars(select(AlertItem).order_by(AlertItem.rule_id, AlertItem.alert_id)))


def subjects(mailer: MemoryMailer) -> list[str]:
    """The subjects of all mails that went, as people read them."""
    return [str(_read(parcel.content)["Subject"]) for parcel in mailer.parcels]


def texts(mailer: MemoryMailer) -> list[str]:
    """The plain texts of all mails that went."""
    return [_read(parcel.content).get_body(("plain",)).get_content() for parcel in mailer.parcels]  # type: ignore[union-attr]


def _read(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)
