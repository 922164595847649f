"""One family's own page: its forms, and what is read for it. Every drawing of it is a look and is written down."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from flask import abort, render_template

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.tracker import board, casework
from outreach.tracker.cases import beside, tasks
from outreach.tracker.models import OPEN_STAGES, STAGES
from outreach.tracker.same import joining
from outreach.web import samefamily, stepform
from outreach.web.fields import Choices, Filled, draw, told
from outreach.web.visit import here, me, now, words

TEXTS = "families.family"
_PERHAPS = 3  # so many that may be the same family stand on its page
T = TypeVar("T")


@dataclass(frozen=True)
class Entering:
    """A stage that was reached; without `people` as many as the family has now."""

    stage: str
    entered_on: date
    people: int | None = field(default=None, metadata=told(low=0, high=40))


@dataclass(frozen=True)
class Resizing:
    """How many they are now."""

    adults: int = field(metadata=told(low=0, high=20))
    children: int = field(metadata=told(low=0, high=20))


Sent = Filled[Entering] | Filled[Resizing] | Filled[stepform.Step]


def whole(household_id: int, *sent: Sent) -> str:
    """One family's page; `sent` are its forms that did not fit."""
    app, t, today = here(), words(), local_today()
    with app.store.transaction() as session:
        opened = casework.open_family(session, now(), me().actor, app.seal, household_id)
        if opened is None:
            abort(404)
        steps = tasks.of_family(session, now(), app.seal, household_id)
        perhaps = samefamily.of_family(session, opened.seen, _PERHAPS)
        around = beside.of_family(session, household_id)
        merges = joining.standing(session, household_id)
    last = opened.stages[-1].stage if opened.stages else STAGES[0]
    forms = {
        "stage": draw(Entering, t, TEXTS, value=Entering(_next(last), today), choices={"stage": stages()}),
        "resize": draw(Resizing, t, TEXTS, value=Resizing(opened.seen.adults, opened.seen.children)),
        "step": stepform.empty(today),
    }
    for filled in sent:
        names = tuple(one.name for one in filled.fields)
        forms |= {form: filled.fields for form, fields in forms.items() if tuple(one.name for one in fields) == names}
    ours = opened.seen.handed_over_at is None
    waits = (today - opened.stages[-1].entered_on).days if opened.stages and ours else None
    late = waits is not None and last in board.PATIENCE and waits > board.PATIENCE[last]
    in_work = bool(opened.stages) and last in OPEN_STAGES and ours and opened.seen.erased_at is None
    return render_template(
        "pages/families/one.html",
        family=opened,
        forms=forms,
        waits=waits,
        late=late,
        today=today,
        steps=[one for one in steps if one.is_open],
        ended=[one for one in steps if not one.is_open][:3],
        in_work=in_work,
        quick=stepform.QUICK,
        perhaps=perhaps,
        around=around,
        merges=merges,
    )


def refused(filled: Filled[T], error: OutreachError, name: str) -> Filled[T]:
    """The form with what the tracker says against it; a family that is not there has no page to say it on."""
    if error.key == "tracker.error.household":
        abort(404)
    return filled.with_error(name, words().error(error))


def stages() -> Choices:
    """The stages with their names."""
    t = words()
    return [(name, t(f"tracker.stage.{name}")) for name in STAGES]


def local_today() -> date:
    """The office's day."""
    return local_day(now(), here().settings.zone)


def _next(stage: str) -> str:
    """The stage that mostly follows."""
    return {"contacted": "offer_sent", "offer_sent": "planning", "planning": "returned_supported"}.get(stage, stage)
