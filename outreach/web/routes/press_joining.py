"""Releases by mail for strangers: asking for them, saying that it was oneself, and the way out.

A GET changes nothing, for programs that check mail follow links. Whoever asks is told the same whether the address is
known or not.
"""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.text import PUBLIC_LANGUAGES, Words
from outreach.people import throttle
from outreach.pressroom.public import subscribing
from outreach.pressroom.public.subscribing import Opening
from outreach.web import forms, publicpage
from outreach.web.visit import address, here, now, words

pages = Blueprint("press_joining", __name__)

_FORM = "press"
_LONGEST = 254
# A field that no person sees: what fills it in is a program.
_TRAP = "homepage"


@pages.get("/prese/subscription/new")
def new() -> str:
    """The form: an address and a language."""
    return _form("", words().language, "")


@pages.post("/prese/subscription/new")
def ask() -> AnyResponse | tuple[str, int]:
    """Has the question sent, and says no more than that."""
    app, t = here(), words()
    mail = request.form.get("mail", "").strip()[: _LONGEST + 1]
    language = request.form.get("language", "")
    language = language if language in PUBLIC_LANGUAGES else t.language
    if forms.message_of(app.seal, _FORM, request.form.get("token", "")) is None:
        return _form(mail, language, t("public.ask.stale")), 400
    if not subscribing.is_mail(mail):
        return _form(mail, language, t("pressroom.join.wrong")), 422
    told = redirect(url_for(".asked", lang=t.language), 303)
    if request.form.get(_TRAP):
        return told
    budget = throttle.budget(app.seal, "press", mail.lower(), address(), pool="press")
    with app.store.transaction() as session:
        wait = throttle.begin(session, now(), budget).wait
        if not wait:
            subscribing.ask(session, now(), mail, language)
    if wait:
        minutes = -(-wait // 60)
        return _form(mail, language, t("pressroom.join.wait", minutes=minutes)), 429
    return told


@pages.get("/prese/subscription/new/asked")
def asked() -> str:
    """Says that a mail is on its way."""
    return render_template("pages/press_public/asked.html", days=subscribing.OPEN.days)


@pages.get("/prese/subscription/ask/<token>")
def question(token: str) -> Response:
    """Asks once more, with one button."""
    return _question(_opened(token), token)


@pages.post("/prese/subscription/ask/<token>")
def confirm(token: str) -> Response:
    """It was they; twice is once."""
    opened = _opened(token)
    with here().store.transaction() as session:
        subscribing.confirm(session, now(), opened.subscriber_id)
    return _question(_opened(token), token)


@pages.get("/prese/subscription/<token>")
def leave(token: str) -> Response:
    """Asks whether the mails are to stop, with one button."""
    return _leave(token)


@pages.post("/prese/subscription/<token>")
def off(token: str) -> Response:
    """Stops the mails: by the button, or by one click in a mail program (RFC 8058), which has no cookie and no form."""
    number = _number(token)
    with here().store.transaction() as session:
        subscribing.leave(session, now(), number)
    return _leave(token)


def _form(mail: str, language: str, trouble: str) -> str:
    return render_template(
        "pages/press_public/join.html",
        mail=mail,
        language=language,
        trouble=trouble,
        trap=_TRAP,
        token=forms.token(here().seal, _FORM),
        days=subscribing.OPEN.days,
    )


def _opened(token: str) -> Opening:
    with here().store.reading() as session:
        opened = subscribing.opening(session, now(), token)
    if opened is None:
        abort(404)
    return opened


def _question(opened: Opening, token: str) -> Response:
    leaving = subscribing.leave_token(subscribing.key_of(here().seal), opened.subscriber_id)
    page = render_template(
        "pages/press_public/question.html", t=_words(opened.language), opened=opened, token=token, leaving=leaving
    )
    return publicpage.secretly(make_response(page))


def _number(token: str) -> int:
    number = subscribing.read_leave(subscribing.key_of(here().seal), token)
    if number is None:
        abort(404)
    return number


def _leave(token: str) -> Response:
    number = _number(token)
    with here().store.reading() as session:
        there = subscribing.one(session, number)
    t = _words(there.language) if there is not None else words()
    page = render_template("pages/press_public/leave.html", t=t, there=there, token=token)
    return publicpage.secretly(make_response(page))


def _words(language: str) -> Words:
    """The mail's own language, unless the address asks for another."""
    asked_for = request.args.get("lang", "")
    return here().texts.in_language(asked_for if asked_for in PUBLIC_LANGUAGES else language)
