"""One family once: who may be the same, two records beside each other, put together, taken apart, or told to be two."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker import queries
from outreach.tracker.models import Household
from outreach.tracker.same import comparing, finding, joining, pairs, strangers
from outreach.web import notices
from outreach.web.visit import here, me, now, words

pages = Blueprint("same", __name__)

Answer = str | tuple[str, int] | Response
_PAGE = 50


@pages.get("/families/same")
def index() -> Answer:
    """Every pair that may be one family, by marks alone: nothing is opened."""
    page = max(request.args.get("page", 1, type=int), 1)
    with here().store.reading() as session:
        every = pairs.open_pairs(session)
    shown = every[(page - 1) * _PAGE : page * _PAGE]
    return render_template(
        "pages/same/index.html",
        pairs=shown,
        every=len(every),
        page=page,
        more=len(every) > page * _PAGE,
        capped=len(every) >= pairs.MOST,
        most=pairs.MOST,
    )


@pages.get("/families/<int:household_id>/same")
def of_family(household_id: int) -> Answer:
    """Who may be the same as this family, with how alike the names are: a look into all of their words."""
    app = here()
    with app.store.transaction() as session:
        row = session.get(Household, household_id)
        if row is None:
            abort(404)
        if row.merged_into is not None:
            return redirect(url_for("families.one", household_id=household_id), 303)
        found = finding.of_family(session, household_id)
        scored = comparing.scored(session, now(), me().actor, app.seal, household_id, found)
    return render_template("pages/same/of_family.html", household_id=household_id, scored=scored)


@pages.get("/inquiries/<int:inquiry_id>/same")
def of_inquiry(inquiry_id: int) -> Answer:
    """Which family may have asked, with how alike the names are: a look into all of their words."""
    app = here()
    with app.store.transaction() as session:
        seen = queries.one(session, inquiry_id)
        if seen is None:
            abort(404)
        if seen.household_id is not None:
            return redirect(url_for("same.of_family", household_id=seen.household_id), 303)
        found = finding.of_inquiry(session, inquiry_id)
        scored = comparing.scored(session, now(), me().actor, app.seal, -inquiry_id, found)
        told = strangers.of_inquiry(session, inquiry_id)
    return render_template("pages/same/of_inquiry.html", inquiry_id=inquiry_id, scored=scored, strangers=told)


@pages.post("/inquiries/<int:inquiry_id>/same/<int:household_id>/apart")
def stranger(inquiry_id: int, household_id: int) -> Answer:
    """The inquiry is not this family's; with `undo` it may be after all."""
    back = "undo" in request.args
    deed = strangers.perhaps if back else strangers.apart
    try:
        with here().store.transaction() as session:
            deed(session, now(), me().actor, inquiry_id, household_id)
    except OutreachError as error:
        if error.key != "same.error.tied":
            abort(404)
        notices.tell(error.key, tone="person", **{name: str(value) for name, value in error.facts.items()})
        return redirect(url_for("inquiries.one", inquiry_id=inquiry_id), 303)
    told = {"number": str(inquiry_id), "other": str(household_id)}
    if back:
        notices.tell("same.told.perhaps_theirs", **told)
    else:
        undo = url_for(".stranger", inquiry_id=inquiry_id, household_id=household_id, undo=1)
        notices.tell("same.told.stranger", undo=undo, **told)
    return redirect(url_for(".of_inquiry", inquiry_id=inquiry_id), 303)


@pages.get("/families/<int:household_id>/same/<int:other_id>")
def compare(household_id: int, other_id: int) -> Answer:
    """Two families beside each other; opening them is written down."""
    return _compare_page(household_id, other_id)


@pages.post("/families/<int:household_id>/same/<int:other_id>/merge")
def merge(household_id: int, other_id: int) -> Answer:
    """The other one is this family: its inquiries come here, and it counts no more."""
    try:
        with here().store.transaction() as session:
            number = joining.merge(session, now(), me().actor, household_id, other_id)
    except OutreachError as error:
        return _refused(error, household_id, other_id)
    undo = url_for(".part", household_id=household_id, merge_id=number)
    notices.tell("same.told.merged", undo=undo, number=str(other_id), kept=str(household_id))
    return redirect(url_for("families.one", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/same/merges/<int:merge_id>/undo")
def part(household_id: int, merge_id: int) -> Answer:
    """Takes a merge back; somebody may have done so before."""
    try:
        with here().store.transaction() as session:
            known = {one.merge_id for one in joining.standing(session, household_id)}
            if merge_id not in known:
                raise OutreachError("same.error.no_merge", merge_id=merge_id)
            taken = joining.part(session, now(), me().actor, merge_id)
    except OutreachError as error:
        if error.key != "same.error.no_merge":
            raise
        notices.tell("same.error.no_merge", tone="person", merge_id=str(merge_id))
        return redirect(url_for("families.one", household_id=household_id), 303)
    notices.tell("same.told.parted", number=str(taken.gone_id), kept=str(taken.kept_id))
    return redirect(url_for("families.one", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/same/<int:other_id>/apart")
def apart(household_id: int, other_id: int) -> Answer:
    """These are two families; with `undo` they may be one after all."""
    back = "undo" in request.args
    deed = joining.perhaps if back else joining.apart
    try:
        with here().store.transaction() as session:
            deed(session, now(), me().actor, household_id, other_id)
    except OutreachError as error:
        return _refused(error, household_id, other_id)
    if back:
        notices.tell("same.told.perhaps", number=str(household_id), other=str(other_id))
        return redirect(url_for(".compare", household_id=household_id, other_id=other_id), 303)
    undo = url_for(".apart", household_id=household_id, other_id=other_id, undo=1)
    notices.tell("same.told.apart", undo=undo, number=str(household_id), other=str(other_id))
    return redirect(url_for("families.one", household_id=household_id), 303)


def _refused(error: OutreachError, household_id: int, other_id: int) -> Answer:
    if error.key in {"tracker.error.household", "same.error.itself"}:
        abort(404)
    return _compare_page(household_id, other_id, words().error(error)), 422


def _compare_page(household_id: int, other_id: int, trouble: str = "") -> str:
    app = here()
    if household_id == other_id:
        abort(404)
    with app.store.transaction() as session:
        told = comparing.beside(session, now(), me().actor, app.seal, household_id, other_id)
    if told is None:
        abort(404)
    return render_template("pages/same/compare.html", pair=told, trouble=trouble)
