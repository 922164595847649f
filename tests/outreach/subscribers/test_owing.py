"""Rows of a morning: one a day and reader, what they cover, who gets none."""

from datetime import datetime, timedelta

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.people import users
from outreach.postbox import stops
from outreach.subscribers import runs, subscriptions
from outreach.subscribers.owing import covers_from
from tests.outreach.subscribers.rooms import BEFORE, MONDAY, TOLD, account, asked, reader, rows, send, states, tick

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def minute(moment: datetime) -> datetime:
    return moment.replace(second=0)


def test_a_new_reader_waits_for_the_next_hour_and_the_first_mail_tells_a_day(store: Store) -> None:
    reader(store, since=MONDAY + HOUR)
    assert tick(store, MONDAY + 2 * HOUR) == []
    assert states(store) == [("23", "skipped")]
    [first] = tick(store, MONDAY + DAY)
    assert (first.day.isoformat(), first.missed, first.attempts) == ("2026-11-24", 0, 0)
    assert (first.covers_from, first.covers_until) == (minute(MONDAY), minute(MONDAY + DAY))
    assert first.due_at == minute(MONDAY + DAY)
    assert states(store) == [("23", "skipped"), ("24", "due")]


def test_a_reader_added_before_the_hour_gets_that_day_s(store: Store) -> None:
    reader(store, since=MONDAY - HOUR)
    [first] = tick(store, MONDAY)
    assert (first.day.isoformat(), first.mail) == ("2026-11-23", "anna@example.org")


def test_a_weekly_reader_s_first_mail_begins_where_they_came(store: Store) -> None:
    came = MONDAY - 4 * DAY
    reader(store, since=came, rhythm="weekly", weekday=0)
    tick(store, came + HOUR)
    [first] = tick(store, MONDAY)
    assert (first.covers_from, first.missed) == (came, 0)


def test_ticks_make_a_row_once(store: Store) -> None:
    reader(store)
    reader(store, "janis@example.org", language="en")
    for seconds in range(0, 300, 30):
        tick(store, MONDAY + timedelta(seconds=seconds))
    assert states(store) == [("23", "due")] * 2
    assert len({row.message_id for row in rows(store)}) == 2
    assert all(row.message_id.endswith("@birojs.example>") for row in rows(store))


def test_the_next_mail_goes_on_where_the_last_one_ended(store: Store) -> None:
    reader(store)
    [first], [second] = send(store, MONDAY), send(store, MONDAY + DAY + 3 * HOUR)
    assert second.covers_from == first.covers_until
    assert second.missed == 0


def test_a_machine_that_was_off_gives_one_mail_for_all_days(store: Store) -> None:
    reader(store)
    [first] = send(store, MONDAY)
    [late] = tick(store, MONDAY + 4 * DAY + 2 * HOUR)
    assert (late.day.isoformat(), late.missed, late.covers_from) == ("2026-11-27", 3, first.covers_until)
    assert states(store) == [("23", "sent"), ("27", "due")]


def test_a_day_that_never_went_is_covered_by_the_next(store: Store) -> None:
    reader(store)
    [first] = send(store, MONDAY)
    send(store, MONDAY + DAY, "due", next_try_at=MONDAY + DAY + HOUR)
    send(store, MONDAY + 2 * DAY, "failed", error_key="mail.refused")
    [third] = tick(store, MONDAY + 3 * DAY)
    assert states(store) == [("23", "sent"), ("24", "skipped"), ("25", "failed"), ("26", "due")]
    assert (third.covers_from, third.missed) == (first.covers_until, 2)


def test_an_unconfirmed_mail_s_news_are_told_again_but_it_is_no_missed_day(store: Store) -> None:
    reader(store)
    [first] = send(store, MONDAY)
    send(store, MONDAY + DAY, "unconfirmed", error_key="mail.lost")
    [second] = tick(store, MONDAY + 2 * DAY)
    assert (second.covers_from, second.missed) == (first.covers_until, 0)
    with store.transaction() as session:
        runs.settle(session, MONDAY + 2 * DAY, MONDAY.date() + DAY, arrived=True)
    [third] = send(store, MONDAY + 3 * DAY)
    assert third.covers_from == rows(store)[1].covers_until


def test_a_mail_goes_back_a_month_at_most(store: Store) -> None:
    reader(store)
    send(store, MONDAY)
    [late] = tick(store, MONDAY + 90 * DAY)
    assert late.covers_until - late.covers_from == 31 * DAY
    assert late.missed == 31


@pytest.mark.parametrize("back", [HOUR, DAY, 40 * DAY])
def test_a_clock_set_back_makes_no_second_row(store: Store, back: timedelta) -> None:
    reader(store, since=MONDAY - 60 * DAY)
    send(store, MONDAY)
    for hours in range(-int(back / HOUR), 24, 7):
        assert tick(store, MONDAY + hours * HOUR) == []
    assert states(store) == [("23", "sent")]
    assert len(tick(store, MONDAY + DAY)) == 1


def test_whoever_is_off_stopped_or_without_their_account_gets_no_row(store: Store) -> None:
    off, user = reader(store, "off@example.org"), account(store, "konts@example.org")
    account(store, "cits@example.org", "administrator")
    reader(store, "konts@example.org", user_id=user)
    reader(store, "gone@example.org")
    with store.transaction() as session:
        subscriptions.switch(session, BEFORE, off, False, "tests")
        users.disable(session, BEFORE, "tests", user)
        stops.stop(session, BEFORE, "gone@example.org", "postbox.stop.hard")
    assert tick(store, MONDAY) == []
    assert rows(store) == []


def test_what_was_due_waits_while_its_reader_is_off(store: Store) -> None:
    number = reader(store)
    assert len(tick(store, MONDAY)) == 1
    for on, there in ((False, 0), (True, 1)):
        with store.transaction() as session:
            subscriptions.switch(session, MONDAY + HOUR, number, on, "tests")
        assert len(tick(store, MONDAY + HOUR)) == there


def test_back_after_weeks_tells_of_a_day_and_of_no_missed_ones(store: Store) -> None:
    number = reader(store)
    send(store, MONDAY)
    with store.transaction() as session:
        subscriptions.switch(session, MONDAY + DAY - HOUR, number, False, "tests")
    assert tick(store, MONDAY + 10 * DAY) == []
    with store.transaction() as session:
        subscriptions.switch(session, MONDAY + 20 * DAY + HOUR, number, True, "tests")
    assert tick(store, MONDAY + 20 * DAY + 2 * HOUR) == []
    [back] = tick(store, MONDAY + 21 * DAY)
    assert back.covers_until - back.covers_from == DAY
    assert back.missed == 0


def test_another_hour_brings_no_second_mail_and_loses_none(store: Store) -> None:
    number = reader(store)
    send(store, MONDAY)
    change(store, MONDAY + HOUR, number, at="09:00")
    assert tick(store, MONDAY + 3 * HOUR) == []
    # Moved before what has come already: today's goes at once.
    change(store, MONDAY + DAY - HOUR, number, at="15:00")
    assert tick(store, MONDAY + DAY + HOUR) == []
    change(store, MONDAY + DAY + HOUR, number, at="07:30")
    assert [one.day.isoformat() for one in send(store, MONDAY + DAY + HOUR)] == ["2026-11-24"]
    change(store, MONDAY + DAY + 2 * HOUR, number, at="15:00", zone="Pacific/Auckland")
    assert [one.day.isoformat() for one in send(store, MONDAY + 2 * DAY)] == ["2026-11-25"]


def test_another_rhythm_makes_no_missed_days(store: Store) -> None:
    number = reader(store, rhythm="weekly", weekday=0)
    [first] = send(store, MONDAY)
    change(store, MONDAY + 3 * DAY + HOUR, number, rhythm="daily")
    send(store, MONDAY + 3 * DAY + 2 * HOUR, "failed", error_key="mail.refused")
    [next_one] = tick(store, MONDAY + 4 * DAY)
    assert (next_one.covers_from, next_one.missed) == (first.covers_until, 0)


def test_an_account_s_address_is_the_reader_s(store: Store) -> None:
    user = account(store, role="coordinator")
    reader(store, user_id=user)
    with store.transaction() as session:
        session.get_one(users.User, user).mail = "jauna@example.org"
    [one] = tick(store, MONDAY)
    assert (one.mail, one.name, one.role, one.user_id) == ("jauna@example.org", "Anna Bērziņa", "coordinator", user)


def test_late_ones_are_marked_from_noon_on(store: Store) -> None:
    reader(store)
    reader(store, "vakars@example.org", at="20:00")
    tick(store, MONDAY)
    tick(store, MONDAY + 5 * HOUR - timedelta(minutes=1))
    assert [row.late for row in rows(store) if row.status == "due" and f"{row.day:%d}" == "23"] == [False]
    late = {one.mail: one.late for one in tick(store, MONDAY + 5 * HOUR)}
    # The evening's is Sunday's.
    assert late == {"anna@example.org": True, "vakars@example.org": True}


def test_a_person_asks_for_a_day(store: Store) -> None:
    reader(store)
    reader(store, "janis@example.org")
    with store.transaction() as session:
        [row] = runs.owe_day(session, MONDAY - 2 * HOUR, TOLD, MONDAY.date(), "Janis@example.org ")
        assert (row.status, row.covers_until) == ("due", MONDAY.replace(hour=3, second=0))
    # It counts as that day's: the hour brings the other reader's alone.
    assert [one.mail for one in send(store, MONDAY - 2 * HOUR)] == ["janis@example.org"]
    assert [one.mail for one in send(store, MONDAY)] == ["anna@example.org"]
    with store.transaction() as session:
        earlier = runs.owe_day(session, MONDAY, TOLD, MONDAY.date() - DAY)
        assert [row.status for row in earlier] == ["skipped", "skipped"]
        for wrong, day, mail in (
            ("readers.error.ahead", MONDAY.date() + DAY, None), ("readers.error.nobody", MONDAY.date(), "x@example.org"),
        ):  # fmt: skip
            with pytest.raises(OutreachError) as raised:
                runs.owe_day(session, MONDAY, TOLD, day, mail)
            assert raised.value.key == wrong


def change(store: Store, now: datetime, number: int, **other: object) -> None:
    with store.transaction() as session:
        assert subscriptions.change(session, now, number, asked(**other), "tests")


@pytest.mark.parametrize(
    ("told", "since", "begun"),
    [
        (None, 400, 31), (None, 5, 5), (None, 0, 1), (1, 400, 1), (3, 400, 3), (60, 400, 31), (60, 2, 2), (0.5, 0.2, 0.5), (3, 2, 2),
    ],
)  # fmt: skip
def test_where_a_mail_begins(told: float | None, since: float, begun: float) -> None:
    """All in days before its end."""
    until = MONDAY
    last = until - told * DAY if told is not None else None
    assert until - covers_from(last, until - since * DAY, until) == begun * DAY
