"""The page of a story: who told it first, who picked it up when, what each changed; put together, taken apart, taken back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from scrapers.models import Article, Mention
from tests.outreach.web.conftest import Office
from tests.support import mentions
from tests.support.people import Visitor

FIRST = "Ozolu ģimene atgriežas Preiļos. Bērni sāk skolu septembrī. Pašvaldība palīdz ar mājokli."


@pytest.fixture
def told(office: Office) -> dict[str, int]:
    """One story in three outlets, another one beside it."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        made = {"first": mentions.mention(session, now - timedelta(hours=9), "Ozoli atgriežas", outlet="Vietējā", text=FIRST, places=("Preiļu novads",))}
        story = session.get_one(Mention, made["first"]).story_id
        made["copy"] = mentions.mention(session, now - timedelta(hours=8), "Ozoli atgriežas mājās", outlet="Reģiona", text=FIRST, story=story)
        made["longer"] = mentions.mention(
            session, now - timedelta(hours=5, minutes=30), "Atkal mājās", outlet="Lielā", story=story,
            text=FIRST + " Ministrs apsola jaunu atbalsta programmu nākamgad.",
        )
        made["apart"] = mentions.mention(session, now - timedelta(hours=2), "Cita ziņa", outlet="Balss", text="Pavisam cits stāsts.")
        session.execute(update(Article).where(Article.title == "Ozoli atgriežas mājās").values(agency="LETA"))
    return made


def story_of(office: Office, number: int) -> int:
    with office.app.store.reading() as session:
        return session.get_one(Mention, number).story_id


def order(page: str) -> list[str]:
    listed = page.partition('class="tellings"')[2].partition("</ol>")[0]
    return re.findall(r'<span class="outlet">([^<]+)</span>', listed)


def page_of(office: Office, visitor: Visitor, number: int, more: str = "") -> str:
    return visitor.text(f"/stories/{story_of(office, number)}{more}")


def test_a_story_shows_first_outlet_agency_order_and_changes(office: Office, told: dict[str, int]) -> None:
    page = page_of(office, office.as_role("reader"), told["first"])
    assert order(page) == ["Vietējā", "Reģiona", "Lielā"]
    assert "3 pieminējumi 3 izdevumos" in page
    assert "pirmais: Vietējā" in page
    assert "avots: LETA" in page
    assert "pēc 1 h 00 min" in page and "pēc 3 h 30 min" in page
    assert "tieši kā pirmais" in page
    assert "1 jauns teikums" in page
    assert "<ins>Ministrs apsola jaunu atbalsta programmu nākamgad.</ins>" in page


def test_the_chosen_telling_s_text_stands_beside_with_its_words_marked(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    page = page_of(office, visitor, told["first"], f"?mention={told['longer']}")
    text = page.partition('class="prose"')[2]
    assert "Ministrs apsola" in text and "<mark>atgriežas</mark>" in text
    assert "Ministrs apsola" not in page_of(office, visitor, told["first"]).partition('class="prose"')[2]
    assert "Ministrs" not in page_of(office, visitor, told["first"], f"?mention={told['apart']}").partition('class="prose"')[2]


def test_stories_are_put_together_and_taken_back(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    kept, gone = story_of(office, told["first"]), story_of(office, told["apart"])
    visitor.post("/stories/merge", {"id": [told["longer"], told["apart"]], "back": "/mentions"})
    assert story_of(office, told["apart"]) == kept
    answer = visitor.get(f"/stories/{gone}")
    assert (answer.status_code, answer.location) == (301, f"/stories/{kept}")
    page = visitor.text(f"/stories/{kept}")
    assert order(page)[-1] == "Balss"
    assert "cilvēka ielikts" in page
    undo = re.search(r'<form method="post" action="(/stories/back[^"]+)"', page)
    assert undo is not None
    address = undo[1].replace("&amp;", "&")
    other = Visitor(office.app, office.client.application.test_client(), "administrator")
    other.post(address)
    assert story_of(office, told["apart"]) == kept
    visitor.post(address)
    assert story_of(office, told["apart"]) == gone


def test_tellings_are_split_off_and_it_can_be_too_late_to_undo(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    story = story_of(office, told["first"])
    answer = visitor.post(f"/stories/{story}/split", {"id": told["longer"]})
    apart = story_of(office, told["longer"])
    assert apart != story
    assert (answer.status_code, answer.location) == (303, f"/stories/{apart}")
    undo = re.search(r'<form method="post" action="(/stories/back[^"]+)"', visitor.text(f"/stories/{apart}"))
    assert undo is not None
    office.clock.moment += timedelta(seconds=30)
    visitor.post(undo[1].replace("&amp;", "&"))
    assert story_of(office, told["longer"]) == apart
    assert "Atsaukt vairs nevar" in visitor.text("/mentions")


def test_what_cannot_be_is_said(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    story = story_of(office, told["first"])
    cases: list[tuple[str, dict[str, object]]] = [
        ("/stories/merge", {"id": told["first"]}),
        ("/stories/merge", {"story": [str(story), "9999"]}),
        ("/stories/merge", {}),
        (f"/stories/{story}/split", {}),
        (f"/stories/{story}/split", {"id": [told["first"], told["copy"], told["longer"]]}),
        ("/stories/back?deed=x", {}),
    ]
    for path, data in cases:
        assert visitor.post(path, data).status_code == 303, (path, data)
        assert "tone-person" in visitor.text("/mentions"), (path, data)
    assert [story_of(office, told[name]) for name in ("first", "copy", "longer")] == [story] * 3
    assert visitor.get("/stories/9999").status_code == 404


def test_a_partner_sees_the_tellings_that_name_its_place(office: Office, told: dict[str, int]) -> None:
    partner = office.as_role("partner", "Preiļu novads")
    page = page_of(office, partner, told["first"])
    assert order(page) == ["Vietējā"]
    assert "1 pieminējums 1 izdevumā" in page
    assert "LETA" not in page and "/split" not in page
    assert "Pašvaldība palīdz" not in page  # a partner reads the sentence, not the whole text
    assert partner.get(f"/stories/{story_of(office, told['apart'])}").status_code == 404
    assert partner.post("/stories/merge", {"id": [1, 4]}).status_code == 403


def test_why_shows_words_cues_tone_and_topics(office: Office, told: dict[str, int]) -> None:
    with office.app.store.transaction() as session:
        session.execute(
            update(Mention)
            .where(Mention.id == told["first"])
            .values(
                matched=[{"term": "atgriežas", "form": "atgriežas", "where": "text", "start": FIRST.index("atgriežas"), "end": 0}],
                cues=[
                    {"cue": "skol", "found": "skolu", "weight": 0.5, "where": "text"},
                    {"cue": "AfD", "found": "AfD", "weight": -2.0, "where": "text"},
                ],
                tone="critical",
                tone_sentence="Koordinators neko nedara.",
            )
        )
    visitor = office.as_role("reader")
    page = visitor.text(f"/mentions/{told['first']}/why")
    assert "Ozolu ģimene <mark>atgriežas</mark> Preiļos." in page
    assert re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', page) == ["AfD", "skolu"]
    assert 'value="1.000"' in page and 'value="0.250"' in page
    assert "Koordinators neko nedara." in page
    assert "Neviena tēma" in page
    assert 'hx-trigger="load"' in page
    page = visitor.text(f"/mentions/{told['first']}/why?model=1")
    assert 'hx-trigger="load"' not in page
    said = page.partition('id="model"')[2]
    assert "Kopā: " in said and "Kas to mainītu" in said
    assert visitor.get("/mentions/9999/why").status_code == 404
    visitor = office.as_role("comms")
    visitor.post("/mentions/verdict", {"one": f"{told['first']}:irrelevant"})
    assert "Tā izlēma cilvēks: nav par mums." in visitor.text(f"/mentions/{told['first']}/why")
    with office.app.store.reading() as session:
        assert session.scalars(select(Mention.verdict).where(Mention.verdict.is_not(None))).all() == ["irrelevant"]
