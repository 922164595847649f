"""Mails and the two ways they leave: to a relay, or as files into a folder where there is no relay."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from outreach.core.errors import WireError
from outreach.core.files import write_whole
from outreach.core.mail_line import SILENT, Line, Note, Receipt, Rest, rest
from outreach.core.mail_message import Message, message_id, parcel_of, render
from outreach.core.mail_mould import Mould, Parcel, Picture
from outreach.core.mail_smtp import SmtpMailer, Tokens

__all__ = [
    "SILENT",
    "FolderMailer",
    "Line",
    "Mailer",
    "Message",
    "Mould",
    "Note",
    "Parcel",
    "Picture",
    "Receipt",
    "SmtpMailer",
    "Tokens",
    "message_id",
    "render",
]


class Mailer(Protocol):
    """Sends mails: one alone, or many over one line."""

    def send(self, message: Message) -> Receipt:
        """Raises OutreachError `mail.header` or `mail.address` for a mail that is none.

        Raises WireError if it was not sent; if that is ambiguous, it may have been.
        """
        ...

    def line(self, *, rest: Rest = rest) -> AbstractContextManager[Line]:
        """One connection for many mails, for one thread. Nothing is raised before the first mail.

        `rest` waits so many seconds where the relay is given but so many mails a minute; it may come back earlier, to
        let the caller end.
        """
        ...


@dataclass(frozen=True)
class FolderMailer:
    """Writes mails as .eml files, which every mail program opens: the way without a relay.

    A file's name is the mail's date in its own zone, its subject in ASCII, and eight letters of its
    Message-ID. The same Message-ID again is the file that is there already, in this process or another.
    """

    folder: Path

    def send(self, message: Message) -> Receipt:
        """Writes the whole file or none. Raises WireError `mail.folder` if the folder does not take it."""
        return _FolderLine(self.folder).send(parcel_of(message))

    @contextmanager
    def line(self, *, rest: Rest = rest) -> Iterator[Line]:
        """A folder has no connection; its mails are noted just before and after they get their name."""
        yield _FolderLine(self.folder)


@dataclass(frozen=True)
class _FolderLine:
    folder: Path

    def send(self, parcel: Parcel, note: Note = SILENT) -> Receipt:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock"):
                path = self._known(parcel.message_id)
                if path is None:
                    path = self._free(parcel)
                    note.handing()
                    try:
                        write_whole(path, parcel.content)
                    except OSError:
                        if not path.exists():
                            note.refused()
                        raise
        except OSError as error:
            # strerror alone: an OSError's own words name the file, and with it the subject.
            raise WireError(
                "mail.folder", folder=str(self.folder), reason=error.strerror or "", stage="connect"
            ) from error
        receipt = Receipt("folder", str(path))
        note.taken(receipt)
        return receipt

    def _known(self, wanted: str) -> Path | None:
        for path in sorted(self.folder.glob(f"*-{_short(wanted)}*.eml")):
            with path.open("rb") as file:
                if BytesHeaderParser().parse(file)["Message-ID"] == wanted:
                    return path
        return None

    def _free(self, parcel: Parcel) -> Path:
        stem = f"{parcel.date:%Y-%m-%dT%H%M}-{_slug(parcel.subject)}-{_short(parcel.message_id)}"
        path = self.folder / f"{stem}.eml"
        # Two ids with the same eight letters: hardly ever, but then both mails are kept.
        return path if not path.exists() else self.folder / f"{stem}{_digest(parcel.message_id)[8:]}.eml"


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("ascii")).hexdigest()


def _short(identity: str) -> str:
    return _digest(identity)[:8]


def _slug(subject: str) -> str:
    plain = unicodedata.normalize("NFKD", subject).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-") or "mail"
