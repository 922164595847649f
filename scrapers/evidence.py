"""What was published, kept as it was: the page of each mention, so that one removed later can be shown.

Pages of mentions whose text is fetched are kept on that occasion; those whose text came with the feed are fetched once
more for it (`due`), three times at most. Private people's posts are kept as the text that is stored, covered
(`scrapers.pseudonym`), never as the platform's page. After `collect.evidence_days` a page goes, its mention stays.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.registry import kinds
from scrapers import sources
from scrapers.models import Article, Evidence, Mention
from scrapers.models import Source as SourceRow
from scrapers.pagequeue import MOST_TRIES, PageTask, tasks_of
from scrapers.pseudonym import is_private
from scrapers.warc import FOLDER, Kept, keep_text, read_file
from scrapers.warc import Page as Page
from scrapers.warc import keep as keep

log = logging.getLogger("scrapers.evidence")

_YOUNG = timedelta(days=7)
_ROWS = 500
_POSTS = 1_000


@dataclass(frozen=True)
class Post:
    """A private person's post that is to be kept, as it is stored."""

    article_id: int
    url: str
    text: str


def record(session: Session, article_id: int, kept: Kept) -> None:
    """Notes where an article's page lies; the same content of an article is noted once."""
    held = session.scalar(
        select(Evidence.id).where(Evidence.article_id == article_id, Evidence.sha256 == kept.sha256).limit(1)
    )
    if held is None:
        session.add(
            Evidence(
                article_id=article_id,
                at=kept.at,
                url=kept.url,
                file=kept.file,
                sha256=kept.sha256,
                size=kept.size,
            )
        )
        session.flush()


def read_back(folder: Path, row: Evidence) -> Page:
    """The page that a row stands for, from the data folder. OutreachError `scrapers.evidence_lost` or
    `scrapers.evidence_damaged`.
    """
    return read_file(folder, row.file, row.sha256)


def evidence_of(session: Session, article_id: int) -> list[Evidence]:
    """What is kept of an article, the newest first."""
    return list(session.scalars(select(Evidence).where(Evidence.article_id == article_id).order_by(Evidence.id.desc())))


def due(session: Session, now: datetime, limit: int) -> list[PageTask]:
    """Articles that came whole with their feed, are mentions of the last seven days, and whose page is not kept yet:
    tasks with the purpose "evidence", the newest first. Private people's are none.
    """
    hidden, doubtful = _private_kinds()
    query = (
        _without_evidence(now)
        .where(
            Article.text_state == "feed",
            Article.text_tries < MOST_TRIES,
            or_(Article.text_next_at.is_(None), Article.text_next_at <= now),
            SourceRow.kind.not_in(hidden),
        )
        .limit(limit)
    )
    found = [
        number
        for number, kind, settings, *_ in session.execute(query)
        if kind not in doubtful or not is_private(kind, settings)
    ]
    return tasks_of(session, found)


def due_posts(session: Session, now: datetime, limit: int) -> list[Post]:
    """Private people's posts that are mentions of the last seven days and are not kept yet, the newest first."""
    hidden, doubtful = _private_kinds()
    if not hidden and not doubtful:
        return []
    query = _without_evidence(now).where(SourceRow.kind.in_([*hidden, *doubtful]), Article.text_state != "deleted")
    return [
        Post(number, url, "\n".join(dict.fromkeys(part for part in parts if part)))
        for number, kind, settings, url, *parts in session.execute(query.limit(limit))
        if kind in hidden or is_private(kind, settings)
    ]


def _without_evidence(now: datetime) -> Select[Any]:
    return (
        select(
            Article.id, SourceRow.kind, SourceRow.settings, Article.url, Article.title, Article.summary, Article.text
        )
        .join(Mention, Mention.article_id == Article.id)
        .join(SourceRow, SourceRow.id == Article.source_id)
        # The index of verdicts by moment begins with what they were.
        .where(Mention.relevant.in_((True, False)), Mention.judged_at >= now - _YOUNG)
        .where(~exists().where(Evidence.article_id == Article.id))
        .order_by(Article.id.desc())
    )


def _private_kinds() -> tuple[list[str], list[str]]:
    """The kinds that are private, and those whose settings decide."""
    told = {name: getattr(kind, "private", False) for name, kind in kinds(sources.__name__).items()}
    doubtful = [name for name, private in told.items() if isinstance(private, property)]
    return [name for name, private in told.items() if private and name not in doubtful], doubtful


def expire(session: Session, now: datetime, days: int) -> list[str]:
    """Forgets what was kept longer than so many days ago; the names of files that nobody needs any more, for the
    caller to remove once this is committed.
    """
    old = session.execute(
        delete(Evidence).where(Evidence.at < now - timedelta(days=days)).returning(Evidence.file)
    ).all()
    return unneeded(session, [file for (file,) in old])


def unneeded(session: Session, files: Sequence[str]) -> list[str]:
    """Those of the files that no row names, each once."""
    asked = list(dict.fromkeys(files))
    needed: set[str] = set()
    for at in range(0, len(asked), _ROWS):
        needed.update(session.scalars(select(Evidence.file).where(Evidence.file.in_(asked[at : at + _ROWS]))))
    return [file for file in asked if file not in needed]


def remove(folder: Path, files: Iterable[str]) -> int:
    """Removes files of evidence from the data folder, and days that are empty then; how many there were."""
    home, removed = (folder / FOLDER).resolve(), 0
    for file in files:
        path = (folder / file).resolve()
        if not path.is_relative_to(home):
            continue
        try:
            path.unlink()
            removed += 1
            for place in list(path.parents)[:3]:
                place.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            continue  # a day with other files in it, or a disk that refuses: the next look tries again
    return removed


def tidy(app: App) -> int:
    """Keeps private people's posts that are due, removes what is past its time and files that a crash left without a
    row; how many files went. To be called once a day; its transactions are its own.
    """
    keep_posts(app)
    now, folder = app.clock.now(), app.settings.folder
    days = app.settings.collect.evidence_days
    with app.store.transaction() as session:
        gone = expire(session, now, days)
    removed = remove(folder, gone)
    left = _lying(folder, now, days)
    with app.store.reading() as session:
        left = unneeded(session, left)
    removed += remove(folder, left)
    if removed:
        log.info("evidence.removed", extra={"files": removed})
    return removed


def _lying(folder: Path, now: datetime, days: int) -> list[str]:
    """Files of days that are past their time, and of last week's but the last two: what is being written now may have
    no row yet.
    """
    today = now.astimezone(UTC).date()
    found: list[str] = []
    for place in sorted((folder / FOLDER).glob("[0-9]*/[0-9]*/[0-9]*")):
        try:
            day = date(*(int(part) for part in place.parts[-3:]))
        except (ValueError, TypeError):
            continue
        age = (today - day).days
        if age > days + 1 or 1 < age <= 9:
            found.extend(f"{FOLDER}/{day:%Y/%m/%d}/{file.name}" for file in place.iterdir() if file.is_file())
    return found


def keep_posts(app: App) -> int:
    """Keeps the private people's posts that are due; how many. Its transactions are its own."""
    if not app.settings.collect.evidence_days:
        return 0
    now = app.clock.now()
    with app.store.reading() as session:
        posts = due_posts(session, now, _POSTS)
    kept: list[tuple[int, Kept]] = []
    for post in posts:
        try:
            kept.append((post.article_id, keep_text(app.settings.folder, post.url, post.text, now)))
        except OSError as error:
            log.warning("evidence.failed", extra={"article": post.article_id, "reason": type(error).__name__})
            break
    if kept:
        with app.store.transaction() as session:
            for article_id, one in kept:
                # The row stays where somebody has deleted the mention meanwhile; a file without a row is tidied away.
                article = session.get(Article, article_id, with_for_update=True)
                if article is not None and article.text_state != "deleted":
                    record(session, article_id, one)
    return len(kept)
