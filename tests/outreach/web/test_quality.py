"""Quality before the page: verdicts against the watch, the waiting model and what is decided about it."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from outreach.people.models import AuditEntry
from scrapers import learnt, verdicts
from scrapers.models import Mention, Source
from scrapers.topicmodels import SenseModel
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office


def model(office: Office, state: str = "candidate", flips: list[dict[str, object]] | None = None, **more: object) -> int:
    with office.app.store.transaction() as session:
        row = SenseModel(
            made_at=office.clock.now() - timedelta(hours=5), examples=1234, scores={"return_recall": 0.981, "note": "x"}, weights={}, flips=flips or [],
            state=state, **more,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def outlet(office: Office) -> int:
    with office.app.store.reading() as session:
        known = session.scalar(select(Source.id))
    return known or newsdesk.source(office, "Rīta Ziņas")


def judged(office: Office, sense: str, verdict: str, said: str | None = None, *, days: int = 3) -> int:
    number = newsdesk.mention(office, outlet(office), f"{sense} {verdict}", ago=timedelta(days=days), sense=sense)
    with office.app.store.transaction() as session:
        session.get_one(Mention, number).judged_sense = sense
        session.flush()
        verdicts.judge(session, office.clock.now(), "x", [number], verdict, said)
    return number


def page(office: Office, role: str = "comms") -> html.HtmlElement:
    return html.fromstring(office.as_role(role).text("/quality"))


def test_an_office_on_its_first_day_is_taught_what_to_do(office: Office) -> None:
    tree = page(office)
    assert "Vēl nav ko mērīt" in str(tree.xpath("string(//div[@class='empty-state'])"))
    assert not tree.xpath("//section[@class='candidate']")


def test_people_and_the_watch_are_held_against_each_other(office: Office) -> None:
    judged(office, "return", "irrelevant", days=300)  # too long ago
    judged(office, "return", "relevant")
    judged(office, "return", "critical")
    judged(office, "return", "wrong_sense", "expulsion")
    judged(office, "expulsion", "relevant")
    judged(office, "return", "duplicate")
    newsdesk.mention(office, outlet(office), "nav vērtēts")
    tree = page(office)
    rows = tree.xpath("//table[contains(@class, 'confusion')]//tbody/tr")
    assert [[str(cell.text_content()).strip() for cell in row] for row in rows] == [
        ["atgriešanās Latvijā", "2", "1"], ["galēji labējo sauklis", "1", "0"],
    ]  # fmt: skip
    assert "2 no 4 spriedumiem" in str(tree.text_content())


def test_a_waiting_model_says_what_would_flip(office: Office) -> None:
    number = newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "Dalībnieki skandē")
    model(office, "active", decided_at=office.clock.now() - timedelta(days=9), decided_by="Laura")
    model(office, flips=[{"mention_id": number, "from": "return", "to": "expulsion"}, {"mention_id": 999, "from": "return", "to": "other"}])
    tree = page(office)
    [section] = tree.xpath("//section[@class='candidate']")
    [row] = section.xpath(".//tbody/tr")
    assert [" ".join(str(cell.text_content()).split()) for cell in row][0::2] == ["Dalībnieki skandē", "atgriešanās Latvijā"]
    assert "2 pieminējumus" in str(section.text_content()) and "98" in str(section.xpath("string(.//ul[@class='figures'])"))
    assert [button.get("value") for button in section.xpath(".//button")] == ["accept", "refuse"]
    assert not page(office, "reader").xpath("//section[@class='candidate']//button")
    waits = html.fromstring(office.as_role("comms").text("/attention"))
    assert waits.xpath("//section[@aria-labelledby='waiting-model']//a[@href='/quality']")


@pytest.mark.parametrize(("action", "state"), [("accept", "active"), ("refuse", "refused")])
def test_a_person_decides_once(office: Office, action: str, state: str) -> None:
    number = model(office)
    comms = office.as_role("comms")
    for _ in range(2):
        assert comms.post(f"/quality/models/{number}", {"action": action}).status_code == 303
    with office.app.store.reading() as session:
        row = session.get_one(SenseModel, number)
        assert row.state == state and row.decided_at is not None
        assert learnt.candidate(session) is None
        lines = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "model")).all()
        assert [(line.action, line.subject_id) for line in lines] == [(f"{action}_model", number)]


def test_nobody_else_decides_and_nothing_else_is_a_decision(office: Office) -> None:
    number = model(office)
    assert office.as_role("reader").post(f"/quality/models/{number}", {"action": "accept"}).status_code == 403
    assert office.as_role("comms").post(f"/quality/models/{number}", {"action": "perhaps"}).status_code == 400
    assert office.as_role("comms").post("/quality/models/77", {"action": "accept"}).status_code == 303
    with office.app.store.reading() as session:
        assert session.get_one(SenseModel, number).state == "candidate"


def test_the_newest_model_is_the_one_that_waits(office: Office) -> None:
    model(office)
    newer = model(office)
    with office.app.store.reading() as session:
        found = learnt.candidate(session)
        assert found is not None and found.id == newer
        assert learnt.active(session) is None


def test_verdicts_make_the_precision_of_their_week(office: Office) -> None:
    for verdict, days in (("relevant", 3), ("relevant", 3), ("irrelevant", 3), ("relevant", 10)):
        judged(office, "return", verdict, days=days)
    rows = page(office).xpath("//div[@aria-label='Cik bieži atlase ir pareiza']//tbody/tr")
    by_week = [str(row.xpath("string(td[1])")) for row in rows]
    assert sum(int(told.split(" no ")[1]) for told in by_week) == 4
    assert sum(int(told.split(" no ")[0]) for told in by_week) == 3
