"""Pictures that people gave us, in an envelope that lets a browser do nothing with them but show them."""

from flask import Blueprint, Response, abort

from campaigns import overview, pictures
from outreach.web import uploads
from outreach.web.visit import here, only_place

pages = Blueprint("media", __name__)


@pages.get("/media/<name>")
def picture(name: str) -> Response:
    """One picture, for whoever may see a campaign that shows it."""
    app = here()
    file = pictures.file_of(uploads.media(app.settings), name)
    if file is None:
        abort(404)
    with app.store.reading() as session:
        if not overview.shows_picture(session, name, place=only_place()):
            abort(404)
    try:
        body = file.read_bytes()
    except FileNotFoundError:
        abort(404)
    answer = Response(body, mimetype="image/webp")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
