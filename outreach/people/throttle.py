"""Slows guessing down: tries are counted by account and by address, and each failure beyond a few makes the next wait.

A browser that has been inside this account before is counted by itself: whoever hammers an account from outside does
not keep its owner out. Account and address stand in the store as keyed hashes, for a day.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people.models import SignInAttempt

KEPT = timedelta(days=1)

_FREE = 5  # failures of an account before it is slowed
_FIRST, _LONGEST = 5, 900  # seconds
# Several people may share an office's address.
_FREE_ADDRESS = 30
_ADDRESS_WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Budget:
    """Whose tries are counted together; those of a `known` browser have no part in the address's."""

    account: str
    address: str
    known: bool


@dataclass(frozen=True)
class Try:
    """A try that may be made (`id`), or how many seconds it has to wait."""

    id: int | None
    wait: int


def budget(
    seal: Seal, purpose: str, account: str, address: str, device: str | None = None, *, pool: str = "address"
) -> Budget:
    """The budget of this account and address; `device` names a browser that has been inside the account before.
    Tries of another `pool` are counted apart at the same address.
    """
    who = f"{purpose}:{account}" if device is None else f"{purpose}:{account}:{device}"
    return Budget(_hash(seal, who), _hash(seal, f"{pool}:{neighbourhood(address)}"), device is not None)


def neighbourhood(address: str) -> str:
    """What counts as one address: one household has as many of the new kind as it likes, all in its /64."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(told, IPv4Address):
        return str(told)
    return str(told.ipv4_mapped or ip_network((told, 64), strict=False))


def begin(session: Session, now: datetime, held: Budget) -> Try:
    """Takes a try, or says how long to wait. It counts as a failure until `succeeded`, so that tries made side by side
    all count.
    """
    _one_at_a_time(session, held)
    wait = _account_wait(session, now, held)
    if not held.known:
        wait = max(wait, _address_wait(session, now, held))
    if wait:
        return Try(None, wait)
    row = SignInAttempt(at=now, account_hash=held.account, address_hash=held.address, succeeded=False)
    session.add(row)
    session.flush()
    return Try(row.id, 0)


def succeeded(session: Session, try_id: int) -> None:
    """The try was right: the account's earlier failures are forgotten, the address's are not."""
    session.execute(update(SignInAttempt).where(SignInAttempt.id == try_id).values(succeeded=True))


def forget_old(session: Session, now: datetime) -> int:
    """Throws away what is older than a day; how many."""
    gone = delete(SignInAttempt).where(SignInAttempt.at < now - KEPT).returning(SignInAttempt.id)
    return len(session.scalars(gone).all())


def delay(failures: int) -> int:
    """Seconds to wait after so many failures in a row."""
    if failures < _FREE:
        return 0
    doubled: int = _FIRST * 2 ** min(failures - _FREE, 10)
    return min(doubled, _LONGEST)


def _account_wait(session: Session, now: datetime, held: Budget) -> int:
    mine = SignInAttempt.account_hash == held.account
    right = select(func.max(SignInAttempt.id)).where(mine, SignInAttempt.succeeded).scalar_subquery()
    failures, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            mine, SignInAttempt.at > now - KEPT, SignInAttempt.id > func.coalesce(right, 0)
        )
    ).one()
    return _left(now, last, delay(failures))


def _address_wait(session: Session, now: datetime, held: Budget) -> int:
    failures, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(
            SignInAttempt.address_hash == held.address,
            SignInAttempt.at > now - _ADDRESS_WINDOW,
            SignInAttempt.succeeded.is_(False),
        )
    ).one()
    return _left(now, last, delay(failures - _FREE_ADDRESS + _FREE))


def _left(now: datetime, last: datetime | None, whole: int) -> int:
    if last is None or not whole:
        return 0
    # A clock that was set back must not make anybody wait longer than the whole delay.
    return max(0, min(whole, whole - int((now - last).total_seconds())))


def _one_at_a_time(session: Session, held: Budget) -> None:
    """Of tries side by side each sees the one before: SQLite's lock does that by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(held.account[:15], 16)})


def _hash(seal: Seal, told: str) -> str:
    return hmac.new(seal.sign_key("throttle"), told.encode(), hashlib.sha256).hexdigest()
