"""Long work: what was asked for, how far it is, what came of it. One's own; an administrator sees all."""

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from outreach import work
from outreach.people import audit
from outreach.people.models import ADMINISTRATOR
from outreach.web import notices
from outreach.web.visit import here, me, now, role
from outreach.work import WorkSeen

pages = Blueprint("work", __name__)


@pages.get("/work")
def index() -> str:
    """The latest work, the newest first."""
    with here().store.reading() as session:
        rows = work.latest(session, None if _all() else me().user_id)
    return render_template("pages/work/index.html", rows=rows, all=_all())


@pages.get("/work/<int:work_id>")
def one(work_id: int) -> str:
    """One piece of work; asked for a part, only what changes while it goes on."""
    template = "pages/work/state.html" if request.args.get("part") else "pages/work/one.html"
    return render_template(template, row=_own(work_id))


@pages.post("/work/<int:work_id>/cancel")
def cancel(work_id: int) -> Response:
    """Calls it off; what it has done so far stays."""
    _own(work_id)
    with here().store.transaction() as session:
        stopped = work.cancel(session, now(), work_id)
        if stopped:
            audit.write(session, now(), me().actor, "cancel", "work", work_id)
    notices.tell("work.told.cancelled" if stopped else "work.told.over", tone="done" if stopped else "person")
    return redirect(url_for(".one", work_id=work_id), 303)


@pages.get("/work/<int:work_id>/file")
def file(work_id: int) -> Response:
    """What the work has made, to keep; its content is never shown in place."""
    row = _own(work_id)
    path = work.folder(here()) / (row.file or "")
    if not row.file or not path.is_file():
        abort(404)
    answer = send_file(
        path, as_attachment=True, download_name=row.file_name or "outreach", mimetype="application/octet-stream"
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _own(work_id: int) -> WorkSeen:
    with here().store.reading() as session:
        row = work.seen(session, work_id)
    if row is None or not (_all() or row.user_id == me().user_id):
        abort(404)
    return row


def _all() -> bool:
    return role() == ADMINISTRATOR
