"""Tracked links: a short code a delivery, and how often it was followed."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import Click, Link

# Typed from a poster: no 0, o and O, no 1, I and l.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 7


@dataclass(frozen=True)
class Followed:
    """Where a followed link leads."""

    target_url: str
    code: str


def new_code() -> str:
    """A code nobody can guess from another one."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def tracked_url(public_url: str, code: str) -> str:
    """The address people follow."""
    return f"{public_url}/k/{code}"


def target_of(session: Session, code: str) -> str | None:
    """Where the link with this code leads, without counting anything; None if there is no such link."""
    return session.scalar(select(Link.target_url).where(Link.code == code))


def follow(session: Session, now: datetime, code: str) -> Followed | None:
    """Counts a click on the link with this code; None if there is no such link. Nothing personal is kept."""
    link = session.scalar(select(Link).where(Link.code == code)) if len(code) == LENGTH else None
    if link is None:
        return None
    session.add(Click(link_id=link.id, clicked_at=now))
    return Followed(link.target_url, link.code)
