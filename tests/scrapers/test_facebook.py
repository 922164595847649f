"""The Graph API: what is asked for, what leads on, what its refusals mean, and that no secret is told on."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core.errors import OutreachError, WireError
from outreach.core.text import Texts
from scrapers.source import Leading, Page, Recognising, source_of
from scrapers.sources.facebook import Facebook

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TOKEN, SECRET = "EAAB-piemers", "noslepums-piemers"
GRAPH = "https://graph.facebook.com/v26.0"
HOSTILE = "https://ļauns.example/x?access_token=EAAB-piemers&after=MTIz"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SOURCE_FACEBOOK_TOKEN", TOKEN)
    monkeypatch.setenv("OUTREACH_SOURCE_FACEBOOK_APP", SECRET)


def page(told: object, url: str = f"{GRAPH}/1/published_posts", status: int = 200, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url, status, named, json.dumps(told).encode(), NOW)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def urls(source: Facebook, told: Page, cursor: str | None = None) -> list[str]:
    return [one.url for one in source.further(told, cursor)]


def refusal(code: int, message: str = "x", what: str = "posts", **headers: str) -> WireError:
    told = {"error": {"message": message, "type": "OAuthException", "code": code}}
    error = Facebook("1", what).refused(page(told, status=400, **headers))
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("what", "edge", "private"),
    [("posts", "published_posts", False), ("comments", "published_posts", True), ("mentions", "tagged", True)],
)
def test_each_thing_is_asked_with_the_token_in_a_header_and_nobody_s_name(what: str, edge: str, private: bool) -> None:
    source = Facebook("100200300400", what)
    [request] = source.ask(None)
    assert urlsplit(request.url).path == f"/v26.0/100200300400/{edge}"
    assert request.url == source.url
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert "from" not in asked(request.url)["fields"]
    assert not request.follow
    assert source.private == private


def test_three_things_of_one_page_are_three_addresses() -> None:
    assert len({Facebook("1", what).url for what in ("posts", "comments", "mentions")}) == 3


def test_comments_are_asked_newest_first_with_the_answers_to_them() -> None:
    fields = asked(Facebook("1", "comments").url)["fields"]
    assert (
        fields
        == "id,comments.filter(stream).order(reverse_chronological).limit(50){id,message,created_time,permalink_url}"
    )


@pytest.mark.parametrize("what", ["posts", "mentions"])
def test_a_poll_asks_from_a_day_before_the_last_good_one(what: str) -> None:
    [request] = Facebook("1", what).ask("2026-11-23T09:00:00+00:00")
    assert asked(request.url)["since"] == str(int(datetime(2026, 11, 22, 9, 0, tzinfo=UTC).timestamp()))


def test_comments_below_old_posts_are_not_missed() -> None:
    [request] = Facebook("1", "comments").ask("2026-11-23T09:00:00+00:00")
    assert "since" not in asked(request.url)


def test_the_proof_of_the_app_s_secret_is_sent_where_it_is_wanted_and_told_nowhere() -> None:
    source = Facebook("1", app_secret_env="OUTREACH_SOURCE_FACEBOOK_APP")
    [request] = source.ask(None)
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert asked(request.url)["appsecret_proof"] == proof
    assert "appsecret_proof" not in source.url
    for body in (b"<html>", b"{}", b'{"error": {"code": 190}}'):
        with pytest.raises(WireError) as caught:
            list(source.read(Page(request.url, 200, {}, body, NOW)))
        assert proof not in str(caught.value)
    with pytest.raises(WireError) as caught:
        list(source.further(Page(request.url, 200, {}, b"<html>", NOW), None))
    assert proof not in str(caught.value)


def test_the_next_answer_is_asked_at_our_own_address_whatever_the_last_one_names() -> None:
    told = page({"data": [], "paging": {"next": HOSTILE, "cursors": {"after": "MTIz"}}})
    cursor = "2026-11-23T09:00:00+00:00"
    source = Facebook("1", app_secret_env="OUTREACH_SOURCE_FACEBOOK_APP")
    [first] = source.ask(cursor)
    [following] = source.further(told, cursor)
    assert asked(following.url) == {**asked(first.url), "after": "MTIz"}
    assert urlsplit(following.url)[:3] == urlsplit(first.url)[:3]
    assert TOKEN not in following.url


@pytest.mark.parametrize(
    ("paging", "marks"),
    [
        ({}, None),
        ({"cursors": {"after": "MTIz"}}, None),
        ({"next": "https://x.example/", "cursors": {"after": "MTIz"}}, {"after": "MTIz"}),
        ({"next": "https://x.example/?until=17&__paging_token=enc_A1"}, {"until": "17", "__paging_token": "enc_A1"}),
        ({"next": "https://[/?after=MTIz", "cursors": {"after": "MTIy"}}, {"after": "MTIy"}),
        ({"next": "https://x.example/?after=a%26b%3Dc"}, None),
        ({"next": 7}, None),
    ],
    ids=["none", "last", "cursor", "time", "broken", "unfit", "number"],
)
def test_of_the_next_address_only_the_place_is_taken(paging: object, marks: dict[str, str] | None) -> None:
    told = urls(Facebook("1"), page({"data": [], "paging": paging}))
    first = asked(Facebook("1").url)
    assert [{name: mark for name, mark in asked(url).items() if name not in first} for url in told] == (
        [marks] if marks else []
    )


def thread(oldest: str, following: bool = True) -> dict[str, object]:
    paging: dict[str, object] = {"cursors": {"after": "WTI6"}}
    if following:
        paging["next"] = HOSTILE.replace("MTIz", "WTI6")
    return {"data": [{"id": "7_1", "message": "x", "created_time": oldest}], "paging": paging}


@pytest.mark.parametrize(
    ("comments", "cursor", "leads"),
    [
        (thread("2026-11-23T08:00:00+0000"), None, True),
        (thread("2026-11-23T08:00:00+0000", following=False), None, False),
        (thread("2026-11-23T08:00:00+0000"), "2026-11-23T07:00:00+00:00", True),
        (thread("2026-11-20T08:00:00+0000"), "2026-11-23T07:00:00+00:00", False),
        (thread("never"), "2026-11-23T07:00:00+00:00", True),
        ({"data": "x", "paging": {"next": 3}}, None, False),
        (None, None, False),
    ],
    ids=["first", "all", "new", "known", "undated", "odd", "none"],
)
def test_many_comments_are_read_on_as_far_as_they_may_be_new(comments: object, cursor: str | None, leads: bool) -> None:
    source = Facebook("1", "comments")
    told = urls(source, page({"data": [{"id": "1_7", "comments": comments}]}), cursor)
    assert [urlsplit(url).path for url in told] == (["/v26.0/1_7/comments"] if leads else [])
    assert all(asked(url)["after"] == "WTI6" and asked(url)["filter"] == "stream" for url in told)
    below = f"{GRAPH}/1_7/comments?filter=stream"
    assert bool(urls(source, page(comments, below), cursor)) == leads


def test_a_post_s_number_from_the_wire_is_no_path() -> None:
    told = page({"data": [{"id": "../../me", "comments": thread("2026-11-23T08:00:00+0000")}]})
    assert urls(Facebook("1", "comments"), told) == []


@pytest.mark.parametrize(
    ("code", "message", "key"),
    [
        (190, "x", "scrapers.facebook_token"),
        (102, "x", "scrapers.facebook_token"),
        (4, "x", "scrapers.busy"),
        (17, "x", "scrapers.busy"),
        (32, "x", "scrapers.busy"),
        (613, "x", "scrapers.busy"),
        (80001, "x", "scrapers.busy"),
        (10, "x", "scrapers.facebook_permission"),
        (200, "x", "scrapers.facebook_permission"),
        (299, "x", "scrapers.facebook_permission"),
        (100, "Unsupported get request", "scrapers.facebook_page"),
        (803, "x", "scrapers.facebook_page"),
        (100, "Invalid appsecret_proof provided in the API argument", "scrapers.facebook_proof"),
        (2635, "x", "scrapers.facebook_version"),
        (1, "x", "scrapers.server"),
        (2, "x", "scrapers.server"),
        (300, "x", "scrapers.facebook_error"),
        (-1, "x", "scrapers.facebook_error"),
    ],
)
def test_a_refusal_says_what_to_do(code: int, message: str, key: str, texts: Texts) -> None:
    error = refusal(code, message)
    assert (error.key, error.permanent) == (key, False)
    for language in ("lv", "en"):
        assert "{" not in texts.in_language(language)(error.key, **error.facts)


def test_a_refusal_s_own_words_are_not_passed_on() -> None:
    error = refusal(190, f"Malformed access token {TOKEN}")
    assert TOKEN not in str(error)
    assert error.facts["name"] == "OUTREACH_SOURCE_FACEBOOK_TOKEN"


@pytest.mark.parametrize(
    ("what", "permission"),
    [
        ("posts", "pages_read_engagement"),
        ("comments", "pages_read_user_content"),
        ("mentions", "pages_read_user_content"),
    ],
)
def test_the_permission_that_is_missing_is_named(what: str, permission: str) -> None:
    assert refusal(10, what=what).facts["permission"] == permission


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        ("", 60),
        ("not json", 60),
        ("[" * 100_000, 60),
        ('{"1": [{"estimated_time_to_regain_access": 19}, {"estimated_time_to_regain_access": 7}]}', 19),
        ('{"1": [{"estimated_time_to_regain_access": 0}]}', 60),
        ('{"1": [{"estimated_time_to_regain_access": 99999999999999}]}', 60),
        ('{"1": [3], "2": 4}', 60),
    ],
    ids=["none", "words", "deep", "longest", "nought", "endless", "odd"],
)
def test_too_many_calls_wait_as_long_as_the_platform_estimates(usage: str, minutes: int) -> None:
    error = refusal(4, **{"x_business_use_case_usage": usage})
    assert error.facts["wait"] == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"data": []}', b'{"error": "x"}', b'{"error": {"code": "x"}}']
)
def test_what_is_no_refusal_of_the_platform_is_left_to_its_status(body: bytes) -> None:
    assert Facebook("1").refused(Page(GRAPH, 502, {}, body, NOW)) is None


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({}, "registry.missing"),
        ({"page": ""}, "registry.value"),
        ({"page": "../me"}, "registry.value"),
        ({"page": ".."}, "registry.value"),
        ({"page": "1?x=1"}, "registry.value"),
        ({"page": "1", "what": "friends"}, "registry.value"),
        ({"page": "1", "version": "26"}, "registry.value"),
        ({"page": "1", "token_env": ""}, "scrapers.secret_needed"),
        ({"page": "1", "token_env": "PATH"}, "scrapers.variable"),
        ({"page": "1", "app_secret_env": "PATH"}, "scrapers.variable"),
        ({"page": "1", "server": "http://graph.example"}, "scrapers.url"),
        ({"page": "1", "server": "https://graph.example/x"}, "scrapers.url"),
    ],
)
def test_settings_that_cannot_work_are_refused(told: dict[str, object], key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        source_of("facebook", told)
    assert caught.value.key == key


@pytest.mark.parametrize("field", ["token_env", "app_secret_env"])
def test_a_secret_that_is_not_set_is_said_by_name(field: str) -> None:
    source = source_of("facebook", {"page": "1", field: "OUTREACH_SOURCE_NAV"})
    with pytest.raises(WireError) as caught:
        list(source.ask(None))
    assert (caught.value.key, caught.value.facts["name"]) == ("scrapers.secret_missing", "OUTREACH_SOURCE_NAV")


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://www.facebook.com/birojs.example", "birojs.example"),
        ("https://m.facebook.com/birojs.example/", "birojs.example"),
        ("https://www.facebook.com/pages/Birojs/100200300400", "100200300400"),
        ("https://www.facebook.com/people/Birojs/100200300400/", "100200300400"),
        ("https://www.facebook.com/p/Birojs-Latgale-100200300400/", "100200300400"),
        ("https://www.facebook.com/profile.php?id=100200300400", "100200300400"),
        ("https://www.facebook.com/profile.php?id=a/b", None),
        ("https://www.facebook.com/groups/latgale", None),
        ("https://www.facebook.com/groups/", None),
        ("https://www.facebook.com/Watch/", None),
        ("https://www.facebook.com/birojs.example/posts/7", None),
        ("https://www.facebook.com/", None),
        ("https://facebook.example/birojs", None),
    ],
)
def test_a_page_is_known_by_its_address(url: str, named: str | None) -> None:
    assert issubclass(Facebook, Recognising)
    told = Facebook.from_address(url)
    assert told == ({"page": named} if named else None)
    if told:
        assert source_of("facebook", told)


NAMES = ["data", "id", "message", "created_time", "permalink_url", "comments", "paging", "next", "cursors", "after", "error",
         "code"]  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.integers(), st.text(max_size=20), st.sampled_from(["1_2", HOSTILE, "2026-11-23T10:00:00+0000"])
)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)),
    max_leaves=40,
)


@pytest.mark.parametrize("what", ["posts", "comments", "mentions"])
@settings(max_examples=150, deadline=None)
@given(told=SHAPES, below=st.booleans(), status=st.sampled_from([200, 400, 500]))
def test_an_answer_of_any_shape_is_read_or_refused_and_never_leads_elsewhere(
    what: str, told: object, below: bool, status: int
) -> None:
    source = Facebook("1", what)
    assert isinstance(source, Leading)
    came = page(told, f"{GRAPH}/1_2/comments" if below else GRAPH, status)
    source.refused(came)
    found = []
    try:
        for request in source.further(came, "2026-11-23T09:00:00+00:00"):
            assert request.url.startswith(f"{GRAPH}/1")
            assert "access_token" not in request.url
        found = list(source.read(came))
    except WireError as error:
        told_on = TOKEN in str(error)
    else:
        told_on = False
    assert not told_on
    assert all(one.url.startswith(("https://", "http://")) and one.title is not None for one in found)
