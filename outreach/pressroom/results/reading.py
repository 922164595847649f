"""What became of one release, put together for its page."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.pressroom.ledger import reading as ledger
from outreach.pressroom.ledger.reading import PrintSeen
from outreach.pressroom.results import asked, delivery, followed, houses
from outreach.pressroom.results.course import Event, course
from outreach.pressroom.results.delivery import Mails, SendingTold
from outreach.pressroom.results.followed import ReleaseLink
from outreach.pressroom.results.houses import Printed
from outreach.pressroom.results.weeks import Compared
from outreach.pressroom.writing.reading import ReleaseSeen
from scrapers.recall import Share


@dataclass(frozen=True)
class Results:
    """A release's way and what came of it.

    `out_at`: when its first sending began, or, if none did, when it was put into the press room; `compared` is None
    before that. `link` is None where it has none. `linked` inquiries came by its link, or by a print as a person says.
    """

    sendings: tuple[SendingTold, ...]
    mails: Mails
    prints: tuple[PrintSeen, ...]
    houses: Printed
    link: ReleaseLink | None
    linked: int
    out_at: datetime | None
    compared: Compared | None
    course: tuple[Event, ...]

    @property
    def share(self) -> Share:
        """How many of the outlets that it was delivered to printed it."""
        return Share(len(self.houses.asked), len(self.houses.sent))

    @property
    def outlets(self) -> int:
        """How many outlets printed it, sent or not."""
        return len({one.outlet for one in self.prints})


def of_release(session: Session, now: datetime, release: ReleaseSeen, zone: ZoneInfo) -> Results:
    """Everything about one release. At most four queries."""
    number = release.release_id
    sendings, sent_to = delivery.of_release(session, number)
    prints = ledger.prints(session, number) if release.out else []
    counting = tuple(one for one in prints if one.counts)
    who = followed.of_releases(session, [number])
    out_at = release.sent_at or release.published_at
    return Results(
        sendings,
        delivery.added(one.mails for one in sendings),
        counting,
        houses.printed(sent_to, [one.outlet for one in counting]),
        who.links.get(number),
        who.linked(number, [one.mention_id for one in counting]),
        out_at,
        asked.around(session, now, out_at, zone) if out_at is not None else None,
        course(release, sendings, prints, now, zone),
    )
