"""The access to a channel that ends reaches a person who does not look: a week ahead, and an hour before a post."""

from datetime import timedelta

from sqlalchemy import select

from campaigns.models import ChannelRow
from outreach.alerts import jobs
from outreach.core.app import App
from outreach.core.testing import FixedClock, MemoryMailer
from tests.outreach.alerts import scene
from tests.outreach.alerts.conftest import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_over_simulated_days_each_warning_is_one_mail(app: App, clock: FixedClock, mailer: MemoryMailer) -> None:
    scene.rule(app, "unconfirmed", ago=HOUR)
    with app.store.transaction() as session:
        scene.delivery(session, NOON + 10 * DAY + HOUR, "Tirgus diena", status="scheduled")
        session.scalars(select(ChannelRow)).one().ends_at = NOON + 10 * DAY
    for hours in range(0, 10 * 24 + 1, 6):
        clock.moment = NOON + hours * HOUR
        jobs.tick(app), jobs.tick(app)
    first, last = scene.subjects(mailer)
    assert first.startswith("Piekļuve kanālam “Mape” beidzas ") and first.endswith("līdz tam tā jāatjauno")
    assert "+1" in last and "/settings/channels/" in scene.texts(mailer)[-1] and "Tirgus diena" in scene.texts(mailer)[-1]


def test_an_access_made_anew_is_told_no_more(app: App, clock: FixedClock, mailer: MemoryMailer) -> None:
    scene.rule(app, "unconfirmed", ago=30 * DAY, quiet_from="09:00", quiet_until="20:00")
    with app.store.transaction() as session:
        scene.delivery(session, NOON + 30 * DAY, status="scheduled")
        session.scalars(select(ChannelRow)).one().ends_at = NOON + 5 * DAY
    assert jobs.tick(app) == 0 and [one.over_at for one in scene.alerts(app)] == [None]
    with app.store.transaction() as session:
        session.scalars(select(ChannelRow)).one().ends_at = NOON + 60 * DAY
    clock.step(9 * HOUR)
    assert jobs.tick(app) == 0 and mailer.parcels == []
    assert [one.over_at for one in scene.alerts(app)] == [NOON + 9 * HOUR]
