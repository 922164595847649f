"""X: what is asked, what its answers mean, and how its two tokens are kept as one."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.channel import Busy, Checked, Counting, Denied, Finding, Health, Limit, Looked, Receipt, Renewing
from campaigns.channels.x import X
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
    json_of,
    kind_of,
    outgoing,
    path_of,
    query_of,
    receipt_of,
    sound,
)

ACCESS, REFRESH = "an-access-token", "a-refresh-token"
END = AT + timedelta(minutes=90)
HELD = {"KEY": f"{ACCESS} {REFRESH} {END.isoformat()}"}
FRESH = {"KEY": REFRESH}
CHANNEL = X("client", "KEY")
GOOD = answer(201, {"data": {"id": "2028", "text": "Nāc", "edit_history_tweet_ids": ["2028"]}})
RECEIPT = Receipt("https://x.com/i/web/status/2028", "2028")
ME = answer(200, {"data": {"id": "9", "username": "birojs", "name": "Birojs"}})

# The fields of xdk 0.10's CreatePostsRequest.
FIELDS = {
    "card_uri", "community_id", "direct_message_deep_link", "edit_options", "for_super_followers_only", "geo",
    "made_with_ai", "media", "nullcast", "paid_partnership", "poll", "quote_tweet_id", "reply", "reply_settings",
    "share_with_followers", "text",
}  # fmt: skip


def problem(status: int, detail: str = "", title: str = "", headers: dict[str, str] | None = None) -> Answer:
    told = {"title": title or "Trouble", "detail": detail, "type": "about:blank", "status": status}
    return answer(status, told, headers)


def test_a_text_goes_out_as_it_is() -> None:
    wire = Turns([GOOD])
    assert receipt_of(CHANNEL, wire, HELD) == RECEIPT
    (request,) = wire.asked
    assert (request.method, request.url) == ("POST", "https://api.x.com/2/tweets")
    assert request.headers["Authorization"] == f"Bearer {ACCESS}"
    assert json_of(request) == {"text": TEXT}


def test_pictures_go_ahead_with_their_words_and_only_once() -> None:
    kept = Kept()
    sent = outgoing([image("a.jpg"), image("b.jpg", alt="ā" * 2000)], kept)
    first, second, done = answer(200, {"data": {"id": "11"}}), answer(200, {"data": {"id": "12"}}), answer(200, {})
    wire = Turns([first, done, second, AFTER])
    assert kind_of(failed(CHANNEL, wire, HELD, sent)) == "later"
    assert kept.values == {"media:a.jpg": "11"}
    upload, about = wire.asked[:2]
    assert path_of(upload) == "/2/media/upload"
    assert json_of(upload) == {
        "media": base64.b64encode(b"JPEG a.jpg").decode(),
        "media_category": "tweet_image",
    }
    assert path_of(about) == "/2/media/metadata"
    assert json_of(about) == {"id": "11", "metadata": {"alt_text": {"text": "Ģimene lidostā"}}}
    wire = Turns([second, done, GOOD])
    assert receipt_of(CHANNEL, wire, HELD, sent) == RECEIPT
    assert json_of(wire.asked[1])["metadata"]["alt_text"]["text"] == "ā" * 1000
    posted = json_of(wire.asked[2])
    assert posted["media"] == {"media_ids": ["11", "12"]} and set(posted) <= FIELDS


FAULTS = [
    (problem(400, "Your Tweet text is too long."), "permanent"),
    (answer(413), "permanent"),
    (BEFORE, "later"),
    (AFTER, "ambiguous"),
    (problem(429, "Too Many Requests"), "busy"),
    (answer(500), "ambiguous"),
    (answer(503, b"<html>"), "ambiguous"),
    (answer(408), "ambiguous"),
    (problem(403, "You are not allowed to create a Tweet with duplicate content."), "ambiguous"),
    (problem(401, "Unauthorized"), "denied"),
    (problem(402, "Your account does not have any credits."), "denied"),
    (problem(403, "Your account is suspended."), "denied"),
    (answer(403), "denied"),
    (answer(404), "settings"),
    (answer(307, b"", {"Location": "https://elsewhere.example/"}), "settings"),
    (FORBIDDEN, "settings"),
    (answer(200, b"<html>"), "ambiguous"),
    (answer(201, {"data": {}}), "ambiguous"),
    (answer(201, {"data": {"id": 7}}), "ambiguous"),
    (answer(201, {"data": {"id": "../7"}}), "ambiguous"),
    (answer(202, {"data": {"id": "7"}}), "ambiguous"),
]


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_what_each_answer_means(came: Answer | WireError, kind: str) -> None:
    wire = Turns([came])
    assert kind_of(failed(CHANNEL, wire, HELD)) == kind
    assert len(wire.asked) == 1


# An upload may be answered with any 2xx and the number of what was uploaded.
@pytest.mark.parametrize(("came", "kind"), FAULTS[:-1])
def test_the_same_answer_to_a_picture_leaves_no_doubt_about_the_post(came: Answer | WireError, kind: str) -> None:
    expected = "later" if kind == "ambiguous" else kind
    assert kind_of(failed(CHANNEL, Turns([came]), HELD, outgoing([image()]))) == expected


def reset(name: str, left: int, minutes: int) -> dict[str, str]:
    return {f"{name}-remaining": str(left), f"{name}-reset": str(int((AT + timedelta(minutes=minutes)).timestamp()))}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        (reset("x-rate-limit", 0, 12), timedelta(minutes=12)),
        (reset("x-rate-limit", 0, 12) | reset("x-user-limit-24hour", 0, 600), timedelta(hours=10)),
        (reset("x-rate-limit", 80, 12) | reset("x-app-limit-24hour", 0, 90), timedelta(minutes=90)),
        (reset("x-rate-limit", 80, 12), timedelta(minutes=12)),
        (reset("x-rate-limit", 0, -5), timedelta()),
        (reset("x-rate-limit", 0, 10**5), timedelta(hours=24)),
        (reset("x-rate-limit", 0, 12) | {"Retry-After": "1200"}, timedelta(minutes=20)),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_it_asks_us_to_wait(headers: dict[str, str], wait: timedelta | None) -> None:
    error = failed(CHANNEL, Turns([problem(429, headers=headers)]), HELD)
    assert isinstance(error, Busy) and error.wait == wait


@pytest.mark.parametrize(
    "held", [REFRESH, f"{ACCESS} {REFRESH} {AT.isoformat()}", f"{ACCESS} {REFRESH} soon", f"{ACCESS} {REFRESH}"]
)
def test_without_a_token_that_holds_nothing_is_asked(held: str) -> None:
    error = failed(CHANNEL, Turns([]), {"KEY": held})
    assert (error.key, kind_of(error)) == ("xcom.not_renewed", "later")
    with pytest.raises(Denied):
        CHANNEL.publish(outgoing(), Turns([]), {}.get)


def tweet(number: int, text: str = "Cits", *urls: str) -> dict[str, object]:
    return {"id": str(number), "text": text, "entities": {"urls": [{"expanded_url": url} for url in urls]}}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"data": [tweet(9), tweet(2028, "Nāc https://t.co/x", LINK)], "meta": {"result_count": 2}}, Looked("there", RECEIPT)),
        (
            {"data": [{"id": "2028", "note_tweet": {"entities": {"urls": [{"expanded_url": LINK}]}}}], "meta": {"result_count": 1}},
            Looked("there", RECEIPT),
        ),
        ({"data": [tweet(9, "Nāc https://t.co/x", f"{LINK}x")], "meta": {"result_count": 1}}, Looked("absent")),
        ({"data": [tweet(9, "Nāc mājās &  paliec! https://t.co/x")], "meta": {"result_count": 1}}, Looked("unknown")),
        ({"meta": {"result_count": 0}}, Looked("absent")),
        ({"data": [tweet(9)], "meta": {"result_count": 100, "next_token": "n"}}, Looked("unknown")),
        ({"meta": {"result_count": 0}, "errors": [{"title": "Not Found Error"}]}, Looked("unknown")),
    ],
)
def test_how_a_post_is_found_again(told: object, expected: Looked) -> None:
    wire = Turns([ME, answer(200, told)])
    assert CHANNEL.find(outgoing(), wire, HELD.get, AT - timedelta(minutes=5)) == expected
    me, latest = wire.asked
    assert (path_of(me), path_of(latest)) == ("/2/users/me", "/2/users/9/tweets")
    assert query_of(latest)["start_time"] == "2026-03-02T07:55:00Z"


@pytest.mark.parametrize(
    "answers", [[answer(500)], [ME, answer(500)], [ME, answer(200, {})], [ME, AFTER], [answer(200, {"data": {"id": "a"}})]]
)
def test_a_look_that_shows_nothing_is_no_absence(answers: list[Answer | WireError]) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.find(outgoing(), Turns(answers), HELD.get, AT)
    assert not sound(told.value, HELD).ambiguous


def test_how_an_account_is() -> None:
    assert CHANNEL.health(Turns([ME]), HELD.get, AT) == Health("@birojs", END)
    # What is not made yet has ended: that is what asks for it to be made.
    assert CHANNEL.health(Turns([]), FRESH.get, AT) == Health("", AT)
    assert CHANNEL.health(Turns([]), HELD.get, END) == Health("", END)
    with pytest.raises(WireError) as told:
        CHANNEL.health(Turns([problem(401)]), HELD.get, AT)
    assert kind_of(sound(told.value, HELD)) == "denied"


RENEWED = {"token_type": "bearer", "expires_in": 7200, "access_token": "new-access", "refresh_token": "new-refresh"}


@pytest.mark.parametrize("secrets", [FRESH, HELD])
def test_both_tokens_are_made_anew_as_one(secrets: dict[str, str]) -> None:
    wire = Turns([answer(200, RENEWED)])
    renewed = CHANNEL.renew(wire, secrets.get, AT)
    assert (renewed.name, renewed.ends_at) == ("KEY", datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert renewed.token == "new-access new-refresh 2026-03-02T10:00:00+00:00"
    assert "new-access" not in repr(renewed)
    (request,) = wire.asked
    assert (request.url, request.follow) == ("https://api.x.com/2/oauth2/token", False)
    assert form_of(request) == {"grant_type": "refresh_token", "refresh_token": REFRESH, "client_id": "client"}
    assert "Authorization" not in request.headers
    kept = {"KEY": renewed.token}
    assert receipt_of(CHANNEL, Turns([GOOD]), kept) == RECEIPT
    assert CHANNEL.health(Turns([ME]), kept.get, AT) == Health("@birojs", renewed.ends_at)


def test_an_app_with_a_secret_says_it() -> None:
    wire = Turns([answer(200, RENEWED)])
    X("client", "KEY", "SECRET").renew(wire, {**FRESH, "SECRET": "s3cret-of-app"}.get, AT)
    assert wire.asked[0].headers["Authorization"] == "Basic " + base64.b64encode(b"client:s3cret-of-app").decode()


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (answer(400, {"error": "invalid_request", "error_description": f"{REFRESH} was invalid."}), "denied"),
        (answer(401, {"error": "unauthorized_client"}), "denied"),
        (BEFORE, "later"),
        (AFTER, "ambiguous"),
        (answer(500), "ambiguous"),
        (answer(200, b"{"), "ambiguous"),
        (answer(200, {**RENEWED, "refresh_token": ""}), "ambiguous"),
        (answer(200, {**RENEWED, "refresh_token": "two words"}), "ambiguous"),
        (answer(200, {**RENEWED, "expires_in": None}), "ambiguous"),
        (answer(429), "busy"),
    ],
)
def test_what_becomes_of_a_renewal(came: Answer | WireError, kind: str) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.renew(Turns([came]), FRESH.get, AT)
    assert kind_of(sound(told.value, FRESH)) == kind


def test_what_it_promises() -> None:
    assert CHANNEL.limit(Turns([])) == Limit(280, 23, "weighted")
    assert (CHANNEL.terms.price, CHANNEL.terms.currency, CHANNEL.a_month) == (200, "USD", 50)
    assert isinstance(CHANNEL, Finding) and isinstance(CHANNEL, Checked) and isinstance(CHANNEL, Renewing)
    assert not isinstance(CHANNEL, Counting)  # every number would be paid for
