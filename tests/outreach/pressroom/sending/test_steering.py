"""What a person can do to a sending and to one mail of it, and when."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.postbox import stops
from outreach.pressroom.models import ReleaseMail, Sending
from outreach.pressroom.sending import job, steering
from tests.outreach.pressroom.sending.mailing import contacts, release, rows, started, state, states, wanted
from tests.outreach.pressroom.writing.desk import ANNA

STATES = ("draft", "ready", "going", "paused", "done", "cancelled")
# What may be done in which state, and what becomes of it.
TABLE: dict[str, dict[str, str]] = {
    "pause": {"ready": "paused", "going": "paused"},
    "go_on": {"paused": "going"},
    "cancel": {"draft": "cancelled", "ready": "cancelled", "going": "cancelled", "paused": "cancelled"},
}


@pytest.fixture
def sending(app: App) -> int:
    return started(app, release(app), wanted(contacts(app, ["a@press.test", "b@press.test"])))


def act(app: App, deed: Callable[..., Any], *given: object) -> None:
    with app.store.transaction() as session:
        deed(session, app.clock.now(), *given, ANNA)


def set_to(app: App, status: str, sending_state: str = "done") -> None:
    with app.store.transaction() as session:
        session.execute(update(ReleaseMail).values(status=status, attempts=5))
        session.execute(update(Sending).values(state=sending_state))


@pytest.mark.parametrize("deed", TABLE)
def test_each_deed_in_each_state(app: App, sending: int, deed: str) -> None:
    for before in STATES:
        with app.store.transaction() as session:
            session.execute(update(Sending).values(state=before))
            session.execute(update(ReleaseMail).values(status="due"))
        if before in TABLE[deed]:
            act(app, getattr(steering, deed), sending)
            assert state(app, sending) == TABLE[deed][before]
            assert {*states(app)} == {"skipped" if deed == "cancel" else "due"}
        else:
            with pytest.raises(OutreachError, match=r"pressmail\.not_now"):
                act(app, getattr(steering, deed), sending)
            assert state(app, sending) == before


def test_what_waited_for_its_moment_waits_for_it_again(app: App, sending: int) -> None:
    with app.store.transaction() as session:
        session.execute(update(Sending).values(state="ready", started_at=None))
    act(app, steering.pause, sending)
    act(app, steering.go_on, sending)
    assert state(app, sending) == "ready"


def test_a_failed_mail_is_tried_again_under_its_own_name(app: App, mailer: MemoryMailer, sending: int) -> None:
    mailer.refuse.append(WireError("mail.refused", permanent=True, stage="data", code=552, answer="big", host="r", port=25))
    job.tick(app)
    failed = rows(app)[0]
    assert (failed.status, state(app, sending)) == ("failed", "done")
    act(app, steering.again, failed.id)
    assert (state(app, sending), job.tick(app), state(app, sending)) == ("going", 1, "done")
    assert mailer.parcels[-1].message_id == failed.message_id


def test_when_a_failed_mail_is_not_tried_again(app: App, sending: int) -> None:
    for status in ("due", "sending", "sent", "unconfirmed", "skipped"):
        set_to(app, status)
        with pytest.raises(OutreachError, match=r"mail\.not_failed"):
            act(app, steering.again, 1)
    set_to(app, "failed", "cancelled")
    with pytest.raises(OutreachError, match=r"mail\.cancelled"):
        act(app, steering.again, 1)
    set_to(app, "failed")
    with app.store.transaction() as session:
        stops.stop(session, app.clock.now(), rows(app)[0].mail, stops.COMPLAINT)
    with pytest.raises(OutreachError, match=r"mail\.stopped"):
        act(app, steering.again, 1)
    with pytest.raises(OutreachError, match=r"mail\.missing"):
        act(app, steering.again, 99)


@pytest.mark.parametrize(("was_sent", "goes", "copies"), [(True, 0, 0), (False, 1, 1)])
def test_a_doubt_is_settled_by_a_person(
    app: App, clock: FixedClock, mailer: MemoryMailer, sending: int, was_sent: bool, goes: int, copies: int
) -> None:
    mailer.refuse.append(WireError("mail.unconfirmed", ambiguous=True, stage="dot", host="r", port=25))
    job.tick(app)
    doubtful = rows(app)[0]
    act(app, steering.settle, doubtful.id, was_sent)
    assert (job.tick(app), states(app), state(app, sending)) == (goes, ["sent", "sent"], "done")
    assert [parcel.message_id for parcel in mailer.parcels].count(doubtful.message_id) == copies
    with pytest.raises(OutreachError, match=r"mail\.not_open"):
        act(app, steering.settle, doubtful.id, was_sent)


def test_a_doubt_of_what_was_called_off_is_not_sent_after_all(app: App, sending: int) -> None:
    set_to(app, "unconfirmed", "cancelled")
    act(app, steering.settle, 1, False)
    assert (states(app), state(app, sending)) == (["skipped", "unconfirmed"], "cancelled")
