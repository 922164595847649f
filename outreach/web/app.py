"""The Flask app: made by a function from the App, one page a file under `routes/`, the same manners everywhere."""

import logging
import os
from collections.abc import Callable, Iterable, MutableMapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from apiflask import APIFlask
from flask import Response, abort, g, redirect, render_template, request, url_for
from flask.templating import Environment
from flask_compress import Compress
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as AnyResponse

from outreach.core import registry
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.journey import begun
from outreach.core.markup import web_address
from outreach.core.text import LANGUAGES, PUBLIC_LANGUAGES
from outreach.people import sessions
from outreach.web import access, assets, attention, csrf, notices, proxies
from outreach.web.visit import (
    HIGHEST,
    bound_to,
    csrf_field,
    csrf_token,
    here,
    is_public,
    is_secure,
    now,
    role,
    visitor_cookie,
    who,
    words,
)
from scrapers.watch.marks import marked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("outreach.web")

_HOME = Path(__file__).resolve().parent.parent
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# A form without a file: the longest text there is, many times over.
_FORM_BYTES = 512 * 1024
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Scripts, styles, fonts and pictures are our own files; nothing inline, nothing from elsewhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
)


def make(app: App) -> APIFlask:
    """The pages of one office."""
    pages = APIFlask(
        "outreach",
        template_folder=str(_HOME / "templates"),
        static_folder=str(_HOME / "static"),
        json_errors=False,
        docs_path=None,
        spec_path=None,
    )
    pages.config.update(
        MAX_CONTENT_LENGTH=app.settings.web.upload_bytes,
        MAX_FORM_MEMORY_SIZE=_FORM_BYTES,
        TRUSTED_HOSTS=[
            *{*_LOOPBACK, app.settings.web.host, urlsplit(app.settings.web.public_url).hostname or ""} - {""}
        ],
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        COMPRESS_MIMETYPES=["text/html", "text/css", "application/javascript", "text/javascript", "application/json",
                            "image/svg+xml", "text/csv"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
    )
    pages.url_map.converters["int"] = _Number
    pages.jinja_environment = _Templates
    pages.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    pages.extensions["outreach"] = app
    pages.extensions["outreach.attention"] = attention.Counts()
    pages.jinja_env.globals.update(
        zone=app.settings.zone,
        office=app.office,
        marked=marked,
        languages=LANGUAGES,
        public_languages=PUBLIC_LANGUAGES,
        spans=_spans,
        asset=assets.asset,
        csrf=csrf_field,
        web_address=web_address,
        may=lambda endpoint, method="GET": access.may(role(), endpoint, method),
    )
    pages.before_request(_welcome)
    pages.after_request(_manners)
    pages.context_processor(_context)
    pages.register_error_handler(HTTPException, _refused)
    pages.register_error_handler(OutreachError, _troubled)
    pages.register_error_handler(Exception, _broken)
    pages.view_functions["static"] = assets.served(pages)
    for module in registry.modules("outreach.web.routes"):
        for blueprint in getattr(module, "blueprints", None) or (module.pages,):
            pages.register_blueprint(blueprint)
    Compress(pages)
    pages.wsgi_app = _journeys(pages.wsgi_app)  # type: ignore[method-assign, assignment]
    pages.wsgi_app = proxies.Behind(pages.wsgi_app, app.settings.web.proxies)  # type: ignore[method-assign]
    return pages


def _journeys(pages: "WSGIApplication") -> "WSGIApplication":
    """Each request is a journey: what it has done elsewhere stands in the logs under the same name."""

    def asked(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with begun():
            return pages(environ, start)

    return asked


class _Number(IntegerConverter):
    """A row's number in an address; a larger one than the stores keep is of no row."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=HIGHEST)


class _Templates(Environment):
    """Templates that all share one plain map of globals: looking through Jinja's chain of maps, at every import of
    every page, cost a tenth of a small page. None of ours has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Later:
    """A value of the page that is only worked out where a template shows it."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    @cached_property
    def value(self) -> object:
        return self._make()

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return str(self.value)


def _context() -> dict[str, object]:
    person = who()
    return {
        "t": words(),
        "now": now(),
        "person": person,
        "theme": person.theme if person is not None else "auto",
        "other_language": _other_language,
        "is_public": is_public(),
        "rail": _rail() if person is not None else (),
        "csrf_token": Later(csrf_token),
        "attention": Later(lambda: attention.count(here(), now(), role())),
        "attention_url": url_for("attention.show") if person is not None else "",
        "notices": notices.take() if person is not None else [],
    }


def _rail() -> list[dict[str, object]]:
    """The rooms this role may enter; a page belongs to the room that its blueprint says, or is named after."""
    blueprint = (request.endpoint or "").partition(".")[0]
    current = access.ROOM_OF.get(blueprint, blueprint)
    return [
        {"name": name, "url": url, "current": name == current, "letter": access.LETTERS[name]}
        for name, url in _rooms(role(), request.script_root)
    ]


@lru_cache(maxsize=64)
def _rooms(asking: str, _root: str) -> tuple[tuple[str, str], ...]:
    """The rooms of a role with their addresses, which are the same below one root."""
    return tuple((name, url_for(endpoint)) for name, endpoint in access.ROOMS if access.may(asking, endpoint))


def _welcome() -> AnyResponse | tuple[str, int] | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such page, or not by this method: the error page says which
    if endpoint not in access.UPLOADS:
        request.max_content_length = _FORM_BYTES
    if request.method not in _SAFE:
        _refuse_foreign()
    allowed = access.roles_of(endpoint, request.method)
    if endpoint.startswith("api."):
        return None  # a token may open it: `outreach.web.routes.api` asks the same table
    if role() not in allowed:
        if role() == access.STRANGER and allowed:
            return _to_the_door()
        abort(403)
    if request.method not in _SAFE and endpoint not in access.SEALED_FORMS | access.PROVEN_BY_ADDRESS:
        given = request.headers.get(csrf.HEADER) or request.form.get(csrf.FIELD, "")
        if not csrf.holds(here().seal, bound_to(), given):
            return _stale()
    person = who()
    if person is not None and person.stale:
        with here().store.transaction() as session:
            sessions.touch(session, now(), person.session_id)
    return None


def _refuse_foreign() -> None:
    """A form of another site is refused before anything of it is read."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)


def _to_the_door() -> AnyResponse:
    """A stranger is shown the sign-in, and afterwards the page that was wanted; a piece of a page reloads it all."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("doors.sign_in")})
    return redirect(url_for("doors.sign_in", next=wanted if wanted != "/" else None), 303)


def _stale() -> tuple[str, int]:
    """The form is of another session, or of none: nothing is done, and the person is told what to do."""
    return render_template("pages/error.html", told=words()("public.error.stale")), 403


def _manners(response: Response) -> Response:
    told = here().settings
    # The sign-in leads on to the office's own service, which browsers count as the form's target.
    forms = f" {_origin(told.oidc.issuer)}" if told.oidc.issuer else ""
    # A picture that somebody gave us, or a page that somebody wrote, has brought a stricter policy along.
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(forms=forms))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if is_secure():
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and response.status_code < 400:
        if assets.is_immutable(request.path):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "Cache-Control" not in response.headers or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    notices.keep(response)
    if g.get("visitor_is_new"):
        response.set_cookie(
            visitor_cookie(), g.visitor, httponly=True, samesite="Lax", secure=is_secure(), path="/", max_age=86400
        )
    return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _refused(error: HTTPException) -> tuple[str, int] | Response:
    if error.code is None or error.code < 400:
        return Response(status=error.code or 500)
    t = words()
    if isinstance(error, SecurityError):
        # Asked under a name that is not ours: no page of ours has an address there.
        return Response(t("public.error.host"), status=error.code, mimetype="text/plain")
    key = f"public.error.{error.code}"
    if error.code == 403 and who() is not None:
        key = "public.error.role"
    told = t(key if t.knows(key) else "public.error.other")
    return render_template("pages/error.html", told=told), error.code


def _reference() -> str:
    """What page and log share; made here where the request failed before it had one."""
    if "reference" not in g:
        g.reference = os.urandom(4).hex()
    return str(g.reference)


def _troubled(error: OutreachError) -> tuple[str, int]:
    log.warning("page.trouble", extra={"reference": _reference(), "error": error.key})
    t = words()
    # Where the store lies and what ails it is the office's affair.
    told = t("public.error.503") if _is_strange() else t.error(error)
    return render_template("pages/error.html", told=told, reference=_reference()), 503


def _broken(error: Exception) -> tuple[str, int]:
    # The rule, not the address: a link that opens a door stands in its address.
    rule = str(request.url_rule or "")
    log.error("page.broke", extra={"reference": _reference(), "rule": rule}, exc_info=error)
    return render_template("pages/error.html", told=words()("public.error.500"), reference=_reference()), 500


def _is_strange() -> bool:
    """Whether the page may only say what a stranger may read; also when the store cannot say who asks."""
    return is_public() or g.get("person") is None


def _other_language(language: str) -> str:
    page = url_for(request.endpoint or "public.ask", **(request.view_args or {}))
    # Never as arguments of url_for: what a stranger writes into an address would steer it.
    return f"{page}?{urlencode({**request.args.to_dict(), 'lang': language})}"


def _spans(sentence: str, forms: list[str]) -> Markup:
    """A sentence with its deciding words marked, everything escaped."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if hit else Markup("{}").format(piece)
        for piece, hit in marked(sentence, forms)
    )
