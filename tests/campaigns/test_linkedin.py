"""LinkedIn: what is asked, what its answers mean, and how its text is escaped."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channel import Busy, Denied, Health, Limit, Looked, Numbers, Receipt
from campaigns.channels.linkedin import Linkedin, little
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

TOKEN = "an-access-token"
SECRETS = {"KEY": TOKEN, "APP": "an-app-secret", "AGAIN": "a-refresh-token"}
AUTHOR = "urn:li:organization:5515715"
CHANNEL = Linkedin(AUTHOR, "KEY")
WHOLE = Linkedin(AUTHOR, "KEY", client_id="client", client_secret_env="APP", refresh_env="AGAIN")
URN = "urn:li:share:7434"
GOOD = answer(201, b"", {"x-restli-id": URN})
RECEIPT = Receipt(f"https://www.linkedin.com/feed/update/{URN}/", URN)
UPLOAD = "https://www.linkedin.com/dms-uploads/sp/v2/a/uploaded-image/B4?ca=vector"

# The fields of a post in the Posts API's reference that may be given when it is made.
FIELDS = {
    "author", "commentary", "visibility", "distribution", "content", "lifecycleState", "isReshareDisabledByAuthor",
    "reshareContext", "container", "contentLandingPage", "contentCallToActionLabel", "adContext",
}  # fmt: skip


def refusal(status: int, message: str = "", code: str = "", headers: dict[str, str] | None = None) -> Answer:
    return answer(status, {"message": message, "status": status, "code": code}, headers)


def started(name: str, url: str = UPLOAD) -> Answer:
    return answer(200, {"value": {"uploadUrlExpiresAt": 1, "uploadUrl": url, "image": f"urn:li:image:{name}"}})


def test_a_text_goes_out_in_the_author_s_name() -> None:
    wire = Turns([GOOD])
    assert receipt_of(CHANNEL, wire, SECRETS) == RECEIPT
    (request,) = wire.asked
    assert (request.method, request.url) == ("POST", "https://api.linkedin.com/rest/posts")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["LinkedIn-Version"] == "202609"
    assert request.headers["X-RestLi-Protocol-Version"] == "2.0.0"
    assert request.headers["X-RestLi-Method"] == "CREATE"
    body = json_of(request)
    assert set(body) <= FIELDS
    assert (body["author"], body["commentary"], body["lifecycleState"]) == (AUTHOR, TEXT, "PUBLISHED")


def test_pictures_go_ahead_and_only_once() -> None:
    kept = Kept()
    sent = outgoing([image("a.jpg"), image("b.jpg")], kept)
    wire = Turns([started("A"), answer(201), started("B"), answer(500)])
    assert kind_of(failed(CHANNEL, wire, SECRETS, sent)) == "later"
    assert kept.values == {"image:a.jpg": "urn:li:image:A"}
    start, upload = wire.asked[:2]
    assert start.url == "https://api.linkedin.com/rest/images?action=initializeUpload"
    assert start.headers["X-RestLi-Method"] == "ACTION"
    assert json_of(start) == {"initializeUploadRequest": {"owner": AUTHOR}}
    assert (upload.method, upload.url, upload.body, upload.follow) == ("PUT", UPLOAD, b"JPEG a.jpg", False)
    wire = Turns([started("B"), answer(201), GOOD])
    receipt_of(CHANNEL, wire, SECRETS, sent)
    body = json_of(wire.asked[2])
    assert [part["id"] for part in body["content"]["multiImage"]["images"]] == ["urn:li:image:A", "urn:li:image:B"]


def test_one_picture_is_no_collection() -> None:
    wire = Turns([GOOD])
    sent = outgoing([image("a.jpg")], Kept({"image:a.jpg": "urn:li:image:A"}))
    receipt_of(CHANNEL, wire, SECRETS, sent)
    assert json_of(wire.asked[0])["content"] == {"media": {"id": "urn:li:image:A", "altText": "Ģimene lidostā"}}


@pytest.mark.parametrize(
    "url",
    [
        "http://www.linkedin.com/up",
        "https://linkedin.com.elsewhere.example/",
        "https://notlinkedin.com/",
        "https://www.linkedin.com@elsewhere.example/",
        "https://[",
        "",
    ],
)
def test_a_picture_and_the_token_go_only_to_the_platform(url: str) -> None:
    wire = Turns([started("A", url)])
    assert kind_of(failed(CHANNEL, wire, SECRETS, outgoing([image()]))) == "later"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nāc mājās!", "Nāc mājās!"),
        ("a (b) [c] {d} <e>", r"a \(b\) \[c\] \{d\} \<e\>"),
        ("*x* _y_ ~z~ a|b a\\b", r"\*x\* \_y\_ \~z\~ a\|b a\\b"),
        ("info@paps.lv", r"info\@paps.lv"),
        ("#mājas un #Latvija", "#mājas un #Latvija"),
        ("#1 C# #_ # ##a", r"#1 C\# \#\_ \# \#\#a"),
        ("(#mājas)", r"\(\#mājas\)"),
        ("https://a.lv/x_y#z", r"https://a.lv/x\_y\#z"),
    ],
)
def test_reserved_signs_are_escaped_and_hashtags_are_not(text: str, expected: str) -> None:
    assert little(text) == expected


@given(st.text(alphabet="ab #\\()_*\n@mā"))
def test_nothing_is_lost_by_escaping(text: str) -> None:
    plain = ""
    signs = iter(little(text))
    for sign in signs:
        plain += next(signs) if sign == "\\" else sign
    assert plain == text


FAULTS = [
    (refusal(400, "Field Value validation failed"), "permanent"),
    (refusal(422, "commentary is too long"), "permanent"),
    (refusal(409, "conflict"), "permanent"),
    (BEFORE, "later"),
    (AFTER, "ambiguous"),
    (refusal(429, "Resource level throttle limit reached"), "busy"),
    (refusal(500, "Internal Server Error"), "ambiguous"),
    (answer(504, b"<html>"), "ambiguous"),
    (refusal(422, "Content is a duplicate of urn:li:share:7434"), "ambiguous"),
    (refusal(400, "", "DUPLICATE_POST"), "ambiguous"),
    (refusal(401, "The token used in the request has expired", "EXPIRED_ACCESS_TOKEN"), "denied"),
    (refusal(403, "Not enough permissions", "ACCESS_DENIED"), "denied"),
    (refusal(404, "No virtual resource found"), "settings"),
    (refusal(426, "Requested version 20240101 is not active", "NONEXISTENT_VERSION"), "settings"),
    (answer(307, b"", {"Location": "https://elsewhere.example/"}), "settings"),
    (FORBIDDEN, "settings"),
    (answer(200, b"<html>"), "ambiguous"),
    (answer(201), "ambiguous"),
    (answer(201, b"", {"x-restli-id": "javascript:x"}), "ambiguous"),
    (answer(202, b"", {"x-restli-id": URN}), "ambiguous"),
]


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_what_each_answer_means(came: Answer | WireError, kind: str) -> None:
    wire = Turns([came])
    assert kind_of(failed(CHANNEL, wire, SECRETS)) == kind
    assert len(wire.asked) == 1


@pytest.mark.parametrize(("came", "kind"), FAULTS)
def test_the_same_answer_to_a_picture_leaves_no_doubt_about_the_post(came: Answer | WireError, kind: str) -> None:
    expected = "later" if kind == "ambiguous" else kind
    assert kind_of(failed(CHANNEL, Turns([came]), SECRETS, outgoing([image()]))) == expected


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"Retry-After": "90"}, timedelta(seconds=90)), ({}, timedelta(hours=16)), ({"Retry-After": "x"}, timedelta(hours=16))],
)
def test_how_long_it_asks_us_to_wait(headers: dict[str, str], wait: timedelta) -> None:
    error = failed(CHANNEL, Turns([refusal(429, headers=headers)]), SECRETS)
    assert isinstance(error, Busy) and error.wait == wait  # its limits are of a day in UTC


@pytest.mark.parametrize(
    ("channel", "key"),
    [
        (Linkedin("5515715", "KEY"), "linkedin.author"),
        (Linkedin("urn:li:organization:1&q=x", "KEY"), "linkedin.author"),
        (Linkedin(AUTHOR, "KEY", "2026"), "linkedin.version"),
        (Linkedin(AUTHOR, "KEY", "202613"), "linkedin.version"),
    ],
)
def test_settings_that_are_none_pause_the_channel(channel: Linkedin, key: str) -> None:
    error = failed(channel, Turns([]), SECRETS)
    assert (error.key, kind_of(error)) == (key, "settings")


OLDER, NEWER = AT - timedelta(hours=1), AT + timedelta(seconds=3)


def element(text: str, at: datetime, urn: str = URN) -> dict[str, object]:
    return {"id": urn, "commentary": text, "createdAt": int(at.timestamp() * 1000), "lifecycleState": "PUBLISHED"}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([element("Cits", NEWER), element(TEXT, NEWER)], Looked("there", RECEIPT)),
        ([element(r"Skat. https://office.example/k/abcdefg\!", NEWER)], Looked("there", RECEIPT)),
        ([element("Cits", NEWER), element("Vecs", OLDER)], Looked("absent")),
        ([element(f"{LINK}h", NEWER), element("Vecs", OLDER)], Looked("absent")),
        ([element("Cits", NEWER)], Looked("unknown")),
        ([], Looked("unknown")),
        ([{"id": URN}], Looked("unknown")),
        ([element(TEXT, NEWER, "javascript:x"), element("Vecs", OLDER)], Looked("unknown")),
        ([element("Nāc mājās & paliec\\! https://lnkd.in/x", NEWER), element("Vecs", OLDER)], Looked("unknown")),
    ],
)
def test_how_a_post_is_found_again(elements: list[object], expected: Looked) -> None:
    wire = Turns([answer(200, {"elements": elements, "paging": {"start": 0, "count": 50}})])
    assert CHANNEL.find(outgoing(), wire, SECRETS.get, AT - timedelta(minutes=5)) == expected
    (request,) = wire.asked
    assert (request.method, path_of(request), request.follow) == ("GET", "/rest/posts", False)
    assert query_of(request) == {"author": AUTHOR, "count": "50", "q": "author", "sortBy": "CREATED"}
    assert request.headers["X-RestLi-Method"] == "FINDER"


@pytest.mark.parametrize("came", [answer(500), answer(200, b"{"), answer(200, {}), refusal(403), AFTER])
def test_a_look_that_shows_nothing_is_no_absence(came: Answer | WireError) -> None:
    with pytest.raises(WireError) as told:
        CHANNEL.find(outgoing(), Turns([came]), SECRETS.get, AT)
    assert not sound(told.value, SECRETS).ambiguous


def test_how_an_account_is() -> None:
    assert CHANNEL.health(Turns([]), SECRETS.get, AT) == Health(AUTHOR)
    wire = Turns([answer(200, {"active": True, "status": "active", "expires_at": 1777622400})])
    assert WHOLE.health(wire, SECRETS.get, AT) == Health(AUTHOR, datetime(2026, 5, 1, 8, tzinfo=UTC))
    (request,) = wire.asked
    assert request.url == "https://www.linkedin.com/oauth/v2/introspectToken"
    assert form_of(request) == {"token": TOKEN, "client_id": "client", "client_secret": "an-app-secret"}
    with pytest.raises(Denied):
        CHANNEL.health(Turns([]), {}.get, AT)


@pytest.mark.parametrize(
    ("came", "kind"),
    [
        (answer(200, {"active": False, "status": "expired"}), "denied"),
        (answer(401, {"error": "invalid_client"}), "denied"),
        (answer(500), "later"),
        (AFTER, "later"),
        (answer(200, b"{"), "later"),
    ],
)
def test_how_an_ailing_account_is(came: Answer | WireError, kind: str) -> None:
    with pytest.raises(WireError) as told:
        WHOLE.health(Turns([came]), SECRETS.get, AT)
    assert kind_of(sound(told.value, SECRETS)) == kind


def test_a_token_is_made_anew() -> None:
    wire = Turns([answer(200, {"access_token": "new", "expires_in": 5184000, "refresh_token": "a-refresh-token"})])
    renewed = WHOLE.renew(wire, SECRETS.get, AT)
    assert (renewed.name, renewed.token, renewed.ends_at) == ("KEY", "new", AT + timedelta(days=60))
    (request,) = wire.asked
    assert request.url == "https://www.linkedin.com/oauth/v2/accessToken"
    assert form_of(request) == {
        "grant_type": "refresh_token",
        "refresh_token": "a-refresh-token",
        "client_id": "client",
        "client_secret": "an-app-secret",
    }


@pytest.mark.parametrize(
    ("channel", "answers", "kind"),
    [
        (CHANNEL, [], "permanent"),
        (WHOLE, [answer(400, {"error": "invalid_grant", "error_description": "a-refresh-token was revoked"})], "denied"),
        (WHOLE, [AFTER], "later"),
        (WHOLE, [answer(500)], "later"),
        (WHOLE, [answer(200, {"access_token": ""})], "later"),
    ],
)
def test_what_becomes_of_a_renewal(channel: Linkedin, answers: list[Answer | WireError], kind: str) -> None:
    with pytest.raises(WireError) as told:
        channel.renew(Turns(answers), SECRETS.get, AT)
    assert kind_of(sound(told.value, SECRETS)) == kind


def test_what_became_of_a_post() -> None:
    kinds = {"LIKE": {"reactionType": "LIKE", "count": 40}, "PRAISE": {"reactionType": "PRAISE", "count": 2}}
    wire = Turns([answer(200, {"reactionSummaries": kinds, "commentSummary": {"count": 5}})])
    assert CHANNEL.numbers(RECEIPT, wire, SECRETS.get) == Numbers(42, 5)
    assert wire.asked[0].url == "https://api.linkedin.com/rest/socialMetadata/urn%3Ali%3Ashare%3A7434"
    with pytest.raises(WireError) as told:
        CHANNEL.numbers(RECEIPT, Turns([refusal(429)]), SECRETS.get)
    assert kind_of(sound(told.value, SECRETS)) == "busy"


def test_what_it_promises() -> None:
    assert CHANNEL.limit(Turns([])) == Limit(3000, unit="utf16")
    assert (CHANNEL.terms.same, CHANNEL.terms.findable) == ("none", "text")
