"""A plan from a table: every row is looked at before anything is made, and what was made can be taken back."""

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview
from campaigns.timing import tabling
from campaigns.timing.checking import Judged
from campaigns.timing.sheet import MOST_BYTES, MOST_ROWS
from outreach import plansheet, work
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.sheets import FORMATS
from outreach.web import notices, plantables
from outreach.web.plantables import KIND, SHOWS
from outreach.web.visit import here, me, now, words
from outreach.work import WorkSeen

pages = Blueprint("plan_table", __name__)

_SHOWN = 100
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@pages.get("/campaigns/plan")
def show() -> str:
    """Where a table is brought, and an empty one fetched."""
    return _start()


@pages.post("/campaigns/plan")
def look() -> AnyResponse | tuple[str, int]:
    """Takes a table to look at it; plans nothing."""
    file, t = request.files.get("file"), words()
    data = file.stream.read(MOST_BYTES + 1) if file is not None else b""
    if file is None or not data:
        return _start(t("plantable.missing")), 422
    file.close()  # a large one lies on the disk
    try:
        plansheet.read(here(), data)
    except OutreachError as error:
        return _start(t.error(error)), 422
    name = Path(file.filename or "").name[:100] or t("plantable.unnamed")
    kept = work.keep_upload(here(), data)
    with here().store.transaction() as session:
        number = plantables.keep(session, data, name, kept)
        audit.write(session, now(), me().actor, "ask", "plan_table", number)
    return redirect(url_for(".one", work_id=number), 303)


@pages.get("/campaigns/plan/empty")
def empty() -> Response:
    """An empty table with examples."""
    day = datetime.combine(local_day(now(), here().settings.zone) + timedelta(days=14), time(18, 30))
    return _file(lambda wanted, target: plansheet.write_empty(words(), wanted, target, day), words()("plantable.file"))


@pages.get("/campaigns/<int:campaign_id>/plan")
def export(campaign_id: int) -> Response:
    """What a campaign has planned, as the same table."""
    app = here()
    with app.store.reading() as session:
        campaign = overview.campaign(session, campaign_id)
        rows = tabling.written_out(session, now(), campaign_id, app.settings.zone)
    if campaign is None:
        abort(404)
    name = campaign.name
    return _file(
        lambda wanted, target: plansheet.write_plan(words(), wanted, target, name, rows), words()("plantable.file")
    )


@pages.get("/campaigns/plan/<int:work_id>")
def one(work_id: int) -> str | tuple[str, int]:
    """What a table would come to, row by row; or what has become of it."""
    row = _own(work_id)
    if plantables.made_of(row.told_facts) is not None:
        return _made(row)
    return _dry(row)


@pages.post("/campaigns/plan/<int:work_id>")
def plan(work_id: int) -> AnyResponse | tuple[str, int] | str:
    """Plans the rows as they were seen: the good ones, or none unless all are. A second press does nothing."""
    app, row = here(), _own(work_id)
    whole = request.form.get("do") == "all"
    if plantables.made_of(row.told_facts) is not None:
        return redirect(url_for(".one", work_id=work_id), 303)
    try:
        data = plantables.data_of(row, now())
        read = plansheet.read(app, data)
        with app.store.transaction() as session:
            if plantables.made_of(plantables.held(session, work_id).told_facts) is None:
                rows = plansheet.judged(app, session, now(), read, _link())
                _still(rows, request.form.get("seen", ""), whole)
                made = tabling.plan(session, now(), rows, actor=me().actor, zone=app.settings.zone)
                plantables.note(session, work_id, posts=list(made.posts), deliveries=list(made.deliveries))
                audit.write(
                    session, now(), me().actor, "plan", "plan_table", work_id,
                    posts=len(made.posts), deliveries=len(made.deliveries),
                )  # fmt: skip
    except OutreachError as error:
        if error.key == "plantable.gone":
            return _start(words().error(error)), 422
        return _dry(row, words().error(error))
    plantables.forget(row)
    _changed()
    return redirect(url_for(".one", work_id=work_id), 303)


@pages.post("/campaigns/plan/<int:work_id>/undo")
def undo(work_id: int) -> AnyResponse:
    """Takes back what the table made, as far as nothing has come of it."""
    row = _own(work_id)
    with here().store.transaction() as session:
        made = plantables.made_of(plantables.held(session, work_id).told_facts)
        if made is None:
            abort(404)
        undone = tabling.undo(session, now(), made)
        audit.write(session, now(), me().actor, "undo", "plan_table", row.id, posts=undone.posts)
    _changed()
    notices.tell("plantable.told.undone", count=undone.posts)
    if undone.kept:
        notices.tell("plantable.told.kept", count=undone.kept, tone="person")
    return redirect(url_for(".one", work_id=work_id), 303)


def _start(trouble: str = "") -> str:
    return render_template(
        "pages/plan_table/show.html",
        trouble=trouble,
        most=MOST_ROWS,
        megabytes=MOST_BYTES // 1_000_000,
        formats=FORMATS,
    )


def _dry(row: WorkSeen, trouble: str = "") -> str | tuple[str, int]:
    app, t = here(), words()
    try:
        read = plansheet.read(app, plantables.data_of(row, now()))
    except OutreachError as error:
        return _start(t.error(error)), 410
    with app.store.reading() as session:
        rows = plansheet.judged(app, session, now(), read, _link())
    counts = Counter(one.state for one in rows)
    show = request.args.get("show", "")
    show = show if show in SHOWS else "wrong" if counts["wrong"] else "all"
    chosen = [one for one in rows if show == "all" or one.state == show]
    begins = min(max(request.args.get("from", 0, type=int), 0), max(len(chosen) - 1, 0))
    page = render_template(
        "pages/plan_table/one.html",
        row=row,
        trouble=trouble,
        groups=list(plantables.GROUPS),
        rows=[plantables.shown(t, one) for one in chosen[begins : begins + _SHOWN]],
        counts={"all": len(rows), **{state: counts[state] for state in SHOWS[1:]}},
        shows=[state for state in SHOWS if state == "all" or counts[state]],
        show=show,
        plans=sum(one.plans for one in rows),
        posts=sum(len(one.going) for one in rows if one.plans),
        seen=plantables.mark(rows),
        earlier=max(begins - _SHOWN, 0) if begins else None,
        later=begins + _SHOWN if begins + _SHOWN < len(chosen) else None,
    )
    return (page, 422) if trouble else page


def _made(row: WorkSeen) -> str:
    made = plantables.made_of(row.told_facts)
    assert made is not None
    with here().store.reading() as session:
        posts, waiting = _posts(session, made)
    return render_template(
        "pages/plan_table/made.html", row=row, made=made, posts=posts[:_SHOWN], more=max(len(posts) - _SHOWN, 0),
        waiting=waiting,
    )  # fmt: skip


def _posts(session: Session, made: tabling.Made) -> tuple[list[tabling.MadeSeen], int]:
    seen = tabling.seen(session, made)
    return seen, sum(one.waiting for one in seen)


def _still(rows: list[Judged], seen: str, whole: bool) -> None:
    """OutreachError where what would be planned is not what was seen, or nothing, or not all of it as it must be."""
    if plantables.mark(rows) != seen:
        raise OutreachError("plantable.changed")
    if not any(one.plans for one in rows):
        raise OutreachError("plantable.nothing")
    if whole and any(one.state == "wrong" for one in rows):
        raise OutreachError("plantable.not_all")


def _own(work_id: int) -> WorkSeen:
    with here().store.reading() as session:
        row = work.seen(session, work_id)
    if row is None or row.kind != KIND or row.user_id != me().user_id:
        abort(404)
    return row


def _link() -> str:
    return f"{here().settings.web.public_url}{url_for('public.ask')}"


def _file(write: Callable[[str, Path], None], name: str) -> Response:
    wanted = request.args.get("format", "")
    wanted = wanted if wanted in FORMATS else FORMATS[0]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"plan.{wanted}"
        write(wanted, target)
        data = target.read_bytes()
    answer = Response(data, content_type=_TYPES[wanted])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _changed() -> None:
    current_app.extensions["outreach.attention"].forget()
