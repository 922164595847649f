"""Clocks that are set and clocks that change: what is due goes out once, at the hour on the wall."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import apscheduler.schedulers.base
import pytest
from sqlalchemy import select

import outreach.core.clock
from outreach import wiring
from outreach.cli import main
from outreach.core.clock import SystemClock
from outreach.core.jobs import Job
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.daemon import Ticker
from scrapers import catalogue
from scrapers.collect import collect
from tests.faults.bureau import NOON, RIGA, channel, delivery, mail, office, plan, posts, publish, runs
from tests.support.offices import told_in
from tests.support.program import until
from tests.support.site import running

HOUR = timedelta(hours=1)


def test_a_clock_set_an_hour_ahead_sends_what_became_due_with_the_next_tick_and_once(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    with office(tmp_path, clock) as app:
        number = plan(app, channel(app), NOON + timedelta(seconds=6))
        assert publish(app) == {}
        clock.step(HOUR)
        assert publish(app) == {"published": 1}
        for _ in range(3):
            assert publish(app) == {}
            clock.step(HOUR)
        assert delivery(app, number).attempts == 1
        assert len(list(posts(app).iterdir())) == 1


@pytest.mark.parametrize("back", [HOUR, timedelta(hours=25), timedelta(days=40)], ids=str)
def test_a_clock_set_back_sends_neither_post_nor_mail_again(tmp_path: Path, back: timedelta) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)), MemoryMailer()
    with office(tmp_path, clock, mailer) as app:
        mail(app)
        clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)  # 07:01 in Riga
        number = plan(app, channel(app), clock.now())
        mail(app)
        assert publish(app) == {"published": 1}
        clock.step(-back)
        for _ in range(int((back + 2 * HOUR) / HOUR)):
            mail(app)
            assert publish(app) == {}
            clock.step(HOUR)
        assert clock.now() > datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
        assert [parcel.date.astimezone(RIGA).date().isoformat() for parcel in mailer.parcels] == ["2026-11-22"]
        assert delivery(app, number).attempts == 1
        # And the day after that is told again, whatever the clock had been.
        clock.moment = datetime(2026, 11, 23, 5, 1, tzinfo=UTC)
        mail(app)
        assert len(mailer.parcels) == 2


def test_the_mail_and_a_post_of_seven_o_clock_go_at_seven_through_both_changes(tmp_path: Path) -> None:
    for start in (datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2027, 3, 26, 12, tzinfo=UTC)):
        clock, mailer = FixedClock(start), MemoryMailer()
        with office(tmp_path / f"{start:%m}", clock, mailer) as app:
            days = [start.astimezone(RIGA).date() + timedelta(days=n) for n in range(1, 5)]
            at_seven = [datetime.combine(day, datetime.min.time().replace(hour=7), tzinfo=RIGA) for day in days]
            folder = channel(app)
            planned = [plan(app, folder, due, f"Diena {n}") for n, due in enumerate(at_seven)]
            while clock.now() < at_seven[-1] + HOUR:
                mail(app)
                publish(app)
                clock.step(timedelta(minutes=20))
            assert [parcel.date.astimezone(RIGA).replace(tzinfo=None) for parcel in mailer.parcels] == [
                due.replace(tzinfo=None) for due in at_seven
            ]
            assert [delivery(app, number).published_at for number in planned] == [due.astimezone(UTC) for due in at_seven]


NIGHTS = {
    # What a person writes -> when it goes out. Of a repeated hour it is the first of the two.
    "2026-10-25 02:30": datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
    "2026-10-25 03:30": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "2026-10-25 04:00": datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
    "2027-03-28 02:50": datetime(2027, 3, 28, 0, 50, tzinfo=UTC),
    "2027-03-28 04:00": datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
}


def command(file: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--settings", str(file), *words])
    return int(ended.value.code or 0)


def settings_of(folder: Path) -> Path:
    file = folder / "settings.toml"
    file.write_text('[office]\nlanguage = "en"\n', encoding="utf-8")
    return file


def planning(at: str) -> tuple[str, ...]:
    told = ("posts", "add", "--campaign", "MĀJAS", "--title", "Nakts", "--text", "Naktī: {link}")
    return (*told, "--channel", "1", "--approve", "--at", at)


@pytest.mark.parametrize("written", NIGHTS)
def test_a_post_planned_for_the_night_of_a_change_goes_out_once_and_when_it_was_meant(tmp_path: Path, written: str) -> None:
    due = NIGHTS[written]
    clock = FixedClock(due - 4 * HOUR)
    with office(tmp_path, clock) as app:
        channel(app)
        assert command(settings_of(tmp_path), *planning(written)) == 0
        went = []
        for _ in range(8 * 6):
            if publish(app):
                went.append(clock.now())
            clock.step(timedelta(minutes=10))
        assert went == [due]
        assert len(list(posts(app).iterdir())) == 1


@pytest.mark.parametrize("written", ["2027-03-28 03:00", "2027-03-28 03:30", "2027-03-28 03:59"])
def test_an_hour_that_the_change_leaves_out_is_refused_when_planning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: str
) -> None:
    with office(tmp_path, FixedClock(NOON)) as app:
        channel(app)
        assert command(settings_of(tmp_path), *planning(written)) == 1
        told = capsys.readouterr().err
        assert written in told
        assert len(told.strip().splitlines()) == 1
        with app.store.reading() as session:
            from campaigns import queries

            assert (queries.deliveries(session), queries.campaigns(session)) == ([], [])


@pytest.mark.parametrize(
    "start", [datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2027, 3, 27, 21, tzinfo=UTC)], ids=["autumn", "spring"]
)
def test_sources_keep_their_rhythm_through_the_night(tmp_path: Path, start: datetime) -> None:
    clock = FixedClock(start)
    with running() as site, office(tmp_path, clock, collect={"host_seconds": 0, "every_minutes": 30, "workers": 1}) as app:
        # Something every two hours: it is asked four times as often, a moment apart from others.
        dated = "".join(
            f"<item><title>Ziņa numur {n}</title><link>{site.url(f'/{n}')}</link>"
            f"<pubDate>{format_datetime(start - 2 * n * HOUR)}</pubDate></item>"
            for n in range(1, 8)
        )
        site.put("/rss", f"<rss version='2.0'><channel><title>x</title>{dated}</channel></rss>".encode())
        with app.store.transaction() as session:
            catalogue.add(session, start, "Avots", site.url("/rss"), language="lv")
        polled = []
        while clock.now() < start + 8 * HOUR:
            if collect(app).polled:
                polled.append(clock.now())
            clock.step(timedelta(minutes=1))
        assert polled[0] == start
        rests = {(later - earlier) // timedelta(minutes=1) for earlier, later in pairwise(polled)}
        assert rests <= {30, 31, 32}
        assert polled[-1] >= start + 7.4 * HOUR


class Settable(datetime):
    """The time of day as a machine tells it whose clock somebody sets."""

    off = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.off  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "step",
    [-HOUR, HOUR, timedelta(days=-400), timedelta(days=20_000)],
    ids=["hour back", "hour ahead", "a year back", "from 1970 to now"],
)
def test_the_ticks_go_on_whatever_the_machines_clock_is_set_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    monkeypatch.setattr(Settable, "off", timedelta())
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Settable)
    monkeypatch.setattr(outreach.core.clock, "datetime", Settable)
    ticks: list[float] = []
    with office(tmp_path, SystemClock()) as app:
        ticker = Ticker(app, (Job("beat", timedelta(seconds=0.3), lambda _: ticks.append(time.monotonic())),))
        ticker.start()
        try:
            until(lambda: len(ticks) > 2)
            monkeypatch.setattr(Settable, "off", step)
            before = len(ticks)
            until(lambda: len(ticks) > before + 3, patience=20)
        finally:
            ticker.stop()


def test_a_rare_job_looks_again_at_once_when_the_clock_was_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked for once a day is due by the new clock, not when the old day would have ended."""
    monkeypatch.setattr(Settable, "off", timedelta())
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Settable)
    monkeypatch.setattr(outreach.core.clock, "datetime", Settable)
    ticks: list[int] = []
    looks: Callable[[object], None] = lambda _: ticks.append(1)  # noqa: E731
    with office(tmp_path, SystemClock()) as app:
        ticker = Ticker(app, (Job("daily", timedelta(days=1), looks),))
        ticker.start()
        try:
            until(lambda: len(ticks) == 1)
            monkeypatch.setattr(Settable, "off", HOUR)
            until(lambda: len(ticks) == 2, patience=20)
        finally:
            ticker.stop()


def test_a_reader_who_is_added_late_waits_for_the_next_morning(tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 10, 25, 6, 0, tzinfo=UTC)), MemoryMailer()
    with office(tmp_path, clock, mailer) as app:
        for _ in range(22):
            mail(app)
            clock.step(HOUR)
        assert runs(app) == []
        clock.step(HOUR)
        mail(app)
        assert [run.day.isoformat() for run in runs(app)] == ["2026-10-26"]


def test_a_source_put_to_rest_by_a_clock_far_ahead_wakes_up_again(tmp_path: Path) -> None:
    """Its next poll lies years away; no rest that we give is that long."""
    from scrapers.due import due_ids
    from scrapers.models import Source

    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOON)) as app:
        with app.store.transaction() as session:
            catalogue.add(session, NOON, "Lapa", "https://outlets.invalid/feed.xml")
            session.scalars(select(Source)).one().next_poll_at = NOON + timedelta(days=3000)
        with app.store.reading() as session:
            due = due_ids(session, NOON)
    assert due == [1]
