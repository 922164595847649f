"""Hands mails to a relay, and knows afterwards what happened: taken, refused, or nobody can tell."""

import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal, Protocol, TypeVar

from outreach.core.deadline import Cut, Deadline, Watchdog
from outreach.core.dial import Late, Unknown, Unreachable, dial, trusted
from outreach.core.errors import OutreachError, WireError
from outreach.core.mail_line import SILENT, Line, Note, Pace, Receipt, Rest, rest
from outreach.core.mail_message import Message, parcel_of
from outreach.core.mail_mould import Parcel
from outreach.core.mail_talk import NoTls, Refusal, Talk, coded, plain_login, token_login

T = TypeVar("T")
Security = Literal["starttls", "tls", "none"]
_GOODBYE_SECONDS = 2.0
_ODD = re.compile(r"[^\x20-\x7e\xa0-\uffff]+")
_MAILBOX = re.compile(r"[^\s<>@:;,\"']+@")
# What a relay says at a recipient without meaning them: a login it misses, a word out of turn, its rules for us
# (5.7.x; many a relay keeps its no to a sender or a machine back until the recipient).
_ABOUT_US = re.compile(rb"5\.[57]\.\d")
_OUR_CODES = (503, 530, 534, 535, 538)


class Tokens(Protocol):
    """Where access tokens come from, instead of a password."""

    def token(self) -> str:
        """One that is good for now. Raises WireError `mail.token` (stage login)."""
        ...

    def spoilt(self, token: str) -> bool:
        """The relay refused this one: whether it is worth asking for another."""
        ...


class SmtpMailer:
    """Sends through a relay. Safe to share between threads; a line is one thread's.

    `security`: "starttls" or "tls" with a checked certificate, "none" only without `user`: a password never
    travels in the open (OutreachError `mail.open_login`). With `tokens` the user shows an access token instead of a
    password. `seconds` is the time for all of one mail, from the look-up to the answer. `per_minute`: how many mails
    the relay gets in a minute, 0 for as many as come; `per_connection`: after how many a new connection is made.
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
        tokens: Tokens | None = None,
        per_minute: int = 0,
        per_connection: int = 100,
    ) -> None:
        if security not in ("starttls", "tls", "none"):
            raise OutreachError("mail.security", security=str(security))
        if user and security == "none":
            raise OutreachError("mail.open_login", host=host)
        self.seconds = seconds
        self.per_connection = per_connection
        self.tokens = tokens
        self.pace = Pace(per_minute)
        self.watchdog = Watchdog()
        self._host = host
        self._port = port
        self._security = security
        self._user = user
        self._password = password or ""
        self._context = context
        self._secrets: tuple[str, ...] = ()
        if self._password:
            self._secrets = (self._password, plain_login(user or "", self._password), coded(self._password))

    def send(self, message: Message) -> Receipt:
        """Sends one mail over a connection of its own; the receipt holds the relay's own answer.

        Raises OutreachError `mail.header` or `mail.address` before anything is sent, and WireError with facts
        `host`, `port`, `stage` (where it was: connect, login, sender, recipient, data, dot): mail.unreachable,
        mail.timeout, mail.tls, mail.starttls, mail.login, mail.token, mail.refused (facts `code`, `answer`),
        mail.broken; all of these mean that nothing was delivered. Only mail.unconfirmed is ambiguous: the whole mail
        was handed over and no answer came.

        `permanent` is a 5xx about this reader (stage recipient) or this mail (data, dot). A refused greeting, login or
        sender, a wrong certificate and a missing STARTTLS are not: the fault is the way's or ours, and the mail still
        wants to go once that is mended. At the recipient the same holds for 5.7.x, 5.5.x and a missed login: a relay
        says there what it thinks of us.
        """
        parcel = parcel_of(message)
        with self.line() as line:
            return line.send(parcel)

    @contextmanager
    def line(self, *, rest: Rest = rest) -> Iterator[Line]:
        """One connection for many mails, made when the first is sent; `rest` waits so many seconds where the relay is
        given but so many mails a minute. Its `send` raises what `send` here does, but for the faults of a message."""
        line = _SmtpLine(self, rest)
        try:
            yield line
        finally:
            line.close()

    def check(self) -> None:
        """Greets, secures and logs in as `send` does, and leaves without a mail. Raises the same errors."""
        line = _SmtpLine(self, rest)
        try:
            line.greet()
        finally:
            line.close()

    def connect(self, talk: Talk, deadline: Deadline, token: str) -> None:
        """Brings a new conversation so far that the relay waits for a mail."""
        line = dial(self._host, self._port, deadline=deadline, seconds=self.seconds)
        context = self._context or trusted()
        try:
            talk.keep(line)
            if self._security == "tls":
                line = context.wrap_socket(line, server_hostname=self._host)
        except BaseException:
            line.close()
            raise
        talk.begin(line, self._host)
        if self._security == "starttls":
            talk.secure(context)
        if self._user and self.tokens:
            talk.show_token(self._user, token)
        elif self._user:
            talk.log_in(self._user, self._password)

    def explained(self, error: Exception, talk: Talk | None, deadline: Deadline, token: str) -> WireError | None:
        """What went wrong, in words of the trade; None for what is no matter of the wire."""
        stage = talk.stage if talk else "connect"
        if isinstance(error, Refusal):
            key = "mail.login" if stage == "login" else "mail.refused"
            permanent = 500 <= error.code <= 599 and stage in ("recipient", "data", "dot")
            if stage == "recipient" and (error.code in _OUR_CODES or _ABOUT_US.match(error.answer)):
                permanent = False
            return self._error(
                key, stage, permanent=permanent, code=error.code, answer=self.hushed(error.answer, token)
            )
        late = deadline.why is not None or isinstance(error, Cut | Late | TimeoutError)
        known = late or isinstance(error, Unknown | Unreachable | NoTls | OSError | smtplib.SMTPException | ValueError)
        if not known:
            return None
        if talk and talk.handed_over:
            return self._error("mail.unconfirmed", stage, ambiguous=True)
        if late:
            return self._error("mail.timeout", stage, seconds=self.seconds)
        if isinstance(error, Unknown | Unreachable):
            return self._error("mail.unreachable", stage)
        if isinstance(error, NoTls):
            return self._error("mail.starttls", stage)
        # Once a mail is under way, trouble with TLS is but another way for a line to break.
        if isinstance(error, ssl.SSLError) and stage == "connect":
            return self._error("mail.tls", stage, reason=getattr(error, "verify_message", "") or error.reason or "")
        return self._error("mail.broken", stage)

    def hushed(self, answer: bytes, token: str = "") -> str:
        """The relay's words: one line, at most 200 characters, no mailboxes, nothing we logged in with."""
        said = " ".join(_ODD.sub(" ", answer.decode("utf-8", "replace")).split())
        for secret in (*self._secrets, *((token, token_login(self._user or "", token)) if token else ())):
            said = said.replace(secret, "***")
        return _MAILBOX.sub("***@", said)[:200]

    def _error(
        self, key: str, stage: str, *, permanent: bool = False, ambiguous: bool = False, **facts: object
    ) -> WireError:
        return WireError(
            key, permanent=permanent, ambiguous=ambiguous, host=self._host, port=self._port, stage=stage, **facts
        )


class _SmtpLine:
    """A connection that is made when it is needed, and anew when it is spent, broken or was closed meanwhile."""

    def __init__(self, mailer: SmtpMailer, rest: Rest) -> None:
        self._mailer = mailer
        self._rest = rest
        self._talk: Talk | None = None
        self._token = ""

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        """See SmtpMailer.send."""
        wait = self._mailer.pace.wait(time.monotonic())
        if wait > 0:
            self._rest(wait)
        domain = parcel.sender.rpartition("@")[2]
        answer, without = self._held(lambda deadline: self._handed(parcel, note, domain, deadline))
        hushed = self._mailer.hushed
        receipt = Receipt("smtp", hushed(answer, self._token), tuple(hushed(one, self._token) for one in without))
        note.taken(receipt)
        return receipt

    def greet(self) -> None:
        """Connects and no more."""
        self._held(lambda deadline: self._connect("[127.0.0.1]", deadline))

    def close(self) -> None:
        """Leaves, where there is anything to leave."""
        talk, self._talk = self._talk, None
        if talk is None:
            return
        deadline = Deadline(_GOODBYE_SECONDS, stoppable=False)
        # Cut: the relay has no word for us in time. What was to be sent is sent.
        with suppress(Cut), self._mailer.watchdog.watch(deadline):
            try:
                talk.under(deadline)
                talk.goodbye(_GOODBYE_SECONDS)
            finally:
                talk.close()

    def _held(self, act: Callable[[Deadline], T]) -> T:
        deadline = Deadline(self._mailer.seconds, stoppable=False)
        try:
            with self._mailer.watchdog.watch(deadline):
                return act(deadline)
        except Refusal as error:
            # A clear no leaves the conversation in order, unless it was to us or is a goodbye.
            why = self._mailer.explained(error, self._talk, deadline, self._token)
            if error.code == 421 or self._talk is None or self._talk.stage in ("connect", "login"):
                self._drop()
        except BaseException as error:
            why = None
            if isinstance(error, Exception):
                why = self._mailer.explained(error, self._talk, deadline, self._token)
            self._drop()
            if why is None:
                raise
        assert why is not None
        # Raised out here it has no cause: those of smtplib hold what was sent.
        raise why

    def _handed(self, parcel: Parcel, note: Note, domain: str, deadline: Deadline) -> tuple[bytes, list[bytes]]:
        talk = self._talk
        if talk is not None and (talk.sock is None or talk.mails >= self._mailer.per_connection):
            self.close()
            talk = None
        if talk is not None:
            try:
                talk.under(deadline)
                return talk.hand_over(parcel, note)
            except (Refusal, OSError, smtplib.SMTPException) as error:
                # Closed between two mails: the relay has heard nothing of this one.
                leaving = not isinstance(error, Refusal) or error.code == 421
                if talk.stage != "sender" or not leaving or deadline.why is not None:
                    raise
                self._drop()
        return self._connect(domain, deadline).hand_over(parcel, note)

    def _connect(self, name: str, deadline: Deadline) -> Talk:
        tokens = self._mailer.tokens
        self._token = tokens.token() if tokens else ""
        talk = self._talk = Talk(deadline, name)
        try:
            self._mailer.connect(talk, deadline, self._token)
        except Refusal:
            if talk.stage != "login" or tokens is None or not tokens.spoilt(self._token):
                raise
            # A token may be called back before its time: one more, to a relay that has not heard the old one.
            self._drop()
            self._token = tokens.token()
            talk = self._talk = Talk(deadline, name)
            self._mailer.connect(talk, deadline, self._token)
        talk.under(deadline)
        return talk

    def _drop(self) -> None:
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.close()
