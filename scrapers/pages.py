"""The whole text of articles whose source told only a summary: fetched page by page, judged again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Http, Request
from scrapers.agency import agencies, credited
from scrapers.canonical import canonical
from scrapers.extract import Extracted, extract
from scrapers.health import plain_facts, refusal
from scrapers.judging import Judge, body_of, judge_article
from scrapers.models import Article
from scrapers.models import Source as SourceRow
from scrapers.polling import host_of
from scrapers.reading.plain import headline_of
from scrapers.recording import judge_again
from scrapers.robots import RobotsBook
from scrapers.stories import Telling

MOST_TRIES = 3
_LEASE = timedelta(minutes=10)
_RESTS = (timedelta(minutes=15), timedelta(hours=2))
# Less text than this is a cookie wall or an empty page.
_SHORTEST = 140
_READABLE = ("text/html", "application/xhtml", "text/plain")
# Hosts whose addresses only point on: the article is known by where they lead.
_SHORTENERS = frozenset(
    {"pmo.ee", "bit.ly", "t.co", "ej.uz", "tinyurl.com", "ow.ly", "buff.ly", "lnkd.in", "fb.me", "goo.gl"}
)


@dataclass(frozen=True)
class PageTask:
    """An article whose page is to be fetched; `published` and `date_doubted` say what its feed knew."""

    id: int
    url: str
    tries: int
    language: str

    @property
    def host(self) -> str:
        return host_of(self.url)


def due_pages(session: Session, now: datetime, max_age: timedelta, limit: int) -> list[PageTask]:
    """Pending articles whose page may be asked now, the newest first."""
    return _tasks(session, now, limit, now - max_age, None)


def pages_of(session: Session, ids: Sequence[int], now: datetime) -> list[PageTask]:
    """The same for these articles alone."""
    return _tasks(session, now, len(ids), None, ids)


def _tasks(
    session: Session, now: datetime, limit: int, oldest: datetime | None, ids: Sequence[int] | None
) -> list[PageTask]:
    query = (
        select(Article.id, Article.url, Article.text_tries, SourceRow.language)
        .join(SourceRow, SourceRow.id == Article.source_id)
        .where(Article.text_state == "pending", or_(Article.text_next_at.is_(None), Article.text_next_at <= now))
        .order_by(Article.id.desc())
        .limit(limit)
    )
    if ids is not None:
        query = query.where(Article.id.in_(ids))
    if oldest is not None:
        query = query.where(Article.first_seen_at >= oldest)
    return [PageTask(*row) for row in session.execute(query)]


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


def claim_page(session: Session, task: PageTask, now: datetime) -> bool:
    """Takes the page for ourselves for ten minutes; False if another collector has it."""
    won = session.scalar(
        update(Article)
        .where(
            Article.id == task.id,
            Article.text_state == "pending",
            Article.text_tries == task.tries,
            or_(Article.text_next_at.is_(None), Article.text_next_at <= now),
        )
        .values(text_next_at=now + _LEASE)
        .returning(Article.id)
    )
    return won is not None


def release_page(session: Session, task: PageTask) -> None:
    """Gives a claimed page back, unasked."""
    session.execute(
        update(Article).where(Article.id == task.id, Article.text_state == "pending").values(text_next_at=None)
    )


def fetch(task: PageTask, http: Http, robots: RobotsBook, now: datetime, zone: str) -> Extracted:
    """Asks for the page and reads it; OutreachError where there is nothing to read."""
    if not robots.allows(task.url, http, now):
        raise WireError("scrapers.robots", permanent=True, url=task.url)
    answer = http.send(Request(task.url, headers={"Accept": "text/html, */*;q=0.5"}))
    if not 200 <= answer.status < 300:
        raise refusal(answer, task.url, now)
    kind = answer.headers.get("content-type", "text/html").strip().lower()
    if not kind.startswith(_READABLE):
        raise WireError("scrapers.page_kind", permanent=True, url=task.url, type=kind[:60])
    headers = {name.lower(): value for name, value in answer.headers.items()}
    page = extract(answer.body, answer.url, headers=headers, zone=zone, now=now)
    if len(page.text) < _SHORTEST:
        raise WireError("scrapers.page_empty", url=task.url)
    return page


def record_page(session: Session, task: PageTask, page: Extracted, judge: Judge, now: datetime) -> bool:
    """Stores the page's text and the verdict on it; True if the article became a mention by it."""
    article = session.get(Article, task.id)
    if article is None or article.text_state != "pending":
        return False
    article.text, article.text_state = page.text, "page"
    article.text_next_at = article.text_reason_key = None
    if page.title and article.title == headline_of(article.url):
        article.title = page.title  # the source told none: its words were the address's
    article.author = article.author or page.author
    article.published_at = article.published_at or page.published
    article.agency = article.agency or credited(page.text, agencies())
    if host_of(article.url) in _SHORTENERS:
        _resolve(session, article, page.url)
    judgement = judge_article(
        article.title,
        article.summary,
        page.text,
        url=article.url,
        lang=page.lang or task.language[:2] or None,
        judge=judge,
    )
    article.lang = judgement.lang or article.lang
    session.flush()
    telling = Telling(
        article.title,
        body_of(article.summary, page.text),
        article.published_at or article.first_seen_at,
        tuple(judgement.places),
        article.agency,
    )
    return judge_again(session, article.id, telling, judgement, now)


def _resolve(session: Session, article: Article, url: str) -> None:
    """A short link's article gets the address it leads to, unless another article has it already."""
    address = canonical(url)
    if host_of(address) in _SHORTENERS or address.count("/") < 3 or address.endswith("/"):
        return
    if session.scalar(select(Article.id).where(Article.canonical_url == address)) is None:
        article.canonical_url = address


def record_failure(session: Session, task: PageTask, error: OutreachError, now: datetime) -> None:
    """Counts a try; the third, or one that will never succeed, ends the pending state with its reason."""
    article = session.get(Article, task.id)
    if article is None or article.text_state != "pending":
        return
    article.text_tries += 1
    wait = error.facts.get("wait")
    article.text_reason_key = error.key
    article.text_reason_facts = plain_facts({name: value for name, value in error.facts.items() if name != "wait"})
    if getattr(error, "permanent", False) or article.text_tries >= MOST_TRIES:
        article.text_state, article.text_next_at = "failed", None
    else:
        rest = _RESTS[article.text_tries - 1]
        article.text_next_at = now + (max(rest, wait) if isinstance(wait, timedelta) else rest)
