"""A next step as a form asks for it: words, a day, and buttons that name the day: tomorrow, in a week, in a month."""

import calendar
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from flask import request

from outreach.tracker.cases.tasks import LONGEST
from outreach.web.fields import FieldShown, Filled, draw, read, told
from outreach.web.visit import words

TEXTS = "cases.step"
QUICK = ("tomorrow", "week", "month")


@dataclass(frozen=True)
class Step:
    """What is to be done, and by when."""

    step: str = field(metadata=told(max=LONGEST, autocomplete="off"))
    due_on: date


@dataclass(frozen=True)
class Changed:
    """The same of a step that is there, and for whom it is."""

    step: str = field(metadata=told(max=LONGEST, autocomplete="off"))
    due_on: date
    assigned_to: str | None = None


def empty(today: date) -> tuple[FieldShown, ...]:
    """An empty step, due in a week."""
    shown = draw(Step, words(), TEXTS)
    return tuple(replace(one, value=later(today, "week")) if one.name == "due_on" else one for one in shown)


def sent(today: date) -> Filled[Step]:
    """The step that was sent; a button that names a day says more than the field."""
    given = request.form.copy()
    quick = asked(today)
    if quick is not None:
        given["due_on"] = quick.isoformat()
    return read(Step, given, words(), TEXTS)


def asked(today: date) -> date | None:
    """The day of the button that was pressed; None for another button."""
    quick = request.form.get("quick", "")
    return later(today, quick) if quick in QUICK else None


def later(today: date, quick: str) -> date:
    """The day that a button of `QUICK` names; a month after the 31st is the last day that the month has."""
    if quick == "month":
        year, month = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    return today + timedelta(days=7 if quick == "week" else 1)
