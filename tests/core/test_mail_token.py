"""Access tokens instead of passwords: made, kept, renewed once when refused, and never told to anybody else."""

import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from outreach.core.errors import WireError
from outreach.core.mail import SmtpMailer
from outreach.core.mail_token import AccessTokens
from tests.support.hostile import Hostile, Papers, Servers, Talk, page, papers, servers
from tests.support.relay import Relay, Script, mail, relay

SECRET, REFRESH = "client-secret-4711", "refresh-token-4712"


@pytest.fixture(scope="module")
def trust() -> Papers:
    return papers()


@pytest.fixture
def wire() -> Iterator[Servers]:
    with servers() as started:
        yield started


@pytest.fixture
def kept(trust: Papers) -> Iterator[Relay]:
    with relay(trust.server("127.0.0.1"), login=True, tls=True) as started:
        yield started


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def service(wire: Servers, *answers: object, status: int = 200) -> Hostile:
    """Makes tokens: each answer once, the last for ever."""
    left = list(answers)

    def act(talk: Talk) -> None:
        answer = left.pop(0) if len(left) > 1 else left[0]
        talk.send(page(answer if isinstance(answer, bytes) else json.dumps(answer).encode(), status, content_type="application/json"))

    return wire.server(act)


def made(token: str, lasts: Any = 3600, **other: Any) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": lasts, **other}


def tokens(wire: Servers, server: Hostile, **other: Any) -> AccessTokens:
    client = wire.client()
    usual: dict[str, Any] = {"url": server.url("/token"), "client_id": "outreach", "secret": SECRET}
    return AccessTokens(lambda: client, **{**usual, **other})


def asked(server: Hostile) -> list[dict[str, str]]:
    return [{name: values[0] for name, values in parse_qs(one.body.decode()).items()} for one in server.seen]


def sender(kept: Relay, trust: Papers, source: AccessTokens) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1", port=kept.port, security="tls", user="office", password=None, context=trust.client(), tokens=source
    )


def refused(source: AccessTokens) -> WireError:
    with pytest.raises(WireError) as caught:
        source.token()
    return caught.value


def test_microsoft_makes_one_for_the_programs_own_name(wire: Servers) -> None:
    server = service(wire, made("one"))
    scope = "https://outlook.office365.com/.default"
    assert tokens(wire, server, scope=scope).token() == "one"
    assert asked(server) == [
        {"grant_type": "client_credentials", "scope": scope, "client_id": "outreach", "client_secret": SECRET}
    ]
    assert (server.seen[0].method, server.seen[0].target) == ("POST", "/token")


def test_google_makes_one_for_a_refresh_token(wire: Servers) -> None:
    server = service(wire, made("one"))
    assert tokens(wire, server, refresh=REFRESH).token() == "one"
    (question,) = asked(server)
    assert question.items() >= {
        "grant_type": "refresh_token",
        "refresh_token": REFRESH,
        "client_id": "outreach",
        "client_secret": SECRET,
    }.items()


def test_a_new_refresh_token_takes_the_place_of_the_old(wire: Servers) -> None:
    server = service(wire, made("one", 0, refresh_token="next"), made("two", 0))
    source = tokens(wire, server, refresh=REFRESH)
    assert [source.token(), source.token()] == ["one", "two"]
    assert [question["refresh_token"] for question in asked(server)] == [REFRESH, "next"]


def test_one_is_kept_until_a_minute_before_it_ends(wire: Servers) -> None:
    server, clock = service(wire, made("one", 3600), made("two", "3600")), Clock()
    source = tokens(wire, server, clock=clock)
    assert source.token() == "one"
    clock.now += 3539
    assert source.token() == "one"
    clock.now += 1
    assert source.token() == "two"
    assert len(server.seen) == 2


@pytest.mark.parametrize("lasts", [None, []])
def test_one_without_an_end_is_kept_for_ten_minutes(wire: Servers, lasts: Any) -> None:
    server, clock = service(wire, made("one", lasts), made("two", lasts)), Clock()
    source = tokens(wire, server, clock=clock)
    seen = []
    for step in (0, 539, 1):
        clock.now += step
        seen.append(source.token())
    assert seen == ["one", "one", "two"]


def test_mails_go_with_it(wire: Servers, kept: Relay, trust: Papers) -> None:
    kept.tokens = ["one"]
    server = service(wire, made("one"))
    mailer = sender(kept, trust, tokens(wire, server))
    mailer.send(mail())
    mailer.check()
    assert (len(kept.kept), kept.shown, len(server.seen)) == (1, ["one", "one"], 1)


def test_one_that_was_called_back_is_made_anew_once(wire: Servers, kept: Relay, trust: Papers) -> None:
    kept.tokens = ["one"]
    server = service(wire, made("one"), made("two"))
    mailer = sender(kept, trust, tokens(wire, server))
    mailer.send(mail())
    kept.tokens = ["two"]
    mailer.send(mail())
    assert (len(kept.kept), kept.shown, len(server.seen)) == (2, ["one", "one", "two"], 2)


def test_an_account_that_is_not_let_in_is_asked_about_once(wire: Servers, kept: Relay, trust: Papers) -> None:
    server = service(wire, made("one"))
    with pytest.raises(WireError) as caught:
        sender(kept, trust, tokens(wire, server)).send(mail())
    error = caught.value
    assert (error.key, error.permanent, error.facts["code"], error.facts["stage"]) == ("mail.login", False, 535, "login")
    assert (kept.kept, kept.shown, len(server.seen)) == ([], ["one"], 1)


def test_a_relay_that_knows_no_tokens_is_shown_none(wire: Servers, trust: Papers) -> None:
    script = Script()

    def act(talk: Talk) -> None:
        talk.line = trust.server("127.0.0.1").wrap_socket(talk.line, server_side=True)
        script.act()(talk)

    mailer = SmtpMailer(
        host="127.0.0.1",
        port=wire.server(act, raw=True).port,
        security="tls",
        user="office",
        password=None,
        context=trust.client(),
        tokens=tokens(wire, service(wire, made("one"))),
    )
    with pytest.raises(WireError) as caught:
        mailer.send(mail())
    assert (caught.value.key, caught.value.facts["code"]) == ("mail.login", 504)
    assert "AUTH" not in script.heard


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ({"error": "invalid_client", "error_description": f"{SECRET} is wrong"}, 401, "invalid_client"),
        ({"error": "invalid_grant\r\nX: y"}, 400, "invalid_grant X y"),
        (b"<html>", 200, "ValueError"),
        (made("one", "soon"), 200, "ValueError"),
        ([1], 200, ""),
        ({}, 200, ""),
        (made(""), 200, "access_token"),
        (made("a\r\nMAIL"), 200, "access_token"),
        (made("ā"), 200, "access_token"),
        (b"", 503, ""),
        (b"moved", 302, ""),
    ],
)
def test_a_service_that_makes_none(wire: Servers, answer: object, status: int, reason: str) -> None:
    error = refused(tokens(wire, service(wire, answer, status=status)))
    assert (error.key, error.permanent, error.ambiguous) == ("mail.token", False, False)
    assert (error.facts["host"], error.facts["stage"]) == ("127.0.0.1", "login")
    assert reason in str(error.facts["reason"])
    assert SECRET not in str(error) + "".join(traceback.format_exception(error))


def test_a_service_that_is_away(wire: Servers) -> None:
    server = service(wire, made("one"))
    source = tokens(wire, server)
    server.close()
    error = refused(source)
    assert (error.key, error.facts["reason"], error.permanent) == ("mail.token", "http.refused", False)


@pytest.mark.parametrize(
    ("lacks", "missing"),
    [({"url": ""}, "mail.token_url"), ({"client_id": ""}, "mail.client_id"), ({"secret": None}, "OUTREACH_MAIL_CLIENT_SECRET")],
)
def test_what_is_not_set_is_named(wire: Servers, lacks: dict[str, Any], missing: str) -> None:
    server = service(wire, made("one"))
    error = refused(tokens(wire, server, **lacks))
    assert (error.key, error.facts["missing"]) == ("mail.token_settings", missing)
    assert server.seen == []


@pytest.mark.parametrize("login", [True, False])
def test_no_error_or_log_holds_a_secret(
    wire: Servers, kept: Relay, trust: Papers, caplog: pytest.LogCaptureFixture, login: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = made("token-4713", refresh_token="other-4714") if login else {"error": SECRET, "error_description": REFRESH}
    source = tokens(wire, service(wire, answer, status=200 if login else 400), refresh=REFRESH)
    with pytest.raises(WireError) as caught:
        sender(kept, trust, source).send(mail())
    # The service's own word for what is wrong is shown; that it should be our secret is its fault alone.
    told = str(caught.value) if login else ""
    told += "".join(traceback.format_exception(caught.value)).replace(str(caught.value), "") + caplog.text + repr(source)
    for secret in (SECRET, REFRESH, "token-4713", "other-4714"):
        assert secret not in told
