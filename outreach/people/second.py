"""The second factor: codes of an app (TOTP), and recovery codes for the day the telephone is gone.

The secret is sealed with the office's key; a code's time step is kept so that no code opens twice; a recovery code is
kept as a keyed hash and opens once.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people.models import RecoveryCode, User

CODES = 10
_STEP = 30  # seconds
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def is_owed(policy: str, sees_families: bool) -> bool:
    """Whether the office's rule asks a second factor of this person; `policy` is the setting people.second_factor."""
    return policy == "everybody" or (policy == "families" and sees_families)


def prepare(session: Session, seal: Seal, user_id: int) -> None:
    """A new secret, not in force before a code of it was given; a factor in force stays as it is."""
    session.execute(
        update(User)
        .where(User.id == user_id, User.totp_at.is_(None))
        .values(totp_sealed=seal.close(pyotp.random_base32(), place(user_id)), totp_step=None)
    )


def waiting_secret(session: Session, seal: Seal, user_id: int) -> str | None:
    """The secret that waits for its first code, to be shown to its owner; None if none waits."""
    sealed = session.scalar(select(User.totp_sealed).where(User.id == user_id, User.totp_at.is_(None)))
    return seal.open(sealed, place(user_id)) if sealed else None


def address(secret: str, mail: str, office: str) -> str:
    """What the QR picture says to the app."""
    return pyotp.TOTP(secret, interval=_STEP).provisioning_uri(name=mail, issuer_name=office)


def confirm(session: Session, now: datetime, seal: Seal, user_id: int, code: str) -> list[str] | None:
    """Puts the waiting secret in force if the code is of it; the recovery codes, or None if it is not."""
    secret = waiting_secret(session, seal, user_id)
    step = _step_of(secret, now, code) if secret is not None else None
    if step is None:
        return None
    # Pressed twice, it is put in force once: the codes of the first answer stay.
    put = update(User).where(User.id == user_id, User.totp_at.is_(None)).values(totp_at=now, totp_step=step)
    if session.scalar(put.returning(User.id)) is None:
        return None
    return new_codes(session, seal, user_id)


def proves(session: Session, now: datetime, seal: Seal, user_id: int, given: str) -> str | None:
    """Whether this is the app's code of now or an unused recovery code: "code", "recovery", or None.

    One step of thirty seconds early or late is taken. What opened once does not open again.
    """
    code = re.sub(r"[\s-]", "", given)
    if re.fullmatch(r"[0-9]{6}", code):
        return "code" if _take_code(session, now, seal, user_id, code) else None
    return "recovery" if _take_recovery(session, now, seal, user_id, code.lower()) else None


def new_codes(session: Session, seal: Seal, user_id: int) -> list[str]:
    """Fresh recovery codes; the old ones open nothing any more. They are shown once and cannot be read again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(seal, user_id, code)) for code in codes)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes still open."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def drop(session: Session, user_id: int) -> bool:
    """Takes the second factor away with its codes; False if there was none."""
    had = session.scalar(
        update(User)
        .where(User.id == user_id, User.totp_sealed.is_not(None))
        .values(totp_sealed=None, totp_at=None, totp_step=None)
        .returning(User.id)
    )
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    return had is not None


def _take_code(session: Session, now: datetime, seal: Seal, user_id: int, code: str) -> bool:
    sealed = session.scalar(select(User.totp_sealed).where(User.id == user_id, User.totp_at.is_not(None)))
    step = _step_of(seal.open(sealed, place(user_id)), now, code) if sealed else None
    if step is None:
        return False
    # One statement looks and takes: of two browsers with the same code one comes in.
    taken = session.scalar(
        update(User)
        .where(User.id == user_id, or_(User.totp_step.is_(None), User.totp_step < step))
        .values(totp_step=step)
        .returning(User.id)
    )
    return taken is not None


def _take_recovery(session: Session, now: datetime, seal: Seal, user_id: int, code: str) -> bool:
    in_force = session.scalar(select(User.totp_at).where(User.id == user_id))
    taken = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(seal, user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return taken is not None and in_force is not None


def _step_of(secret: str, now: datetime, code: str) -> int | None:
    """The time step that this is the code of, among the one of now and its neighbours."""
    told = re.sub(r"[\s-]", "", code).encode()
    present = int(now.timestamp()) // _STEP
    app = pyotp.HOTP(secret)
    # Every one is reckoned, whichever fits: the time says nothing.
    fits = [step for step in (present - 1, present, present + 1) if hmac.compare_digest(app.at(step).encode(), told)]
    return fits[-1] if fits else None


def _hash(seal: Seal, user_id: int, code: str) -> str:
    return hmac.new(seal.sign_key("recovery"), f"{user_id}:{code}".encode(), hashlib.sha256).hexdigest()


def place(user_id: int) -> str:
    """Where a secret belongs, for `Seal`."""
    return f"user.totp:{user_id}"
