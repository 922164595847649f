"""What the tracker's and the reports' tests stand on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from campaigns.models import Campaign, ChannelRow, Click, Delivery, Link, Post
from outreach.core.db import Store
from outreach.core.office import Office, read_office
from outreach.core.seal import Seal
from tests.support import ready

RIGA = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def seal() -> Seal:
    return Seal(bytes(range(32)))


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file, for tests that look at its bytes or break it."""
    opened = ready.tables(tmp_path / "bytes.db")
    yield opened
    opened.close()


@pytest.fixture
def office() -> Office:
    return read_office("latgale", Path())


def publish(session: Session, code: str, published_at: datetime | None, clicks: tuple[datetime, ...] = ()) -> Link:
    """A published post with a tracked link of that code, and its clicks."""
    made = NOW
    campaign = Campaign(name="MĀJAS", starts_on=made.date(), created_at=made)
    channel = ChannelRow(name=f"Kanāls {code}", kind="folder", settings={})
    session.add_all([campaign, channel])
    session.flush()
    post = Post(
        campaign_id=campaign.id,
        language="lv",
        title="Stāsts par atgriešanos",
        text="…",
        target_url="https://example.org/",
        created_at=made,
    )
    session.add(post)
    session.flush()
    delivery = Delivery(
        post_id=post.id,
        channel_id=channel.id,
        due_at=published_at or made,
        status="published" if published_at else "scheduled",
        key=code,
        published_at=published_at,
    )
    session.add(delivery)
    session.flush()
    link = Link(code=code, delivery_id=delivery.id, target_url=post.target_url, created_at=made)
    session.add(link)
    session.flush()
    session.add_all([Click(link_id=link.id, clicked_at=at) for at in clicks])
    session.flush()
    return link
