"""The job that the daemon calls."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from campaigns import dispatch
from campaigns.jobs import care, count, forget_replies, go_on, jobs, look, press, publish
from campaigns.models import Delivery
from outreach.core.app import App
from outreach.core.mail import FolderMailer
from outreach.core.office import Office
from outreach.core.presence import present
from outreach.core.seal import Seal
from outreach.core.settings import Settings
from outreach.core.testing import RecordedHttp
from outreach.core.text import Texts
from tests.campaigns.desk import Desk


@pytest.fixture
def app(desk: Desk, tmp_path: Path) -> App:
    # The office plays no part in publishing.
    return App(
        settings=Settings(base=tmp_path),
        office=cast(Office, None),
        clock=desk.clock,
        store=desk.store,
        http=RecordedHttp({}),
        mailer=FolderMailer(tmp_path / "mail"),
        seal=Seal(b"k" * 32),
        texts=Texts({}),
    )


def test_what_sends_and_what_looks_do_so_every_20_seconds() -> None:
    told = {job.name: (job.every, job.run) for job in jobs()}
    often, seldom = timedelta(seconds=20), timedelta(minutes=5)
    assert told == {
        "publish": (often, publish),
        "publish-look": (often, look),
        "channels": (seldom, care),
        "post-numbers": (seldom, count),
        "replies": (timedelta(hours=1), forget_replies),
        "series": (timedelta(hours=6), go_on),
    }


def test_with_nothing_due_every_job_does_nothing(app: App) -> None:
    assert [job.run(app) for job in jobs()] == [{}] * 6


def test_a_tick_sends_what_is_due(app: App, desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    assert publish(app) == {"published": 1}
    assert desk.status(delivery) == "published"
    assert publish(app) == {}
    assert press(app).late == timedelta(hours=app.settings.publish.late_hours)


def test_a_tick_looks_after_those_whose_sender_is_gone(app: App, desk: Desk) -> None:
    channel = desk.channel()
    lost, working = desk.plan(channel), desk.plan(channel)
    folder = app.settings.folder
    with pytest.raises(ZeroDivisionError), present(folder) as dead:
        raise ZeroDivisionError
    with present(folder) as alive:
        with desk.store.transaction() as session:
            for delivery, token in ((lost, dead), (working, alive)):
                row = session.get_one(Delivery, delivery)
                row.status, row.claimed_by, row.claimed_at = "sending", token, desk.clock.now()
        assert publish(app) == {}
        assert (desk.status(lost), desk.status(working)) == ("unconfirmed", "sending")
        desk.clock.step(timedelta(days=2))
        assert publish(app) == {}
        assert desk.status(working) == "sending"
    assert not (folder / "run" / f"{alive}.lock").exists()


def test_asked_to_stop_nothing_is_begun(app: App, desk: Desk) -> None:
    delivery = desk.plan(desk.channel())
    app.stopping.set()
    assert publish(app) == {}
    assert desk.status(delivery) == "scheduled"


def test_the_round_of_care_keeps_the_hours_of_audiences(app: App, desk: Desk) -> None:
    due = datetime(2026, 3, 5, 19, 30, tzinfo=UTC)  # as if Britain changed its clocks otherwise
    post, channel = desk.post(), desk.channel()
    with desk.store.transaction() as session:
        number = dispatch.schedule(
            session, desk.clock.now(), post, channel, due,
            wall=datetime(2026, 3, 5, 18, 30), wall_zone=ZoneInfo("Europe/London"),
        ).id  # fmt: skip
    assert care(app)["rewalled"] == 1
    assert desk.row(number).due_at == due - timedelta(hours=1)
    assert "rewalled" not in care(app)
