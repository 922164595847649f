"""Links that open one release before it is public, for somebody whom the office trusts with it.

A token says which release and until when, in the clear; it is signed with the office's key and the moment of the
approval, so that taking the approval away closes every link. Nothing of it is kept.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta

from itsdangerous import Signer
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.pressroom.models import Release

LIFE = timedelta(days=30)
_TOKEN = re.compile(r"([1-9]\d{0,9})-([1-9]\d{0,10})\.[A-Za-z0-9_-]{27}")
_GREATEST = 2**31 - 1  # what a store takes as a number of a row


def key_of(seal: Seal) -> bytes:
    """The key that these links are signed with."""
    return seal.sign_key("press preview")


def ends_at(now: datetime, embargo_until: datetime | None) -> datetime:
    """When a link made now ends: with an embargo that still lasts, and after 30 days at the latest."""
    last = now + LIFE
    return min(last, embargo_until) if embargo_until is not None and embargo_until > now else last


def make(key: bytes, release_id: int, approved_at: datetime, ends: datetime) -> str:
    """A token for the release as it was approved at that moment; safe in an address."""
    return _signed(key, f"{release_id}-{int(ends.timestamp())}", approved_at)


def read(session: Session, now: datetime, key: bytes, token: str) -> tuple[int, bool] | None:
    """The release a token is of, and whether it still opens it; None if it was altered or the approval is another."""
    found = _TOKEN.fullmatch(token)
    if found is None or int(found[1]) > _GREATEST:
        return None
    release_id, ends = int(found[1]), int(found[2])
    approved_at = session.scalar(select(Release.approved_at).where(Release.id == release_id))
    if approved_at is None or not hmac.compare_digest(_signed(key, token.partition(".")[0], approved_at), token):
        return None
    return release_id, now.timestamp() < ends


def _signed(key: bytes, told: str, approved_at: datetime) -> str:
    nonce = approved_at.astimezone(UTC).isoformat()
    return Signer(key, salt=f"press preview {nonce}", key_derivation="hmac").sign(told).decode("ascii")
