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
    "(SELECT tag AS name FROM step WHERE tag IS NOT NULL LIMIT :most) AS tags "
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
    "WHERE mention_views.reader = :reader OR mention_views.shared "
    "UNION ALL SELECT 'print', release_prints.id, release_texts.headline, release_texts.language, "
    "CAST(-1000 * release_prints.likeness AS INTEGER), 0 FROM release_prints "
    "JOIN release_texts ON release_texts.id = "
    "(SELECT min(id) FROM release_texts AS each_text WHERE each_text.release_id = release_prints.release_id) "
    "WHERE release_prints.mention_id = :mention AND release_prints.verdict IS NOT FALSE"
)


@dataclass(frozen=True)
class PrintOf:
    """A release that the mention in question prints: the print's number, the release's original headline."""

    print_id: int
    headline: str
    language: str


@dataclass(frozen=True)
class Offered:
    """The choices; a partner is offered outlets alone. `people` are those of the office. `prints` is no choice, but
    asked with them: which release the mention in question prints, of several the one that it has most of.
    """

    outlets: Sequence[Outlet] = ()
    topics: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()
    campaigns: tuple[Named, ...] = ()
    people: tuple[Named, ...] = ()
    views: tuple[View, ...] = ()
    prints: PrintOf | None = None


def offered(session: Session, reader: int, *, outlets: bool = True, mention: int = 0) -> Offered:
    """Everything that this reader (0: a partner) may choose from; `outlets` may be left out. `mention`: the one that is
    read, if any.
    """
    if not reader:
        return Offered(listing.outlets(session))
    asked = {"most": _MOST, "partner": PARTNER, "reader": reader, "outlets": int(outlets), "mention": mention}
    rows = session.execute(_ASKED, asked).all()

    def named(kind: str) -> tuple[Named, ...]:
        some = sorted(
            (row for row in rows if row.kind == kind), key=lambda row: (row.rank, row.name.casefold(), row.id)
        )
        return tuple((row.id, row.name) for row in some)

    kept = sorted((row for row in rows if row.kind == "view"), key=lambda row: (row.own < 2, row.rank, row.id))
    prints = sorted((row for row in rows if row.kind == "print"), key=lambda row: (row.rank, row.id))
    of_press = sorted((row for row in rows if row.kind == "outlet"), key=lambda row: row.name)
    return Offered(
        tuple(Outlet(row.id, row.name, *row.more.split(" ")) for row in of_press),
        named("topic"),
        tuple(name for _, name in named("tag")),
        named("campaign"),
        named("person"),
        tuple(View(row.id, row.name, row.more, bool(row.own % 2), row.own >= 2) for row in kept),
        PrintOf(prints[0].id, prints[0].name, prints[0].more) if prints else None,
    )
