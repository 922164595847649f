"""Mentions as a table for a spreadsheet: those of one filter, the newest first."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.cells import harmless
from outreach.core.text import Words
from outreach.work import Outcome, Steps, WorkSeen
from scrapers import clipping, listing
from scrapers.listing import Wanted

_AT_ONCE = 500
_OPEN = "*"
COLUMNS = (
    "id", "published", "found", "outlet", "tier", "owner", "language", "title", "url", "sense", "counted", "verdict",
    "sentence", "places", "terms", "agency", "story",
)  # fmt: skip


@dataclass(frozen=True)
class ExportMentions:
    """The filter as plain values: moments as ISO texts, ids of sources with commas, `*` for all of them."""

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

    @classmethod
    def of(cls, wanted: Wanted, day: date) -> "ExportMentions":
        """The work that exports what a page's filter chooses."""
        return cls(
            asked_on=day.isoformat(),
            since=wanted.since.isoformat() if wanted.since else "",
            until=wanted.until.isoformat() if wanted.until else "",
            sources=_OPEN if wanted.sources is None else ",".join(map(str, wanted.sources)),
            language=wanted.language,
            sense=wanted.sense,
            place=wanted.place,
            standing=wanted.standing,
            words=wanted.words,
        )

    @property
    def wanted(self) -> Wanted:
        """The question again."""
        return Wanted(
            since=datetime.fromisoformat(self.since) if self.since else None,
            until=datetime.fromisoformat(self.until) if self.until else None,
            sources=None if self.sources == _OPEN else tuple(int(one) for one in self.sources.split(",") if one),
            language=self.language,
            sense=self.sense,
            place=self.place,
            standing=self.standing,
            words=self.words,
        )

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """First finds the ids, so that it can say how far it is; then writes, a few hundred at a time."""
        t = app.texts.in_language(language)
        ids = self._ids(app, steps)
        steps(0, len(ids))
        written = 0
        with target.open("w", encoding="utf-8", newline="") as file:
            # The mark by which spreadsheets know the letters.
            file.write("\ufeff" + _line([t(f"mentions.column.{name}") for name in COLUMNS]))
            for at in range(0, len(ids), _AT_ONCE):
                with app.store.reading() as session:
                    lines = self._written(session, t, app, ids[at : at + _AT_ONCE])
                file.write("".join(lines))
                written += len(lines)
                steps(min(at + _AT_ONCE, len(ids)), len(ids))
        return Outcome("mentions.export.done", {"count": written}, t("mentions.export.file", day=self.asked_on))

    def _ids(self, app: App, steps: Steps) -> list[int]:
        ids: list[int] = []
        before: int | None = None
        while True:
            with app.store.reading() as session:
                found, examined_to = listing.matching(session, self.wanted, before=before, limit=listing.MOST)
            ids += found
            steps(0, 0)
            if len(found) < listing.MOST and examined_to is None:
                return ids
            before = examined_to if examined_to is not None else found[-1]

    def _written(self, session: Session, t: Words, app: App, ids: list[int]) -> list[str]:
        zone, wanted = app.settings.zone, self.wanted
        return [
            _line(
                [
                    str(one.id),
                    _moment(one.published_at, app),
                    one.first_seen_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                    one.outlet,
                    t(f"scrapers.tier.{one.tier}"),
                    t(f"mentions.owner.{one.owner}"),
                    one.lang,
                    one.title,
                    one.url,
                    t(f"watch.sense.{one.sense}"),
                    t(f"mentions.counted.{'yes' if one.relevant else 'no'}"),
                    t(f"mentions.verdict.{one.verdict}") if one.verdict else "",
                    one.sentence,
                    "; ".join(one.places),
                    "; ".join(one.terms),
                    one.agency or "",
                    str(one.story_id),
                ]
            )
            for one in clipping.cuttings(session, ids)
            if listing.falls_in(one.first_seen_at, wanted)
        ]


def _moment(at: datetime | None, app: App) -> str:
    return at.astimezone(app.settings.zone).strftime("%Y-%m-%d %H:%M") if at else ""


def _line(cells: list[str]) -> str:
    """One line that a spreadsheet runs nothing of."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(harmless, cells))
    return out.getvalue()
