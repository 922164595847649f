"""The office's pictures in the store: what they say, who takes them along, and what a stranger may see."""

from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from campaigns import consents, details, dispatch, editing, library, pictures
from campaigns.library import Chosen, Told
from campaigns.models import Post
from outreach.core.errors import OutreachError
from tests.campaigns.desk import NOW, Desk

RIGA = ZoneInfo("Europe/Riga")
TODAY = NOW.date()
DAY = timedelta(days=1)


def picture(desk: Desk, tone: str = "red", **told: object) -> int:
    given = BytesIO()
    Image.new("RGB", (30, 20), tone).save(given, "PNG")
    said = Told(**{"alt": "Ezers", "rights": "Birojs", **told})  # type: ignore[arg-type]
    with desk.store.transaction() as session:
        drawn = pictures.draw(given.getvalue())
        return library.add(session, NOW, drawn, said, actor="x", folder=desk.folder / "media").id


def choose(desk: Desk, post_id: int, *chosen: Chosen) -> None:
    with desk.store.transaction() as session:
        library.choose(session, NOW, post_id, chosen, actor="x", zone=RIGA)


def planned(desk: Desk) -> tuple[int, int]:
    """A post and its delivery, two hours on."""
    with desk.store.transaction() as session:
        campaign = editing.start(session, NOW, "K", TODAY).id
        post = editing.write(session, NOW, campaign, language="lv", title="T", text="x", target_url="https://example.org/")
        editing.approve(session, NOW, post.id)
        channel = dispatch.add_channel(session, "Mape", "folder", {"folder": str(desk.folder)})
        return post.id, dispatch.schedule(session, NOW, post.id, channel.id, NOW + 2 * timedelta(hours=1)).id


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "free"), ({"of_people": True}, "none"), ({"of_people": True, "consent_from": TODAY}, "holds"),
        ({"of_people": True, "consent_from": TODAY + DAY}, "later"), ({"of_people": True, "consent_from": TODAY - DAY, "consent_until": TODAY}, "holds"),
        ({"of_people": True, "consent_from": TODAY - 2 * DAY, "consent_until": TODAY - DAY}, "ended"),
        ({"consent_from": TODAY}, "free"),  # nobody is in it: there is nothing to agree to
    ],
)  # fmt: skip
def test_a_consent_is_judged_by_the_day(desk: Desk, told: dict[str, object], state: str) -> None:
    number = picture(desk, **told)
    with desk.store.reading() as session:
        [listed] = library.listed(session, TODAY)
        assert (listed.picture_id, listed.consent, library.one(session, TODAY, number)) == (number, state, listed)


def test_a_withdrawn_consent_stays_withdrawn_whatever_is_said_later(desk: Desk) -> None:
    number = picture(desk, of_people=True, consent_from=TODAY)
    with desk.store.transaction() as session:
        consents.withdraw(session, NOW, number)
        library.change(session, number, Told("Ezers", "Birojs", True, TODAY, None))
    with desk.store.reading() as session:
        seen = library.one(session, TODAY, number)
    assert seen is not None and seen.consent == "withdrawn"


@pytest.mark.parametrize(
    ("chosen", "key"),
    [
        ([Chosen(1, " ")], "campaigns.picture.alt"), ([Chosen(9, "x")], "campaigns.picture.missing"),
        ([Chosen(1, "x")] * 21, "campaigns.picture.many"), ([Chosen(2, "x")], "campaigns.consent.none"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_leaves_the_post_as_it_was(desk: Desk, chosen: list[Chosen], key: str) -> None:
    post, _ = planned(desk)
    picture(desk)
    picture(desk, "blue", of_people=True)
    with pytest.raises(OutreachError) as caught:
        choose(desk, post, *chosen)
    assert caught.value.key == key
    with desk.store.reading() as session:
        assert details.pictures(session, post) == []
        assert session.get_one(Post, post).approved_at is not None


def test_a_consent_must_hold_on_the_days_the_post_is_planned_for(desk: Desk) -> None:
    post, delivery = planned(desk)
    with desk.store.transaction() as session:
        dispatch.reschedule(session, NOW, delivery, NOW + 5 * DAY)
    number = picture(desk, of_people=True, consent_from=TODAY, consent_until=TODAY + DAY)
    with pytest.raises(OutreachError) as caught:
        choose(desk, post, Chosen(number, "x"))
    assert caught.value.key == "campaigns.consent.none"


def test_pictures_keep_their_order_and_take_the_approval(desk: Desk) -> None:
    post, _ = planned(desk)
    first, second = picture(desk), picture(desk, "blue")
    choose(desk, post, Chosen(second, "Zils"), Chosen(first, "Sarkans"))
    with desk.store.reading() as session:
        assert [(one.picture_id, one.alt) for one in details.pictures(session, post)] == [(second, "Zils"), (first, "Sarkans")]
        assert session.get_one(Post, post).approved_at is None
        assert [use.post_id for use in library.uses(session, first)] == [post]


def test_a_stranger_sees_what_is_out_or_goes_out_within_the_hour(desk: Desk) -> None:
    post, delivery = planned(desk)
    number = picture(desk, of_people=True, consent_from=TODAY)
    choose(desk, post, Chosen(number, "x"))
    with desk.store.reading() as session:
        kept = library.one(session, TODAY, number)
    assert kept is not None

    def seen(after: timedelta) -> bool:
        with desk.store.reading() as session:
            return library.is_public(session, NOW + after, RIGA, kept.name)

    assert not seen(timedelta(hours=1))  # nobody has approved it since
    with desk.store.transaction() as session:
        editing.approve(session, NOW, post)
    assert [seen(timedelta(minutes=minutes)) for minutes in (59, 60, 61)] == [False, True, True]
    with desk.store.transaction() as session:
        dispatch.cancel(session, NOW, delivery)
    assert not seen(timedelta(hours=1))
