"""The measure on the screen: forms that lose nothing, causes in words, one click from a miss to a mention."""

from datetime import timedelta

import pytest

from scrapers import misses, recall
from scrapers.models import Article, Canary, Mention
from tests.benchmarks.replay import listening
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office

RECALL = "/settings/recall"
URL = "https://avize.example/raksti/1"


def source(office: Office, state: str = "healthy", **more: object) -> int:
    return newsdesk.source(office, "Avīze", state, site="https://avize.example/", **more)


def miss(office: Office, url: str = URL, title: str = "") -> int:
    with office.app.store.transaction() as session:
        made = misses.report(session, office.clock.now(), "comms@example.org", url, title)
    assert made.miss_id is not None
    return made.miss_id


def test_an_empty_measure_says_what_to_do(office: Office) -> None:
    page = office.as_role("comms").text(RECALL)
    assert 'class="empty-state"' in page and f"{RECALL}/canaries" in page
    assert 'class="empty-state"' in office.as_role("reader").text(f"{RECALL}/canaries")
    assert f'href="{RECALL}"' in office.as_role("comms").text("/settings")
    assert f'href="{RECALL}"' in office.as_role("coordinator").text("/mentions")


def test_who_may_do_what(office: Office) -> None:
    source(office)
    number = miss(office)
    reader = office.as_role("reader")
    for address in (RECALL, f"{RECALL}/canaries", f"{RECALL}/misses/{number}"):
        assert "<button class=\"button\">" not in reader.text(address)
    coordinator = office.as_role("coordinator")
    closed = {"reader": ("misses", f"misses/{number}/bring"), "coordinator": ("canaries", "canaries/table", "canaries/1/drop")}
    for visitor, addresses in ((reader, closed["reader"] + closed["coordinator"]), (coordinator, closed["coordinator"])):
        for address in addresses:
            assert visitor.post(f"{RECALL}/{address}").status_code == 403, address
    partner = office.as_role("partner", "Ludzas novads")
    assert {partner.get(address).status_code for address in (RECALL, f"{RECALL}/canaries", f"{RECALL}/misses/{number}")} == {403}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"url": "", "published": "2026-11-20T10:00"}, "url"), ({"url": "nekas", "published": "2026-11-20T10:00"}, "url"),
        ({"url": URL, "published": ""}, "published"), ({"url": URL, "published": "2026-12-20T10:00"}, "published"), ({"url": URL, "published": "1990-01-01T10:00"}, "published"),
    ],
    ids=range(5),
)  # fmt: skip
def test_a_publication_that_cannot_be_is_said_beside_its_field(office: Office, form: dict[str, object], name: str) -> None:
    answer = office.as_role("comms").post(f"{RECALL}/canaries", {"title": "Mūsu <relīze>", **form})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="field-{name}-error"' in page and "Mūsu &lt;relīze&gt;" in page


def test_a_table_with_a_wrong_line_adds_nothing_and_keeps_all(office: Office) -> None:
    visitor = office.as_role("comms")
    answer = visitor.post(f"{RECALL}/canaries/table", {"lines": f"{URL},A,2026-11-20 10:00\nnekas,B,2026-11-20"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "2. rinda" in page and f"{URL},A,2026-11-20 10:00\nnekas,B,2026-11-20" in page
    assert visitor.post(f"{RECALL}/canaries/table", {"lines": f"{URL},A,2026-11-20 10:00\nhttps://b.example/,B,2026-11-20"}).status_code == 303
    assert "Pievienotas 2 publikācijas." in visitor.text(f"{RECALL}/canaries")
    visitor.post(f"{RECALL}/canaries/table", {"lines": f"{URL},A,2026-11-20 10:00"})
    assert "jau bija" in visitor.text(f"{RECALL}/canaries")


def test_a_publication_is_found_at_once_where_it_is_there_and_can_be_dropped(office: Office) -> None:
    number = newsdesk.mention(office, source(office), "Ozolu ģimene atgriežas mājās")
    with office.app.store.transaction() as session:
        article = session.get_one(Article, session.get_one(Mention, number).article_id)
        address = article.url
    visitor = office.as_role("comms")
    # Ten in the morning in Riga is the office's now.
    visitor.post(f"{RECALL}/canaries", {"url": address, "title": "<b>", "published": "2026-11-23T07:00"})
    page = visitor.text(f"{RECALL}/canaries")
    assert f"/mentions/{number}" in page and "&lt;b&gt;" in page and "60 min" in page
    visitor.post(f"{RECALL}/canaries/1/drop")
    assert visitor.post(f"{RECALL}/canaries/1/drop").status_code == 404
    assert "/drop" not in visitor.text(f"{RECALL}/canaries")


def test_weeks_and_what_was_not_found(office: Office) -> None:
    now = office.clock.now()
    source(office, "erring", state_since=now - timedelta(days=30), reason_key="http.timeout", reason_facts={"host": "avize.example", "seconds": 30})
    with office.app.store.transaction() as session:
        recall.add(session, now, "x", [recall.Known(f"https://avize.example/{n}", f"Relīze {n}", now - timedelta(days=3 * n + 2)) for n in range(8)])
        for row in session.query(Canary).filter(Canary.id % 2 == 0):
            row.found_at = row.published_at + timedelta(minutes=30)
    visitor = office.as_role("comms")
    page = visitor.text(RECALL)
    assert "<svg" in page and "3 no 7 zināmajām" in page
    assert "Relīze 0" in page and "Avīze nav nolasāms kopš" in page and "avize.example neatbildēja" in page
    assert page.count("nav nolasāms kopš") == 1
    with listening(office.app.store.engine) as heard:
        visitor.text(RECALL)
    assert len(heard.statements) <= 12


def test_a_report_leads_to_its_cause(office: Office) -> None:
    source(office, "blocked", state_since=office.clock.now() - timedelta(days=2))
    visitor = office.as_role("coordinator")
    answer = visitor.post(f"{RECALL}/misses", {"url": "avize.example/raksti/1", "title": "<i>Mājās"})
    assert answer.status_code == 303
    page = visitor.text(answer.location)
    assert "Avots mūs nelaiž klāt" in page and "&lt;i&gt;Mājās" in page and "kopš 21. nov." in page
    assert "&lt;i&gt;Mājās" in visitor.text(RECALL)
    assert visitor.get(f"{RECALL}/misses/99").status_code == 404


def test_a_report_that_is_no_address_loses_nothing(office: Office) -> None:
    answer = office.as_role("comms").post(f"{RECALL}/misses", {"url": "javascript:alert(1)", "title": "Mājās"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="field-url-error"' in page and 'value="Mājās"' in page and 'value="javascript:alert(1)"' in page


def test_what_was_not_missed_is_shown(office: Office) -> None:
    number = newsdesk.mention(office, source(office), "Ozoli")
    with office.app.store.reading() as session:
        address = session.get_one(Article, session.get_one(Mention, number).article_id).url
    visitor = office.as_role("comms")
    answer = visitor.post(f"{RECALL}/misses", {"url": address})
    assert answer.location == f"/mentions/{number}"
    assert "Nav palaists garām" in visitor.text(answer.location)


def test_one_click_brings_it_in(office: Office) -> None:
    owner = source(office)
    number = miss(office, title="Ozolu ģimene atgriežas")
    visitor = office.as_role("coordinator")
    assert f"misses/{number}/bring" in visitor.text(f"{RECALL}/misses/{number}")
    answer = visitor.post(f"{RECALL}/misses/{number}/bring")
    assert answer.status_code == 303 and answer.location is not None and answer.location.startswith("/mentions/")
    with office.app.store.reading() as session:
        mention = session.get_one(Mention, int(answer.location.rpartition("/")[2]))
        article = session.get_one(Article, mention.article_id)
        assert (mention.source_id, mention.relevant, article.brought_by, article.url) == (owner, True, "coordinator@example.org", URL)
    page = visitor.text(f"{RECALL}/misses/{number}")
    assert answer.location in page and "/bring" not in page


def test_what_nobody_reads_leads_to_the_forms(office: Office) -> None:
    number = miss(office, "https://nekur.example/a")
    page = office.as_role("comms").text(f"{RECALL}/misses/{number}")
    assert "/mentions/new?url=https://nekur.example/a" in page
    assert "/settings/sources/new?address=https://nekur.example/a" in page
    visitor = office.as_role("coordinator")
    assert "/settings/sources/new" not in visitor.text(f"{RECALL}/misses/{number}")
    assert visitor.post(f"{RECALL}/misses/{number}/bring").location == "/mentions/new?url=https://nekur.example/a"


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_cause_has_its_words(office: Office, language: str) -> None:
    t = office.app.texts.in_language(language)
    facts = dict.fromkeys(("source", "host", "actor", "at", "since", "asked", "new", "seen"), "x")
    for name in misses.CAUSES:
        assert t(f"recall.cause.{name}") and t(f"recall.cause.{name}.text", **facts)


def test_a_deletion_is_told_with_its_moment(office: Office) -> None:
    number = newsdesk.mention(office, source(office), "Ozoli")
    visitor = office.as_role("comms")
    with office.app.store.reading() as session:
        address = session.get_one(Article, session.get_one(Mention, number).article_id).url
    visitor.post(f"/mentions/{number}/delete")
    page = visitor.text(visitor.post(f"{RECALL}/misses", {"url": address}).location)
    assert "To izdzēsa comms@example.org (" in page
    assert "kopš" not in page
