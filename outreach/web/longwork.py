"""Long work asked for on a page: written down in the visitor's name, then shown as it goes."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from outreach import work
from outreach.people import audit
from outreach.web.visit import here, me, now


def start(kind: work.Work) -> Response:
    """Asks for this work and leads to where its progress shows."""
    person = me()
    with here().store.transaction() as session:
        number = work.ask(session, now(), person.user_id, person.actor, person.language, kind)
        audit.write(session, now(), person.actor, "ask", "work", number, kind=kind.kind)
    return redirect(url_for("work.one", work_id=number), 303)
