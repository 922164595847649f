"""Mails and the two ways they leave: to a relay, or as files into a folder where there is no relay."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from outreach.core.errors import WireError
from outreach.core.files import write_whole
from outreach.core.mail_message import Message, message_id, render
from outreach.core.mail_smtp import Receipt, SmtpMailer

__all__ = ["FolderMailer", "Mailer", "Message", "Receipt", "SmtpMailer", "message_id", "render"]


class Mailer(Protocol):
    """Sends a mail."""

    def send(self, message: Message) -> Receipt:
        """Raises OutreachError `mail.header` or `mail.address` for a mail that is none.

        Raises WireError if it was not sent; if that is ambiguous, it may have been.
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
        content = render(message)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock"):
                path = self._known(message.message_id)
                if path is None:
                    path = self._free(message)
                    write_whole(path, content)
        except OSError as error:
            # strerror alone: an OSError's own words name the file, and with it the subject.
            raise WireError("mail.folder", folder=str(self.folder), reason=error.strerror or "") from error
        return Receipt("folder", str(path))

    def _known(self, wanted: str) -> Path | None:
        for path in sorted(self.folder.glob(f"*-{_short(wanted)}*.eml")):
            with path.open("rb") as file:
                if BytesHeaderParser().parse(file)["Message-ID"] == wanted:
                    return path
        return None

    def _free(self, message: Message) -> Path:
        stem = f"{message.date:%Y-%m-%dT%H%M}-{_slug(message.subject)}-{_short(message.message_id)}"
        path = self.folder / f"{stem}.eml"
        # Two ids with the same eight letters: hardly ever, but then both mails are kept.
        return path if not path.exists() else self.folder / f"{stem}{_digest(message.message_id)[8:]}.eml"


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("ascii")).hexdigest()


def _short(identity: str) -> str:
    return _digest(identity)[:8]


def _slug(subject: str) -> str:
    plain = unicodedata.normalize("NFKD", subject).encode("ascii", "ignore").decode("ascii").lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-") or "mail"
