"""What became of a release: how far it came, who printed it, who followed its link, and how many asked around then."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from campaigns.links import tracked_url
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.contacts import reading as contacts
from outreach.pressroom.results import charts, contact, links, reading
from outreach.pressroom.writing import reading as writing
from outreach.web import notices
from outreach.web.drawn import drawn
from outreach.web.releasepage import seen
from outreach.web.visit import here, me, now, words

pages = Blueprint("press_results", __name__)


@pages.get("/press/releases/<int:release_id>/results")
def of_release(release_id: int) -> str:
    """A release's figures and its way."""
    app = here()
    zone, public = app.settings.zone, app.settings.web.public_url
    with app.store.reading() as session:
        release = writing.one(session, release_id)
        if release is None:
            abort(404)
        told = reading.of_release(session, now(), release, zone)
    return render_template(
        "pages/press_results/of_release.html",
        release=release,
        told=told,
        chart=drawn(charts.around(told.compared), words()) if told.compared is not None else None,
        link_url=tracked_url(public, told.link.code) if told.link is not None else "",
    )


@pages.get("/press/contacts/<int:contact_id>/results")
def of_contact(contact_id: int) -> str:
    """The releases that reached somebody of the press, and what they and their outlet printed of them."""
    with here().store.reading() as session:
        numbers = contacts.below(contacts.merges(session), contact_id)
        seen_contact = contacts.one(session, contact_id)
        if seen_contact is None or seen_contact.merged_into is not None:
            abort(404)
        told = contact.of_contact(session, seen_contact, numbers)
    return render_template("pages/press_results/of_contact.html", one=seen_contact, told=told)


@pages.post("/press/releases/<int:release_id>/results/link")
def link(release_id: int) -> Response:
    """Makes the release's own tracked link; one that is there stays."""
    app = here()
    seen(release_id)
    form_url = app.settings.web.public_url + url_for("public.ask")
    try:
        with app.store.transaction() as session:
            links.make(session, now(), release_id, form_url)
            audit.write(session, now(), me().actor, "add", "link", None, release=release_id)
    except OutreachError as error:
        notices.tell("pressresult.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell("pressresult.told.link")
    return redirect(url_for(".of_release", release_id=release_id), 303)
