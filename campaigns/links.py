"""Tracked links: a short code, perhaps a word to say aloud, and how often it was followed."""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import clicks, utm
from campaigns.models import Campaign, ChannelRow, Click, Delivery, Link, Post
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

# Typed from a poster: no 0, o and O, no 1, I and l.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 7
# A word that is said on the radio: not so short that anybody guesses it, not so long that nobody types it.
SHORTEST, LONGEST = 3, 24
SCANNED = "q"  # in the query of an address that was scanned
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Followed:
    """Where a followed link leads; `tags` are what its target is told of the way there."""

    target_url: str
    code: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """Who follows: address and browser are used for the day's mark and never kept.

    `secret` goes into the mark beside the day's salt: a copy of the store alone gives nobody away on the day itself.
    `scanned`: the address is that of the square.
    """

    kind: clicks.Kind = "person"
    address: str = field(default="", repr=False)
    agent: str = field(default="", repr=False)
    secret: bytes = field(default=b"", repr=False)
    scanned: bool = False


@dataclass(frozen=True)
class LinkDetail:
    """What only the delivery's own page tells of its link; `spoken` is the word as it was written."""

    spoken: str
    withdrawn_at: datetime | None
    followers: clicks.Followers
    ends_on: date | None = None


_SOMEBODY = Visit()
_WAY: Select[*tuple[Any, ...]] = (
    select(
        Link.id,
        Link.code,
        Link.target_url,
        Link.label,
        Link.ends_on,
        Delivery.post_id,
        Post.language,
        Campaign.name.label("campaign"),
        ChannelRow.kind,
    )
    .outerjoin(Delivery, Delivery.id == Link.delivery_id)
    .outerjoin(Post, Post.id == Delivery.post_id)
    .outerjoin(ChannelRow, ChannelRow.id == Delivery.channel_id)
    .join(Campaign, Campaign.id == func.coalesce(Link.campaign_id, Post.campaign_id))
    .where(Link.withdrawn_at.is_(None))
)


def new_code() -> str:
    """A code nobody can guess from another one."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def tracked_url(public_url: str, code: str) -> str:
    """The address people follow."""
    return f"{public_url}/k/{code}"


def square_url(public_url: str, code: str) -> str:
    """The address in the square: the same, and says that it was scanned, so that no cookie has to."""
    return f"{tracked_url(public_url, code)}?{SCANNED}"


def heard(word: str) -> str:
    """A word as somebody types it who has heard it: small letters without accents, letters and digits alone."""
    plain = unicodedata.normalize("NFKD", word[: 4 * LONGEST].casefold())
    return "".join(one for one in plain if one.isalnum())


def code_of(session: Session, told: str) -> str | None:
    """The code of the link that somebody names by its code or by its word, withdrawn and ended ones too."""
    found = (session.scalar(select(Link.code).where(one)) for one in _named(told))
    return next((code for code in found if code is not None), None)


def follow(
    session: Session, now: datetime, code: str, visit: Visit = _SOMEBODY, zone: ZoneInfo = _UTC
) -> Followed | None:
    """Counts a click on the link with this code or word; None if there is none, or it is withdrawn or past its end.

    Nothing personal is kept: people of one day (as `zone` has days) are told apart by a mark that cannot be undone.
    """
    link = _find(session, code)
    if link is None or (link.ends_on is not None and link.ends_on < local_day(now, zone)):
        return None
    mark = None
    if visit.kind == "person" and visit.address:
        key = clicks.salt_of(session, local_day(now, zone)) + visit.secret
        mark = clicks.mark(key, link.id, visit.address, visit.agent)
    kind = clicks.SCAN if visit.scanned and visit.kind == "person" else visit.kind
    session.add(Click(link_id=link.id, clicked_at=now, kind=kind, mark=mark))
    if link.post_id is None:
        return Followed(link.target_url, link.code, utm.of_campaign(link.campaign, link.label))
    return Followed(link.target_url, link.code, utm.tags(link.kind, link.campaign, link.post_id, link.language))


def detail(session: Session, delivery_id: int) -> LinkDetail | None:
    """The link of a delivery; None if there is no such delivery."""
    told = (
        select(Link.spoken, Link.withdrawn_at, Link.ends_on, clicks.KIND, *clicks.COUNTS)
        .outerjoin(Click, Click.link_id == Link.id)
        .where(Link.delivery_id == delivery_id)
        .group_by(Link.id, Link.spoken, Link.withdrawn_at, Link.ends_on, clicks.KIND)
    )
    rows = session.execute(told).all()
    if not rows:
        return None
    first, counted = rows[0], clicks.counted([row[3:] for row in rows])
    return LinkDetail(first.spoken or "", first.withdrawn_at, counted, first.ends_on)


def say(
    session: Session,
    now: datetime,
    delivery_id: int,
    spoken: str,
    withdrawn: bool,
    ends_on: date | None = None,
) -> None:
    """Gives the delivery's link a word to say aloud (empty: none) and a last day (None: none), and withdraws it or
    lets it lead on again.

    Raises OutreachError `links.delivery`, and what `name` raises.
    """
    link = session.scalar(select(Link).where(Link.delivery_id == delivery_id).with_for_update())
    if link is None:
        raise OutreachError("links.delivery", id=delivery_id)
    link.ends_on = ends_on
    withdraw(link, now, withdrawn)
    name(session, link, spoken)


def withdraw(link: Link, now: datetime, withdrawn: bool) -> None:
    """Withdraws a link, or lets it lead on again; twice is once."""
    if withdrawn != (link.withdrawn_at is not None):
        link.withdrawn_at = now if withdrawn else None


def name(session: Session, link: Link, spoken: str) -> None:
    """Gives a link a word to say aloud; empty: none.

    Raises OutreachError `links.spoken.size` if the word is too short or too long or has more than letters, digits and
    hyphens, and `links.spoken.taken` if another link has one that sounds the same.
    """
    word = unicodedata.normalize("NFC", spoken.strip())
    known = heard(word)
    fits = SHORTEST <= len(known) <= LONGEST and all(one.isalnum() or one == "-" for one in word)
    if word and not fits:
        raise OutreachError("links.spoken.size", low=SHORTEST, high=LONGEST)
    if known and session.scalar(select(Link.id).where(Link.heard == known, Link.id != link.id)) is not None:
        raise OutreachError("links.spoken.taken", word=word)
    link.spoken, link.heard = word or None, known or None
    try:
        session.flush()
    except IntegrityError as error:  # two gave the same word at once
        raise OutreachError("links.spoken.taken", word=word) from error


def free_code(session: Session) -> str:
    """A code that no link has."""
    code = new_code()
    while session.scalar(select(Link.id).where(Link.code == code)) is not None:
        code = new_code()
    return code


def _find(session: Session, told: str) -> Any:
    # A code as it was made comes first: no word can stand in its way.
    rows = (session.execute(_WAY.where(one)).one_or_none() for one in _named(told))
    return next((row for row in rows if row is not None), None)


def _named(told: str) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if len(told) == LENGTH and set(told) <= set(ALPHABET):
        asked.append(Link.code == told)
    if SHORTEST <= len(word := heard(told)) <= LONGEST and len(told) <= 4 * LONGEST:
        asked.append(Link.heard == word)
    return asked
