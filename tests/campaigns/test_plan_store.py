"""Steps, costs, facts and copies of campaigns in the store, on both databases."""

from datetime import date, timedelta

import pytest

from campaigns import dispatch, editing, links, overview
from campaigns.models import Campaign, Click, Link, Post
from campaigns.planning import costs, reading, repeating, steps
from campaigns.planning.about import About
from campaigns.planning.days import Closed
from campaigns.planning.visits import visits
from outreach.core.errors import OutreachError
from tests.campaigns.desk import Desk

DAY = date(2026, 3, 2)
FREE = Closed(frozenset(), frozenset())


def start(desk: Desk, **more: object) -> int:
    with desk.store.transaction() as session:
        return editing.start(session, desk.clock.now(), "Līgo 2026", DAY, DAY + timedelta(days=9), "en", **more).id  # type: ignore[arg-type]


def test_facts_are_kept_changed_and_left_alone(desk: Desk) -> None:
    about = About("visits", 40, ("GB",), ("children",), "a@example.org", (" NVA ", "NVA", "", "EURES"), 125050, (3,))
    number = start(desk, about=about, moment="ligo", anchor_on=DAY)
    more = {"name": "B", "starts_on": DAY, "ends_on": None, "language": None, "goal": "", "note": "", "municipalities": ()}
    for told in (None, About()):
        with desk.store.transaction() as session:
            seen = overview.campaign(session, number)
            assert seen is not None
            assert (seen.goal_kind, seen.goal_target, seen.partners) == ("visits", 40, ("NVA", "EURES"))
            assert (seen.budget_cents, seen.topics, seen.moment, seen.anchor_on) == (125050, (3,), "ligo", DAY)
            editing.change(session, number, about=told, **more)  # type: ignore[arg-type]
    with desk.store.reading() as session:
        row = session.get_one(Campaign, number)
        assert (row.goal_kind, row.partners, row.moment) == (None, [], "ligo")


@pytest.mark.parametrize(
    ("about", "key"),
    [
        (About("fame", 1), "plan.goal.unknown"), (About("visits"), "plan.goal.target"), (About(None, 3), "plan.goal.target"),
        (About("visits", 0), "plan.goal.target"), (About(families=("cats",)), "plan.families"), (About(countries=("gb",)), "plan.country"),
        (About(budget_cents=-1), "plan.budget"), (About(partners=tuple(map(str, range(51)))), "plan.partners"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be(desk: Desk, about: About, key: str) -> None:
    with pytest.raises(OutreachError) as raised:
        start(desk, about=about)
    assert raised.value.key == key


def test_a_step_s_way(desk: Desk) -> None:
    number, other, now = start(desk), start(desk), desk.clock.now()
    with desk.store.transaction() as session:
        steps.put(session, number, [steps.NewStep("post", "Raksts", DAY, -3), steps.NewStep("task", "Telpa", DAY + timedelta(days=8), 5)])
        made = steps.add(session, number, "task", " Zvans ", DAY + timedelta(days=1)).id
    with desk.store.transaction() as session:
        assert [step.title for step in reading.due(session, DAY + timedelta(days=6))] == ["Raksts", "Zvans"]
        steps.done(session, now, number, made, on=True, actor="a")
        steps.done(session, now + timedelta(hours=1), number, made, on=True, actor="b")
        post = steps.draft(session, now, number, 1, language="lv", target_url="https://example.org/ask", actor="a")
        assert steps.draft(session, now, number, 1, language="lv", target_url="https://x.example/", actor="b").id == post.id
        assert (post.language, post.title, post.approved_at, post.target_url) == ("en", "Raksts", None, "https://example.org/ask")
        steps.move(session, number, 2, DAY)
    with desk.store.transaction() as session:
        seen = {step.step_id: step for step in reading.steps(session, number)}
        assert (seen[made].done_at, seen[made].done_by) == (now, "a")
        assert (seen[2].due_on, seen[2].days, seen[1].post_id) == (DAY, None, post.id)
        for wrong in (lambda: steps.move(session, other, made, DAY), lambda: steps.remove(session, number, 99)):
            with pytest.raises(OutreachError, match=r"plan\.step\.missing"):
                wrong()
        with pytest.raises(OutreachError, match=r"plan\.step\.no_post"):
            steps.draft(session, now, number, 2, language="lv", target_url="https://x.example/", actor="a")
        steps.done(session, now, number, made, on=False, actor="a")
        assert steps.remove(session, number, 2) == "Telpa"
    with desk.store.reading() as session:
        assert [(step.title, step.done_at) for step in reading.steps(session, number)] == [("Raksts", None), ("Zvans", None)]


@pytest.mark.parametrize(("kind", "title", "key"), [("dance", "a", "plan.step.unknown"), ("task", " ", "plan.step.empty")])
def test_steps_that_cannot_be(desk: Desk, kind: str, title: str, key: str) -> None:
    number = start(desk)
    with desk.store.transaction() as session, pytest.raises(OutreachError) as raised:
        steps.add(session, number, kind, title, DAY)
    assert raised.value.key == key


def test_costs_are_taken_back_once_and_never_lost(desk: Desk) -> None:
    number, now = start(desk), desk.clock.now()
    with desk.store.transaction() as session:
        first = costs.spend(session, now, number, spent_on=DAY, cents=5000, minutes=30, what="Telpa", actor="a").id
        costs.spend(session, now, number, spent_on=DAY, minutes=60, what="Zvani", actor="a")
        back = costs.take_back(session, now, number, first, actor="b").id
        for line in (first, back):
            with pytest.raises(OutreachError, match=r"plan\.cost\.twice"):
                costs.take_back(session, now, number, line, actor="b")
        with pytest.raises(OutreachError, match=r"plan\.cost\.missing"):
            costs.take_back(session, now, start_other(desk, session), first, actor="b")
        for wrong in ({"what": "x"}, {"what": "x", "cents": -5}):
            with pytest.raises(OutreachError, match=r"plan\.cost\.nothing"):
                costs.spend(session, now, number, spent_on=DAY, actor="a", **wrong)  # type: ignore[arg-type]
    with desk.store.reading() as session:
        spent = reading.spent(session, number)
        assert (spent.cents, spent.minutes, len(spent.lines)) == (0, 60, 3)


def start_other(desk: Desk, session: object) -> int:
    return editing.start(session, desk.clock.now(), "Cita", DAY).id  # type: ignore[arg-type]


def test_visits_are_people_of_posts_and_of_the_campaign_s_own_links(desk: Desk) -> None:
    sent = desk.plan(desk.channel())
    code, now = desk.see(sent).code, desk.clock.now()
    with desk.store.transaction() as session:
        for _ in range(2):  # one person twice a day is one
            links.follow(session, now, code, links.Visit("person", "10.0.0.1", "Firefox"))
        links.follow(session, now, code, links.Visit("bot", "10.0.0.2", "bot"))
        poster = Link(code="abcdefg", campaign_id=desk.campaign_id, target_url="https://example.org/", created_at=now)
        session.add(poster)
        session.flush()
        session.add(Click(link_id=poster.id, clicked_at=now + timedelta(days=1), kind="person"))
    other = start(desk)
    ends = [now + timedelta(hours=1), now + timedelta(days=2), now + timedelta(days=3)]
    with desk.store.reading() as session:
        assert visits(session, desk.campaign_id, ends) == [1, 2, 2]
        assert visits(session, other, ends) == [0, 0, 0]
        assert visits(session, other, []) == []


def copied(desk: Desk, number: int, day: date, *, is_template: bool = False) -> int:
    with desk.store.transaction() as session:
        campaign = overview.campaign(session, number)
        assert campaign is not None
        plan = reading.steps(session, number)
        told = repeating.pattern(campaign, plan) if is_template else repeating.again(campaign, plan, day, FREE)
        return repeating.copy(
            session, desk.clock.now(), number, told, name=told.name, actor="b@example.org", is_template=is_template
        )


def test_a_copy_has_the_plan_and_words_and_nothing_of_the_way(desk: Desk) -> None:
    about = About("visits", 40, owner="a@example.org", partners=("NVA",))
    number, now = start(desk, about=about, moment="ligo", anchor_on=DAY), desk.clock.now()
    channel = desk.channel()
    with desk.store.transaction() as session:
        steps.put(session, number, [steps.NewStep("post", "Raksts", DAY - timedelta(days=3), -3)])
        post = steps.draft(session, now, number, 1, language="lv", target_url="https://example.org/", actor="a").id
        editing.approve(session, now, post, "a")
        dispatch.schedule(session, now, post, channel, now)
        steps.done(session, now, number, 1, on=True, actor="a")
        costs.spend(session, now, number, spent_on=DAY, cents=1, what="x", actor="a")
    made = copied(desk, number, date(2027, 6, 23))
    with desk.store.reading() as session:
        row = session.get_one(Campaign, made)
        assert (row.name, row.owner, row.goal_target, row.partners) == ("Līgo 2027", "b@example.org", 40, ["NVA"])
        assert (row.anchor_on, row.moment, row.copied_from, row.is_template) == (date(2027, 6, 23), "ligo", number, False)
        assert row.ends_on == date(2027, 7, 2)
        (step,) = reading.steps(session, made)
        assert (step.due_on, step.days, step.done_at) == (date(2027, 6, 20), -3, None)
        words = session.get_one(Post, step.post_id)
        assert (words.campaign_id, words.title, words.approved_at) == (made, "Raksts", None)
        assert words.id != post
        assert reading.spent(session, made).lines == ()
        assert visits(session, made, [now + timedelta(days=9)]) == [0]


def test_a_template_is_in_no_list_and_owes_nothing(desk: Desk) -> None:
    number = start(desk)
    with desk.store.transaction() as session:
        steps.put(session, number, [steps.NewStep("task", "Telpa", DAY + timedelta(days=2))])
    made = copied(desk, number, DAY, is_template=True)
    with desk.store.transaction() as session:
        row = session.get_one(Campaign, made)
        assert (row.is_template, row.starts_on, row.anchor_on) == (True, DAY, DAY)
        assert [step.days for step in reading.steps(session, made)] == [2]
        assert [step.campaign_id for step in reading.due(session, DAY + timedelta(days=6))] == [number]
        assert [one.campaign_id for one in overview.templates(session)] == [made]
        assert made not in [one.campaign_id for one in overview.listed(session, DAY, "current")]
        # Whoever names a campaign never means the pattern of it.
        assert editing.campaign_named(session, desk.clock.now(), "Līgo 2026", DAY) == number
    again = copied(desk, made, DAY + timedelta(days=364))
    with desk.store.reading() as session:
        assert not session.get_one(Campaign, again).is_template
