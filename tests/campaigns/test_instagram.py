"""An Instagram account: a container, then its publication, and never a second one."""

import json
from datetime import timedelta

import pytest

from campaigns.channel import Busy, Health, Limit, Looked, Numbers, Receipt, Renewing
from campaigns.channels.instagram import Instagram
from outreach.core.errors import WireError
from outreach.core.http import Answer
from tests.campaigns.platforms import (
    AFTER,
    AT,
    BEFORE,
    FORBIDDEN,
    LINK,
    TEXT,
    Kept,
    Turns,
    answer,
    failed,
    form_of,
    image,
    kind_of,
    outgoing,
    path_of,
    query_of,
    receipt_of,
    sound,
)

TOKEN = "EAAB-page-token"
SECRETS = {"PAGE": TOKEN}
CHANNEL = Instagram("178", "PAGE")
MADE, PUT = answer(200, {"id": "17"}), answer(200, {"id": "99"})
READ = answer(200, {"id": "99", "permalink": "https://www.instagram.com/p/Abc/"})
RECEIPT = Receipt("https://www.instagram.com/p/Abc/", "99")
OUT = {"id": "99", "caption": TEXT, "timestamp": "2026-03-02T08:00:01+0000", "permalink": RECEIPT.url}
LISTED = answer(200, {"data": [{"id": "98", "caption": "Cits"}, {"id": "97"}, OUT]})
NOT_LISTED = answer(200, {"data": [{"id": "98", "caption": f"{LINK}x"}]})
COVERED = answer(200, {"data": [{"id": "98", "caption": "Cits", "timestamp": "2026-03-02T07:00:00+0000"}]})

# Of the parameters that facebook-python-business-sdk 26 knows, those for pictures.
MEDIA = {
    "access_token", "appsecret_proof", "alt_text", "caption", "children", "collaborators", "image_url",
    "is_carousel_item", "location_id", "media_type", "product_tags", "user_tags", "share_to_feed",
}  # fmt: skip


def state(code: str) -> Answer:
    return answer(200, {"id": "17", "status_code": code})


def refusal(status: int, code: int, subcode: int = 0, message: str = "") -> Answer:
    more = {"error_subcode": subcode} if subcode else {}
    return answer(status, {"error": {"message": message, "code": code, **more}})


def test_one_picture_goes_out_in_two_steps() -> None:
    kept = Kept()
    wire = Turns([MADE, state("FINISHED"), PUT, READ])
    assert receipt_of(CHANNEL, wire, SECRETS, outgoing([image()], kept)) == RECEIPT
    made, looked, put, read = wire.asked
    assert (made.method, path_of(made)) == ("POST", "/v26.0/178/media")
    assert form_of(made) == {
        "image_url": "https://office.example/p/a.jpg",
        "alt_text": "Ģimene lidostā",
        "caption": TEXT,
        "access_token": TOKEN,
    }
    assert (path_of(looked), query_of(looked)["fields"]) == ("/v26.0/17", "status_code")
    assert (put.method, path_of(put)) == ("POST", "/v26.0/178/media_publish")
    assert form_of(put) == {"creation_id": "17", "access_token": TOKEN}
    assert (path_of(read), query_of(read)["fields"]) == ("/v26.0/99", "permalink")
    assert kept.values == {"container": "17"}


def test_several_pictures_are_one_carousel() -> None:
    wire = Turns([answer(200, {"id": "1"}), answer(200, {"id": "2"}), MADE, state("FINISHED"), PUT, READ])
    receipt_of(CHANNEL, wire, SECRETS, outgoing([image("a.jpg"), image("b.jpg")]))
    parts = [form_of(request) for request in wire.asked[:2]]
    assert all(part["is_carousel_item"] == "true" and "caption" not in part for part in parts)
    whole = form_of(wire.asked[2])
    assert (whole["media_type"], json.loads(whole["children"]), whole["caption"]) == ("CAROUSEL", ["1", "2"], TEXT)
    assert all(set(fields) <= MEDIA for fields in (*parts, whole))


def test_the_container_is_kept_before_it_is_published() -> None:
    kept = Kept()
    error = failed(CHANNEL, Turns([MADE, state("FINISHED"), AFTER]), SECRETS, outgoing([image()], kept))
    assert error.ambiguous and kept.values == {"container": "17"}


@pytest.mark.parametrize(
    ("answers", "receipt"),
    [
        ([state("FINISHED"), PUT, READ], RECEIPT),  # made, and not published yet
        ([state("PUBLISHED"), LISTED], RECEIPT),  # published by the try whose answer was lost
        ([state("PUBLISHED"), NOT_LISTED], Receipt("https://www.instagram.com/", "17")),
        ([state("PUBLISHED"), answer(500)], Receipt("https://www.instagram.com/", "17")),
        ([state("EXPIRED"), LISTED], RECEIPT),  # too old to say, but there
        ([state("EXPIRED"), NOT_LISTED, MADE, state("FINISHED"), PUT, READ], RECEIPT),
        ([state("ERROR"), MADE, state("FINISHED"), PUT, READ], RECEIPT),
        ([refusal(400, 24, 2207006), NOT_LISTED, MADE, state("FINISHED"), PUT, READ], RECEIPT),
        ([refusal(400, 100, 33), LISTED], RECEIPT),
    ],
)
def test_a_second_try_goes_on_where_the_first_one_ended(answers: list[Answer], receipt: Receipt) -> None:
    wire = Turns(answers)
    assert receipt_of(CHANNEL, wire, SECRETS, outgoing([image()], Kept({"container": "17"}))) == receipt
    assert path_of(wire.asked[0]) == "/v26.0/17"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([state("EXPIRED"), answer(500)], "later"),
        ([state("IN_PROGRESS")], "later"),
        ([answer(500)], "later"),
        ([AFTER], "later"),
    ],
)
def test_without_a_clear_look_nothing_is_made_anew(answers: list[Answer | WireError], kind: str) -> None:
    wire = Turns(answers)
    sent = outgoing([image()], Kept({"container": "17"}))
    assert kind_of(failed(CHANNEL, wire, SECRETS, sent)) == kind
    assert {request.method for request in wire.asked} == {"GET"}


FAULTS = [
    (refusal(400, 100, message="Invalid parameter"), "permanent"),
    (refusal(400, 9004, 2207052), "permanent"),
    (refusal(400, 36000, 2207004), "permanent"),
    (refusal(400, 36003, 2207009), "permanent"),
    (refusal(400, 36004, 2207010), "permanent"),
    (BEFORE, "later"),
    (AFTER, "ambiguous"),
    (refusal(400, 9007, 2207027), "later"),
    (refusal(400, -1, 2207032), "later"),
    (refusal(400, -2, 2207020), "later"),
    (refusal(400, 9, 2207042), "busy"),
    (refusal(400, 4, 2207051), "busy"),
    (refusal(400, 4), "busy"),
    (answer(429), "busy"),
    (refusal(500, 1), "ambiguous"),
    (refusal(500, -1, 2207001), "ambiguous"),
    (answer(502, b"<html>"), "ambiguous"),
    (refusal(400, 506, message="duplicate"), "ambiguous"),
    (refusal(400, 190), "denied"),
    (refusal(403, 25, 2207050), "denied"),
    (answer(401), "denied"),
    (answer(404), "settings"),
    (answer(302, b"", {"Location": "https://elsewhere.example/"}), "settings"),
    (FORBIDDEN, "settings"),
    (answer(200, b"<html>"), "ambiguous"),
    (answer(200, {"id": 7}), "ambiguous"),
    (answer(200, {"id": "a/b"}), "ambiguous"),
]


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_what_each_answer_to_the_publication_means(came: Answer | WireError, kind: str) -> None:
    wire = Turns([MADE, state("FINISHED"), came])
    assert kind_of(failed(CHANNEL, wire, SECRETS, outgoing([image()]))) == kind


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_before_the_publication_nothing_is_in_doubt(came: Answer | WireError, kind: str) -> None:
    kept = Kept()
    expected = "later" if kind == "ambiguous" else kind
    assert kind_of(failed(CHANNEL, Turns([came]), SECRETS, outgoing([image()], kept))) == expected
    assert kept.values == {}


@pytest.mark.parametrize(
    ("code", "kind"), [("IN_PROGRESS", "later"), ("ERROR", "permanent"), ("EXPIRED", "later"), ("NEW", "later")]
)
def test_a_fresh_container_that_is_not_ready_waits(code: str, kind: str) -> None:
    wire = Turns([MADE, state(code)])
    assert kind_of(failed(CHANNEL, wire, SECRETS, outgoing([image()]))) == kind


@pytest.mark.parametrize("came", [answer(500), AFTER, answer(200, {}), answer(200, {"permalink": "javascript:x"})])
def test_a_post_is_out_whatever_its_address_says(came: Answer | WireError) -> None:
    wire = Turns([MADE, state("FINISHED"), PUT, came])
    assert receipt_of(CHANNEL, wire, SECRETS, outgoing([image()])) == Receipt("https://www.instagram.com/", "99")


def test_a_full_day_waits_an_hour() -> None:
    wire = Turns([MADE, state("FINISHED"), refusal(400, 9, 2207042)])
    error = failed(CHANNEL, wire, SECRETS, outgoing([image()]))
    assert isinstance(error, Busy) and error.wait == timedelta(hours=1)


@pytest.mark.parametrize("url", ["http://office.example/a.jpg", "file:///a.jpg"])
def test_a_picture_without_a_public_address_stops_the_channel(url: str) -> None:
    error = failed(CHANNEL, Turns([]), SECRETS, outgoing([image(url=url)]))
    assert (error.key, kind_of(error)) == ("instagram.no_address", "settings")


def test_nothing_goes_out_without_a_picture() -> None:
    error = failed(CHANNEL, Turns([]), SECRETS)
    assert (error.key, kind_of(error)) == ("instagram.picture", "permanent")


@pytest.mark.parametrize("account", ["", "birojs", "1/2", "1?x"])
def test_what_is_no_account_never_becomes_an_address(account: str) -> None:
    error = failed(Instagram(account, "PAGE"), Turns([]), SECRETS, outgoing([image()]))
    assert (error.key, kind_of(error)) == ("instagram.account", "settings")


@pytest.mark.parametrize(
    ("kept", "answers", "expected"),
    [
        ({}, [NOT_LISTED], Looked("unknown")),  # the list may be older than the doubt
        ({}, [COVERED], Looked("absent")),
        ({}, [LISTED], Looked("there", RECEIPT)),
        ({"container": "17"}, [state("PUBLISHED"), LISTED], Looked("there", RECEIPT)),
        (
            {"container": "17"},
            [state("PUBLISHED"), NOT_LISTED],
            Looked("there", Receipt("https://www.instagram.com/", "17")),
        ),
        ({"container": "17"}, [state("FINISHED")], Looked("absent")),
        ({"container": "17"}, [state("ERROR")], Looked("absent")),
        ({"container": "17"}, [state("EXPIRED"), LISTED], Looked("there", RECEIPT)),
        ({"container": "17"}, [state("EXPIRED"), NOT_LISTED], Looked("unknown")),
        ({"container": "17"}, [state("EXPIRED"), COVERED], Looked("absent")),
        ({"container": "17"}, [state("WHO KNOWS")], Looked("unknown")),
    ],
)
def test_how_a_post_is_found_again(kept: dict[str, str], answers: list[Answer], expected: Looked) -> None:
    wire = Turns(answers)
    assert CHANNEL.find(outgoing([image()], Kept(kept)), wire, SECRETS.get, AT) == expected
    assert all(request.method == "GET" for request in wire.asked) and len(wire.asked) == len(answers)


@pytest.mark.parametrize("came", [answer(500), answer(200, b"{"), refusal(400, 190), AFTER])
def test_a_look_that_shows_nothing_is_no_absence(came: Answer | WireError) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.find(outgoing([image()], Kept({"container": "17"})), Turns([came]), SECRETS.get, AT)
    assert not sound(told.value, SECRETS).ambiguous


def test_how_an_account_is() -> None:
    good = answer(200, {"id": "178", "username": "birojs"})
    assert CHANNEL.health(Turns([good]), SECRETS.get, AT) == Health("@birojs")
    with pytest.raises(WireError) as told:
        CHANNEL.health(Turns([refusal(400, 190, message=f"Malformed access token {TOKEN}")]), SECRETS.get, AT)
    assert kind_of(sound(told.value, SECRETS)) == "denied"


def test_what_became_of_a_post() -> None:
    wire = Turns([answer(200, {"id": "99", "like_count": 12, "comments_count": 3})])
    assert CHANNEL.numbers(RECEIPT, wire, SECRETS.get) == Numbers(12, 3)
    with pytest.raises(WireError) as told:
        CHANNEL.numbers(RECEIPT, Turns([answer(404)]), SECRETS.get)
    assert kind_of(sound(told.value, SECRETS)) == "settings"


def test_what_it_promises() -> None:
    assert CHANNEL.limit(Turns([])) == Limit(2200, unit="utf16")
    terms = CHANNEL.terms
    assert (terms.same, terms.findable, terms.needs_picture, terms.a_day) == ("container", "name", True, 100)
    assert not isinstance(CHANNEL, Renewing)
