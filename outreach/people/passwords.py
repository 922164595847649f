"""Passwords: what fits, how they are kept, how they are tried. Nothing here ever writes one down."""

import re
from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 8, 128

# What a password must have besides the person's own words.
_BESIDES = 6
_HASHER = PasswordHasher()
# Each hashing takes 64 MiB: a crowd before the door waits its turn instead of filling the memory.
_AT_ONCE = BoundedSemaphore(2)


def fault(password: str, own: Iterable[str] = ()) -> str | None:
    """Why this cannot be a password, as a text's key; None if it can. `own` are words others know of its owner."""
    if len(password) < SHORTEST:
        return "people.password.short"
    if len(password) > LONGEST:
        return "people.password.long"
    told = password.casefold()
    if told in _common():
        return "people.password.common"
    rest = told
    for word in sorted(_parts(own), key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest != told and len(re.sub(r"[\W_]", "", rest)) < _BESIDES:
        return "people.password.own"
    if len(set(told)) < 4:
        return "people.password.common"
    return None


def hashed(password: str) -> str:
    """What the store keeps: argon2id, its parameters and salt written into it."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def opens(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept; for an account without one it works as long and says no."""
    if len(password) > LONGEST:
        # Nobody's password: no work for what could never have been taken.
        password, kept = "", None
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _parts(own: Iterable[str]) -> set[str]:
    return {part for text in own for part in re.split(r"[\W_]+", text.casefold()) if len(part) >= 4}


@cache
def _nobody() -> str:
    """The hash that is tried where there is none."""
    return _HASHER.hash("")


@cache
def _common() -> frozenset[str]:
    # Some 30,000 words, needed only when one is chosen.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"])
