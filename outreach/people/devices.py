"""Browsers that have been inside: a signed cookie says which accounts this one has opened.

It opens nothing. It only lets the browser be counted by itself when passwords are guessed (`throttle`).
"""

import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from outreach.core.seal import Seal

SECONDS = 365 * 86400
_MOST = 20  # accounts that one browser remembers


@dataclass(frozen=True)
class Device:
    """A browser by a random name, with the accounts it has been inside of."""

    name: str
    users: tuple[int, ...]

    def known_to(self, user_id: int | None) -> str | None:
        """The browser's name if it has been inside this account."""
        return self.name if user_id is not None and user_id in self.users else None


def read(seal: Seal, cookie: str | None) -> Device:
    """The browser behind this cookie; a new one if there is none or it is not of our making."""
    try:
        name, users = _signer(seal).loads(cookie or "", max_age=SECONDS)
        return Device(str(name), tuple(int(user) for user in users))
    except (BadSignature, ValueError, TypeError):
        return Device(secrets.token_urlsafe(12), ())


def cookie(seal: Seal, device: Device, user_id: int) -> str:
    """The cookie after this account was opened, the latest accounts first."""
    users = [user_id, *(user for user in device.users if user != user_id)][:_MOST]
    return _signer(seal).dumps([device.name, users])


def _signer(seal: Seal) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(seal.sign_key("device"), salt="device")
