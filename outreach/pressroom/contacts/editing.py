"""Adding and changing a contact. Functions work in the caller's transaction."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.pressroom.contacts import draft as drafting
from outreach.pressroom.contacts.draft import MANY, Draft
from outreach.pressroom.contacts.reading import ERASED, ContactSeen, keeper
from outreach.pressroom.models import Contact

# An address that no mail can reach (RFC 2606): what an erased contact is known again by.
NOWHERE = "@erased.invalid"


def placeholder(seal: Seal, mail: str) -> str:
    """What stands in place of an erased address: the same for the same address, and no way back to it."""
    digest = hmac.new(seal.sign_key("press contact"), mail.strip().lower().encode(), hashlib.sha256).hexdigest()
    return f"{digest[:40]}{NOWHERE}"


def add(session: Session, now: datetime, asked: Draft, actor: str, seal: Seal, confirmed_on: date | None = None) -> int:
    """Keeps a contact; its number.

    Raises what `draft.fit` does, `contacts.error.taken` (facts `mail`, `name`, `contact`) where the address is
    somebody's already, and `contacts.error.erased` (`day`) where its owner asked that nothing be kept.
    """
    told = drafting.fit(asked)
    _free(session, seal, told.mail)
    row = Contact(made_at=now, made_by=actor[:254], changed_at=now, confirmed_on=confirmed_on, **values(told))
    _flushed(session, row, told.mail)
    return row.id


def change(session: Session, now: datetime, contact_id: int, asked: Draft, seal: Seal) -> bool:
    """Changes a contact's fields; False where nothing is otherwise. Another address is one that nobody confirmed yet
    and that their own mailbox has told nothing of. Raises as `add`, and `contacts.error.gone`.
    """
    told = drafting.fit(asked)
    row = held(session, contact_id)
    new = values(told)
    if all(getattr(row, name) == value for name, value in new.items()):
        return False
    if told.mail != row.mail:
        _free(session, seal, told.mail)
        row.confirmed_on, row.moved_to, row.away_until = None, None, None
    for name, value in new.items():
        setattr(row, name, value)
    row.changed_at = now
    _flushed(session, row, told.mail)
    return True


def fill(session: Session, now: datetime, contact_id: int, asked: Draft, seal: Seal) -> bool:
    """Gives a contact what it has not yet: an empty field is filled, lists grow; nothing that is there goes away."""
    row = held(session, contact_id)
    return change(session, now, contact_id, filled(draft_of(row), asked), seal)


def filled(has: Draft, more: Draft) -> Draft:
    """A contact's fields with those of another where it has none."""
    told: dict[str, object] = {}
    for name in (one.name for one in fields(Draft)):
        own, other = getattr(has, name), getattr(more, name)
        if name in MANY:
            folded = {word.casefold() for word in own}
            told[name] = (*own, *(word for word in other if word.casefold() not in folded))
        elif name != "reached_by":
            told[name] = own or other
    return replace(has, **told)  # type: ignore[arg-type]


def confirm(session: Session, contact_ids: Iterable[int], today: date) -> int:
    """Somebody has looked: it is still so. How many contacts that were."""
    rows = list(session.scalars(select(Contact).where(Contact.id.in_(sorted(set(contact_ids))))))
    for row in rows:
        row.confirmed_on = today
    return len(rows)


def held(session: Session, contact_id: int) -> Contact:
    """A contact's row, held until the transaction ends; OutreachError `contacts.error.gone` for a merged or erased
    one, or none.
    """
    query = select(Contact).where(Contact.id == contact_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.merged_into is not None or row.stopped_why == ERASED:
        raise OutreachError("contacts.error.gone")
    return row


def draft_of(row: Contact | ContactSeen) -> Draft:
    """A contact's fields as a form holds them."""
    told: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(Draft)}
    return Draft(**told | {name: tuple(told[name]) for name in MANY})


def values(told: Draft) -> dict[str, object]:
    """The fields as the row keeps them."""
    return {
        one.name: list(getattr(told, one.name)) if one.name in MANY else getattr(told, one.name)
        for one in fields(Draft)
    }


def _free(session: Session, seal: Seal, mail: str | None) -> None:
    if mail is None:
        return
    known = session.execute(
        select(Contact.id, Contact.mail, Contact.name, Contact.stopped_at).where(
            Contact.mail.in_([mail, placeholder(seal, mail)])
        )
    ).first()
    if known is None:
        return
    number, has, name, since = known
    if has != mail:
        raise OutreachError("contacts.error.erased", day=f"{since:%Y-%m-%d}")
    raise OutreachError("contacts.error.taken", mail=mail, name=name, contact=keeper(session, number))


def _flushed(session: Session, row: Contact, mail: str | None) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise OutreachError("contacts.error.raced", mail=mail or "") from error
