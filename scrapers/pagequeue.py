"""Which articles' pages are to be fetched: rows, claimed by changing them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from scrapers.models import Article, Mention
from scrapers.models import Source as SourceRow
from scrapers.polling import host_of
from scrapers.pseudonym import is_private

MOST_TRIES = 3
LEASE = timedelta(minutes=10)
_ROWS = 500


@dataclass(frozen=True)
class PageTask:
    """An article whose page is to be fetched, as it was when it was claimed.

    `purpose` is "text", or "evidence" where the text is known and the page is only to be kept. `mentioned`: it has a
    mention already; `private`: private people wrote it, so that its page is never kept. `zone` is the outlet's, where
    its source names one.
    """

    id: int
    url: str
    tries: int
    language: str
    title: str = field(default="", repr=False)
    summary: str = field(default="", repr=False)
    revision: int = 0
    purpose: str = "text"
    mentioned: bool = False
    private: bool = False
    zone: str = ""
    source: str = ""
    tier: str = ""

    @property
    def host(self) -> str:
        return host_of(self.url)


def due_pages(session: Session, now: datetime, max_age: timedelta, limit: int) -> list[PageTask]:
    """Pending articles whose page may be asked now, the newest first."""
    ready = and_(Article.text_state == "pending", _rested(now), Article.first_seen_at >= now - max_age)
    ids = session.scalars(select(Article.id).where(ready).order_by(Article.id.desc()).limit(limit))
    return tasks_of(session, list(ids))


def claim_pages(session: Session, tasks: Sequence[PageTask], now: datetime) -> list[PageTask]:
    """Takes these pages for ourselves for ten minutes, the newest first; those that another collector has, or that
    need no page any more, are left out.
    """
    return claim_stored(session, [task.id for task in tasks], now)


def claim_stored(session: Session, ids: Sequence[int], now: datetime) -> list[PageTask]:
    """The same by the articles' numbers. Pending articles are asked for their text, those whose feed told it for
    evidence.
    """
    wanted = or_(
        Article.text_state == "pending", and_(Article.text_state == "feed", Article.text_tries < MOST_TRIES)
    )
    won: list[int] = []
    for at in range(0, len(ids), _ROWS):
        claim = (
            update(Article)
            .where(Article.id.in_(ids[at : at + _ROWS]), wanted, _rested(now))
            .values(text_next_at=now + LEASE)
            .returning(Article.id)
            .execution_options(synchronize_session=False)
        )
        won.extend(session.scalars(claim))
    return tasks_of(session, won)


def tasks_of(session: Session, ids: Sequence[int]) -> list[PageTask]:
    """The tasks of these articles, the newest first; claims nothing."""
    tasks: list[PageTask] = []
    has_mention = select(Mention.id).where(Mention.article_id == Article.id).exists()
    for at in range(0, len(ids), _ROWS):
        query = (
            select(
                Article.id,
                Article.url,
                Article.text_tries,
                SourceRow.language,
                Article.title,
                Article.summary,
                Article.revision,
                Article.text_state,
                has_mention,
                SourceRow.kind,
                SourceRow.settings,
                SourceRow.name,
                SourceRow.tier,
            )
            .join(SourceRow, SourceRow.id == Article.source_id)
            .where(Article.id.in_(ids[at : at + _ROWS]))
        )
        for row in session.execute(query):
            number, url, tries, language, title, summary, revision, state, mentioned, kind, settings, name, tier = row
            purpose = "text" if state == "pending" else "evidence"
            private, zone = is_private(kind, settings), str(settings.get("zone") or "")
            tasks.append(
                PageTask(
                    number, url, tries, language, title, summary, revision, purpose, mentioned, private, zone, name,
                    tier,
                )
            )
    return sorted(tasks, key=lambda task: -task.id)


def _rested(now: datetime) -> ColumnElement[bool]:
    return or_(Article.text_next_at.is_(None), Article.text_next_at <= now)


def release_pages(session: Session, tasks: Sequence[PageTask]) -> None:
    """Gives claimed pages back, unasked."""
    for at in range(0, len(tasks), _ROWS):
        session.execute(
            update(Article)
            .where(
                Article.id.in_([task.id for task in tasks[at : at + _ROWS]]),
                Article.text_state.in_(("pending", "feed")),
            )
            .values(text_next_at=None)
            .execution_options(synchronize_session=False)
        )


def has_old(session: Session, now: datetime, max_age: timedelta) -> bool:
    """Whether `give_up_old` has anything to do."""
    return session.scalar(select(Article.id).where(_is_old(now, max_age)).limit(1)) is not None


def _is_old(now: datetime, max_age: timedelta) -> ColumnElement[bool]:
    return and_(Article.text_state == "pending", Article.first_seen_at < now - max_age)


def give_up_old(session: Session, now: datetime, max_age: timedelta) -> int:
    """Pending articles that grew too old keep their summary; how many."""
    return len(
        session.execute(
            update(Article)
            .where(_is_old(now, max_age))
            .values(text_state="summary", text_reason_key="scrapers.page_old", text_reason_facts={})
            .returning(Article.id)
        ).all()
    )
