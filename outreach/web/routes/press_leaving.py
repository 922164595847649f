"""The way off a list of the press room: what the link in its mails opens.

A GET changes nothing, for programs that check mail follow links; a mail program that leaves by one click posts without
a cookie (RFC 8058).
"""

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy.orm import Session

from outreach.core.text import PUBLIC_LANGUAGES, Words
from outreach.postbox.stops import masked
from outreach.pressroom.contacts import reading
from outreach.pressroom.contacts.reading import ContactSeen
from outreach.pressroom.sending import leaving
from outreach.web.visit import here, now, words

pages = Blueprint("press_leaving", __name__)


@pages.after_request
def _quietly(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@pages.get("/prese/leave/<token>")
def show(token: str) -> str:
    """Asks whether the list's mails are to stop, with one button."""
    contact_id, list_id = _named(token)
    with here().store.reading() as session:
        return _page(session, token, contact_id, list_id)


@pages.post("/prese/leave/<token>")
def off(token: str) -> str:
    """Leaves the list; or, by the button on the page that says so, gets no release at all. Twice is once."""
    contact_id, list_id = _named(token)
    with here().store.transaction() as session:
        if request.form.get("all") == "1":
            leaving.leave_all(session, now(), contact_id)
        else:
            leaving.leave(session, now(), contact_id, list_id)
        return _page(session, token, contact_id, list_id)


def _page(session: Session, token: str, contact_id: int, list_id: int) -> str:
    seen = reading.one(session, reading.keeper(session, contact_id))
    return render_template(
        "pages/press_leaving/show.html",
        t=_words(seen),
        token=token,
        masked=masked(seen.mail) if seen is not None and seen.mail else "",
        left=leaving.has_left(session, contact_id, list_id),
        silent=seen is None or seen.stopped_at is not None,
    )


def _named(token: str) -> tuple[int, int]:
    found = leaving.read(leaving.key_of(here().seal), token)
    if found is None:
        abort(404)
    return found


def _words(seen: ContactSeen | None) -> Words:
    """The language that is asked for, else the contact's own; else what the browser says."""
    told = request.args.get("lang", "")
    spoken = [told, *(seen.languages if seen is not None else ())]
    language = next((one for one in spoken if one in PUBLIC_LANGUAGES), None)
    return here().texts.in_language(language) if language is not None else words()
