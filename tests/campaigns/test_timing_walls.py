"""Hours on a wall: every hour of both changes of the clocks, and what is said of hours that are none."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.audience import Audience, audience, clock_of, scattered
from campaigns.timing import walls
from campaigns.timing.places import Slot, upcoming
from outreach.core.errors import OutreachError

RIGA = ZoneInfo("Europe/Riga")
CITIES = {name: ZoneInfo(f"Europe/{name}") for name in ("London", "Dublin", "Berlin", "Oslo", "Riga")}
BEHIND = {"London": 2, "Dublin": 2, "Berlin": 1, "Oslo": 1, "Riga": 0}
# In each year the last Sundays of March and October; the days around them too.
CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]
HOURS = [
    datetime.combine(day + timedelta(days=shift), time(hour, minute))
    for day in CHANGES
    for shift in (-1, 0, 1)
    for hour in range(24)
    for minute in (0, 30)
]


@pytest.mark.parametrize("city", CITIES)
def test_the_hour_that_is_typed_is_the_hour_that_is_shown(city: str) -> None:
    zone, refused, twice = CITIES[city], [], []
    for wall in HOURS:
        try:
            placed = walls.placed(wall, zone)
        except OutreachError as error:
            refused.append((wall, error.facts["next"]))
            continue
        assert walls.wall_of(placed.at, zone) == wall
        if placed.twice:
            twice.append(wall)
            # The first of the two: an hour earlier the clocks showed an hour less.
            assert walls.wall_of(placed.at - timedelta(hours=1), zone) == wall - timedelta(hours=1)
    changes = 3 - BEHIND[city]  # at one in London, at two in Berlin, at three in Riga
    gap = [datetime.combine(day, time(changes, minute)) for day in CHANGES[::2] for minute in (0, 30)]
    assert refused == [(wall, f"{changes + 1:02}:00") for wall in gap]
    # The hour that comes twice ends where the clocks go back.
    assert twice == [datetime.combine(day, time(changes, minute)) for day in CHANGES[1::2] for minute in (0, 30)]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)), st.sampled_from(sorted(CITIES)))
def test_britain_is_two_hours_behind_all_year_and_germany_one(wall: datetime, city: str) -> None:
    wall = wall.replace(second=0, microsecond=0)
    if not walls.exists(wall, CITIES[city]):
        return
    at = walls.moment_of(wall, CITIES[city])
    assert walls.wall_of(at, RIGA) - wall == timedelta(hours=BEHIND[city])
    assert walls.read(walls.written(wall)) == wall


@pytest.mark.parametrize("text", ["", "18:30", "2026-13-01T10:00", "rīt"])
def test_what_is_no_hour_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        walls.read(text)


def test_whose_clock_counts() -> None:
    london = audience(None, "en")
    assert london is not None and london.zone.key == "Europe/London"
    assert walls.zone_of(london, RIGA, there=True) is london.zone
    assert walls.zone_of(london, RIGA, there=False) is RIGA
    assert walls.zone_of(None, RIGA, there=True) is RIGA


@pytest.mark.parametrize(
    ("campaign", "post", "channel", "countries", "zone"),
    [
        (None, "lv", (), (), None),
        ("en", "lv", (), (), "Europe/London"),
        ("en", "de", (), (), "Europe/Berlin"),
        (None, "nb", (), (), "Europe/Oslo"),
        ("en", "en", ("IE",), (), "Europe/Dublin"),  # the channel knows best
        ("en", "en", ("LV",), (), None),  # read at home
        (None, "lv", ("LV", "GB"), (), "Europe/London"),  # of those abroad
        (None, "lv", ("DE", "NO", "SE", "NL", "BE", "FR", "ES", "IT", "DK"), (), "Europe/Berlin"),
        (None, "lv", ("FI", "EE", "LT"), (), "Europe/Helsinki"),
        (None, "en", ("US",), (), None),  # several clocks
        (None, "en", ("DE", "GB"), (), None),  # no one clock
        (None, "lv", (), ("SE",), "Europe/Stockholm"),
        (None, "en", (), ("SE",), "Europe/London"),  # the post's language stands before its campaign's countries
        ("de", "lv", (), ("US",), "Europe/Berlin"),  # no clock from these: the language says it
        ("en", "lv", (), ("LV",), None),
        (None, "lv", ("XX",), (), None),
    ],
)  # fmt: skip
def test_where_a_post_is_read(
    campaign: str | None, post: str, channel: tuple[str, ...], countries: tuple[str, ...], zone: str | None
) -> None:
    found = audience(campaign, post, channel_countries=channel, campaign_countries=countries)
    assert (found.zone.key if found is not None else None) == zone


def test_countries_with_several_clocks_are_named() -> None:
    assert scattered(("US",)) == ("US",)
    assert scattered(("LV", "DE", "GB")) == ("DE", "GB")
    assert scattered(("GB", "IE", "PT")) == scattered(("LV",)) == scattered(()) == ()
    assert clock_of("CA") is None and clock_of("AU") is None and clock_of("IE") == ZoneInfo("Europe/Dublin")
    assert audience(None, "lv", channel_countries=("LV", "IE", "GB")) == Audience(("IE", "GB"), ZoneInfo("Europe/Dublin"))


def test_hours_of_the_week_come_in_their_order() -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday, ten in Riga
    london = ZoneInfo("Europe/London")
    week = [
        Slot(1, 1, time(9, 0), None),  # gone by this Monday
        Slot(2, 1, time(18, 30), london),
        Slot(3, 1, time(20, 30), None),  # the same moment
        Slot(4, 3, time(7, 0), None),
    ]
    places = [*upcoming(week, now, RIGA, 8)]
    assert [(one.slot.slot_id, one.at.isoformat()[:16]) for one in places] == [
        (2, "2026-11-23T18:30"), (4, "2026-11-25T05:00"), (1, "2026-11-30T07:00"), (2, "2026-11-30T18:30"),
    ]  # fmt: skip
    assert places[0].wall == datetime(2026, 11, 23, 18, 30)


def test_an_hour_that_the_spring_leaves_out_comes_an_hour_later() -> None:
    sunday = Slot(1, 7, time(3, 30), None)
    places = [*upcoming([sunday], datetime(2027, 3, 25, tzinfo=UTC), RIGA, 14)]
    assert [one.wall for one in places] == [datetime(2027, 3, 28, 4, 0), datetime(2027, 4, 4, 3, 30)]
