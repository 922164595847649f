"""What the office knows of a family without its words, changed: where to, where from, languages, topics, grant."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker.cases import facts
from outreach.tracker.models import Household
from outreach.web import familyfacts, familypage, notices
from outreach.web.fields import FieldShown, draw, read
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_facts", __name__)

Answer = str | tuple[str, int] | Response


@pages.get("/families/<int:household_id>/facts")
def edit(household_id: int) -> Answer:
    """The facts in a form; no word of the family is in them."""
    with here().store.reading() as session:
        row = session.get(Household, household_id)
        known = facts.of(row) if row is not None and row.merged_into is None else None
    if known is None:
        abort(404)
    value, choices = familyfacts.typed(known), familyfacts.choices()
    return _page(
        household_id, draw(familyfacts.FactsForm, words(), familypage.TEXTS, value=value, choices=choices)
    )


@pages.post("/families/<int:household_id>/facts")
def change(household_id: int) -> Answer:
    """Takes the facts over."""
    app, t = here(), words()
    filled = read(familyfacts.FactsForm, request.form, t, familypage.TEXTS, choices=familyfacts.choices())
    changed = False
    if filled.value is not None:
        try:
            with app.store.transaction() as session:
                told = familyfacts.told_in(filled.value)
                changed = facts.change(session, now(), me().actor, app.seal, household_id, told)
        except OutreachError as error:
            filled = familypage.refused(filled, error, familyfacts.FIELD_OF.get(error.key, "municipality"))
    if filled.value is None:
        return _page(household_id, filled.fields), 422
    notices.tell("cases.told.facts" if changed else "cases.told.same")
    return redirect(url_for("families.one", household_id=household_id), 303)


def _page(household_id: int, fields: tuple[FieldShown, ...]) -> str:
    return render_template("pages/families/facts.html", household_id=household_id, fields=fields)
