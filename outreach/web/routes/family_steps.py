"""A family's next steps: added, worded anew, moved, done, dropped, taken back. What a step says is shown on the
family's own page and on the step's, and every look is written down.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.cases import tasks
from outreach.web import familypage, notices, stepform
from outreach.web.fields import Choices, FieldShown, draw, read
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_steps", __name__)

Answer = str | tuple[str, int] | Response
_FIELD_OF = {"cases.error.due": "due_on", "cases.error.person": "assigned_to"}
_MISSING = frozenset({"tracker.error.household", "cases.error.task"})


@pages.post("/families/<int:household_id>/steps")
def add(household_id: int) -> Answer:
    """Adds a step."""
    app = here()
    filled = stepform.sent(familypage.local_today())
    if filled.value is not None:
        try:
            with app.store.transaction() as session:
                tasks.add(
                    session, now(), me().actor, app.seal, household_id, filled.value.step, filled.value.due_on
                )
        except OutreachError as error:
            filled = familypage.refused(filled, error, _FIELD_OF.get(error.key, "step"))
    if filled.value is None:
        return familypage.whole(household_id, filled), 422
    _changed()
    notices.tell("cases.told.added", day=words().day(filled.value.due_on))
    return _back(household_id)


@pages.get("/families/<int:household_id>/steps/<int:task_id>")
def edit(household_id: int, task_id: int) -> Answer:
    """One step, to be worded, dated or given anew."""
    return _page(household_id, task_id)


@pages.post("/families/<int:household_id>/steps/<int:task_id>")
def change(household_id: int, task_id: int) -> Answer:
    """Takes a step's new words, day and person."""
    app, t = here(), words()
    with app.store.reading() as session:
        choices = {"assigned_to": _people(tasks.helpers(session))}
    given = request.form.copy()
    quick = stepform.asked(familypage.local_today())
    if quick is not None:
        given["due_on"] = quick.isoformat()
    filled = read(stepform.Changed, given, t, stepform.TEXTS, choices=choices)
    if filled.value is not None:
        told = filled.value
        try:
            with app.store.transaction() as session:
                given_to = told.assigned_to
                tasks.change(
                    session, now(), me().actor, app.seal, household_id, task_id, told.step, told.due_on, given_to
                )
        except OutreachError as error:
            if error.key in _MISSING:
                abort(404)
            filled = filled.with_error(_FIELD_OF.get(error.key, "step"), t.error(error))
    if filled.value is None:
        return _page(household_id, task_id, filled.fields), 422
    _changed()
    notices.tell("cases.told.changed", day=t.day(filled.value.due_on))
    return _back(household_id)


@pages.post("/families/<int:household_id>/steps/<int:task_id>/move")
def move(household_id: int, task_id: int) -> Response:
    """Puts a step off to the day of the button that was pressed."""
    day = stepform.asked(familypage.local_today())
    if day is None:
        abort(400)
    if _done(lambda session: tasks.move(session, now(), me().actor, household_id, task_id, day)):
        notices.tell("cases.told.changed", day=words().day(day))
    return _back(household_id)


@pages.post("/families/<int:household_id>/steps/<int:task_id>/done")
def done(household_id: int, task_id: int) -> Response:
    """A step is done."""
    if _done(lambda session: tasks.done(session, now(), me().actor, household_id, task_id)):
        notices.tell("cases.told.done", undo=_undo(household_id, task_id))
    return _back(household_id)


@pages.post("/families/<int:household_id>/steps/<int:task_id>/drop")
def drop(household_id: int, task_id: int) -> Response:
    """A step is wanted no more."""
    if _done(lambda session: tasks.drop(session, now(), me().actor, household_id, task_id)):
        notices.tell("cases.told.dropped", undo=_undo(household_id, task_id))
    return _back(household_id)


@pages.post("/families/<int:household_id>/steps/<int:task_id>/back")
def take_back(household_id: int, task_id: int) -> Response:
    """A step that was done or dropped is open after all."""
    if _done(lambda session: tasks.take_back(session, now(), me().actor, household_id, task_id)):
        notices.tell("cases.told.taken_back")
    return _back(household_id)


def _page(household_id: int, task_id: int, sent: tuple[FieldShown, ...] | None = None) -> str:
    app = here()
    with app.store.transaction() as session:
        step = tasks.one(session, app.seal, household_id, task_id)
        if step is None:
            abort(404)
        choices = {"assigned_to": _people(tasks.helpers(session))}
        audit.write(session, now(), me().actor, "reveal", "household", household_id, via="tasks")
    value = stepform.Changed(step.words, step.due_on, step.assigned_to)
    fields = sent or draw(stepform.Changed, words(), stepform.TEXTS, value=value, choices=choices)
    if step.assigned_to and step.assigned_to not in dict(choices["assigned_to"]):
        # Whoever has left the office stands there no more: the step waits for somebody else.
        fields = tuple(replace(one, value="") if one.name == "assigned_to" else one for one in fields)
    return render_template(
        "pages/families/step.html", household_id=household_id, step=step, fields=fields, quick=stepform.QUICK
    )


def _people(found: list[tuple[str, str]]) -> Choices:
    return [("", words()("cases.step.nobody")), *found]


def _done(do: Callable[[Session], object]) -> bool:
    """Does it in a transaction; what stands against it is said on the next page. False where nothing came of it."""
    try:
        with here().store.transaction() as session:
            came = do(session)
    except OutreachError as error:
        if error.key in _MISSING:
            abort(404)
        notices.tell("cases.told.refused", tone="person", reason=words().error(error))
        return False
    _changed()
    return came is not False


def _undo(household_id: int, task_id: int) -> str:
    return url_for(".take_back", household_id=household_id, task_id=task_id)


def _back(household_id: int) -> Response:
    return redirect(url_for("families.one", household_id=household_id), 303)


def _changed() -> None:
    current_app.extensions["outreach.attention"].forget()
