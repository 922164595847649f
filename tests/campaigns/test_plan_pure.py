"""What a plan is counted with: money as it is typed, days that are kept free, steps counted back, points over time."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.moments import Moment, expand, read_moments
from campaigns.overview import CampaignWhole
from campaigns.planning import costs, days, money, plans, progress, proposal, repeating
from campaigns.planning.reading import CostSeen, StepSeen
from outreach.core.errors import OutreachError
from outreach.core.office import shipped_folder

LATGALE = shipped_folder() / "latgale"
TABLE = read_moments(LATGALE / "calendar.csv")
ALL = expand(TABLE, date(2026, 1, 1), date(2029, 12, 31))
CLOSED = days.closed_days(ALL)
PLANS = plans.read_plans(LATGALE)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 250,50", 125050), ("1250.50", 125050), ("1.250,50", 125050), ("1,250.50", 125050), ("1250", 125000),
        ("1 250,5 €", 125050), ("€12", 1200), ("0", 0), ("1.250", 125000), ("12,5", 1250), ("1\u00a0250,50", 125050),
    ],
)  # fmt: skip
def test_sums_as_people_type_them(typed: str, cents: int) -> None:
    assert money.cents(typed) == cents


@pytest.mark.parametrize("typed", ["", "-5", "abc", "1,2,3", "12,345,6", "1e5", "99999999999", "12.3456", "١٢"])
def test_what_is_no_sum(typed: str) -> None:
    with pytest.raises(OutreachError, match=r"plan\.money\.unread"):
        money.cents(typed)


@given(st.integers(0, money.MOST_CENTS))
def test_a_sum_in_a_form_is_read_back(cents: int) -> None:
    assert money.cents(money.typed(cents)) == cents


@pytest.mark.parametrize(("typed", "minutes"), [("1,5", 90), ("1.5", 90), ("1:30", 90), ("2", 120), ("0,25 h", 15)])
def test_hours_as_people_type_them(typed: str, minutes: int) -> None:
    assert money.minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["", "1:75", "-1", "pusotra"])
def test_what_is_no_time(typed: str) -> None:
    with pytest.raises(OutreachError, match=r"plan\.hours\.unread"):
        money.minutes(typed)


def moment(key: str, year: int) -> Moment:
    return next(one for one in ALL if one.key == key and one.starts_on.year == year and not one.moved)


@pytest.mark.parametrize(
    ("key", "plan"),
    [("easter", "visits"), ("ligo", "visits"), ("xmas_eve", "visits"), ("jan_decisions", "deadline"),
     ("president_nominate", "deadline"), ("grants", "deadline"), ("majas", "general"), ("family_day", "general")],
)  # fmt: skip
def test_the_office_s_moments_have_their_plans(key: str, plan: str) -> None:
    assert plans.plan_for(PLANS, moment(key, 2027)).key == plan


def test_the_plans_name_moments_that_there_are() -> None:
    known = {row.key for row in TABLE}
    assert {key for plan in PLANS for key in plan.moments} <= known
    assert {kind for plan in PLANS for kind in plan.kinds} <= {row.kind for row in TABLE}


def test_steps_are_counted_back_from_midsummer() -> None:
    ligo = moment("ligo", 2027)
    told = proposal.propose(plans.plan_for(PLANS, ligo), ligo, CLOSED, date(2027, 1, 5))
    assert (told.anchor_on, told.starts_on, told.left_out) == (date(2027, 6, 23), date(2027, 5, 12), ())
    assert [(step.days, step.due_on, step.moved) for step in told.steps][:2] == [
        (-42, date(2027, 5, 12), ""), (-35, date(2027, 5, 19), "")
    ]  # fmt: skip
    # The third day after is a Saturday: what colleagues do waits until Monday.
    assert (3, date(2027, 6, 28), "weekend") in [(step.days, step.due_on, step.moved) for step in told.steps]


def test_a_quiet_day_is_left_free_and_said() -> None:
    whole = plans.Plan("p", {}, frozenset(), frozenset(), "start", -5, 5, (
        plans.PlanStep(0, "post", -3, "start", {}, False), plans.PlanStep(1, "post", 3, "start", {}, False),
    ))  # fmt: skip
    told = Moment("x", {}, "event", date(2027, 3, 28), date(2027, 3, 28), False, False, "", True)
    made = proposal.propose(whole, told, CLOSED, date(2027, 1, 1))
    # 25 March is quiet; 28 and 29 are Easter.
    assert [(step.due_on, step.moved) for step in made.steps] == [(date(2027, 3, 24), "quiet"), (date(2027, 3, 31), "")]


def test_what_is_past_is_done_today_or_left_out() -> None:
    eve = moment("xmas_eve", 2026)
    told = proposal.propose(plans.plan_for(PLANS, eve), eve, CLOSED, date(2026, 12, 18))
    past = [step for step in told.steps if step.moved == "past"]
    assert {step.due_on for step in past} == {date(2026, 12, 18)}
    assert [step.days for step in past] == [-42, -35, -28, -14]
    assert [step.days for step in told.left_out] == [-21, -7]
    assert told.starts_on == date(2026, 12, 18)


@given(
    st.sampled_from([one for one in ALL if not one.quiet and one.ends_on.year < 2029 and one.starts_on.year > 2026]),
    st.integers(0, 400),
)
def test_no_step_falls_on_a_closed_day_or_in_the_past(told: Moment, before: int) -> None:
    today = told.ends_on - timedelta(days=before)
    plan = plans.plan_for(PLANS, told)
    made = proposal.propose(plan, told, CLOSED, today)
    assert {step.place for step in made.steps} | {step.place for step in made.left_out} == {s.place for s in plan.steps}
    assert len(made.steps) + len(made.left_out) == len(plan.steps)
    for step in made.steps:
        assert not CLOSED.why(step.due_on, step.kind)
        assert step.due_on >= today
        assert (step.due_on > made.anchor_on) == (step.days > 0)
        if not step.moved:
            assert step.due_on == made.anchor_on + timedelta(days=step.days)
    assert made.starts_on <= made.ends_on


def test_an_office_without_a_file_has_the_general_plan(tmp_path: Path) -> None:
    assert [plan.key for plan in plans.read_plans(tmp_path)] == ["general"]


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("[[plan]", "plan.file.toml"), ("", "plan.file.fact"), ('[[plan]]\nkey="a"', "plan.file.fact"),
        ('[[plan]]\nkey="a"\nmoments=["b"]\nnames={lv="a",en="a"}\nstarts=0\nends=0\nstep=[]', "plan.file.fact"),
        ('[[plan]]\nkey="a"\nnames={lv="a",en="a"}\nstarts=0\nends=0\nstep=[{days="x",kind="task",lv="a",en="a"}]', "plan.file.fact"),
        ('[[plan]]\nkey="a"\nnames={lv="a",en="a"}\nstarts=0\nends=0\nstep=[{days=1,kind="dance",lv="a",en="a"}]', "plan.file.fact"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named(tmp_path: Path, told: str, key: str) -> None:
    (tmp_path / "plans.toml").write_text(told, encoding="utf-8")
    with pytest.raises(OutreachError) as raised:
        plans.read_plans(tmp_path)
    assert (raised.value.key, raised.value.facts["file"]) == (key, str(tmp_path / "plans.toml"))


def line(number: int, cents: int, what: str = "a") -> CostSeen:
    return CostSeen(number, date(2026, 1, 1), cents, 0, what, "x")


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ([], set()), ([line(1, 5)], {1}), ([line(1, 5), line(2, -5)], set()), ([line(1, 5), line(2, 5), line(3, -5)], {2}),
        ([line(1, 5), line(2, -5, "b")], {1}), ([line(1, 5), line(2, -5), line(3, 5)], {3}),
    ],
)  # fmt: skip
def test_lines_that_hold(lines: list[CostSeen], standing: set[int]) -> None:
    assert costs.standing(reversed(lines)) == standing


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900) | st.none(), st.integers(-50, 2000))
def test_points_are_few_even_and_end_today(starts_on: date, length: int | None, after: int) -> None:
    today = starts_on + timedelta(days=after)
    ends_on = None if length is None else starts_on + timedelta(days=length)
    found = progress.points(starts_on, ends_on, today)
    if after < 0:
        assert found == []
        return
    assert 1 <= len(found) <= 41
    assert found[-1] == (today if ends_on is None else min(today, ends_on + progress.AFTER))
    assert found[0] >= starts_on
    assert len({(b - a) for a, b in pairwise(found)}) <= 1


def test_what_came_after_the_last_point_still_counts() -> None:
    first = date(2026, 1, 1)
    found = progress.counted([first, first + timedelta(days=9)], [first, first + timedelta(days=1)])
    assert [point.reached for point in found] == [1, 2]


def whole(**more: object) -> CampaignWhole:
    empty = dict.fromkeys((
        "picture", "goal_kind", "goal_target", "owner", "budget_cents", "moment", "anchor_on", "copied_from",
    ))  # fmt: skip
    lists = dict.fromkeys(("municipalities", "countries", "families", "partners", "topics"), ())
    told: dict[str, object] = {
        "campaign_id": 1, "name": "MĀJAS 2026", "language": "lv", "starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31),
        "goal": "", "note": "", "is_template": False,
    }  # fmt: skip
    return CampaignWhole(**(empty | lists | told | more))  # type: ignore[arg-type]


def test_the_next_time_is_the_same_moment_or_the_same_weekday() -> None:
    easter = whole(moment="easter", anchor_on=date(2026, 4, 5))
    assert repeating.next_day(easter, TABLE, date(2026, 11, 27)) == date(2027, 3, 28)
    window = whole(moment="jan_decisions", anchor_on=date(2026, 3, 31))
    assert repeating.next_day(window, TABLE, date(2026, 11, 27)) == date(2027, 3, 31)
    plain = whole()
    assert repeating.next_day(plain, TABLE, date(2026, 11, 27)) == date(2027, 9, 30)
    assert date(2027, 9, 30).weekday() == date(2026, 10, 1).weekday()
    assert repeating.next_day(plain, TABLE, date(2030, 1, 1)) >= date(2030, 1, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("MĀJAS 2026", "MĀJAS 2027"), ("2025./2026. gads", "2026./2027. gads"), ("Plakāts 12026", "Plakāts 12026"), ("Svētki", "Svētki")],
)
def test_years_in_a_name_move_along(name: str, expected: str) -> None:
    assert repeating.next_name(name, date(2026, 1, 1), date(2027, 1, 1)) == expected


def test_a_copy_keeps_distances_and_leaves_closed_days_free() -> None:
    steps = [
        StepSeen(1, 1, "", "post", "a", date(2026, 9, 28), -3, None, None, None),
        StepSeen(2, 1, "", "task", "b", date(2026, 10, 8), None, 7, None, None),
    ]
    told = repeating.again(whole(), steps, date(2027, 3, 28), CLOSED)
    assert [(step.due_on, step.days, step.moved) for step in told.steps] == [
        (date(2027, 3, 24), -3, "quiet"), (date(2027, 4, 5), 7, "weekend"),
    ]  # fmt: skip
    assert (told.name, told.starts_on, told.ends_on) == ("MĀJAS 2027", date(2027, 3, 28), date(2027, 4, 27))
    kept = repeating.pattern(whole(), steps)
    assert [(step.due_on, step.days) for step in kept.steps] == [(date(2026, 9, 28), -3), (date(2026, 10, 8), 7)]
