"""The office's pictures: whose they are, who agrees to be seen and where they are used; and the pictures themselves, in
an envelope that lets a browser do nothing with them but show them.
"""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import consents, images, library, overview, pictures
from campaigns.cropping import Size
from outreach.core import registry
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices, uploads
from outreach.web.visit import here, me, now, number_in, only_place, words

pages = Blueprint("media", __name__)

_PAGE = 24
_FORM = "media.field"


@dataclass(frozen=True)
class PictureForm:
    """What a person says of a picture."""

    alt: str = field(metadata=fields.told(max=300))
    rights: str = field(metadata=fields.told(max=300))
    of_people: bool = False
    consent_from: date | None = None
    consent_until: date | None = None


@dataclass(frozen=True)
class FocusForm:
    """What a crop keeps, in per cent from the left and from the top."""

    focus_x: int = field(metadata=fields.told(low=0, high=100))
    focus_y: int = field(metadata=fields.told(low=0, high=100))


@dataclass(frozen=True)
class Shape:
    """A crop that goes out, and the kinds of channels that want it, in words."""

    size: Size
    kinds: str


@pages.get("/media")
def index() -> str:
    """The library, the latest first."""
    return _listed(fields.draw(PictureForm, words(), _FORM))


@pages.post("/media")
def add() -> AnyResponse | tuple[str, int]:
    """Takes a picture into the library."""
    t, app = words(), here()
    sent = fields.read(PictureForm, request.form, t, _FORM)
    raw, drawn, trouble = uploads.given("file"), None, ""
    try:
        drawn = pictures.draw(raw) if raw is not None else None
    except OutreachError as error:
        trouble = t.error(error)
    if drawn is None or sent.value is None:
        return _listed(sent.fields, trouble or (t("planning.picture.none") if raw is None else "")), 422
    try:
        with app.store.transaction() as session:
            folder = uploads.media(app.settings)
            made = library.add(session, now(), drawn, _told(sent.value), actor=me().actor, folder=folder).id
            audit.write(session, now(), me().actor, "add", "picture", made, size=len(drawn.body))
    except OutreachError as error:
        return _listed(sent.with_error("consent_until", t.error(error)).fields), 422
    notices.tell("media.told.added")
    return redirect(url_for(".one", picture_id=made), 303)


@pages.get("/media/pictures/<int:picture_id>")
def one(picture_id: int) -> str:
    """One picture: its rights, its consent and where it is used."""
    return _whole(picture_id)


@pages.post("/media/pictures/<int:picture_id>")
def change(picture_id: int) -> AnyResponse | tuple[str, int]:
    """Says something else of a picture."""
    sent = fields.read(PictureForm, request.form, words(), _FORM)
    if sent.value is not None:
        try:
            with here().store.transaction() as session:
                library.change(session, picture_id, _told(sent.value))
                audit.write(session, now(), me().actor, "change", "picture", picture_id)
        except OutreachError as error:
            if error.key == "campaigns.picture.missing":
                abort(404)
            sent = sent.with_error("consent_until", words().error(error))
        else:
            notices.tell("media.told.changed")
            return redirect(url_for(".one", picture_id=picture_id), 303)
    return _whole(picture_id, sent.fields), 422


@pages.post("/media/pictures/<int:picture_id>/focus")
def focus(picture_id: int) -> AnyResponse | tuple[str, int]:
    """Says what crops of a picture keep."""
    sent = fields.read(FocusForm, request.form, words(), _FORM)
    if sent.value is None:
        return _whole(picture_id, focused=sent.fields), 422
    told = sent.value
    try:
        with here().store.transaction() as session:
            library.aim(session, picture_id, (told.focus_x, told.focus_y))
            audit.write(session, now(), me().actor, "change", "picture", picture_id, x=told.focus_x, y=told.focus_y)
    except OutreachError:
        abort(404)
    notices.tell("media.told.focused")
    return redirect(url_for(".one", picture_id=picture_id), 303)


@pages.post("/media/pictures/<int:picture_id>/withdraw")
def withdraw(picture_id: int) -> AnyResponse:
    """Somebody agrees no more: what is planned with the picture is called off."""
    try:
        with here().store.transaction() as session:
            called_off = consents.withdraw(session, now(), picture_id)
            audit.write(
                session, now(), me().actor, "withdraw", "picture", picture_id, called_off=len(called_off)
            )
    except OutreachError:
        abort(404)
    current_app.extensions["outreach.attention"].forget()
    if called_off:
        notices.tell("media.told.withdrawn", count=len(called_off))
    else:
        notices.tell("media.told.withdrawn_unused")
    return redirect(url_for(".one", picture_id=picture_id), 303)


@pages.get("/media/pictures/<int:picture_id>/jpeg")
def download(picture_id: int) -> Response:
    """One picture as a file that every platform takes."""
    app = here()
    with app.store.reading() as session:
        kept = library.one(session, _today(), picture_id)
    file = pictures.file_of(uploads.media(app.settings), kept.name) if kept is not None else None
    if kept is None or file is None or kept.consent not in {"free", "holds"}:
        abort(404)
    try:
        body, _, _ = images.jpeg(file.read_bytes())
    except OSError:
        abort(404)
    answer = _enveloped(body, "image/jpeg")
    answer.headers["Content-Disposition"] = f'attachment; filename="{picture_id}.jpg"'
    return answer


@pages.get("/media/<name>")
def picture(name: str) -> Response:
    """One picture, for the office, and for a partner whose campaign shows it."""
    app, place = here(), only_place()
    file = pictures.file_of(uploads.media(app.settings), name)
    if file is None:
        abort(404)
    with app.store.reading() as session:
        seen = library.is_kept(session, name) if place is None else overview.shows_picture(session, name, place=place)
    if not seen:
        abort(404)
    try:
        body = file.read_bytes()
    except FileNotFoundError:
        abort(404)
    answer = _enveloped(body, "image/webp")
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _enveloped(body: bytes, kind: str) -> Response:
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer


def _listed(drawn: tuple[fields.FieldShown, ...], trouble: str = "") -> str:
    before = number_in("before")
    with here().store.reading() as session:
        found = library.listed(session, _today(), before=before, limit=_PAGE + 1)
    return render_template(
        "pages/media/index.html",
        pictures=found[:_PAGE],
        fields=drawn,
        trouble=trouble,
        wrong=bool(trouble) or any(one.error for one in drawn),
        before=before,
        older=found[_PAGE - 1].picture_id if len(found) > _PAGE else None,
    )


def _whole(
    picture_id: int,
    drawn: tuple[fields.FieldShown, ...] | None = None,
    focused: tuple[fields.FieldShown, ...] | None = None,
) -> str:
    with here().store.reading() as session:
        kept = library.one(session, _today(), picture_id)
        uses = library.uses(session, picture_id) if kept is not None else []
    if kept is None:
        abort(404)
    return render_template(
        "pages/media/one.html",
        picture=kept,
        uses=uses,
        fields=drawn or fields.draw(PictureForm, words(), _FORM, value=kept),
        focus=focused or fields.draw(FocusForm, words(), _FORM, value=kept),
        shapes=_shapes(),
    )


def _shapes() -> list[Shape]:
    t, wanted = words(), dict[Size, list[str]]()
    for name, kind in registry.kinds("campaigns.channels").items():
        if kind.terms.cropped is not None:
            wanted.setdefault(kind.terms.cropped, []).append(t(f"campaigns.kind.{name}"))
    return [Shape(size, ", ".join(kinds)) for size, kinds in wanted.items()]


def _told(form: PictureForm) -> library.Told:
    return library.Told(form.alt, form.rights, form.of_people, form.consent_from, form.consent_until)


def _today() -> date:
    return local_day(now(), here().settings.zone)
