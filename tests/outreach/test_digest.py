"""The morning mail: owed once a local day, sent once, whatever the clock, the relay or a kill do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from outreach import digest, wiring
from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.settings import read_settings
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.core.text import Texts
from outreach.digest import DigestRun, last_due, send_day, send_due, sweep
from outreach.morning import compose
from tests.support.offices import told_in

RIGA = ZoneInfo("Europe/Riga")
DAILY = "0 7 * * *"
READER = "lasitajs@example.org"


@contextmanager
def opened(folder: Path, clock: FixedClock, mailer: MemoryMailer, **digest_settings: object) -> Iterator[App]:
    told = told_in(folder, digest={"recipients": (READER,), "when": DAILY, **digest_settings})
    with wiring.open_app(told, create=True, clock=clock) as app:
        yield replace(app, mailer=mailer)


def tick(app: App) -> list[str]:
    sweep(app)
    with presence.present(app.settings.folder) as claimer:
        return send_due(app, claimer)


def days_sent(mailer: MemoryMailer) -> list[date]:
    return [message.date.astimezone(RIGA).date() for message in mailer.sent]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_the_owed_day_is_the_latest_whose_hour_has_come(now: datetime) -> None:
    local = now.astimezone(RIGA)
    today_owed = (
        local.timetz().replace(tzinfo=None, fold=0)
        > local.replace(hour=7, minute=0, second=0, microsecond=0).time()
    )
    expected = local.date() if today_owed else local.date() - timedelta(days=1)
    if local.replace(second=0, microsecond=0).time() != datetime(2026, 1, 1, 7).time():
        assert last_due(now, DAILY, RIGA) == expected


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2027, 3, 26, 12, tzinfo=UTC)],
    ids=["autumn", "spring"],
)
@pytest.mark.parametrize("when", ["0 0 * * *", "30 2 * * *", "30 3 * * *", "0 7 * * *"])
def test_every_local_day_has_exactly_one_mail_through_both_clock_changes(
    tmp_path: Path, start: datetime, when: str
) -> None:
    clock, mailer = FixedClock(start), MemoryMailer()
    with opened(tmp_path, clock, mailer, when=when) as app:
        for _ in range(5 * 24 * 4):
            tick(app)
            clock.step(timedelta(minutes=15))
        with app.store.reading() as session:
            runs = session.scalars(select(DigestRun).order_by(DigestRun.day)).all()
    first = start.astimezone(RIGA).date()
    # The hour of the first day had passed before anybody asked for a mail.
    assert [(run.day, run.status) for run in runs] == [
        (first + timedelta(days=n), "skipped" if n == 0 else "sent") for n in range(6)
    ]
    assert len(mailer.sent) == 5
    assert len({message.message_id for message in mailer.sent}) == 5
    if when == DAILY:
        assert {message.date.astimezone(RIGA).hour for message in mailer.sent} == {7}


def test_down_over_the_hour_sends_late_and_down_three_days_sends_one(tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 20, 4, 0, tzinfo=UTC)), MemoryMailer()
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 20, 5, 20, tzinfo=UTC)  # 07:20 in Riga
        tick(app)
        clock.moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        tick(app)
        tick(app)
        with app.store.reading() as session:
            last = session.scalars(select(DigestRun).order_by(DigestRun.id.desc())).first()
    assert days_sent(mailer) == [date(2026, 11, 20), date(2026, 11, 23)]
    assert last is not None
    assert last.covers_from == datetime(2026, 11, 20, 5, 20, tzinfo=UTC)  # nothing in between is left out


def test_a_clock_that_steps_back_sends_nothing_again(tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)), MemoryMailer()
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
        assert tick(app) == [READER]
        clock.step(timedelta(hours=-1))
        assert tick(app) == []
        clock.step(timedelta(hours=2))
        assert tick(app) == []


def run_of(app: App) -> DigestRun:
    with app.store.reading() as session:
        return session.scalars(select(DigestRun).order_by(DigestRun.id.desc())).first()  # type: ignore[return-value]


def test_a_clear_refusal_is_tried_again_and_an_unknown_outcome_waits_for_a_person(tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
    busy = WireError("mail.refused", code=451, answer="later")
    unknown = WireError("mail.lost", ambiguous=True)
    mailer = MemoryMailer(refuse=[busy, busy, unknown])
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
        tick(app)
        assert (run_of(app).status, mailer.sent) == ("due", [])
        tick(app)
        assert len(mailer.refuse) == 2  # not before its next try
        clock.step(timedelta(minutes=10))
        tick(app)
        clock.step(timedelta(minutes=10))
        tick(app)
        assert run_of(app).status == "unconfirmed"
        for _ in range(20):
            clock.step(timedelta(minutes=30))
            tick(app)
        assert mailer.sent == []
        with (
            pytest.raises(OutreachError, match=r"digest\.already"),
            presence.present(app.settings.folder) as claimer,
        ):
            send_day(app, claimer, date(2026, 11, 22), again=False)
        with presence.present(app.settings.folder) as claimer:
            assert send_day(app, claimer, date(2026, 11, 22), again=True) == [READER]
        with app.store.transaction() as session, pytest.raises(OutreachError, match="nothing_open"):
            digest.settle(session, date(2026, 11, 22), arrived=True)
    assert len(mailer.sent) == 1
    first = digest.message_id("digest", "2026-11-22", READER, domain="example.org")
    assert mailer.sent[0].message_id == first  # should the first have arrived after all, it is shown once


@pytest.mark.parametrize("arrived", [True, False])
def test_a_person_settles_what_nobody_knows(tmp_path: Path, arrived: bool) -> None:
    clock = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
    mailer = MemoryMailer(refuse=[WireError("mail.unconfirmed", ambiguous=True)])
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
        tick(app)
        with app.store.transaction() as session:
            assert len(digest.settle(session, date(2026, 11, 22), arrived)) == 1
        tick(app)
        assert run_of(app).status == "sent"
        with app.store.reading() as session:
            assert digest.needs_person(session) == []
    assert len(mailer.sent) == (0 if arrived else 1)


def test_a_day_that_never_went_is_covered_by_the_next(tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 11, 20, 4, 0, tzinfo=UTC))
    mailer = MemoryMailer(refuse=[WireError("mail.refused", code=451, answer="later")] * 2)
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 20, 5, 1, tzinfo=UTC)
        tick(app)
        clock.moment = datetime(2026, 11, 21, 5, 1, tzinfo=UTC)
        tick(app)
        clock.step(timedelta(minutes=5))
        tick(app)
        with app.store.reading() as session:
            rows = [(run.day.day, run.status) for run in session.scalars(select(DigestRun).order_by(DigestRun.day))]
    assert rows == [(19, "skipped"), (20, "skipped"), (21, "sent")]
    assert len(mailer.sent) == 1


def test_a_permanent_refusal_fails_and_is_shown(tmp_path: Path) -> None:
    clock, mailer = (
        FixedClock(datetime(2026, 11, 22, 4, tzinfo=UTC)),
        MemoryMailer(refuse=[WireError("mail.refused", permanent=True, code=550, answer="no")]),
    )
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
        tick(app)
        with app.store.reading() as session:
            waiting = digest.needs_person(session)
    assert [(run.status, run.error_key) for run in waiting] == [("failed", "mail.refused")]


def test_a_killed_sender_leaves_an_unconfirmed_mail_behind_a_relay(tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, tzinfo=UTC)), MemoryMailer()
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
        tick(app)
        (app.settings.folder / "run" / "gone.lock").touch()
        with app.store.transaction() as session:
            session.execute(
                update(DigestRun)
                .where(DigestRun.status == "sent")
                .values(status="sending", claimed_by="gone")
            )
        mailer.sent.clear()
        tick(app)
        assert (run_of(app).status, run_of(app).error_key) == ("unconfirmed", "digest.interrupted")
        assert mailer.sent == []
        # A file can be written again without harm: the same Message-ID is the same file.
        with app.store.transaction() as session:
            session.execute(
                update(DigestRun).where(DigestRun.status == "unconfirmed").values(status="sending")
            )
        assert sweep(replace(app, mailer=wiring.mailer(app.settings))) == 1
        assert run_of(app).status == "due"


def test_two_processes_that_tick_at_once_send_one_mail(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, tzinfo=UTC)), MemoryMailer()
    with opened(tmp_path, clock, mailer) as app:
        tick(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: tick(app), range(16)))
    assert len(mailer.sent) == 1


def test_an_empty_day_says_what_the_silence_rests_on(tmp_path: Path, texts: Texts) -> None:
    clock = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    with opened(tmp_path, clock, MemoryMailer()) as app:
        told, composed = digest.preview(app)
    assert told.mentions == 0
    assert "0 avotiem" in composed.text
    english = compose(told, texts.in_language("en"), RIGA, "http://127.0.0.1:8000")
    assert "No mentions" in english.text
    assert '<html lang="en">' in english.html


def test_shipped_settings_send_to_somebody() -> None:
    assert read_settings(Path(__file__).resolve().parents[2] / "settings.toml").digest.recipients
