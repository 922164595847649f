"""The page on which somebody adds what they saw: nothing typed is lost, and the way leads to the mention."""

import html

import pytest
from sqlalchemy import select

from outreach.people.audit import Chosen, entries
from scrapers.models import Article, Mention
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

TEXT = {"text": "Latgales koordinatore palīdz atgriezties.", "where": "grupa “Mājās”", "tier": "social"}


def latest(office: Office) -> tuple[Mention, Article]:
    with office.app.store.reading() as session:
        mention = session.scalars(select(Mention).order_by(Mention.id.desc())).first()
        assert mention is not None
        return mention, session.get_one(Article, mention.article_id)


def followed(visitor: Visitor, sent: dict[str, str]) -> str:
    answer = visitor.post("/mentions/new", dict(sent))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.location is not None
    return html.unescape(visitor.text(answer.location))


@pytest.mark.parametrize("role", ["comms", "coordinator", "administrator"])
def test_a_text_becomes_a_mention_and_leads_there(office: Office, role: str) -> None:
    visitor = office.as_role(role)
    page = followed(visitor, TEXT)
    mention, article = latest(office)
    assert f'data-mention="{mention.id}"' in page
    assert (article.brought_by, article.brought_from) == (visitor.person.actor, TEXT["where"])
    assert "urn:outreach" not in page
    assert 'data-key="o"' not in page
    with office.app.store.reading() as session:
        [entry] = entries(session, Chosen(action="paste"))
    assert (entry.subject_kind, entry.subject_id, entry.facts) == ("mention", mention.id, {"known": 0})


def test_a_link_without_its_beginning_is_one(office: Office) -> None:
    page = followed(office.as_role("comms"), {"url": "avize.example/raksts-par-mums", "tier": "local", "day": "2026-11-20"})
    _, article = latest(office)
    assert (article.url, article.text_state) == ("https://avize.example/raksts-par-mums", "pending")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-11-20T10:00:00+00:00"
    assert 'href="https://avize.example/raksts-par-mums"' in page


def test_what_is_there_already_is_said_and_shown(office: Office) -> None:
    visitor = office.as_role("comms")
    first = followed(visitor, TEXT)
    second = followed(visitor, TEXT)
    t = office.app.texts.in_language("lv")
    assert t("mentions.paste.told.known") not in first
    assert t("mentions.paste.told.known") in second


@pytest.mark.parametrize(
    ("sent", "field", "key"),
    [
        ({"where": "radio"}, "url", "scrapers.paste_empty"),
        ({"text": "Teksts"}, "where", "mentions.paste.where_missing"),
        ({"url": "nav saite", "text": "Teksts"}, "url", "web.field.url"),
        ({"text": "Teksts", "where": "radio", "day": "rīt"}, "day", "web.field.date"),
        ({"text": "Teksts", "where": "radio", "tier": "x"}, "tier", "web.field.choice"),
    ],
    ids=["nothing", "no place", "no address", "no day", "no tier"],
)
def test_an_error_stands_beside_its_field_and_nothing_is_lost(office: Office, sent: dict[str, str], field: str, key: str) -> None:
    full = {"tier": "regional", "title": "Mans virsraksts", **sent}
    answer = office.as_role("comms").post("/mentions/new", dict(full))
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in page
    assert office.app.texts.in_language("lv")(key).split("{")[0] in page
    for name in ("text", "title", "url"):
        assert full.get(name, "") in page
    with office.app.store.reading() as session:
        assert session.scalar(select(Mention.id)) is None


def test_the_list_offers_it_to_whom_it_serves(office: Office) -> None:
    assert 'href="/mentions/new"' in office.as_role("comms").text("/mentions")
    assert 'href="/mentions/new"' not in office.as_role("reader").text("/mentions")


def test_an_address_in_the_query_stands_in_the_form(office: Office) -> None:
    page = office.as_role("comms").text("/mentions/new?url=https://avize.example/%22x")
    assert 'value="https://avize.example/&#34;x"' in page
