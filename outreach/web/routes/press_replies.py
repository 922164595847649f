"""What came back to releases: answers of people, new addresses, absences. Words are opened here and nowhere else."""

from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.sending import replyreading, replysettling
from outreach.pressroom.sending.replyreading import WHICH
from outreach.web import notices
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("press_replies", __name__, url_prefix="/press/replies")

_PAGE = 50


@pages.get("")
def index() -> str:
    """Answers, first those that nobody has looked at; of one release, if asked."""
    app, before, release_id = here(), number_in("before"), number_in("release")
    which = request.args.get("which", "")
    which = which if which in WHICH else WHICH[0]
    with app.store.reading() as session:
        counts = replyreading.counts(session, release_id)
        found = replyreading.listed(
            session, app.seal, new=which == WHICH[0], release_id=release_id, before=before, limit=_PAGE + 1
        )
        headline = replyreading.headline(session, release_id) if release_id is not None else None
    shown = found[:_PAGE]
    return render_template(
        "pages/press_replies/index.html",
        replies=shown,
        which=which,
        tabs=[(name, _at(name, release_id), counts[name]) for name in WHICH],
        release_id=release_id if headline is not None else None,
        headline=headline,
        opening=replyreading.opening,
        older=_at(which, release_id, shown[-1].reply_id) if len(found) > _PAGE else "",
        newer=_at(which, release_id) if before else "",
    )


@pages.get("/<int:answer_id>")
def one(answer_id: int) -> str:
    """One answer, whole."""
    with here().store.reading() as session:
        seen = replyreading.one(session, here().seal, answer_id)
    if seen is None:
        abort(404)
    return render_template("pages/press_replies/one.html", one=seen)


@pages.post("/<int:answer_id>/mark")
def mark(answer_id: int) -> Response:
    """Somebody has looked at it; or it waits again, as the button says."""
    do = request.form.get("do")
    if do not in {"seen", "new"}:
        abort(400)
    try:
        with here().store.transaction() as session:
            if do == "seen":
                done = replysettling.see(session, now(), answer_id, me().actor)
            else:
                done = replysettling.unsee(session, answer_id)
            if done:
                audit.write(session, now(), me().actor, "settle", "press_reply", answer_id, state=do)
    except OutreachError as error:
        return _refused(error)
    notices.tell("pressreply.told.seen" if do == "seen" else "pressreply.told.new")
    return _done(url_for(".index") if do == "seen" else url_for(".one", answer_id=answer_id))


@pages.post("/<int:answer_id>/address")
def address(answer_id: int) -> Response:
    """Takes the address that the answer tells for the contact's, or leaves the old one."""
    do = request.form.get("do")
    if do not in {"take", "leave"}:
        abort(400)
    try:
        with here().store.transaction() as session:
            number = replysettling.settle_address(
                session, now(), answer_id, me().actor, here().seal, take=do == "take"
            )
            audit.write(session, now(), me().actor, "change", "contact", number, via="reply")
    except OutreachError as error:
        return _refused(error)
    notices.tell("pressreply.told.taken" if do == "take" else "pressreply.told.left")
    return _done(url_for(".one", answer_id=answer_id))


def _at(which: str, release_id: int | None, before: int | None = None) -> str:
    asked = {"which": which, "release": release_id, "before": before}
    return f"{url_for('.index')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _refused(error: OutreachError) -> Response:
    """Somebody was quicker, or the address is another's: the list says so."""
    notices.tell("pressreply.told.refused", tone="person", reason=words().error(error))
    return redirect(url_for(".index"), 303)


def _done(where: str) -> Response:
    current_app.extensions["outreach.attention"].forget()
    return redirect(where, 303)
