"""Hands mails to a relay, and knows afterwards what happened: taken, refused, or nobody can tell."""

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from outreach.core.deadline import Cut, Deadline, Watchdog
from outreach.core.dial import Late, Unknown, Unreachable, dial, trusted
from outreach.core.errors import OutreachError, WireError
from outreach.core.mail_message import Message, address, render

Security = Literal["starttls", "tls", "none"]
_GOODBYE_SECONDS = 2.0
_LINE_BYTES = 8192
_REPLY_LINES = 200


@dataclass(frozen=True)
class Receipt:
    """Where a mail went: `kind` is "smtp" or "folder", `detail` the relay's answer or the file's path."""

    kind: str
    detail: str


class _Refusal(Exception):
    """The relay said no: code and answer; `login` if it was to our name and password."""

    def __init__(self, code: int, answer: bytes, *, login: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.answer = answer
        self.login = login


class _NoTls(Exception):
    """The relay does not offer STARTTLS: it was never set up, or somebody on the way took the offer out."""


class SmtpMailer:
    """Sends through a relay, one connection a mail. Safe to share between threads.

    `security`: "starttls" or "tls" with a checked certificate, "none" only without `user`: a password never
    travels in the open (OutreachError `mail.open_login`). `seconds` is the time for all of it, from the
    look-up to the answer.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: Security,
        user: str | None,
        password: str | None,
        seconds: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        if security not in ("starttls", "tls", "none"):
            raise OutreachError("mail.security", security=str(security))
        if user and security == "none":
            raise OutreachError("mail.open_login", host=host)
        self._host = host
        self._port = port
        self._security = security
        self._user = user
        self._password = password or ""
        self._seconds = seconds
        self._context = context
        self._watchdog = Watchdog()

    def send(self, message: Message) -> Receipt:
        """Sends one mail; the receipt holds the relay's own answer.

        Raises OutreachError `mail.header` or `mail.address` before anything is sent, and WireError with facts
        `host`, `port`: mail.unreachable, mail.timeout, mail.tls, mail.starttls, mail.login, mail.refused
        (facts `code`, `answer`; permanent for 5xx), mail.broken; all of these mean that nothing was
        delivered. Only mail.unconfirmed is ambiguous: the whole mail was handed over and no answer came. A
        wrong certificate and a missing STARTTLS are not permanent: the fault is the way's, not the mail's,
        and it still wants to go once the way is mended.
        """
        content = render(message)
        sender, to = address(message.sender, "From"), address(message.to, "To")
        answer = self._hold(sender.domain, lambda talk: talk.hand_over(sender.box, to.box, content))
        return Receipt("smtp", self._hushed(answer))

    def check(self) -> None:
        """Greets, secures and logs in as `send` does, and leaves without a mail. Raises the same errors."""
        self._hold("[127.0.0.1]", lambda _: b"")

    def _hold(self, name: str, act: Callable[["_Talk"], bytes]) -> bytes:
        deadline = Deadline(self._seconds, stoppable=False)
        talk = _Talk(deadline, name)
        try:
            with self._watchdog.watch(deadline):
                try:
                    self._connect(talk)
                    answer = act(talk)
                    talk.goodbye()
                finally:
                    talk.close()
        except Exception as error:
            why = self._explained(error, talk, deadline)
            if why is None:
                raise
        else:
            return answer
        # Raised out here it has no cause: those of smtplib hold what was sent.
        raise why

    def _connect(self, talk: "_Talk") -> None:
        line = dial(self._host, self._port, deadline=talk.deadline, seconds=self._seconds)
        context = self._context or trusted()
        if self._security == "tls":
            try:
                line = context.wrap_socket(line, server_hostname=self._host)
            except BaseException:
                line.close()
                raise
        talk.begin(line, self._host)
        if self._security == "starttls":
            talk.secure(context)
        if self._user:
            talk.log_in(self._user, self._password)

    def _explained(self, error: Exception, talk: "_Talk", deadline: Deadline) -> WireError | None:
        if isinstance(error, _Refusal):
            key = "mail.login" if error.login else "mail.refused"
            return self._error(
                key, permanent=500 <= error.code <= 599, code=error.code, answer=self._hushed(error.answer)
            )
        late = deadline.why is not None or isinstance(error, Cut | Late | TimeoutError)
        known = late or isinstance(error, Unknown | Unreachable | _NoTls | OSError | smtplib.SMTPException | ValueError)
        if not known:
            return None
        if talk.handed_over:
            return self._error("mail.unconfirmed", ambiguous=True)
        if late:
            return self._error("mail.timeout", seconds=self._seconds)
        if isinstance(error, Unknown | Unreachable):
            return self._error("mail.unreachable")
        if isinstance(error, _NoTls):
            return self._error("mail.starttls")
        if isinstance(error, ssl.SSLError):
            return self._error("mail.tls", reason=getattr(error, "verify_message", "") or error.reason or "")
        return self._error("mail.broken")

    def _error(self, key: str, *, permanent: bool = False, ambiguous: bool = False, **facts: object) -> WireError:
        return WireError(key, permanent=permanent, ambiguous=ambiguous, host=self._host, port=self._port, **facts)

    def _hushed(self, answer: bytes) -> str:
        """The relay's words: one line, at most 200 characters, no mailboxes, nothing we logged in with."""
        said = " ".join(re.sub(r"[^\x20-\x7e\xa0-\uffff]+", " ", answer.decode("utf-8", "replace")).split())
        for secret in (
            self._password,
            _plain_login(self._user or "", self._password),
            _coded(self._password),
        ):
            if self._password:
                said = said.replace(secret, "***")
        return re.sub(r"[^\s<>@:;,\"']+@", "***@", said)[:200]


class _Talk(smtplib.SMTP):
    """One conversation with a relay, step by step, so that it is always known how far it came."""

    def __init__(self, deadline: Deadline, name: str) -> None:
        # The name is given: finding our own would ask the network, outside of any limit.
        super().__init__(local_hostname=name)
        self.deadline = deadline
        self.handed_over = False

    def begin(self, line: socket.socket, host: str) -> None:
        """Greets and is greeted."""
        self.sock = line
        self.file = None
        # The watchdog ends it in time; a timeout of the socket's own would only blur what happened.
        line.settimeout(self.deadline.seconds + 5)
        self._host = host  # smtplib checks the certificate against it
        self._need(self.getreply(), 220)
        self._need(self.ehlo(), 250)

    def secure(self, context: ssl.SSLContext) -> None:
        """From here on under TLS, or not at all. What was announced before is forgotten."""
        if not self.has_extn("starttls"):
            raise _NoTls
        try:
            self.starttls(context=context)
        except smtplib.SMTPResponseException as error:
            raise _NoTls from error
        self._need(self.ehlo(), 250)

    def getreply(self) -> tuple[int, bytes]:
        """One answer: its code, -1 for what is none, and its lines. smtplib's own reads without end."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        if self.file is None:
            self.file = self.sock.makefile("rb")
        said: list[bytes] = []
        while len(said) < _REPLY_LINES:
            line = self.file.readline(_LINE_BYTES)
            if not line.endswith(b"\n"):
                break
            said.append(line[4:].strip())
            if not line[:3].isdigit():
                return -1, b""
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(said)
        self.close()
        raise smtplib.SMTPServerDisconnected

    def log_in(self, user: str, password: str) -> None:
        """Shows name and password; in UTF-8, which smtplib's own login cannot."""
        kinds = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in kinds:
            reply = self.docmd("AUTH", f"PLAIN {_plain_login(user, password)}")
        elif "LOGIN" in kinds:
            reply = self.docmd("AUTH", f"LOGIN {_coded(user)}")
            if reply[0] == 334:
                reply = self.docmd(_coded(password))
        else:
            raise _Refusal(504, b"AUTH PLAIN, AUTH LOGIN", login=True)
        if reply[0] != 235:
            raise _Refusal(*reply, login=True)

    def hand_over(self, sender: str, to: str, content: bytes) -> bytes:
        """Envelope and content; gives the answer of a relay that took it."""
        options = [f"size={len(content)}"] if self.has_extn("size") else []
        self._need(self.mail(sender, options), 250)
        self._need(self.rcpt(to), 250, 251)
        self._need(self.docmd("DATA"), 354)
        self.send(re.sub(rb"(?m)^\.", b"..", content))
        self.deadline.check()
        # Up to here a relay throws away what it has if we are lost. From the dot on the mail is its own.
        self.handed_over = True
        self.send(b".\r\n")
        code, answer = self.getreply()
        if 400 <= code <= 599:
            raise _Refusal(code, answer)
        if code != 250:
            raise smtplib.SMTPResponseException(code, "")
        return b"250 " + answer

    def goodbye(self) -> None:
        """Leaves politely, but does not wait for it: the mail is taken, whatever comes now."""
        try:
            if self.sock is not None:
                self.sock.settimeout(self.deadline.left(_GOODBYE_SECONDS))
            self.quit()
        except (OSError, smtplib.SMTPException):
            pass

    def _need(self, reply: tuple[int, bytes], *codes: int) -> None:
        if reply[0] in codes:
            return
        if 400 <= reply[0] <= 599:
            raise _Refusal(*reply)
        raise smtplib.SMTPResponseException(reply[0], "")


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _plain_login(user: str, password: str) -> str:
    return _coded(f"\0{user}\0{password}")
