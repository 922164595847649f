"""Mentions as a table for a spreadsheet, XLSX or CSV: those of one filter, the newest first, the filter in its head."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import sheets
from outreach.core.app import App
from outreach.core.text import Words
from outreach.people.models import User
from outreach.sheets import Cell, Column, Head
from outreach.work import Outcome, Steps, WorkSeen
from scrapers import clipping, listing, wanting
from scrapers.clipping import Cutting
from scrapers.wanting import Wanted

_AT_ONCE = 500
_OPEN = "*"
_NUMBERS = ("topic", "campaign", "assigned", "reader")
# The columns and how wide they are.
COLUMNS = {
    "id": 9, "published": 17, "found": 17, "outlet": 24, "tier": 12, "owner": 11, "language": 8, "title": 52, "url": 40,
    "sense": 16, "counted": 9, "verdict": 15, "tone": 14, "sentence": 72, "places": 22, "terms": 22, "agency": 12,
    "story": 10, "tags": 18, "assigned": 20,
}  # fmt: skip
_WORDS = ("language", "sense", "place", "standing", "words", "tag", "tone", "desk")


@dataclass(frozen=True)
class ExportMentions:
    """The filter as plain values: moments as ISO texts, ids of sources with commas, `*` for all of them; `said` is
    the filter in the words of the page, `by` who asked.
    """

    kind: ClassVar[str] = "export_mentions"
    asked_on: str
    since: str = ""
    until: str = ""
    sources: str = _OPEN
    language: str = ""
    sense: str = ""
    place: str = ""
    standing: str = "all"
    words: str = ""
    topic: int = 0
    campaign: int = 0
    tag: str = ""
    tone: str = ""
    assigned: int = 0
    desk: str = ""
    reader: int = 0
    reads_from: str = ""
    file_format: str = "csv"
    said: str = ""
    by: str = ""
    asked_at: str = ""

    @classmethod
    def of(
        cls,
        wanted: Wanted,
        day: date,
        *,
        file_format: str = "csv",
        said: str = "",
        by: str = "",
        asked_at: datetime | None = None,
    ) -> "ExportMentions":
        """The work that exports what a page's filter chooses."""
        return cls(
            asked_on=day.isoformat(),
            since=_iso(wanted.since),
            until=_iso(wanted.until),
            sources=_OPEN if wanted.sources is None else ",".join(map(str, wanted.sources)),
            reads_from=_iso(wanted.reads_from),
            file_format=file_format,
            said=said,
            by=by,
            asked_at=_iso(asked_at),
            **{name: getattr(wanted, name) for name in (*_NUMBERS, *_WORDS)},
        )

    @property
    def wanted(self) -> Wanted:
        """The question again."""
        return Wanted(
            since=_moment(self.since),
            until=_moment(self.until),
            sources=None if self.sources == _OPEN else tuple(int(one) for one in self.sources.split(",") if one),
            reads_from=_moment(self.reads_from),
            **{name: getattr(self, name) for name in (*_NUMBERS, *_WORDS)},
        )

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """First finds the ids, so that it can say how far it is; then writes, a few hundred at a time."""
        t = app.texts.in_language(language)
        ids, stories = self._ids(app, steps)
        steps(0, len(ids))
        written = 0
        head = self._head(t, app, len(ids), len(stories))
        with sheets.written(self.file_format, target, head) as write:
            for at in range(0, len(ids), _AT_ONCE):
                with app.store.reading() as session:
                    rows = self._rows(session, t, app, ids[at : at + _AT_ONCE])
                for row_cells in rows:
                    write(row_cells)
                written += len(rows)
                steps(min(at + _AT_ONCE, len(ids)), len(ids))
        file_name = t(f"mentions.export.file.{self.file_format}", day=self.asked_on)
        return Outcome("mentions.export.done", {"count": written, "stories": len(stories)}, file_name)

    def _ids(self, app: App, steps: Steps) -> tuple[list[int], set[int]]:
        """Every wanted mention, as the list has them, and their stories."""
        ids: list[int] = []
        stories: set[int] = set()
        before: int | None = None
        while True:
            with app.store.reading() as session:
                found, examined_to = listing.matching(session, self.wanted, before=before, limit=wanting.MOST)
                for at in range(0, len(found), _AT_ONCE):
                    for one in clipping.placed(session, found[at : at + _AT_ONCE]):
                        if wanting.falls_in(one.first_seen_at, self.wanted):
                            ids.append(one.id)
                            stories.add(one.story_id)
            steps(0, 0)
            if len(found) < wanting.MOST and examined_to is None:
                return ids, stories
            before = examined_to if examined_to is not None else found[-1]

    def _head(self, t: Words, app: App, mentions: int, stories: int) -> Head:
        zone = app.settings.zone
        since, until = self.wanted.since, self.wanted.until
        period = t(
            f"mentions.sheet.period.{'both' if since and until else 'since' if since else 'until' if until else 'all'}",
            since=t.moment(since, zone) if since else "",
            until=t.moment(until, zone) if until else "",
        )
        asked_at = _moment(self.asked_at)
        return Head(
            title=t("mentions.sheet.title", office=app.office.name[t.language]),
            pairs=(
                (t("mentions.sheet.period"), period),
                (t("mentions.sheet.filter"), self.said or t("mentions.sheet.no_filter")),
                (t("mentions.sheet.by"), self.by),
                (t("mentions.sheet.at"), t.moment(asked_at, zone) if asked_at else self.asked_on),
                (
                    t("mentions.sheet.count"),
                    t(
                        "mentions.tally",
                        mentions=t("mentions.count.mentions", count=mentions),
                        stories=t("mentions.count.stories", count=stories),
                    ),
                ),
            ),
            columns=tuple(Column(t(f"mentions.column.{name}"), width) for name, width in COLUMNS.items()),
            sheet=t("mentions.title"),
            rows=mentions,
        )

    def _rows(self, session: Session, t: Words, app: App, ids: list[int]) -> list[list[Cell]]:
        found = clipping.cuttings(session, ids)
        people = {one.assigned_to for one in found if one.assigned_to}
        names: dict[int, str] = {}
        if people:
            names = {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(people)))}
        return [_row(one, t, app, names) for one in found]


def _row(one: Cutting, t: Words, app: App, names: dict[int, str]) -> list[Cell]:
    zone = app.settings.zone
    cells: dict[str, Cell] = {
        "id": one.id,
        "published": one.published_at.astimezone(zone) if one.published_at else None,
        "found": one.first_seen_at.astimezone(zone),
        "outlet": one.outlet,
        "tier": t(f"scrapers.tier.{one.tier}"),
        "owner": t(f"mentions.owner.{one.owner}"),
        "language": one.lang,
        "title": one.title,
        "url": one.url,
        "sense": t(f"watch.sense.{one.sense}"),
        "counted": t(f"mentions.counted.{'yes' if one.relevant else 'no'}"),
        "verdict": t(f"mentions.verdict.{one.verdict}") if one.verdict else "",
        "tone": t(f"mentions.tone.{one.tone}") if one.tone else "",
        "sentence": one.sentence,
        "places": "; ".join(one.places),
        "terms": "; ".join(one.terms),
        "agency": one.agency or "",
        "story": one.story_id,
        "tags": "; ".join(one.tags),
        "assigned": names.get(one.assigned_to or 0, ""),
    }
    return [cells[name] for name in COLUMNS]


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _moment(told: str) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
