"""Answers to families where there is no relay: they lie as mails in the data folder, and go with the letter."""

from email.parser import BytesHeaderParser
from pathlib import Path

from sqlalchemy import select

from outreach.core.db import Store
from outreach.tracker.letters.models import Letter
from outreach.tracker.letters.sealing import gone

_FOLDER = "mail"  # as `outreach.wiring.mail_folder`
_STEP = 500


def sweep(store: Store, folder: Path) -> int:
    """Deletes the mails whose letter was erased; how many. `folder` is the data folder. For after the commit."""
    there = {gone(told): path for path in sorted((folder / _FOLDER).glob("*.eml")) if (told := _name(path))}
    names, dropped = list(there), 0
    for start in range(0, len(names), _STEP):
        part = names[start : start + _STEP]
        wanted = select(Letter.message_id).where(Letter.message_id.in_(part), Letter.erased_at.is_not(None))
        with store.reading() as session:
            erased = session.scalars(wanted).all()
        for name in erased:
            there[name].unlink(missing_ok=True)
            dropped += 1
    return dropped


def _name(path: Path) -> str:
    """The Message-ID; empty where the file has none, or is gone meanwhile."""
    try:
        with path.open("rb") as held:
            return str(BytesHeaderParser().parse(held)["Message-ID"] or "").strip()
    except OSError:
        return ""
