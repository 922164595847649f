"""How somebody came to the form, as far as it leaves a trace: a code, a word said aloud, tags of a link, a host."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import queries as campaigns
from campaigns import utm
from campaigns.models import Campaign
from outreach.tracker.heard.channels import within
from scrapers.models import Source

_HOST = re.compile(r"(?=.{4,100}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,24}")
_TAG = re.compile(r"[a-z]{1,20}")
_CODE = re.compile(r"[A-Za-z0-9]{1,16}")
_LOOKED_AT = 500  # campaigns, the newest


@dataclass(frozen=True)
class Trace:
    """What an address and a browser tell, as they told it; nothing of it is believed before `ways` has looked at it."""

    referrer: str = ""  # a host
    utm_source: str = ""
    utm_campaign: str = ""
    reply: bool = False  # the code is that of the post they wrote under
    scanned: str = ""  # the code whose square they scanned


@dataclass(frozen=True)
class Way:
    """A tracked line to be: `what` of `models.TRACKED`, the name it is known by, and what that belongs to."""

    what: str
    name: str
    campaign_id: int | None = None
    link_id: int | None = None
    source_id: int | None = None


def host_of(referrer: str | None, own: str) -> str:
    """The host of the page that led here; empty for none, for our own (`own` is our address), or for no real name."""
    try:
        host = (urlsplit(referrer or "").hostname or "").casefold()
    except ValueError:
        return ""
    host = host.removeprefix("www.")
    mine = (urlsplit(own).hostname or "").casefold().removeprefix("www.")
    return host if _HOST.fullmatch(host) and not within(host, mine) else ""


def trace(told: Mapping[str, str]) -> Trace:
    """A trace as a form carries it on; what has another shape is dropped: it could be anything, a name too."""
    host = told.get("referrer", "").casefold()
    source = told.get("utm_source", "").casefold()
    return Trace(
        host if _HOST.fullmatch(host) else "",
        source if _TAG.fullmatch(source) else "",
        utm.slug(told.get("utm_campaign", "")[:200]),
        scanned=code if _CODE.fullmatch(code := told.get("scanned", "")) else "",
    )


def ways(session: Session, code: str | None, trace: Trace = Trace(), *, spoken: bool = False) -> list[Way]:
    """The tracked lines of an inquiry with this code (`spoken`: they told the word in its place).

    A code is `qr` where its own square was scanned. Squares from before squares said so bear the plain address: nobody
    can tell such a scan from typing, so it is a `code`. Tags count only where they name a campaign of ours.
    """
    found = []
    if code:
        found.append(of_code(session, code, spoken=spoken, reply=trace.reply, scanned=trace.scanned == code))
    if trace.utm_campaign:
        tagged = _tagged(session, trace)
        if tagged is not None:
            found.append(tagged)
    if trace.referrer:
        found.append(Way("referrer", trace.referrer, source_id=_outlet(session, trace.referrer)))
    return found


def of_code(
    session: Session, code: str, *, spoken: bool = False, reply: bool = False, scanned: bool = False
) -> Way:
    """The line of a code, also of one that no link of ours has."""
    link = campaigns.link_of(session, code)
    if link is None:
        return Way("spoken" if spoken else "code", code)
    what = "reply" if reply else "spoken" if spoken else "qr" if scanned else "code"
    return Way(what, code, link.campaign_id, link.link_id)


def _tagged(session: Session, trace: Trace) -> Way | None:
    newest = select(Campaign.id, Campaign.name).order_by(Campaign.id.desc()).limit(_LOOKED_AT)
    for number, name in session.execute(newest):
        if utm.slug(name) == trace.utm_campaign:
            return Way("utm", trace.utm_source or "other", number)
    return None


def _outlet(session: Session, host: str) -> int | None:
    """The outlet whose site this is: the one with the longest name, so that a section is not taken for the whole."""
    best: tuple[int, int] | None = None
    for number, site in session.execute(select(Source.id, Source.site).where(Source.site != "").order_by(Source.id)):
        known = (urlsplit(site).hostname or "").removeprefix("www.")
        if within(host, known) and (best is None or len(known) > best[0]):
            best = (len(known), number)
    return best[1] if best else None
