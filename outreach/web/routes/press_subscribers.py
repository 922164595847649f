"""The public press room as the office sees it: what is out, who gets it by mail, links for looking before."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.pressroom.public import reading, subscribing, tokens
from outreach.web import notices
from outreach.web.publicpage import whole
from outreach.web.releasepage import seen
from outreach.web.visit import here, me, now, number_in

pages = Blueprint("press_subscribers", __name__)

_PAGE = 50


@pages.get("/press/public")
def released() -> str:
    """What was put into the press room, and how strangers find each now."""
    before = number_in("before")
    with here().store.reading() as session:
        found = reading.placed(session, now(), before=before, limit=_PAGE + 1)
        counted = subscribing.counts(session)
    return render_template(
        "pages/press_subscribers/released.html",
        releases=found[:_PAGE],
        older=found[_PAGE - 1].release_id if len(found) > _PAGE else None,
        before=before,
        counted=counted,
        home=whole(url_for("press_public.index")),
    )


@pages.get("/press/subscribers")
def index() -> str:
    """Who gets releases by mail, addresses masked, the latest first."""
    before = number_in("before")
    with here().store.reading() as session:
        found = subscribing.listed(session, before=before, limit=_PAGE + 1)
        counted = subscribing.counts(session)
    return render_template(
        "pages/press_subscribers/index.html",
        subscribers=found[:_PAGE],
        older=found[_PAGE - 1].subscriber_id if len(found) > _PAGE else None,
        before=before,
        counted=counted,
    )


@pages.post("/press/subscribers/<int:subscriber_id>/remove")
def remove(subscriber_id: int) -> AnyResponse:
    """Takes somebody off who asked the office for it."""
    try:
        with here().store.transaction() as session:
            subscribing.remove(session, now(), subscriber_id, me().actor)
    except OutreachError:
        abort(404)
    notices.tell("pressroom.desk.told.removed")
    return redirect(url_for(".index"), 303)


@pages.get("/press/releases/<int:release_id>/link")
def link(release_id: int) -> str:
    """A link that shows an approved release to somebody before it is public. Each look makes one; nothing is kept."""
    release = seen(release_id)
    app, address, ends = here(), "", None
    with app.store.reading() as session:
        public = reading.held(session, now(), release_id)
    if public is not None and public.out_at is None and release.approved_at is not None:
        ends = tokens.ends_at(now(), release.embargo_until)
        token = tokens.make(tokens.key_of(app.seal), release_id, release.approved_at, ends)
        address = whole(url_for("press_public.held", token=token))
    return render_template("pages/press_subscribers/link.html", release=release, address=address, ends=ends)
