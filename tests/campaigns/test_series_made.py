"""Series in the store: shown before they are made, made once, left out, carried on, ended."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from campaigns import dispatch, editing
from campaigns.models import Delivery, Link, Post, Series, SeriesPost
from campaigns.moments import Yearly, read_moments
from campaigns.timing import making, running
from campaigns.timing.series import Plan
from outreach.core.errors import OutreachError
from tests.campaigns.desk import Desk

RIGA, LONDON = ZoneInfo("Europe/Riga"), ZoneInfo("Europe/London")
# Quiet on 25 March; the clocks change in London and Riga on 29 March 2026.
TABLE: tuple[Yearly, ...] = read_moments(Path("outreach/offices/latgale/calendar.csv"))
WEDNESDAYS = "FREQ=WEEKLY;BYDAY=WE;COUNT=6"


def wanted(*channels: int, rule: str = WEDNESDAYS, zone: ZoneInfo | None = None, starts_on: date = date(2026, 3, 4)) -> Plan:
    return Plan(rule, starts_on, time(18, 0), zone, channels)


def begin(desk: Desk, post_id: int, plan: Plan) -> making.Made:
    with desk.store.transaction() as session:
        return making.start(session, desk.clock.now(), post_id, plan, actor="anna@example.org", office=RIGA, table=TABLE)


def extend(desk: Desk, series_id: int) -> int:
    with desk.store.transaction() as session:
        return making.extend(session, desk.clock.now(), series_id, office=RIGA, table=TABLE)


def rows(desk: Desk) -> list[tuple[date, str, datetime, str | None, str | None, bool]]:
    with desk.store.reading() as session:
        found = session.execute(
            select(SeriesPost.day, Post.title, Delivery.due_at, Delivery.wall, Delivery.wall_zone, Post.approved_at)
            .join(Post, Post.id == SeriesPost.post_id)
            .join(Delivery, Delivery.post_id == Post.id)
            .order_by(SeriesPost.day, Delivery.id)
        )
        return [(day, title, due, wall, zone, at is not None) for day, title, due, wall, zone, at in found]


def test_what_is_foreseen_is_what_is_made(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post(title="Sestdienas kafija")
    with desk.store.reading() as session:
        seen = making.foresee(session, desk.clock.now(), post, wanted(channel), office=RIGA, table=TABLE)
    assert [row.occurrence.skipped for row in seen] == ["", "", "", "quiet", "", ""]
    made = begin(desk, post, wanted(channel))
    assert (made.posts, made.known) == (5, False)
    told = rows(desk)
    assert [(day, due) for day, _, due, *_ in told] == [(row.occurrence.day, row.occurrence.due_at) for row in seen if row.made]
    assert told[0] == (date(2026, 3, 4), "Sestdienas kafija (04.03.2026)", datetime(2026, 3, 4, 16, tzinfo=UTC), None, None, True)
    assert told[-1][2] == datetime(2026, 4, 8, 15, tzinfo=UTC)  # the clocks have changed


def test_the_readers_hour_is_kept_with_its_wall(desk: Desk) -> None:
    begin(desk, desk.post(), wanted(desk.channel(), zone=LONDON))
    told = rows(desk)
    assert {(wall[11:] if wall else "", zone) for *_, wall, zone, _ in told} == {("18:00", "Europe/London")}
    assert [due.hour for _, _, due, *_ in told] == [18, 18, 18, 17, 17]


def test_a_series_is_never_made_twice(desk: Desk) -> None:
    channel, post = desk.channel(), desk.post()
    first, again = begin(desk, post, wanted(channel)), begin(desk, post, wanted(channel))
    assert again == making.Made(first.series_id, 0, known=True)
    other = begin(desk, post, wanted(channel, rule="FREQ=WEEKLY;BYDAY=TH;COUNT=2"))
    assert other.series_id != first.series_id
    assert len(rows(desk)) == 7


def test_a_day_has_one_post_whoever_makes_it(desk: Desk) -> None:
    made = begin(desk, desk.post(), wanted(desk.channel(), rule="FREQ=WEEKLY;BYDAY=WE"))
    with desk.store.transaction() as session:  # as if its maker had died before it wrote how far it was
        session.get_one(Series, made.series_id).made_until = date(2026, 3, 10)
    before = rows(desk)
    extend(desk, made.series_id)
    assert rows(desk) == before


def test_a_series_without_an_end_goes_on(desk: Desk) -> None:
    made = begin(desk, desk.post(), wanted(desk.channel(), rule="FREQ=WEEKLY;BYDAY=WE"))
    assert made.posts == 12  # twelve weeks from the first day, but for the quiet day
    assert extend(desk, made.series_id) == 0
    desk.clock.step(timedelta(days=21))
    with desk.store.reading() as session:
        assert making.open_series(session, desk.clock.now(), RIGA) == [made.series_id]
    assert extend(desk, made.series_id) == 2
    assert len({day for day, *_ in rows(desk)}) == len(rows(desk)) == 14
    with desk.store.reading() as session:
        assert making.open_series(session, desk.clock.now(), RIGA) == []


def test_an_unapproved_pattern_makes_unapproved_posts(desk: Desk) -> None:
    begin(desk, desk.post(approved=False), wanted(desk.channel()))
    assert not any(approved for *_, approved in rows(desk))


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        (Plan(WEDNESDAYS, date(2026, 3, 4), time(18), None, ()), "series.channels"),
        (Plan("FREQ=WEEKLY;BYDAY=WE;COUNT=1", date(2026, 3, 25), time(18), None, (1,)), "series.nothing"),
        (Plan("FREQ=WEEKLY;BYDAY=WE;UNTIL=20260226", date(2026, 2, 18), time(18), None, (1,)), "series.nothing"),
        (Plan("FREQ=HOURLY", date(2026, 3, 4), time(18), None, (1,)), "series.rule.frequency"),
    ],
)
def test_plans_that_make_nothing(desk: Desk, plan: Plan, key: str) -> None:
    desk.channel()
    with pytest.raises(OutreachError) as wrong:
        begin(desk, desk.post(), plan)
    assert wrong.value.key == key
    with desk.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Series)) == 0


def test_what_is_near_is_said(desk: Desk) -> None:
    channel, other = desk.channel(), desk.channel()
    near = desk.post(title="Vēstule")
    desk.plan(channel, near, datetime(2026, 3, 11, 16, 30, tzinfo=UTC))
    desk.plan(other, near, datetime(2026, 3, 18, 16, 30, tzinfo=UTC))
    with desk.store.reading() as session:
        seen = making.foresee(session, desk.clock.now(), desk.post(), wanted(channel), office=RIGA, table=TABLE)
    assert [[one.title for one in row.near] for row in seen] == [[], ["Vēstule"], [], [], [], []]


def test_one_day_is_left_out_and_taken_in_again(desk: Desk) -> None:
    made = begin(desk, desk.post(), wanted(desk.channel(), zone=LONDON))
    day = date(2026, 4, 1)
    before = rows(desk)
    with desk.store.transaction() as session:
        assert len(running.skip(session, desk.clock.now(), made.series_id, day)) == 1
        assert running.skip(session, desk.clock.now(), made.series_id, day) == []
    assert states(desk, made.series_id)[day] == "skipped"
    with desk.store.transaction() as session:
        assert len(running.bring_back(session, desk.clock.now(), made.series_id, day, RIGA)) == 1
    assert states(desk, made.series_id)[day] == "waiting"
    assert rows(desk) == before
    with desk.store.transaction() as session, pytest.raises(OutreachError, match="series.day.missing"):
        running.skip(session, desk.clock.now(), made.series_id, date(2026, 4, 2))


def test_new_words_are_carried_to_those_not_out(desk: Desk) -> None:
    post = desk.post(title="Kafija")
    made = begin(desk, post, wanted(desk.channel()))
    out = publish_first(desk)
    with desk.store.transaction() as session:
        pattern = editing.edit(session, desk.clock.now(), post, title="Tēja", text="Citi vārdi {link}", actor="anna@example.org")
        pattern.target_url = "https://majas.example/cits"
    with desk.store.reading() as session:
        seen = running.seen(session, made.series_id)
    assert seen is not None and (seen.behind, seen.waiting) == (4, 4)
    with desk.store.transaction() as session:
        assert running.carry(session, desk.clock.now(), made.series_id, actor="anna@example.org") == 4
        assert running.carry(session, desk.clock.now(), made.series_id, actor="anna@example.org") == 0
    told = rows(desk)
    assert told[0][1] == "Kafija (04.03.2026)" and told[0][5]
    assert [title for _, title, *_ in told[1:]] == [f"Tēja ({day:%d.%m.%Y})" for day, *_ in told[1:]]
    assert not any(approved for *_, approved in told[1:])  # the pattern has no approval any more
    with desk.store.reading() as session:
        targets = dict(session.execute(select(Link.delivery_id, Link.target_url)).all())
    assert targets.pop(out) != "https://majas.example/cits"
    assert set(targets.values()) == {"https://majas.example/cits"}
    with desk.store.transaction() as session:
        editing.approve(session, desk.clock.now(), post, "astrida@example.org")
        assert running.carry(session, desk.clock.now(), made.series_id, actor="anna@example.org") == 4
    assert all(approved for *_, approved in rows(desk))


def test_ending_calls_off_what_waits(desk: Desk) -> None:
    made = begin(desk, desk.post(), wanted(desk.channel(), rule="FREQ=WEEKLY;BYDAY=WE"))
    publish_first(desk)
    with desk.store.transaction() as session:
        assert len(running.end(session, desk.clock.now(), made.series_id)) == 11
        assert running.end(session, desk.clock.now(), made.series_id) == []
    assert set(states(desk, made.series_id).values()) == {"out", "skipped"}
    desk.clock.step(timedelta(days=60))
    assert extend(desk, made.series_id) == 0


def test_a_channel_that_is_gone_ends_no_series(desk: Desk) -> None:
    kept, gone = desk.channel(), desk.channel()
    made = begin(desk, desk.post(), wanted(kept, rule="FREQ=WEEKLY;BYDAY=WE"))
    with desk.store.transaction() as session:
        session.get_one(Series, made.series_id).channels = [kept, gone + 100]
    desk.clock.step(timedelta(days=14))
    assert extend(desk, made.series_id) == 1


def states(desk: Desk, series_id: int) -> dict[date, str]:
    with desk.store.reading() as session:
        return {one.day: one.state for one in running.days(session, series_id, date(2026, 1, 1))}


def publish_first(desk: Desk) -> int:
    """The first delivery is out."""
    with desk.store.transaction() as session:
        number = session.scalars(select(Delivery.id).order_by(Delivery.due_at).limit(1)).one()
        dispatch.reschedule(session, desk.clock.now(), number, session.get_one(Delivery, number).due_at)
        session.get_one(Delivery, number).status = "published"
        return number
