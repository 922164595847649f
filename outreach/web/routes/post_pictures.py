"""The pictures a post takes along: chosen from the office's, or brought; their order, their words in its language."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import details, library, overview, pictures
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import notices, uploads
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("post_pictures", __name__)

_OFFERED = 24
_LONGEST = 300  # characters of a picture's words


@pages.get("/posts/<int:post_id>/pictures")
def show(post_id: int) -> str:
    """The pictures a post takes along, and those it might."""
    return _page(post_id)


@pages.post("/posts/<int:post_id>/pictures")
def choose(post_id: int) -> AnyResponse | tuple[str, int]:
    """Takes a picture along (one of the library's, or a new one), or says order and words of those that are."""
    app, t = here(), words()
    post = _seen(post_id)
    with app.store.reading() as session:
        held = details.pictures(session, post_id)
    raw, adding = uploads.given("file"), request.form.get("do") in {"add", "upload"}
    alt = request.form.get("alt", "").strip()[:_LONGEST]
    try:
        drawn = pictures.draw(raw) if raw is not None and adding else None
        with app.store.transaction() as session:
            chosen = _in_order(held)
            if drawn is not None:
                told = library.Told(alt, request.form.get("rights", "").strip()[:_LONGEST])
                folder = uploads.media(app.settings)
                new = library.add(session, now(), drawn, told, actor=me().actor, folder=folder).id
                audit.write(session, now(), me().actor, "add", "picture", new, size=len(drawn.body))
                chosen = [*chosen, library.Chosen(new, alt)]
            elif adding:
                chosen = [*chosen, library.Chosen(request.form.get("picture_id", 0, type=int), alt)]
            library.choose(session, now(), post_id, chosen, actor=me().actor, zone=app.settings.zone)
            audit.write(session, now(), me().actor, "picture", "post", post_id, count=len(chosen))
    except OutreachError as error:
        return _page(post_id, t.error(error)), 422
    current_app.extensions["outreach.attention"].forget()
    notices.tell("planning.told.pictures" if post.approved_at is None else "planning.told.pictures_again")
    return redirect(url_for(".show", post_id=post_id), 303)


def _page(post_id: int, trouble: str = "") -> str:
    app, post = here(), _seen(post_id)
    before = number_in("before")
    with app.store.reading() as session:
        held = details.pictures(session, post_id)
        today = local_day(now(), app.settings.zone)
        offered = library.listed(session, today, before=before, limit=_OFFERED + 1)
    taken = {one.picture_id for one in held}
    return render_template(
        "pages/posts/pictures.html",
        post=post,
        held=held,
        offered=[one for one in offered[:_OFFERED] if one.picture_id not in taken],
        speaks=post.language == app.settings.office.language,
        trouble=trouble,
        before=before,
        older=offered[_OFFERED - 1].picture_id if len(offered) > _OFFERED else None,
    )


def _in_order(held: list[details.PostPictureSeen]) -> list[library.Chosen]:
    """The pictures a post has, as the form says: their places, their words, without those it drops."""
    kept = []
    for place, one in enumerate(held, 1):
        number = request.form.get(f"place-{one.picture_id}", place, type=int)
        alt = request.form.get(f"alt-{one.picture_id}", one.alt).strip()[:_LONGEST]
        if request.form.get(f"drop-{one.picture_id}") is None:
            # Who puts one first means before the one that is there.
            kept.append((number, number >= place, place, library.Chosen(one.picture_id, alt)))
    return [chosen for *_, chosen in sorted(kept, key=lambda one: one[:3])]


def _seen(post_id: int) -> overview.PostSeen:
    with here().store.reading() as session:
        post = overview.post(session, post_id)
    if post is None:
        abort(404)
    return post
