"""One's own account: language and look, password, second factor, devices, tokens for other programs."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES
from outreach.people import audit, entry, passwords, second, sessions, tokens, users
from outreach.people.entry import Refused
from outreach.people.models import THEMES
from outreach.people.users import Account
from outreach.web import access, fields, notices
from outreach.web.entering import browser, qr, show_out
from outreach.web.visit import here, inside, me, now, owes_second, role, words

pages = Blueprint("me", __name__)

Page = str | tuple[str, int] | AnyResponse
Drawn = tuple[fields.FieldShown, ...]


@dataclass(frozen=True)
class NewPassword:
    current: str = field(metadata=fields.told("password", autocomplete="current-password"))
    password: str = field(metadata=fields.told("password", max=passwords.LONGEST, autocomplete="new-password"))
    again: str = field(metadata=fields.told("password", max=passwords.LONGEST, autocomplete="new-password"))


@dataclass(frozen=True)
class Again:
    """The password once more, before something that guards the account."""

    current: str = field(metadata=fields.told("password", autocomplete="current-password"))


@dataclass(frozen=True)
class Code:
    code: str = field(metadata=fields.told(max=40, autocomplete="one-time-code"))


@dataclass(frozen=True)
class Token:
    name: str = field(metadata=fields.told(max=80))
    days: int = 90
    scopes: tuple[str, ...] = ()


@pages.get("/me")
def show() -> Page:
    """The account and everything that opens it."""
    return _page()


@pages.post("/me/language")
def language() -> Page:
    """Another language, from any page; back to that page."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        with here().store.transaction() as session:
            users.prefer(session, me().user_id, language=chosen)
    return _back()


@pages.post("/me/theme")
def theme() -> Page:
    """Another look, from any page; back to that page."""
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        with here().store.transaction() as session:
            users.prefer(session, me().user_id, theme=chosen)
    return _back()


@pages.post("/me/shortcuts")
def shortcuts() -> Page:
    """Keys on or off."""
    with here().store.transaction() as session:
        users.prefer(session, me().user_id, shortcuts=request.form.get("shortcuts") == "1")
    return _back()


@pages.post("/me/password")
def password() -> Page:
    """A new password; every other device is signed out."""
    app, t, person = here(), words(), me()
    filled = fields.read(NewPassword, request.form, t, "me.field")
    if filled.value is None:
        return _page(password=filled.fields)
    given = filled.value
    account = Account(person.mail, person.name, person.role, person.place, person.language)
    fault = users.password_fault(account, tuple(app.office.name.values()), given.password)
    if fault is not None:
        return _page(password=filled.with_error("password", t(fault)).fields)
    if given.again != given.password:
        return _page(password=filled.with_error("again", t("people.password.differs")).fields)
    refused = entry.confirms(app, now(), person.user_id, given.current, browser())
    if refused is not None:
        return _page(password=filled.with_error("current", _refusal(refused)).fields)
    kept = passwords.hashed(given.password)
    with app.store.transaction() as session:
        users.set_password(session, now(), person.user_id, kept, actor=person.actor, but=person.session_id)
    notices.tell("me.told.password")
    return redirect(url_for("me.show"), 303)


@pages.get("/me/second", endpoint="second")
def show_second() -> Page:
    """The picture of a new second factor that waits for its first code."""
    return _second(fields.draw(Code, words(), "me.field"))


@pages.post("/me/second")
def second_begin() -> Page:
    """Begins to set a second factor up."""
    wrong = _not_again("second")
    if wrong is not None:
        return wrong
    with here().store.transaction() as session:
        second.prepare(session, here().seal, me().user_id)
    return redirect(url_for("me.second"), 303)


@pages.post("/me/second/confirm")
def second_confirm() -> Page:
    """Puts the new factor in force with its first code, and shows the recovery codes."""
    app, person, t = here(), me(), words()
    filled = fields.read(Code, request.form, t, "me.field")
    if filled.value is None:
        return _second(filled.fields, 422)
    with app.store.transaction() as session:
        codes = second.confirm(session, now(), app.seal, person.user_id, filled.value.code)
        if codes is not None:
            sessions.prove(session, person.session_id)
            audit.write(session, now(), person.actor, "second_on", "user", person.user_id)
    if codes is None:
        return _second(filled.with_error("code", t("doors.wrong_code")).fields, 422)
    return render_template("pages/me/codes.html", codes=codes)


@pages.post("/me/second/off")
def second_off() -> Page:
    """Takes the second factor away where the office does not ask for one."""
    app, person = here(), me()
    wrong = _not_again("second")
    if wrong is not None:
        return wrong
    if owes_second(person):
        notices.tell("me.told.second_owed", tone="person")
        return redirect(url_for("me.show"), 303)
    with app.store.transaction() as session:
        if second.drop(session, person.user_id):
            audit.write(session, now(), person.actor, "second_off", "user", person.user_id)
    notices.tell("me.told.second_off")
    return redirect(url_for("me.show"), 303)


@pages.post("/me/second/codes")
def recovery() -> Page:
    """Fresh recovery codes in place of the old ones."""
    app, person = here(), me()
    wrong = _not_again("second")
    if wrong is not None:
        return wrong
    if not person.second_factor:
        return redirect(url_for("me.show"), 303)
    with app.store.transaction() as session:
        codes = second.new_codes(session, app.seal, person.user_id)
        audit.write(session, now(), person.actor, "recovery", "user", person.user_id)
    return render_template("pages/me/codes.html", codes=codes)


@pages.post("/me/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Page:
    """Signs one device out."""
    person = me()
    with here().store.transaction() as session:
        if sessions.end(session, session_id, person.user_id):
            audit.write(session, now(), person.actor, "end_sessions", "user", person.user_id, count=1)
    if session_id == person.session_id:
        return show_out(redirect(url_for("doors.sign_in"), 303))
    notices.tell("me.told.ended", count=1)
    return redirect(url_for("me.show"), 303)


@pages.post("/me/sessions/end")
def end_sessions() -> Page:
    """Signs every other device out."""
    person = me()
    with here().store.transaction() as session:
        ended = sessions.end_all(session, person.user_id, person.session_id)
        if ended:
            audit.write(session, now(), person.actor, "end_sessions", "user", person.user_id, count=ended)
    notices.tell("me.told.ended", count=ended)
    return redirect(url_for("me.show"), 303)


@pages.post("/me/tokens")
def make_token() -> Page:
    """A token for another program, shown this once."""
    app, person, t = here(), me(), words()
    filled = fields.read(Token, request.form, t, "me.token", choices=_token_choices())
    if filled.value is None:
        return _page(token=filled.fields)
    given = filled.value
    try:
        with app.store.transaction() as session:
            made = tokens.make(
                session, now(), person.user_id, person.actor, given.name, given.scopes, given.days
            )
    except OutreachError as error:
        place = "scopes" if error.key in {"people.error.scopes", "people.error.scope_alone"} else "name"
        return _page(token=filled.with_error(place, t.error(error)).fields)
    return render_template("pages/me/token.html", token=made, name=given.name)


@pages.post("/me/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Page:
    """Takes a token back."""
    person = me()
    with here().store.transaction() as session:
        gone = tokens.revoke(session, now(), person.user_id, person.actor, token_id)
    if gone:
        notices.tell("me.told.revoked")
    return redirect(url_for("me.show"), 303)


def _page(**wrong: Drawn) -> Page:
    """The account's page; `wrong` is the form that needs another look, by name."""
    app, person, t = here(), me(), words()
    with app.store.reading() as session:
        account = users.one(session, person.user_id)
        held = sessions.of_user(session, person.user_id)
        left = second.codes_left(session, person.user_id) if person.second_factor else 0
        own = tokens.of_user(session, now(), person.user_id)
    assert account is not None
    drawn = {
        "password": fields.draw(NewPassword, t, "me.field"),
        "second": fields.draw(Again, t, "me.field"),
        "token": fields.draw(Token, t, "me.token", choices=_token_choices()),
    } | wrong
    page = render_template(
        "pages/me/show.html",
        account=account,
        sessions=held,
        codes_left=left,
        owed=owes_second(person),
        tokens=own,
        forms=drawn,
        wrong=tuple(wrong),
    )
    return (page, 422) if wrong else page


def _second(drawn: Drawn, status: int = 200) -> Page:
    app, person = here(), me()
    with app.store.reading() as session:
        secret = second.waiting_secret(session, app.seal, person.user_id)
    if secret is None:
        return redirect(url_for("me.show"), 303)
    told = second.address(secret, person.mail, app.office.name[words().language])
    return render_template("pages/me/second.html", secret=secret, qr=qr(told), fields=drawn), status


def _not_again(form: str) -> Page | None:
    """The page with the error where the password was not given again rightly; None if it was."""
    app, t, person = here(), words(), me()
    filled = fields.read(Again, request.form, t, "me.field")
    with app.store.reading() as session:
        account = users.one(session, person.user_id)
    if account is not None and not account.has_password:
        return None
    if filled.value is None:
        return _page(**{form: filled.fields})
    refused = entry.confirms(app, now(), person.user_id, filled.value.current, browser())
    if refused is None:
        return None
    return _page(**{form: filled.with_error("current", _refusal(refused)).fields})


def _refusal(refused: Refused) -> str:
    t = words()
    return t("doors.slow", count=refused.wait) if refused.wait else t("me.wrong_password")


def _token_choices() -> dict[str, fields.Choices]:
    t = words()
    return {
        "scopes": [
            (scope, t(f"people.scope.{scope}"))
            for scope in (*tokens.SCOPES, tokens.CREATES)
            if scope != tokens.CREATES or access.may(role(), "api.inquiries", "POST")
        ],
        "days": [(str(days), t("me.token.days_long", count=days)) for days in tokens.DAYS],
    }


def _back() -> Page:
    """To the page the person was on, without the language that its address may ask for."""
    if request.headers.get("HX-Request"):
        return Response(status=204)
    parts = urlsplit(request.headers.get("Referer", ""))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    path = parts.path if parts.netloc == request.host else ""
    target = inside(f"{path}?{urlencode(kept)}" if kept else path)
    return redirect(target or url_for("me.show"), 303)
