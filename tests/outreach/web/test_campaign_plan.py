"""A campaign's plan on the screen: from a moment, steps, costs, the way to the goal, once more, and what a partner sees."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from campaigns import editing
from campaigns.models import Campaign, CampaignCost, CampaignStep, Click, Link, Post
from campaigns.planning import steps
from campaigns.planning.about import About
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

EVE = "/campaigns/moments/xmas_eve/2026-12-24"


def plan(office: Office, **more: object) -> int:
    """A campaign with three steps: one is late."""
    number = planning.campaign(office, "Svētki 2026", "Balvu novads", anchor_on=date(2026, 12, 24), **more)
    with office.app.store.transaction() as session:
        steps.put(session, number, [
            steps.NewStep("task", "Telpa", date(2026, 11, 20), -34), steps.NewStep("post", "Satiksimies", date(2026, 11, 25), -29),
            steps.NewStep("task", "Paldies", date(2026, 12, 28), 4),
        ])  # fmt: skip
    return number


def test_from_a_moment_to_a_campaign(office: Office) -> None:
    visitor = office.as_role("comms")
    year = visitor.text("/campaigns/moments")
    assert EVE in year
    assert "deport_mar" not in year  # a quiet day is told, never planned for
    assert "Komunistiskā genocīda upuru piemiņas diena" in year
    proposed = visitor.text(EVE)
    assert "diena pagājusi, jādara tagad" in proposed
    assert "pārcelts no nedēļas nogales" in proposed
    with office.app.store.reading() as session:
        assert session.scalar(select(Campaign.id)) is None  # nothing is made by looking
    sent = {"name": "Ziemassvētki", "starts_on": "2026-11-24", "ends_on": "2027-01-07", "countries": ["IE"], "keep": ["0", "6"]}
    wrong = visitor.post(EVE, {**sent, "ends_on": "2026-01-01"})
    assert wrong.status_code == 422
    assert wrong.get_data(as_text=True).count(" checked") == 3  # two steps and a country are as they were sent
    made = visitor.post(EVE, sent)
    assert (made.status_code, made.location) == (303, "/campaigns/1")
    with office.app.store.reading() as session:
        row = session.get_one(Campaign, 1)
        assert (row.moment, row.anchor_on, row.countries, row.owner) == ("xmas_eve", date(2026, 12, 24), ["IE"], "comms@example.org")
        assert [(step.due_on, step.days) for step in session.scalars(select(CampaignStep))] == [
            (date(2026, 11, 23), -42), (date(2026, 12, 22), -2),
        ]  # fmt: skip


@pytest.mark.parametrize("path", ["deport_mar/2027-03-25", "xmas_eve/2026-12-23", "xmas_eve/x", "nothing/2026-12-24", "xmas_eve/2025-12-24", "easter/9999-12-31"])
def test_no_plan_for_what_is_no_moment(office: Office, path: str) -> None:
    assert office.as_role("comms").get(f"/campaigns/moments/{path}").status_code == 404


def test_steps_on_the_page(office: Office) -> None:
    number, visitor = plan(office), office.as_role("comms")
    page = visitor.text(f"/campaigns/{number}")
    assert "kavējas 3 dienas" in page
    assert "34 dienas pirms" in page
    assert "kavējas 3 dienas" in visitor.text("/campaigns")
    assert "Paldies" not in visitor.text("/campaigns")  # not this week
    path = f"/campaigns/{number}/steps"
    assert visitor.post(f"{path}/1", {"action": "done"}).status_code == 303
    assert "kavējas" not in visitor.text(f"/campaigns/{number}")
    assert visitor.post(f"{path}/1?action=undone").status_code == 303
    assert visitor.post(f"{path}/1", {"action": "move", "due_on": "2026-11-30"}).status_code == 303
    drafted = visitor.post(f"{path}/2", {"action": "post"})
    assert drafted.location == "/posts/1/edit"
    assert "/posts/1" in visitor.text(f"/campaigns/{number}")
    assert visitor.post(f"{path}/3", {"action": "remove"}).status_code == 303
    assert visitor.post(path, {"title": "Zvans", "due_on": "2026-11-26", "kind": "task"}).status_code == 303
    assert visitor.post(path, {"title": "", "due_on": "2026-11-26", "kind": "task"}).status_code == 303
    assert "Šis lauks jāaizpilda." in visitor.text(f"/campaigns/{number}")
    with office.app.store.reading() as session:
        rows = session.scalars(select(CampaignStep).order_by(CampaignStep.id))
        assert [(row.title, row.due_on, row.days, row.done_at) for row in rows] == [
            ("Telpa", date(2026, 11, 30), None, None), ("Satiksimies", date(2026, 11, 25), -29, None), ("Zvans", date(2026, 11, 26), None, None),
        ]  # fmt: skip
        assert session.get_one(Post, 1).target_url.endswith("/jautajums")
    assert visitor.post(f"{path}/1", {"action": "dance"}).status_code == 400
    assert visitor.post(f"{path}/99", {"action": "done"}).status_code == 404
    assert office.as_role("coordinator").post(f"{path}/1", {"action": "post"}).status_code == 403


def test_costs_against_the_budget(office: Office) -> None:
    number, visitor = plan(office, about=About(budget_cents=10000)), office.as_role("comms")
    path = f"/campaigns/{number}/costs"
    for euro in ("90", "1 250,50"):
        assert visitor.post(path, {"what": "Plakāti", "spent_on": "2026-11-20", "euro": euro, "hours": "1:30"}).status_code == 303
    page = visitor.text(f"/campaigns/{number}")
    assert "pārsniegts par" in page
    assert "darbs 3 h" in page
    assert visitor.post(f"{path}/2/back").status_code == 303
    page = visitor.text(f"/campaigns/{number}")
    assert "atlicis 10 €" in page.replace("\xa0", " ")
    visitor.post(f"{path}/2/back")
    assert "jau ir atsaukta" in visitor.text(f"/campaigns/{number}")
    visitor.post(path, {"what": "x", "spent_on": "2026-11-20", "euro": "daudz"})
    assert "“daudz” nav summa" in visitor.text(f"/campaigns/{number}")
    with office.app.store.reading() as session:
        assert [row.cents for row in session.scalars(select(CampaignCost).order_by(CampaignCost.id))] == [9000, 125050, -125050]


def test_the_form_keeps_every_fact_and_says_what_is_wrong(office: Office) -> None:
    visitor = office.as_role("comms")
    sent: dict[str, object] = {
        "name": "MĀJAS", "starts_on": "2026-12-01", "goal_kind": "inquiries", "goal_target": "20", "countries": ["GB", "IE"], "families": ["children"],
        "owner": "comms@example.org", "partners": "NVA\nEURES", "budget": "1 250,50",
    }  # fmt: skip
    for wrong, said in (({"budget": "daudz"}, "nav summa"), ({"goal_target": ""}, "Mērķim vajag abus"), ({"countries": ["XX"]}, "Izvēlieties kādu"), ({"owner": "z@z.lv"}, "Izvēlieties kādu")):
        answer = visitor.post("/campaigns/new", sent | wrong)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    assert visitor.post("/campaigns/new", sent).status_code == 303
    form = visitor.text("/campaigns/1/edit")
    assert 'value="1250,50"' in form
    assert "NVA\nEURES</textarea>" in form
    assert form.count(" checked") == 3
    page = visitor.text("/campaigns/1")
    assert "Apvienotā Karaliste, Īrija" in page
    assert "Vārds comms" in page
    assert "0 no 20" in page


def test_the_way_to_the_goal(office: Office) -> None:
    number = plan(office, about=About("visits", 2))
    with office.app.store.transaction() as session:
        link = Link(code="abcdefg", campaign_id=number, target_url="https://example.org/", created_at=office.clock.now())
        session.add(link)
        session.flush()
        session.add_all(Click(link_id=link.id, clicked_at=datetime(2026, 11, day, tzinfo=UTC), kind="person") for day in (21, 22, 23))
    page = office.as_role("reader").text(f"/campaigns/{number}")
    assert "3 no 2" in page
    assert "mērķis sasniegts" in page
    assert "<svg" in page


def test_once_more_and_as_a_template(office: Office) -> None:
    number, visitor = plan(office), office.as_role("comms")
    planning.post(office, number)
    seen = visitor.text(f"/campaigns/{number}/again?day=2027-12-24")
    assert "Svētki 2027" in seen
    assert "Vietas vēl ir" in seen
    assert 'datetime="2027-11-19"' in seen  # the step's Saturday moved to Friday
    made = visitor.post(f"/campaigns/{number}/again", {"name": "Svētki 2027", "day": "2027-12-24"})
    assert made.location == "/campaigns/2"
    with office.app.store.reading() as session:
        assert session.get_one(Campaign, 2).anchor_on == date(2027, 12, 24)
        assert session.get_one(Post, 2).approved_at is None
    assert visitor.post(f"/campaigns/{number}/again", {"name": "", "day": "2027-12-24"}).status_code == 422
    assert "Nekas" in visitor.text(f"/campaigns/{number}/template") or "Paraugs" in visitor.text(f"/campaigns/{number}/template")
    assert visitor.post(f"/campaigns/{number}/template", {"name": "Paraugs A"}).location == "/campaigns/3"
    assert "No parauga nekas netiek publicēts" in visitor.text("/campaigns/3")
    assert "Paraugs A" in visitor.text("/campaigns/templates")
    assert "Paraugs A" not in visitor.text("/campaigns")


def test_partners_see_the_plan_and_no_money(office: Office) -> None:
    number = plan(office, about=About("returns", 3, owner="anna@example.org", partners=("NVA",), budget_cents=10000))
    page = planning.partner(office, "Balvu novads").text(f"/campaigns/{number}")
    assert "Telpa" in page
    for hidden in ("Izmaksas", "anna@example.org", "NVA", "/steps", "/costs", "/again"):
        assert hidden not in page
    assert planning.partner(office, "Krāslavas novads").post(f"/campaigns/{number}/steps/1", {"action": "done"}).status_code == 403
    with office.app.store.transaction() as session:
        session.get_one(Campaign, number).is_template = True
    assert planning.partner(office, "Balvu novads").get(f"/campaigns/{number}").status_code == 404


def test_few_questions(office: Office) -> None:
    number = plan(office, about=About("returns", 3, owner="comms@example.org", topics=(1,)))
    with office.app.store.transaction() as session:
        for _ in range(3):
            editing.write(session, office.clock.now(), number, language="lv", title="t", text="x", target_url="https://example.org/")
    visitor, asked = office.as_role("comms"), []

    def note(*told: object) -> None:
        asked.append(told[2])

    event.listen(office.app.store.engine, "before_cursor_execute", note)
    for path in ("/campaigns", f"/campaigns/{number}", f"/campaigns/{number}/edit", "/campaigns/moments", EVE, f"/campaigns/{number}/again"):
        office.client.application.extensions["outreach.attention"].forget()
        asked.clear()
        visitor.text(path)
        assert 0 < len(asked) <= 12, (path, len(asked), asked)
    event.remove(office.app.store.engine, "before_cursor_execute", note)


def test_a_step_of_another_year_says_its_year(office: Office) -> None:
    number = plan(office)
    with office.app.store.transaction() as session:
        steps.add(session, number, "task", "Vēlāk", date(2026, 11, 23) + timedelta(days=100))
    assert "3.03.2027." in office.as_role("comms").text(f"/campaigns/{number}")
