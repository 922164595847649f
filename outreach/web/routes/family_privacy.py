"""A family's data protection: who looked, the answer to who asks for their data, holds, and erasing on request."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker import privacy
from outreach.tracker.dossier import looking
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.models import Household
from outreach.tracker.retention import holds, standing
from outreach.tracker.retention.rule import coming
from outreach.web import notices, privacydesk
from outreach.web.deeds import said
from outreach.web.fields import FieldShown, Filled, draw, read, told
from outreach.web.privacydesk import SHOWN, Erasing, Exporting
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_privacy", __name__)

Answer = str | tuple[str, int] | Response
_DAYS = 10 * 366


@dataclass(frozen=True)
class Holding:
    """Until when a family must not be forgotten, and why."""

    until: date
    why: str = field(metadata=told("textarea", max=holds.LONGEST))


Sent = Filled[Holding] | Filled[Exporting] | Filled[Erasing]


@pages.get("/families/<int:household_id>/privacy")
def show(household_id: int) -> Answer:
    """All of it on one page. The reason of a hold is opened where there is one, and that is written down."""
    return _page(household_id)


@pages.post("/families/<int:household_id>/privacy/export")
def export(household_id: int) -> Answer:
    """Everything about the family as one archive, which is kept nowhere."""
    _there(household_id)
    made = privacydesk.export(Scope("household", household_id))
    return (_page(household_id, made), 422) if isinstance(made, Filled) else made


@pages.post("/families/<int:household_id>/privacy/hold")
def hold(household_id: int) -> Answer:
    """Holds a family."""
    _there(household_id)
    filled = read(Holding, request.form, words(), SHOWN)
    given = filled.value
    if given is not None:
        try:
            with here().store.transaction() as session:
                holds.hold_family(
                    session, now(), me().actor, here().seal, household_id, privacydesk.today(),
                    holds.Hold(given.until, given.why),
                )  # fmt: skip
        except OutreachError as error:
            name = "why" if error.key == "privacy.error.hold_why" else "until"
            filled = filled.with_error(name, words().error(error))
    if filled.value is None:
        return _page(household_id, filled), 422
    notices.tell("privacy.told.held", day=words().day(filled.value.until))
    return redirect(url_for(".show", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/privacy/lift")
def lift(household_id: int) -> Response:
    """Lifts a family's hold."""
    _there(household_id)
    with here().store.transaction() as session:
        lifted = holds.lift_family(session, now(), me().actor, household_id)
    notices.tell("privacy.told.lifted" if lifted else "privacy.told.no_hold")
    return redirect(url_for(".show", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/privacy/erase")
def erase(household_id: int) -> Answer:
    """Erases what is personal in a family and all that hangs on it, once its number has been typed again."""
    app = here()
    _there(household_id)
    filled = privacydesk.confirmed(household_id)
    if filled.value is not None:
        try:
            with app.store.transaction() as session:
                privacy.erase_family(session, now(), me().actor, household_id)
        except OutreachError as error:
            filled = filled.with_error("confirm", words().error(error))
    if filled.value is None:
        return _page(household_id, filled), 422
    privacy.clear(app)
    notices.tell("privacy.told.erased", number=str(household_id))
    return redirect(url_for(".show", household_id=household_id), 303)


def _there(household_id: int) -> None:
    with here().store.reading() as session:
        if session.get(Household, household_id) is None:
            abort(404)


def _page(household_id: int, *sent: Sent) -> str:
    app, t, scope = here(), words(), Scope("household", household_id)
    with app.store.transaction() as session:
        row = session.get(Household, household_id)
        if row is None:
            abort(404)
        held = holds.on_family(session, app.seal, household_id)
        actors = looking.actors(session, scope)
        asked = privacydesk.asked_for(actors)
        entries = looking.deeds(session, scope, **privacydesk.narrowed(asked))  # type: ignore[arg-type]
        mine = [one for one in standing.kept(session) if one.family == household_id or one.number == household_id]
        if held is not None and held.why:
            audit.write(session, now(), me().actor, "reveal", "household", household_id, via="hold")
    own = [one for one in mine if one.kind == "household" and one.number == household_id]
    going = coming(own, now(), app.settings.inquiries.keep_months, _DAYS)
    forms: dict[str, tuple[FieldShown, ...]] = {
        "export": privacydesk.exporting(t),
        "hold": draw(Holding, t, SHOWN, value=Holding(held.until, held.why) if held else None),
        "erase": draw(Erasing, t, SHOWN),
    }
    for filled in sent:
        names = tuple(one.name for one in filled.fields)
        forms |= {form: filled.fields for form, shown in forms.items() if tuple(one.name for one in shown) == names}
    return render_template(
        "pages/privacy/family.html",
        household_id=household_id,
        row=row,
        hold=held if held is not None and privacydesk.today() < held.until else None,
        going=going[0].on if going else None,
        is_open=any(one.is_open for one in own),
        keep_months=app.settings.inquiries.keep_months,
        worded=any(one.has_words for one in mine),
        inquiries=sum(one.kind == "inquiry" and one.has_words and one.family == household_id for one in mine),
        forms=forms,
        log=privacydesk.log_of(entries, actors, asked),
        said=said,
        called=privacydesk.called,
    )
