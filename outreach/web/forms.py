"""Form tokens: prove that we drew the form, and make a second press of its button the same message."""

import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer

from outreach.core.seal import Seal

_DAY = 24 * 3600


def token(seal: Seal, form: str) -> str:
    """A fresh token for one drawing of `form`."""
    return _serializer(seal, form).dumps(secrets.token_urlsafe(12))


def message_of(seal: Seal, form: str, given: str) -> str | None:
    """What identifies the message of a token; None if we did not make it within a day."""
    try:
        once = _serializer(seal, form).loads(given, max_age=_DAY)
    except BadSignature:
        return None
    return f"form:{once}"


def _serializer(seal: Seal, form: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(seal.sign_key("form"), salt=form)
