"""The pictures that go with a release: chosen from the office's, their order, a caption in each language."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import library
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.writing import pictures
from outreach.pressroom.writing.pictures import Chosen, Taken
from outreach.web import notices
from outreach.web.releasepage import changed, seen, today
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("press_release_pictures", __name__)

_OFFERED = 24
_LONGEST = 300  # characters of a caption


@pages.get("/press/releases/<int:release_id>/pictures")
def show(release_id: int) -> str:
    """The pictures a release has, and those it might."""
    return _page(release_id)


@pages.post("/press/releases/<int:release_id>/pictures")
def choose(release_id: int) -> AnyResponse | tuple[str, int]:
    """Takes one more along (`do=add`), or says order and captions of those that are."""
    release = seen(release_id)
    with here().store.reading() as session:
        held = pictures.of_release(session, release_id, today())
    if request.form.get("do") == "add":
        one = request.form.get("picture_id", 0, type=int)
        kept = [Chosen(picture.picture_id, picture.captions) for picture in held]
        chosen = [*kept, *([Chosen(one, {})] if one not in {picture.picture_id for picture in held} else [])]
    else:
        chosen = _typed(held, release.languages)
    try:
        with here().store.transaction() as session:
            pictures.choose(session, release_id, chosen)
            audit.write(session, now(), me().actor, "picture", "release", release_id, count=len(chosen))
    except OutreachError as error:
        return _page(release_id, words().error(error)), 422
    changed()
    notices.tell("release.told.changed" if release.approved_at else "release.told.saved")
    return redirect(url_for(".show", release_id=release_id), 303)


def _typed(held: list[Taken], languages: tuple[str, ...]) -> list[Chosen]:
    form = request.form
    places = {one.picture_id: form.get(f"place-{one.picture_id}", at, type=int) for at, one in enumerate(held, 1)}
    captions = {
        one.picture_id: {
            code: form.get(f"caption-{one.picture_id}-{code}", one.captions.get(code, ""))[:_LONGEST]
            for code in languages
        }
        for one in held
    }
    dropped = {one.picture_id for one in held if form.get(f"drop-{one.picture_id}") is not None}
    return pictures.in_order(held, places, captions, dropped)


def _page(release_id: int, trouble: str = "") -> str:
    release, before = seen(release_id), number_in("before")
    with here().store.reading() as session:
        held = pictures.of_release(session, release_id, today())
        offered = library.listed(session, today(), before=before, limit=_OFFERED + 1)
    taken = {one.picture_id for one in held}
    return render_template(
        "pages/press_releases/pictures.html",
        release=release,
        held=held,
        offered=[one for one in offered[:_OFFERED] if one.picture_id not in taken],
        trouble=trouble,
        before=before,
        older=offered[_OFFERED - 1].picture_id if len(offered) > _OFFERED else None,
    )
