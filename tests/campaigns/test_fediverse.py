"""The demonstration's server keeps to the API it claims to speak."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from outreach.core.http import Answer, GuardedHttp, Request
from outreach.core.testing import FixedClock
from outreach.demo.fediverse import Fediverse
from tests.campaigns.desk import TOKEN

FORM = "application/x-www-form-urlencoded"


def post(
    wire: GuardedHttp, server: Fediverse, text: str, key: str | None = None, *, token: str = TOKEN, as_json: bool = False,
    **fields: str,
) -> Answer:  # fmt: skip
    told = {"status": text, **fields}
    body = json.dumps(told).encode() if as_json else urlencode(told).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json" if as_json else FORM}
    if key is not None:
        headers["Idempotency-Key"] = key
    return wire.send(Request(f"{server.url}/api/v1/statuses", "POST", headers, body, follow=False))


def get(wire: GuardedHttp, server: Fediverse, path: str, token: str | None = None) -> Answer:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return wire.send(Request(server.url + path, headers=headers))


@pytest.mark.parametrize("as_json", [True, False])
def test_a_status_is_published_and_shown(wire: GuardedHttp, fediverse: Fediverse, as_json: bool) -> None:
    text = "Nāc mājās!\nhttps://office.example/k/abcdefg?a=1&b=2."
    answer = post(wire, fediverse, text, as_json=as_json, language="lv", visibility="unlisted")
    told = answer.json()
    assert answer.status == 200 and isinstance(told, dict)
    assert (told["language"], told["visibility"]) == ("lv", "unlisted")
    assert [status.text for status in fediverse.statuses] == [text]
    listed = get(wire, fediverse, "/api/v1/accounts/1/statuses?limit=5").json()
    assert isinstance(listed, list) and listed[0]["id"] == told["id"]
    link = '<a href="https://office.example/k/abcdefg?a=1&amp;b=2" rel="nofollow noopener">'
    for path in (f"/@{fediverse.account}", told["url"].removeprefix(fediverse.url)):
        page = get(wire, fediverse, path)
        assert page.status == 200 and link in page.text() and "Nāc mājās!<br>" in page.text()


def test_the_same_key_is_the_same_status_for_an_hour(
    wire: GuardedHttp, fediverse: Fediverse, clock: FixedClock
) -> None:
    first = post(wire, fediverse, "a", "key").json()
    clock.step(timedelta(minutes=59))
    assert post(wire, fediverse, "b", "key").json() == first
    assert post(wire, fediverse, "c", "other").json() != first
    clock.step(timedelta(minutes=1))
    assert post(wire, fediverse, "d", "key").json() != first
    assert [status.text for status in fediverse.statuses] == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("text", "visibility", "status"),
    [
        ("", "public", 422),
        ("  ", "public", 422),
        ("a" * 500, "public", 200),
        ("a" * 501, "public", 422),
        ("a" * 476 + " https://office.example/" + "b" * 100, "public", 200),
        ("a" * 477 + " https://office.example/" + "b" * 100, "public", 422),
        ("a", "secret", 422),
    ],
)
def test_what_a_real_server_refuses(
    wire: GuardedHttp, fediverse: Fediverse, text: str, visibility: str, status: int
) -> None:
    answer = post(wire, fediverse, text, visibility=visibility)
    assert answer.status == status and len(fediverse.statuses) == (status == 200)
    if status != 200:
        assert isinstance(told := answer.json(), dict) and isinstance(told["error"], str)


def test_only_the_token_s_owner_may_publish(wire: GuardedHttp, fediverse: Fediverse) -> None:
    assert post(wire, fediverse, "a", token="another").status == 401
    path = "/api/v1/accounts/verify_credentials"
    assert [get(wire, fediverse, path, token).status for token in (TOKEN, "another", None)] == [200, 401, 401]
    assert fediverse.statuses == ()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_it_says_its_limits(wire: GuardedHttp, fediverse: Fediverse, version: str) -> None:
    told = get(wire, fediverse, f"/api/{version}/instance").json()
    assert isinstance(told, dict)
    assert told["configuration"]["statuses"]["max_characters"] == fediverse.limit


def test_nothing_of_a_status_is_markup(wire: GuardedHttp, fediverse: Fediverse) -> None:
    post(wire, fediverse, '<script>x</script> https://a.example/"onclick="x <b>', language='"><script>')
    page = get(wire, fediverse, f"/@{fediverse.account}")
    assert "<script" not in page.text() and "<b>" not in page.text() and 'onclick="x' not in page.text()
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/@nobody", "/api/v1/nothing", "/@remigracija/1", "/@remigracija/x", "//etc/passwd"]
)
def test_there_is_nothing_else(wire: GuardedHttp, fediverse: Fediverse, path: str) -> None:
    assert get(wire, fediverse, path).status == 404
