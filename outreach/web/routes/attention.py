"""What waits for a person, each with its reason and the way to deal with it."""

from datetime import date

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import waiting
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.subscribers import runs
from outreach.tracker.cases import consents
from outreach.web import notices
from outreach.web.attention import held_counts
from outreach.web.visit import here, me, now, role

pages = Blueprint("attention", __name__)


@pages.get("/attention")
def show() -> str:
    """Everything that waits for somebody of this role, by kind."""
    with here().store.reading() as session:
        told = waiting.gather(session, now(), role(), here().settings.zone)
    held_counts().note(role(), now(), waiting.total(told))
    today = local_day(now(), here().settings.zone)
    return render_template("pages/attention/index.html", told=told, today=today.isoformat())


@pages.post("/attention/consents/<int:consent_id>")
def heed(consent_id: int) -> Response:
    """What a family withdrew is published no more."""
    with here().store.transaction() as session:
        done = consents.heed(session, now(), me().actor, consent_id)
    notices.tell("today.told.heeded" if done else "today.told.nothing", tone="done" if done else "person")
    current_app.extensions["outreach.attention"].forget()
    return redirect(url_for(".show"), 303)


@pages.post("/attention/mail")
def settle() -> Response:
    """A morning mail that may be out: a person has looked whether it arrived, or wants it sent again."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400)
    arrived = request.form.get("arrived") == "yes"
    try:
        with here().store.transaction() as session:
            runs.settle(session, now(), day, arrived)
            audit.write(session, now(), me().actor, "confirm", "digest", None, day=day.isoformat())
    except OutreachError:
        # Somebody was quicker; what they decided stands.
        notices.tell("today.told.nothing", tone="person")
    else:
        notices.tell("today.told.arrived" if arrived else "today.told.again")
    current_app.extensions["outreach.attention"].forget()
    return redirect(url_for(".show"), 303)
