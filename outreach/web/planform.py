"""The small forms of a plan: a step, another day for one, a line of costs."""

from dataclasses import dataclass, field
from datetime import date

from campaigns.models import STEPS
from outreach.core.text import Words
from outreach.web import fields


@dataclass(frozen=True)
class StepForm:
    """What is to be done by which day."""

    title: str = field(metadata=fields.told(max=300))
    due_on: date
    kind: str = "task"


@dataclass(frozen=True)
class MoveForm:
    """Another day."""

    due_on: date


@dataclass(frozen=True)
class CostForm:
    """What was spent: euro, hours or both, as they are typed."""

    what: str = field(metadata=fields.told(max=300))
    spent_on: date
    euro: str = field(default="", metadata=fields.told(max=30))
    hours: str = field(default="", metadata=fields.told(max=10))


def step_choices(t: Words) -> dict[str, fields.Choices]:
    """The kinds of steps by their names."""
    return {"kind": [(kind, t(f"plan.kind.{kind}")) for kind in STEPS]}
