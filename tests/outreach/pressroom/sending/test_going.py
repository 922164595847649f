"""Mails on their way: each once, at its pace, and stopped as soon as they should not go on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from campaigns.models import Picture
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import WireError
from outreach.core.mail import SILENT, Note, Parcel, Receipt
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.people.models import AuditEntry
from outreach.postbox import stops
from outreach.pressroom.contacts import lists, stopping
from outreach.pressroom.models import Contact, PressSubscriber, ReleaseMail, ReleasePicture
from outreach.pressroom.sending import editions, job, pacing, reading, recording, steering
from outreach.pressroom.sending.making import Owed
from outreach.pressroom.sending.standing import UNSUBSCRIBED
from tests.outreach.pressroom.sending.mailing import (
    NOW,
    contacts,
    desk,
    release,
    rows,
    started,
    state,
    states,
    subscriber,
    wanted,
    withdrawn,
)
from tests.outreach.pressroom.writing.desk import ANNA


def many(app: App, count: int, **plan: object) -> int:
    here = contacts(app, [f"r{number:04}@press{number % 3}.test" for number in range(count)])
    return started(app, release(app), wanted(here, **plan))


@dataclass
class Doing(MemoryMailer):
    """Does something else before the mail of this number, from 1."""

    at: int = 1
    act: Callable[[], None] = field(default=lambda: None)

    def line(self, **_: object):  # type: ignore[no-untyped-def]
        from contextlib import nullcontext

        return nullcontext(_DoingLine(self))


@dataclass
class _DoingLine:
    mailer: Doing

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        note.handing()
        self.mailer.parcels.append(parcel)
        if len(self.mailer.parcels) == self.mailer.at:
            self.mailer.act()
        receipt = Receipt("folder", parcel.message_id)
        note.taken(receipt)
        return receipt


@pytest.mark.parametrize(
    ("per_minute", "lately", "just", "left"),
    [(0, 50, 50, None), (60, 0, 0, 10), (60, 10, 10, 0), (60, 20, 4, 6), (60, 55, 0, 5), (60, 60, 0, 0), (3, 0, 0, 1), (2, 3, 0, 0)],
)
def test_a_pace_is_spread_over_its_minute(per_minute: int, lately: int, just: int, left: int | None) -> None:
    assert pacing.room(per_minute, 0, ["a@x.test"] * lately, just).all == left


def test_a_domain_that_has_had_its_share_holds_up_no_other() -> None:
    room = pacing.room(0, 2, ["a@Full.test", "b@full.test"], 2)
    found = room.pick([(1, "c@full.test"), (2, "a@x.test"), (3, "b@x.test"), (4, "c@x.test"), (5, "a@y.test")], 10)
    assert (found, set(room.full)) == ([2, 3, 5], {"full.test", "x.test"})


def test_it_goes_as_fast_as_it_may_and_no_faster(app: App, clock: FixedClock, mailer: MemoryMailer) -> None:
    sending = many(app, 24, per_minute=12, per_domain=3)
    began = []
    while state(app, sending) == "going":
        began += [clock.now()] * job.tick(app)
        assert began.count(clock.now()) <= 2
        clock.step(timedelta(seconds=10))
    assert (len(began), state(app, sending)) == (24, "done")
    assert all(sum(moment - timedelta(minutes=1) < one <= moment for one in began) <= 12 for moment in began)
    # Three a minute to each of three domains, eight mails each: the last of them two minutes after the first.
    assert timedelta(minutes=2) <= began[-1] - began[0] <= timedelta(minutes=3)


def test_each_gets_one_whatever_is_looked_at_how_often(app: App, mailer: MemoryMailer) -> None:
    sending = many(app, 250)
    assert (job.tick(app), job.tick(app)) == (250, 0)
    assert len({parcel.to for parcel in mailer.parcels}) == len(mailer.parcels) == 250
    assert (state(app, sending), {*states(app)}) == ("done", {"sent"})


def test_two_processes_share_the_mails(store: Store, tmp_path: Path) -> None:
    mailers = MemoryMailer(), MemoryMailer()
    apps = [desk(store, tmp_path, FixedClock(NOW), mailer) for mailer in mailers]
    sending = many(apps[0], 300)
    together = threading.Barrier(2)

    def work(app: App) -> None:
        together.wait()
        job.tick(app)

    threads = [threading.Thread(target=work, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    got = [parcel.to[0] for mailer in mailers for parcel in mailer.parcels]
    assert (len(got), len(set(got)), state(apps[0], sending)) == (300, 300, "done")


def test_a_pause_within_a_batch_gives_the_rest_back_and_it_goes_on_from_there(app: App) -> None:
    paused = threading.Event()
    mailer = Doing(at=3)
    busy = replace(app, mailer=mailer)
    sending = many(busy, 60)

    def pause() -> None:
        with app.store.transaction() as session:
            steering.pause(session, NOW, sending, ANNA)
        paused.wait(1.5)  # the look of each second sees it

    mailer.act = pause
    assert job.tick(busy) == 3
    assert (state(app, sending), states(app).count("due"), job.tick(busy)) == ("paused", 57, 0)
    assert {row.attempts for row in rows(app) if row.status == "due"} == {0}
    with app.store.transaction() as session:
        steering.go_on(session, NOW, sending, ANNA)
    assert job.tick(busy) == 57
    assert len({parcel.to for parcel in mailer.parcels}) == 60


def test_what_is_called_off_goes_no_further(app: App) -> None:
    mailer = Doing(at=100)
    busy = replace(app, mailer=mailer)
    sending = many(busy, 250)

    def cancel() -> None:
        with app.store.transaction() as session:
            steering.cancel(session, NOW, sending, ANNA)

    mailer.act = cancel
    went = job.tick(busy)
    # What was claimed when it was called off may be out; whatever was not tried is skipped.
    assert 100 <= went <= 200
    assert (states(app).count("sent"), states(app).count("skipped"), state(app, sending)) == (went, 250 - went, "cancelled")


@pytest.mark.parametrize(
    ("how", "key"), [("withdrawn", "pressmail.barred.withdrawn"), ("consent", "pressmail.barred.consents")]
)
def test_what_may_not_go_on_stops_before_the_next_batch(app: App, how: str, key: str) -> None:
    mailer = Doing(at=1)
    busy = replace(app, mailer=mailer)
    sending = many(busy, 450)
    with app.store.reading() as session:
        number = session.scalar(select(ReleaseMail.sending_id).limit(1)) or 0
    release_id = reading_release(app, number)

    def bar() -> None:
        if how == "withdrawn":
            return withdrawn(app, release_id)
        with app.store.transaction() as session:
            picture = Picture(
                name="a" * 64 + ".webp", width=1, height=1, size=1, alt="Ģimene", rights="Birojs", of_people=True,
                consent_from=date(2026, 1, 1), withdrawn_at=NOW, added_at=NOW, added_by=ANNA,
            )  # fmt: skip
            session.add(picture)
            session.flush()
            session.add(ReleasePicture(release_id=release_id, picture_id=picture.id))
        return None

    mailer.act = bar
    went = job.tick(busy)
    assert (went in {100, 200, 300}, state(app, sending)) == (True, "paused")
    with app.store.reading() as session:
        seen = reading.one(session, sending)
        assert seen is not None and (seen.reason_key, seen.counts["due"]) == (key, 450 - went)


def reading_release(app: App, sending_id: int) -> int:
    with app.store.reading() as session:
        seen = reading.one(session, sending_id)
        assert seen is not None
        return seen.release_id


def test_who_is_not_to_be_written_to_by_now_is_skipped(app: App, mailer: MemoryMailer) -> None:
    mails = ["a@press.test", "stop@press.test", "left@press.test", "gone@press.test", "back@press.test"]
    here = contacts(app, mails)
    reader = subscriber(app, "reader@x.test")
    started(app, release(app), wanted(here, subscribers=True))
    with app.store.transaction() as session:
        number = {mail: id for id, mail in session.query(Contact.id, Contact.mail)}
        stopping.stop(session, NOW, "stop@press.test", stopping.ASKED, ANNA)
        stopping.leave(session, NOW, number["left@press.test"], here)
        session.execute(update(ReleaseMail).where(ReleaseMail.mail == "gone@press.test").values(contact_id=None))
        stops.stop(session, NOW, "back@press.test", stops.COMPLAINT)
        session.execute(delete(PressSubscriber).where(PressSubscriber.id == reader))
    assert job.tick(app) == 1
    assert {row.mail: row.error_key for row in rows(app) if row.status == "skipped"} == {
        "stop@press.test": lists.STOPPED, "left@press.test": lists.LEFT, "gone@press.test": lists.STOPPED,
        "back@press.test": lists.RETURNED, "reader@x.test": UNSUBSCRIBED,
    }  # fmt: skip


REFUSED: dict[str, Any] = {"code": 550, "answer": "5.1.1 no such user", "host": "relay.test", "port": 25}


def test_an_address_that_is_refused_for_good_gets_nothing_any_more(app: App, mailer: MemoryMailer) -> None:
    sending = many(app, 3)
    mailer.refuse.append(WireError("mail.refused", permanent=True, stage="recipient", **REFUSED))
    assert (job.tick(app), states(app), state(app, sending)) == (2, ["failed", "sent", "sent"], "done")
    with app.store.reading() as session:
        assert [one.mail for one in stops.all_stopped(session)] == ["r0000@press0.test"]
        assert ("stop", "contact") in [(one.action, one.subject_kind) for one in session.scalars(select(AuditEntry))]


LATER = WireError("mail.refused", stage="recipient", code=450, answer="later", host="r", port=25)


def test_what_may_pass_is_tried_again_for_a_day_and_then_failed() -> None:
    moment, tries, attempts = NOW, [], 0
    while True:
        tries.append((moment - NOW) // timedelta(minutes=1))
        outcome = recording.judged(LATER, Owed(1, 1, "a@press.test", "lv", {}, "<a@b>", attempts, 1, 1), moment)
        if outcome.next_try_at is None:
            break
        moment, attempts = outcome.next_try_at, attempts + 1
    assert tries[:8] == [0, 1, 3, 7, 15, 31, 61, 91]
    assert (outcome.status, outcome.stop, tries[-1]) == ("failed", False, 23 * 60 + 31)


def test_a_mail_that_was_put_off_goes_when_its_time_has_come(app: App, clock: FixedClock, mailer: MemoryMailer) -> None:
    sending = many(app, 2)
    mailer.refuse += [LATER, LATER]
    assert (job.tick(app), job.tick(app), state(app, sending)) == (0, 0, "going")
    clock.step(timedelta(minutes=1))
    assert (job.tick(app), state(app, sending), [row.attempts for row in rows(app)]) == (2, "done", [2, 2])
    assert [row.error_key for row in rows(app)] == [None, None]


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (WireError("mail.unreachable", stage="connect", host="r", port=25), "going"),
        (WireError("mail.refused", stage="sender", code=451, answer="4.3.0", host="r", port=25), "going"),
        (WireError("mail.login", stage="login", code=535, answer="no", host="r", port=25), "paused"),
        (WireError("mail.refused", stage="sender", code=550, answer="no", host="r", port=25), "paused"),
        (WireError("mail.tls", stage="connect", reason="expired", host="r", port=25), "paused"),
    ],
    ids=["not there", "not now", "login", "sender", "certificate"],
)
def test_a_relay_that_takes_nothing_costs_one_try_and_not_all(
    app: App, clock: FixedClock, mailer: MemoryMailer, error: WireError, ends: str
) -> None:
    sending = many(app, 20)
    mailer.refuse.append(error)
    assert (job.tick(app), state(app, sending)) == (0, ends)
    assert [row.attempts for row in rows(app)].count(0) == 19 and {*states(app)} == {"due"}
    assert job.tick(app) == 0  # it rests, or waits for a person
    with app.store.transaction() as session:
        seen = reading.one(session, sending)
        assert seen is not None and seen.reason_key == (error.key if ends == "paused" else None)
        if ends == "paused":
            steering.go_on(session, clock.now(), sending, ANNA)
    clock.step(timedelta(minutes=1))
    assert job.tick(app) == 20


@pytest.mark.parametrize("stage", ["dot", "recipient"])
def test_a_relay_that_wants_none_of_our_words_is_not_asked_by_every_mail(
    app: App, mailer: MemoryMailer, stage: str
) -> None:
    sending = many(app, 40)
    spam = WireError("mail.refused", permanent=stage == "dot", stage=stage, code=554, answer="5.7.1 spam", host="r", port=25)
    mailer.refuse += [spam] * 40
    job.tick(app)
    assert (state(app, sending), len(mailer.refuse)) == ("paused", 30)


def test_an_answer_that_never_came_leaves_a_doubt_and_nothing_is_sent_by_guess(
    app: App, clock: FixedClock, mailer: MemoryMailer
) -> None:
    sending = many(app, 3)
    mailer.refuse.append(WireError("mail.unconfirmed", ambiguous=True, stage="dot", host="r", port=25))
    assert (job.tick(app), states(app), state(app, sending)) == (2, ["unconfirmed", "sent", "sent"], "done")
    clock.step(timedelta(days=1))
    assert (job.tick(app), states(app)[0]) == (0, "unconfirmed")


def test_a_file_that_is_gone_pauses_the_whole(app: App, mailer: MemoryMailer) -> None:
    here = contacts(app, ["a@press.test"])
    sending = started(app, release(app), wanted(here, attach=("docx",)))
    (file,) = editions.folder_of(app.settings).iterdir()
    file.write_bytes(b"another")
    job.tick(app)
    with app.store.reading() as session:
        seen = reading.one(session, sending)
        assert seen is not None and (seen.state, seen.reason_key) == ("paused", "pressmail.file")
    assert mailer.parcels == []


def test_one_that_cannot_be_made_keeps_no_other_from_going(app: App, mailer: MemoryMailer) -> None:
    many(app, 3)
    with app.store.transaction() as session:
        session.execute(update(ReleaseMail).where(ReleaseMail.id == 2).values(mail="r\r\nBcc: all@press1.test"))
    assert (job.tick(app), states(app)) == (2, ["sent", "failed", "sent"])


def test_a_correction_goes_first(app: App, mailer: MemoryMailer) -> None:
    first = release(app)
    started(app, first, wanted(contacts(app, ["a@press.test"])))
    job.tick(app)
    started(app, release(app), wanted(contacts(app, ["b@press.test"])))
    started(app, release(app, kind="withdrawal", about_id=first), wanted())
    job.tick(app)
    assert [parcel.to[0] for parcel in mailer.parcels] == ["a@press.test", "a@press.test", "b@press.test"]
