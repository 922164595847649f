"""Mastodon: what is asked, and what its answers mean."""

import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from campaigns.channel import Busy, Denied, Limit, Outgoing, Receipt
from campaigns.channels.mastodon import Mastodon
from campaigns.preview import preview
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from tests.campaigns.desk import NOW, PUBLIC, TOKEN, TOKEN_ENV, secrets

SERVER = "https://social.example"
STATUSES = f"{SERVER}/api/v1/statuses"
CHANNEL = Mastodon(SERVER, TOKEN_ENV)
OUTGOING = Outgoing("Nāc mājās & paliec = jā", "lv", "k" * 32, "Nāc", NOW)
GOOD = {"id": "7", "url": "https://social.example/@us/7"}

# The form fields and headers that the API's documentation names for publishing a status.
FIELDS = {
    "status", "media_ids[]", "poll[options][]", "poll[expires_in]", "poll[multiple]", "poll[hide_totals]",
    "in_reply_to_id", "sensitive", "spoiler_text", "visibility", "language", "scheduled_at", "quoted_status_id",
    "quote_approval_policy",
}  # fmt: skip
VISIBILITIES = {"public", "unlisted", "private", "direct"}


def answered(status: int, body: object = b"", headers: dict[str, str] | None = None) -> RecordedHttp:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RecordedHttp({("POST", STATUSES): Answer(STATUSES, status, headers or {}, raw)})


def failed(wire: RecordedHttp, channel: Mastodon = CHANNEL) -> WireError:
    with pytest.raises(WireError) as told:
        channel.publish(OUTGOING, wire, secrets)
    return told.value


def test_only_documented_fields_are_sent() -> None:
    wire = answered(200, GOOD)
    assert CHANNEL.publish(OUTGOING, wire, secrets) == Receipt(GOOD["url"], "7")
    (request,) = wire.asked
    fields = parse_qs((request.body or b"").decode("ascii"), strict_parsing=True)
    assert set(fields) <= FIELDS
    assert fields["status"] == [OUTGOING.text] and fields["visibility"][0] in VISIBILITIES
    assert (request.method, request.url, request.follow) == ("POST", STATUSES, False)
    assert request.headers["Idempotency-Key"] == OUTGOING.key
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("status", "key", "permanent", "ambiguous", "kind"),
    [
        (301, "campaigns.mastodon.not_there", True, False, Denied),
        (308, "campaigns.mastodon.not_there", True, False, Denied),
        (400, "campaigns.mastodon.refused", True, False, WireError),
        (401, "campaigns.mastodon.denied", True, False, Denied),
        (403, "campaigns.mastodon.denied", True, False, Denied),
        (404, "campaigns.mastodon.not_there", True, False, Denied),
        (405, "campaigns.mastodon.not_there", True, False, Denied),
        (408, "campaigns.mastodon.unclear", False, True, WireError),
        (410, "campaigns.mastodon.not_there", True, False, Denied),
        (413, "campaigns.mastodon.refused", True, False, WireError),
        (422, "campaigns.mastodon.refused", True, False, WireError),
        (429, "campaigns.mastodon.busy", False, False, Busy),
        (500, "campaigns.mastodon.unclear", False, True, WireError),
        (502, "campaigns.mastodon.unclear", False, True, WireError),
        (503, "campaigns.mastodon.unclear", False, True, WireError),
        (504, "campaigns.mastodon.unclear", False, True, WireError),
        (202, "campaigns.mastodon.unclear", False, True, WireError),
    ],
)
def test_what_each_answer_means(status: int, key: str, permanent: bool, ambiguous: bool, kind: type) -> None:
    error = failed(answered(status))
    assert (error.key, error.permanent, error.ambiguous) == (key, permanent, ambiguous)
    assert type(error) is kind and error.facts["status"] == status
    assert TOKEN not in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<h1>200</h1>",
        b"[]",
        {},
        {"id": 7, "url": "https://a.example"},
        {"id": "7"},
        {"id": "7", "url": "javascript:x"},
    ],
)
def test_a_yes_without_a_receipt_is_an_open_question(body: object) -> None:
    error = failed(answered(200, body))
    assert (error.key, error.ambiguous) == ("campaigns.mastodon.unclear", True)


def test_without_a_url_the_uri_is_the_receipt() -> None:
    wire = answered(200, {"id": "7", "url": None, "uri": "https://social.example/users/us/statuses/7"})
    assert CHANNEL.publish(OUTGOING, wire, secrets).url == "https://social.example/users/us/statuses/7"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "Validation failed: Text is\n too long"}, "Validation failed: Text is too long"),
        ({"error": "a" * 5000}, "a" * 300),
        ({"error": 7}, ""),
        (b"<html>", ""),
        (["error"], ""),
    ],
)
def test_the_server_s_own_words_are_kept_short(body: object, words: str) -> None:
    assert failed(answered(422, body)).facts["words"] == words


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        ({"Retry-After": "Mon, 02 Mar 2026 08:05:00 GMT"}, timedelta(minutes=5)),
        ({"X-RateLimit-Reset": "2026-03-02T08:07:00.514589Z"}, timedelta(minutes=7, microseconds=514589)),
        ({"x-ratelimit-reset": "2026-03-02T10:07:00+02:00"}, timedelta(minutes=7)),
        ({"X-RateLimit-Reset": "2026-03-02T07:00:00Z"}, timedelta()),
        ({"X-RateLimit-Reset": "2027-03-02T07:00:00Z"}, timedelta(hours=24)),
        ({"Retry-After": "90", "X-RateLimit-Reset": "2026-03-02T09:00:00Z"}, timedelta(seconds=90)),
        ({"X-RateLimit-Reset": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_a_busy_server_asks_us_to_wait(headers: dict[str, str], wait: timedelta | None) -> None:
    error = failed(answered(429, b"", headers))
    assert isinstance(error, Busy) and error.wait == wait


@pytest.mark.parametrize(
    "server",
    [
        "",
        "social.example",
        "http://social.example",
        "https://",
        "https://a@b.example",
        "https://a.example/path",
        "ftp://a",
    ],
)
def test_a_token_never_goes_to_an_unfit_address(server: str) -> None:
    wire = RecordedHttp({})
    error = failed(wire, Mastodon(server, TOKEN_ENV))
    assert isinstance(error, Denied) and error.key == "campaigns.channel.address" and wire.asked == []


@pytest.mark.parametrize("name", ["UNSET", "BLANK"])
def test_without_a_token_nothing_is_asked(name: str) -> None:
    wire = RecordedHttp({})
    with pytest.raises(Denied) as told:
        Mastodon(SERVER, name).publish(OUTGOING, wire, lambda asked: {"BLANK": "  "}.get(asked))
    assert (told.value.key, told.value.pause) == ("campaigns.channel.no_secret", "campaigns.paused.secret")
    assert wire.asked == []


def test_an_address_that_may_never_be_asked_pauses_the_channel() -> None:
    error = WireError("http.private_address", permanent=True, host="social.example")
    assert isinstance(failed(RecordedHttp({("POST", STATUSES): error})), Denied)


@pytest.mark.parametrize("ambiguous", [True, False])
def test_the_wire_s_own_doubt_is_passed_on(ambiguous: bool) -> None:
    error = WireError("http.timeout", permanent=ambiguous, ambiguous=ambiguous)
    assert failed(RecordedHttp({("POST", STATUSES): error})) is error


INSTANCE = {v: ("GET", f"{SERVER}/api/{v}/instance") for v in ("v1", "v2")}


def instance(status: int, told: object) -> Answer:
    return Answer("", status, {}, json.dumps(told).encode())


def configured(characters: object, per_url: object = None) -> object:
    return {
        "configuration": {"statuses": {"max_characters": characters, "characters_reserved_per_url": per_url}}
    }


@pytest.mark.parametrize(
    ("v2", "v1", "limit"),
    [
        (instance(200, configured(5000, 30)), instance(500, ""), Limit(5000, 30)),
        (instance(404, {}), instance(200, configured(500, 23)), Limit(500, 23)),
        (instance(200, configured(500)), instance(500, ""), Limit(500, 23)),
        (instance(404, {}), instance(404, {}), None),
        (instance(200, {"configuration": None}), instance(404, {}), None),
        (instance(200, configured("many")), instance(404, {}), None),
        (instance(200, []), instance(404, {}), None),
    ],
)
def test_how_long_a_status_may_be(v2: Answer, v1: Answer, limit: Limit | None) -> None:
    assert CHANNEL.limit(RecordedHttp({INSTANCE["v2"]: v2, INSTANCE["v1"]: v1})) == limit


def test_a_text_is_refused_while_it_is_written() -> None:
    wire = RecordedHttp({INSTANCE["v2"]: instance(200, configured(500, 23))})
    settings = {"server": SERVER, "token_env": TOKEN_ENV}
    fits = preview("a" * 475, "Mastodon", "mastodon", settings, PUBLIC, wire)
    assert (fits.length, fits.limit) == (500, 500) and fits.text.endswith("/k/xxxxxxx")
    with pytest.raises(OutreachError) as told:
        preview("a" * 478, "Mastodon", "mastodon", settings, PUBLIC, wire)
    assert (told.value.key, told.value.facts["excess"]) == ("campaigns.post.overlong", 3)
    assert preview("a" * 9000, "Mape", "folder", {"folder": "/x"}, PUBLIC, wire).limit is None
