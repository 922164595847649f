"""A campaign's plan on its page: steps done, moved, added and removed; what it cost."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview
from campaigns.models import CampaignStep
from campaigns.planning import costs, money, steps
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import access, fields, notices
from outreach.web.planform import CostForm, MoveForm, StepForm, step_choices
from outreach.web.visit import here, me, now, only_place, role, words

pages = Blueprint("campaign_plan", __name__)


@pages.post("/campaigns/<int:campaign_id>/steps")
def add(campaign_id: int) -> AnyResponse:
    """One more step."""
    _known(campaign_id)
    sent = fields.read(StepForm, request.values, words(), "plan.step", choices=step_choices(words()))
    if sent.value is None:
        return _wrong(campaign_id, sent.fields, "plan")
    told = sent.value
    try:
        with here().store.transaction() as session:
            made = steps.add(session, campaign_id, told.kind, told.title, told.due_on)
            audit.write(session, now(), me().actor, "add", "step", made.id, campaign=campaign_id)
    except OutreachError as error:
        _trouble(error)
    else:
        notices.tell("plan.told.added", title=told.title)
    return _back(campaign_id, "plan")


@pages.post("/campaigns/<int:campaign_id>/steps/<int:step_id>")
def step(campaign_id: int, step_id: int) -> AnyResponse:
    """What is done with a step: `action` is done, undone, move, remove or post."""
    _known(campaign_id)
    deed = _DEEDS.get(request.values.get("action", ""))
    if deed is None:
        abort(400)
    return deed(campaign_id, step_id)


@pages.post("/campaigns/<int:campaign_id>/costs")
def spend(campaign_id: int) -> AnyResponse:
    """A line of what was spent."""
    _known(campaign_id)
    sent = fields.read(CostForm, request.form, words(), "plan.cost")
    if sent.value is None:
        return _wrong(campaign_id, sent.fields, "costs")
    told = sent.value
    try:
        cents = money.cents(told.euro) if told.euro else 0
        minutes = money.minutes(told.hours) if told.hours else 0
        with here().store.transaction() as session:
            made = costs.spend(
                session,
                now(),
                campaign_id,
                spent_on=told.spent_on,
                cents=cents,
                minutes=minutes,
                what=told.what,
                actor=me().actor,
            )
            audit.write(session, now(), me().actor, "add", "cost", made.id, campaign=campaign_id, cents=cents)
            undo = url_for("campaign_plan.take_back", campaign_id=campaign_id, cost_id=made.id)
    except OutreachError as error:
        _trouble(error)
    else:
        notices.tell("plan.told.spent", what=told.what, undo=undo)
    return _back(campaign_id, "costs")


@pages.post("/campaigns/<int:campaign_id>/costs/<int:cost_id>/back")
def take_back(campaign_id: int, cost_id: int) -> AnyResponse:
    """Takes a line back by one of the opposite sign."""
    _known(campaign_id)
    try:
        with here().store.transaction() as session:
            made = costs.take_back(session, now(), campaign_id, cost_id, actor=me().actor)
            audit.write(session, now(), me().actor, "take_back", "cost", cost_id, campaign=campaign_id)
            what = made.what
    except OutreachError as error:
        _trouble(error)
    else:
        notices.tell("plan.told.taken_back", what=what)
    return _back(campaign_id, "costs")


def _done(campaign_id: int, step_id: int) -> AnyResponse:
    on = request.values.get("action") == "done"

    def do(session: Session) -> CampaignStep:
        return steps.done(session, now(), campaign_id, step_id, on=on, actor=me().actor)

    title = _changed(campaign_id, step_id, "done" if on else "undone", do)
    undo = url_for("campaign_plan.step", campaign_id=campaign_id, step_id=step_id, action="undone") if on else ""
    notices.tell("plan.told.done" if on else "plan.told.undone", title=title, undo=undo)
    return _back(campaign_id, "plan")


def _move(campaign_id: int, step_id: int) -> AnyResponse:
    sent = fields.read(MoveForm, request.values, words(), "plan.step")
    if sent.value is None:
        return _wrong(campaign_id, sent.fields, "plan")
    day = sent.value.due_on
    title = _changed(campaign_id, step_id, "move", lambda session: steps.move(session, campaign_id, step_id, day))
    notices.tell("plan.told.moved", title=title, day=words().day(day))
    return _back(campaign_id, "plan")


def _remove(campaign_id: int, step_id: int) -> AnyResponse:
    try:
        with here().store.transaction() as session:
            gone = session.get(CampaignStep, step_id)
            again: dict[str, Any] = {"kind": gone.kind, "due_on": gone.due_on.isoformat()} if gone is not None else {}
            title = steps.remove(session, campaign_id, step_id)
            audit.write(session, now(), me().actor, "remove", "step", step_id, campaign=campaign_id)
    except OutreachError:
        abort(404)
    undo = url_for("campaign_plan.add", campaign_id=campaign_id, title=title, **again)
    notices.tell("plan.told.removed", title=title, undo=undo)
    return _back(campaign_id, "plan")


def _post(campaign_id: int, step_id: int) -> AnyResponse:
    if not access.may(role(), "posts.create", "POST"):
        abort(403)
    settings = here().settings
    try:
        with here().store.transaction() as session:
            made = steps.draft(
                session,
                now(),
                campaign_id,
                step_id,
                language=settings.office.language,
                target_url=settings.web.public_url + url_for("public.ask"),
                actor=me().actor,
            ).id
            audit.write(session, now(), me().actor, "add", "post", made, campaign=campaign_id)
    except OutreachError:
        abort(404)
    notices.tell("plan.told.drafted")
    return redirect(url_for("posts.edit", post_id=made), 303)


_DEEDS: dict[str, Callable[[int, int], AnyResponse]] = {
    "done": _done,
    "undone": _done,
    "move": _move,
    "remove": _remove,
    "post": _post,
}


def _changed(campaign_id: int, step_id: int, action: str, do: Callable[[Session], CampaignStep]) -> str:
    """Does it and writes it down; the step's title."""
    try:
        with here().store.transaction() as session:
            title = do(session).title
            audit.write(session, now(), me().actor, action, "step", step_id, campaign=campaign_id)
    except OutreachError:
        abort(404)
    return title


def _known(campaign_id: int) -> None:
    with here().store.reading() as session:
        if overview.campaign(session, campaign_id, place=only_place()) is None:
            abort(404)


def _wrong(campaign_id: int, shown: tuple[fields.FieldShown, ...], part: str) -> AnyResponse:
    """These forms have two or three fields: what is wrong is said above the page they stand on."""
    for one in shown:
        if one.error:
            notices.tell("plan.told.wrong", tone="person", label=one.label, error=one.error)
    return _back(campaign_id, part)


def _trouble(error: OutreachError) -> None:
    facts: dict[str, Any] = dict(error.facts)
    notices.tell(error.key, tone="person", **facts)


def _back(campaign_id: int, part: str) -> AnyResponse:
    return redirect(url_for("campaigns.one", campaign_id=campaign_id, _anchor=part), 303)
