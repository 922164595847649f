"""Regions beside each other: figures that their offices gave, ours among them; ours as a file for the others."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core import smallcells
from outreach.core.errors import OutreachError
from outreach.statements import reading
from outreach.statements.sharing import comparing, document, keeping
from outreach.statements.sharing.figures import FIGURES
from outreach.web import notices, periods, uploads
from outreach.web.drawn import drawn
from outreach.web.visit import HIGHEST, here, me, now, words

pages = Blueprint("regions", __name__, url_prefix="/reports")

Answer = str | tuple[str, int] | AnyResponse
_FIRST = "returned_supported.families"


@pages.get("/regions")
def show() -> str:
    """One period of all regions that gave figures."""
    return _page()


@pages.post("/regions")
def bring() -> Answer:
    """Brings in a file of another region's figures."""
    app, t = here(), words()
    data = uploads.given("file")
    if data is None:
        return _page(t("regions.file.missing")), 422
    try:
        told = document.read(data)
        with app.store.transaction() as session:
            new = keeping.bring(session, now(), me().actor, app.office, told)
    except OutreachError as error:
        return _page(t.error(error)), 422
    notices.tell("regions.told.brought" if new else "regions.told.known", region=told.name["lv"])
    period = comparing.span(told.first, told.last, app.settings.zone)
    return redirect(url_for(".show", period=period.name), 303)


@pages.get("/statements/<int:statement_id>/figures")
def share(statement_id: int) -> Answer:
    """A statement's figures as a file for other offices."""
    app, given = here(), None
    if statement_id <= HIGHEST:
        with app.store.reading() as session:
            given = reading.one(session, statement_id)
    if given is None:
        abort(404)
    try:
        told = document.shared(given, app.office)
    except OutreachError:
        abort(404)
    answer = Response(document.written(told), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.file_name(told)}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(trouble: str = "") -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        known = comparing.periods(session, app.settings.zone)
        asked = request.args.get("period", "")
        period = next((one for one in known if one.name == asked), known[0] if known else None)
        compared = comparing.compare(session, app.office, period) if period is not None else None
    figure = request.args.get("figure", "")
    figure = figure if figure in FIGURES else _FIRST
    called = periods.called(t, period) if period is not None else ""
    picture = comparing.chart(compared, figure, t.language) if compared is not None else None
    return render_template(
        "pages/regions/show.html",
        trouble=trouble,
        periods=[(one.name, periods.called(t, one)) for one in known],
        compared=compared,
        called=called,
        figures=FIGURES,
        figure=figure,
        chart=drawn(picture, t, width=640) if picture is not None and picture.known else None,
        least=smallcells.LEAST,
    )
