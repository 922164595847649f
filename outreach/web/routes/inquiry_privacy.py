"""One inquiry's data protection, as a family's: for who asked and is of no family that we know."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker.dossier import looking
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.models import Inquiry
from outreach.tracker.retention import holds
from outreach.web import notices, privacydesk
from outreach.web.deeds import said
from outreach.web.fields import FieldShown, Filled, draw, read
from outreach.web.privacydesk import SHOWN, Exporting
from outreach.web.visit import here, me, now, words

pages = Blueprint("inquiry_privacy", __name__)

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Holding:
    """Until when an inquiry must not be forgotten."""

    until: date


@pages.get("/inquiries/<int:inquiry_id>/privacy")
def show(inquiry_id: int) -> Answer:
    """Who looked, the answer to who asks for their data, and a hold; no word is opened."""
    return _page(inquiry_id)


@pages.post("/inquiries/<int:inquiry_id>/privacy/export")
def export(inquiry_id: int) -> Answer:
    """Everything about the inquiry as one archive, which is kept nowhere."""
    _there(inquiry_id)
    made = privacydesk.export(Scope("inquiry", inquiry_id))
    return (_page(inquiry_id, made), 422) if isinstance(made, Filled) else made


@pages.post("/inquiries/<int:inquiry_id>/privacy/hold")
def hold(inquiry_id: int) -> Answer:
    """Holds an inquiry."""
    _there(inquiry_id)
    filled = read(Holding, request.form, words(), SHOWN)
    if filled.value is not None:
        try:
            with here().store.transaction() as session:
                holds.hold_inquiry(
                    session, now(), me().actor, inquiry_id, privacydesk.today(), filled.value.until
                )
        except OutreachError as error:
            filled = filled.with_error("until", words().error(error))
    if filled.value is None:
        return _page(inquiry_id, filled), 422
    notices.tell("privacy.told.held", day=words().day(filled.value.until))
    return redirect(url_for(".show", inquiry_id=inquiry_id), 303)


@pages.post("/inquiries/<int:inquiry_id>/privacy/lift")
def lift(inquiry_id: int) -> Response:
    """Lifts an inquiry's own hold."""
    _there(inquiry_id)
    with here().store.transaction() as session:
        lifted = holds.lift_inquiry(session, now(), me().actor, inquiry_id)
    notices.tell("privacy.told.lifted" if lifted else "privacy.told.no_hold")
    return redirect(url_for(".show", inquiry_id=inquiry_id), 303)


def _there(inquiry_id: int) -> None:
    with here().store.reading() as session:
        if session.get(Inquiry, inquiry_id) is None:
            abort(404)


def _page(inquiry_id: int, sent: Filled[Holding] | Filled[Exporting] | None = None) -> str:
    app, t, scope = here(), words(), Scope("inquiry", inquiry_id)
    with app.store.reading() as session:
        row = session.get(Inquiry, inquiry_id)
        if row is None:
            abort(404)
        actors = looking.actors(session, scope)
        asked = privacydesk.asked_for(actors)
        entries = looking.deeds(session, scope, **privacydesk.narrowed(asked))  # type: ignore[arg-type]
    forms: dict[str, tuple[FieldShown, ...]] = {
        "export": privacydesk.exporting(t),
        "hold": draw(Holding, t, SHOWN, value=Holding(row.held_until) if row.held_until else None),
    }
    if sent is not None:
        forms["export" if len(sent.fields) > 1 else "hold"] = sent.fields
    return render_template(
        "pages/privacy/inquiry.html",
        inquiry_id=inquiry_id,
        row=row,
        hold=row.held_until if row.held_until is not None and privacydesk.today() < row.held_until else None,
        keep_months=app.settings.inquiries.keep_months,
        forms=forms,
        log=privacydesk.log_of(entries, actors, asked),
        said=said,
        called=privacydesk.called,
    )
