"""Pictures of people: nothing goes out, or stays planned, without a consent that holds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from campaigns import consents, dispatch, images, pictures
from campaigns.channel import Terms
from campaigns.images import Shown
from campaigns.models import Picture, PostPicture
from campaigns.publish import publish_due
from outreach.core.errors import OutreachError, WireError
from tests.campaigns import told
from tests.campaigns.desk import NOW, Desk

TODAY = NOW.date()
DAY = timedelta(days=1)
RIGA = ZoneInfo("Europe/Riga")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    told.install(monkeypatch)


def picture(
    desk: Desk, *, of_people: bool = True, since: date | None = TODAY, until: date | None = None, alt: str = "Ģimene"
) -> int:
    given = BytesIO()
    Image.new("RGBA", (90, 60), (200, 0, 0, 128)).save(given, "PNG")
    drawn = pictures.draw(given.getvalue())
    (desk.folder / "media").mkdir(exist_ok=True)
    desk.count += 1
    name = f"{desk.count:064x}.webp"
    (desk.folder / "media" / name).write_bytes(drawn.body)
    with desk.store.transaction() as session:
        row = Picture(name=name, width=90, height=60, size=len(drawn.body), alt=alt, added_at=NOW, added_by="test")
        row.of_people, row.consent_from, row.consent_until = of_people, since, until
        session.add(row)
        session.flush()
        return row.id


def with_picture(desk: Desk, picture_id: int, alt: str = "") -> int:
    post = desk.post()
    with desk.store.transaction() as session:
        session.add(PostPicture(post_id=post, picture_id=picture_id, alt=alt))
    return post


@pytest.mark.parametrize(
    ("since", "until", "fine"),
    [
        (None, None, False),
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY - DAY, False),
    ],
)
def test_a_consent_holds_from_its_first_to_its_last_day(
    desk: Desk, since: date | None, until: date | None, fine: bool
) -> None:
    post = with_picture(desk, picture(desk, since=since, until=until))
    if fine:
        desk.plan(desk.channel(), post)
    else:
        with pytest.raises(OutreachError) as refused:
            desk.plan(desk.channel(), post)
        assert refused.value.key == "campaigns.consent.none"


def test_a_picture_of_nobody_needs_none(desk: Desk) -> None:
    desk.plan(desk.channel(), with_picture(desk, picture(desk, of_people=False, since=None)))
    assert publish_due(desk.press()) == {"published": 1}


def test_a_consent_that_ends_before_the_day_is_not_planned_with(desk: Desk) -> None:
    post = with_picture(desk, picture(desk, until=TODAY))
    with pytest.raises(OutreachError):
        desk.plan(desk.channel(), post, NOW + DAY)
    delivery = desk.plan(desk.channel(), post, NOW)
    with desk.store.transaction() as session, pytest.raises(OutreachError):
        dispatch.reschedule(session, NOW, delivery, NOW + DAY)


def test_withdrawn_everything_planned_is_called_off_at_once_and_says_why(desk: Desk) -> None:
    shown = picture(desk)
    post = with_picture(desk, shown)
    planned = [desk.plan(desk.channel(), post, NOW + DAY) for _ in range(2)]
    out, other = desk.plan(desk.channel(), post), desk.plan(desk.channel())
    publish_due(desk.press())
    with desk.store.transaction() as session:
        assert consents.withdraw(session, NOW, shown) == planned
        assert consents.withdraw(session, NOW, shown) == []
    assert {desk.status(delivery) for delivery in planned} == {"cancelled"}
    assert desk.see(planned[0]).error_key == "campaigns.consent.withdrawn"
    assert (desk.status(out), desk.status(other)) == ("published", "published")
    with desk.store.transaction() as session, pytest.raises(OutreachError):
        dispatch.schedule(session, NOW, post, desk.row(planned[0]).channel_id, NOW + DAY)
    with desk.store.transaction() as session, pytest.raises(OutreachError) as missing:
        consents.withdraw(session, NOW, 999)
    assert missing.value.key == "campaigns.picture.missing"


def test_withdrawn_after_the_plan_nothing_is_claimed(desk: Desk) -> None:
    shown = picture(desk)
    delivery = desk.plan(desk.channel(), with_picture(desk, shown))
    with desk.store.transaction() as session:
        session.get_one(Picture, shown).withdrawn_at = NOW
    assert publish_due(desk.press()) == {} and desk.status(delivery) == "scheduled"


def test_what_has_ended_is_called_off_on_the_office_s_day(desk: Desk) -> None:
    ends, later = picture(desk, until=TODAY), picture(desk, since=TODAY)
    delivery = desk.plan(desk.channel(), with_picture(desk, ends))
    waits = desk.plan(desk.channel(), with_picture(desk, later), NOW + 9 * DAY)
    with desk.store.transaction() as session:
        session.get_one(Picture, later).consent_from = TODAY + 9 * DAY
    # Half past ten in the evening in London is tomorrow in Riga.
    evening = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    with desk.store.transaction() as session:
        assert consents.lapse(session, evening, ZoneInfo("Europe/London")) == []
        assert consents.lapse(session, evening, RIGA) == [delivery]
    assert desk.see(delivery).error_key == "campaigns.consent.ended"
    assert desk.status(waits) == "scheduled"


def test_pictures_go_out_as_jpeg_in_the_channel_s_shape_with_their_words(desk: Desk) -> None:
    first = picture(desk, of_people=False, alt="Ezers")
    post = with_picture(desk, first, alt="A lake")
    second = picture(desk, of_people=False, alt="Priede")
    with desk.store.transaction() as session:
        session.add(PostPicture(post_id=post, picture_id=second, position=1))
    desk.plan(desk.channel("told", token_env="TOKEN"), post)
    assert publish_due(replace(desk.press(), images_url="https://office.example/p")) == {"published": 1}
    one, two = told.given[0].images
    assert (one.alt, two.alt) == ("A lake", "Priede")
    assert (one.width, one.height) == (40, 50) and one.name.endswith("-40x50.jpg")
    assert one.url == f"https://office.example/p/{one.name}"
    with Image.open(BytesIO(one.body)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (40, 50))


def test_a_text_channel_takes_none_and_one_that_needs_one_is_not_planned_without(desk: Desk) -> None:
    desk.plan(desk.channel(), with_picture(desk, picture(desk, of_people=False)))
    assert publish_due(desk.press()) == {"published": 1}
    with pytest.raises(OutreachError) as refused:
        desk.plan(desk.channel("seen", token_env="TOKEN"))
    assert refused.value.key == "campaigns.picture.needed"


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ([], "campaigns.picture.needed"),
        ([Shown("0" * 64 + ".webp", "")], "campaigns.picture.alt"),
        ([Shown("0" * 64 + ".webp", "Ezers")], "campaigns.picture.gone"),
        ([Shown("../../etc/passwd", "Ezers")], "campaigns.picture.gone"),
    ],
)
def test_a_picture_that_cannot_go_stops_the_post(tmp_path: Path, shown: list[Shown], key: str) -> None:
    terms = Terms(same="none", findable="none", pictures=1, needs_picture=True)
    with pytest.raises(WireError) as refused:
        images.drawn(tmp_path, shown, terms)
    assert (refused.value.key, refused.value.permanent, refused.value.ambiguous) == (key, True, False)
