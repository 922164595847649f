"""One intent for many, what an audience's hour follows, and how posts were followed: on both stores."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns import dispatch, queries
from campaigns.models import ChannelRow, Click, Delivery, Link, Post
from campaigns.timing import intents, keeping, reading
from campaigns.timing.intents import Intent
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk

RIGA = ZoneInfo("Europe/Riga")
EVENING = datetime(2026, 3, 5, 18, 30)


@dataclass(frozen=True)
class Pair:
    """A post and a channel, read at home."""

    post: int
    channel: int


@pytest.fixture
def pair(desk: Desk) -> Pair:
    return Pair(desk.post(), desk.channel())


def reaching(desk: Desk, *countries: str) -> int:
    number = desk.channel()
    with desk.store.transaction() as session:
        session.get_one(ChannelRow, number).countries = list(countries)
    return number


def in_language(desk: Desk, language: str, original: int | None = None) -> int:
    number = desk.post()
    with desk.store.transaction() as session:
        post = session.get_one(Post, number)
        post.language, post.original_id = language, original
    return number


def test_one_hour_is_planned_wherever_each_audience_is(desk: Desk) -> None:
    first = in_language(desk, "lv")
    posts = [first, in_language(desk, "en", first), in_language(desk, "de", first)]
    open_, british = desk.channel(), reaching(desk, "GB", "IE")
    with desk.store.transaction() as session:
        made = intents.plan(session, NOW, posts, [open_, british], Intent(EVENING, there=True), RIGA)
        hours = {(row.post_id, row.channel_id): (f"{row.due_at:%H:%M}", row.wall_zone) for row in made}
    lv, en, de = posts
    assert hours == {
        (lv, open_): ("16:30", None),  # read at home
        (en, open_): ("18:30", "Europe/London"),
        (de, open_): ("17:30", "Europe/Berlin"),
        (lv, british): ("18:30", "Europe/London"),
        (en, british): ("18:30", "Europe/London"),
        (de, british): ("18:30", "Europe/London"),
    }
    with desk.store.reading() as session:
        assert {row.wall for row in queries.deliveries(session)} == {"2026-03-05T18:30", None}


def test_at_home_the_hour_is_ours_and_nobody_elses_is_kept(desk: Desk) -> None:
    channel, post = reaching(desk, "GB"), desk.post()
    with desk.store.transaction() as session:
        (made,) = intents.plan(session, NOW, [post], [channel], Intent(EVENING, until=time(20, 0)), RIGA)
        assert (made.due_at.hour, made.wall, made.not_after) == (16, None, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))


def test_a_window_over_midnight_ends_on_the_next_day(desk: Desk, pair: Pair) -> None:
    with desk.store.transaction() as session:
        intent = Intent(EVENING, until=time(1, 0))
        (made,) = intents.plan(session, NOW, [pair.post], [pair.channel], intent, RIGA)
        assert made.not_after == datetime(2026, 3, 5, 23, 0, tzinfo=UTC)


def test_of_many_all_are_planned_or_none_and_every_trouble_is_told(desk: Desk) -> None:
    channels = [desk.channel(), desk.channel(), desk.channel()]
    first, second = desk.post(), desk.post()
    desk.plan(channels[0], first, NOW + timedelta(days=1))
    with desk.store.transaction() as session:
        session.get_one(Post, second).embargo_until = NOW + timedelta(days=30)
    with pytest.raises(intents.Refused) as told, desk.store.transaction() as session:
        intents.plan(session, NOW, [first, second], channels, Intent(EVENING), RIGA)
    keys = sorted(one.trouble.key for one in told.value.found if one.trouble is not None)
    assert keys == ["campaigns.delivery.exists", *["timing.embargo"] * 3]
    assert desk.counts() == {"scheduled": 1}


@pytest.mark.parametrize(
    ("wall", "key"),
    [(datetime(2026, 3, 29, 3, 30), "timing.gap"), (datetime(2026, 3, 2, 9, 0), "timing.past")],
)
def test_an_hour_that_is_none_or_past_is_refused(desk: Desk, pair: Pair, wall: datetime, key: str) -> None:
    with desk.store.reading() as session:
        (one,) = intents.foresee(session, NOW, [pair.post], [pair.channel], Intent(wall), RIGA)
    assert isinstance(one.trouble, OutreachError)
    assert one.trouble.key == key
    assert (one.at is None) == (key == "timing.gap")


def test_the_gap_is_that_of_the_audiences_clocks(desk: Desk, pair: Pair) -> None:
    """At 01:30 there is no hour in London that night, and one in Riga; at 03:30 it is the other way round."""
    british, home = reaching(desk, "GB"), pair.channel
    with desk.store.reading() as session:
        for hour, gone in ((1, british), (3, home)):
            intent = Intent(datetime(2026, 3, 29, hour, 30), there=True)
            found = intents.foresee(session, NOW, [pair.post], [british, home], intent, RIGA)
            assert [one.channel.channel_id for one in found if one.trouble is not None] == [gone]


def meant_for(desk: Desk, pair: Pair, wall: datetime, zone: str, due_at: datetime, not_after: datetime | None = None) -> int:
    """A delivery whose moment was reckoned by other rules than those known now."""
    with desk.store.transaction() as session:
        return dispatch.schedule(
            session, NOW, pair.post, pair.channel, due_at,
            not_after=not_after, wall=wall, wall_zone=ZoneInfo(zone),
        ).id  # fmt: skip


def test_when_a_country_changes_its_clocks_otherwise_the_hour_stays(desk: Desk, pair: Pair) -> None:
    due = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
    number = meant_for(desk, pair, EVENING, "Europe/London", due, due + timedelta(hours=2))
    with desk.store.transaction() as session:
        assert keeping.rewall(session, NOW) == 1
    row = desk.row(number)
    assert (row.due_at, row.not_after) == (due + timedelta(hours=1), due + timedelta(hours=3))
    with desk.store.transaction() as session:
        assert keeping.rewall(session, NOW) == 0
        told = queries.history(session, number)[-1]
    assert (told.from_status, told.to_status, told.detail) == (
        "scheduled", "scheduled", "campaigns.rewalled.later?minutes=60",
    )  # fmt: skip


def test_the_hour_of_a_clock_that_nobody_knows_any_more_stays(desk: Desk, pair: Pair) -> None:
    due = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
    number = meant_for(desk, pair, EVENING, "Europe/London", due)
    with desk.store.transaction() as session:
        session.get_one(Delivery, number).wall_zone = "Mars/Olympus"
    with desk.store.transaction() as session:
        assert keeping.rewall(session, NOW) == 0
    assert desk.row(number).due_at == due


@pytest.mark.parametrize("status", ["sending", "published", "failed", "cancelled", "unconfirmed"])
def test_what_waits_no_more_is_left_where_it_was(desk: Desk, pair: Pair, status: str) -> None:
    due = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
    number = meant_for(desk, pair, EVENING, "Europe/London", due)
    with desk.store.transaction() as session:
        session.get_one(Delivery, number).status = status
    with desk.store.transaction() as session:
        assert keeping.rewall(session, NOW) == 0


def out(desk: Desk, pair: Pair, at: datetime, *clicks: tuple[str, timedelta]) -> int:
    number = desk.plan(pair.channel, desk.post())
    with desk.store.transaction() as session:
        row = session.get_one(Delivery, number)
        row.status, row.published_at = "published", at
        link = session.query(Link).filter_by(delivery_id=number).one()
        for kind, after in clicks:
            session.add(Click(link_id=link.id, clicked_at=at + after, kind=kind))
    return number


def test_of_those_who_followed_people_of_two_days_count(desk: Desk, pair: Pair) -> None:
    hour, now = timedelta(hours=1), NOW + timedelta(days=100)
    at = NOW + timedelta(days=10)
    out(
        desk, pair, at, ("person", hour), ("person", 47 * hour), ("person", 49 * hour), ("bot", hour), ("preview", hour),
        ("person", -hour),
    )  # fmt: skip
    out(desk, pair, at + hour)
    out(desk, pair, now - 47 * hour, ("person", hour))  # its two days are not over
    out(desk, pair, now - timedelta(days=800), ("person", hour))  # of long ago
    with desk.store.reading() as session:
        sent = reading.sent(session, now, [pair.channel], RIGA)
    assert [(f"{one.wall:%H:%M}", one.people) for one in sent] == [("11:00", 0), ("10:00", 2)]
    with desk.store.reading() as session:
        assert reading.sent(session, now, [], RIGA) == []


def test_channels_with_the_same_readers_are_alike(desk: Desk, pair: Pair) -> None:
    first, second, other = reaching(desk, "GB", "IE"), reaching(desk, "IE", "GB"), reaching(desk, "DE")
    with desk.store.reading() as session:
        assert [one.channel_id for one in reading.alike(session, first)] == [first, second]
        assert [one.channel_id for one in reading.alike(session, other)] == [other]
        assert [one.channel_id for one in reading.alike(session, pair.channel)] == [pair.channel]
        assert reading.alike(session, 99) == []


def test_a_set_is_found_from_each_of_its_posts(desk: Desk, pair: Pair) -> None:
    first = in_language(desk, "lv")
    second = in_language(desk, "en", first)
    alone = pair.post
    with desk.store.reading() as session:
        for number in (first, second):
            assert [one.post_id for one in reading.set_of(session, number)] == [first, second]
        assert [one.post_id for one in reading.set_of(session, alone)] == [alone]
        assert reading.set_of(session, 99) == []
