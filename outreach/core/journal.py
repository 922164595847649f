"""What became of each mail of one round, kept beside the store so that it outlives a kill at any moment.

A round that claimed rows opens `<data folder>/run/<token>.mails` before it claims and notes, for each mail, "handing"
right before the final dot and "taken" right after the relay's answer. Whoever finds rows in `sending` whose sender is
gone reads it: no entry means that the relay cannot have the mail, "taken" that it has it, "handing" alone that nobody
can tell. Keys stand in it, never addresses.

A note is one `write` to a file opened for appending. What the kernel has taken outlives this process, so nothing is
waited for on the disk; only a fall of the whole machine loses it. Then its boot identity is another, and what the
journal does not say is not believed any more (`Found.whole`).
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from outreach.core.errors import OutreachError
from outreach.core.mail_line import Note, Receipt

log = logging.getLogger("outreach")
State = Literal["none", "handing", "taken"]
_BOOT = Path("/proc/sys/kernel/random/boot_id")
# Far beyond the longest time that the program is off: what its rows are judged by must be there when it comes back.
_KEPT = timedelta(days=30)
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}")
# Each entry is a line of its own and says so at its end: one that was cut off is none, and spoils no other.
_ENTRY = re.compile(r"(?P<what>boot|handing|taken|refused) (?P<key>[A-Za-z0-9._:-]*)(?: (?P<said>.*))? \.")


@dataclass(frozen=True)
class Found:
    """What a journal says. `whole`: nothing can be missing; if False, "none" must be read as unknown."""

    whole: bool
    states: dict[str, State] = field(repr=False)
    receipts: dict[str, str] = field(repr=False)

    def state(self, key: str) -> State:
        """How far the mail of this key came; a refusal after the dot is "none" again."""
        return self.states.get(key, "none")

    def receipt(self, key: str) -> str:
        """The relay's answer to a mail that was taken, or its file; empty for others."""
        return self.receipts.get(key, "")


class Journal:
    """An open journal; made by `Journal.open`, read by `Journal.read`."""

    def __init__(self, file: int, folder: Path) -> None:
        self._file = file
        self._folder = folder

    @staticmethod
    @contextmanager
    def open(folder: Path, token: str) -> Iterator["Journal"]:
        """The journal of the round `token` in the data folder `folder`; the same round may open it again.

        It stays after the block, `tidy` takes it away. Raises OutreachError `mail.journal` where it cannot be written:
        then nothing may be sent.
        """
        path = _path(folder, token)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _trouble(folder, error) from error
        journal = Journal(file, folder)
        try:
            journal.write("boot", _boot())
            yield journal
        finally:
            os.close(file)

    @staticmethod
    def read(folder: Path, token: str) -> Found | None:
        """What the journal of that round says; None where there is none (another machine's, or tidied away)."""
        try:
            text = _path(folder, token).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _trouble(folder, error) from error
        boots: set[str] = set()
        states: dict[str, State] = {}
        receipts: dict[str, str] = {}
        for entry in filter(None, map(_ENTRY.fullmatch, text.split("\n"))):
            what, key = entry["what"], entry["key"]
            if what == "boot":
                boots.add(key)
            elif what == "refused":
                states[key] = "none"
            elif what == "handing":
                states[key] = "handing"
            else:
                states[key], receipts[key] = "taken", entry["said"] or ""
        return Found(bool(_boot()) and boots == {_boot()}, states, receipts)

    @staticmethod
    def tidy(folder: Path, now: datetime) -> int:
        """Removes journals nobody has written to for a month; how many. Rows in `sending` are to be looked after first:
        what they were judged by is gone then."""
        removed = 0
        for path in (folder / "run").glob("*.mails"):
            try:
                if now.timestamp() - path.stat().st_mtime > _KEPT.total_seconds():
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
        return removed

    def note(self, key: str) -> Note:
        """The note of one mail. `key`: what its row is found by, 1 to 80 letters, digits, `.`, `_`, `:`, `-`."""
        if not _KEY.fullmatch(key):
            raise ValueError("a key: letters, digits, '.', '_', ':', '-'")
        return _Entry(self, key)

    def write(self, what: str, key: str, said: str = "") -> None:
        """One entry. Raises OutreachError `mail.journal`."""
        entry = f"\n{what} {key} {said} .\n" if said else f"\n{what} {key} .\n"
        data = entry.encode("utf-8", "replace")
        try:
            if os.write(self._file, data) != len(data):
                raise OutreachError("mail.journal", folder=str(self._folder), reason="")
        except OSError as error:
            raise _trouble(self._folder, error) from error


@dataclass(frozen=True)
class _Entry:
    journal: Journal
    key: str

    def handing(self) -> None:
        """Raises OutreachError `mail.journal`: without the note the mail must not go."""
        self.journal.write("handing", self.key)

    def taken(self, receipt: Receipt) -> None:
        self._after("taken", " ".join(receipt.detail.split()))

    def refused(self) -> None:
        self._after("refused", "")

    def _after(self, what: str, said: str) -> None:
        # The relay has decided; a full disk must not make anybody believe that it has not.
        try:
            self.journal.write(what, self.key, said)
        except OutreachError as error:
            log.warning("journal.lost", extra={"what": what, "key": self.key, "reason": error.facts["reason"]})


def _path(folder: Path, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise ValueError("a token: letters, digits, '_', '-'")
    return folder / "run" / f"{token}.mails"


def _boot() -> str:
    """The identity of this start of the machine; empty where the system has none, and then no journal is whole."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _trouble(folder: Path, error: OSError) -> OutreachError:
    return OutreachError("mail.journal", folder=str(folder), reason=error.strerror or "")
