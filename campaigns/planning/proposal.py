"""A plan before it is made: what to do by which day towards a moment of the year. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.moments import Moment
from campaigns.planning.days import Closed
from campaigns.planning.plans import Plan, PlanStep


@dataclass(frozen=True)
class ProposedStep:
    """A step on its day. `days` is what the plan counts from the anchor; where `due_on` is another day, `moved` says
    why: it would fall on a `quiet` day, a day `off`, a `weekend`, or its day is `past` and it is to be done at once.
    """

    place: int
    kind: str
    names: Mapping[str, str]
    days: int
    due_on: date
    moved: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a campaign towards the moment would be; `left_out` are steps for which it is too late."""

    anchor_on: date
    starts_on: date
    ends_on: date
    steps: tuple[ProposedStep, ...]
    left_out: tuple[PlanStep, ...]


def propose(plan: Plan, moment: Moment, closed: Closed, today: date) -> Proposal:
    """Counts back from the moment's day. No step falls on a quiet day, a day off or before `today`."""
    anchor = moment.starts_on if plan.anchor == "start" else moment.ends_on
    steps: list[ProposedStep] = []
    left_out: list[PlanStep] = []
    for step in plan.steps:
        made = _placed(step, moment, anchor, closed, today)
        if made is None:
            left_out.append(step)
        else:
            steps.append(made)
    steps.sort(key=lambda step: (step.due_on, step.days, step.place))
    days = [step.due_on for step in steps]
    starts_on = min([max(today, anchor + timedelta(days=plan.starts)), *days])
    ends_on = max([moment.ends_on + timedelta(days=plan.ends), starts_on, *days])
    return Proposal(anchor, starts_on, ends_on, tuple(steps), tuple(left_out))


def _placed(step: PlanStep, moment: Moment, anchor: date, closed: Closed, today: date) -> ProposedStep | None:
    """The step on its day; None where it is too late for it."""
    since = moment.starts_on if step.since == "start" else moment.ends_on
    wanted = since + timedelta(days=step.days)
    days = (wanted - anchor).days
    due_on, moved = closed.fitted(wanted, anchor, step.kind), closed.why(wanted, step.kind)
    if due_on < today:
        if step.drop or days > 0:
            return None
        due_on, moved = closed.later(today, step.kind), "past"
        # What leads up to a day is of no use after it.
        if due_on > anchor:
            return None
    return ProposedStep(step.place, step.kind, step.names, days, due_on, moved)
