"""One conversation with an IMAP server, step by step, over a line that is already open.

The library speaks the protocol; what it would take without end has a limit here.
"""

import imaplib
import logging
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from imapclient import IMAPClient

_MOST_LINES = 200_000


class Denied(Exception):
    """The server did not take name and password, or token."""


class NoFolder(Exception):
    """There is no folder of this name, `args[0]`, or it may not be read."""


class NoTls(Exception):
    """The server does not offer STARTTLS: it was never set up, or somebody on the way took the offer out."""


class TooMuch(Exception):
    """More came than there is room for."""


class Damage(Exception):
    """What came makes no sense."""


def is_damage(error: Exception) -> bool:
    """Whether it is the other side's fault, in the protocol."""
    return isinstance(error, Damage | imaplib.IMAP4.error)


class Talk:
    """Greets and is greeted on `line`; `room` bounds all that is read, in bytes."""

    def __init__(self, line: socket.socket, host: str, room: int) -> None:
        self._client = _Client(line, host, room)

    def secure(self, context: ssl.SSLContext) -> None:
        """From here on under TLS, or not at all. NoTls."""
        try:
            self._client.starttls(context)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NoTls from error

    def log_in(self, account: str, secret: str, *, token: bool) -> None:
        """Shows who asks, by password or XOAUTH2 token. Denied."""
        client = self._client
        try:
            if token:
                client.sasl_login("XOAUTH2", _once(f"user={account}\x01auth=Bearer {secret}\x01\x01"))
            elif client.has_capability("AUTH=PLAIN"):
                client.sasl_login("PLAIN", _once(f"\0{account}\0{secret}"))
            else:
                client.login(account, secret)
        except imaplib.IMAP4.error as error:
            # The library has one name for a refusal and for a line that broke while it waited for one.
            if isinstance(error, imaplib.IMAP4.abort) or isinstance(error.__context__, imaplib.IMAP4.abort):
                raise Damage from error
            raise Denied from error

    def examine(self, folder: str) -> tuple[int, int]:
        """Opens a folder to read only: its UIDVALIDITY and the number that the next message will have. NoFolder."""
        try:
            told = self._client.select_folder(folder, readonly=True)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise NoFolder(folder) from error
        return _number(told.get(b"UIDVALIDITY")), _number(told.get(b"UIDNEXT"))

    def since(self, day: date) -> list[int]:
        """The messages that came on that day or later."""
        return self._search(["SINCE", day])

    def behind(self, uid: int) -> list[int]:
        """The messages with higher numbers; it may be that the last one of all is told too."""
        return self._search(["UID", f"{uid + 1}:*"])

    def holds(self, message_id: str, day: date) -> bool:
        """Whether a message with this Message-ID lies here that came on that day or later."""
        return bool(self._search(["SINCE", day, "HEADER", "Message-ID", message_id]))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How many bytes each message has."""
        told = self._fetch(uids, "RFC822.SIZE")
        return {uid: _number(size) for uid, size in told.items()}

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The messages as they came, none of them marked as read; without those that have gone meanwhile."""
        told = self._fetch(uids, "BODY.PEEK[]")
        return {uid: body for uid, body in told.items() if isinstance(body, bytes)}

    def goodbye(self, seconds: float) -> None:
        """Leaves politely, but does not wait for it long: what was asked is here."""
        with suppress(Exception):
            self._client.socket().settimeout(seconds)
            self._client.logout()

    def close(self) -> None:
        """Gives the line back."""
        with suppress(Exception):
            self._client.shutdown()

    def _search(self, criteria: list[object]) -> list[int]:
        try:
            return sorted({_number(uid) for uid in self._client.search(criteria)} - {0})
        except _OWN:
            raise
        except Exception as error:
            raise Damage from error

    def _fetch(self, uids: Sequence[int], what: str) -> dict[int, Any]:
        if not uids:
            return {}
        name = what.replace(".PEEK", "").encode()
        try:
            told = self._client.fetch(uids, [what])
            return {uid: facts[name] for uid, facts in told.items() if uid in uids and name in facts}
        except _OWN:
            raise
        except Exception as error:
            # The library's parser breaks in as many ways as a server can talk nonsense.
            raise Damage from error


# What means the same wherever it happens.
_OWN = (OSError, TooMuch)


class _Client(IMAPClient):  # type: ignore[misc]
    def __init__(self, line: socket.socket, host: str, room: int) -> None:
        self._line, self._room = line, room
        for name in ("imapclient.imapclient", "imapclient.imaplib"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        super().__init__(host, ssl=False, timeout=line.gettimeout())
        # It keeps a diary of the conversation, passwords and all.
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the name is the library's
        return _Bounded(self._line, self.host, self._room)


class _Bounded(imaplib.IMAP4):
    """imaplib over a line of our own; what a server may send is counted before it is read."""

    def __init__(self, line: socket.socket, host: str, room: int) -> None:
        self._line, self._room, self._lines = line, room, _MOST_LINES
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._line

    def read(self, size: int) -> bytes:
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._lines -= 1
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0 or self._lines < 0:
            raise TooMuch


def _once(told: str) -> Any:
    """Answers the first challenge; a second one is a refusal that wants to be heard out."""
    left = [told.encode()]
    return lambda _: left.pop() if left else b""


def _number(told: object) -> int:
    """A number of the protocol; 0 for what is none."""
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 2**32 else 0
