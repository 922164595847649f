"""What a reader wants, and whether it can be kept; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.core import mail_header
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES
from outreach.subscribers.models import RHYTHMS
from scrapers.values import SENSES, TIERS

_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MOST = 200  # of one kind of choice: more than any office has
_LONGEST = 120


@dataclass(frozen=True)
class Asked:
    """One reader's wishes. `at` is HH:MM on the wall of `zone`; `weekday` (0 is Monday) holds for a weekly one. Empty
    choices mean anything. `user_id`: the account they belong to.
    """

    mail: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    at: str
    zone: str
    rhythm: str = "daily"
    weekday: int = 0
    topics: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    user_id: int | None = None


def fit(asked: Asked, mail: str) -> Asked:
    """The wishes as they are kept, for a reader at `mail`: in small letters, each choice once and in order.

    Raises OutreachError `readers.error.mail`, `.name`, `.language`, `.hour`, `.zone`, `.rhythm`, `.weekday` or
    `.choice`.
    """
    box, name = mail.strip().lower(), " ".join(asked.name.split())
    _need(_is_mail(box), "mail", mail=mail)
    _need(len(name) <= _LONGEST and name.isprintable(), "name")
    _need(asked.language in LANGUAGES, "language", language=asked.language)
    _need(_WALL.fullmatch(asked.at) is not None and asked.at.isascii(), "hour", hour=asked.at)
    _need(_is_zone(asked.zone), "zone", zone=asked.zone)
    _need(asked.rhythm in RHYTHMS, "rhythm", rhythm=asked.rhythm)
    _need(0 <= asked.weekday <= 6, "weekday", weekday=asked.weekday)
    topics = tuple(sorted(set(asked.topics)))
    _need(len(topics) <= _MOST and all(0 < topic < 2**31 for topic in topics), "choice")
    return replace(
        asked,
        mail=box,
        name=name,
        topics=topics,
        places=_chosen(asked.places),
        tiers=_chosen(asked.tiers, TIERS),
        senses=_chosen(asked.senses, SENSES),
    )


def _chosen(given: Iterable[str], known: tuple[str, ...] | None = None) -> tuple[str, ...]:
    chosen = tuple(sorted({one.strip() for one in given} - {""}))
    _need(len(chosen) <= _MOST and all(len(one) <= _LONGEST and one.isprintable() for one in chosen), "choice")
    _need(known is None or set(chosen) <= set(known), "choice")
    return chosen


def _is_mail(box: str) -> bool:
    try:
        found = mail_header.address(box, "To")
    except OutreachError:
        return False
    # Bare, and as it is read back: an international domain is written the way it travels.
    return found.box == box and "." in found.domain and len(box) <= 254


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return 0 < len(zone) <= 64


def _need(fits: bool, reason: str, **facts: object) -> None:
    if not fits:
        raise OutreachError(f"readers.error.{reason}", **facts)
