"""A folder on this machine: one text file a post, for what a person carries on by hand."""

import os
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from campaigns.channel import Denied, Limit, Looked, Outgoing, Receipt, Secrets, Terms
from outreach.core.errors import WireError
from outreach.core.http import Http

_SLUG = 40
_TEST = "test"


@dataclass(frozen=True)
class Folder:
    """Files named by day, title and key: `2026-03-01-majas-2026-3f0c....txt`."""

    kind: ClassVar[str] = "folder"
    terms: ClassVar[Terms] = Terms(same="key", findable="name")

    folder: str  # the whole path

    def limit(self, wire: Http) -> Limit | None:
        return None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """The same key is the same file, also on another day."""
        folder = Path(self.folder)
        if not folder.is_absolute():
            raise Denied("campaigns.folder.relative", pause="campaigns.paused.settings", folder=self.folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            there = next(folder.glob(f"*-{outgoing.key}.txt"), None)
            file = there or folder / f"{outgoing.at:%Y-%m-%d}-{slug(outgoing.title)}-{outgoing.key}.txt"
            if there is None:
                _write(file, outgoing.text + "\n")
        except OSError as error:
            # Never half a file: its name comes last, and the next try finds it by its key if it is there.
            reason = error.strerror or ""
            raise WireError("campaigns.folder.unwritable", folder=self.folder, reason=reason) from error
        return Receipt(file.as_uri(), outgoing.key)

    def privacy(self) -> str | None:
        return "channels.trying.seen.folder"

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """A file in the folder `test` inside."""
        # What is no whole path stays none, and is refused as such.
        return replace(self, folder=str(Path(self.folder) / _TEST)).publish(outgoing, wire, secrets)

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """By the key in the file's name; a folder that is not there, or no folder, tells nothing."""
        folder = Path(self.folder)
        if not folder.is_absolute() or not folder.is_dir():
            return Looked("unknown")
        there = next(folder.glob(f"*-{outgoing.key}.txt"), None)
        return Looked("absent") if there is None else Looked("there", Receipt(there.as_uri(), outgoing.key))


def slug(title: str) -> str:
    """A title for a file's name: plain letters, digits and hyphens; `post` if nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-") or "post"


def _write(file: Path, text: str) -> None:
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
