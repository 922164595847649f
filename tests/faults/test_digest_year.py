"""A year of mornings with a clock that is turned by hand: the right days, each once, whatever the clocks do."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from outreach.core.db import Store
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.digest import making, sending
from outreach.digest.composing import Composed
from outreach.digest.making import Made
from outreach.subscribers import runs, subscriptions
from tests.outreach.digest.mailroom import office_of, reader, readers, rows, states, tick, written
from tests.outreach.digest.morning import digest, pool
from tests.support.relay import parsed

START = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
END = START + timedelta(days=365)
OFF = holidays.country_holidays("LV", years=(2026, 2027))
CHANGES = {date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 14), date(2027, 3, 28)}
ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails of three lines: it is their days that are looked at."""

    def write(app, plan, told, slots):  # type: ignore[no-untyped-def]
        body = f"{slots.mail} {slots.reader}"
        return Made(digest(), Composed(plan.day.isoformat(), "", body, f"<p>{body}</p>", (), ()), slots)

    monkeypatch.setattr(making, "write", write)
    monkeypatch.setattr(making, "gather", lambda *_: pool())


WISHES = {
    "riga": {"zone": "Europe/Riga"},
    "london": {"zone": "Europe/London", "at": "02:30"},
    "toronto": {"zone": "America/Toronto", "at": "23:55"},
    "working": {"rhythm": "working"},
    "working-dublin": {"rhythm": "working", "zone": "Europe/Dublin", "at": "01:15"},
    "weekly": {"rhythm": "weekly", "weekday": 6, "at": "03:30"},
}


def wanted(wish: dict[str, object]) -> list[date]:
    """The local days on which that reader's hour comes within the year."""
    zone = ZoneInfo(str(wish.get("zone", "Europe/Riga")))
    first = (START.astimezone(zone) + timedelta(hours=1)).date()
    found = []
    for ahead in range(-1, 367):
        day = first + timedelta(days=ahead)
        at = datetime.combine(day, time.fromisoformat(str(wish.get("at", "07:00"))), tzinfo=zone)
        if not START < at.astimezone(UTC) <= END:
            continue
        rhythm = wish.get("rhythm", "daily")
        if rhythm == "daily" or (rhythm == "weekly" and day.weekday() == 6) or (rhythm == "working" and day.weekday() < 5 and day not in OFF):
            found.append(day)
    return found


@ON_A_FILE
def test_a_year_over_both_clock_changes(store: Store, tmp_path: Path, plain: None) -> None:
    clock, mailer = FixedClock(START), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    for name, wish in WISHES.items():
        reader(app, f"{name}@press.test", **wish)
    while clock.moment < END:
        # Not in step with any hour, and closer together where a clock changes.
        step = timedelta(minutes=30 if clock.moment.date() in CHANGES else 410)
        clock.moment = min(clock.moment + step, END)
        tick(app)
    went: dict[str, list[date]] = {name: [] for name in WISHES}
    with store.reading() as session:
        for seen in subscriptions.all_seen(session):
            history = runs.history(session, seen.id, limit=1_000)
            went[seen.mail.partition("@")[0]] = [row.day for row in reversed(history) if row.status == "sent"]
    assert went == {name: wanted(wish) for name, wish in WISHES.items()}
    assert len(mailer.parcels) == len({parcel.message_id for parcel in mailer.parcels}) == sum(map(len, went.values()))
    assert Counter(states(app)).keys() == {"sent"}


@ON_A_FILE
def test_off_for_three_days_there_is_one_mail_that_covers_them_all(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 20, 4, 0, tzinfo=UTC)), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 3)
    clock.moment = datetime(2026, 11, 20, 5, 20, tzinfo=UTC)  # 07:20 in Riga
    assert len(tick(app)) == 3
    clock.moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    written(app, 1)
    clock.moment = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert len(tick(app)) == 3
    clock.step(timedelta(hours=1))
    assert tick(app) == []
    last = rows(app)[-1]
    assert (last.day, last.covers_from) == (date(2026, 11, 24), rows(app)[0].covers_until)
    assert {row.day for row in rows(app)} == {date(2026, 11, 20), date(2026, 11, 24)}
    words = app.texts.in_language("lv")
    body = parsed(mailer.parcels[-1].content).get_body(("plain",))
    assert body is not None and "Ģimene 0 atgriežas" in body.get_content()
    assert " ".join(words("digest.sentence.missed", count=3).split()) in " ".join(body.get_content().split())


@ON_A_FILE
def test_a_clock_that_steps_back_or_ahead_sends_nothing_twice(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 2)
    clock.moment = datetime(2026, 11, 22, 5, 1, tzinfo=UTC)
    assert len(tick(app)) == 2
    for step in (-1, 2, -26, 24, 1):
        clock.step(timedelta(hours=step))
        assert tick(app) == []
    assert len(mailer.parcels) == 2


@ON_A_FILE
def test_a_restored_store_sends_nothing_by_itself_of_the_day_that_may_have_gone(store: Store, tmp_path: Path) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 2)
    clock.moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    with store.transaction() as session:
        runs.hold(session, clock.now(), app.settings)
    for _ in range(4):
        assert tick(app) == []
        clock.step(timedelta(hours=1))
    assert [(row.status, row.error_key) for row in rows(app)] == [("unconfirmed", "digest.restored")] * 2
    clock.moment = datetime(2026, 11, 23, 5, 1, tzinfo=UTC)
    assert len(tick(app)) == 2  # the next day is another mail


@ON_A_FILE
@pytest.mark.parametrize("arrived", [True, False])
def test_a_person_settles_what_nobody_knows(store: Store, tmp_path: Path, arrived: bool) -> None:
    clock, mailer = FixedClock(datetime(2026, 11, 22, 4, 0, tzinfo=UTC)), MemoryMailer()
    app = office_of(store, tmp_path, clock, mailer)
    readers(app, 2)
    clock.moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    with store.transaction() as session:
        runs.hold(session, clock.now(), app.settings)
        settled = runs.settle(session, clock.now(), date(2026, 11, 22), arrived)
    assert len(settled) == 2
    assert len(sending.send_due(app)) == (0 if arrived else 2)
    assert states(app) == ["sent", "sent"]
    with store.reading() as session:
        assert list(runs.needs_person(session)) == []
