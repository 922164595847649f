"""Pages that were kept as evidence: shown so that nothing in them can do anything, and as a file of a web archive."""

import re

from flask import Blueprint, Response, abort, send_file
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.clock import local_day
from outreach.web.visit import here, only_place, words
from scrapers import clipping, warc
from scrapers.clipping import KeptPage
from scrapers.reading.encoding import decode

pages = Blueprint("evidence", __name__)

# Whatever the page holds: no script, no form, no frame, nothing fetched from anywhere; its own inline style is all it
# keeps. In a sandbox it is of no origin, so that no link on it tells where it was read.
_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex, noarchive",
}
_HTML = ("text/html", "application/xhtml+xml")
_TEXT = re.compile(r"text/.*|application/(?:json|xml|.*\+xml|.*\+json)")
# For a frame or a link a browser may open a connection before it asks the policy: they get names that mean nothing.
_REACHING = re.compile("<(link|i?frame|object|embed)", re.IGNORECASE)


@pages.get("/mentions/<int:mention_id>/kept/<int:evidence_id>")
def page(mention_id: int, evidence_id: int) -> Response:
    """The page as it was, but for what would reach out of it."""
    kept = _kept(mention_id, evidence_id)
    held = warc.read_file(here().settings.folder, kept.file, kept.sha256)
    told = held.headers.get("content-type", "")
    kind = told.partition(";")[0].strip().lower() or ("text/html" if held.status else "text/plain")
    if kind in _HTML:
        text = _REACHING.sub(r"<kept-\1", decode(held.body, held.headers))
        answer = Response(text, content_type="text/html; charset=utf-8")
    elif _TEXT.fullmatch(kind):
        text = decode(held.body, held.headers) if held.status else held.body.decode("utf-8", "replace")
        answer = Response(text, content_type="text/plain; charset=utf-8")
    else:
        answer = Response(held.body, content_type="application/octet-stream")
        answer.headers["Content-Disposition"] = 'attachment; filename="page.bin"'
    answer.headers.update(_HEADERS)
    return answer


@pages.get("/mentions/<int:mention_id>/kept/<int:evidence_id>/warc")
def file(mention_id: int, evidence_id: int) -> AnyResponse:
    """The kept page as it lies in the data folder: a WARC file, once it has been seen to be whole."""
    app, kept = here(), _kept(mention_id, evidence_id)
    warc.read_file(app.settings.folder, kept.file, kept.sha256)
    day = local_day(kept.at, app.settings.zone)
    name = words()("mentions.kept.file", number=str(mention_id), day=f"{day:%Y-%m-%d}")
    answer = send_file(
        app.settings.folder / kept.file,
        as_attachment=True,
        download_name=f"{name}.warc.gz",
        mimetype="application/octet-stream",
    )
    answer.headers.update(_HEADERS)
    return answer


def _kept(mention_id: int, evidence_id: int) -> KeptPage:
    with here().store.reading() as session:
        kept = clipping.kept_page(session, mention_id, evidence_id, only_place())
    if kept is None:
        abort(404)
    return kept
