"""Articles' pages without a collector and without a wire: what the tests of their steps and of their rows share."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import select

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.http import Answer
from outreach.core.testing import RecordedHttp
from scrapers import pagequeue, pagereading, pages
from scrapers.judging import Judge
from scrapers.models import Article, Mention, Source
from scrapers.pagequeue import PageTask
from scrapers.pagereading import PageRead
from scrapers.robots import RobotsBook
from scrapers.steps import drive
from scrapers.watch.match import match
from scrapers.watching import watch_of
from tests.scrapers.conftest import office
from tests.scrapers.news import page

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ZONE = "Europe/Riga"
URL = "https://zinas.example/raksts/1"
SHORT = "https://ej.uz/abc"
HTML: Mapping[str, str] = {"Content-Type": "text/html; charset=utf-8"}
BOX = '<div class="related"><h4>Lasi vēl</h4><ul><li><a href="/2">{}</a></li><li><a href="/3">Tirgus Salaspilī</a></li></ul></div>'
MENU = '<nav><ul><li><a href="/">Sākums</a></li><li><a href="/r">{}</a></li></ul></nav>'
COMMENTS = '<section id="comments"><h3>Komentāri</h3><div class="comment"><p>{}</p></div></section>'
FOOT = '<footer><a href="/r">{}</a></footer>'


@cache
def judge() -> Judge:
    """The shipped office's watch."""
    watch = watch_of(office())
    return lambda document: match(document, watch)


def site(pages_: Mapping[str, Answer | Exception], robots: str = "") -> RecordedHttp:
    """Answers by address; every host's robots.txt is `robots`."""
    told: dict[tuple[str, str], Answer | Exception] = {("GET", url): answer for url, answer in pages_.items()}
    for url in pages_:
        host = "/".join(url.split("/")[:3])
        told.setdefault(("GET", f"{host}/robots.txt"), Answer("", 200 if robots else 404, {}, robots.encode()))
    return RecordedHttp(told)


def html(body: str, url: str = URL, status: int = 200, headers: Mapping[str, str] = HTML) -> Answer:
    return Answer(url, status, headers, body.encode())


def ask(task: PageTask, http: RecordedHttp) -> PageRead:
    return drive(pagereading.page_steps(task, RobotsBook(), NOW, ZONE), http)


def task(number: int = 1, url: str = URL, **told: object) -> PageTask:
    return replace(PageTask(number, url, 0, "lv", "Maiznīca pie tirgus laukuma"), **told)  # type: ignore[arg-type]


def framed(text: str, frame: str, word: str) -> str:
    told = page("Tilts pār Daugavu", text)
    return told.replace("</body>", frame.format(word) + "</body>")


def canonical_page(text: str, address: str, title: str = "Maiznīca pie tirgus laukuma") -> str:
    return page(title, text).replace("<title>", f'<link rel="canonical" href="{address}"><title>')


def stored(store: Store, *urls: str, state: str = "pending", **told: object) -> list[int]:
    with store.transaction() as session:
        source = session.scalar(select(Source))
        if source is None:
            source = Source(name="Ziņas", tier="local", kind="feed", settings={"url": "https://z.example/rss"}, language="lv")
            session.add(source)
            session.flush()
        ids = []
        for url in urls:
            facts: dict[str, object] = {"title": "Maiznīca pie tirgus laukuma", "summary": "", "text": "", **told}
            one = Article(
                source_id=source.id, url=url, canonical_url=url, first_seen_at=NOW, text_state=state, **facts
            )
            session.add(one)
            session.flush()
            ids.append(one.id)
    return ids


def read_and_record(app: App, url: str, answer: Answer, now: datetime = NOW, **more: Answer) -> bool:
    """One article's page from its claim to its row."""
    with app.store.transaction() as session:
        number = session.scalars(select(Article.id).where(Article.url == url)).one()
        (claimed,) = pagequeue.claim_stored(session, [number], now)
    http = site({url: answer, **{answer.url: answer for answer in more.values()}})
    read = ask(claimed, http)
    judged = pages.judge_page(claimed, read, judge())
    kept = pages.keep_evidence(app, judged, now)
    with app.store.transaction() as session:
        return pages.record_page(session, judged, kept, now)


def rows(app: App) -> list[Article]:
    with app.store.reading() as session:
        return list(session.scalars(select(Article).order_by(Article.id)))


def mentions(app: App) -> list[Mention]:
    with app.store.reading() as session:
        return list(session.scalars(select(Mention).order_by(Mention.id)))
