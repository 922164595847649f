"""Tracked links: codes, words to say aloud, who followed, and nothing kept of anybody."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect, select

from campaigns import clicks, links, queries
from campaigns.links import ALPHABET, LENGTH, Followed, Visit, follow, heard, new_code, tracked_url
from campaigns.models import Click, ClickSalt
from outreach.core.errors import OutreachError
from tests.campaigns.desk import Desk

RIGA = ZoneInfo("Europe/Riga")


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
            assert followed is not None
            assert followed == Followed("https://majas.example/2", delivery.code, followed.tags)
            assert followed.tags["utm_content"] == f"{delivery.post_id}-{delivery.language}"
    with desk.store.reading() as session:
        assert queries.clicks_before(session, delivery.code, later) == queries.Clicks(2, later)
        assert queries.clicks_before(session, delivery.code, later - timedelta(seconds=1)).count == 1
        assert queries.clicks_before(
            session, delivery.code, desk.clock.now() - timedelta(seconds=1)
        ) == queries.Clicks(0, None)
    assert desk.see(delivery.delivery_id).clicks == 2


def test_a_code_is_found_by_itself_and_by_its_word(desk: Desk) -> None:
    delivery = desk.see(desk.plan(desk.channel()))
    with desk.store.transaction() as session:
        links.say(session, desk.clock.now(), delivery.delivery_id, "MĀJAS", withdrawn=True)
        for told in (delivery.code, "MĀJAS", "majas", "Mājas!"):
            assert links.code_of(session, told) == delivery.code
        for told in ("", "upes", "x" * 5000, "\ud800", "0000000"):
            assert links.code_of(session, told) is None
    assert desk.see(delivery.delivery_id).clicks == 0


def test_a_link_leads_on_through_its_last_day_in_riga(desk: Desk) -> None:
    delivery = desk.see(desk.plan(desk.channel()))
    last = datetime(2026, 3, 31, 20, 59, tzinfo=UTC)  # a minute before midnight of summer time
    with desk.store.transaction() as session:
        links.say(session, desk.clock.now(), delivery.delivery_id, "MĀJAS", withdrawn=False, ends_on=date(2026, 3, 31))
        assert follow(session, last, "majas", zone=RIGA) is not None
        assert follow(session, last + timedelta(minutes=1), "majas", zone=RIGA) is None
        assert follow(session, last + timedelta(minutes=1), delivery.code, zone=RIGA) is None
        seen = links.detail(session, delivery.delivery_id)
        assert seen is not None
        assert (seen.ends_on, seen.followers.people) == (date(2026, 3, 31), 1)


def test_an_unknown_code_leads_nowhere_and_counts_nothing(desk: Desk) -> None:
    desk.plan(desk.channel())
    with desk.store.transaction() as session:
        for code in ("", "zzzzzzz", "x" * 5000, "' OR 1=1", "\0" * 7, "\ud800abcdef", "ﷺ" * 500):
            assert follow(session, desk.clock.now(), code) is None
            assert links.code_of(session, code) is None
        assert session.query(Click).count() == 0


def test_a_click_holds_nothing_of_the_person(desk: Desk) -> None:
    assert {column.key for column in inspect(Click).columns} == {"id", "link_id", "clicked_at", "kind", "mark"}
    visit = Visit("person", "192.0.2.77", "Kanarijs/1.0", b"key")
    assert "192.0.2.77" not in repr(visit)
    assert "Kanarijs" not in repr(visit)
    delivery = desk.see(desk.plan(desk.channel()))
    with desk.store.transaction() as session:
        follow(session, desk.clock.now(), delivery.code, visit)
        follow(session, desk.clock.now(), delivery.code, Visit("preview", "192.0.2.77", "WhatsApp/2"))
        person, preview = session.scalars(select(Click).order_by(Click.id))
        assert (person.kind, preview.kind, preview.mark) == ("person", "preview", None)
        assert person.mark is not None
        assert len(person.mark) == 32
        # With the store alone, even on the day itself, the mark is not to be found from its address.
        salt = clicks.salt_of(session, desk.clock.now().date())
        assert clicks.mark(salt, person.link_id, "192.0.2.77", "Kanarijs/1.0") != person.mark
        assert clicks.mark(salt + b"key", person.link_id, "192.0.2.77", "Kanarijs/1.0") == person.mark


def test_people_count_once_a_day_and_previews_and_robots_apart(desk: Desk) -> None:
    delivery = desk.see(desk.plan(desk.channel()))
    now = desk.clock.now()
    one, other = Visit("person", "192.0.2.1", "a"), Visit("person", "192.0.2.2", "a")
    with desk.store.transaction() as session:
        for visit in (one, one, other, Visit("person", "192.0.2.1", "b"), Visit(), Visit(), Visit("preview"), Visit("bot"), Visit("bot")):
            follow(session, now, delivery.code, visit, RIGA)
        follow(session, now + timedelta(days=1), delivery.code, one, RIGA)
    with desk.store.reading() as session:
        seen = links.detail(session, delivery.delivery_id)
        assert seen is not None
        assert seen.followers == clicks.Followers(people=6, previews=1, bots=2)
        assert queries.clicks_before(session, delivery.code, now).count == 6
        assert queries.campaigns(session)[0].clicks == 7
        assert links.detail(session, 999) is None
    assert desk.see(delivery.delivery_id).clicks == 7


def test_a_salt_is_the_days_own_and_goes_with_it(desk: Desk) -> None:
    now = desk.clock.now().replace(hour=21, minute=30)  # half past eleven at night in Riga
    today, later = now.astimezone(RIGA).date(), now + timedelta(hours=1)
    with desk.store.transaction() as session:
        first = clicks.salt_of(session, today)
        assert clicks.salt_of(session, today) == first
        assert len(first) == 32
        assert clicks.salt_of(session, later.astimezone(RIGA).date()) != first
        assert not clicks.has_old_salts(session, now, RIGA)
        clicks.forget_salts(session, now, RIGA)
        assert session.query(ClickSalt).count() == 2
        assert clicks.has_old_salts(session, later, RIGA)
        clicks.forget_salts(session, later, RIGA)
        assert session.scalars(select(ClickSalt.day)).all() == [later.astimezone(RIGA).date()]
        assert clicks.salt_of(session, today) != first  # made anew, it says nothing of the old marks


@pytest.mark.parametrize(
    ("word", "known"),
    [("MĀJAS", "majas"), ("majas", "majas"), ("Mājas 2026!", "majas2026"), ("Ņēģu-iela", "neguiela"), ("ДОМОЙ", "домои"), ("…", ""), ("\0a\ud800", "a")],
)
def test_a_word_is_known_as_it_is_typed(word: str, known: str) -> None:
    assert heard(word) == known


def test_a_spoken_word_finds_its_link_and_belongs_to_one(desk: Desk) -> None:
    channel = desk.channel()
    first, second = (desk.see(desk.plan(channel)) for _ in range(2))
    now = desk.clock.now()
    with desk.store.transaction() as session:
        links.say(session, now, first.delivery_id, " MĀJAS ", withdrawn=False)
        links.say(session, now, first.delivery_id, "MĀJAS", withdrawn=False)  # once more changes nothing
        for typed in ("MĀJAS", "majas", "MAJAS", "Majās", first.code):
            followed = follow(session, now, typed)
            assert followed is not None
            assert followed.code == first.code
        for word, key in (("majas", "links.spoken.taken"), ("ab", "links.spoken.size"), ("!!!", "links.spoken.size"), ("x" * 60, "links.spoken.size"), ("no upes", "links.spoken.size"), ("a/bc", "links.spoken.size"), ("abc\0", "links.spoken.size")):
            with pytest.raises(OutreachError, match=key):
                links.say(session, now, second.delivery_id, word, withdrawn=False)
        with pytest.raises(OutreachError, match=r"links\.delivery"):
            links.say(session, now, 999, "upes", withdrawn=False)
        links.say(session, now, first.delivery_id, "Ma\u0304jas", withdrawn=False)  # accents that come after their letters
        seen = links.detail(session, first.delivery_id)
        assert seen is not None
        assert seen.spoken == "Mājas"
        links.say(session, now, first.delivery_id, "", withdrawn=False)
        assert follow(session, now, "majas") is None
        links.say(session, now, second.delivery_id, "majas", withdrawn=False)
        assert links.detail(session, second.delivery_id) == links.LinkDetail("majas", None, clicks.Followers(0, 0, 0))


def test_a_code_as_it_was_made_comes_before_a_word(desk: Desk) -> None:
    channel = desk.channel()
    first, second = (desk.see(desk.plan(channel)) for _ in range(2))
    with desk.store.transaction() as session:
        links.say(session, desk.clock.now(), second.delivery_id, first.code, withdrawn=False)
        followed = follow(session, desk.clock.now(), first.code)
        assert followed is not None
        assert followed.code == first.code


def test_a_withdrawn_link_leads_nowhere_until_it_is_let_on_again(desk: Desk) -> None:
    delivery = desk.see(desk.plan(desk.channel()))
    now = desk.clock.now()
    with desk.store.transaction() as session:
        for _ in range(2):
            links.say(session, now, delivery.delivery_id, "MĀJAS", withdrawn=True)
            now += timedelta(minutes=1)
        seen = links.detail(session, delivery.delivery_id)
        assert seen is not None
        assert seen.withdrawn_at == desk.clock.now()
        assert follow(session, now, delivery.code) is None
        assert follow(session, now, "MĀJAS") is None
        assert session.query(Click).count() == 0
        links.say(session, now, delivery.delivery_id, "MĀJAS", withdrawn=False)
        assert follow(session, now, "MĀJAS") is not None
