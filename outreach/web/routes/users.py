"""Settings, accounts: who works here, invited, changed, switched off and on. Administrators only."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES
from outreach.people import audit, keys, sessions, users
from outreach.people.models import COMMS, ROLES
from outreach.people.users import Account, UserSeen
from outreach.tracker.places import read_places
from outreach.web import fields, notices
from outreach.web.deeds import said
from outreach.web.visit import here, me, now, words

pages = Blueprint("users", __name__)

Page = str | tuple[str, int] | AnyResponse
Drawn = tuple[fields.FieldShown, ...]
# Which field of the form an error belongs to.
_PLACES = {
    "people.error.mail_taken": "mail",
    "people.error.mail": "mail",
    "people.error.place": "place",
    "people.error.role": "role",
    "people.error.last_administrator": "role",
}


@dataclass(frozen=True, kw_only=True)
class Invitation:
    mail: str = field(metadata=fields.told("email", max=254, autocomplete="off"))
    name: str = field(metadata=fields.told(max=120, autocomplete="off"))
    role: str
    place: str | None = None
    language: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    name: str = field(metadata=fields.told(max=120, autocomplete="off"))
    role: str
    place: str | None = None
    language: str


@pages.get("/settings/users")
def index() -> Page:
    """Everybody with an account."""
    with here().store.reading() as session:
        people = users.every(session)
    return render_template("pages/users/index.html", people=people)


@pages.get("/settings/users/new")
def new() -> Page:
    """The form of an invitation."""
    blank = Invitation(mail="", name="", role=COMMS, language=here().settings.office.language)
    return _new(fields.draw(Invitation, words(), "people.field", value=blank, choices=_choices()))


@pages.post("/settings/users/new")
def create() -> Page:
    """Makes the account; its invitation goes by mail."""
    t = words()
    filled = fields.read(Invitation, request.form, t, "people.field", choices=_choices())
    if filled.value is None:
        return _new(filled.fields), 422
    given = filled.value
    account = Account(given.mail, given.name, given.role, given.place, given.language)
    try:
        with here().store.transaction() as session:
            user_id = users.add(session, now(), me().actor, account)
            keys.mail(session, now(), "welcome", user_id)
    except OutreachError as error:
        return _new(filled.with_error(_PLACES.get(error.key, "name"), t.error(error)).fields), 422
    notices.tell("people.told.invited", mail=given.mail)
    return redirect(url_for("users.one", user_id=user_id), 303)


@pages.get("/settings/users/<int:user_id>")
def one(user_id: int) -> Page:
    """One account."""
    user = _user(user_id)
    value = Changed(name=user.name, role=user.role, place=user.place, language=user.language)
    return _one(user, fields.draw(Changed, words(), "people.field", value=value, choices=_choices(user.place)))


@pages.post("/settings/users/<int:user_id>")
def change(user_id: int) -> Page:
    """Another name, role, place or language."""
    t, user = words(), _user(user_id)
    filled = fields.read(Changed, request.form, t, "people.field", choices=_choices(user.place))
    if filled.value is None:
        return _one(user, filled.fields), 422
    given = filled.value
    account = Account(user.mail, given.name, given.role, given.place, given.language)
    try:
        with here().store.transaction() as session:
            users.change(session, now(), me().actor, user_id, account)
    except OutreachError as error:
        return _one(user, filled.with_error(_PLACES.get(error.key, "name"), t.error(error)).fields), 422
    notices.tell("people.told.changed", name=given.name)
    return redirect(url_for("users.one", user_id=user_id), 303)


@pages.post("/settings/users/<int:user_id>/switch")
def switch(user_id: int) -> Page:
    """Switches an account off, or on again, as the button says: pressed twice it is not pressed back."""
    user = _user(user_id)
    if request.form.get("do") not in {"disable", "enable"}:
        abort(400)
    off = request.form["do"] == "disable"
    try:
        with here().store.transaction() as session:
            (users.disable if off else users.enable)(session, now(), me().actor, user_id)
    except OutreachError as error:
        return _refused(error, user_id)
    notices.tell("people.told.disabled" if off else "people.told.enabled", name=user.name)
    return redirect(url_for("users.one", user_id=user_id), 303)


@pages.post("/settings/users/<int:user_id>/reset")
def reset(user_id: int) -> Page:
    """A link by mail: the invitation once more, or a new password."""
    user = _user(user_id)
    try:
        with here().store.transaction() as session:
            kind = users.link_kind(session, user_id)
            keys.mail(session, now(), kind, user_id)
            audit.write(session, now(), me().actor, "reset", "user", user_id)
    except OutreachError as error:
        return _refused(error, user_id)
    notices.tell("people.told.link", mail=user.mail)
    return redirect(url_for("users.one", user_id=user_id), 303)


@pages.post("/settings/users/<int:user_id>/second")
def drop_second(user_id: int) -> Page:
    """Takes a lost second factor away; the person sets a new one up."""
    user = _user(user_id)
    with here().store.transaction() as session:
        users.drop_second(session, now(), me().actor, user_id)
    notices.tell("people.told.second_off", name=user.name)
    return redirect(url_for("users.one", user_id=user_id), 303)


@pages.post("/settings/users/<int:user_id>/sessions")
def end_sessions(user_id: int) -> Page:
    """Signs every device of the account out."""
    user = _user(user_id)
    with here().store.transaction() as session:
        ended = sessions.end_all(session, user_id)
        audit.write(session, now(), me().actor, "end_sessions", "user", user_id, count=ended)
    notices.tell("me.told.ended", count=ended)
    return redirect(url_for("users.one", user_id=user.id), 303)


def _refused(error: OutreachError, user_id: int) -> Page:
    facts: dict[str, Any] = dict(error.facts)
    notices.tell(error.key, tone="person", **facts)
    return redirect(url_for("users.one", user_id=user_id), 303)


def _user(user_id: int) -> UserSeen:
    with here().store.reading() as session:
        user = users.one(session, user_id)
    if user is None:
        abort(404)
    return user


def _new(drawn: Drawn) -> str:
    return render_template("pages/users/new.html", fields=drawn)


def _one(user: UserSeen, drawn: Drawn) -> str:
    with here().store.reading() as session:
        held = sessions.of_user(session, user.id)
        done = audit.entries(session, audit.Chosen(subject_kind="user", subject_id=user.id), limit=10)
    return render_template("pages/users/one.html", user=user, fields=drawn, sessions=held, done=done, said=said)


def _choices(kept: str | None = None) -> dict[str, fields.Choices]:
    t = words()
    places = list(read_places(here().office.places).municipalities)
    if kept and kept not in places:
        places.append(kept)
    return {
        "role": [(role, t(f"people.role.{role}")) for role in ROLES],
        "place": [("", t("people.no_place")), *((place, place) for place in places)],
        "language": [(language, t(f"public.language.{language}")) for language in LANGUAGES],
    }
