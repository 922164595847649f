"""What the two columns of how somebody heard need on a page of the office."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.tracker.heard import offering, reading
from outreach.tracker.heard.agreeing import Agreement
from outreach.tracker.heard.decoys import read_decoys
from outreach.tracker.heard.offering import Offer
from outreach.tracker.heard.reading import LineSeen
from outreach.web.visit import here, now


@dataclass(frozen=True)
class Columns:
    """What the two columns of an inquiry come to, what may stand in a line's place, and what was wrong."""

    agreement: Agreement
    offer: Offer
    trouble: str = ""


@dataclass(frozen=True)
class Picker:
    """What a person may tick, and every outlet for the rare one."""

    offer: Offer
    outlets: list[tuple[str, str]]


def columns(lines: Iterable[LineSeen], trouble: str = "") -> Columns:
    """Of one inquiry."""
    return Columns(reading.agreement(lines, here().office.portal), offering.kinds(), trouble)


def picker(session: Session, seed: str) -> Picker:
    """For one inquiry; `seed` is its number, by which its list keeps its order."""
    app = here()
    today = local_day(now(), app.settings.zone)
    offer = offering.offered(session, today, read_decoys(app.office.decoys), seed)
    return Picker(offer, offering.outlets(session))


def decoys() -> tuple[str, ...]:
    """The office's decoys."""
    return read_decoys(here().office.decoys)
