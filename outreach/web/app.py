"""The Flask app: made by a function from the App, one page a file under `routes/`, the same manners everywhere."""

import logging
import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, g, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, SecurityError

from outreach.core import registry
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES, Words
from scrapers.watch.marks import marked

log = logging.getLogger("outreach.web")

_HOME = Path(__file__).resolve().parent.parent
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# No script at all yet; styles and pictures are our own files.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def make(app: App) -> Flask:
    """The pages of one office."""
    pages = Flask(
        "outreach", template_folder=str(_HOME / "templates" / "pages"), static_folder=str(_HOME / "static")
    )
    pages.config.update(
        MAX_CONTENT_LENGTH=256 * 1024,
        TRUSTED_HOSTS=[
            *{*_LOOPBACK, app.settings.web.host, urlsplit(app.settings.web.public_url).hostname or ""} - {""}
        ],
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    pages.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    pages.extensions["outreach"] = app
    pages.jinja_env.globals.update(
        zone=app.settings.zone, office=app.office, marked=marked, languages=LANGUAGES, spans=_spans
    )
    pages.before_request(_welcome)
    pages.after_request(_manners)
    pages.context_processor(lambda: {"t": words(), "other_language": _other_language})
    pages.register_error_handler(HTTPException, _refused)
    pages.register_error_handler(OutreachError, _troubled)
    pages.register_error_handler(Exception, _broken)
    for module in registry.modules("outreach.web.routes"):
        pages.register_blueprint(module.pages)
    return pages


def here() -> App:
    """The App behind the page that is being made."""
    from flask import current_app

    app: App = current_app.extensions["outreach"]
    return app


def words() -> Words:
    """The reader's words: what the address asks for, then the reader's browser on public pages, then the office's."""
    app = here()
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return app.texts.in_language(asked)
    if is_public():
        best = request.accept_languages.best_match(LANGUAGES)
        return app.texts.in_language(best or app.settings.office.language)
    return app.texts.in_language(app.settings.office.language)


def is_public() -> bool:
    """Whether this page is for strangers: it then shows nothing of the office's work."""
    return request.endpoint is None or request.endpoint == "static" or request.endpoint.startswith("public.")


def _welcome() -> None:
    # Until there are accounts, the office's own pages answer on this machine alone.
    if not is_public() and not _from_this_machine():
        abort(404)
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            abort(403)
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            abort(403)


def _from_this_machine() -> bool:
    """Whether a browser on this machine asks directly: not from the network, and not through a proxy.

    The name alone proves nothing, for anybody can send it; a proxy on this machine gives itself away by its headers.
    """
    peer = request.remote_addr
    try:
        near = peer is not None and ip_address(peer).is_loopback
    except ValueError:
        near = False
    named = urlsplit(f"//{request.host}").hostname in {"127.0.0.1", "localhost", "::1"}
    passed_on = any(name in request.headers for name in _PROXY_HEADERS)
    return near and named and not passed_on


def _manners(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if here().settings.web.public_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: HTTPException) -> tuple[str, int] | Response:
    if error.code is None or error.code < 400:
        return Response(status=error.code or 500)
    t = words()
    if isinstance(error, SecurityError):
        # Asked under a name that is not ours: no page of ours has an address there.
        return Response(t("web.error.host"), status=error.code, mimetype="text/plain")
    key = f"web.error.{error.code}"
    return render_template("error.html", told=t(key if t.knows(key) else "web.error.other")), error.code


def _reference() -> str:
    """What page and log share; made here where the request failed before it had one."""
    if "reference" not in g:
        g.reference = os.urandom(4).hex()
    return str(g.reference)


def _troubled(error: OutreachError) -> tuple[str, int]:
    log.warning("page.trouble", extra={"reference": _reference(), "error": error.key})
    t = words()
    # Where the store lies and what ails it is the office's affair.
    told = t("web.error.503") if is_public() else t.error(error)
    return render_template("error.html", told=told, reference=_reference()), 503


def _broken(error: Exception) -> tuple[str, int]:
    log.error("page.broke", extra={"reference": _reference(), "path": request.path}, exc_info=error)
    return render_template("error.html", told=words()("web.error.500"), reference=_reference()), 500


def _other_language(language: str) -> str:
    page = url_for(request.endpoint or "start.show", **(request.view_args or {}))
    # Never as arguments of url_for: what a stranger writes into an address would steer it.
    return f"{page}?{urlencode({**request.args.to_dict(), 'lang': language})}"


def _spans(sentence: str, forms: list[str]) -> Markup:
    """A sentence with its deciding words marked, everything escaped."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if hit else Markup("{}").format(piece)
        for piece, hit in marked(sentence, forms)
    )
