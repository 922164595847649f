"""Hooks: what each kind says, over a real wire to a server on loopback, and what follows from the answer."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from outreach import wiring
from outreach.alerts import hookbook, jobs, outcome, queries, sending
from outreach.alerts.hook import Hook, checked, hook_of
from outreach.alerts.hookbook import HookAsked
from outreach.alerts.hooks.json import key_of
from outreach.alerts.rules import Wanted
from outreach.alerts.telling import Line, Told
from outreach.core.app import App
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer
from outreach.core.settings import secret
from outreach.core.testing import FixedClock
from outreach.core.webhooks import signature
from tests.outreach.alerts import scene
from tests.outreach.alerts.conftest import NOON, with_http
from tests.support.hostile import Act, Hostile, Servers, Talk, page, servers

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
KEY = "whsec_" + base64.b64encode(bytes(range(32))).decode()
HOOK = "OUTREACH_HOOK_TEST"
EVIL = 'Viss <!channel> & "slikti" [klikšķini](https://evil.example) <https://evil.example|šeit>'
LETTER = Told(
    "msg-1", NOON, "lv", "Birojs <Latgale>", EVIL, (Line("critical", EVIL, NOON, "Avīze & Co", "https://birojs.lv/mentions/1"),),
    3, "un vēl 3 notikumi", "https://birojs.lv/alerts", "https://birojs.lv/alerts",
)  # fmt: skip


@pytest.fixture
def net() -> Iterator[Servers]:
    with servers() as made:
        yield made


def asked(kind: str) -> dict[str, object]:
    request = hook_of(kind).ask(LETTER, "https://there.example/x", KEY, NOON)
    assert (request.method, request.follow, request.url) == ("POST", False, "https://there.example/x")
    told = json.loads(request.body or b"")
    assert isinstance(told, dict)
    return told


def test_every_kind_is_found_and_can_be_kept() -> None:
    assert hookbook.kinds() == ("json", "slack", "teams")
    for kind in hookbook.kinds():
        hook: Hook = hook_of(kind)
        assert hook.kind == kind and hook.signed is hook.repeatable is (kind == "json")


def test_slack_hears_a_headline_as_text() -> None:
    told = asked("slack")
    escaped = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert told["text"] == escaped
    blocks = told["blocks"]
    assert isinstance(blocks, list)
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert texts == ["*Birojs &lt;Latgale&gt;*", f"<https://birojs.lv/mentions/1|{escaped}> · Avīze &amp; Co"]
    assert blocks[-1]["elements"][0]["text"] == "un vēl 3 notikumi · <https://birojs.lv/alerts>"


def test_teams_gets_a_card_without_markup() -> None:
    told = asked("teams")
    [card] = told["attachments"]  # type: ignore[misc]
    assert told["type"] == "message" and card["contentType"] == "application/vnd.microsoft.card.adaptive"
    body = card["content"]["body"]
    # A TextBlock would make a link of "[klikšķini](...)".
    assert {block["type"] for block in body} == {"RichTextBlock"}
    run = body[1]["inlines"][0]
    assert (run["text"], run["selectAction"]["url"]) == (EVIL, "https://birojs.lv/mentions/1")


def test_json_is_signed_by_the_rule_of_standard_webhooks() -> None:
    request = hook_of("json").ask(LETTER, "https://there.example/x", KEY, NOON)
    body, moment = request.body or b"", str(int(NOON.timestamp()))
    assert (request.headers["webhook-id"], request.headers["webhook-timestamp"]) == ("msg-1", moment)
    mac = hmac.new(bytes(range(32)), b"msg-1." + moment.encode() + b"." + body, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    told = json.loads(body)
    assert (told["type"], told["data"]["alerts"][0]["kind"], told["data"]["more"]) == ("alerts", "critical", 3)


def test_the_signature_is_that_of_the_rule_s_own_example() -> None:
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("key", ["", "short", "whsec_", "whsec_!!!", "whsec_c2hvcnQ="])
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(OutreachError, match="alerts.hook.key") as caught:
        key_of(key)
    assert key not in str(caught.value) or not key


@pytest.mark.parametrize("url", ["", "ftp://a.example", "http://a.example/x", "https://a.example/x y", "hooks.slack.com/x"])
def test_an_address_that_is_none_is_not_repeated(url: str) -> None:
    with pytest.raises(OutreachError, match="alerts.hook.address") as caught:
        checked(url, HOOK)
    assert caught.value.facts == {"variable": HOOK}


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer("https://there.example/", status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("kind", "told", "status", "wait"),
    [
        ("slack", answer(200, b"ok"), "sent", None),
        ("slack", answer(200, b"<html>sign in</html>"), "unconfirmed", None),
        ("slack", answer(404, b"no_service"), "failed", None),
        ("slack", answer(429, b"", Retry_After="120"), "due", timedelta(minutes=2)),
        ("slack", answer(500), "unconfirmed", None),
        ("slack", answer(302), "failed", None),
        ("slack", WireError("http.timeout", ambiguous=True), "unconfirmed", None),
        ("slack", WireError("http.dns"), "due", MINUTE),
        ("slack", WireError("http.url", permanent=True), "failed", None),
        ("teams", answer(202), "sent", None),
        ("teams", answer(200, b"Webhook message delivery failed with error"), "unconfirmed", None),
        ("json", answer(204), "sent", None),
        ("json", answer(500), "due", MINUTE),
        ("json", answer(410), "failed", None),
        ("json", WireError("http.timeout", ambiguous=True), "due", MINUTE),
        ("json", OutreachError("alerts.hook.no_secret", variable=HOOK), "failed", None),
    ],
)  # fmt: skip
def test_what_follows_from_an_answer(kind: str, told: Answer | OutreachError, status: str, wait: timedelta | None) -> None:
    result = outcome.of_hook(hook_of(kind), told, 1, NOON, NOON)
    assert result.status == status
    assert result.next_try_at == (NOON + wait if wait else None)
    late = outcome.of_hook(hook_of(kind), told, 1, NOON - timedelta(hours=6), NOON)
    assert late.status == ("failed" if status == "due" else status)


def test_waits_grow_to_half_an_hour() -> None:
    waits = [outcome.backoff(attempt) / MINUTE for attempt in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def hooked(app: App, net: Servers, monkeypatch: pytest.MonkeyPatch, act: Act | bytes, kind: str) -> tuple[App, Hostile, int]:
    """An office with a hook to a server that does as told, and something to tell."""
    server = net.server(act)
    monkeypatch.setenv(HOOK, server.url("/services/T000/SECRET"))
    monkeypatch.setenv(f"{HOOK}_KEY", KEY)
    app = with_http(app, net.client(read_seconds=1, total_seconds=2))
    with app.store.transaction() as session:
        number = hookbook.add(session, NOON, HookAsked("Birojs", kind, HOOK, "lv"), Wanted(("critical",), "00:00", "00:00"), "Tests")
        scene.critical(session, NOON - HOUR)
    return app, server, number


@pytest.mark.parametrize(("kind", "body"), [("slack", b"ok"), ("teams", b""), ("json", b"thanks")])
def test_a_hook_is_told_once(app: App, net: Servers, monkeypatch: pytest.MonkeyPatch, kind: str, body: bytes) -> None:
    app, server, _ = hooked(app, net, monkeypatch, page(body), kind)
    assert jobs.tick(app) == 1 and jobs.tick(app) == 0
    [seen] = server.seen
    assert seen.target == "/services/T000/SECRET" and "Kritiski par mums" in seen.body.decode()
    assert scene.letters(app)[0].status == "sent"


def swallow(talk: Talk) -> None:
    """Reads everything and leaves without a word."""


@pytest.mark.parametrize("kind", ["slack", "teams"])
def test_a_hook_that_swallows_the_answer_is_left_to_a_person(
    app: App, net: Servers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: FixedClock, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    app, server, _ = hooked(app, net, monkeypatch, swallow, kind)
    jobs.tick(app)
    clock.step(2 * HOUR)
    jobs.tick(app)
    [letter] = scene.letters(app)
    assert letter.status == "unconfirmed" and len(server.seen) == 1
    with app.store.reading() as session:
        [waiting] = queries.needs_person(session)
    assert waiting.is_hook and waiting.name == "Birojs"
    # The address is the secret: neither kept nor logged.
    said = app.texts.in_language("lv").fact(waiting.error_key or "", waiting.error_facts)
    assert "SECRET" not in caplog.text + str(letter.error_facts) + said


def test_a_signed_hook_gets_the_same_message_again(app: App, net: Servers, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    told = iter([swallow, lambda talk: talk.send(page(b"ok"))])
    app, server, _ = hooked(app, net, monkeypatch, lambda talk: next(told)(talk), "json")
    assert jobs.tick(app) == 0
    with app.store.transaction() as session:
        scene.critical(session, NOON, "Pa to laiku")
    clock.step(MINUTE)
    assert jobs.tick(app) == 1
    first, second = server.seen
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    # Whoever has it drops the second one, so nothing new may hide in it.
    assert first.body == second.body and "Pa to laiku" not in second.body.decode()


def test_a_variable_that_is_not_set_is_one_clear_sentence(app: App, net: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    app, server, _ = hooked(app, net, monkeypatch, page(b"ok"), "json")
    monkeypatch.delenv(f"{HOOK}_KEY")
    jobs.tick(app)
    [letter] = scene.letters(app)
    assert (letter.status, letter.error_key, letter.error_facts) == ("failed", "alerts.hook.no_secret", {"variable": f"{HOOK}_KEY"})
    assert server.seen == []
    with app.store.reading() as session:
        [seen] = queries.hooks_seen(session, secret)
    assert not seen.is_set


def test_a_trial_says_what_came_back(app: App, net: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    app, server, number = hooked(app, net, monkeypatch, page(b"ok"), "slack")
    sending.test_hook(app, NOON, number, "Tests")
    assert "Izmēģinājums" in server.seen[0].body.decode()
    server.act = lambda talk: talk.send(page(b"no_service", 404))
    with pytest.raises(OutreachError, match="alerts.hook.refused"):
        sending.test_hook(app, NOON, number, "Tests")
    with pytest.raises(OutreachError, match="alerts.error.no_hook"):
        sending.test_hook(app, NOON, 99, "Tests")


def test_a_kill_is_no_doubt_for_a_signed_hook_and_one_for_others(app: App, net: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.alerts import claiming

    app, _, _ = hooked(app, net, monkeypatch, page(b"ok"), "json")
    with app.store.transaction() as session:
        other = hookbook.add(session, NOON, HookAsked("Otrs", "slack", HOOK, "en"), Wanted(("critical",), "00:00", "00:00"), "Tests")
    assert other
    jobs.notice(app)
    gone = NOON - HOUR
    with app.store.transaction() as session:
        for number in claiming.due(session, NOON):
            assert claiming.claim(session, gone, app.settings.zone, number, "nobody") is not None
        assert claiming.sweep(session, app.settings.folder, datetime.now(UTC)) == 2
    assert sorted(letter.status for letter in scene.letters(app)) == ["due", "unconfirmed"]
    assert wiring.texts().in_language("lv").knows(claiming.INTERRUPTED)
