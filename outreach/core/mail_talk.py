"""One conversation with a relay, step by step, so that it is always known how far it came."""

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from outreach.core.deadline import Deadline
from outreach.core.mail_line import Note
from outreach.core.mail_mould import Parcel

# Who says no, and what about: "connect" the relay or the way to it, "login" to our name, "sender" to our address,
# "recipient" to the reader's, "data" and "dot" to the mail.
Stage = Literal["connect", "login", "sender", "recipient", "data", "dot"]
_LINE_BYTES = 8192
_REPLY_LINES = 200
_DOTS = re.compile(rb"(?m)^\.")


class Refusal(Exception):
    """The relay said no: code and answer."""

    def __init__(self, code: int, answer: bytes) -> None:
        super().__init__(code)
        self.code = code
        self.answer = answer


class NoTls(Exception):
    """The relay does not offer STARTTLS: it was never set up, or somebody on the way took the offer out."""


class Talk(smtplib.SMTP):
    """A connection under the limit of the mail that is under way. Anything raised but Refusal leaves it unusable."""

    def __init__(self, deadline: Deadline, name: str) -> None:
        # The name is given: finding our own would ask the network, outside of any limit.
        super().__init__(local_hostname=name)
        self.stage: Stage = "connect"
        self.handed_over = False
        self.mails = 0
        self._deadline = deadline
        self._raw: socket.socket | None = None
        self._open = False  # whether it holds an envelope that a refusal left behind

    def keep(self, line: socket.socket) -> None:
        """Remembers the connection as it is before any TLS: by it later mails are watched."""
        self._raw = line.dup()

    def begin(self, line: socket.socket, host: str) -> None:
        """Greets and is greeted."""
        self.sock = line
        self.file = None
        # The watchdog ends it in time; a timeout of the socket's own would only blur what happened.
        line.settimeout(self._deadline.seconds + 5)
        self._host = host  # smtplib checks the certificate against it
        self._need(self.getreply(), 220)
        self._need(self.ehlo(), 250)

    def secure(self, context: ssl.SSLContext) -> None:
        """From here on under TLS, or not at all. What was announced before is forgotten."""
        if not self.has_extn("starttls"):
            raise NoTls
        try:
            self.starttls(context=context)
        except smtplib.SMTPResponseException as error:
            raise NoTls from error
        self._need(self.ehlo(), 250)

    def log_in(self, user: str, password: str) -> None:
        """Shows name and password; in UTF-8, which smtplib's own login cannot."""
        self.stage = "login"
        kinds = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in kinds:
            reply = self.docmd("AUTH", f"PLAIN {plain_login(user, password)}")
        elif "LOGIN" in kinds:
            reply = self.docmd("AUTH", f"LOGIN {coded(user)}")
            if reply[0] == 334:
                reply = self.docmd(coded(password))
        else:
            raise Refusal(504, b"AUTH PLAIN, AUTH LOGIN")
        if reply[0] != 235:
            raise Refusal(*reply)

    def show_token(self, user: str, token: str) -> None:
        """Shows an access token (XOAUTH2, as Microsoft and Google have it)."""
        self.stage = "login"
        if "XOAUTH2" not in self.esmtp_features.get("auth", "").upper().split():
            raise Refusal(504, b"AUTH XOAUTH2")
        reply = self.docmd("AUTH", f"XOAUTH2 {token_login(user, token)}")
        if reply[0] == 334:
            # The reasons, coded; an empty line asks for the refusal itself.
            reply = self.docmd("")
        if reply[0] != 235:
            raise Refusal(*reply)

    def under(self, deadline: Deadline) -> None:
        """Goes on under the limit of the next mail. Raises Cut if that is over already."""
        self._deadline, self.handed_over, self.stage = deadline, False, "sender"
        if self._raw is not None:
            deadline.hold(self._raw)

    def hand_over(self, parcel: Parcel, note: Note) -> tuple[bytes, list[bytes]]:
        """Envelope and content; the answer of a relay that took it, and what it said about copies it did not want.

        A relay that takes several commands at once (PIPELINING) gets MAIL, RCPT and DATA in one write. With copies of
        our own DATA waits for the answers: were the reader refused and a copy not, the mail would be open already, and
        the dot that ends it would send an empty mail to the copy. Without copies nobody is left in such a mail.
        """
        reader, *copies = parcel.to
        size = f" SIZE={len(parcel.content)}" if self.has_extn("size") else ""
        # A mail that was taken leaves nothing behind; only after a refusal there is an envelope to throw away. A relay
        # counts RSET among the idle words and may hang up over too many.
        before = ["RSET"] if self._open else []
        self._open = True
        commands = [*before, f"MAIL FROM:<{parcel.sender}>{size}", *(f"RCPT TO:<{to}>" for to in parcel.to)]
        at_once = self.has_extn("pipelining")
        if at_once:
            commands += [] if copies else ["DATA"]
            self._write(commands)
        ask = (lambda _: self.getreply()) if at_once else self._asked
        self.stage = "sender"
        for command in commands[: len(before) + 1]:
            reply = ask(command)
            if at_once and reply[0] != 250:
                self.close()  # with the answers to what was sent along
            self._need(reply, 250)
        self.stage = "recipient"
        reply = ask(f"RCPT TO:<{reader}>")
        if at_once and reply[0] not in (250, 251):
            self._drain(len(copies) or 1)
        self._need(reply, 250, 251)
        without = self._copies(copies, ask)
        self.stage = "data"
        self._need(self._asked("DATA") if copies or not at_once else self.getreply(), 354)
        content = parcel.content
        if b"\r\n." in content or content[:1] == b".":
            content = _DOTS.sub(b"..", content)
        self._push(content)
        self._deadline.check()
        note.handing()
        # Up to here a relay throws away what it has if we are lost. From the dot on the mail is its own.
        self.stage, self.handed_over = "dot", True
        self._push(b".\r\n")
        code, answer = self.getreply()
        if 400 <= code <= 599:
            self.handed_over = False
            note.refused()
            raise Refusal(code, answer)
        if code != 250:
            raise smtplib.SMTPResponseException(code, "")
        self._open = False
        self.mails += 1
        return b"250 " + answer, without

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

    def goodbye(self, seconds: float) -> None:
        """Leaves politely, but does not wait for it: the mail is taken, whatever comes now."""
        with suppress(OSError, smtplib.SMTPException):
            if self.sock is not None:
                self.sock.settimeout(seconds)
            self.quit()

    def close(self) -> None:
        super().close()
        raw, self._raw = getattr(self, "_raw", None), None
        if raw is not None:
            raw.close()

    def _asked(self, command: str) -> tuple[int, bytes]:
        self._write([command])
        return self.getreply()

    def _copies(self, copies: list[str], ask: Callable[[str], tuple[int, bytes]]) -> list[bytes]:
        without = []
        for copy in copies:
            code, answer = ask(f"RCPT TO:<{copy}>")
            if code not in (250, 251):
                self._odd(code)
                without.append(b"%d %s" % (code, answer))
        return without

    def _drain(self, count: int) -> None:
        """Reads the answers to what was sent along with a command that was refused."""
        for _ in range(count):
            if self.getreply()[0] == 354:
                # It waits for a mail that nobody is to get: left without a dot it is thrown away.
                self.close()

    def _write(self, commands: list[str]) -> None:
        self._push("".join(f"{command}\r\n" for command in commands).encode("ascii"))

    def _push(self, data: bytes) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        self.sock.sendall(data)

    def _need(self, reply: tuple[int, bytes], *codes: int) -> None:
        if reply[0] in codes:
            return
        self._odd(reply[0])
        raise Refusal(*reply)

    @staticmethod
    def _odd(code: int) -> None:
        if not 400 <= code <= 599:
            raise smtplib.SMTPResponseException(code, "")


def coded(text: str) -> str:
    """Base64, as logins travel."""
    return base64.b64encode(text.encode()).decode("ascii")


def plain_login(user: str, password: str) -> str:
    """What AUTH PLAIN shows."""
    return coded(f"\0{user}\0{password}")


def token_login(user: str, token: str) -> str:
    """What AUTH XOAUTH2 shows."""
    return coded(f"user={user}\x01auth=Bearer {token}\x01\x01")
