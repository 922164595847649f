"""An article's page and its row: claimed, filled, folded, kept, given up. On both stores."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import WireError
from outreach.core.http import Answer
from scrapers import evidence, pagequeue, pages, shortlinks
from scrapers.models import Article, Evidence, Mention, ShortLink, Source
from scrapers.source import Found
from tests.scrapers.news import BRIDGE, FAMILY, page
from tests.scrapers.onepage import (
    BOX,
    MENU,
    NOW,
    SHORT,
    URL,
    ask,
    canonical_page,
    framed,
    html,
    judge,
    mentions,
    read_and_record,
    rows,
    site,
    stored,
)


def test_a_claim_is_won_once_and_can_be_given_back(store: Store) -> None:
    ids = stored(store, *(f"{URL}{n}" for n in range(5)))
    done = stored(store, "https://zinas.example/gatavs", state="page")
    with store.transaction() as session:
        tasks = pagequeue.claim_stored(session, [*ids, *done, 99_999], NOW)
        assert [task.id for task in tasks] == ids[::-1]
        assert (tasks[0].language, tasks[0].purpose, tasks[0].host) == ("lv", "text", "zinas.example")
        assert pagequeue.claim_stored(session, ids, NOW) == []
    with store.transaction() as session:
        pagequeue.release_pages(session, tasks[:2])
        assert [task.id for task in pagequeue.due_pages(session, NOW, timedelta(days=1), 10)] == [ids[4], ids[3]]
        assert [task.id for task in pagequeue.claim_pages(session, tasks, NOW)] == [ids[4], ids[3]]
    with store.transaction() as session:
        later = NOW + timedelta(minutes=11)
        assert len(pagequeue.claim_stored(session, ids, later)) == 5


def test_a_page_makes_the_mention_and_is_kept(app: App) -> None:
    stored(app.store, URL)
    body = page("Maiznīca pie tirgus laukuma", FAMILY)
    assert read_and_record(app, URL, html(body))
    (article,), (mention,) = rows(app), mentions(app)
    assert (article.text_state, article.text_next_at, mention.relevant, mention.outside) == ("page", None, True, False)
    with app.store.reading() as session:
        (row,) = session.scalars(select(Evidence))
        assert evidence.read_back(app.settings.folder, row).body == body.encode()


def test_outside_the_article_is_told_of_the_mention(app: App) -> None:
    stored(app.store, URL, title="Tilts pār Daugavu")
    assert read_and_record(app, URL, html(framed(BRIDGE, BOX, "Remigrācija Latgalē")))
    (mention,) = mentions(app)
    assert (mention.outside, mention.relevant) == (True, False)


def test_a_sites_own_menu_makes_no_flood(app: App) -> None:
    urls = [f"https://zinas.example/raksts/{n}" for n in range(14)]
    for url in urls:
        stored(app.store, url, title=f"Tilts pār Daugavu numur {url[-2:]}")
        read_and_record(app, url, html(framed(BRIDGE, MENU, "Remigrācija Latgalē"), url=url))
    assert len(mentions(app)) == 10
    assert {article.text_state for article in rows(app)} == {"page"}


def test_nothing_is_kept_where_the_settings_say_so(make_app: object) -> None:
    app = make_app(evidence_days=0)  # type: ignore[operator]
    stored(app.store, URL)
    assert read_and_record(app, URL, html(page("Maiznīca", FAMILY)))
    with app.store.reading() as session:
        assert session.scalars(select(Evidence)).all() == []
    assert not (app.settings.folder / "evidence").exists()


def test_a_full_disk_costs_the_proof_and_not_the_mention(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scrapers.evidence.keep", full)
    stored(app.store, URL)
    assert read_and_record(app, URL, html(page("Maiznīca", FAMILY)))


def test_a_page_that_names_another_address_is_known_by_it(app: App) -> None:
    stored(app.store, URL)
    read_and_record(app, URL, html(canonical_page(FAMILY, "https://zinas.example/majas/maiznica")))
    (article,) = rows(app)
    assert article.canonical_url == "https://zinas.example/majas/maiznica"
    assert article.url == URL


@pytest.mark.parametrize(
    "address",
    [
        "https://zinas.example/",
        "https://citas.example/raksts/9",
        "https://zinas.example/raksts",
        "javascript:alert(1)",
        "https://zinas.example.evil.example/raksts/9",
    ],
)
def test_an_address_that_cannot_be_its_own_is_not_believed(app: App, address: str) -> None:
    stored(app.store, URL)
    read_and_record(app, URL, html(canonical_page(FAMILY, address)))
    assert rows(app)[0].canonical_url == URL


def test_a_second_address_of_an_article_is_folded_into_the_first(app: App) -> None:
    other = "https://zinas.example/majas/maiznica"
    stored(app.store, other, URL)
    read_and_record(app, other, html(page("Maiznīca pie tirgus laukuma", FAMILY), url=other))
    assert not read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    older, newer = rows(app)
    assert (older.text_state, newer.text_state, newer.text_reason_key) == ("page", "summary", "scrapers.same_as")
    assert newer.text_reason_facts == {"url": other}
    assert [mention.article_id for mention in mentions(app)] == [older.id]
    assert newer.canonical_url == URL  # what its feed shows is known by it


def test_a_folded_articles_mention_goes_to_the_older_one(app: App) -> None:
    other = "https://zinas.example/majas/maiznica"
    older, _newer = stored(app.store, other, URL)
    stored(app.store, "https://zinas.example/x", state="summary")
    with app.store.transaction() as session:
        session.get_one(Article, older).text_state = "failed"
    assert read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    first, second, _ = rows(app)
    # The page that was read stands in for the one that could not be.
    assert (first.text_state, second.text_state) == ("page", "summary")
    assert [mention.article_id for mention in mentions(app)] == [first.id]


def test_a_mention_that_is_there_goes_along_and_keeps_its_number(app: App) -> None:
    other = "https://zinas.example/majas/maiznica"
    stored(app.store, other, state="summary")
    stored(app.store, URL)
    read_and_record(app, URL, html(page("Maiznīca pie tirgus laukuma", FAMILY)))
    (before,) = mentions(app)
    with app.store.transaction() as session:
        session.scalars(select(Article).where(Article.url == URL)).one().text_state = "pending"
        session.scalars(select(Mention)).one().verdict = "relevant"
    assert not read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    (after,) = mentions(app)
    older, newer = rows(app)
    assert (after.id, after.article_id, after.verdict) == (before.id, older.id, "relevant")
    assert (older.text_state, newer.text_state) == ("page", "summary")


def test_both_were_mentions_and_one_is_left(app: App) -> None:
    other = "https://zinas.example/majas/maiznica"
    stored(app.store, other, URL)
    for url in (URL, other):
        read_and_record(app, url, html(page("Maiznīca pie tirgus laukuma", FAMILY), url=url))
    assert len(mentions(app)) == 2
    with app.store.transaction() as session:
        again = session.scalars(select(Article).where(Article.url == URL)).one()
        again.text_state = "pending"
    read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    (left,) = mentions(app)
    assert left.article_id == rows(app)[0].id


def test_what_a_person_has_said_is_not_folded_away(app: App) -> None:
    other = "https://zinas.example/majas/maiznica"
    stored(app.store, other, URL)
    for url in (URL, other):
        read_and_record(app, url, html(page("Maiznīca pie tirgus laukuma", FAMILY), url=url))
    with app.store.transaction() as session:
        again = session.scalars(select(Article).where(Article.url == URL)).one()
        again.text_state = "pending"
        session.scalars(select(Mention).where(Mention.article_id == again.id)).one().verdict = "relevant"
    read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    assert len(mentions(app)) == 2


def test_a_site_whose_every_page_names_one_address_loses_nothing(app: App) -> None:
    urls = [f"https://zinas.example/raksts/{n}" for n in range(4)]
    for number, url in enumerate(urls):
        stored(app.store, url, title=f"Ģimene numur {number} atgriežas mājās")
        text = f"Raksts numur {number} sākas citādi. {FAMILY} Beigas {number}."
        body = canonical_page(text, "https://zinas.example/veidne.html", f"Ģimene numur {number} atgriežas mājās")
        read_and_record(app, url, html(body, url=url))
    assert [article.text_state for article in rows(app)] == ["page"] * 4
    assert len(mentions(app)) == 4


def test_a_deleted_article_does_not_come_back_by_another_address(app: App) -> None:
    other = "https://zinas.example/majas/maiznica"
    stored(app.store, other, state="deleted")
    stored(app.store, URL)
    assert not read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    assert mentions(app) == []
    assert [article.text_state for article in rows(app)] == ["deleted", "deleted"]
    assert [(article.summary, article.text) for article in rows(app)] == [("", ""), ("", "")]
    with app.store.reading() as session:
        assert session.scalars(select(Evidence)).all() == []


def test_a_short_link_is_known_by_where_it_leads_and_asked_once(app: App) -> None:
    stored(app.store, SHORT)
    hop = Answer(SHORT, 301, {"Location": URL}, b"")
    read_and_record(app, SHORT, hop, page=html(page("Maiznīca", FAMILY)))
    (article,) = rows(app)
    assert (article.url, article.canonical_url, article.text_state) == (SHORT, URL, "page")
    with app.store.reading() as session:
        assert shortlinks.known(session, [SHORT, "https://ej.uz/other"]) == {SHORT: URL}
        found = [Found(SHORT, "a"), Found("https://ej.uz/other", "b"), Found(URL, "c")]
        assert [one.url for one in shortlinks.resolved(session, found)] == [URL, "https://ej.uz/other", URL]


def test_a_short_link_to_an_article_we_have_is_folded_into_it(app: App) -> None:
    stored(app.store, URL, title="Pavisam cits virsraksts te stāv")
    stored(app.store, SHORT)
    read_and_record(app, URL, html(page("Cits", FAMILY)))
    hop = Answer(SHORT, 301, {"Location": URL}, b"")
    assert not read_and_record(app, SHORT, hop, page=html(page("Maiznīca", FAMILY)))
    assert len(mentions(app)) == 1
    assert rows(app)[1].text_reason_key == "scrapers.same_as"


def test_a_short_link_that_leads_nowhere_is_remembered_for_a_month(app: App) -> None:
    (number,) = stored(app.store, SHORT)
    with app.store.transaction() as session:
        (claimed,) = pagequeue.claim_stored(session, [number], NOW)
        pages.record_failure(session, claimed, WireError("scrapers.not_found", permanent=True, url=SHORT), NOW)
        assert shortlinks.known(session, [SHORT]) == {SHORT: None}
        assert shortlinks.resolved(session, [Found(SHORT, "a")])[0].url == SHORT
        assert shortlinks.forget_nowhere(session, NOW + timedelta(days=29)) == 0
        assert shortlinks.forget_nowhere(session, NOW + timedelta(days=31)) == 1
    with app.store.reading() as session:
        assert session.scalars(select(ShortLink)).all() == []


def test_a_page_that_was_edited_is_another_revision(app: App) -> None:
    stored(app.store, URL)
    read_and_record(app, URL, html(page("Maiznīca", FAMILY)))
    with app.store.transaction() as session:
        session.scalars(select(Article)).one().text_state = "pending"
    read_and_record(app, URL, html(page("Maiznīca", FAMILY + " Papildināts ar koordinatores vārdiem.")))
    (article,) = rows(app)
    assert article.revision == 1
    assert "Papildināts" in article.text
    with app.store.transaction() as session:
        session.scalars(select(Article)).one().text_state = "pending"
    read_and_record(app, URL, html(page("Maiznīca", FAMILY + " Papildināts ar koordinatores vārdiem.")))
    assert rows(app)[0].revision == 1


def test_what_its_feed_changed_meanwhile_is_asked_anew(app: App) -> None:
    (number,) = stored(app.store, URL)
    with app.store.transaction() as session:
        (claimed,) = pagequeue.claim_stored(session, [number], NOW)
    judged = pages.judge_page(claimed, ask(claimed, site({URL: html(page("Maiznīca", FAMILY))})), judge())
    with app.store.transaction() as session:
        session.get_one(Article, number).revision = 1
    with app.store.transaction() as session:
        assert not pages.record_page(session, judged, None, NOW)
    with app.store.reading() as session:
        assert [task.id for task in pagequeue.due_pages(session, NOW, timedelta(days=1), 5)] == [number]


@pytest.mark.parametrize("gone", ["deleted", "summary", "page"])
def test_a_page_that_comes_late_changes_nothing(app: App, gone: str) -> None:
    (number,) = stored(app.store, URL)
    with app.store.transaction() as session:
        (claimed,) = pagequeue.claim_stored(session, [number], NOW)
    judged = pages.judge_page(claimed, ask(claimed, site({URL: html(page("Maiznīca", FAMILY))})), judge())
    with app.store.transaction() as session:
        session.get_one(Article, number).text_state = gone
    with app.store.transaction() as session:
        assert not pages.record_page(session, judged, None, NOW)
        pages.record_failure(session, claimed, WireError("http.timeout", url=URL, host=""), NOW)
    (article,) = rows(app)
    assert (article.text_state, article.text, article.text_tries) == (gone, "", 0)


def test_a_page_only_to_be_kept_leaves_the_article_as_it_is(app: App) -> None:
    stored(app.store, URL, state="feed", text=FAMILY)
    assert not read_and_record(app, URL, html("<html>Lapa</html>"))
    (article,) = rows(app)
    assert (article.text_state, article.text, article.text_tries, article.text_next_at) == ("feed", FAMILY, 0, None)
    with app.store.reading() as session:
        (row,) = session.scalars(select(Evidence))
        assert evidence.read_back(app.settings.folder, row).body == b"<html>Lapa</html>"


def test_a_page_that_cannot_be_kept_is_tried_three_times_without_a_word(app: App) -> None:
    (number,) = stored(app.store, URL, state="feed", text=FAMILY)
    moment = NOW
    for tries in (1, 2, 3):
        with app.store.transaction() as session:
            (claimed,) = pagequeue.claim_stored(session, [number], moment)
            assert claimed.purpose == "evidence"
            pages.record_failure(session, claimed, WireError("scrapers.server", url=URL), moment)
        (article,) = rows(app)
        assert (article.text_state, article.text_tries, article.text_reason_key) == ("feed", tries, None)
        moment += timedelta(hours=3)
    with app.store.transaction() as session:
        assert pagequeue.claim_stored(session, [number], moment) == []


def test_three_tries_then_it_failed_with_its_reason(store: Store) -> None:
    (number,) = stored(store, URL)
    moment = NOW
    wait = timedelta(hours=5)
    for tries in (1, 2, 3):
        with store.transaction() as session:
            (claimed,) = pagequeue.claim_stored(session, [number], moment)
            error = WireError("scrapers.busy", url=URL, status=503, wait=wait)
            pages.record_failure(session, claimed, error, moment)
            article = session.get_one(Article, number)
            assert article.text_state == ("pending" if tries < 3 else "failed")
            assert article.text_next_at == (moment + wait if tries < 3 else None)
            assert "wait" not in article.text_reason_facts
        moment += timedelta(hours=6)


@pytest.mark.parametrize(
    ("feed", "shown", "published", "doubted"),
    [
        ((None, False), "2026-11-20T08:00:00Z", "2026-11-20T08:00", False),
        ((None, True), "2026-11-20T08:00:00Z", "2026-11-20T08:00", False),
        ((None, False), "2099-01-01T08:00:00Z", None, True),
        ((None, False), "1993-01-01T08:00:00Z", None, True),
        ((None, True), "", None, True),
        ((NOW - timedelta(hours=2), False), "2026-11-20T08:00:00Z", "2026-11-23T08:00", False),
    ],
)
def test_the_feeds_date_first_then_the_pages(
    app: App, feed: tuple[datetime | None, bool], shown: str, published: str | None, doubted: bool
) -> None:
    stored(app.store, URL, published_at=feed[0], date_doubted=feed[1])
    head = f'<meta property="article:published_time" content="{shown}">'
    read_and_record(app, URL, html(page("Maiznīca", FAMILY).replace("<title>", head + "<title>")))
    (article,) = rows(app)
    told = article.published_at.strftime("%Y-%m-%dT%H:%M") if article.published_at else None
    assert (told, article.date_doubted) == (published, doubted)


def test_evidence_of_both_addresses_stays_with_the_article_that_is_left(app: App, tmp_path: Path) -> None:
    other = "https://zinas.example/majas/maiznica"
    stored(app.store, other, URL)
    read_and_record(app, other, html(page("Maiznīca pie tirgus laukuma", FAMILY), url=other))
    read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    with app.store.reading() as session:
        assert {row.article_id for row in session.scalars(select(Evidence))} == {rows(app)[0].id}
        assert {row.url for row in session.scalars(select(Evidence))} == {URL, other}


@pytest.mark.parametrize("verdict", [None, "relevant"], ids=["nobody has spoken", "a person counts it"])
def test_what_was_deleted_under_a_newer_address_goes_under_the_older_too(app: App, verdict: str | None) -> None:
    other = "https://zinas.example/majas/maiznica"
    (number,) = stored(app.store, URL)
    assert read_and_record(app, URL, html(page("Maiznīca", FAMILY)))
    stored(app.store, other, state="deleted")
    with app.store.transaction() as session:
        session.scalars(select(Mention)).one().verdict = verdict
        session.get_one(Article, number).text_state = "pending"
    read_and_record(app, URL, html(canonical_page(FAMILY, other)))
    states = [article.text_state for article in rows(app)]
    assert states == (["page", "deleted"] if verdict else ["deleted", "deleted"])
    assert len(mentions(app)) == (1 if verdict else 0)


def test_a_task_knows_the_outlets_zone(app: App) -> None:
    stored(app.store, URL)
    for told in ({"url": "https://zinas.example/feed"}, {"url": "https://zinas.example/feed", "zone": "Europe/Dublin"}):
        with app.store.transaction() as session:
            session.scalars(select(Source)).one().settings = told
        with app.store.reading() as session:
            (task,) = pagequeue.due_pages(session, NOW, timedelta(days=1), 5)
        assert task.zone == told.get("zone", "")
