"""An answer as the mail that goes out: in its talk, by a person's hand, with the files that lie beside it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.mail_mould import Attached, Mould, Parcel
from outreach.tracker.letters import copied, files, sealing
from outreach.tracker.letters.automatic import LOOP
from outreach.tracker.letters.kinds import KINDS, safe_name
from outreach.tracker.letters.models import Letter, LetterFile

_LONGEST_REFS = 800
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


def sender(app: App) -> str:
    """The address that answers go out from: where families write to, so that their next letter comes there."""
    return app.settings.mail.inquiry_to or app.settings.mail.sender


def parcel(session: Session, app: App, row: Letter, now: datetime) -> Parcel:
    """The mail of an answer, the same whenever it is made but for its date.

    OutreachError `mail.header` or `mail.address`, `letters.error.file_gone` or as `files.open_file` for its files.
    """
    words = sealing.opened(app.seal, row)
    followed = list(
        session.scalars(
            select(Letter.message_id)
            .where(Letter.inquiry_id == row.inquiry_id, Letter.id < row.id, Letter.kind == "letter")
            .order_by(Letter.id)
        )
    )
    # Those we made up for letters without one are nobody's.
    real = [one for one in followed if not one.endswith("@unnamed>")]
    headers: list[tuple[str, str]] = [(LOOP, sender(app))]
    if real:
        headers += [("In-Reply-To", real[-1]), ("References", references(real))]
    attached = _attached(session, app, row)
    return Mould.cast(text=words.text + "\n", html=None, files=attached, mark=row.message_id).parcel(
        message_id=row.message_id,
        sender=sender(app),
        to=words.mail,
        subject=words.subject,
        date=now.astimezone(app.settings.zone),
        headers=headers,
        copies=copied.addresses(app),
        automatic=False,  # a person wrote it: who is away may say so
    )


def references(followed: Sequence[str]) -> str:
    """The first of the talk and as many of the last ones as a line may hold."""
    kept = list(followed[-1:])
    for one in reversed(followed[1:-1]):
        if len(" ".join([followed[0], one, *kept])) > _LONGEST_REFS:
            break
        kept = [one, *kept]
    return " ".join(dict.fromkeys([followed[0], *kept]))


def _attached(session: Session, app: App, row: Letter) -> list[Attached]:
    found = []
    for one in session.scalars(select(LetterFile).where(LetterFile.letter_id == row.id).order_by(LetterFile.id)):
        told = app.seal.open(one.name_sealed, sealing.place("name", one.token)) if one.name_sealed else ""
        content = files.open_file(app.seal, app.settings.folder, one.token)
        found.append(Attached(_named(safe_name(told, one.kind)), KINDS[one.kind], content))
    return found


def _named(name: str) -> str:
    """The name in signs that every mail program shows alike."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    stem, _, end = plain.rpartition(".")
    return f"{_UNFIT.sub('-', stem).strip('.-_')[:70] or 'fails'}.{end}"
