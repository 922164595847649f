"""The archive read through anew in the background, the newest articles first: for a topic's version, or for all that
is judged after the watch has changed.

It can be called off and goes on where it stopped: `begin` looks for what an earlier one of the same version has done.
Articles that come meanwhile are looked at last, for a collector may not have heard of the new version yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import work
from outreach.core.app import App
from outreach.work import Outcome, Steps, WorkRow, WorkSeen
from scrapers.collect import judge_of
from scrapers.topics import archive, book, editing, reading, rereading
from scrapers.topics.archive import Kept
from scrapers.topics.book import TopicBook
from scrapers.topics.rereading import Reread
from scrapers.topics.seeding import BY_OFFICE

_LOOKED_BACK = 200  # pieces of work among which one to go on with is looked for


@dataclass(frozen=True)
class RereadArchive:
    """`topic` 0 is all of them, with every verdict of the watch. `top` is the newest article when it was asked for;
    `below` the one from which an earlier piece of work has done all above.
    """

    kind: ClassVar[str] = "reread_archive"

    topic: int = 0
    version: int = 0
    top: int = 0
    below: int = 0

    def run(self, app: App, row: WorkSeen, language: str, target: Path, steps: Steps) -> Outcome:
        """Says how many articles became mentions, and how many mentions joined and left the topic."""
        return self.read(app, steps)

    def read(self, app: App, steps: Steps) -> Outcome:
        """The work itself, telling `steps` how many articles of how many are done."""
        book.forget(app)
        topics = book.book_of(app)
        with app.store.reading() as session:
            before = {one.id: one.version.number for one in reading.every(session)}
        if self.topic and before.get(self.topic) != self.version:
            return Outcome("topics.reread.overtaken", {})
        told = Reread()
        for kept, at in self._parts(app):
            told += self._part(app, topics, kept)
            steps(min(self.top, self.top - at + 1), self.top)
        with app.store.transaction() as session:
            for number in [self.topic] if self.topic else before:
                editing.evaluated(session, number, before[number])
        facts = {"new": told.new, "joined": told.joined, "left": told.left, "changed": told.changed}
        return Outcome("topics.reread.done" if self.topic else "topics.reread.all_done", facts)

    def _parts(self, app: App) -> Iterator[tuple[list[Kept], int]]:
        """Articles downwards, each part with the lowest number it covers; at last those that came meanwhile."""
        yield from _down(app, self.below - 1 if self.below else self.top, 1)
        with app.store.reading() as session:
            newest = archive.newest(session)
        for kept, _ in _down(app, newest, self.top + 1):
            yield kept, 1

    def _part(self, app: App, topics: TopicBook, kept: list[Kept]) -> Reread:
        judge = judge_of(app)
        if not self.topic:
            judged = rereading.judged(kept, judge)
            with app.store.transaction() as session:
                return rereading.write_verdicts(session, app.clock.now(), kept, judged)
        hits = rereading.matched(kept, topics, self.topic)
        judged = rereading.judged([row for row in kept if row.id in hits and row.mention_id is None], judge)
        with app.store.transaction() as session:
            return rereading.write_topic(session, app.clock.now(), topics, self.topic, kept, hits, judged)


def _down(app: App, top: int, low: int) -> Iterator[tuple[list[Kept], int]]:
    while top >= low:
        with app.store.reading() as session:
            kept, bottom = archive.chunk(session, top, low)
        yield kept, bottom
        top = bottom - 1


def begin(session: Session, now: datetime, user_id: int | None, actor: str, language: str, topic_id: int = 0) -> int:
    """Asks for the archive to be read for a topic as it is now (0: for all, with every verdict); the work's number.

    What is under way for an older version of the topic is called off; what was left half done for this very version
    is gone on with.
    """
    version = 0
    if topic_id:
        topic = reading.one(session, topic_id)
        version = topic.version.number if topic is not None else 0
    top, below = archive.newest(session), 0
    for row in _earlier(session, topic_id):
        if row.state in {"waiting", "running"}:
            work.cancel(session, now, row.id)
        # What was rejudged was judged by another watch.
        if topic_id and row.asked["version"] == version and row.state != "done" and row.done and not below:
            top, below = int(row.asked["top"]), max(1, int(row.asked["top"]) - row.done + 1)
    return work.ask(session, now, user_id, actor, language, RereadArchive(topic_id, version, top, below))


def go_on(session: Session, now: datetime, language: str) -> int:
    """Asks for what is still owed, when the program starts: topics whose version in force the archive was not read
    through with, where nobody called that off; how many.
    """
    owed = 0
    for topic in reading.every(session):
        if topic.is_read:
            continue
        latest = latest_for(session, topic.id)
        mine = latest is not None and latest.asked["version"] == topic.version.number
        if latest is not None and mine and latest.state in {"waiting", "running", "cancelled"}:
            continue
        begin(session, now, None, BY_OFFICE, language, topic.id)
        owed += 1
    return owed


def read_now(app: App, topic_id: int = 0, steps: Steps | None = None) -> Outcome:
    """Reads the archive here and now, as the work does."""
    with app.store.reading() as session:
        topic = reading.one(session, topic_id) if topic_id else None
        top = archive.newest(session)
    asked = RereadArchive(topic_id, topic.version.number if topic is not None else 0, top)
    return asked.read(app, steps or _Silent())


class _Silent:
    """Tells nobody how far it is."""

    def __call__(self, done: int, total: int) -> None:
        pass


def latest_for(session: Session, topic_id: int) -> WorkSeen | None:
    """The latest piece of work for a topic."""
    rows = _earlier(session, topic_id)
    return work.seen(session, rows[0].id) if rows else None


def under_way(session: Session) -> dict[int, tuple[int, str, int, int]]:
    """By topic its latest piece of work: number, state, done and total."""
    found: dict[int, tuple[int, str, int, int]] = {}
    for row in _rows(session):
        found.setdefault(int(row.asked["topic"]), (row.id, row.state, row.done, row.total))
    return found


def _earlier(session: Session, topic_id: int) -> list[WorkRow]:
    return [row for row in _rows(session) if row.asked["topic"] == topic_id]


def _rows(session: Session) -> list[WorkRow]:
    query = select(WorkRow).where(WorkRow.kind == RereadArchive.kind).order_by(WorkRow.id.desc()).limit(_LOOKED_BACK)
    return list(session.scalars(query))
