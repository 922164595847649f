"""The pages of articles: fetched for the whole text where a feed told only a summary, judged again, kept as evidence.

The collector drives it: `claim_pages` in a transaction, `page_steps` on the wire, `judge_page` and `keep_evidence`
with neither, then `record_page` or `record_failure` in a transaction.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.errors import OutreachError
from scrapers import evidence, folding, revisions, shortlinks
from scrapers.agency import agencies, credited
from scrapers.extract import Extracted, visible_text
from scrapers.health import plain_facts
from scrapers.judging import Judge, Judgement, body_of, judge_article, outside_of
from scrapers.models import Article, Mention
from scrapers.pagequeue import MOST_TRIES, PageTask
from scrapers.pagereading import PageRead, Raw
from scrapers.polling import Veil
from scrapers.reading.plain import headline_of
from scrapers.recording import judge_again
from scrapers.source import Found
from scrapers.stories import Telling
from scrapers.warc import Kept

log = logging.getLogger("scrapers.pages")

_RESTS = (timedelta(minutes=15), timedelta(hours=2))
_STATES = {"text": "pending", "evidence": "feed"}
# Nothing is to be added to these by another page of the same article.
_WHOLE = frozenset({"feed", "page", "typed", "deleted"})
# A feed's text is shorter than this where a page is fetched: what is longer came from the page before.
_FROM_A_PAGE = 400
# A menu says the same on every page of a site: so many mentions a day tell that it does.
_MOST_ALIKE = 10


@dataclass(frozen=True)
class PageJudged:
    """A page with the verdict on its article; `raw` is there where it is evidence of a mention.

    `outside`: the word stands on the page, but not in the article. `address` is where the article's address led.
    """

    task: PageTask
    page: Extracted | None
    judgement: Judgement | None
    outside: bool = False
    address: str = ""
    raw: Raw | None = None


@dataclass(frozen=True)
class PageLost:
    """A page that could not be had."""

    task: PageTask
    error: OutreachError


def judge_page(task: PageTask, read: PageRead, judge: Judge, veil: Veil | None = None) -> PageJudged:
    """The verdict on the article by its whole text; for no transaction. The raw page stays only where it is evidence
    of a mention; `veil` covers the people on a private person's page.
    """
    address = read.raw.url if read.hops else ""
    if read.page is None:
        return PageJudged(task, None, None, address=address, raw=None if task.private else read.raw)
    page = read.page
    cover = veil if task.private else None
    if cover is not None:
        told = cover(Found(task.url, page.title, text=page.text, author=page.author))
        page = replace(page, title=told.title, text=told.text or "", author=told.author)
    title = _title(task, page)
    lang = page.lang or task.language[:2] or None
    judgement = judge_article(
        title, task.summary, page.text, url=task.url, lang=lang, judge=judge,
        source=task.source, tier=task.tier,
    )  # fmt: skip
    outside = None
    if not judgement.found:
        seen = visible_text(read.raw.body, read.raw.headers)
        if cover is not None:
            seen = cover(Found(task.url, "", text=seen, author=read.page.author)).text or ""
        outside = outside_of(seen, judge, url=task.url, lang=lang)
        if outside is not None:
            # The language is the article's, not that of the one line.
            outside = replace(outside, lang=judgement.lang, lang_sure=judgement.lang_sure)
    found = judgement.found or outside is not None or task.mentioned
    raw = read.raw if found and not task.private else None
    return PageJudged(task, page, outside or judgement, outside is not None, address, raw)


def _title(task: PageTask, page: Extracted) -> str:
    # Where the source told no headline, its words are the address's.
    return page.title if page.title and task.title == headline_of(task.url) else task.title


def keep_evidence(app: App, judged: PageJudged, now: datetime) -> Kept | None:
    """Writes the page into the data folder where it is evidence; None where it is not, or nothing is to be kept.

    For no transaction. A disk that refuses is logged: the article is worth more than the proof of it.
    """
    raw = judged.raw
    if raw is None or not app.settings.collect.evidence_days:
        return None
    try:
        return evidence.keep(app.settings.folder, raw.url, raw.status, raw.headers, raw.body, now)
    except OSError as error:
        log.warning("evidence.failed", extra={"article": judged.task.id, "reason": type(error).__name__})
        return None


def record_pages(
    session: Session, read: Sequence[PageJudged | PageLost], kept: Sequence[Kept | None], now: datetime
) -> list[int]:
    """Stores pages, each with where it is kept, and failures; the numbers of articles that became mentions by them."""
    became: list[int] = []
    for one, where in zip(read, kept, strict=True):
        if isinstance(one, PageJudged):
            became += [one.task.id] if record_page(session, one, where, now) else []
        else:
            record_failure(session, one.task, one.error, now)
    return became


def record_page(session: Session, judged: PageJudged, kept: Kept | None, now: datetime) -> bool:
    """Stores the page's text, the verdict on it and where it is kept; True if the article became a mention by it.

    A page that turns out to be an article we have under another address is folded into that (`scrapers.folding`).
    """
    task, page, judgement = judged.task, judged.page, judged.judgement
    article = session.get(Article, task.id)
    if article is None or article.text_state != _STATES[task.purpose]:
        return False
    article.text_next_at = None
    if judged.address:
        shortlinks.remember(session, task.url, judged.address, now)
    if page is None or judgement is None:
        _keep(session, article.id, kept)
        return False
    if article.revision != task.revision:
        return False  # its feed has changed it meanwhile: the page is asked anew
    other = folding.settle(session, article, page, judged.address)
    if other is not None:
        article = folding.fold(session, article, other)
        if article.text_state in _WHOLE:
            _keep(session, article.id, kept if article.text_state != "deleted" else None)
            return False
    _fill(session, article, page, judged, now)
    if judged.outside and not task.mentioned and _is_everywhere(session, article.source_id, judgement, now):
        return False
    telling = Telling(
        article.title,
        body_of(article.summary, page.text),
        article.published_at or article.first_seen_at,
        tuple(judgement.places),
        article.agency,
    )
    became = judge_again(session, article.id, telling, judgement, now)
    if judgement.found:
        session.execute(update(Mention).where(Mention.article_id == article.id).values(outside=judged.outside))
    _keep(session, article.id, kept)
    return became


def _fill(session: Session, article: Article, page: Extracted, judged: PageJudged, now: datetime) -> None:
    title = _title(judged.task, page)
    if len(article.text) >= _FROM_A_PAGE and article.text != page.text:
        revisions.revise(session, article.id, title, article.summary, page.text, now)
    if article.id == judged.task.id:
        article.title = title
    article.text, article.text_state = page.text, "page"
    article.text_next_at = article.text_reason_key = None
    article.text_reason_facts = {}
    article.author = article.author or page.author
    if article.published_at is None:
        article.published_at = page.published
        article.date_doubted = page.published is None and (article.date_doubted or page.date_doubted)
    article.agency = article.agency or credited(page.text, agencies())
    if judged.judgement is not None:
        article.lang = judged.judgement.lang or article.lang
        article.lang_sure = judged.judgement.lang_sure
    session.flush()


def _keep(session: Session, article_id: int, kept: Kept | None) -> None:
    if kept is not None:
        evidence.record(session, article_id, kept)


def _is_everywhere(session: Session, source_id: int, judgement: Judgement, now: datetime) -> bool:
    """Whether the line is in the site's own frame: told as a mention ten times within a day already."""
    alike = session.scalar(
        select(func.count())
        .select_from(Mention)
        .where(
            Mention.source_id == source_id,
            Mention.outside.is_(True),
            Mention.sentence == judgement.sentence,
            Mention.judged_at >= now - timedelta(days=1),
        )
    )
    return (alike or 0) >= _MOST_ALIKE


def record_failure(session: Session, task: PageTask, error: OutreachError, now: datetime) -> None:
    """Counts a try; the third, or one that will never succeed, ends the pending state with its reason.

    A page that was only to be kept leaves no trace on its article but the count.
    """
    article = session.get(Article, task.id)
    if article is None or article.text_state != _STATES[task.purpose]:
        return
    permanent = bool(getattr(error, "permanent", False))
    article.text_tries = MOST_TRIES if permanent and task.purpose == "evidence" else article.text_tries + 1
    wait = error.facts.get("wait")
    done = permanent or article.text_tries >= MOST_TRIES
    rest = _RESTS[min(article.text_tries, len(_RESTS)) - 1]
    article.text_next_at = None if done else now + (max(rest, wait) if isinstance(wait, timedelta) else rest)
    if task.purpose == "evidence":
        return
    if permanent and shortlinks.is_short_link(task.url):
        shortlinks.remember(session, task.url, None, now)
    article.text_reason_key = error.key
    article.text_reason_facts = plain_facts({name: value for name, value in error.facts.items() if name != "wait"})
    if done:
        article.text_state = "failed"
