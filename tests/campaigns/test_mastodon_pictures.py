"""Mastodon: pictures beside a status, and what becomes of both whatever breaks off where."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image as Drawing

from campaigns import looking
from campaigns.channel import Busy, Looked, Numbers, Receipt
from campaigns.channels.mastodon import Mastodon
from campaigns.fitting import fitting
from campaigns.publish import publish_due
from outreach.core.errors import WireError
from outreach.core.http import Answer, GuardedHttp
from outreach.demo.fediverse import LOST_ANSWERS, SILENCES, Fediverse
from outreach.demo.fediverse_media import BYTES
from tests.campaigns.desk import TOKEN, TOKEN_ENV, Desk, secrets
from tests.campaigns.platforms import (
    AFTER,
    AT,
    BEFORE,
    FORBIDDEN,
    Kept,
    Turns,
    answer,
    failed,
    form_of,
    image,
    kind_of,
    outgoing,
    path_of,
    receipt_of,
)
from tests.campaigns.real.steps import KILLED, LOST, Bench, illustrate, photograph

CHANNEL = Mastodon("https://social.example", TOKEN_ENV)
SECRETS = {TOKEN_ENV: TOKEN}
MEDIA = "/api/v2/media"
GOOD = answer(200, {"id": "7", "url": "https://social.example/@birojs/7"})
NOTHING = [answer(404), answer(404)]  # of a server that says nothing about itself


def here(fediverse: Fediverse) -> Mastodon:
    return Mastodon(fediverse.url, TOKEN_ENV)


def posts(fediverse: Fediverse, path: str) -> int:
    return sum(asked.method == "POST" and asked.path == path for asked in fediverse.asked)


def told(**media: object) -> Answer:
    most = {"max_media_attachments": media.pop("most", 4)}
    return answer(200, {"configuration": {"statuses": most, "media_attachments": media}})


def test_pictures_go_up_first_with_their_words(fediverse: Fediverse, wire: GuardedHttp) -> None:
    kept, channel = Kept(), here(fediverse)
    images = [replace(photograph(f"{number}.jpg"), alt=f"Mežs {number}\n“ā”") for number in range(5)]
    receipt = channel.publish(outgoing(images, kept), wire, secrets)
    (status,) = fediverse.statuses
    assert [(medium.description, medium.body) for medium in status.media] == [(one.alt, one.body) for one in images[:4]]
    assert kept.values == {f"media {number}.jpg": medium.id for number, medium in enumerate(status.media)}
    assert receipt == Receipt(f"{fediverse.account_url}/{status.id}", status.id)
    assert channel.numbers(receipt, wire, secrets) == Numbers(0, 0, 0)
    assert channel.health(wire, secrets, AT).account == f"@{fediverse.account}"


def test_what_is_asked() -> None:
    wire = Turns([told(), answer(200, {"id": "21"}), answer(202, {"id": "22"}), answer(206), answer(200), GOOD])
    receipt_of(CHANNEL, Turns([GOOD]), SECRETS)
    CHANNEL.publish(outgoing([image("a.jpg"), image("b.jpg")]), wire, secrets)
    about, first, second, *looks, post = wire.asked
    assert "Authorization" not in about.headers
    assert path_of(first) == path_of(second) == MEDIA
    assert form_of(first) == {"description": "Ģimene lidostā", "file": "JPEG a.jpg"}
    assert [(one.method, path_of(one)) for one in looks] == [("GET", "/api/v1/media/22")] * 2
    assert (post.body or b"").endswith(b"&media_ids%5B%5D=21&media_ids%5B%5D=22")
    for request in wire.asked[1:]:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}" and not request.follow


@pytest.mark.parametrize("fault", ["error", "drop", "hang", "busy", "refuse", "unauthorized"])
def test_a_retry_uploads_no_picture_twice(
    fediverse: Fediverse, wire: GuardedHttp, impatient: GuardedHttp, fault: str
) -> None:
    wire = impatient if fault.startswith("hang") else wire
    kept, channel = Kept(), here(fediverse)
    sent = outgoing([photograph("a.jpg"), photograph("b.jpg")], kept)
    fediverse.faults.append(fault)
    with pytest.raises(WireError):
        channel.publish(sent, wire, secrets)
    channel.publish(sent, wire, secrets)
    assert posts(fediverse, MEDIA) == len(fediverse.media.all) == 2
    assert [len(status.media) for status in fediverse.statuses] == [2]


def test_a_picture_that_was_thrown_away_is_uploaded_anew(fediverse: Fediverse, wire: GuardedHttp) -> None:
    kept, channel = Kept(), here(fediverse)
    fediverse.faults.append("error")
    with pytest.raises(WireError):
        channel.publish(outgoing([photograph()], kept), wire, secrets)
    fediverse.media.throw_away()
    channel.publish(outgoing([photograph()], kept), wire, secrets)
    (status,) = fediverse.statuses
    assert [medium.id for medium in status.media] == list(kept.values.values()) == [fediverse.media.all[1].id]


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_picture_that_is_out_already_changes_nothing(
    fediverse: Fediverse, wire: GuardedHttp, impatient: GuardedHttp, fault: str
) -> None:
    """The server has the status and its picture: a second try brings another picture and the first status."""
    wire = impatient if fault.startswith("hang") else wire
    channel, sent = here(fediverse), outgoing([photograph()])
    fediverse.faults.append(fault)
    with pytest.raises(WireError) as error:
        channel.publish(sent, wire, secrets)
    assert kind_of(error.value) == "ambiguous"
    receipt = channel.publish(sent, wire, secrets)
    assert channel.find(sent, wire, secrets, AT) == Looked("there", receipt)
    assert len(fediverse.statuses) == 1


def test_a_server_that_works_on_a_picture_is_given_time(fediverse: Fediverse, wire: GuardedHttp) -> None:
    kept, channel = Kept(), here(fediverse)
    fediverse.media.slow = 2
    channel.publish(outgoing([photograph("a.jpg")], Kept()), wire, secrets)

    fediverse.media.slow = 5
    sent = replace(outgoing([photograph("b.jpg")], kept), key="another")
    with pytest.raises(Busy) as told:
        channel.publish(sent, wire, secrets)
    assert (told.value.key, told.value.wait) == ("campaigns.mastodon.working", timedelta(minutes=1))
    channel.publish(sent, wire, secrets)
    assert len(fediverse.media.all) == len(fediverse.statuses) == 2


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (BEFORE, "later"),
        (AFTER, "later"),
        (FORBIDDEN, "settings"),
        (answer(401), "denied"),
        (answer(403, {"error": f"{TOKEN} is outside the authorized scopes"}), "denied"),
        (answer(404), "settings"),
        (answer(302), "settings"),
        (answer(413), "permanent"),
        (answer(422, {"error": "Validation failed: File content type is invalid"}), "permanent"),
        (answer(429, b"", {"Retry-After": "60"}), "busy"),
        (answer(500), "later"),
        (answer(503), "later"),
        (answer(200, b"<h1>200</h1>"), "later"),
        (answer(200, {"id": 7}), "later"),
        (answer(202, {"id": ""}), "later"),
    ],
)
def test_while_pictures_go_up_nothing_can_be_out(came: Answer | WireError, kind: str) -> None:
    sent = outgoing([image()])
    assert kind_of(failed(CHANNEL, Turns([*NOTHING, came]), SECRETS, sent)) == kind
    kept = Kept({"media a.jpg": "21"})
    asked = Turns([*NOTHING, came, came, came, came])
    if isinstance(came, Answer) and came.status in (200, 202, 404):
        return  # these say how the picture is
    assert kind_of(failed(CHANNEL, asked, SECRETS, outgoing([image()], kept))) == kind


@pytest.mark.parametrize("came", [BEFORE, AFTER, answer(500), answer(429), answer(200, b"{"), answer(200, {"configuration": 7})])
def test_a_server_that_does_not_tell_its_limits_is_given_what_all_take(came: Answer | WireError) -> None:
    sent = outgoing([replace(image(f"{number}.jpg"), alt="ā" * 2000) for number in range(5)])
    if isinstance(came, WireError):
        assert kind_of(failed(CHANNEL, Turns([came]), SECRETS, sent)) == "later"
        return
    about = [came] if came.status == 200 else [came, came]
    wire = Turns([*about, *(answer(200, {"id": f"{number}"}) for number in range(4)), GOOD])
    CHANNEL.publish(sent, wire, secrets)
    assert form_of(wire.asked[len(about)])["description"] == "ā" * 1500


def test_what_a_server_takes_is_what_it_is_given() -> None:
    noisy = photograph("a.jpg", (300, 200))
    most = len(noisy.body) // 2
    for limits in ({"image_size_limit": most}, {"image_matrix_limit": 30_000}):
        wire = Turns([told(**limits, description_limit=2), answer(200, {"id": "21"}), GOOD])
        CHANNEL.publish(outgoing([noisy]), wire, secrets)
        body = wire.asked[1].body or b""
        assert "Me" in body.decode("latin-1") and "Mež".encode() not in body
        jpeg = body[body.index(b"\xff\xd8") : body.rindex(b"\xff\xd9") + 2]
        with Drawing.open(io.BytesIO(jpeg)) as drawn:
            assert drawn.size[0] * drawn.size[1] <= limits.get("image_matrix_limit", 60_000)
            assert abs(drawn.size[0] / drawn.size[1] - 1.5) < 0.05
        assert len(jpeg) <= limits.get("image_size_limit", len(noisy.body))
    wire = Turns([told(most=1), answer(200, {"id": "21"}), GOOD])
    CHANNEL.publish(outgoing([image("a.jpg"), image("b.jpg")]), wire, secrets)
    wire = Turns([told(most=0), GOOD])
    CHANNEL.publish(outgoing([image()]), wire, secrets)
    assert b"media_ids" not in (wire.asked[1].body or b"")


def test_a_picture_that_never_fits_comes_to_an_end() -> None:
    small = fitting(photograph("a.jpg"), 10, 10)
    assert (small.width, small.height, small.alt, small.name) == (1, 1, "Mežs", "a.jpg")
    once, again = (fitting(photograph("b.jpg", (90, 90)), 2_000, 10**6) for _ in range(2))
    assert len(once.body) <= 2_000 < len(photograph("b.jpg", (90, 90)).body) and once.width == again.width
    assert fitting(image(), 100, 1080 * 1350) == image()


def test_too_large_a_picture_is_never_sent(fediverse: Fediverse, wire: GuardedHttp) -> None:
    large = photograph("a.jpg", (1600, 1200))
    assert len(large.body) > BYTES
    here(fediverse).publish(outgoing([large]), wire, secrets)
    assert len(fediverse.media.all[0].body) <= BYTES


# The fault table, through the engine: what happens to the upload or to the status -> the delivery then, and after the
# program has looked by itself.
ENDS = {
    **dict.fromkeys(("unauthorized", "forbidden", "missing", "moved", "refuse"), ("failed", "failed", 0)),
    **dict.fromkeys(("busy", "busy_reset"), ("scheduled", "published", 1)),
    **dict.fromkeys((*SILENCES, *LOST_ANSWERS), ("unconfirmed", "published", 1)),
    "refuse_after": ("failed", "failed", 1),
}


def rest(desk: Desk, wire: GuardedHttp, delivery: int) -> str:
    """The program as it goes on for half an hour."""
    for _ in range(10):
        looking.look_due(desk.press(wire))
        publish_due(desk.press(wire))
        desk.clock.step(timedelta(minutes=3))
    return desk.status(delivery)


@pytest.mark.parametrize("fault", sorted(ENDS))
def test_however_a_status_ends_there_is_one_at_most(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp, impatient: GuardedHttp, fault: str
) -> None:
    wire = impatient if fault.startswith("hang") else wire
    then, at_last, out = ENDS[fault]
    delivery = desk.plan(desk.mastodon(fediverse.url))
    illustrate(desk, desk.row(delivery).post_id)
    fediverse.faults.append(fault)
    assert publish_due(desk.press(wire)) == {then: 1}
    assert rest(desk, wire, delivery) == at_last
    assert len(fediverse.statuses) == out and len(fediverse.media.all) <= 2
    if at_last == "published":
        (status,) = fediverse.statuses
        assert desk.see(delivery).receipt_url == f"{fediverse.account_url}/{status.id}" and len(status.media) == 1


@pytest.mark.parametrize("fault", ["unauthorized", "missing", "refuse", "busy", "error", "drop_after", "hang"])
def test_however_an_upload_ends_no_status_is_in_doubt(
    desk: Desk, fediverse: Fediverse, wire: GuardedHttp, impatient: GuardedHttp, fault: str
) -> None:
    wire = impatient if fault.startswith("hang") else wire
    delivery = desk.plan(desk.mastodon(fediverse.url))
    illustrate(desk, desk.row(delivery).post_id)
    fediverse.media_faults.append(fault)
    then = "failed" if ENDS[fault][0] == "failed" else "scheduled"
    assert publish_due(desk.press(wire)) == {then: 1}
    assert rest(desk, wire, delivery) == ("failed" if then == "failed" else "published")
    assert [len(status.media) for status in fediverse.statuses] == ([] if then == "failed" else [1])


def test_long_after_the_server_has_forgotten_the_key_a_look_finds_the_status(
    desk: Desk, fediverse: Fediverse, impatient: GuardedHttp
) -> None:
    delivery = desk.plan(desk.mastodon(fediverse.url))
    fediverse.faults.append("hang_after")
    publish_due(desk.press(impatient))
    desk.clock.step(timedelta(hours=5))
    assert looking.look_due(desk.press(impatient)) == {"published": 1}
    assert publish_due(desk.press(impatient)) == {} and len(fediverse.statuses) == 1
    assert desk.see(delivery).receipt_url == f"{fediverse.account_url}/{fediverse.statuses[0].id}"


def test_killed_at_each_step_nothing_is_posted_twice(desk: Desk, fediverse: Fediverse, wire: GuardedHttp) -> None:
    bench = Bench(desk, wire, desk.mastodon(fediverse.url), SECRETS)
    asked = bench.steps("Nāc mājās")
    assert asked == ["GET /api/v2/instance", f"POST {MEDIA}", "POST /api/v1/statuses"]
    for step, how in ((2, "after"), *((3, how) for how in (*KILLED, LOST))):
        delivery, then, marker = bench.break_off("Nāc mājās", step, how)
        assert then == ("unconfirmed" if how == LOST else "sending")
        assert bench.recover(delivery) == "published"
        (status,) = (one for one in fediverse.statuses if marker in one.text)
        assert len(status.media) == 1
