"""Who follows a tracked link: people, a platform's preview, a robot; and how many people in a day, not which ones."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, func, literal_column, select
from sqlalchemy.orm import Session

from campaigns.models import Click, ClickSalt
from outreach.core.clock import local_day
from outreach.core.db import upserting

Kind = Literal["person", "preview", "bot"]

# Whoever fetches a page to draw a card of it under a post or in a chat.
_PREVIEW = re.compile(
    r"facebookexternalhit|facebookcatalog|meta-externalfetcher|facebot|slackbot-linkexpanding|slack-imgproxy|"
    r"^whatsapp/|telegrambot|twitterbot|linkedinbot|mastodon/|pleroma|akkoma|misskey|friendica|lemmy/|cardyb|"
    r"discordbot|skypeuripreview|microsoftpreview|^viber|redditbot|pinterestbot|vkshare|embedly|iframely|"
    r"google-pagerenderer|^synapse|unfurl|preview",
    re.IGNORECASE,
)
# Searchers, scanners, monitors, and programs in which nobody reads. Not everything with a bot in its name is one: a
# Cubot is a telephone, and who scans a square with an app is a person.
_BOT = re.compile(
    r"(?<!cu)bot(?:\b|_)|crawl|spider|slurp|fetch|monitor|uptime|linkcheck|link checker|probe|headless|phantomjs|"
    r"lighthouse|archiver|proofpoint|mimecast|barracuda|safelinks|urldefense|urlscan|virustotal|netcraft|censys|"
    r"masscan|zgrab|\bnmap\b|nikto|^curl/|^wget/|python|aiohttp|httpx|go-http-client|\bjava/|okhttp|http\.rb/|"
    r"libwww|\bperl\b|\bruby\b|\bphp/|guzzle|axios|undici|node-fetch|postman|mediapartners",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PURPOSES = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")
_SALT = 32  # bytes
SCAN = "scan"
# What a click's kind is when somebody followed who can read: by the address, or by the square that holds it.
PEOPLE = ("person", SCAN)
_SCANNED = Click.kind == literal_column("'scan'")
# A click's kind of `Kind`: who scanned is a person. Written out, for grouping by it must be the very same words.
KIND = case((_SCANNED, literal_column("'person'")), else_=Click.kind).label("who")
_OF_SCAN = case((_SCANNED, Click.mark))
# How often, how often with a mark, by how many marks, and by how many the square was scanned.
COUNTS = (
    func.count(Click.id),
    func.count(Click.mark),
    func.count(Click.mark.distinct()),
    func.count(case((_SCANNED, Click.id))) - func.count(_OF_SCAN) + func.count(_OF_SCAN.distinct()),
)


@dataclass(frozen=True)
class Followers:
    """Who followed one link: people (each counted once a day), previews and robots (every time); `scans`: how many of
    the people scanned its square.
    """

    people: int
    previews: int
    bots: int
    scans: int = 0


def kind_of(method: str, headers: Mapping[str, str]) -> Kind:
    """Whom a request is from, by what it says of itself; a scanner that plays a browser passes for a person.

    `headers` have their names in the usual capitals: User-Agent, Sec-Purpose.
    """
    agent = headers.get("User-Agent", "")[:1000]
    if _PREVIEW.search(agent):
        return "preview"
    if not agent.strip() or _BOT.search(agent):
        return "bot"
    if any(_AHEAD.search(headers.get(name, "")) for name in _PURPOSES):
        return "preview"  # a browser that fetches ahead: its owner has not followed yet
    # A browser asks for a page; only programs ask whether there is one.
    return "bot" if method == "HEAD" else "person"


def mark(key: bytes, link_id: int, address: str, agent: str) -> str:
    """The same for the same visitor of the same link while the key (with the day's salt) lives: 32 hex digits.

    The link is in it, so that nobody's way from one link to another can be seen even on the day itself.
    """
    told = f"{link_id}\n{address}\n{agent}".encode("utf-8", "replace")
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:32]


def salt_of(session: Session, day: date) -> bytes:
    """The day's salt, made by whoever is the first to need it."""
    wanted = select(ClickSalt.salt).where(ClickSalt.day == day)
    salt = session.scalar(wanted)
    if salt is None:
        fresh = {"day": day, "salt": secrets.token_hex(_SALT)}
        session.execute(upserting(session, ClickSalt).values(fresh).on_conflict_do_nothing())
        salt = session.scalars(wanted).one()
    return bytes.fromhex(salt)


def has_old_salts(session: Session, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a salt has outlived its day."""
    return session.scalar(select(ClickSalt.day).where(ClickSalt.day < local_day(now, zone)).limit(1)) is not None


def forget_salts(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Takes away the salts of the days that are over: from then on no mark can be traced to anybody."""
    session.execute(delete(ClickSalt).where(ClickSalt.day < local_day(now, zone)))


def followers(session: Session, link_id: int) -> Followers:
    """Who has followed a link so far; a person's click without a mark is one of a person of its own."""
    told = select(KIND, *COUNTS).where(Click.link_id == link_id).group_by(KIND)
    return counted(session.execute(told))


def counted(rows: Iterable[Sequence[Any]]) -> Followers:
    """The same of rows that tell a kind and `COUNTS`; a row without a kind tells of nobody."""
    told = {kind: counts for kind, *counts in rows}
    nobody = [0, 0, 0, 0]
    every, marked, different, scans = told.get("person", nobody)
    previews, bots = (told.get(kind, nobody)[0] for kind in ("preview", "bot"))
    return Followers(every - marked + different, previews, bots, scans)
