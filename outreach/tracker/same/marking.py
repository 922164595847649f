"""Marks of what a record says of a family's telephones, addresses and names, kept beside it in the store.

A mark is an HMAC with a key derived from the data key: whoever has the store alone can neither read it nor try numbers
out. Marks are written with the record and go with its personal data.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.tracker.same import names, reaching
from outreach.tracker.same.models import Mark

_PURPOSE = "family.marks"


@dataclass(frozen=True)
class Told:
    """What a record says that is compared: a name, a text with telephones and addresses, and the country (ISO code) by
    whose rules numbers are read. Never in a repr.
    """

    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    country: str | None = field(default=None, repr=False)


def marks(seal: Seal, told: Told) -> tuple[tuple[str, str], ...]:
    """Kind and mark of all that can be compared, each once."""
    found = [
        *(("phone", number) for number in reaching.phones(told.contact, told.country)),
        *(("mail", address) for address in reaching.mails(told.contact)),
        *(("name", word.key) for word in names.words(told.name) if not word.initial),
    ]
    secret = seal.sign_key(_PURPOSE)
    return tuple(dict.fromkeys((kind, _mark(secret, f"{kind}:{value}")) for kind, value in found))


def of_inquiry(session: Session, seal: Seal, inquiry_id: int, token: str, told: Told) -> None:
    """Writes an inquiry's marks anew. Where nothing can be compared, one that is like no other."""
    drop_inquiry(session, inquiry_id)
    _put(session, seal, token, told, {"inquiry_id": inquiry_id})


def of_household(session: Session, seal: Seal, household_id: int, token: str, told: Told) -> None:
    """Writes a household's marks anew, as `of_inquiry` does."""
    drop_household(session, household_id)
    _put(session, seal, token, told, {"household_id": household_id})


def drop_inquiry(session: Session, inquiry_id: int) -> None:
    """An inquiry's marks go."""
    session.execute(
        delete(Mark).where(Mark.inquiry_id == inquiry_id).execution_options(synchronize_session=False)
    )


def drop_household(session: Session, household_id: int) -> None:
    """A household's own marks go."""
    session.execute(
        delete(Mark).where(Mark.household_id == household_id).execution_options(synchronize_session=False)
    )


def _put(session: Session, seal: Seal, token: str, told: Told, of: dict[str, int]) -> None:
    if not told.name and not told.contact:
        return
    found = marks(seal, told) or (("name", _mark(seal.sign_key(_PURPOSE), f"nothing:{token}")),)
    rows = [{"inquiry_id": None, "household_id": None, **of, "kind": kind, "mark": mark} for kind, mark in found]
    session.execute(insert(Mark), rows)


def _mark(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
