"""What a campaign has brought follows the standing attribution, and families only from the day they asked."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.models import Link
from outreach.core.db import Store
from outreach.tracker import by_campaign
from outreach.tracker.models import Attribution, Household, Inquiry, Stage, Touch

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Riga")


def ask(session: Session, number: int, household: int | None, **touch: int) -> None:
    asked = Inquiry(token=f"t{number}", received_at=NOW, arrived_by="form", dedup_key=f"k{number}", household_id=household)
    session.add(asked)
    session.flush()
    seen = Touch(inquiry_id=asked.id, kind="link", at=NOW, label={}, **touch)
    session.add(seen)
    session.flush()
    session.add(Attribution(inquiry_id=asked.id, made_at=NOW, rule="link", touch_id=seen.id, by_person=False, evidence={}))


def family(session: Session, number: int, *stages: tuple[str, int]) -> int:
    row = Household(token=f"h{number}", created_at=NOW, countries=["IE"], adults=2, children=0)
    session.add(row)
    session.flush()
    for stage, days in stages:
        session.add(Stage(household_id=row.id, stage=stage, entered_on=DAY + timedelta(days=days), people=2, recorded_at=NOW))
        session.flush()
    return row.id


def test_inquiries_and_families_of_a_campaign(store: Store) -> None:
    with store.transaction() as session:
        campaign, other = (editing.start(session, NOW, name, date(2026, 11, 1)).id for name in "AB")
        post, foreign = (
            editing.write(session, NOW, one, language="lv", title="t", text="x", target_url="https://example.org").id
            for one in (campaign, other)
        )
        poster = Link(code="abcdefg", campaign_id=campaign, target_url="https://example.org/", created_at=NOW)
        session.add(poster)
        session.flush()
        came = family(session, 1, ("contacted", 0), ("offer_sent", 5), ("returned_supported", 9))
        before = family(session, 2, ("offer_sent", -5), ("returned_alone", -1))  # was home before it asked
        mended = family(session, 3, ("offer_sent", 2), ("postponed", 2))  # of one day the later written counts
        ask(session, 1, came, post_id=post)
        ask(session, 2, came, click_link_id=poster.id)
        ask(session, 3, before, post_id=post)
        ask(session, 4, mended, post_id=post)
        ask(session, 5, None, post_id=post)
        ask(session, 6, family(session, 4, ("returned_alone", 3)), post_id=foreign)
    with store.reading() as session:
        assert len(by_campaign.asked(session, campaign)) == 5
        assert len(by_campaign.asked(session, other)) == 1
        offered, returned = (by_campaign.reached(session, campaign, by_campaign.REACHED[kind], ZONE) for kind in ("applications", "returns"))
        assert offered == [DAY + timedelta(days=5)]
        assert returned == [DAY + timedelta(days=9)]
        assert by_campaign.reached(session, other, by_campaign.REACHED["returns"], ZONE) == [DAY + timedelta(days=3)]
        assert by_campaign.reached(session, 99, by_campaign.REACHED["returns"], ZONE) == []
