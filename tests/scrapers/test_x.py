"""X: what a question asks for and costs, where the next one begins, and what its refusals mean."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core.errors import OutreachError, WireError
from outreach.core.text import Texts
from scrapers.source import Bookmarking, Leading, Page, Priced, Recognising, source_of
from scrapers.sources.x import X

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TOKEN = "AAAA-piemers"
DAY_AGO = 2124442764702646272  # the least id of a post of 2026-11-22T10:00:00Z


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SOURCE_X_TOKEN", TOKEN)


def page(
    told: object, status: int = 200, url: str = "https://api.x.com/2/tweets/search/recent", **headers: str
) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url, status, named, json.dumps(told).encode(), NOW)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def posts(count: int, **meta: object) -> dict[str, Any]:
    return {"data": [{"id": str(number + 1), "text": "x"} for number in range(count)], "meta": meta}


def test_a_question_asks_for_the_text_and_for_nobody() -> None:
    source = X("Latgale lang:lv", 5)
    [request] = source.ask(None)
    assert urlsplit(request.url)[:3] == ("https", "api.x.com", "/2/tweets/search/recent")
    assert asked(request.url) == {
        "query": "(Latgale lang:lv) -is:retweet",
        "max_results": "100",
        "tweet.fields": "created_at,lang,note_tweet",
    }
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert not request.follow
    assert request.url == source.url
    assert source.private


def test_a_query_that_speaks_of_reposts_itself_is_left_as_it_is() -> None:
    assert asked(X("Latgale is:retweet", 5).url)["query"] == "Latgale is:retweet"


def test_a_poll_begins_where_the_last_one_ended() -> None:
    [request] = X("Latgale", 5).ask("2124778854282166279")
    assert asked(request.url)["since_id"] == "2124778854282166279"


@pytest.mark.parametrize("cursor", ["", "2026-11-23T10:00:00+00:00", "1&max_results=1"])
def test_what_is_no_bookmark_is_not_sent(cursor: str) -> None:
    [request] = X("Latgale", 5).ask(cursor)
    assert request.url == X("Latgale", 5).url


def test_the_next_answer_is_the_same_question_with_its_mark() -> None:
    source = X("Latgale", 5)
    [first] = source.ask("7")
    [following] = source.further(page(posts(1, next_token="b26v89c19zqg8o3")), "7")
    assert asked(following.url) == {**asked(first.url), "next_token": "b26v89c19zqg8o3"}
    assert list(source.further(page(posts(1)), "7")) == []
    assert list(source.further(page(posts(1, next_token="a&b=c")), "7")) == []


@pytest.mark.parametrize(
    ("told", "before", "after"),
    [
        (posts(1, newest_id=str(DAY_AGO + 9)), None, DAY_AGO + 9),
        (posts(1, newest_id=str(DAY_AGO + 9)), str(DAY_AGO + 5), DAY_AGO + 9),
        (posts(1, newest_id=str(DAY_AGO + 5)), str(DAY_AGO + 9), DAY_AGO + 9),
        (posts(1, newest_id="7"), "5", DAY_AGO),
        ({"meta": {"result_count": 0}}, None, DAY_AGO),
        ({"meta": {"newest_id": "9" * 40}}, "nav", DAY_AGO),
        ([], None, DAY_AGO),
    ],
    ids=["first", "newer", "second page", "old", "nothing", "odd", "no object"],
)
def test_the_bookmark_is_the_newest_read_and_never_too_old_to_ask_from(
    told: object, before: str | None, after: int
) -> None:
    source = X("Latgale", 5)
    assert isinstance(source, Bookmarking)
    assert source.bookmark(page(told), before) == str(after)


def test_a_bookmark_of_yesterday_is_an_id_of_yesterday() -> None:
    told = X("Latgale", 5).bookmark(page({}), None)
    assert told is not None
    made = datetime.fromtimestamp(((int(told) >> 22) + 1_288_834_974_657) / 1000, UTC)
    assert made == NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "told", "key"),
    [
        (401, {"title": "Unauthorized"}, "scrapers.x_token"),
        (402, {"title": "CreditsDepleted"}, "scrapers.x_credits"),
        (402, None, "scrapers.x_credits"),
        (403, {"detail": "not enrolled"}, "scrapers.x_access"),
        (429, {"title": "Too Many Requests"}, "scrapers.busy"),
        (429, {"title": "UsageCapExceeded", "period": "Monthly"}, "scrapers.x_credits"),
        (400, {"errors": [{"message": "missing )", "parameters": {"query": ["("]}}]}, "scrapers.x_query"),
        (400, {"errors": 7}, "scrapers.x_query"),
        (400, {"errors": [{"message": "x", "parameters": {"since_id": ["1"]}}]}, "scrapers.x_too_old"),
    ],
    ids=["token", "credits", "no words", "access", "busy", "cap", "query", "odd", "too old"],
)
def test_a_refusal_says_what_to_do(status: int, told: object, key: str, texts: Texts) -> None:
    error = X("Latgale", 5).refused(page(told, status))
    assert error is not None
    assert (error.key, error.permanent) == (key, False)
    assert error.facts.get("start_over", False) == (key == "scrapers.x_too_old")
    for language in ("lv", "en"):
        assert "{" not in texts.in_language(language)(error.key, **error.facts)


@pytest.mark.parametrize("status", [404, 500, 503])
def test_what_the_platform_does_not_explain_is_left_to_its_status(status: int) -> None:
    assert X("Latgale", 5).refused(page({"title": "x"}, status)) is None


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        (str(int(NOW.timestamp()) + 540), timedelta(minutes=9)),
        (str(int(NOW.timestamp()) - 540), timedelta(0)),
        ("soon", None),
        ("9" * 30, None),
        ("", None),
    ],
    ids=["later", "past", "words", "endless", "none"],
)
def test_too_many_calls_wait_until_the_moment_that_is_told(told: str, wait: timedelta | None) -> None:
    error = X("Latgale", 5).refused(page({}, 429, **{"x_rate_limit_reset": told}))
    assert error is not None
    assert error.facts["wait"] == wait


def test_costs_are_counted_by_the_post() -> None:
    source = X("Latgale", 20, cost_thousandths=5, most=50)
    assert isinstance(source, Priced)
    [request] = source.ask(None)
    assert source.ceiling == 20_000
    assert source.at_most(request) == 250
    assert source.price(page(posts(0))) == 0
    assert source.price(page(posts(3))) == 15
    assert source.price(page({"meta": {"result_count": 0}})) == 0
    assert source.price(page({"data": [None, 7, {}]})) == 15


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_costs_nothing(status: int) -> None:
    assert X("Latgale", 5).price(page({}, status)) == 0


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b"\x00"])
def test_an_answer_nobody_can_count_costs_the_most_it_can(body: bytes) -> None:
    source = X("Latgale", 5)
    assert source.price(Page(source.url, 200, {}, body, NOW)) == 500


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"query": "a"}, "registry.missing"),
        ({"monthly_ceiling": 5}, "registry.missing"),
        ({"query": " ", "monthly_ceiling": 5}, "registry.value"),
        ({"query": "a" * 513, "monthly_ceiling": 5}, "registry.value"),
        ({"query": "a", "monthly_ceiling": 0}, "registry.value"),
        ({"query": "a", "monthly_ceiling": -1}, "registry.value"),
        ({"query": "a", "monthly_ceiling": "much"}, "registry.value"),
        ({"query": "a", "monthly_ceiling": 1, "cost_thousandths": 11}, "registry.value"),
        ({"query": "a", "monthly_ceiling": 5, "cost_thousandths": -1}, "registry.value"),
        ({"query": "a", "monthly_ceiling": 5, "most": 9}, "registry.value"),
        ({"query": "a", "monthly_ceiling": 5, "most": 101}, "registry.value"),
        ({"query": "a", "monthly_ceiling": 5, "token_env": ""}, "scrapers.secret_needed"),
        ({"query": "a", "monthly_ceiling": 5, "token_env": "PATH"}, "scrapers.variable"),
        ({"query": "a", "monthly_ceiling": 5, "server": "http://x.example"}, "scrapers.url"),
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(told: dict[str, object], key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        source_of("x", told)
    assert caught.value.key == key


def test_a_ceiling_that_one_answer_just_fits_under_is_enough() -> None:
    assert X("a", 1, cost_thousandths=10).ceiling == 1_000


def test_a_token_that_is_not_set_is_said_by_name() -> None:
    source = X("a", 5, token_env="OUTREACH_SOURCE_NAV")
    with pytest.raises(WireError) as caught:
        list(source.ask(None))
    assert (caught.value.key, caught.value.facts["name"]) == ("scrapers.secret_missing", "OUTREACH_SOURCE_NAV")


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("https://x.com/search?q=Latgale%20lang%3Alv&src=typed_query&f=live", "Latgale lang:lv"),
        ("https://twitter.com/search?q=Latgale", "Latgale"),
        ("https://x.com/hashtag/M%C4%81j%C4%81s", "#Mājās"),
        ("https://x.com/birojs_example", "from:birojs_example"),
        ("https://x.com/search?q=+", None),
        ("https://x.com/home", None),
        ("https://x.com/i/lists/7", None),
        ("https://x.com/birojs/status/7", None),
        ("https://x.com/", None),
        ("https://x.example/search?q=Latgale", None),
    ],
)
def test_a_search_is_known_by_its_address_but_its_ceiling_is_for_a_person_to_say(url: str, query: str | None) -> None:
    assert issubclass(X, Recognising)
    told = X.from_address(url)
    assert told == ({"query": query} if query else None)
    if told:
        with pytest.raises(OutreachError) as caught:
            source_of("x", told)
        assert caught.value.facts["field"] == "monthly_ceiling"
        assert source_of("x", {**told, "monthly_ceiling": 5})


NAMES = ["data", "meta", "id", "text", "note_tweet", "lang", "created_at", "next_token", "newest_id", "errors", "title", "type",
         "parameters", "since_id", "message", "detail", "result_count"]  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.integers(), st.text(max_size=20), st.sampled_from(["7", "&lt;script&gt;x", "2026-11-23T10:00:00Z"])
)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)),
    max_leaves=40,
)


@settings(max_examples=300, deadline=None)
@given(told=SHAPES, status=st.sampled_from([200, 400, 403, 429, 500]))
def test_an_answer_of_any_shape_is_read_or_refused_and_has_a_price(told: object, status: int) -> None:
    source = X("Latgale", 5)
    assert isinstance(source, Leading)
    came = page(told, status)
    source.refused(came)
    assert (source.bookmark(came, None) or "").isdigit()
    assert source.price(came) >= 0
    found = []
    try:
        assert all(request.url.startswith(source.url) for request in source.further(came, "7"))
        found = list(source.read(came))
    except WireError as error:
        told_on = TOKEN in str(error)
    else:
        told_on = False
    assert not told_on
    assert all(one.url.startswith("https://x.com/i/web/status/") and "<script" not in one.title for one in found)
