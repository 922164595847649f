"""A case that another region's office hands over: its file is brought, looked at without a word of theirs, taken."""

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker.handover import holding, receipts, taking
from outreach.tracker.handover.taking import Looked
from outreach.tracker.same import finding
from outreach.web import notices, samefamily, uploads
from outreach.web.handoverpage import own
from outreach.web.visit import here, me, now, words

pages = Blueprint("handover_in", __name__, url_prefix="/families/receive")

Answer = str | tuple[str, int] | Response
_PERHAPS = 3


@pages.get("")
def show() -> str:
    """Where a parcel is brought."""
    return _start()


@pages.post("")
def look() -> Answer:
    """Opens a parcel and keeps it, closed as it is, until a person takes or refuses it."""
    app, t = here(), words()
    holding.sweep(app.settings.folder, now())
    data = uploads.given("file")
    if data is None:
        return _start(t("handover.in.missing")), 422
    try:
        found = taking.look(app.seal, app.settings.folder, own(), data)
    except OutreachError as error:
        return _start(t.error(error)), 422
    with app.store.reading() as session:
        held = taking.before(session, found.case.parcel)
    if held is not None:
        notices.tell("handover.told.known_case", number=str(held))
        return redirect(url_for("handover.of_family", household_id=held), 303)
    holding.hold(app.settings.folder, found.case.parcel, data)
    return redirect(url_for(".one", parcel=found.case.parcel), 303)


@pages.get("/<parcel>")
def one(parcel: str) -> Answer:
    """What a parcel holds, in figures; no name and no word."""
    return _one(_held(parcel))


@pages.post("/<parcel>/take")
def take(parcel: str) -> Answer:
    """Makes a family of it; a second press does nothing."""
    app, t = here(), words()
    found = _held(parcel)
    try:
        with app.store.transaction() as session:
            taken = taking.take(session, now(), me().actor, app.seal, t, app.settings.zone, found)
            perhaps = finding.of_family(session, taken.household_id, _PERHAPS) if taken.new else []
    except OutreachError as error:
        return _one(found, t.error(error)), 422
    holding.drop(app.settings.folder, parcel)
    current_app.extensions["outreach.attention"].forget()
    notices.tell("handover.told.taken_over", number=str(taken.household_id), region=found.by.region)
    samefamily.tell(perhaps)
    return redirect(url_for("handover.of_family", household_id=taken.household_id), 303)


@pages.post("/<parcel>/refuse")
def refuse(parcel: str) -> Answer:
    """Does not take it; the code for the office before is shown, nothing else is left."""
    app, t = here(), words()
    found = _held(parcel)
    try:
        with app.store.transaction() as session:
            taking.refuse(session, now(), me().actor, found)
    except OutreachError as error:
        return _one(found, t.error(error)), 422
    holding.drop(app.settings.folder, parcel)
    code = receipts.code(app.seal, found.by, parcel, "refused")
    return render_template("pages/handover/refused.html", region=found.by.region, code=code)


def _start(trouble: str = "") -> str:
    return render_template("pages/handover/receive.html", trouble=trouble)


def _one(found: Looked, trouble: str = "") -> str:
    app, t = here(), words()
    if not trouble:
        try:
            taking.fit(found.case, now(), app.settings.zone)
        except OutreachError as error:
            trouble = t.error(error)
    return render_template("pages/handover/parcel.html", case=found.case, by=found.by, trouble=trouble)


def _held(parcel: str) -> Looked:
    """The parcel that waits under this name; a family of ours if it was taken meanwhile."""
    app = here()
    data = holding.held(app.settings.folder, parcel)
    if data is None:
        with app.store.reading() as session:
            number = taking.before(session, parcel)
        if number is not None:
            abort(redirect(url_for("handover.of_family", household_id=number), 303))
        abort(404)
    try:
        return taking.look(app.seal, app.settings.folder, own(), data)
    except OutreachError as error:
        abort(Response(_start(words().error(error)), status=422, mimetype="text/html"))
