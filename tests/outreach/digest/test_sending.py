"""The morning mail is owed once a day and sent once, whatever relay, store, clock or a second process do."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from outreach.core import journal, presence
from outreach.core.db import Store
from outreach.core.errors import OutreachError, WireError
from outreach.core.mail import Receipt
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.digest import carrying, making, sending
from outreach.digest.models import DigestEdition
from outreach.postbox import stops
from outreach.subscribers import runs
from outreach.subscribers.models import DigestRun
from tests.outreach.digest.mailroom import BEFORE, MORNING, office_of, reader, readers, rows, states, tick, written
from tests.support.people import account
from tests.support.relay import parsed

BUSY = WireError("mail.refused", stage="data", code=451, answer="later")
DOWN = WireError("mail.unreachable", stage="connect", host="relay", port=25)


def test_each_reader_gets_the_day_once_and_readers_of_one_plan_one_edition(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    mails = readers(app, 5)
    reader(app, "anne@press.test", language="en")
    reader(app, "skolas@press.test", tiers=("national",))
    written(app, 3)
    assert tick(app) == []
    clock.moment = MORNING
    assert len(tick(app)) == 7
    assert tick(app) == []
    assert sorted(parcel.to[0] for parcel in mailer.parcels) == sorted([*mails, "anne@press.test", "skolas@press.test"])
    assert set(states(app)) == {"sent"}
    assert len({row.edition_id for row in rows(app)}) == 3
    assert len({parcel.message_id for parcel in mailer.parcels}) == 7
    assert mailer.lines == 1


def test_whoever_works_in_the_office_may_judge_and_reads_its_business(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    for role in ("comms", "coordinator", "partner"):
        account(app, role)
        reader(app, f"{role}@example.org")
    reader(app, "arpus@press.test")
    written(app, 2)
    clock.moment = MORNING
    assert len(tick(app)) == 4
    html = {parcel.to[0]: parsed(parcel.content).get_body(("html",)) for parcel in mailer.parcels}
    judged = {mail: "/judge/" in body.get_content() for mail, body in html.items() if body is not None}
    assert judged == {
        "comms@example.org": True, "coordinator@example.org": False, "partner@example.org": False, "arpus@press.test": False
    }  # fmt: skip
    with app.store.reading() as session:
        editions = session.scalars(select(DigestEdition).order_by(DigestEdition.id)).all()
    # A partner reads of their own place alone, and nothing of the office's, as somebody without an account.
    assert sorted(edition.office for edition in editions) == [False, False, True, True]


def test_a_mail_that_is_tried_again_is_the_same_to_the_letter(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer, mail={"bounce_to": "atpakal@example.org"})
    reader(app, "lasitajs@example.org")
    written(app, 2)
    clock.moment = MORNING
    tick(app)
    with app.store.transaction() as session:
        session.execute(update(DigestRun).values(status="due", next_try_at=None))
    written(app, 3)
    clock.step(timedelta(hours=1))
    tick(app)
    first, again = mailer.parcels
    assert first.content == again.content
    assert first.sender == again.sender and first.sender.startswith("atpakal+d")


def test_the_head_of_a_mail_lets_its_reader_leave_with_one_click(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    told: dict[str, object] = {"public_url": "https://birojs.example/"}
    app = office_of(store, tmp_path, clock, mailer, web=told, mail={"copy_to": "kopijas@example.org"})
    reader(app, "lasitajs@example.org")
    clock.moment = MORNING
    tick(app)
    [parcel] = mailer.parcels
    mail = parsed(parcel.content)
    assert mail["List-Id"] == "<digest.example.org>"
    assert mail["List-Unsubscribe"].startswith("<https://birojs.example/subscription/")
    assert mail["List-Unsubscribe"].endswith("/off>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"].endswith("+0200")
    assert mail["Message-ID"] == rows(app)[0].message_id
    assert mail["From"].addresses[0].addr_spec == "zinas@example.org"
    assert parcel.to == ("lasitajs@example.org", "kopijas@example.org")
    assert "kopijas" not in parcel.content.decode("ascii")
    body = mail.get_body(("html",))
    assert body is not None and "https://birojs.example/d/" in body.get_content()


def test_a_refusal_for_now_is_tried_again_and_touches_nobody_else(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer(refuse=[BUSY])
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 3)
    clock.moment = MORNING
    assert len(tick(app)) == 2
    assert Counter(states(app)) == {"sent": 2, "due": 1}
    mailer.refuse = [BUSY]
    assert tick(app) == []
    clock.step(timedelta(minutes=1))
    assert tick(app) == []
    clock.step(timedelta(minutes=1))
    assert tick(app) == []  # now it waits two minutes
    clock.step(timedelta(minutes=1))
    assert len(tick(app)) == 1
    assert len({parcel.message_id for parcel in mailer.parcels}) == len(mailer.parcels) == 3


def test_a_relay_that_is_down_is_asked_once_a_look_and_everybody_waits(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer(refuse=[DOWN])
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, carrying.BATCH + 20)
    clock.moment = MORNING
    assert tick(app) == []
    assert {(row.status, row.error_key, row.attempts) for row in rows(app)} == {("due", "mail.unreachable", 1)}
    assert {row.next_try_at for row in rows(app)} == {MORNING + timedelta(minutes=1)}
    assert mailer.refuse == []
    clock.step(timedelta(minutes=1))
    assert len(tick(app)) == carrying.BATCH + 20


def test_down_until_noon_the_mail_goes_late_once_and_says_so(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer(refuse=[DOWN] * 100)
    app = office_of(store, tmp_path, clock, mailer)
    reader(app, "lasitajs@example.org", language="en")
    clock.moment = MORNING
    while clock.moment < MORNING + timedelta(hours=5, minutes=31):
        tick(app)
        clock.step(timedelta(minutes=5))
    [run] = rows(app)
    assert (run.status, run.late) == ("due", True)
    message_id = run.message_id
    written(app, 1)
    mailer.refuse = []
    clock.step(timedelta(hours=1))
    assert len(tick(app)) == 1
    [run] = rows(app)
    assert (run.status, run.late, run.message_id) == ("sent", True, message_id)
    assert run.covers_until > MORNING + timedelta(hours=6)
    [parcel] = mailer.parcels
    body = parsed(parcel.content).get_body(("plain",))
    assert body is not None
    assert "Ģimene 0 atgriežas" in body.get_content()  # what came since the morning is in it
    assert app.texts.in_language("en")("digest.sentence.late").split(":")[0] in body.get_content()
    clock.step(timedelta(hours=1))
    assert tick(app) == []


def test_an_unknown_outcome_waits_for_a_person(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer(refuse=[WireError("mail.unconfirmed", ambiguous=True, stage="dot")])
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 2)
    clock.moment = MORNING
    tick(app)
    for _ in range(20):
        clock.step(timedelta(minutes=30))
        tick(app)
    assert states(app) == ["unconfirmed", "sent"]
    assert len(mailer.parcels) == 1


def test_one_address_that_is_gone_is_stopped_and_no_other(store: Store, tmp_path: Path) -> None:
    gone = WireError("mail.refused", permanent=True, stage="recipient", code=550, answer="no such user")
    clock, mailer = FixedClock(BEFORE), MemoryMailer(refuse=[gone])
    app = office_of(store, tmp_path, clock, mailer)
    mails = readers(app, 40)
    clock.moment = MORNING
    assert len(tick(app)) == 39
    assert Counter(states(app)) == {"sent": 39, "failed": 1}
    with app.store.reading() as session:
        [stopped] = stops.all_stopped(session)
    assert stopped.mail in mails
    clock.step(timedelta(days=1))
    assert len(tick(app)) == 39


def test_an_end_in_the_middle_gives_back_what_was_not_tried(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE)

    class Ending(MemoryMailer):
        """Asks the program to end after the 30th mail."""

    mailer = Ending()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 200)
    clock.moment = MORNING

    class Told(FixedClock):
        def now(self):  # type: ignore[no-untyped-def]
            if len(mailer.parcels) >= 30:
                app.stopping.set()
            return super().now()

    ending = replace(app, clock=Told(MORNING))
    tick(ending)
    went = len(mailer.parcels)
    assert 30 <= went < 40
    assert Counter(states(app)) == {"sent": went, "due": 200 - went}
    assert {row.attempts for row in rows(app) if row.status == "due"} == {0}
    app.stopping.clear()
    tick(app)
    assert set(states(app)) == {"sent"}
    assert len({parcel.to for parcel in mailer.parcels}) == len(mailer.parcels) == 200


def test_a_slow_relay_does_not_hold_its_claim_until_others_take_it_for_dead(store: Store, tmp_path: Path) -> None:
    class Slow(FixedClock):
        def now(self):  # type: ignore[no-untyped-def]
            self.moment += timedelta(seconds=10)
            return self.moment

    mailer = MemoryMailer()
    app = office_of(store, tmp_path, FixedClock(BEFORE), mailer)
    readers(app, 150)
    slow = replace(app, clock=Slow(MORNING))
    with presence.present(app.settings.folder) as claimer:
        sending.look_after(slow)
        with app.store.transaction() as session:
            runs.owe_all(session, MORNING, app.settings)
        sending.send_due(slow, claimer)
    assert set(states(app)) == {"sent"} and len(mailer.parcels) == 150
    held = [row.sent_at - row.claimed_at for row in rows(app) if row.sent_at and row.claimed_at]
    assert max(held) < presence.LEASE


def test_a_fault_in_one_edition_keeps_no_other_from_going(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    reader(app, "a@press.test")
    reader(app, "b@press.test", language="en")
    write = making.write

    def broken(told, plan, pool, slots):  # type: ignore[no-untyped-def]
        if plan.language == "en":
            raise ZeroDivisionError
        return write(told, plan, pool, slots)

    monkeypatch.setattr(making, "write", broken)
    clock.moment = MORNING
    assert len(tick(app)) == 1
    assert [(row.status, row.error_key) for row in rows(app)] == [("sent", None), ("due", "digest.unmade")]
    monkeypatch.setattr(making, "write", write)
    clock.step(timedelta(minutes=1))
    assert len(tick(app)) == 1


def test_a_fault_of_ours_on_the_way_is_judged_by_how_far_the_mail_came(store: Store, tmp_path: Path) -> None:
    class Faulty(MemoryMailer):
        def line(self, *, rest=None):  # type: ignore[no-untyped-def]
            from contextlib import contextmanager

            @contextmanager
            def opened():  # type: ignore[no-untyped-def]
                yield self

            return opened()

        def send(self, parcel, note=None):  # type: ignore[no-untyped-def]
            number = int(parcel.to[0][1])
            if number >= 1:
                note.handing()
            if number >= 2:
                note.taken(Receipt("smtp", "250 queued"))
            raise ZeroDivisionError

    clock, mailer = FixedClock(BEFORE), Faulty()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 3)
    clock.moment = MORNING
    tick(app)
    assert [(row.status, row.error_key, row.receipt) for row in rows(app)] == [
        ("due", "digest.unmade", None),
        ("unconfirmed", "digest.fault", None),
        ("sent", None, "smtp: 250 queued"),
    ]


def test_processes_that_look_at_once_send_each_mail_once(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    mails = readers(app, 30)
    written(app, 2)
    clock.moment = MORNING
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tick(app), range(8)))
    assert sorted(parcel.to[0] for parcel in mailer.parcels) == sorted(mails)
    assert set(states(app)) == {"sent"}
    with app.store.reading() as session:
        assert len(session.scalars(select(DigestEdition.id)).all()) == 1


def test_a_person_may_send_a_day_once_more(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 2)
    day = MORNING.date()
    with presence.present(app.settings.folder) as claimer:
        assert len(sending.send_day(app, claimer, day)) == 2  # before its hour: somebody asks
        clock.step(timedelta(minutes=5))
        with pytest.raises(OutreachError, match=r"digest\.already"):
            sending.send_day(app, claimer, day)
        assert len(sending.send_day(app, claimer, day, only="r1@press.test", again=True)) == 1
        with pytest.raises(OutreachError, match=r"readers\.error\.nobody"):
            sending.send_day(app, claimer, day, only="nobody@press.test")
    clock.moment = MORNING
    assert tick(app) == []
    assert len(mailer.parcels) == len({parcel.message_id for parcel in mailer.parcels}) == 3


def test_recipients_of_the_settings_are_readers_from_the_first_look_on(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer, digest={"recipients": ("lasitajs@example.org",)})
    tick(app)
    clock.moment = MORNING
    assert len(tick(app)) == 1


def test_a_recipient_that_is_no_address_keeps_nobody_else_from_the_mail(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer, digest={"recipients": ("a" * 65 + "@press.test",)})
    reader(app, "lasitajs@example.org")
    clock.moment = MORNING
    assert len(tick(app)) == 1


def test_without_readers_nothing_is_made(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(MORNING), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    assert tick(app) == []
    with presence.present(app.settings.folder) as claimer, pytest.raises(OutreachError, match=r"readers\.error\.none"):
        sending.send_day(app, claimer, MORNING.date())
    with app.store.reading() as session:
        assert session.scalars(select(DigestEdition.id)).all() == []


def test_what_the_store_did_not_take_down_the_journal_knows(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 5)
    clock.moment = MORNING

    def full(*_: object) -> None:
        raise OutreachError("core.store.full", where="")

    with monkeypatch.context() as disk:
        disk.setattr(runs, "record", full)
        with pytest.raises(OutreachError, match=r"core\.store\.full"):
            tick(app)
    assert set(states(app)) == {"sending"}
    assert tick(app) == []
    assert set(states(app)) == {"sent"}
    assert len(mailer.parcels) == 5


def test_a_journal_that_cannot_be_written_keeps_every_mail_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, mailer = FixedClock(BEFORE), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 3)
    clock.moment = MORNING

    def full(_: object) -> None:
        raise OutreachError("mail.journal", folder="data", reason="No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(journal._Entry, "handing", full)
        assert tick(app) == []
    assert {(row.status, row.error_key) for row in rows(app)} == {("due", "mail.journal")}
    assert mailer.parcels == []
    clock.step(timedelta(minutes=1))
    assert len(tick(app)) == 3
