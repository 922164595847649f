"""Mail relays on loopback: an honest one with faults (aiosmtpd), and scripted ones that lie at any step."""

import asyncio
import base64
import email
import email.policy
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any, ClassVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from outreach.core.mail import Message, message_id
from tests.support.hostile import Act, Talk
from tests.support.ports import free_port

PASSWORD = "pārāk slepena parole"


@dataclass
class Relay:
    """What came in, and what to do instead of taking it: `at_rcpt` and `at_data` are used up one a mail."""

    port: int = 0
    kept: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    connections: int = 0
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [parsed(content) for content in self.kept]

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """As Microsoft and Google have it: a challenge with the reasons, an empty line, then the refusal."""
        user, _, rest = base64.b64decode(args[1]).decode("utf-8").partition("\x01auth=Bearer ")
        self.shown.append(rest.removesuffix("\x01\x01"))
        if user == "user=office" and self.shown[-1] in self.tokens:
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth('{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        if address.startswith("gone@"):
            return "550 5.1.1 <gone@press.test>: no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self.at_data.pop(0) if self.at_data else ""
        if fault[:1].isdigit():
            return fault
        if fault != "lose":
            assert isinstance(envelope.content, bytes)
            self.kept.append(envelope.content)
            self.to += envelope.rcpt_tos
        if fault == "slow":
            await asyncio.sleep(3)
        elif fault:
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 2.0.0 queued as 4711"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (b"office", PASSWORD.encode()), handled=False)


@contextmanager
def relay(
    context: ssl.SSLContext | None = None, *, login: bool = False, tls: bool = False, trusting: bool = False
) -> Iterator[Relay]:
    """A relay with STARTTLS if it has a context; `tls` speaks TLS from the first byte, `trusting` takes logins in the
    open, as one behind a proxy that ends the TLS. Logins are AUTH PLAIN and LOGIN with PASSWORD, and XOAUTH2 with any
    of `tokens`.
    """
    taken = Relay(port=free_port())
    controller = Controller(
        taken,
        hostname="127.0.0.1",
        port=taken.port,
        ready_timeout=120,
        ssl_context=context if tls else None,
        tls_context=None if tls else context,
        require_starttls=context is not None and not tls,
        auth_required=login,
        auth_require_tls=not tls and not trusting,
        authenticator=taken.authenticate,
    )
    with warnings.catch_warnings():
        # It does not see that a connection with TLS from the first byte is one with TLS.
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
        controller.start()
        try:
            yield taken
        finally:
            controller.stop()


@dataclass
class Script:
    """A relay that answers each command with what the test says; None leaves without a word.

    The dot that ends a mail is the command ".". `once` holds answers that are used up first. `heard` are the commands,
    `lines` the same whole, `data` the lines of mails.
    """

    replies: dict[str, bytes | None] = field(default_factory=dict)
    once: dict[str, list[bytes | None]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)

    usual: ClassVar[dict[str, bytes]] = {
        "": b"220 relay.test\r\n",
        "EHLO": b"250-relay.test\r\n250 AUTH PLAIN LOGIN\r\n",
        "DATA": b"354 go on\r\n",
        ".": b"250 queued\r\n",
        "QUIT": b"221 bye\r\n",
    }

    def reply(self, verb: str) -> bytes | None:
        if self.once.get(verb):
            return self.once[verb].pop(0)
        return self.replies[verb] if verb in self.replies else self.usual.get(verb, b"250 OK\r\n")

    def act(self) -> Act:
        def talk(talk: Talk) -> None:
            if self._say(talk, "") is None:
                return
            inside = False
            with talk.line.makefile("rb") as lines:
                for line in lines:
                    if inside and line != b".\r\n":
                        self.data.append(line)
                        continue
                    verb = "." if inside else line.split()[0].decode("ascii").upper()
                    self.heard.append(verb)
                    self.lines.append(line.decode("ascii").rstrip("\r\n"))
                    said = self._say(talk, verb)
                    if said is None:
                        return
                    inside = verb == "DATA" and said.startswith(b"354")

        return talk

    def _say(self, talk: Talk, verb: str) -> bytes | None:
        reply = self.reply(verb)
        if reply is not None:
            talk.send(reply)
        return reply


def parsed(content: bytes) -> EmailMessage:
    made = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def mail(**other: Any) -> Message:
    """A mail like the morning's."""
    usual: dict[str, Any] = {
        "message_id": message_id("digest", "2026-11-23", domain="example.org"),
        "sender": "Rīta ziņas <zinas@example.org>",
        "to": "anna@press.test",
        "subject": "Rīta ziņas: trīs raksti",
        "text": "Labrīt!\n\nTrīs raksti par mājupceļu.\n",
        "html": "<p>Labrīt!</p>",
        "date": datetime(2026, 11, 23, 7, 0, tzinfo=timezone(timedelta(hours=2))),
    }
    return Message(**{**usual, **other})
