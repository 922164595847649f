"""A Facebook page: what is asked, and what its answers mean."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.channel import Busy, Denied, Health, Limit, Looked, Numbers, Receipt, Renewing
from campaigns.channels.facebook import Facebook
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

TOKEN, SECRET = "EAAB-page-token", "an-app-secret"
SECRETS = {"PAGE": TOKEN, "APP": SECRET}
PROOF = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
CHANNEL = Facebook("104", "PAGE", app_secret_env="APP")
CHECKED = Facebook("104", "PAGE", "555", "APP")
POST = "104_7"
GOOD = answer(200, {"id": POST})
RECEIPT = Receipt("https://www.facebook.com/104_7", POST)

# Of the parameters that facebook-python-business-sdk 26 knows, those that an office could want.
ACCESS = {"access_token", "appsecret_proof"}
FEED = ACCESS | {"message", "link", "attached_media", "published", "scheduled_publish_time", "targeting", "place", "tags"}
PHOTOS = ACCESS | {"published", "alt_text_custom", "source", "url", "caption", "message", "temporary", "no_story"}
POSTS = ACCESS | {"fields", "limit", "include_hidden", "show_expired", "with", "q", "summary"}


def refusal(status: int, code: int, message: str = "", **more: object) -> Answer:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A", **more}
    return answer(status, {"error": error})


def test_a_text_goes_out_with_its_link_and_the_app_s_proof() -> None:
    wire = Turns([GOOD])
    assert receipt_of(CHANNEL, wire, SECRETS) == RECEIPT
    (request,) = wire.asked
    assert (request.method, request.url) == ("POST", "https://graph.facebook.com/v26.0/104/feed")
    fields = form_of(request)
    assert fields == {"message": TEXT, "link": LINK, "access_token": TOKEN, "appsecret_proof": PROOF}
    assert set(fields) <= FEED


def test_without_the_app_s_secret_there_is_no_proof() -> None:
    wire = Turns([GOOD])
    receipt_of(Facebook("104", "PAGE"), wire, SECRETS)
    assert "appsecret_proof" not in form_of(wire.asked[0])


def test_pictures_are_uploaded_unseen_and_named_in_the_post() -> None:
    kept = Kept()
    wire = Turns([answer(200, {"id": "11"}), answer(200, {"id": "12"}), GOOD])
    assert receipt_of(CHANNEL, wire, SECRETS, outgoing([image("a.jpg"), image("b.jpg")], kept)) == RECEIPT
    first, second, post = wire.asked
    assert path_of(first) == path_of(second) == "/v26.0/104/photos"
    fields = form_of(first)
    assert set(fields) <= PHOTOS and fields["published"] == "false"
    assert (fields["alt_text_custom"], fields["source"]) == ("Ģimene lidostā", "JPEG a.jpg")
    fields = form_of(post)
    assert json.loads(fields["attached_media"]) == [{"media_fbid": "11"}, {"media_fbid": "12"}]
    assert set(fields) <= FEED and "link" not in fields
    assert kept.values == {"photo:a.jpg": "11", "photo:b.jpg": "12"}


def test_what_is_uploaded_is_not_uploaded_twice() -> None:
    kept = Kept()
    sent = outgoing([image("a.jpg"), image("b.jpg")], kept)
    failed(CHANNEL, Turns([answer(200, {"id": "11"}), AFTER]), SECRETS, sent)
    assert kept.values == {"photo:a.jpg": "11"}
    wire = Turns([answer(200, {"id": "12"}), GOOD])
    receipt_of(CHANNEL, wire, SECRETS, sent)
    assert [path_of(request).rpartition("/")[2] for request in wire.asked] == ["photos", "feed"]


FAULTS = [
    (refusal(400, 100, "Invalid parameter"), "permanent"),
    (refusal(400, 1609005, "Invalid link"), "permanent"),
    (BEFORE, "later"),
    (AFTER, "ambiguous"),
    (refusal(400, 4, "Application request limit reached"), "busy"),
    (refusal(400, 17), "busy"),
    (refusal(400, 32), "busy"),
    (refusal(400, 613), "busy"),
    (refusal(400, 80001), "busy"),
    (refusal(400, 368, "deemed abusive"), "busy"),
    (answer(429), "busy"),
    (refusal(500, 1, "An unknown error occurred"), "ambiguous"),
    (refusal(500, 2, "Service temporarily unavailable"), "ambiguous"),
    (refusal(400, 2, is_transient=True), "ambiguous"),
    (refusal(400, 999, is_transient=True), "ambiguous"),
    (refusal(503, 100), "ambiguous"),
    (answer(502, b"<html>"), "ambiguous"),
    (refusal(400, 506, "Duplicate status message"), "ambiguous"),
    (refusal(401, 190, "Error validating access token"), "denied"),
    (refusal(400, 190), "denied"),
    (refusal(400, 102), "denied"),
    (refusal(403, 200, "Requires pages_manage_posts"), "denied"),
    (refusal(403, 10), "denied"),
    (answer(401), "denied"),
    (refusal(400, 100, "Unsupported post request", error_subcode=33), "settings"),
    (answer(404), "settings"),
    (answer(302, b"", {"Location": "https://elsewhere.example/"}), "settings"),
    (FORBIDDEN, "settings"),
    (answer(200, b"<html>"), "ambiguous"),
    (answer(200, {"id": 7}), "ambiguous"),
    (answer(200, {"id": "javascript:x"}), "ambiguous"),
    (answer(200, []), "ambiguous"),
]


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_what_each_answer_means(came: Answer | WireError, kind: str) -> None:
    wire = Turns([came])
    assert kind_of(failed(CHANNEL, wire, SECRETS)) == kind
    assert len(wire.asked) == 1


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_the_same_answer_to_a_picture_leaves_no_doubt_about_the_post(came: Answer | WireError, kind: str) -> None:
    wire = Turns([came])
    expected = "later" if kind == "ambiguous" else kind
    assert kind_of(failed(CHANNEL, wire, SECRETS, outgoing([image()]))) == expected


def usage(minutes: object) -> str:
    return json.dumps({"104": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": minutes}]})


@pytest.mark.parametrize(
    ("code", "headers", "wait"),
    [
        (32, {"Retry-After": "90"}, timedelta(seconds=90)),
        (32, {"X-Business-Use-Case-Usage": usage(19)}, timedelta(minutes=19)),
        (32, {"X-Business-Use-Case-Usage": usage(10**6)}, timedelta(hours=24)),
        (32, {"X-Business-Use-Case-Usage": usage(0)}, None),
        (32, {"X-Business-Use-Case-Usage": usage("soon")}, None),
        (32, {"X-Business-Use-Case-Usage": "[]"}, None),
        (32, {"X-Business-Use-Case-Usage": "{"}, None),
        (32, {}, None),
        (368, {}, timedelta(hours=1)),
    ],
)
def test_how_long_it_asks_us_to_wait(code: int, headers: dict[str, str], wait: timedelta | None) -> None:
    came = answer(400, {"error": {"code": code, "message": "limit"}}, headers)
    error = failed(CHANNEL, Turns([came]), SECRETS)
    assert isinstance(error, Busy) and error.wait == wait


def test_its_own_words_are_told_without_the_token_it_quotes() -> None:
    error = failed(CHANNEL, Turns([refusal(400, 190, f"Malformed access token {TOKEN}\n{PROOF}")]), SECRETS)
    assert error.facts["words"] == "Malformed access token *** ***"


@pytest.mark.parametrize("page", ["", "birojs", "104/feed", "104?x", "1_2_3", "१०४"])
def test_what_is_no_page_never_becomes_an_address(page: str) -> None:
    error = failed(Facebook(page, "PAGE"), Turns([]), SECRETS)
    assert (error.key, kind_of(error)) == ("facebook.page", "settings")


@pytest.mark.parametrize("variable", ["PAGE", "APP"])
def test_without_a_secret_nothing_is_asked(variable: str) -> None:
    held = {name: value for name, value in SECRETS.items() if name != variable}
    error = failed(CHANNEL, Turns([]), held)
    assert isinstance(error, Denied) and error.facts["variable"] == variable


def post(number: int, message: str | None, at: datetime, url: str | None = None) -> dict[str, object]:
    seen: dict[str, object] = {"id": f"104_{number}", "created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000"}
    return seen | ({"message": message} if message else {}) | ({"permalink_url": url} if url else {})


OLDER, NEWER = AT - timedelta(hours=1), AT + timedelta(seconds=3)


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([post(9, "Cits", NEWER), post(7, TEXT, NEWER)], Looked("there", RECEIPT)),
        (
            [post(7, f"Skat. {LINK}!", NEWER, "https://www.facebook.com/birojs/posts/7")],
            Looked("there", Receipt("https://www.facebook.com/birojs/posts/7", POST)),
        ),
        ([post(7, TEXT, NEWER, "javascript:x")], Looked("there", RECEIPT)),
        ([post(9, "Cits", NEWER), post(8, None, OLDER)], Looked("absent")),
        ([post(9, f"{LINK}h", NEWER), post(8, "Cits", OLDER)], Looked("absent")),
        ([post(7, "Nāc mājās & paliec! https://l.example/x", NEWER), post(8, "Cits", OLDER)], Looked("unknown")),
        ([post(9, "Cits", NEWER), post(7, "Nāc mājās & paliec!", OLDER)], Looked("absent")),
        ([post(9, "Cits", NEWER)], Looked("unknown")),
        ([], Looked("unknown")),
        ([{"id": "104_9"}], Looked("unknown")),
    ],
)
def test_how_a_post_is_found_again(posts: list[object], expected: Looked) -> None:
    wire = Turns([answer(200, {"data": posts})])
    assert CHANNEL.find(outgoing(), wire, SECRETS.get, AT - timedelta(minutes=5)) == expected
    (request,) = wire.asked
    assert (request.method, path_of(request), request.follow) == ("GET", "/v26.0/104/posts", False)
    assert set(query_of(request)) <= POSTS


@pytest.mark.parametrize("came", [answer(500), answer(200, b"{"), refusal(400, 190), AFTER, answer(200, {"data": {}})])
def test_a_look_that_shows_nothing_is_no_absence(came: Answer | WireError) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.find(outgoing(), Turns([came]), SECRETS.get, AT)
    assert not sound(told.value, SECRETS).ambiguous


def debugged(**data: object) -> Answer:
    return answer(200, {"data": {"app_id": "555", "type": "PAGE", "is_valid": True, "expires_at": 0, **data}})


NAMED = answer(200, {"id": "104", "name": "Birojs"})


def test_how_an_account_is() -> None:
    assert CHANNEL.health(Turns([NAMED]), SECRETS.get, AT) == Health("Birojs")
    wire = Turns([debugged(), NAMED])
    assert CHECKED.health(wire, SECRETS.get, AT) == Health("Birojs")
    asked = query_of(wire.asked[0])
    assert (asked["input_token"], asked["access_token"]) == (TOKEN, f"555|{SECRET}")
    wire = Turns([debugged(expires_at=1777622400), NAMED])
    assert CHECKED.health(wire, SECRETS.get, AT) == Health("Birojs", datetime(2026, 5, 1, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([debugged(is_valid=False, error={"code": 190, "message": f"Session of {TOKEN} has expired"})], "denied"),
        ([answer(400, {"error": {"code": 190, "message": "x"}})], "denied"),
        ([debugged(), answer(500)], "later"),
        ([AFTER], "later"),
        ([answer(200, b"{")], "later"),
    ],
)
def test_how_an_ailing_account_is(answers: list[Answer | WireError], kind: str) -> None:
    with pytest.raises(WireError) as told:
        CHECKED.health(Turns(answers), SECRETS.get, AT)
    assert kind_of(sound(told.value, SECRETS)) == kind


def test_what_became_of_a_post() -> None:
    told = {
        "id": POST,
        "shares": {"count": 3},
        "reactions": {"data": [], "summary": {"total_count": 41}},
        "comments": {"data": [], "summary": {"total_count": 5}},
    }
    wire = Turns([answer(200, told)])
    assert CHANNEL.numbers(RECEIPT, wire, SECRETS.get) == Numbers(41, 5, 3, None)
    assert path_of(wire.asked[0]) == "/v26.0/104_7"
    assert CHANNEL.numbers(RECEIPT, Turns([answer(200, {"id": POST})]), SECRETS.get) == Numbers(None, None, 0, None)
    with pytest.raises(WireError) as error:
        CHANNEL.numbers(RECEIPT, Turns([refusal(400, 32)]), SECRETS.get)
    assert kind_of(sound(error.value, SECRETS)) == "busy"


def test_what_it_promises() -> None:
    assert CHANNEL.limit(Turns([])) == Limit(63_206, unit="utf16")
    assert (CHANNEL.terms.same, CHANNEL.terms.findable) == ("none", "text")
    assert not isinstance(CHANNEL, Renewing)
