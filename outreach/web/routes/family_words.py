"""A family's own words, changed: opening the form is a look, and so is every drawing of it."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker import privacy
from outreach.tracker.cases import words as kept
from outreach.tracker.models import Household
from outreach.web import familypage, notices
from outreach.web.fields import FieldShown, Filled, draw, read, told
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_words", __name__)

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class WordsForm:
    """Name and note as they are to be; `seen` tells which wording was before the person."""

    name: str = field(default="", metadata=told(max=200, autocomplete="off"))
    note: str = field(default="", metadata=told("textarea", max=4000))
    seen: str = field(default="", metadata=told("hidden", max=64))


@pages.get("/families/<int:household_id>/words")
def edit(household_id: int) -> Answer:
    """Name and note in a form."""
    return _page(household_id)


@pages.post("/families/<int:household_id>/words")
def change(household_id: int) -> Answer:
    """Takes name and note over."""
    app = here()
    filled: Filled[WordsForm] = read(WordsForm, request.form, words(), familypage.TEXTS)
    changed = False
    if filled.value is not None:
        try:
            with app.store.transaction() as session:
                given = filled.value
                changed = kept.change(
                    session, now(), me().actor, app.seal, household_id, given.name, given.note, given.seen
                )
        except OutreachError as error:
            filled = familypage.refused(filled, error, "note")
    if filled.value is None:
        return _page(household_id, filled.fields), 422
    notices.tell("cases.told.words" if changed else "cases.told.same")
    return redirect(url_for("families.one", household_id=household_id), 303)


def _page(household_id: int, fields: tuple[FieldShown, ...] = ()) -> str:
    app = here()
    with app.store.transaction() as session:
        row = session.get(Household, household_id)
        if row is None or row.merged_into is not None or row.handed_over_at is not None:
            abort(404)
        held = privacy.reveal_family(session, now(), me().actor, app.seal, household_id)
        is_erased = row.erased_at is not None
    value = WordsForm(held.name, held.note, kept.fingerprint(app.seal, held))
    return render_template(
        "pages/families/words.html",
        household_id=household_id,
        fields=fields or draw(WordsForm, words(), familypage.TEXTS, value=value),
        is_erased=is_erased,
    )
