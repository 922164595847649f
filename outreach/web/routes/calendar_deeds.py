"""What is taken to another place on the calendar, copied there or dropped from the drafts; and all of it taken back.

A page with script is answered with the calendar as it stands now, whatever was asked: the store is right, and what it
refused is back in its place. Without script the way leads back to the calendar.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.models import Delivery
from campaigns.timing import moving
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import calendar_page, fields, notices
from outreach.web.calendar_asked import Asked, asked
from outreach.web.calendar_items import short
from outreach.web.visit import HIGHEST, here, me, now, words

pages = Blueprint("calendar_deeds", __name__)

_HOUR = 5

Form = TypeVar("Form")


@dataclass(frozen=True)
class MovedForm:
    """A delivery, the exact moment that was seen, and where it is to stand; no hour: the one it has."""

    delivery_id: int = field(metadata=fields.told(low=1, high=HIGHEST))
    seen: str = field(metadata=fields.told(max=40))
    day: date
    hour: str = field(default="", metadata=fields.told(max=_HOUR))


@dataclass(frozen=True)
class DroppedForm:
    """A draft, and the channel, day and hour it goes to."""

    post_id: int = field(metadata=fields.told(low=1, high=HIGHEST))
    channel_id: int = field(metadata=fields.told(low=1, high=HIGHEST))
    day: date
    hour: str = field(metadata=fields.told(max=_HOUR))


@pages.post("/calendar/move")
def move() -> AnyResponse:
    """Gives a delivery another day or hour."""
    sent = _read(MovedForm)
    return _moved(sent, copies=False)


@pages.post("/calendar/copy")
def copy() -> AnyResponse:
    """The same post once more on another day or hour, for somebody to approve."""
    sent = _read(MovedForm)
    return _moved(sent, copies=True)


@pages.post("/calendar/drop")
def drop() -> AnyResponse:
    """Sends a draft on its way to a channel."""
    sent, zone, t = _read(DroppedForm), here().settings.zone, words()
    try:
        due_at = moving.moment_of(sent.day, _hour(sent.hour), zone)
        with here().store.transaction() as session:
            made = moving.drop(session, now(), sent.post_id, sent.channel_id, due_at, zone=zone)
            audit.write(session, now(), me().actor, "schedule", "delivery", made.id)
            number = made.id
    except OutreachError as error:
        if not request.headers.get("HX-Request"):
            return _refused(error)
        # The dialog is still open: it says so itself.
        answer = make_response(render_template("pages/calendar/trouble.html", text=t.error(error)), 422)
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#drop-trouble", "innerHTML"
        return answer
    undo = _undo(number, due_at)
    return _done("calendar.told.dropped", undo=undo, moment=short(due_at, t, zone))


@pages.post("/calendar/back")
def back() -> AnyResponse:
    """Takes a move, a copy or a drop back; not if somebody has moved it on meanwhile."""
    delivery_id = request.args.get("delivery", type=int)
    seen, before = _moment(request.args.get("seen", "")), request.args.get("before", "")
    if delivery_id is None or not 0 < delivery_id <= HIGHEST:
        abort(400)
    zone = here().settings.zone
    try:
        with here().store.transaction() as session:
            if before:
                moving.move(session, now(), delivery_id, _moment(before), seen_due_at=seen, zone=zone)
            else:
                moving.take_back(session, now(), delivery_id, seen_due_at=seen, zone=zone)
            audit.write(session, now(), me().actor, "undo", "delivery", delivery_id)
    except OutreachError as error:
        return _refused(error)
    return _done("calendar.told.moved_back" if before else "calendar.told.called_off")


def _moved(sent: MovedForm, *, copies: bool) -> AnyResponse:
    zone, t = here().settings.zone, words()
    seen = _moment(sent.seen)
    try:
        with here().store.transaction() as session:
            due_at = _target(session, sent)
            if copies:
                made = moving.copy(session, now(), sent.delivery_id, due_at, actor=me().actor, zone=zone)
                audit.write(session, now(), me().actor, "copy", "delivery", made.id)
            else:
                made = moving.move(session, now(), sent.delivery_id, due_at, seen_due_at=seen, zone=zone)
                audit.write(session, now(), me().actor, "move", "delivery", made.id)
            number = made.id
    except OutreachError as error:
        return _refused(error)
    if copies:
        return _done("calendar.told.copied", undo=_undo(number, due_at), moment=short(due_at, t, zone))
    if due_at == seen:
        return _answered()
    # Nothing goes back to a moment that is over.
    undo = _undo(number, due_at, seen) if seen >= now() - moving.GRACE else ""
    return _done("calendar.told.moved", undo=undo, moment=short(due_at, t, zone))


def _target(session: Session, sent: MovedForm) -> datetime:
    zone = here().settings.zone
    if sent.hour:
        return moving.moment_of(sent.day, _hour(sent.hour), zone)
    delivery = session.get(Delivery, sent.delivery_id)
    if delivery is None:
        raise OutreachError("campaigns.delivery.missing", id=sent.delivery_id)
    return moving.on_day(delivery.due_at, sent.day, zone=zone, wall=delivery.wall, wall_zone=delivery.wall_zone)


def _asked() -> Asked:
    return asked(request.args, local_day(now(), here().settings.zone))


def _read(form: type[Form]) -> Form:
    """What was sent; 400 for what no page of ours sends."""
    sent = fields.read(form, request.form, words(), "calendar.drop", zone=here().settings.zone)
    if sent.value is None:
        abort(400)
    return sent.value


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        abort(400)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    if moment.tzinfo is None:
        abort(400)
    return moment


def _undo(delivery_id: int, seen: datetime, before: datetime | None = None) -> str:
    more = {} if before is None else {"before": before.isoformat()}
    args = _asked().args(delivery=delivery_id, seen=seen.isoformat(), **more)
    return url_for("calendar_deeds.back", **args)  # type: ignore[arg-type]


def _done(key: str, *, undo: str = "", **facts: str) -> AnyResponse:
    current_app.extensions["outreach.attention"].forget()
    notices.tell(key, undo=undo, **facts)
    return _answered()


def _refused(error: OutreachError) -> AnyResponse:
    notices.tell("planning.told.refused", tone="person", reason=words().error(error))
    return _answered()


def _answered() -> AnyResponse:
    wanted = _asked()
    if not request.headers.get("HX-Request"):
        return redirect(url_for("calendar.show", **wanted.args()), 303)  # type: ignore[arg-type]
    return Response(render_template("pages/calendar/changed.html", **calendar_page.context(wanted)))
