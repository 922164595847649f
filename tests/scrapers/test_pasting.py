"""What people bring by hand: a mention at once, once, with who and where; the page job fetches the rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import read_office
from scrapers import pagequeue, pasting, verdicts
from scrapers.judging import Judge
from scrapers.models import Article, Mention, MentionVerdict, Source, Story
from scrapers.pasting import Brought, Pasted
from scrapers.pseudonym import pseudonymised
from scrapers.source import Found
from scrapers.watch.match import match
from scrapers.watching import watch_of
from tests.support import mentions

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
WHO = "laura@latgale.example"
LINK = Pasted("https://avize.example/zinas/gimene-atgriezas?utm_source=fb", "", "", "", "local")
TEXT = Pasted("", "", "Grupā raksta:\n\nLatgales remigrācijas koordinatore palīdzēja atgriezties no Īrijas.", "grupa “Mājās”", "social")


def veil(found: Found) -> Found:
    return pseudonymised(found, b"key")


@pytest.fixture(scope="module")
def judge() -> Judge:
    watch = watch_of(read_office("latgale", Path()))
    return lambda document: match(document, watch)


def bring(store: Store, judge: Judge, pasted: Pasted, name: str = "Ar roku", now: datetime = NOW) -> Brought:
    with store.transaction() as session:
        return pasting.paste(session, now, WHO, pasted, judge, f"{name}: {pasted.tier}")


def rows(store: Store, number: int) -> tuple[Article, Mention, Source]:
    with store.reading() as session:
        mention = session.get_one(Mention, number)
        article = session.get_one(Article, mention.article_id)
        return article, mention, session.get_one(Source, article.source_id)


def test_a_link_is_stored_like_any_other_and_its_page_is_due(store: Store, judge: Judge) -> None:
    brought = bring(store, judge, LINK)
    article, mention, source = rows(store, brought.mention_id)
    assert (brought.known, brought.pending, article.text_state) == (False, True, "pending")
    assert (article.canonical_url, article.title) == ("https://avize.example/zinas/gimene-atgriezas", "Gimene atgriezas")
    assert (article.brought_by, article.brought_from, article.first_seen_at) == (WHO, None, NOW)
    assert (source.kind, source.tier, source.settings) == ("paste", "local", {"tier": "local"})
    assert (mention.verdict, mention.relevant) == ("relevant", True)
    with store.reading() as session:
        assert [task.id for task in pagequeue.due_pages(session, NOW, timedelta(days=7), 10)] == [article.id]


def test_a_text_has_a_name_of_its_own_and_is_judged_at_once(store: Store, judge: Judge) -> None:
    brought = bring(store, judge, replace(TEXT, published=NOW - timedelta(days=1)))
    article, mention, source = rows(store, brought.mention_id)
    assert (brought.pending, article.text_state, article.title) == (False, "typed", "Grupā raksta:")
    assert article.url == article.canonical_url
    assert article.url.startswith("urn:outreach:paste:")
    assert (article.brought_from, article.published_at) == ("grupa “Mājās”", NOW - timedelta(days=1))
    assert (mention.sense, mention.lang, source.tier) == ("return", "lv", "social")
    assert "koordinatore" in mention.sentence


def test_what_the_watch_calls_nothing_counts_because_a_person_says_so(store: Store, judge: Judge) -> None:
    brought = bring(store, judge, replace(TEXT, text="Ļoti jauka sieviete palīdzēja."))
    _, mention, _ = rows(store, brought.mention_id)
    assert (mention.sense, mention.relevant, mention.judged_relevant, mention.verdict) == ("return", True, False, "relevant")
    with store.reading() as session:
        given = verdicts.given(session, mention.id)
    assert [(one.actor, one.verdict) for one in given] == [(WHO, "relevant")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (LINK, replace(LINK, url="http://www.avize.example/zinas/gimene-atgriezas/?fbclid=1", tier="social")),
        (TEXT, replace(TEXT, text=TEXT.text.replace("\n\n", " ").upper(), title="Cits virsraksts")),
    ],
    ids=["link", "text"],
)
def test_the_same_thing_is_there_once(store: Store, judge: Judge, first: Pasted, second: Pasted) -> None:
    one, other = bring(store, judge, first), bring(store, judge, second)
    assert (one.known, other.known) == (False, True)
    assert (one.mention_id, one.article_id) == (other.mention_id, other.article_id)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 1
        assert session.scalar(select(func.count()).select_from(MentionVerdict)) == 1


def test_the_same_words_from_elsewhere_are_another_mention_of_one_story(store: Store, judge: Judge) -> None:
    one, other = bring(store, judge, TEXT), bring(store, judge, replace(TEXT, where="grupa “Īrija”"))
    assert one.mention_id != other.mention_id
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Story)) == 1


def test_an_article_in_which_the_watch_saw_nothing_becomes_a_mention(store: Store, judge: Judge) -> None:
    with store.transaction() as session:
        outlet = mentions.source(session, "Avīze")
        session.add(
            Article(
                source_id=outlet, url=LINK.url, canonical_url="https://avize.example/zinas/gimene-atgriezas", title="Svētki", summary="",
                text="Svētkos tikās draugi.", text_state="page", first_seen_at=NOW - timedelta(days=3),
            )
        )
    brought = bring(store, judge, LINK)
    article, mention, source = rows(store, brought.mention_id)
    assert (brought.known, source.name, article.text_state, article.brought_by) == (True, "Avīze", "page", None)
    assert (mention.verdict, mention.relevant) == ("relevant", True)


def test_a_verdict_that_somebody_gave_before_stands(store: Store, judge: Judge) -> None:
    brought = bring(store, judge, TEXT)
    with store.transaction() as session:
        verdicts.judge(session, NOW, "cits", [brought.mention_id], "wrong_sense")
    bring(store, judge, TEXT)
    assert rows(store, brought.mention_id)[1].verdict == "wrong_sense"


def test_what_was_deleted_stays_deleted(store: Store, judge: Judge) -> None:
    brought = bring(store, judge, LINK)
    with store.transaction() as session:
        session.execute(update(Article).where(Article.id == brought.article_id).values(text_state="deleted"))
    with pytest.raises(OutreachError) as caught:
        bring(store, judge, LINK)
    assert caught.value.key == "scrapers.paste_deleted"


def test_a_link_of_an_outlet_that_we_follow_is_the_outlets(store: Store, judge: Judge) -> None:
    with store.transaction() as session:
        for name, kind, site, settings in (
            ("Platforma", "facebook", "https://avize.example/", {"page": "1"}),
            ("Avīze", "feed", "", {"url": "https://www.avize.example/rss"}),
            ("Avīze, sports", "feed", "https://avize.example", {"url": "https://padeve.example/rss"}),
        ):
            session.add(Source(name=name, tier="regional", kind=kind, site=site, settings=settings))
    assert rows(store, bring(store, judge, LINK).mention_id)[2].name == "Avīze"
    assert rows(store, bring(store, judge, replace(LINK, url="https://m.avize.example/cits-raksts")).mention_id)[2].name == "Avīze"
    assert rows(store, bring(store, judge, replace(LINK, url="https://cita.example/raksts")).mention_id)[2].kind == "paste"


def test_each_tier_has_one_source(store: Store, judge: Judge) -> None:
    for number, tier in enumerate(("social", "national", "social")):
        bring(store, judge, replace(TEXT, text=f"Teksts {number}", tier=tier))
    with store.reading() as session:
        told = session.execute(select(Source.tier, Source.kind, Source.enabled).order_by(Source.id)).all()
    assert [tuple(row) for row in told] == [("social", "paste", True), ("national", "paste", True)]


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        (replace(TEXT, text=" \n\x00"), "scrapers.paste_empty"),
        (replace(LINK, url="javascript:alert(1)"), "scrapers.url"),
        (replace(LINK, url="https://me:parole@avize.example/"), "scrapers.url"),
        (replace(TEXT, tier="x"), "registry.value"),
    ],
    ids=["empty", "script", "password", "tier"],
)
def test_what_cannot_be_stored_leaves_nothing(store: Store, judge: Judge, pasted: Pasted, key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        bring(store, judge, pasted)
    assert caught.value.key == key
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_odd_letters_are_cleaned_before_they_are_stored(store: Store, judge: Judge) -> None:
    odd = Pasted("", "Vir\x00sraksts\u202e\ud800", "Teksts\x00 \udcff par\r\nmums", "kaut\nkur\x00", "social", datetime(2199, 1, 1, tzinfo=UTC))
    article, _, _ = rows(store, bring(store, judge, odd).mention_id)
    assert (article.title, article.text, article.brought_from) == ("Virsraksts", "Teksts  par\nmums", "kaut kur")
    assert (article.published_at, article.date_doubted) == (None, True)


@pytest.mark.parametrize(("tier", "covered"), [("social", True), ("local", False)])
def test_people_in_a_groups_post_are_covered(store: Store, judge: Judge, tier: str, covered: bool) -> None:
    words = "Raksti @janis_ozols vai janis@pasts.example: Latgales koordinatore palīdz atgriezties."
    with store.transaction() as session:
        brought = pasting.paste(session, NOW, WHO, replace(TEXT, text=words, tier=tier), judge, tier, veil)
    article, mention, _ = rows(store, brought.mention_id)
    told = f"{article.title} {article.text} {mention.sentence}"
    assert ("janis" not in told) is covered
    # The same words are the same thing, covered or not.
    with store.transaction() as session:
        assert pasting.paste(session, NOW, WHO, replace(TEXT, text=words, tier=tier), judge, tier, veil).known
