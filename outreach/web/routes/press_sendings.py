"""Sendings: the list, the last look before one begins, how far it is, and what a person can do about it."""

import tempfile
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.models import ContactList, ReleaseMail
from outreach.pressroom.sending import planning, reading, starting, steering
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.sending.reading import SendingSeen
from outreach.sheets import FORMATS
from outreach.web import notices, sendingform, sendingpage
from outreach.web.access import may
from outreach.web.drawn import drawn
from outreach.web.releasepage import today
from outreach.web.visit import HIGHEST, here, me, now, number_in, role, words

pages = Blueprint("press_sendings", __name__, url_prefix="/press/sendings")

_LISTED, _PAGE, _SKIPPED = 100, 100, 200
_CHART = 640  # pixels
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
}  # fmt: skip
_STEER = {
    "pause": (steering.pause, "pause"), "go_on": (steering.go_on, "resume"), "cancel": (steering.cancel, "cancel"),
}  # fmt: skip


@pages.get("")
def index() -> str:
    """The latest sendings, drafts among them; those of one release."""
    release_id = number_in("release")
    with here().store.reading() as session:
        rows = reading.listed(session, _LISTED) if release_id is None else reading.of_release(session, release_id)
    return render_template(
        "pages/press_sendings/index.html", rows=rows[:_LISTED], far=sendingpage.far, release_id=release_id
    )


@pages.get("/<int:sending_id>")
def one(sending_id: int) -> Response | AnyResponse:
    """How far a sending is and what became of each mail; asked for a part, only what changes while it goes on."""
    seen = _seen(sending_id)
    if request.args.get("part"):
        answer = make_response(render_template("pages/press_sendings/part.html", seen=seen, far=sendingpage.far))
        if seen.state not in sendingpage.MOVING:
            answer.headers["HX-Refresh"] = "true"  # what can be done has changed with it
        return answer
    if seen.state == "draft":
        return redirect(url_for(".confirm", sending_id=sending_id), 303)
    t, status, after = words(), request.args.get("status", ""), number_in("after") or 0
    status = status if status in (*sendingpage.STATUSES, "returned") else ""
    names = may(role(), "press_contacts.index")
    with here().store.reading() as session:
        found = (
            reading.mails(session, sending_id, status=status or None, after=after, limit=_PAGE + 1) if names else []
        )
    still = seen.state not in sendingpage.MOVING and any(seen.counts.values())
    return make_response(render_template(
        "pages/press_sendings/one.html",
        seen=seen,
        far=sendingpage.far,
        names=names,
        mails=found[:_PAGE],
        status=status,
        statuses=[name for name in (*sendingpage.STATUSES, "returned") if seen.counts.get(name)],
        older=found[_PAGE - 1].mail_id if len(found) > _PAGE else None,
        after=after,
        reason=sendingpage.reason,
        chart=drawn(sendingpage.chart(t, seen.counts), t, width=_CHART) if still else None,
    ))  # fmt: skip


@pages.get("/<int:sending_id>/confirm")
def confirm(sending_id: int) -> str | AnyResponse:
    """What will happen, to the last mail, and the one button that has it happen."""
    app = here()
    with app.store.reading() as session:
        seen = _held(session, sending_id)
        if seen.state != "draft":
            return redirect(url_for(".one", sending_id=sending_id), 303)
        wanted = _wanted(session, sending_id)
        foreseen = planning.foresee(session, now(), seen.release_id, wanted, today(), app.settings.zone)
        lists = session.scalars(select(ContactList).where(ContactList.id.in_(foreseen.by_list)))
        named = {one.id: one.name for one in lists}
    return render_template(
        "pages/press_sendings/confirm.html",
        seen=seen,
        wanted=wanted,
        foreseen=foreseen,
        total=sum(foreseen.going.values()),
        names=sendingpage.groups(words(), named),
        shown=_SKIPPED,
        trouble=words().error(foreseen.trouble) if foreseen.trouble is not None else "",
    )


@pages.post("/<int:sending_id>/start")
def start(sending_id: int) -> AnyResponse:
    """Begins it, if as many would get it as the page has said."""
    app = here()
    with app.store.reading() as session:
        seen = _held(session, sending_id)
        found = sendingform.kept(session, sending_id)
        if found is not None:
            foreseen = planning.foresee(session, now(), seen.release_id, found[1], today(), app.settings.zone)
    if found is None:
        notices.tell("pressmail.told.begun_already", tone="person")
        return redirect(url_for(".one", sending_id=sending_id), 303)
    total = sum(foreseen.going.values())
    if request.form.get("total") != str(total):
        notices.tell("pressmail.told.other_count", tone="person", count=total)
        return redirect(url_for(".confirm", sending_id=sending_id), 303)
    try:
        starting.start(app, sending_id, me().actor)
    except OutreachError as error:
        notices.tell("pressmail.told.refused", tone="person", reason=words().error(error))
        return redirect(url_for(".confirm", sending_id=sending_id), 303)
    with app.store.transaction() as session:
        audit.write(session, now(), me().actor, "send", "sending", sending_id, count=total)
    _changed()
    notices.tell("pressmail.told.begun", count=total)
    return redirect(url_for(".one", sending_id=sending_id), 303)


@pages.post("/<int:sending_id>/steer")
def steer(sending_id: int) -> AnyResponse:
    """Pauses it, lets it go on, or calls off what has not gone out."""
    seen, do = _seen(sending_id), request.form.get("do", "")
    if do not in _STEER:
        abort(400)
    if do == "cancel" and request.form.get("confirm") != "1":
        notices.tell("pressmail.told.confirm", tone="person")
        return redirect(url_for(".one", sending_id=sending_id), 303)
    deed, action = _STEER[do]
    try:
        with here().store.transaction() as session:
            deed(session, now(), sending_id, me().actor)
            audit.write(session, now(), me().actor, action, "sending", sending_id)
    except OutreachError as error:
        notices.tell("pressmail.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell(f"pressmail.told.{do}")
    _changed()
    if do == "cancel" and seen.state == "draft":
        return redirect(url_for("press_releases.one", release_id=seen.release_id), 303)
    return redirect(url_for(".one", sending_id=sending_id), 303)


@pages.post("/<int:sending_id>/again")
def again(sending_id: int) -> AnyResponse:
    """Has a mail that failed tried once more."""
    _seen(sending_id)
    return _mail_deed(sending_id, "again", "again")


@pages.post("/<int:sending_id>/settle")
def settle(sending_id: int) -> AnyResponse:
    """A mail that may be out: a person has looked whether it arrived."""
    _seen(sending_id)
    if request.form.get("sent") not in {"yes", "no"}:
        abort(400)
    return _mail_deed(sending_id, "settle", "settled" if request.form["sent"] == "yes" else "again")


@pages.get("/<int:sending_id>/table")
def table(sending_id: int) -> Response:
    """What became of each recipient's mail, to keep."""
    seen, t, zone = _seen(sending_id), words(), here().settings.zone
    wanted = request.args.get("format", "")
    wanted = wanted if wanted in FORMATS else FORMATS[0]
    with here().store.transaction() as session:
        rows = sendingpage.every(lambda after: reading.mails(session, sending_id, after=after, limit=1_000))
        audit.write(session, now(), me().actor, "export", "sending", sending_id, count=len(rows))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"sending.{wanted}"
        sendingpage.write(t, zone, wanted, target, seen, rows)
        data = target.read_bytes()
    answer = Response(data, content_type=_TYPES[wanted])
    name = f"{t('pressmail.table.file', number=str(sending_id))}.{wanted}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _mail_deed(sending_id: int, action: str, told: str) -> AnyResponse:
    number = request.form.get("mail", 0, type=int)
    if not 0 < number <= HIGHEST:
        abort(400)
    try:
        with here().store.transaction() as session:
            if session.scalar(select(ReleaseMail.sending_id).where(ReleaseMail.id == number)) != sending_id:
                abort(404)
            if action == "again":
                steering.again(session, now(), number, me().actor)
            else:
                steering.settle(session, now(), number, request.form["sent"] == "yes", me().actor)
            audit.write(session, now(), me().actor, action, "sending", sending_id, mail=number)
    except OutreachError as error:
        notices.tell("pressmail.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell(f"pressmail.told.{told}")
    _changed()
    status = request.form.get("status") or None
    return redirect(url_for(".one", sending_id=sending_id, status=status, _anchor="mails"), 303)


def _seen(sending_id: int) -> SendingSeen:
    with here().store.reading() as session:
        return _held(session, sending_id)


def _held(session: Session, sending_id: int) -> SendingSeen:
    seen = reading.one(session, sending_id) if 0 < sending_id <= HIGHEST else None
    if seen is None:
        abort(404)
    return seen


def _wanted(session: Session, sending_id: int) -> Wanted:
    found = sendingform.kept(session, sending_id)
    if found is None:
        abort(404)
    return found[1]


def _changed() -> None:
    current_app.extensions["outreach.attention"].forget()
