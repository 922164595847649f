"""One family's line: everything that happened with it, the newest first. Opening it is a look and is written down."""

from flask import Blueprint, abort, render_template, request

from outreach.tracker.cases import line
from outreach.tracker.models import Household
from outreach.web.visit import here, me, now

pages = Blueprint("family_line", __name__)


@pages.get("/families/<int:household_id>/line")
def show(household_id: int) -> str:
    """A page of the line, of all kinds or of the one that the address names."""
    app = here()
    kind = request.args.get("kind") or None
    if kind is not None and kind not in line.KINDS:
        abort(404)
    after = line.After.parse(request.args.get("before", ""))
    with app.store.transaction() as session:
        row = session.get(Household, household_id)
        if row is None:
            abort(404)
        told = line.page(
            session, now(), me().actor, app.seal, household_id, app.settings.zone, kind, after
        )
        merged_into = row.merged_into
    return render_template(
        "pages/families/line.html",
        household_id=household_id,
        merged_into=merged_into,
        line=told,
        kinds=[name for name in line.KINDS if name in told.kinds],
        kind=kind,
        first_page=after is None,
    )
