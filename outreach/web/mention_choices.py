"""What the filter of mentions offers besides fixed words: topics, tags, campaigns, people, and the reader's views."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from outreach.people.models import PARTNER
from scrapers import listing
from scrapers.listing import Outlet
from scrapers.views import View

Named = tuple[int, str]  # a row's number, and what people call it

_MOST = 300

# One question for all of them: the list of mentions asks enough besides. Tags are stepped through, one to the next.
_ASKED = text(
    "WITH RECURSIVE step(tag) AS (SELECT min(tag) FROM mention_tags UNION ALL "
    "SELECT (SELECT min(tag) FROM mention_tags WHERE tag > step.tag) FROM step WHERE step.tag IS NOT NULL) "
    "SELECT 'tag' AS kind, 0 AS id, name, '' AS more, 0 AS rank, 0 AS own FROM "
    "(SELECT tag AS name FROM step WHERE tag IS NOT NULL LIMIT :most) AS some "
    "UNION ALL SELECT 'topic', topics.id, topic_versions.name, '', topics.position, 0 FROM topics "
    "JOIN topic_versions ON topic_versions.topic_id = topics.id AND topic_versions.number = topics.version "
    "WHERE topics.archived_at IS NULL "
    "UNION ALL SELECT 'campaign', campaigns.id, campaigns.name, '', -campaigns.id, 0 FROM campaigns "
    "WHERE campaigns.id > (SELECT max(id) - :most FROM campaigns) "
    "UNION ALL SELECT 'person', users.id, users.name, users.role, 0, 0 FROM users "
    "WHERE users.disabled_at IS NULL AND users.role <> :partner "
    "UNION ALL SELECT 'outlet', sources.id, sources.name, sources.tier || ' ' || sources.owner, 0, 0 FROM sources "
    "WHERE :outlets = 1 "
    "UNION ALL SELECT 'view', mention_views.id, mention_views.name, mention_views.asked, mention_views.position, "
    "CASE WHEN mention_views.reader = :reader THEN 2 ELSE 0 END + CAST(mention_views.shared AS INTEGER) "
    "FROM mention_views "
    "WHERE mention_views.reader = :reader OR mention_views.shared"
)


@dataclass(frozen=True)
class Offered:
    """The choices; a partner is offered outlets alone. `people` are those of the office."""

    outlets: Sequence[Outlet] = ()
    topics: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()
    campaigns: tuple[Named, ...] = ()
    people: tuple[Named, ...] = ()
    views: tuple[View, ...] = ()


def offered(session: Session, reader: int, *, outlets: bool = True) -> Offered:
    """Everything that this reader (0: a partner) may choose from; `outlets` may be left out."""
    if not reader:
        return Offered(listing.outlets(session))
    asked = {"most": _MOST, "partner": PARTNER, "reader": reader, "outlets": int(outlets)}
    rows = session.execute(_ASKED, asked).all()

    def named(kind: str) -> tuple[Named, ...]:
        some = sorted(
            (row for row in rows if row.kind == kind), key=lambda row: (row.rank, row.name.casefold(), row.id)
        )
        return tuple((row.id, row.name) for row in some)

    kept = sorted((row for row in rows if row.kind == "view"), key=lambda row: (row.own < 2, row.rank, row.id))
    of_press = sorted((row for row in rows if row.kind == "outlet"), key=lambda row: row.name)
    return Offered(
        tuple(Outlet(row.id, row.name, *row.more.split(" ")) for row in of_press),
        named("topic"),
        tuple(name for _, name in named("tag")),
        named("campaign"),
        named("person"),
        tuple(View(row.id, row.name, row.more, bool(row.own % 2), row.own >= 2) for row in kept),
    )
