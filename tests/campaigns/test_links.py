"""Tracked links."""

from datetime import timedelta

from sqlalchemy import inspect

from campaigns import queries
from campaigns.links import ALPHABET, LENGTH, Followed, follow, new_code, target_of, tracked_url
from campaigns.models import Click
from tests.campaigns.desk import Desk


def test_codes_are_short_and_cannot_be_misread() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == LENGTH == 7 and set(code) <= set(ALPHABET) for code in codes)
    assert not set("0oO1lI") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)
    # Every letter of the alphabet comes up: 14,000 draws of 55.
    assert set("".join(codes)) == set(ALPHABET)


def test_the_address_people_follow() -> None:
    assert tracked_url("https://office.example", "abcdefg") == "https://office.example/k/abcdefg"


def test_following_counts_and_leads_on(desk: Desk) -> None:
    delivery = desk.see(desk.plan(desk.channel()))
    later = desk.clock.now() + timedelta(hours=2)
    with desk.store.transaction() as session:
        for moment in (desk.clock.now(), later):
            followed = follow(session, moment, delivery.code)
            assert followed == Followed(target_of(session, delivery.code) or "", delivery.code)
    with desk.store.reading() as session:
        assert queries.clicks_before(session, delivery.code, later) == queries.Clicks(2, later)
        assert queries.clicks_before(session, delivery.code, later - timedelta(seconds=1)).count == 1
        assert queries.clicks_before(
            session, delivery.code, desk.clock.now() - timedelta(seconds=1)
        ) == queries.Clicks(0, None)
    assert desk.see(delivery.delivery_id).clicks == 2


def test_looking_where_a_link_leads_counts_nothing(desk: Desk) -> None:
    delivery = desk.see(desk.plan(desk.channel()))
    with desk.store.transaction() as session:
        assert target_of(session, delivery.code) == "https://majas.example/2"
    assert desk.see(delivery.delivery_id).clicks == 0


def test_an_unknown_code_leads_nowhere_and_counts_nothing(desk: Desk) -> None:
    desk.plan(desk.channel())
    with desk.store.transaction() as session:
        for code in ("", "zzzzzzz", "x" * 5000, "' OR 1=1"):
            assert follow(session, desk.clock.now(), code) is None
            assert target_of(session, code) is None
        assert session.query(Click).count() == 0


def test_a_click_holds_nothing_of_the_person() -> None:
    assert {column.key for column in inspect(Click).columns} == {"id", "link_id", "clicked_at"}
