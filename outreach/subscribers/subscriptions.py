"""Readers of the morning mail: added, changed, switched off and on, taken out. Every deed leaves its line in the trail,
which tells no address.

A reader with an account is reached at the account's address, whatever stood here first.
"""

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select
from sqlalchemy.orm import Session, aliased

from outreach.core.errors import OutreachError
from outreach.core.settings import Settings
from outreach.core.text import LANGUAGES
from outreach.people import audit
from outreach.people.models import User
from outreach.postbox import stops
from outreach.postbox.models import StoppedAddress
from outreach.subscribers.asked import Asked, fit
from outreach.subscribers.models import DigestRun, Subscription

log = logging.getLogger("outreach.digest")

_SHOWN = 5000


@dataclass(frozen=True)
class Seen:
    """A reader in a list or on their page. `mail` and `name` are the account's where there is one; `role` is None
    without one. `stopped`: the address takes no mail of ours, `stopped_key` with its facts says why. `last_status` and
    `last_day` are of the latest row.
    """

    id: int
    user_id: int | None
    mail: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    at: str
    zone: str
    rhythm: str
    weekday: int
    topics: tuple[int, ...]
    places: tuple[str, ...]
    tiers: tuple[str, ...]
    senses: tuple[str, ...]
    state: str
    state_at: datetime
    made_at: datetime
    made_by: str = field(repr=False)
    role: str | None
    disabled: bool  # the account is switched off
    stopped: bool
    stopped_key: str | None
    stopped_facts: dict[str, object]
    last_status: str | None
    last_day: date | None
    nonce: str = field(repr=False)

    @property
    def asked(self) -> Asked:
        """What the reader wants, to be changed in part and given back to `change`."""
        return Asked(
            self.mail, self.name, self.language, self.at, self.zone, self.rhythm, self.weekday,
            self.topics, self.places, self.tiers, self.senses, self.user_id,
        )


def add(session: Session, now: datetime, asked: Asked, by: str) -> int:
    """A new reader, who gets the first mail at their next hour; the number.

    An account with that address is theirs, asked for or not; with `user_id` the account's address counts. Raises
    OutreachError `readers.error.taken`, `people.error.nobody` for an account that is not there, or as `fit` does.
    """
    user = _account(session, asked)
    told = fit(asked, user.mail if user else asked.mail)
    if _taken(session, told.mail, user.id if user else None):
        raise OutreachError("readers.error.taken", mail=told.mail)
    row = Subscription(
        user_id=user.id if user else None,
        mail=told.mail,
        nonce=_nonce(),
        state="on",
        state_at=now,
        made_at=now,
        made_by=by[:254],
        **_kept(told),
    )
    session.add(row)
    session.flush()
    audit.write(session, now, by, "add", "reader", row.id, rhythm=told.rhythm, hour=told.at, language=told.language)
    return row.id


def change(session: Session, now: datetime, subscription_id: int, asked: Asked, by: str) -> bool:
    """What a reader wants from now on; False if that is what they had. A changed hour that has passed today counts at
    once where today's mail is still owed. Of a reader with an account the address stays.

    Raises OutreachError `readers.error.nobody`, `readers.error.taken` for another reader's address, or as `fit` does.
    """
    row = _row(session, subscription_id)
    user = session.get(User, row.user_id) if row.user_id is not None else None
    told = fit(asked, user.mail if user else asked.mail)
    if told.mail != row.mail and _taken(session, told.mail, None, but=row.id):
        raise OutreachError("readers.error.taken", mail=told.mail)
    new: dict[str, Any] = {"mail": told.mail, **_kept(told)}
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, new[name])
    if "mail" in changed and user is None:
        row.nonce = _nonce()  # the old mailbox's links are not the new reader's
    if changed:
        audit.write(session, now, by, "change", "reader", row.id, fields=", ".join(changed))
    return bool(changed)


def switch(session: Session, now: datetime, subscription_id: int, on: bool, by: str) -> bool:
    """Off: no more mail. On: from the next hour on, and an address that was stopped is tried again. False if it was so
    already. Raises OutreachError `readers.error.nobody`.
    """
    row = _row(session, subscription_id)
    stopped = on and bool(stops.is_stopped(session, [_address(session, row)]))
    if (row.state == "on") == on and not stopped:
        return False
    if stopped:
        stops.free(session, _address(session, row))
    row.state, row.state_at = ("on" if on else "off"), now
    audit.write(session, now, by, "enable" if on else "disable", "reader", row.id)
    return True


def remove(session: Session, now: datetime, subscription_id: int, by: str, listed: Collection[str]) -> None:
    """Takes a reader out, their rows and links with them.

    `listed` are `digest.recipients` of the settings: one of those would be a reader again with the next tick, so it is
    an OutreachError `readers.error.listed`. `readers.error.nobody` if there is none.
    """
    row = _row(session, subscription_id)
    if row.mail in {_small(mail) for mail in listed}:
        raise OutreachError("readers.error.listed", mail=row.mail)
    session.execute(delete(Subscription).where(Subscription.id == row.id))
    audit.write(session, now, by, "delete", "reader", subscription_id)


def fresh_links(session: Session, now: datetime, subscription_id: int, by: str) -> str:
    """Closes every link of every mail so far; the new nonce."""
    row = _row(session, subscription_id)
    row.nonce = _nonce()
    audit.write(session, now, by, "revoke", "reader", row.id)
    return row.nonce


def seed(session: Session, now: datetime, settings: Settings) -> int:
    """Makes readers of `digest.recipients`, each once; how many. One who is there, also off, stays as they are.

    Whoever became a reader first and got an account later is bound to it here. Costs two small questions where there is
    nothing to do, so that every tick may ask.
    """
    _bind(session)
    wanted = dict.fromkeys(_small(mail) for mail in settings.digest.recipients)
    if not wanted:
        return 0
    users = {user.mail: user for user in session.scalars(select(User).where(User.mail.in_(wanted)))}
    here = select(Subscription.mail, User.mail).outerjoin(User, User.id == Subscription.user_id)
    there = session.execute(here.where(Subscription.mail.in_(wanted) | User.mail.in_(wanted))).all()
    known = {mail for pair in there for mail in pair}
    made = 0
    for mail in (mail for mail in wanted if mail not in known):
        user = users.get(mail)
        language: str = settings.digest.language or settings.office.language
        if user is not None and user.language in LANGUAGES:
            language = user.language
        asked = Asked(mail, "", language, settings.digest.at, settings.office.zone, user_id=user.id if user else None)
        try:
            add(session, now, asked, "settings")
        except OutreachError as error:
            # One recipient that cannot be one must not keep the others from the mail; `outreach check` names it.
            log.warning("readers.not_seeded", extra={"error": error.key})
            continue
        made += 1
    return made


def all_seen(session: Session, limit: int = _SHOWN) -> list[Seen]:
    """All readers by name and address; those who are off last."""
    order = (Subscription.state.desc(), func.coalesce(User.name, Subscription.name), Subscription.mail)
    return [_shown(row) for row in session.execute(_seen().order_by(*order).limit(limit))]


def one(session: Session, subscription_id: int) -> Seen | None:
    """One reader."""
    row = session.execute(_seen().where(Subscription.id == subscription_id)).one_or_none()
    return _shown(row) if row is not None else None


def of_user(session: Session, user_id: int) -> Seen | None:
    """The reader that an account is."""
    row = session.execute(_seen().where(Subscription.user_id == user_id)).one_or_none()
    return _shown(row) if row is not None else None


def by_mail(session: Session, mail: str) -> int:
    """The reader of this address; OutreachError `readers.error.nobody` if there is none."""
    wanted = _small(mail)
    found = session.scalar(
        select(Subscription.id)
        .outerjoin(User, User.id == Subscription.user_id)
        .where(func.coalesce(User.mail, Subscription.mail) == wanted)
    )
    if found is None:
        raise OutreachError("readers.error.nobody", mail=mail)
    return found


def _seen() -> Select[*tuple[Any, ...]]:
    later = aliased(DigestRun)
    latest = (
        select(later.id)
        .where(later.subscription_id == Subscription.id)
        .order_by(later.day.desc())
        .limit(1)
        .correlate(Subscription)
        .scalar_subquery()
    )
    return (
        select(Subscription, User, StoppedAddress, DigestRun.status, DigestRun.day)
        .outerjoin(User, User.id == Subscription.user_id)
        .outerjoin(StoppedAddress, StoppedAddress.mail == func.coalesce(User.mail, Subscription.mail))
        .outerjoin(DigestRun, DigestRun.id == latest)
    )


def _shown(found: Row[*tuple[Any, ...]]) -> Seen:
    row, user, stopped, status, day = found
    return Seen(
        row.id, row.user_id, user.mail if user else row.mail, user.name if user else row.name, row.language, row.at,
        row.zone, row.rhythm, row.weekday, tuple(row.topics), tuple(row.places), tuple(row.tiers), tuple(row.senses),
        row.state, row.state_at, row.made_at, row.made_by, user.role if user else None,
        user is not None and user.disabled_at is not None, stopped is not None,
        stopped.reason_key if stopped else None, dict(stopped.reason_facts) if stopped else {}, status, day, row.nonce,
    )


def _bind(session: Session) -> None:
    """Gives readers without an account the one that has their address."""
    others = select(Subscription.user_id).where(Subscription.user_id.is_not(None))
    found = session.execute(
        select(Subscription, User.id)
        .join(User, User.mail == Subscription.mail)
        .where(Subscription.user_id.is_(None), User.id.not_in(others))
    )
    for row, user_id in found:
        row.user_id = user_id


def _account(session: Session, asked: Asked) -> User | None:
    if asked.user_id is None:
        return session.scalar(select(User).where(User.mail == _small(asked.mail)))
    user = session.get(User, asked.user_id)
    if user is None:
        raise OutreachError("people.error.nobody", mail=f"#{asked.user_id}")
    return user


def _taken(session: Session, mail: str, user_id: int | None, but: int | None = None) -> bool:
    same = (Subscription.mail == mail) | (User.mail == mail)
    if user_id is not None:
        same = same | (Subscription.user_id == user_id)
    found = select(Subscription.id).outerjoin(User, User.id == Subscription.user_id).where(same)
    return any(number != but for number in session.scalars(found))


def _kept(asked: Asked) -> dict[str, Any]:
    """What of it is kept as it stands; the lists as JSON has them."""
    return {
        "name": asked.name,
        "language": asked.language,
        "at": asked.at,
        "zone": asked.zone,
        "rhythm": asked.rhythm,
        "weekday": asked.weekday,
        "topics": list(asked.topics),
        "places": list(asked.places),
        "tiers": list(asked.tiers),
        "senses": list(asked.senses),
    }


def _row(session: Session, subscription_id: int) -> Subscription:
    row = session.get(Subscription, subscription_id)
    if row is None:
        raise OutreachError("readers.error.nobody", mail=f"#{subscription_id}")
    return row


def _address(session: Session, row: Subscription) -> str:
    user = session.get(User, row.user_id) if row.user_id is not None else None
    return user.mail if user else row.mail


def _small(mail: str) -> str:
    return mail.strip().lower()


def _nonce() -> str:
    return secrets.token_hex(16)
