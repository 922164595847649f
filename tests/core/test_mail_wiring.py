"""The way of mail that the settings ask for."""

import json
from pathlib import Path
from typing import Any

import pytest

from outreach import wiring
from outreach.core.errors import WireError
from outreach.core.mail import FolderMailer, SmtpMailer
from outreach.core.settings import HttpSettings, MailSettings, Settings
from tests.support.hostile import page, servers

VARIABLES = ("OUTREACH_MAIL_PASSWORD", "OUTREACH_MAIL_CLIENT_SECRET", "OUTREACH_MAIL_REFRESH_TOKEN")


def told(folder: Path, **mail: Any) -> Settings:
    return Settings(mail=MailSettings(**mail), http=HttpSettings(allow_private=True), base=folder)


@pytest.fixture(autouse=True)
def _without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_a_relay_mail_is_files(tmp_path: Path) -> None:
    mailer = wiring.mailer(told(tmp_path))
    assert isinstance(mailer, FolderMailer)
    assert mailer.folder == tmp_path / "data" / "mail"


def test_a_relay_is_spared_as_the_settings_say(tmp_path: Path) -> None:
    mailer = wiring.mailer(told(tmp_path, host="relay.test", per_minute=30, per_connection=7))
    assert isinstance(mailer, SmtpMailer)
    assert (mailer.pace.per_minute, mailer.per_connection, mailer.tokens) == (30, 7, None)


@pytest.mark.parametrize("given", [True, False])
def test_tokens_are_made_with_the_secrets_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bool
) -> None:
    monkeypatch.setenv("OUTREACH_MAIL_CLIENT_SECRET", "secret-4711")
    monkeypatch.setenv("OUTREACH_MAIL_REFRESH_TOKEN", "refresh-4712")
    with servers() as wire:
        made = json.dumps({"access_token": "one", "token_type": "Bearer", "expires_in": 60}).encode()
        service = wire.server(page(made, content_type="application/json"))
        settings = told(
            tmp_path,
            host="relay.test",
            user="zinas@example.org",
            auth="xoauth2",
            token_url=service.url("/token"),
            client_id="outreach",
        )
        mailer = wiring.mailer(settings, wire.client() if given else None)
        assert isinstance(mailer, SmtpMailer)
        assert mailer.tokens is not None
        assert service.seen == []
        assert mailer.tokens.token() == "one"
    (question,) = service.seen
    for part in (b"grant_type=refresh_token", b"refresh_token=refresh-4712", b"client_secret=secret-4711"):
        assert part in question.body


def test_what_is_missing_is_said_when_a_mail_wants_to_go(tmp_path: Path) -> None:
    mailer = wiring.mailer(told(tmp_path, host="relay.test", user="zinas@example.org", auth="xoauth2"))
    assert isinstance(mailer, SmtpMailer)
    with pytest.raises(WireError) as caught:
        mailer.check()
    assert (caught.value.key, caught.value.facts["missing"]) == ("mail.token_settings", "mail.token_url")
