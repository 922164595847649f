"""The doors: sign-in by password or by the office's own service, second factor, links, way out."""

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.core.settings import secret as secret_of
from outreach.people import addresses, audit, entry, keys, passwords, second, sessions, users
from outreach.people.entry import Refused
from outreach.people.keys import Opening
from outreach.people.models import ADMINISTRATOR
from outreach.people.users import Account
from outreach.web import fields, notices
from outreach.web.entering import FAMILIES, admit, browser, hand_over, qr, show_out
from outreach.web.visit import address, half, here, inside, is_secure, now, session_cookie, who, words

if TYPE_CHECKING:
    from outreach.people import oidc as services

log = logging.getLogger("outreach.web")
pages = Blueprint("doors", __name__)

_SERVICE = "oidc.begun"  # where the sealed cookie belongs
_SERVICE_SECONDS = 600

Page = str | tuple[str, int] | AnyResponse


@dataclass(frozen=True)
class SignIn:
    mail: str = field(metadata=fields.told("email", max=254, autocomplete="username"))
    password: str = field(metadata=fields.told("password", autocomplete="current-password"))


@dataclass(frozen=True)
class Code:
    code: str = field(metadata=fields.told(max=40, autocomplete="one-time-code"))


@dataclass(frozen=True)
class Forgotten:
    mail: str = field(metadata=fields.told("email", max=254, autocomplete="username"))


@dataclass(frozen=True)
class NewPassword:
    password: str = field(metadata=fields.told("password", max=passwords.LONGEST, autocomplete="new-password"))
    again: str = field(metadata=fields.told("password", max=passwords.LONGEST, autocomplete="new-password"))


@dataclass(frozen=True)
class First:
    name: str = field(metadata=fields.told(max=120, autocomplete="name"))
    mail: str = field(metadata=fields.told("email", max=254, autocomplete="username"))
    password: str = field(metadata=fields.told("password", max=passwords.LONGEST, autocomplete="new-password"))
    again: str = field(metadata=fields.told("password", max=passwords.LONGEST, autocomplete="new-password"))


@pages.get("/sign-in")
def sign_in() -> Page:
    """The sign-in; whoever is inside already goes on."""
    if who() is not None:
        return redirect(_wanted(), 303)
    if half() is not None:
        return redirect(url_for("doors.second", next=inside(request.args.get("next"))), 303)
    return _door(fields.draw(SignIn, words(), "doors.field"))


@pages.post("/sign-in")
def enter() -> Page:
    """Tries mail and password."""
    t = words()
    filled = fields.read(SignIn, request.form, t, "doors.field")
    if filled.value is None:
        return _door(filled.fields), 422
    app = here()
    came = entry.sign_in(app, now(), filled.value.mail, filled.value.password, browser(), FAMILIES)
    if isinstance(came, Refused):
        return _door(filled.fields, told=_refusal(came, "doors.wrong")), 422
    if came.full:
        return admit(_wanted(), came)
    return admit(url_for("doors.second", next=request.form.get("next") or None), came)


@pages.get("/sign-in/second", endpoint="second")
def ask_second() -> Page:
    """Asks for the second factor, or has it set up where it is owed and there is none."""
    if half() is None:
        return redirect(_wanted() if who() is not None else url_for("doors.sign_in"), 303)
    return _second(fields.draw(Code, words(), "doors.field"))


@pages.post("/sign-in/second")
def prove() -> Page:
    """Tries a code."""
    person = half()
    if person is None:
        return redirect(url_for("doors.sign_in"), 303)
    filled = fields.read(Code, request.form, words(), "doors.field")
    if filled.value is None:
        return _second(filled.fields), 422
    proved = entry.prove(here(), now(), person.user_id, filled.value.code, browser())
    if isinstance(proved, Refused):
        return _second(filled.with_error("code", _refusal(proved, "doors.wrong_code")).fields), 422
    if proved.codes:
        shown = render_template("pages/doors/codes.html", codes=proved.codes, url=_wanted())
        answer = make_response(shown)
        hand_over(answer, proved.entered)
        return answer
    if proved.by_recovery:
        with here().store.reading() as session:
            notices.tell("doors.told.recovery", tone="person", count=second.codes_left(session, person.user_id))
    return admit(_wanted(), proved.entered)


@pages.post("/sign-in/service")
def oidc() -> Page:
    """Leads to the office's own sign-in service."""
    from outreach.people import oidc as services  # slow to import, and most offices have none

    app = here()
    if not app.settings.oidc.issuer:
        abort(404)
    try:
        begun = services.begin(app.http, app.settings.oidc, _back())
    except OutreachError as error:
        return _no_service(error)
    answer = redirect(begun.url, 303)
    # Sealed and short-lived: whoever comes back is the browser that left.
    held = json.dumps([int(now().timestamp()), begun.state, begun.nonce, begun.verifier, _wanted()])
    answer.set_cookie(
        _service_cookie(), app.seal.close(held, _SERVICE), max_age=_SERVICE_SECONDS,
        httponly=True, samesite="Lax", secure=is_secure(), path="/",
    )
    return answer


@pages.get("/sign-in/service/back")
def oidc_back() -> Page:
    """Takes whoever the service sends back."""
    from outreach.people import oidc as services

    app = here()
    if not app.settings.oidc.issuer:
        abort(404)
    try:
        begun, wanted = _begun()
        identity = services.finish(
            app.http, app.settings.oidc, secret_of("OUTREACH_OIDC_SECRET"), now(), _back(), begun, request.args
        )
        with app.store.transaction() as session:
            user_id = services.account_of(session, now(), identity)
            came = entry.let_in(
                session, now(), app, user_id, browser(), FAMILIES, by="service", satisfied=identity.two_factors
            )
    except OutreachError as error:
        return _no_service(error)
    answer = admit(wanted if came.full else url_for("doors.second", next=wanted), came)
    answer.delete_cookie(_service_cookie(), httponly=True, samesite="Lax", secure=is_secure(), path="/")
    return answer


@pages.post("/sign-out")
def sign_out() -> Page:
    """Ends this session."""
    person = who() or half()
    if person is not None:
        with here().store.transaction() as session:
            sessions.end(session, person.session_id)
            if person.full:
                audit.write(session, now(), person.actor, "sign_out", "user", person.user_id)
    return show_out(redirect(url_for("doors.sign_in"), 303))


@pages.get("/sign-in/forgotten")
def forgotten() -> Page:
    """Asks for the address to send a link to."""
    return render_template("pages/doors/forgotten.html", fields=fields.draw(Forgotten, words(), "doors.field"))


@pages.post("/sign-in/forgotten")
def ask_reset() -> Page:
    """Says the same for every address; whether a mail goes out is the mailbox's to know."""
    filled = fields.read(Forgotten, request.form, words(), "doors.field")
    if filled.value is None:
        return render_template("pages/doors/forgotten.html", fields=filled.fields), 422
    entry.ask_reset(here(), now(), filled.value.mail, address())
    return render_template("pages/doors/asked.html")


@pages.get("/welcome/<token>")
@pages.get("/reset/<token>")
def key(token: str) -> Page:
    """What a link opens; looking does not use it up, for mail programs look too."""
    with here().store.reading() as session:
        opening = keys.opening(session, now(), token)
    if opening is None:
        return render_template("pages/doors/no_key.html"), 404
    return _key(opening, fields.draw(_key_form(opening), words(), "doors.key"))


@pages.post("/welcome/<token>")
@pages.post("/reset/<token>")
def use_key(token: str) -> Page:
    """Sets the password that was chosen, and makes the first administrator."""
    app, t = here(), words()
    with app.store.reading() as session:
        opening = keys.opening(session, now(), token)
    if opening is None:
        return render_template("pages/doors/no_key.html"), 404
    filled = fields.read(_key_form(opening), request.form, t, "doors.key")
    if filled.value is None:
        return _key(opening, filled.fields), 422
    given = filled.value
    account = _account(opening, given)
    fault = users.password_fault(account, tuple(app.office.name.values()), given.password)
    if fault is not None:
        return _key(opening, filled.with_error("password", t(fault)).fields), 422
    if given.again != given.password:
        return _key(opening, filled.with_error("again", t("people.password.differs")).fields), 422
    used = entry.use_key(app, now(), opening, account, given.password, browser(), FAMILIES)
    if not used.taken:
        return render_template("pages/doors/no_key.html"), 404
    if used.entered is None:
        notices.tell("doors.told.changed")
        return show_out(redirect(url_for("doors.sign_in"), 303))
    return admit(url_for("start.show") if used.entered.full else url_for("doors.second"), used.entered)


def _key_form(opening: Opening) -> type[First] | type[NewPassword]:
    return First if opening.kind == "first" else NewPassword


def _account(opening: Opening, given: First | NewPassword) -> Account:
    if isinstance(given, First):
        return Account(given.mail, given.name, ADMINISTRATOR, None, words().language)
    return Account(opening.mail, opening.name, "", None, "")


def _key(opening: Opening, drawn: tuple[fields.FieldShown, ...]) -> str:
    return render_template("pages/doors/key.html", opening=opening, fields=drawn)


def _begun() -> "tuple[services.Begun, str]":
    """The sign-in that this browser has begun, and where it was going."""
    from outreach.people import oidc as services

    try:
        held = here().seal.open(request.cookies.get(_service_cookie(), ""), _SERVICE)
        at, state, nonce, verifier, wanted = json.loads(held)
    except (OutreachError, ValueError) as error:
        raise OutreachError("people.error.service_late") from error
    if not 0 <= int(now().timestamp()) - at <= _SERVICE_SECONDS:
        raise OutreachError("people.error.service_late")
    return services.Begun("", state, nonce, verifier), inside(wanted) or url_for("start.show")


def _no_service(error: OutreachError) -> Page:
    log.warning("door.service", extra={"error": error.key, "reason": error.facts.get("reason")})
    t = words()
    # What ails another machine is for the log; the person is told what to do.
    key = error.key if error.key.startswith("people.error.service") else "people.error.service"
    return _door(fields.draw(SignIn, t, "doors.field"), told=t(key)), 422


def _back() -> str:
    return f"{addresses.base(here().settings)}{url_for('doors.oidc_back')}"


def _service_cookie() -> str:
    return f"{session_cookie()}-service"


def _wanted() -> str:
    """Where the person was going; only ever on these pages."""
    return inside(request.values.get("next")) or url_for("start.show")


def _refusal(refused: Refused, wrong: str) -> str:
    t = words()
    return t("doors.slow", count=refused.wait) if refused.wait else t(wrong)


def _door(drawn: tuple[fields.FieldShown, ...], told: str = "") -> str:
    oidc = here().settings.oidc
    return render_template(
        "pages/doors/sign_in.html",
        door_notices=notices.take(),
        fields=drawn,
        told=told,
        next=inside(request.values.get("next")) or "",
        service=oidc.label or words()("doors.service") if oidc.issuer else "",
    )


def _second(drawn: tuple[fields.FieldShown, ...]) -> str:
    person = half()
    assert person is not None
    secret = None
    if not person.second_factor:
        with here().store.reading() as session:
            secret = second.waiting_secret(session, here().seal, person.user_id)
        if secret is None:
            # The session began before the office asked for a factor.
            with here().store.transaction() as session:
                second.prepare(session, here().seal, person.user_id)
                secret = second.waiting_secret(session, here().seal, person.user_id)
    return render_template(
        "pages/doors/second.html",
        fields=drawn,
        next=inside(request.values.get("next")) or "",
        secret=secret,
        qr=qr(second.address(secret, person.mail, here().office.name[words().language])) if secret else "",
    )
