"""Papers of a family: brought, taken over from its letters, saved, erased. Every look at them is written down."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker import privacy
from outreach.tracker.cases import papers
from outreach.tracker.letters.kinds import KINDS, LARGEST
from outreach.tracker.models import Household
from outreach.web import notices, sealedfile, uploads
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_papers", __name__)

Answer = str | tuple[str, int] | Response


@pages.get("/families/<int:household_id>/papers")
def show(household_id: int) -> Answer:
    """A family's papers, and the files of its letters that could be among them."""
    return _page(household_id)


@pages.post("/families/<int:household_id>/papers")
def bring(household_id: int) -> Answer:
    """Keeps a file."""
    t, raw = words(), uploads.given("file")
    if raw is None:
        return _page(household_id, t("cases.paper.none_chosen")), 422
    name = request.files["file"].filename or ""
    try:
        papers.bring(here(), me().actor, household_id, name, raw)
    except OutreachError as error:
        if error.key == "tracker.error.household":
            abort(404)
        return _page(household_id, t.error(error)), 422
    notices.tell("cases.told.paper")
    return _back(household_id)


@pages.post("/families/<int:household_id>/papers/letters/<int:file_id>")
def take_over(household_id: int, file_id: int) -> Response:
    """Keeps a letter's file as a paper of the family."""
    try:
        papers.take_over(here(), me().actor, household_id, file_id)
        notices.tell("cases.told.paper")
    except OutreachError as error:
        if error.key in {"tracker.error.household", "letters.error.file_gone"}:
            abort(404)
        notices.tell("cases.told.refused", tone="person", reason=words().error(error))
    return _back(household_id)


@pages.get("/families/<int:household_id>/papers/<int:paper_id>")
def file(household_id: int, paper_id: int) -> Response:
    """A paper, to be saved and never shown here; the look is written down."""
    app = here()
    try:
        with app.store.transaction() as session:
            token, kind, name = papers.given_out(session, now(), me().actor, app.seal, household_id, paper_id)
        held = papers.open_file(app.seal, app.settings.folder, token)
    except OutreachError as error:
        if error.key != "cases.error.paper":
            raise
        abort(404)
    return sealedfile.sent(held, KINDS[kind], name)


@pages.post("/families/<int:household_id>/papers/<int:paper_id>/erase")
def erase(household_id: int, paper_id: int) -> Response:
    """A paper goes for good."""
    app = here()
    try:
        with app.store.transaction() as session:
            papers.erase(session, now(), me().actor, household_id, paper_id)
    except OutreachError:
        abort(404)
    privacy.clear(app)
    notices.tell("cases.told.paper_erased")
    return _back(household_id)


def _page(household_id: int, trouble: str = "") -> str:
    app = here()
    with app.store.transaction() as session:
        row = session.get(Household, household_id)
        if row is None:
            abort(404)
        merged_into = row.merged_into
        kept = papers.of_family(session, now(), me().actor, app.seal, household_id)
        enclosed = papers.enclosures(session, app.seal, household_id)
    return render_template(
        "pages/families/papers.html",
        household_id=household_id,
        merged_into=merged_into,
        papers=kept,
        enclosures=enclosed,
        trouble=trouble,
        largest=min(app.settings.web.upload_bytes, LARGEST),
        kinds=KINDS,
    )


def _back(household_id: int) -> Response:
    return redirect(url_for(".show", household_id=household_id), 303)
