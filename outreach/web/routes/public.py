"""Pages for strangers: the tracked link, the inquiry form, the supervisors' questions."""

import re
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from campaigns import clicks, images, library, links, pictures, utm
from campaigns.cropping import MIDDLE, Focus, Size
from outreach.core import db, presence, registry
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import throttle
from outreach.tracker import intake
from outreach.tracker.heard import coming, offering
from outreach.tracker.heard.decoys import read_decoys
from outreach.tracker.heard.offering import Offer
from outreach.web import forms, uploads
from outreach.web.visit import address, here, now, words

pages = Blueprint("public", __name__)

_PICTURE = re.compile(r"([0-9a-f]{64})(?:-([1-9]\d{1,3})x([1-9]\d{1,3})(?:-at\d{1,3}-\d{1,3})?)?\.jpg")
_TICKED = 30  # more than the list has
_TRAP = "homepage"  # a field that only programs see
TOPICS = ("work", "housing", "school", "language", "benefits", "health", "documents", "business", "other")


@dataclass(frozen=True)
class Filled:
    """The form as somebody filled it in; shown again unchanged when something is missing."""

    contact: str = ""
    name: str = ""
    country: str = ""
    topic: str = ""
    text: str = ""
    code: str = ""
    scanned: str = ""  # the code, where its square was scanned
    said: str = ""
    # What led here, carried through the form; nobody types it.
    referrer: str = ""
    utm_source: str = ""
    utm_campaign: str = ""
    ticked: tuple[str, ...] = ()


@pages.get("/k/<code>")
def follow(code: str) -> AnyResponse | tuple[str, int]:
    """A tracked link: counts who followed without a trace of the person, then leads on; else the inquiry form."""
    app = here()
    kind = clicks.kind_of(request.method, dict(request.headers))
    scanned = links.SCANNED in request.args
    visit = links.Visit(kind, address(), request.user_agent.string, app.seal.sign_key("clicks"), scanned)
    with app.store.transaction() as session:
        followed = links.follow(session, app.clock.now(), code, visit, app.settings.zone)
    if followed is None:
        return _form(Filled(), words()("public.no_link.text"), "pages/no_link.html"), 404
    ours = app.settings.web.public_url + url_for(".ask")
    told = f"{links.SCANNED}=1" if scanned else ""
    return redirect(utm.towards(followed.target_url, ours, followed.code, followed.tags, told), 302)


@pages.get("/p/<name>")
def picture(name: str) -> Response:
    """A post's picture for platforms that fetch it themselves: there while the post is out or about to go out.

    `name` is what `campaigns.images.name_of` makes: the picture's hash and perhaps a shape that channels want. What is
    kept follows the focus as it is now; that it stands in the name is for those who keep copies.
    """
    app, asked = here(), _PICTURE.fullmatch(name)
    if asked is None:
        abort(404)
    shape = (int(asked[2]), int(asked[3])) if asked[2] else None
    stored = f"{asked[1]}.webp"
    file = pictures.file_of(uploads.media(app.settings), stored)
    if file is None or (shape is not None and shape not in _shapes()):
        abort(404)
    with app.store.reading() as session:
        if not library.is_public(session, now(), app.settings.zone, stored):
            abort(404)
        focus = library.focus_of(session, stored)
    try:
        body = _jpeg(file, shape, focus if shape else MIDDLE)
    except OSError:
        abort(404)
    answer = Response(body, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    # Not for long: a consent may be withdrawn.
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@pages.get("/jautajums")
def ask() -> str:
    """The inquiry form."""
    tags = {name: request.args.get(name, "")[:200] for name in ("utm_source", "utm_campaign")}
    told = coming.trace(tags | {"referrer": coming.host_of(request.referrer, here().settings.web.public_url)})
    trace = {name: getattr(told, name) for name in ("referrer", *tags)}
    code = request.args.get("k", "")[:16]
    return _form(Filled(code=code, scanned=code if links.SCANNED in request.args else "", **trace))


@pages.post("/jautajums")
def receive() -> AnyResponse | tuple[str, int]:
    """Takes an inquiry; the same form sent twice is one inquiry."""
    app = here()
    texts = {one.name: request.form.get(one.name, "").strip()[:4000] for one in fields(Filled) if one.name != "ticked"}
    filled = Filled(**texts, ticked=tuple(request.form.getlist("ticked"))[:_TICKED])
    t = words()
    message = forms.message_of(app.seal, "inquiry", request.form.get("token", ""))
    if message is None:
        return _form(filled, t("public.ask.stale")), 400
    if request.form.get(_TRAP):
        # Whoever is no program sends it again: a family must not be lost to a browser that fills in what it can.
        return _form(filled, t("public.ask.trapped"), given=request.form["token"]), 400
    if not filled.contact:
        return _form(filled, t("public.ask.contact_missing"), given=request.form["token"]), 400
    incoming = intake.Incoming(
        arrived_by="form",
        message_id=message,
        language=t.language,
        country=filled.country if filled.country in app.office.host_countries else None,
        topic=filled.topic if filled.topic in TOPICS else None,
        contact=filled.contact[:200],
        name=filled.name[:200] or None,
        text=filled.text or None,
        code=filled.code[:16] or None,
        said_source=filled.said[:200] or None,
        trace=coming.trace(texts),
    )
    budget = throttle.budget(app.seal, "ask", filled.contact.lower(), address(), pool="ask")
    with app.store.transaction() as session:
        wait = throttle.begin(session, now(), budget).wait
        if not wait:
            ticked = offering.chosen(session, filled.ticked, read_decoys(app.office.decoys))
            intake.receive(session, app.clock.now(), app.seal, replace(incoming, ticked=ticked))
    if wait:
        return _form(filled, t("public.ask.wait", minutes=-(-wait // 60)), given=request.form["token"]), 429
    return redirect(url_for(".thanks", lang=t.language), 303)


@pages.get("/paldies")
def thanks() -> str:
    """Says that the inquiry has arrived."""
    return render_template("pages/thanks.html")


@pages.get("/healthz")
def alive() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
def ready() -> Response:
    """The store answers, and what is due is being looked at; else the name of what does not."""
    try:
        db.is_answering(here().store)
    except (OutreachError, SQLAlchemyError):
        return Response("store\n", status=503, mimetype="text/plain")
    if not presence.beats(here().settings.folder, now()):
        return Response("queue\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@lru_cache(maxsize=16)
def _jpeg(file: Path, shape: Size | None, focus: Focus) -> bytes:
    # A platform asks several times in a row, and what lies under a hash does not change.
    return images.jpeg(file.read_bytes(), shape, focus)[0]


@lru_cache(maxsize=1)
def _shapes() -> frozenset[tuple[int, int]]:
    return frozenset(kind.terms.cropped for kind in registry.kinds("campaigns.channels").values() if kind.terms.cropped)


def _form(filled: Filled, trouble: str = "", page: str = "pages/ask.html", given: str = "") -> str:
    """The form; `given` is its token where it is drawn again, so that its list of sources stays the same."""
    app = here()
    token = given or forms.token(app.seal, "inquiry")
    return render_template(
        page,
        filled=filled,
        trouble=trouble,
        token=token,
        trap=_TRAP,
        offer=_offer(forms.message_of(app.seal, "inquiry", token) or ""),
        topics=TOPICS,
        countries=app.office.host_countries,
        months=app.settings.inquiries.keep_months,
    )


def _offer(seed: str) -> Offer:
    app = here()
    try:
        with app.store.reading() as session:
            today = local_day(app.clock.now(), app.settings.zone)
            return offering.offered(session, today, read_decoys(app.office.decoys), seed)
    except (OutreachError, SQLAlchemyError):
        return Offer((), ())  # a family can ask all the same
