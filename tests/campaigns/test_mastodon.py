"""Mastodon: what is asked, and what its answers mean."""

import json
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest

from campaigns.channel import Busy, Denied, Health, Limit, Looked, Numbers, Outgoing, Receipt, Renewing
from campaigns.channels.mastodon import Mastodon
from outreach.core.errors import WireError
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from tests.campaigns import platforms
from tests.campaigns.desk import NOW, TOKEN, TOKEN_ENV, secrets
from tests.campaigns.platforms import (
    AFTER,
    AT,
    BEFORE,
    FORBIDDEN,
    LINK,
    Turns,
    answer,
    kind_of,
    outgoing,
    path_of,
    query_of,
)

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


ACCOUNT = answer(200, {"id": "109", "username": "birojs", "acct": "birojs", "statuses_count": 120})
# As a server marks a text up: the link is in pieces but for its reference.
MARKUP = (
    '<p>Nāc mājās &amp; paliec!</p><p><a href="https://office.example/k/abcdefg" target="_blank" rel="nofollow noopener" '
    'translate="no"><span class="invisible">https://</span><span class="ellipsis">office.example/k/abc</span>'
    '<span class="invisible">defg</span></a></p>'
)


def status(content: object, at: datetime = AT, number: str = "7") -> dict[str, object]:
    url = f"{SERVER}/@birojs/{number}"
    return {"id": number, "url": url, "content": content, "created_at": at.isoformat(), "reblog": None}


OLD = status("<p>Vecs</p>", AT - timedelta(hours=1), "1")
NEW = status("<p>Cits</p>", number="6")
ALIKE = status('<p>NĀC, mājās<br />&amp; paliec: <a href="https://s.example/x"><span>https://</span>s.example/x</a></p>')
OTHERS = status(MARKUP.replace("defg", "defgh"))


def looked(listed: object, count: object = 120, sent: Outgoing | None = None) -> tuple[Looked, Turns]:
    account = answer(200, {"id": "109", "acct": "birojs", "statuses_count": count})
    wire = Turns([account, answer(200, listed)])
    return CHANNEL.find(sent or outgoing(), wire, secrets, AT - timedelta(minutes=5)), wire


def test_it_looks_among_the_account_s_own_statuses() -> None:
    found, wire = looked([NEW, status(MARKUP), OLD])
    assert found == Looked("there", Receipt(f"{SERVER}/@birojs/7", "7"))
    assert [path_of(request) for request in wire.asked] == [
        "/api/v1/accounts/verify_credentials", "/api/v1/accounts/109/statuses"
    ]  # fmt: skip
    assert query_of(wire.asked[1]) == {"exclude_reblogs": "true", "limit": "40"}
    for request in wire.asked:
        assert (request.method, request.body, request.follow) == ("GET", None, False)
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("listed", "count", "state"),
    [
        ([OTHERS, OLD], 120, "unknown"),  # says the same under another link
        ([NEW, OLD], 120, "absent"),
        ([NEW] * 40, 120, "unknown"),  # what lies further back is not shown
        ([*[NEW] * 39, OLD], 120, "absent"),
        ([NEW], 1, "absent"),  # a new account, all of it
        ([NEW], 2, "unknown"),
        ([NEW], None, "unknown"),
        ([NEW] * 40, 40, "unknown"),
        ([], 0, "absent"),
        ([], 120, "unknown"),
        ([], "0", "absent"),
        ([ALIKE, OLD], 120, "unknown"),
        ([status(None), OLD], 120, "absent"),
        ([{**status(MARKUP), "url": "javascript:x", "uri": None}, OLD], 120, "unknown"),
        ([NEW, {"id": "1"}], 120, "unknown"),
    ],
)
def test_what_a_look_shows(listed: object, count: object, state: str) -> None:
    assert looked(listed, count)[0].state == state


def test_without_a_link_the_whole_text_must_be_the_same() -> None:
    sent = outgoing(text="Nāc mājās\n& paliec!", link="")
    assert looked([status("<p>Nāc mājās<br>&amp; paliec!</p>"), OLD], sent=sent)[0].state == "there"
    assert looked([status("<p>Nāc mājās</p>"), OLD], sent=sent)[0].state == "absent"


QUESTIONS = [
    (BEFORE, "later"),
    (AFTER, "later"),
    (FORBIDDEN, "settings"),
    (answer(400, {"error": "x"}), "later"),
    (answer(401, {"error": f"The access token {TOKEN} is invalid"}), "denied"),
    (answer(403, {"error": "This action is outside the authorized scopes"}), "denied"),
    (answer(404), "settings"),
    (answer(301), "settings"),
    (answer(429, b"", {"Retry-After": "9"}), "busy"),
    (answer(500), "later"),
    (answer(200, b"<h1>200</h1>"), "later"),
    (answer(200, {"id": 7}), "later"),
]


@pytest.mark.parametrize(("came", "kind"), QUESTIONS)
def test_a_question_that_is_not_answered_leaves_no_doubt_of_its_own(came: Answer | WireError, kind: str) -> None:
    for asked in (
        lambda: CHANNEL.health(Turns([came]), secrets, AT),
        lambda: CHANNEL.find(outgoing(), Turns([came]), secrets, AT),
        lambda: CHANNEL.find(outgoing(), Turns([ACCOUNT, came]), secrets, AT),
    ):
        with pytest.raises(WireError) as told:
            asked()
        assert kind_of(platforms.sound(told.value, {TOKEN_ENV: TOKEN})) == kind


def test_how_the_account_is() -> None:
    wire = Turns([ACCOUNT])
    assert CHANNEL.health(wire, secrets, AT) == Health("@birojs")
    assert CHANNEL.health(Turns([answer(200, {"id": "109"})]), secrets, AT) == Health("@109")
    with pytest.raises(Denied) as told:
        CHANNEL.health(Turns([]), lambda _: None, AT)
    assert told.value.key == "campaigns.channel.no_secret"


def test_what_became_of_a_status() -> None:
    counts = {"favourites_count": 41, "replies_count": 5, "reblogs_count": 3}
    wire, receipt = Turns([answer(200, {**status(MARKUP), **counts})]), Receipt(f"{SERVER}/@birojs/7", "7/../8")
    assert CHANNEL.numbers(receipt, wire, secrets) == Numbers(41, 5, 3)
    (request,) = wire.asked
    assert request.url == f"{STATUSES}/7%2F..%2F8" and not request.follow
    assert CHANNEL.numbers(receipt, Turns([answer(200, {"id": "7", "replies_count": "5"})]), secrets) == Numbers(replies=5)
    assert CHANNEL.numbers(receipt, Turns([answer(404)]), secrets) == Numbers()
    assert CHANNEL.numbers(Receipt("https://a.example", ""), Turns([]), secrets) == Numbers()


@pytest.mark.parametrize(("came", "kind"), [row for row in QUESTIONS if row[1] != "settings" or row[0] is FORBIDDEN][:-1])
def test_what_it_cannot_tell(came: Answer | WireError, kind: str) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.numbers(Receipt("https://a.example", "7"), Turns([came]), secrets)
    assert kind_of(platforms.sound(told.value, {TOKEN_ENV: TOKEN})) == kind


def test_what_it_promises() -> None:
    assert (CHANNEL.terms.same, CHANNEL.terms.findable, CHANNEL.terms.pictures) == ("key", "text", 4)
    assert LINK in outgoing().text and not isinstance(CHANNEL, Renewing)
