"""A mailbox on loopback that speaks as much IMAP as our wire asks of it: one account, one folder."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from tests.support.hostile import Act, Papers, Talk

_UIDS = re.compile(rb"[0-9:*,]+")


@dataclass
class Letterbox:
    """`letters` by their UID, changed freely while it runs; `taken` are the UIDs of the bodies that were asked.
    `instead` is done in the place of all that.
    """

    trust: Papers
    account: str
    password: str
    validity: int = 7
    letters: dict[int, bytes] = field(default_factory=dict)
    taken: list[int] = field(default_factory=list)
    logins: int = 0
    instead: Act | None = None

    def __call__(self, talk: Talk) -> None:
        """A server's `act`, for a `raw` one."""
        if self.instead is not None:
            self.instead(talk)
            return
        talk.line = self.trust.server("127.0.0.1").wrap_socket(talk.line, server_side=True)
        talk.send(b"* OK ready\r\n")
        with talk.line.makefile("rb") as file:
            for line in file:
                tag, _, rest = line.strip().partition(b" ")
                words = rest.upper().removeprefix(b"UID ").split()
                said = self._answer(talk, file, words)
                talk.send(tag + said + b"\r\n")
                if words[0] == b"LOGOUT":
                    return

    def _answer(self, talk: Talk, file: Any, words: list[bytes]) -> bytes:
        match words[0]:
            case b"CAPABILITY":
                talk.send(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
            case b"AUTHENTICATE":
                talk.send(b"+ \r\n")
                told = base64.b64decode(file.readline()).decode()
                self.logins += 1
                if told != f"\0{self.account}\0{self.password}":
                    return b" NO [AUTHENTICATIONFAILED] no"
            case b"EXAMINE":
                following = max(self.letters, default=0) + 1
                talk.send(
                    f"* {len(self.letters)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n"
                    f"* OK [UIDNEXT {following}] ok\r\n".encode()
                )
            case b"SEARCH":
                first = int(words[-1].partition(b":")[0]) if b":" in words[-1] else 0
                # `n:*` names the last message of all, too, where all have lower numbers.
                found = [uid for uid in self.letters if uid >= first] or [*self.letters][-1:]
                talk.send(b"* SEARCH " + " ".join(map(str, found)).encode() + b"\r\n")
            case b"FETCH":
                self._fetch(talk, words)
        return b" OK done"

    def _fetch(self, talk: Talk, words: list[bytes]) -> None:
        named = _UIDS.fullmatch(words[1])
        assert named
        wanted: set[int] = set()
        for part in named[0].decode().split(","):
            low, _, high = part.partition(":")
            wanted |= set(range(int(low), int(high or low) + 1))
        for number, (uid, raw) in enumerate(self.letters.items(), 1):
            if uid not in wanted:
                continue
            if b"RFC822.SIZE" in b" ".join(words):
                talk.send(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})\r\n".encode())
            else:
                self.taken.append(uid)
                talk.send(f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode(), raw, b")\r\n")
