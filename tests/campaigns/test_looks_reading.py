"""What a look at a post reads of the store."""

from datetime import timedelta

import pytest

from campaigns import library
from campaigns.looks import reading
from campaigns.models import Delivery, Post, PostVariant
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk
from tests.campaigns.test_library import choose, picture


def test_the_channels_of_a_post_come_first_with_what_it_says_there(desk: Desk) -> None:
    last, first, other = (desk.channel(name=name) for name in ("A", "B", "C"))
    post = desk.post()
    desk.plan(last, post, NOW + timedelta(hours=2))
    desk.plan(first, post, NOW + timedelta(hours=1))
    off = desk.plan(desk.channel(name="0"), post)
    desk.plan(other, desk.post())
    with desk.store.transaction() as session:
        session.get_one(Delivery, off).status = "cancelled"
        session.add(PostVariant(post_id=post, channel_id=other, title="", text="Citādi"))
    with desk.store.reading() as session:
        found = reading.places(session, post)
        assert [(place.name, place.is_planned, bool(place.code), place.text) for place in found] == [
            ("B", True, True, ""), ("A", True, True, ""), ("0", False, True, ""), ("C", False, False, "Citādi"),
        ]  # fmt: skip
        assert [place.name for place in reading.places(session, None)] == ["0", "A", "B", "C"]
        assert [place.name for place in reading.places(session, post, [other])] == ["C"]
        assert reading.places(session, 999, []) == []


def test_a_picture_comes_with_the_post_s_words_and_its_focus(desk: Desk) -> None:
    number, post = picture(desk), desk.post()
    choose(desk, post, library.Chosen(number, "Lake"))
    with desk.store.transaction() as session:
        library.aim(session, number, (130, 20))
    with desk.store.reading() as session:
        [seen] = reading.pictured(session, post)
        assert (seen.alt, seen.focus, seen.width, seen.height) == ("Lake", (100, 20), 30, 20)
        assert library.focus_of(session, seen.name) == (100, 20) and library.focus_of(session, "x") == (50, 50)
        kept = library.one(session, NOW.date(), number)
        assert kept is not None and (kept.focus_x, kept.focus_y) == (100, 20)
    with desk.store.transaction() as session, pytest.raises(OutreachError, match="missing"):
        library.aim(session, 999, (1, 1))


def test_words_used_before_are_counted_by_post_in_their_latest_spelling(desk: Desk) -> None:
    texts = ("#mājas #Mājas #Preiļi", "#MĀJAS @latgale", "bez nekā", "#Mājas https://a.lv/#cits a@b.lv @Latgale")
    posts = [desk.post(approved=False) for _ in texts]
    with desk.store.transaction() as session:
        for number, post in enumerate(posts):
            row = session.get_one(Post, post)
            row.text, row.created_at = texts[number], NOW + timedelta(days=number)
    with desk.store.reading() as session:
        tags, names = reading.used(session, "lv")
        assert [(one.text, one.count, (one.last - NOW).days) for one in tags] == [("#Mājas", 3, 3), ("#Preiļi", 1, 0)]
        assert [(one.text, one.count) for one in names] == [("@Latgale", 2)]
        assert reading.used(session, "en") == ([], [])
        assert len(reading.used(session, "lv", most=1)[0]) == 1
