"""What people ask under posts: made an inquiry of, answered there, or left; nothing is answered from here."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.replies import reading, settling
from campaigns.replies.reading import WHICH, Which
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker import intake, taking_back
from outreach.tracker.heard.coming import Trace
from outreach.tracker.intake import Incoming
from outreach.web import notices
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("replies", __name__)

_PAGE = 50
_DEEDS = {"answered": settling.answered, "dismissed": settling.dismissed}


@pages.get("/replies")
def index() -> str:
    """Replies under posts, those that ask something first."""
    which, before, app = _which(), number_in("before"), here()
    with app.store.reading() as session:
        counts = reading.counts(session)
        found = reading.listed(session, app.seal, which, before=before, limit=_PAGE + 1)
    shown = found[:_PAGE]
    return render_template(
        "pages/replies/index.html",
        replies=shown,
        which=which,
        tabs=WHICH,
        counts=counts,
        before=before,
        older=shown[-1].reply_id if len(found) > _PAGE else None,
    )


@pages.post("/replies/<int:reply_id>/inquiry")
def ask(reply_id: int) -> Response:
    """Makes an inquiry of a reply: linked with the post it stands under, its words sealed there and gone here."""
    app, at = here(), now()
    try:
        with app.store.transaction() as session:
            asked = settling.asked(session, app.seal, reply_id)
            made = intake.receive(
                session,
                at,
                app.seal,
                Incoming(
                    arrived_by="comment",
                    language=asked.language,
                    code=asked.code,
                    name=asked.author or None,
                    contact=asked.url or None,
                    text=asked.text,
                    # Its own each time: one that was taken back may be made again.
                    message_id=f"reply:{reply_id}:{at.isoformat()}",
                    received_at=min(asked.written_at, at),
                    trace=Trace(reply=True),
                ),
            )
            settling.became(session, at, me().actor, reply_id, made.inquiry_id)
            audit.write(session, at, me().actor, "settle", "reply", reply_id, state="inquiry", inquiry=made.inquiry_id)
    except OutreachError as error:
        return _refused(error)
    return _done(reply_id, "replies.told.inquiry", number=str(made.inquiry_id))


@pages.post("/replies/<int:reply_id>/settle")
def settle(reply_id: int) -> Response:
    """Somebody has answered it there, or it asks nothing of the office."""
    state = request.form.get("state", "")
    if state not in _DEEDS:
        abort(400)
    try:
        with here().store.transaction() as session:
            _DEEDS[state](session, now(), me().actor, reply_id)
            audit.write(session, now(), me().actor, "settle", "reply", reply_id, state=state)
    except OutreachError as error:
        return _refused(error)
    return _done(reply_id, f"replies.told.{state}")


@pages.post("/replies/<int:reply_id>/back")
def back(reply_id: int) -> Response:
    """Takes back what was made of a reply; the inquiry goes, unless somebody has dealt with it."""
    app = here()
    try:
        with app.store.transaction() as session:
            inquiry_id = settling.inquiry_of(session, reply_id)
            said = None
            if inquiry_id is not None:
                taken = taking_back.take_back(session, app.seal, inquiry_id)
                said = (taken.name, taken.text)
            settling.back(session, app.seal, reply_id, said)
            audit.write(session, now(), me().actor, "undo", "reply", reply_id, inquiry=inquiry_id)
    except OutreachError as error:
        return _refused(error)
    current_app.extensions["outreach.attention"].forget()
    notices.tell("replies.told.back")
    return redirect(url_for(".index"), 303)


def _done(reply_id: int, key: str, **facts: str) -> Response:
    current_app.extensions["outreach.attention"].forget()
    notices.tell(key, undo=url_for(".back", reply_id=reply_id), **facts)
    return _to_list()


def _refused(error: OutreachError) -> Response:
    """Somebody was quicker, or it is gone there: the list as it is now says so."""
    notices.tell("replies.told.refused", tone="person", reason=words().error(error))
    return _to_list()


def _to_list() -> Response:
    return redirect(url_for(".index", which=_which()), 303)


def _which() -> Which:
    asked = request.values.get("which", WHICH[0])
    return next((one for one in WHICH if one == asked), WHICH[0])
