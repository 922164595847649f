"""How families heard, on pages: the stranger's list, the coordinator's two columns, the ledger and its table."""

import csv
import io
import re
from html import unescape

import pytest

from outreach.tracker.heard import offering, reading
from outreach.tracker.heard.decoys import read_decoys
from outreach.tracker.heard.reading import LineSeen
from scrapers.models import Article, Mention, Source, Story
from tests.outreach.rooms import publish
from tests.outreach.web.conftest import PAGE, Office
from tests.outreach.web.families_desk import CANARY, STAFF, Counted, ask, silent, trail

SENTENCE = "lsm.lv"


def outlet(office: Office, name: str = "LSM.lv", site: str = "https://www.lsm.lv") -> None:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        source = Source(name=name, tier="national", kind="feed", settings={}, medium="portal", site=site)
        story = Story(created_at=now, title="Atkal mājās")
        session.add_all([source, story])
        session.flush()
        article = Article(
            source_id=source.id, url="https://example.org/a", canonical_url="https://example.org/a", title="Atkal mājās", published_at=now,
            first_seen_at=now, text_state="feed",
        )  # fmt: skip
        session.add(article)
        session.flush()
        session.add(
            Mention(
                article_id=article.id, source_id=source.id, sense="return", relevant=True, judged_relevant=True, score=0.9, lang="lv", matched=[],
                cues=[], places=[], sentence="Atkal mājās.", story_id=story.id, judged_at=now,
            )
        )  # fmt: skip


def lines(office: Office, number: int) -> list[LineSeen]:
    with office.app.store.reading() as session:
        return reading.of_inquiry(session, number)


def sent(page: str) -> dict[str, str]:
    """The hidden fields of the stranger's form."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def offered(page: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'name="ticked" value="([^"]+)"', page)]


def test_a_stranger_ticks_several_and_what_led_here_is_noted(office: Office) -> None:
    outlet(office)
    with office.app.store.transaction() as session:
        publish(session, "abcdefg", office.clock.now())
    address = "/jautajums?k=abcdefg&utm_source=facebook&utm_campaign=majas"
    page = office.client.get(address, base_url=PAGE, headers={"Referer": "https://www.lsm.lv/raksts?anna@example.org"}).get_data(as_text=True)
    hidden, values = sent(page), offered(page)
    assert hidden["referrer"] == SENTENCE
    assert "anna@example.org" not in page
    decoys = [value for value in values if value.removeprefix("named-") in read_decoys(office.app.office.decoys)]
    assert len(decoys) == 3
    ticked = ["source-radio", "named-LSM.lv", "person", decoys[0], "source-<b>"]
    # Nothing is lost, and nothing moves, where something is missing.
    again = office.client.post("/jautajums", base_url=PAGE, data=hidden | {"ticked": ticked, "contact": ""}).get_data(as_text=True)
    assert offered(again) == values
    assert len(re.findall(r'name="ticked" value="[^"]+" checked', again)) == 4
    assert sent(again)["referrer"] == SENTENCE
    answer = office.client.post("/jautajums", base_url=PAGE, data=sent(again) | {"ticked": ticked, "contact": "a@example.org", "said": "radio un kaimiņi"})
    assert answer.status_code == 303
    assert [(line.side, line.what, line.name) for line in lines(office, 1)] == [
        ("said", "words", "radio"), ("said", "source", "radio"), ("said", "outlet", "LSM.lv"), ("said", "person", "person"),
        ("said", "decoy", decoys[0].removeprefix("named-")), ("tracked", "code", "abcdefg"), ("tracked", "utm", "facebook"),
        ("tracked", "referrer", SENTENCE),
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [("lv", "Ja vieglāk, atzīmējiet"), ("en", "If it is easier, tick"), ("ru", "Если проще, отметьте")])
def test_the_question_is_asked_in_each_language_with_five_fields_to_fill_in(office: Office, language: str, text: str) -> None:
    page = office.client.get(f"/jautajums?lang={language}", base_url=PAGE).get_data(as_text=True)
    assert text in page
    # How to be reached, name, country, topic, question, how they heard; and one that nobody sees.
    assert len(re.findall(r'<label for="', page)) == 7
    assert page.count('class="trap" aria-hidden="true"') == 1
    assert "<script>" not in page


def test_the_coordinator_sees_both_columns_and_corrects_a_line(office: Office) -> None:
    number = ask(office, said_source="radio", code="zzzzzzz")
    visitor = office.as_role("coordinator")
    page = visitor.text(f"/inquiries/{number}")
    assert "Ko saka paši" in page
    assert "Ko rāda pēdas" in page
    assert "zzzzzzz" in page
    answer = visitor.post(f"/inquiries/{number}/heard/1", {"instead": "source-tv"})
    assert answer.status_code == 303
    page = visitor.text(f"/inquiries/{number}")
    assert "<s>Radio</s>" in page
    assert visitor.person.mail in page
    with office.app.store.reading() as session:
        from outreach.tracker import queries

        row = queries.one(session, number)
    assert row is not None
    assert (row.rule, row.linked, row.by_person) == ("said", "tv", True)
    twice = visitor.post(f"/inquiries/{number}/heard/1")
    assert twice.status_code == 422
    assert "jau ir atsaukta" in twice.get_data(as_text=True)
    assert ("correct", "inquiry", number) in [entry[1:] for entry in trail(office.app)]


def test_the_coordinator_adds_words_ticks_and_a_code(office: Office) -> None:
    with office.app.store.transaction() as session:
        publish(session, "abcdefg", office.clock.now(), (office.clock.now(),))
    number = ask(office)
    visitor = office.as_role("coordinator")
    for wrong, told in (({}, "Ierakstiet vārdus"), ({"code": "nekas"}, "Tāda koda"), ({"words": "x" * 300}, "")):
        answer = visitor.post(f"/inquiries/{number}/heard", wrong)
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)
    assert lines(office, number) == []
    answer = visitor.post(f"/inquiries/{number}/heard", {"words": f"no {CANARY}a", "ticked": "source-friends", "code": "abcdefg"})
    assert answer.status_code == 303
    assert {(line.what, line.by) for line in lines(office, number)} == {(what, visitor.person.mail) for what in ("words", "source", "code")}
    assert f"no {CANARY}a" in visitor.text(f"/inquiries/{number}")
    assert silent(repr(trail(office.app)))
    assert visitor.post("/inquiries/999/heard", {"words": "x"}).status_code == 404
    assert visitor.post("/inquiries/999/heard/1").status_code == 404
    visitor.post(f"/inquiries/{number}/erase", {"confirm": str(number)})
    assert silent(visitor.text(f"/inquiries/{number}"))
    assert visitor.post(f"/inquiries/{number}/heard", {"words": "x"}).status_code == 404


def test_a_note_of_a_call_takes_ticks_along(office: Office) -> None:
    outlet(office)
    visitor = office.as_role("coordinator")
    page = visitor.text("/inquiries/new")
    assert "named-LSM.lv" in offered(page)
    shown = visitor.post("/inquiries/new", {"line": "Anna, 3 cilvēki, Īrija, dzirdēja radio", "ticked": "named-LSM.lv"}).get_data(as_text=True)
    assert 'value="named-LSM.lv" checked' in shown
    visitor.post("/inquiries/new", {"line": "Anna, 3 cilvēki, Īrija, dzirdēja radio", "ticked": "named-LSM.lv", "do": "save"})
    assert [(line.what, line.name, line.by) for line in lines(office, 1)] == [
        ("words", "radio", visitor.person.mail), ("outlet", "LSM.lv", visitor.person.mail),
    ]  # fmt: skip


def furnish(office: Office) -> dict[str, int]:
    """One inquiry of each kind."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        publish(session, "abcdefg", now, (now,))
        ours = offering.chosen(session, ["campaign-1"], ())
        fake = offering.chosen(session, ["named-Radio Ezermala"], ["Radio Ezermala"])
    return {
        "agree": ask(office, 1, code="abcdefg", ticked=ours),
        "said": ask(office, 2, said_source=f"{CANARY} teica, radio"),
        "tracked": ask(office, 3, code="abcdefg", ticked=fake),
        "none": ask(office, 4),
    }


def test_the_ledger_tells_rates_with_their_limits_and_filters(office: Office) -> None:
    numbers = furnish(office)
    visitor = office.as_role("coordinator")
    with Counted(office.app) as counted:
        page = visitor.text("/inquiries/heard")
    assert len(counted.statements) <= 12
    assert "Abas ailes sakrīt 1 no 1 salīdzināma jautājuma: 100 % (robežās 21 %–100 %)." in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 no 2, kas lietoja sarakstu: 50 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "<svg" in page
    assert silent(page)
    for verdict, number in numbers.items():
        shown = visitor.text(f"/inquiries/heard?verdict={verdict}")
        assert [int(one) for one in re.findall(r'href="/inquiries/(\d+)"', shown)] == [number]
    assert re.findall(r'href="/inquiries/(\d+)"', visitor.text("/inquiries/heard?verdict=decoy")) == [str(numbers["tracked"])]
    assert "Tādu jautājumu" in visitor.text("/inquiries/heard?verdict=differ")
    assert "Jautājumu nav" in visitor.text("/inquiries/heard?period=2025")
    for wrong in ("verdict=<b>", "period=soon"):
        assert visitor.get(f"/inquiries/heard?{wrong}").status_code == 422
    assert trail(office.app) == []


def test_the_table_has_nobodys_words(office: Office) -> None:
    furnish(office)
    visitor = office.as_role("coordinator")
    answer = visitor.get("/inquiries/heard/table?period=2026")
    text = answer.get_data(as_text=True)
    assert silent(text)
    rows = list(csv.reader(io.StringIO(text.lstrip("\N{BYTE ORDER MARK}"))))
    assert len(rows) == 5
    by_number = {row[0]: row for row in rows[1:]}
    assert by_number["1"][3:] == ["MĀJAS", "MĀJAS · Kanāls abcdefg", "sakrīt", "pēc kampaņas", ""]
    assert by_number["3"][3] == "Radio Ezermala"
    assert by_number["3"][-1] == "jā"
    assert len(visitor.get("/inquiries/heard/table?period=2026&verdict=none").get_data(as_text=True).splitlines()) == 2
    assert visitor.get("/inquiries/heard/table?verdict=maybe").status_code == 422


@pytest.mark.parametrize("role", [*STAFF, "partner"])
def test_nobody_else_comes_near(office: Office, role: str) -> None:
    number = ask(office, said_source="radio")
    visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
    for path in ("/inquiries/heard", "/inquiries/heard/table"):
        assert visitor.get(path).status_code == 403
    assert visitor.post(f"/inquiries/{number}/heard", {"words": "x"}).status_code == 403
    assert visitor.post(f"/inquiries/{number}/heard/1").status_code == 403
    assert len(lines(office, number)) == 1


def test_coverage_is_a_suggestion_with_weeks_before(office: Office) -> None:
    from scrapers.models import MentionPlace

    outlet(office)
    with office.app.store.transaction() as session:
        session.add(MentionPlace(place="Balvu novads", mention_id=1))
    number = ask(office, received_at=office.clock.now().replace(day=30))
    page = office.as_role("coordinator").text(f"/inquiries/{number}")
    assert "Ierosinājums" in page
    assert "1 nedēļu pirms jautājuma" in page
    assert lines(office, number) == []
