"""Inquiries from a table: every row is looked at before anything is taken, and a person decides what may be double."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.timing import sheet
from campaigns.timing.sheet import MOST_BYTES, MOST_ROWS
from outreach import work
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.bringing import brought, judging, keeping, taking
from outreach.tracker.bringing.brought import Brought
from outreach.tracker.bringing.judging import Judged
from outreach.tracker.places import read_places
from outreach.web import bringingpage
from outreach.web.bringingpage import KIND
from outreach.web.visit import here, me, now, words
from outreach.work import WorkRow, WorkSeen
from outreach.works.bring_inquiries import BringInquiries

pages = Blueprint("bringing", __name__, url_prefix="/inquiries/import")

Answer = str | tuple[str, int] | AnyResponse
_SHOWN = 200
_NAME = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Look:
    """A table at the moment of a look."""

    name: str
    read: Brought
    judged: Judged


@pages.get("")
def show() -> str:
    """Where a table is brought, and what was brought before."""
    return _start()


@pages.post("")
def look() -> Answer:
    """Takes a table to look at it; no inquiry is made."""
    app, t, file = here(), words(), request.files.get("file")
    data = file.stream.read(MOST_BYTES + 1) if file is not None else b""
    if file is None or not data:
        return _start(t("bringing.file.missing")), 422
    file.close()  # a large one lies on the disk until then
    name = " ".join(request.form.get("name", "").split())[:_NAME]
    if not name:
        return _start(unnamed=True), 422
    try:
        lines = sheet.lines(data)
        brought.read(lines, read_places(app.office.places), now(), app.settings.zone)
    except OutreachError as error:
        return _start(t.error(error), name=name), 422
    kept = keeping.keep(app.settings.folder, app.seal, name, lines)
    with app.store.transaction() as session:
        number = bringingpage.keep(session, kept)
        audit.write(session, now(), me().actor, "ask", KIND, number)
    return redirect(url_for(".one", work_id=number), 303)


@pages.get("/<int:work_id>")
def one(work_id: int) -> Answer:
    """What a table would come to, its columns as the address says; or how its taking goes, and what came of it."""
    row = bringingpage.own(work_id)
    if bringingpage.begun(row.told_facts) is not None:
        return _begun(row)
    return _dry(row)


@pages.post("/<int:work_id>")
def take(work_id: int) -> Answer:
    """Asks for the rows to be taken as they were seen and decided. A second press does nothing."""
    app, row, person = here(), bringingpage.own(work_id), me()
    if bringingpage.begun(row.told_facts) is not None:
        return redirect(url_for(".one", work_id=work_id), 303)
    told = bringingpage.columns_in(request.form)
    try:
        with app.store.transaction() as session:
            if bringingpage.begun(bringingpage.held(session, work_id).told_facts) is None:
                seen_at = _seen_at(row)
                found = _looked(session, row, told, seen_at)
                if judging.mark(found.judged) != request.form.get("seen", ""):
                    raise OutreachError("bringing.file.changed")
                fates = found.judged.fates(bringingpage.groups_in(request.form))
                of = {fate: [number for number, one in fates.items() if one == fate] for fate in set(fates.values())}
                refused, skipped = len(of.get("refuse", ())), len(of.get("skip", ()))
                batch = taking.begin(
                    session, now(), person.actor, "table", found.name, known=skipped, refused=refused
                )
                wanted = BringInquiries(
                    str(row.asked["file"]),
                    batch,
                    seen_at.isoformat(),
                    brought.written(told),
                    take=_joined(of.get("take", ())),
                    again=_joined(of.get("again", ())),
                    skipped=skipped,
                    refused=refused,
                    answered=bool(request.form.get("answered")),
                )
                number = work.ask(session, now(), person.user_id, person.actor, person.language, wanted)
                _note(session, work_id, batch, number, told)
    except OutreachError as error:
        if error.key == "bringing.file.gone":
            return _start(words().error(error)), 410
        return _dry(row, words().error(error))
    return redirect(url_for(".one", work_id=work_id), 303)


@pages.post("/<int:work_id>/again")
def again(work_id: int) -> Answer:
    """Goes on with a taking that broke off: rows that are in stay single."""
    app, row, person = here(), bringingpage.own(work_id), me()
    with app.store.transaction() as session:
        facts = bringingpage.held(session, work_id).told_facts
        begun = bringingpage.begun(facts)
        before = work.seen(session, begun[1]) if begun is not None else None
        if begun is None or before is None:
            abort(404)
        if before.state in {"failed", "cancelled", "interrupted"}:
            wanted = BringInquiries(**before.asked)
            number = work.ask(session, now(), person.user_id, person.actor, person.language, wanted)
            _note(session, work_id, begun[0], number, brought.said(str(facts.get("columns", ""))))
            audit.write(session, now(), person.actor, "ask", "work", number, kind=wanted.kind)
    return redirect(url_for(".one", work_id=row.id), 303)


@pages.get("/<int:work_id>/refused")
def refused(work_id: int) -> Response:
    """The rows that cannot be taken as a table, to mend and bring again; the look is written down."""
    app, row, t = here(), bringingpage.own(work_id), words()
    told = bringingpage.columns_in(request.args)
    if told is None:
        told = brought.said(str(row.told_facts.get("columns", "")))
    try:
        read = bringingpage.read(bringingpage.opened(row, now()), _seen_at(row), told)
    except OutreachError:
        abort(410)
    with app.store.transaction() as session:
        audit.write(session, now(), me().actor, "reveal", KIND, work_id)
    answer = Response(bringingpage.refused_table(t, read), mimetype=_XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=t("bringing.refused.file"))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _start(trouble: str = "", *, name: str = "", unnamed: bool = False) -> str:
    t = words()
    with here().store.reading() as session:
        rows = taking.latest(session, "table")
    return render_template(
        "pages/bringing/import.html",
        trouble=trouble,
        name=name,
        name_trouble=t("web.field.missing") if unnamed else "",
        most=MOST_ROWS,
        megabytes=MOST_BYTES // 1_000_000,
        batches=rows,
    )


def _dry(row: WorkSeen, trouble: str = "") -> Answer:
    app, t = here(), words()
    told = bringingpage.columns_in(request.form if request.method == "POST" else request.args)
    try:
        with app.store.transaction() as session:
            found = _looked(session, row, told, _seen_at(row))
            audit.write(session, now(), me().actor, "reveal", KIND, row.id)
    except OutreachError as error:
        return _start(t.error(error)), 410
    fates = list(found.judged.fates({}).values())
    wrong = bringingpage.problems(t, found.read)
    groups = found.judged.groups
    page = render_template(
        "pages/bringing/look.html",
        row=row,
        name=found.name,
        trouble=trouble,
        columns=found.read.table.columns,
        offered=bringingpage.fields_offered(t),
        total=len(found.read.rows),
        ready=sum(one in {"take", "again"} for one in fates),
        skipped=fates.count("skip"),
        refused=fates.count("refuse"),
        dated=any(one.field == "day" for one in found.read.table.columns),
        groups=groups[:_SHOWN],
        more_groups=max(len(groups) - _SHOWN, 0),
        problems=wrong[:_SHOWN],
        more_problems=max(len(wrong) - _SHOWN, 0),
        who=bringingpage.who,
        seen=judging.mark(found.judged),
        mapped={f"c{at}": field for at, field in (told or {}).items()},
    )
    return (page, 422) if trouble else page


def _begun(row: WorkSeen) -> Answer:
    begun = bringingpage.begun(row.told_facts)
    assert begun is not None
    with here().store.reading() as session:
        batch = taking.one(session, begun[0])
        going = work.seen(session, begun[1])
    if batch is None:
        abort(404)
    part = "part" in request.args and going is not None
    there = now() - row.asked_at <= keeping.KEPT
    template = "pages/bringing/state.html" if part else "pages/bringing/done.html"
    return render_template(template, row=row, batch=batch, going=going, there=there)


def _looked(session: Session, row: WorkSeen, told: dict[int, str] | None, at: datetime) -> Look:
    kept = bringingpage.opened(row, now())
    read = bringingpage.read(kept, at, told)
    return Look(kept.name, read, judging.judge(session, at, here().seal, read.rows))


def _seen_at(row: WorkSeen) -> datetime:
    """The moment a table stands at: rows without a day of their own came when it was brought."""
    return row.asked_at


def _note(
    session: Session, work_id: int, batch: int, number: int, told: dict[int, str] | None
) -> None:
    facts = {"batch": batch, "work": number, "columns": brought.written(told)}
    session.execute(update(WorkRow).where(WorkRow.id == work_id).values(told_facts=facts))


def _joined(numbers: list[int] | tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
