"""The annex on publicity: what the office did, what was written, and how many inquiries are linked with it.

Figures of inquiries by municipality are told as far as nobody can be known by them (`outreach.core.smallcells`); what
was published is public and counted as it is. "Linked" never means caused; the share unknown always shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import String, column, func, literal, select, table, union_all
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery
from outreach.core import smallcells
from outreach.core.db import UtcDateTime
from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written, between, percent
from outreach.tracker import queries
from outreach.tracker.models import Inquiry
from outreach.tracker.places import read_places
from scrapers.models import TIERS, Article, Mention, MentionPlace, Source

_LANGUAGES = ("lv", "ltg", "ru", "en")
_DONE = ("event", "release", "post")
# The press room stands above reports: of its table just what is counted here.
_RELEASES = table(
    "releases",
    column("id"),
    column("kind"),
    column("published_at", UtcDateTime()),
    column("withdrawn_at", UtcDateTime()),
)


@dataclass
class _Counted:
    numbers: dict[str, int] = field(default_factory=dict)
    records: dict[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, kind: str, found: Iterable[int]) -> str:
        """Counts records under a name; the name."""
        self.records[name] = tuple(sorted(set(found)))
        self.numbers[name], self.kinds[name] = len(self.records[name]), kind
        return name


@dataclass(frozen=True)
class Publicity:
    """Events, releases, posts, mentions by tier, language and municipality, linked inquiries, share unknown."""

    kind: ClassVar[str] = "publicity"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        since, until = period.moments()
        counted = _Counted()
        done, homes = _done(session, period, since, until)
        for name in _DONE:
            counted.note(f"{name}s", name, done[name])
        placed = _mentions(session, since, until)
        mentions = {row.id: row for row in placed}.values()
        counted.note("mentions", "mention", (row.id for row in mentions))
        counted.note("stories", "story", (row.story_id for row in mentions if row.story_id is not None))
        asked = queries.counts_by_source(session, since, until)
        counted.note("inquiries", "inquiry", (number for one in asked for number in one.inquiry_ids))
        for name, unknown in (("linked", False), ("unknown", True)):
            found = [one.inquiry_ids for one in asked if (one.rule == queries.UNKNOWN) is unknown]
            counted.note(name, "inquiry", (number for ids in found for number in ids))
        tiers = {tier: [row.id for row in mentions if row.tier == tier] for tier in TIERS}
        languages = {
            name: [row.id for row in mentions if _language(row.lang) == name] for name in (*_LANGUAGES, "other")
        }
        tables = (
            _summary(counted.numbers),
            _grouped(counted, "report.publicity.by_tier", "report.column.tier", "report.tier", tiers),
            _grouped(counted, "report.publicity.by_language", "report.column.language", "report.language", languages),
            _by_place(counted, office, placed, homes),
        )
        share = between(counted.numbers["unknown"], counted.numbers["inquiries"])
        told = (
            Label(
                "report.publicity.done",
                {name: Label(f"report.publicity.count.{name}", {"count": counted.numbers[name]})
                 for name in ("events", "releases", "posts", "mentions", "stories")},
            ),
            Label("report.outreach.total", {"count": counted.numbers["inquiries"]}),
            Label("report.publicity.known", {"linked": counted.numbers["linked"], "share": share}),
            Label("report.outreach.care"),
        )  # fmt: skip
        return Written(
            self.kind, period, language, told, tables, counted.numbers, counted.records, counted.kinds
        )


def _mentions(session: Session, since: datetime, until: datetime) -> Sequence[Any]:
    """What counts as a mention in a span; one that names several places comes once for each."""
    return session.execute(
        select(Mention.id, Mention.story_id, Mention.lang, Source.tier, MentionPlace.place)
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .outerjoin(MentionPlace, MentionPlace.mention_id == Mention.id)
        .where(Mention.relevant, Article.first_seen_at >= since, Article.first_seen_at < until)
    ).all()


def _done(
    session: Session, period: Period, since: datetime, until: datetime
) -> tuple[Mapping[str, Sequence[int]], Mapping[int, str | None]]:
    """Numbers of campaigns that ran, releases that came out and posts that went out; and which municipality each
    inquiry is about. One question for all: a page asks few.
    """
    nowhere = literal(None, String).label("place")
    ends = func.coalesce(Campaign.ends_on, Campaign.starts_on)
    out = _RELEASES.c
    rows = session.execute(
        union_all(
            select(literal("event").label("what"), Campaign.id.label("number"), nowhere).where(
                Campaign.is_template.is_(False), Campaign.starts_on <= period.last, ends >= period.first
            ),
            select(literal("release"), out.id, nowhere).where(
                out.kind == "release", out.withdrawn_at.is_(None), out.published_at >= since, out.published_at < until
            ),
            select(literal("post"), Delivery.post_id, nowhere).where(
                Delivery.status == "published", Delivery.published_at >= since, Delivery.published_at < until
            ),
            select(literal("inquiry"), Inquiry.id, Inquiry.municipality).where(
                Inquiry.received_at >= since, Inquiry.received_at < until
            ),
        )
    ).all()
    done = {name: [row.number for row in rows if row.what == name] for name in _DONE}
    return done, {row.number: row.place for row in rows if row.what == "inquiry"}


def _language(code: str) -> str:
    return code if code in _LANGUAGES else "other"


def _summary(numbers: Mapping[str, int]) -> Table:
    names = ("events", "releases", "posts", "mentions", "stories", "inquiries", "linked", "unknown")
    whole = numbers["inquiries"]
    return Table(
        "report.publicity.summary",
        ("report.column.what", "report.column.count", "report.column.share"),
        tuple(
            (
                Label(f"report.publicity.{name}"),
                numbers[name],
                percent(numbers[name], whole) if name in {"linked", "unknown"} else None,
            )
            for name in names
        ),
        tuple(("", name, "") for name in names),
    )


def _grouped(
    counted: _Counted, title: str, head: str, label: str, groups: Mapping[str, Sequence[int]]
) -> Table:
    names = [counted.note(f"mentions.{name}", "mention", found) for name, found in groups.items()]
    rows = tuple((Label(f"{label}.{group}"), counted.numbers[name]) for group, name in zip(groups, names, strict=True))
    return Table(title, (head, "report.column.mentions"), rows, tuple(("", name) for name in names))


def _by_place(
    counted: _Counted, office: Office, placed: Sequence[Any], homes: Mapping[int, str | None]
) -> Table:
    """Mentions and inquiries by municipality, those of none that is known last."""
    written: dict[str, list[int]] = {}
    for row in placed:
        if row.place is not None:
            written.setdefault(row.place, []).append(row.id)
    asked: dict[str | None, list[int]] = {}
    known = read_places(office.places).municipalities
    for number, about in homes.items():
        asked.setdefault(about if about in known else None, []).append(number)
    places: list[str | None] = [*known, None]
    kept, _ = smallcells.line([len(asked.get(place, ())) for place in places], total_known=True)
    rows: list[tuple[Cell, ...]] = []
    named = []
    for at, home in enumerate(places):
        if not (written.get(home or "") or asked.get(home) or at in kept):
            continue
        names = ["", ""]
        cells: list[Cell] = [None, Label("report.municipality.hidden")]
        if home is not None:
            names[0] = counted.note(f"mentions.place.{home}", "mention", written.get(home, ()))
            cells[0] = counted.numbers[names[0]]
        if at not in kept:
            names[1] = counted.note(f"inquiries.place.{home or ''}", "inquiry", asked.get(home, ()))
            cells[1] = counted.numbers[names[1]]
        rows.append((home if home is not None else Label("report.publicity.no_place"), *cells))
        named.append(("", *names))
    columns = ("report.column.municipality", "report.column.mentions", "report.column.inquiries")
    return Table("report.publicity.by_place", columns, tuple(rows), tuple(named))
