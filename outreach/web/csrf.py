"""Proof that a form was drawn by us for this very session: nothing of a foreign site can bring it.

A token is bound to the session (or, before the sign-in, to a cookie of its own) and different in every drawing, so
that compression gives nothing away.
"""

import hashlib
import hmac
import secrets

from itsdangerous import BadSignature, URLSafeSerializer

from outreach.core.seal import Seal

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def token(seal: Seal, bound_to: str) -> str:
    """A fresh token for the session or visitor `bound_to` names."""
    return _serializer(seal).dumps([secrets.token_urlsafe(6), _bond(seal, bound_to)])


def holds(seal: Seal, bound_to: str, given: str) -> bool:
    """Whether we made the token for just this session or visitor."""
    try:
        _, bond = _serializer(seal).loads(given)
    except (BadSignature, ValueError, TypeError):
        return False
    return hmac.compare_digest(str(bond), _bond(seal, bound_to))


def _bond(seal: Seal, bound_to: str) -> str:
    return hmac.new(seal.sign_key("csrf.bond"), bound_to.encode(), hashlib.sha256).hexdigest()[:32]


def _serializer(seal: Seal) -> URLSafeSerializer:
    return URLSafeSerializer(seal.sign_key("csrf"), salt="csrf")
