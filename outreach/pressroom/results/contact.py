"""What somebody of the press got from us, and what they and their outlet printed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.pressroom.contacts.names import wrote
from outreach.pressroom.contacts.reading import ContactSeen
from outreach.pressroom.models import ReleaseMail, ReleasePrint, ReleaseText, Sending
from outreach.pressroom.results.houses import is_of
from scrapers.models import Article, Mention, Source

_MOST = 200  # releases, the latest


@dataclass(frozen=True)
class Got:
    """A release that reached a contact at `at`, by its original headline: whether the outlet printed it, whether under
    the contact's own name (`signed`), and after how many hours, None where nobody knows.
    """

    release_id: int
    headline: str
    language: str
    at: datetime
    printed: bool = False
    signed: bool = False
    hours: float | None = None


@dataclass(frozen=True)
class ContactResults:
    """The last 200 releases that reached a contact, the latest first, and what became of them."""

    releases: tuple[Got, ...]

    @property
    def got(self) -> int:
        return len(self.releases)

    @property
    def outlet(self) -> int:
        """How many of them their outlet printed."""
        return sum(one.printed for one in self.releases)

    @property
    def signed(self) -> int:
        """How many of those are under their own name."""
        return sum(one.signed for one in self.releases)

    @property
    def hours(self) -> float | None:
        """How long it usually took: the median; None where nobody knows."""
        told = [one.hours for one in self.releases if one.hours is not None]
        return median(told) if told else None


def of_contact(session: Session, contact: ContactSeen, numbers: Sequence[int] = ()) -> ContactResults:
    """What a contact made of what reached them; `numbers` are all under which its history lies. Two queries."""
    first = select(func.min(ReleaseText.id)).where(ReleaseText.release_id == Sending.release_id).correlate(Sending)
    got = session.execute(
        select(
            Sending.release_id,
            ReleaseText.headline,
            ReleaseText.language,
            func.min(ReleaseMail.sent_at),
            func.min(Sending.started_at),
        )
        .join(ReleaseMail, ReleaseMail.sending_id == Sending.id)
        .join(ReleaseText, ReleaseText.id == first.scalar_subquery())
        .where(
            ReleaseMail.contact_id.in_(numbers or [contact.id]),
            ReleaseMail.status == "sent",
            ReleaseMail.returned_at.is_(None),
            Sending.started_at.is_not(None),
        )
        .group_by(Sending.release_id, ReleaseText.headline, ReleaseText.language)
        .order_by(Sending.release_id.desc())
        .limit(_MOST)
    ).all()
    if not got:
        return ContactResults(())
    rows = session.execute(
        select(ReleasePrint.release_id, ReleasePrint.hours, Source.name, Article.author)
        .join(Mention, Mention.id == ReleasePrint.mention_id)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(ReleasePrint.release_id.in_([row[0] for row in got]), ReleasePrint.verdict.is_not(False))
    )
    printed: set[int] = set()
    signed: set[int] = set()
    soonest: dict[int, float] = {}
    for release_id, hours, source, author in rows:
        home = is_of(source, contact.outlet)
        mine = wrote(author or "", contact.name, contact.bylines, at_home=home)
        if home or mine:
            printed.add(release_id)
            # What stood there before it was sent says nothing of how quick they are.
            if hours is not None and hours >= 0:
                soonest[release_id] = min(hours, soonest.get(release_id, hours))
        if mine:
            signed.add(release_id)
    return ContactResults(
        tuple(
            Got(number, headline, language, at, number in printed, number in signed, soonest.get(number))
            for number, headline, language, sent, started in got
            if (at := sent or started) is not None
        )
    )
