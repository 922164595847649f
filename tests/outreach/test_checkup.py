"""`outreach check` about mail: who reads, where links lead, and whether the office's mailboxes open."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach import checkup, wiring
from outreach.core.settings import Settings
from outreach.core.text import Texts
from outreach.postbox import stops
from outreach.subscribers import subscriptions
from outreach.subscribers.asked import Asked
from tests.support import dovecot
from tests.support.dovecot import PASSWORD, MailServer
from tests.support.offices import told_in

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
Told = Callable[..., Settings]


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    reason = dovecot.missing()
    if reason:
        pytest.skip(reason)
    with dovecot.server() as started:
        yield started


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Settings of one office; its store is made with the first of them."""

    def made(**parts: dict[str, object]) -> Settings:
        settings = told_in(tmp_path, **parts)
        if not settings.folder.exists():
            wiring.prepare(settings)
        return settings

    return made


def found(settings: Settings, what: str) -> list[tuple[str, str]]:
    return [(one.state, one.key) for one in checkup.look(settings) if one.what == what]


def readers(settings: Settings, *mails: str) -> None:
    with wiring.open_app(settings) as app, app.store.transaction() as session:
        for mail in mails:
            subscriptions.add(session, NOW, Asked(mail, "", "lv", "07:00", "Europe/Riga"), "x")


def test_an_office_that_sends_to_nobody_is_told(told: Told, texts: Texts) -> None:
    assert found(told(), "readers") == [("warn", "check.readers.none")]
    assert found(told(), "mailboxes") == []
    every = checkup.look(told(digest={"recipients": ["a@pasts.example"]}))
    assert ("ok", {"count": 1}) in [(one.state, one.facts) for one in every if one.what == "readers"]
    for language in ("lv", "en"):
        words = texts.in_language(language)
        assert all(words.fact(one.key, one.facts) and words(f"cli.check.what.{one.what}") for one in every)


def test_links_that_lead_nowhere_are_told_once_somebody_reads(told: Told) -> None:
    def lost(public: str) -> bool:
        return ("warn", "check.readers.address") in found(told(web={"public_url": public}), "readers")

    inside = [
        "http://127.0.0.1:8000", "http://localhost", "https://10.1.2.3/lapa", "https://serveris", "https://serveris.local",
    ]
    outside = ["https://remigracija.latgale.example", "https://8.8.8.8"]
    assert [public for public in (*inside, *outside) if lost(public)] == []
    readers(told(), "a@pasts.example")
    assert [public for public in (*inside, *outside) if lost(public)] == inside


def test_stopped_addresses_are_counted(told: Told) -> None:
    settings = told(web={"public_url": "https://remigracija.latgale.example"})
    readers(settings, "a@pasts.example", "b@pasts.example")
    with wiring.open_app(settings) as app, app.store.transaction() as session:
        stops.stop(session, NOW, "b@pasts.example", stops.COMPLAINT)
    facts = [(one.key, one.facts) for one in checkup.look(settings) if one.what == "readers"]
    assert facts == [("check.readers", {"count": 1}), ("check.readers.stopped", {"count": 1})]


@pytest.mark.parametrize(
    ("mail", "keys"),
    [
        ({"copy_to": "k@birojs.example"}, ["check.copies.unread"]),
        ({"bounce_to": "b@birojs.example"}, ["check.bounces.unread"]),
        ({"bounce_to": f"{'b' * 34}@birojs.example"}, ["check.bounces.unread", "check.bounces.long"]),
    ],
)
def test_half_of_a_mailbox_is_told(tmp_path: Path, mail: dict[str, object], keys: list[str]) -> None:
    assert [key for _, key in found(told_in(tmp_path, mail=mail), "mailboxes")] == keys


def test_mailboxes_that_open_and_that_do_not(
    told: Told, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.core.imap.trusted", lambda: server.trust)
    box = f"imaps://parbaude@localhost:{server.tls}/INBOX"
    settings = told(mail={"copy_box": box, "bounce_box": box, "bounce_to": "b@birojs.example"})
    monkeypatch.setenv("OUTREACH_COPIES_PASSWORD", PASSWORD)
    assert found(settings, "mailboxes") == [
        ("ok", "check.box.copies"), ("broken", "check.box.secret"), ("warn", "check.copies.unfed"),
    ]
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", "cita")
    assert ("broken", "mailbox.login") in found(settings, "mailboxes")
    monkeypatch.setenv("OUTREACH_BOUNCES_PASSWORD", PASSWORD)
    assert ("ok", "check.box.bounces") in found(settings, "mailboxes")


@pytest.mark.parametrize(
    ("mail", "missing"),
    [
        ({}, "mail.token_url"),
        ({"token_url": "https://login.example/token"}, "mail.client_id"),
        ({"token_url": "https://login.example/token", "client_id": "x"}, "OUTREACH_MAIL_CLIENT_SECRET"),
    ],
)
def test_tokens_that_nobody_could_make(
    tmp_path: Path, mail: dict[str, Any], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OUTREACH_MAIL_CLIENT_SECRET", raising=False)
    settings = told_in(tmp_path, mail={"host": "127.0.0.1", "port": 9, "user": "x", "auth": "xoauth2", **mail})
    facts = [(one.state, one.key, one.facts.get("missing")) for one in checkup.look(settings) if one.what == "mail"]
    assert ("broken", "mail.token_settings", missing) in facts
