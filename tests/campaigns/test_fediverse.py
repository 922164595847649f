"""The demonstration's server keeps to the API it claims to speak."""

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from campaigns import asking
from outreach.core.http import Answer, GuardedHttp, Request
from outreach.core.testing import FixedClock
from outreach.demo.fediverse import Fediverse
from tests.campaigns.desk import TOKEN

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def wire() -> Iterator[GuardedHttp]:
    """A patient one: here nobody is silent on purpose, a busy machine may be slow."""
    made = GuardedHttp(user_agent="outreach tests", allow_private=True, connect_seconds=20, read_seconds=20, total_seconds=60)
    yield made
    made.close()


def post(
    wire: GuardedHttp, server: Fediverse, text: str, key: str | None = None, *, token: str = TOKEN, as_json: bool = False,
    media: str = "", **fields: str,
) -> Answer:  # fmt: skip
    told = {"status": text, **({"media_ids[]": media} if media else {}), **fields}
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


def upload(wire: GuardedHttp, server: Fediverse, body: bytes, token: str = TOKEN) -> Answer:
    content_type, form = asking.multipart({"description": "Mežs"}, [("file", "a.jpg", body)])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type}
    return wire.send(Request(f"{server.url}/api/v2/media", "POST", headers, form, follow=False))


def test_a_picture_waits_for_one_status(wire: GuardedHttp, fediverse: Fediverse) -> None:
    medium = str(asking.told(upload(wire, fediverse, b"JPEG"))["id"])
    path = f"/api/v1/media/{medium}"
    assert [get(wire, fediverse, path, token).status for token in (TOKEN, "another", None)] == [200, 401, 401]
    told = asking.told(post(wire, fediverse, "a", media=medium))
    assert asking.rows(told["media_attachments"])[0]["description"] == "Mežs"
    assert get(wire, fediverse, path, TOKEN).status == 404
    assert post(wire, fediverse, "b", media=medium).status == 422 and len(fediverse.statuses) == 1
    assert asking.told(get(wire, fediverse, f"/api/v1/statuses/{told['id']}")) == told
    assert get(wire, fediverse, f"/media/{medium}.jpg").body == b"JPEG"
    page = get(wire, fediverse, f"/@{fediverse.account}").text()
    assert f'<img src="/media/{medium}.jpg" alt="Mežs">' in page


def test_a_picture_that_is_worked_on_goes_with_no_status(wire: GuardedHttp, fediverse: Fediverse) -> None:
    fediverse.media.slow = 1
    answer = upload(wire, fediverse, b"JPEG")
    medium = str(asking.told(answer)["id"])
    assert (answer.status, asking.told(answer)["url"]) == (202, None)
    assert post(wire, fediverse, "a", media=medium).status == 422
    assert [get(wire, fediverse, f"/api/v1/media/{medium}", TOKEN).status for _ in range(2)] == [206, 200]
    assert post(wire, fediverse, "a", media=medium).status == 200


@pytest.mark.parametrize(("body", "token", "status"), [(b"", TOKEN, 422), (b"x" * 1_000_001, TOKEN, 422), (b"x", "another", 401)])
def test_what_is_no_picture_for_it(
    wire: GuardedHttp, fediverse: Fediverse, body: bytes, token: str, status: int
) -> None:
    assert upload(wire, fediverse, body, token).status == status and fediverse.media.all == ()
    assert wire.send(Request(f"{fediverse.url}/api/v2/media", "POST", {"Authorization": f"Bearer {token}"}, b"x")).status >= 400
    fediverse.media.throw_away()
    for path in ("/api/v1/media/1", "/api/v1/statuses/1", "/media/1.jpg"):
        assert get(wire, fediverse, path, TOKEN).status == 404
