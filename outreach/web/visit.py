"""One visit: who asks, in which language, from where. Read once a request; pages ask it here."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, g, request
from markupsafe import Markup

from outreach.core.app import App
from outreach.core.text import LANGUAGES, PUBLIC_LANGUAGES, Words
from outreach.people import second, sessions
from outreach.people.jobs import limits_of
from outreach.people.sessions import Person
from outreach.web import csrf
from outreach.web.access import PUBLIC, SEES_FAMILIES, STRANGER

HIGHEST = 2**31 - 1  # of the stores' numbers


def here() -> App:
    """The App behind the page that is being made."""
    app: App = current_app.extensions["outreach"]
    return app


def now() -> datetime:
    """The moment this visit began: one page speaks of one moment."""
    if "now" not in g:
        g.now = here().clock.now()
    moment: datetime = g.now
    return moment


def is_secure() -> bool:
    """Whether the office is reached by TLS."""
    return here().settings.web.public_url.startswith("https://")


def session_cookie() -> str:
    """The session cookie's name; behind TLS the browser itself holds it to this host."""
    return "__Host-outreach" if is_secure() else "outreach"


def visitor_cookie() -> str:
    """The cookie that binds a form before the sign-in to its browser; it says nothing of who that is."""
    return f"{session_cookie()}-door"


def who() -> Person | None:
    """The person who is signed in, a second factor given where one is owed; None for a stranger."""
    person = _held()
    return person if person is not None and _is_whole(person) else None


def half() -> Person | None:
    """The person who has given the password and still owes the second factor."""
    person = _held()
    return person if person is not None and not _is_whole(person) else None


def me() -> Person:
    """The person who is signed in; only for pages that no stranger reaches."""
    person = who()
    assert person is not None
    return person


def role() -> str:
    """The role that asks."""
    person = who()
    return person.role if person is not None else STRANGER


def only_place() -> str | None:
    """The one municipality this person may see; None for those who see all.

    A partner whose account names none sees nothing: the empty name is no place's.
    """
    person = who()
    return (person.place or "") if person is not None and person.role == "partner" else None


def address() -> str:
    """Where the visit comes from, the proxies that are trusted taken off."""
    return request.remote_addr or ""


def device() -> str:
    """Browser and system in a few words: enough for a person to know their own, no more."""
    agent = request.user_agent.string
    browser = next(
        (
            name
            for sign, name in (
                ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
                ("Safari/", "Safari"), ("python-requests", "Python"), ("curl/", "curl"),
            )
            if sign in agent
        ),
        "?",
    )
    system = next(
        (
            name
            for sign, name in (
                ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
                ("Mac OS", "macOS"), ("Linux", "Linux"),
            )
            if sign in agent
        ),
        "?",
    )
    return f"{browser}, {system}"


def words() -> Words:
    """The reader's words: the person's own choice, else what the address asks for, the browser's, the office's."""
    return here().texts.in_language(language())


def language() -> str:
    """The language this page speaks; Russian on the public pages alone, for only they have it whole."""
    offered = PUBLIC_LANGUAGES if is_public() else LANGUAGES
    asked = request.args.get("lang")
    if asked is not None and asked in offered:
        return asked
    person = _held()
    if person is not None and person.language in offered:
        return person.language
    office: str = here().settings.office.language
    if person is None:
        return request.accept_languages.best_match(offered) or office
    return office


def is_public() -> bool:
    """Whether this page is for strangers: it then shows nothing of the office's work."""
    endpoint = request.endpoint
    return endpoint is None or endpoint == "static" or endpoint.partition(".")[0] in PUBLIC


def csrf_token() -> str:
    """The token for the forms of this page; another page's is another."""
    bond = bound_to()
    if g.get("csrf_of") != bond:  # a page that signs in or out changes hands half-way
        g.csrf_of, g.csrf = bond, csrf.token(here().seal, bond)
    drawn: str = g.csrf
    return drawn


def csrf_field() -> Markup:
    """The hidden field every form that changes something carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, csrf_token())


def bound_to() -> str:
    """What this visit's forms are bound to: the session, or the visitor's cookie, which is set if it is not there."""
    person = _held()
    if person is not None:
        return f"session:{person.session_id}"
    if "visitor" not in g:
        g.visitor = request.cookies.get(visitor_cookie()) or secrets.token_urlsafe(18)
        g.visitor_is_new = visitor_cookie() not in request.cookies
    return f"visitor:{g.visitor}"


def number_in(name: str) -> int | None:
    """A row's number that the address gives under this name; None for what is none."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= HIGHEST else None


def inside(target: str | None) -> str | None:
    """`target` if it is an address on these pages, to go on to after the sign-in; None for every other."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(letter) < 33 for letter in target):
        return None
    return target


def _is_whole(person: Person) -> bool:
    """Whether the session opens the office. The rule is asked anew at every visit: one that has become stricter
    since, or a person's factor that is gone, leaves a session that began whole with a factor to give.
    """
    return person.full and (person.proved or not owes_second(person))


def owes_second(person: Person) -> bool:
    """Whether the office asks a second factor of this person."""
    return second.is_owed(here().settings.people.second_factor, person.role in SEES_FAMILIES)


def _held() -> Person | None:
    if "person" not in g:
        g.person = None
        token = request.cookies.get(session_cookie())
        if token and request.endpoint != "static":
            app = here()
            with app.store.asking() as connection:
                g.person = sessions.person_of(connection, now(), limits_of(app), token)
    person: Person | None = g.person
    return person
