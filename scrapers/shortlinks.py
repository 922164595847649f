"""Where short links lead: asked once, then known. A short link says nothing of the article it leads to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.canonical import is_short
from scrapers.models import ShortLink
from scrapers.polling import host_of
from scrapers.source import Found

_ROWS = 500
# A link that led nowhere may be a slip that was mended.
_NOWHERE_KEPT = timedelta(days=30)


def is_short_link(url: str) -> bool:
    """Whether the address only leads on."""
    return is_short(host_of(url).partition(":")[0])


def known(session: Session, urls: Iterable[str]) -> dict[str, str | None]:
    """Where those of the links lead that were asked already; None where they led nowhere."""
    asked = list(dict.fromkeys(urls))
    found: dict[str, str | None] = {}
    for at in range(0, len(asked), _ROWS):
        query = select(ShortLink.url, ShortLink.leads_to).where(ShortLink.url.in_(asked[at : at + _ROWS]))
        found.update((url, leads_to) for url, leads_to in session.execute(query))
    return found


def resolved(session: Session, found: Sequence[Found]) -> list[Found]:
    """The items with the addresses that their short links are known to lead to; the others as they are. Costs no
    query where there is no short link.
    """
    links = [one.url for one in found if is_short_link(one.url)]
    if not links:
        return list(found)
    leads = known(session, links)
    return [replace(one, url=leads.get(one.url) or one.url) for one in found]


def remember(session: Session, url: str, leads_to: str | None, now: datetime) -> None:
    """Keeps where a link leads; None where it led nowhere, which is believed for a month."""
    held = session.get(ShortLink, url)
    if held is None:
        session.add(ShortLink(url=url, leads_to=leads_to, at=now))
    elif leads_to is not None or held.leads_to is None:
        held.leads_to, held.at = leads_to, now
    session.flush()


def forget_nowhere(session: Session, now: datetime) -> int:
    """Lets links that led nowhere be asked again after a month; how many."""
    old = session.scalars(select(ShortLink).where(ShortLink.leads_to.is_(None), ShortLink.at < now - _NOWHERE_KEPT))
    dropped = 0
    for one in old:
        session.delete(one)
        dropped += 1
    return dropped
