"""The release of the sample day: nothing stops it, it goes to the newsroom's outlets, and one of them brings it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from campaigns import editing
from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.demo import release
from outreach.demo.newsroom import Newsroom
from outreach.pressroom.models import Release
from tests.support.offices import told_in

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_it_is_approved_sent_and_printed(tmp_path: Path) -> None:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as app:
        newsroom = Newsroom(NOW - timedelta(minutes=1), app.settings.zone)
        before = {one.slug: len(one.articles) for one in newsroom.outlets}
        with app.store.transaction() as session:
            campaign = editing.campaign_named(session, NOW, "MĀJAS", NOW.date())
        sent = release.send(app, newsroom, campaign, app.texts.in_language("lv"), "demo")
        assert sent.mails == len(list((app.settings.folder / "mail").glob("*.eml"))) > 5
        with app.store.reading() as session:
            row = session.scalars(select(Release)).one()
            assert (row.id, row.campaign_id) == (sent.release_id, campaign) and row.published_at == NOW
        assert sent.link.startswith(f"{app.settings.web.public_url}/k/")
        name = release.printed(app, newsroom)
        (outlet,) = [one for one in newsroom.outlets if len(one.articles) != before[one.slug]]
        assert outlet.name == name and len(outlet.articles) == before[outlet.slug] + 1
        page = newsroom.page(f"/{outlet.slug}/{outlet.articles[0].slug}.html")
        assert page is not None and "2026-11-23T11:00:00+02:00" in page[1].decode()
        assert release.came_of_it(app, sent.release_id).prints == ()  # nobody has collected yet
        newsroom._server.server_close()
