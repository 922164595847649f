"""What a person saw and the collector did not: a link or a text, brought in by hand and counted at once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from scrapers import verdicts
from scrapers.agency import agencies, credited
from scrapers.canonical import canonical
from scrapers.decide import Fresh
from scrapers.judging import Judge, Judgement, body_of, judge_article
from scrapers.models import Article, Mention, Source
from scrapers.reading.dates import sane_date
from scrapers.reading.plain import TEXT_LENGTH, TITLE_LENGTH, clean, headline_of, link_of, one_line
from scrapers.recording import Batch, Judged, judge_again, store
from scrapers.source import Found
from scrapers.sources.paste import Paste
from scrapers.stories import Telling

TEXT_URN = "urn:outreach:paste:"
# Outlets whose own articles a link on their host can be; a platform's host says nothing of who wrote there.
_OUTLETS = ("feed", "listing", "sitemap")


@dataclass(frozen=True)
class Pasted:
    """What a person brings: an address, a text, or both. `where` says in their words where they saw it; `published`
    (aware UTC) when it appeared, if they know.
    """

    url: str
    title: str
    text: str
    where: str
    tier: str
    published: datetime | None = None


@dataclass(frozen=True)
class Brought:
    """The mention that it is; `known` where the archive had the article already, `pending` where its page will be
    fetched.
    """

    mention_id: int
    article_id: int
    known: bool
    pending: bool


def paste(
    session: Session,
    now: datetime,
    actor: str,
    pasted: Pasted,
    judge: Judge,
    name: str,
    veil: Callable[[Found], Found] | None = None,
) -> Brought:
    """Stores what was pasted as a mention that counts, because a person says so; what is there already is only shown.

    A link of an outlet that we follow becomes that outlet's article. All else belongs to the source for pasted things
    of this tier, made with this `name` when it is first needed; `veil` covers the people in it where they are private
    (`scrapers.pseudonym`). OutreachError `scrapers.paste_empty` for neither link nor text, `scrapers.url` for what is
    no address, `scrapers.paste_deleted` for what was deleted from the archive.
    """
    item = _item(pasted, now)
    address = canonical(item.url)
    held = _held(session, address, item.url)
    if held is not None:
        return _known(session, now, actor, held, judge)
    source_id = _outlet(session, address)
    if source_id is None:
        source_id = _own(session, now, pasted.tier, name)
        if veil is not None and Paste(pasted.tier).private:
            item = veil(item)
    judgement = _counted(item.title, item.text or "", item.url, None, judge)
    agency = credited(item.text or "", agencies())
    state = "typed" if item.url.startswith(TEXT_URN) else "pending"
    judged = Judged(Fresh(item, address), item.text or "", state, agency, judgement)
    store(session, [Batch(source_id, [judged])], now)
    held = _held(session, address, item.url)
    if held is None:
        raise LookupError(address)
    session.execute(
        update(Article)
        .where(Article.id == held.id)
        .values(brought_by=actor[:254], brought_from=one_line(pasted.where, 200) or None)
    )
    told = _known(session, now, actor, held, judge)
    return replace(told, known=False, pending=state == "pending")


def _item(pasted: Pasted, now: datetime) -> Found:
    text = clean(pasted.text).strip()[:TEXT_LENGTH]
    title = one_line(pasted.title, TITLE_LENGTH)
    published, doubted = sane_date(pasted.published, now)
    if pasted.url.strip():
        url = link_of(pasted.url, "")
        if url is None:
            raise OutreachError("scrapers.url", url=pasted.url[:200])
        title = title or headline_of(url)
    elif text:
        # The same words from the same place are the same thing, whoever pastes them.
        words = " ".join(f"{pasted.where}\n{text}".casefold().split())
        url = TEXT_URN + hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
        title = title or one_line(text.split("\n", 1)[0], 120)
    else:
        raise OutreachError("scrapers.paste_empty")
    return Found(url=url, title=title, text=text or None, published=published, date_doubted=doubted)


def _held(session: Session, address: str, url: str) -> Article | None:
    return session.scalars(
        select(Article).where(or_(Article.canonical_url == address, Article.url == url)).order_by(Article.id).limit(1)
    ).one_or_none()


def _known(session: Session, now: datetime, actor: str, article: Article, judge: Judge) -> Brought:
    """An article of the archive as a mention: the watch may not have seen one in it."""
    if article.text_state == "deleted":
        raise OutreachError("scrapers.paste_deleted", title=article.title)
    number = _mention_of(session, article.id)
    if number is None:
        judgement = _counted(article.title, body_of(article.summary, article.text), article.url, article.lang, judge)
        telling = Telling(
            article.title,
            body_of(article.summary, article.text),
            article.published_at or article.first_seen_at,
            tuple(judgement.places),
            article.agency,
        )
        judge_again(session, article.id, telling, judgement, now)
        number = _mention_of(session, article.id)
    if number is None:
        raise LookupError(article.id)
    mention = session.get_one(Mention, number, populate_existing=True)
    # What a person has said of it already stands.
    if mention.verdict is None:
        verdicts.judge(session, now, actor, [number], "relevant")
    return Brought(number, article.id, known=True, pending=False)


def _mention_of(session: Session, article_id: int) -> int | None:
    return session.scalar(select(Mention.id).where(Mention.article_id == article_id))


def _counted(title: str, text: str, url: str, lang: str | None, judge: Judge) -> Judgement:
    """The watch's judgement, as one of a mention even where it sees none."""
    judgement = judge_article(title, "", text, url=url, lang=lang, judge=judge)
    return judgement if judgement.found else replace(judgement, found=True, sense="other")


def _outlet(session: Session, address: str) -> int | None:
    """The source of the outlet whose host this is: the first, where it has several."""
    host = _host(address)
    rows = session.execute(
        select(Source.id, Source.site, Source.settings).where(Source.kind.in_(_OUTLETS)).order_by(Source.id)
    )
    for number, site, settings in rows:
        if host and host in {_host(canonical(site)), _host(canonical(str(settings.get("url", ""))))}:
            return int(number)
    return None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _own(session: Session, now: datetime, tier: str, name: str) -> int:
    settings = {"tier": Paste(tier).tier}
    for number, held in session.execute(select(Source.id, Source.settings).where(Source.kind == Paste.kind)):
        if held == settings:
            return int(number)
    row = Source(
        name=name, tier=tier, kind=Paste.kind, settings=settings, catalogue={}, state="healthy", state_since=now
    )
    session.add(row)
    session.flush()
    return row.id
