"""What the office knows of each municipality for families: by topic, in three languages, each with its day."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.text import PUBLIC_LANGUAGES
from outreach.people import audit
from outreach.tracker.offers import facts
from outreach.tracker.offers.facts import CONTACT, SUBJECTS, Fact
from outreach.tracker.places import read_places
from outreach.web import notices
from outreach.web.fields import Filled, draw, read, told
from outreach.web.visit import here, me, now, words

pages = Blueprint("municipalities", __name__, url_prefix="/settings/municipalities")

Answer = str | tuple[str, int] | Response
_FORM = "offers.fact"


@dataclass(frozen=True)
class FactForm:
    """A subject of a municipality by language; `seen` is what the form was drawn from."""

    as_of: date
    lv: str = field(default="", metadata=told("textarea", max=facts.LONGEST))
    en: str = field(default="", metadata=told("textarea", max=facts.LONGEST))
    ru: str = field(default="", metadata=told("textarea", max=facts.LONGEST))
    site: str = field(default="", metadata=told("url", max=200))
    seen: str = field(default="", metadata=told("hidden", max=60))


@dataclass(frozen=True)
class Line:
    """How much is known of a municipality: so many of its subjects in Latvian, so many of them out of date."""

    place: str
    filled: int
    stale: int
    latest: date | None


@pages.get("")
def index() -> str:
    """All municipalities and what is missing."""
    today, book = _today(), facts.read(here().settings.folder)
    rows = []
    for place in _places():
        held = [one for subject, one in book.get(place, {}).items() if subject in SUBJECTS and any(one.texts.values())]
        days = [one.as_of for one in held]
        rows.append(Line(place, len(held), sum(one.is_stale(today) for one in held), max(days, default=None)))
    return render_template("pages/municipalities/index.html", rows=rows, all=len(SUBJECTS))


@pages.get("/<place>")
def one(place: str) -> str:
    """What is known of one municipality, subject by subject."""
    held = _held(place)
    contact = held.get(CONTACT)
    return render_template(
        "pages/municipalities/one.html",
        place=place,
        held=held,
        subjects=SUBJECTS,
        today=_today(),
        tongues=PUBLIC_LANGUAGES,
        site=contact.site if contact is not None and contact.site else _profile(place),
    )


@pages.get("/<place>/<subject>")
def edit(place: str, subject: str) -> str:
    """One subject of a municipality, to be written."""
    return _edit_page(place, subject)


@pages.post("/<place>/<subject>")
def save(place: str, subject: str) -> Answer:
    """Keeps a subject; without any text it is forgotten."""
    app, t = here(), words()
    _fact(place, subject)
    filled = read(FactForm, request.form, t, _FORM)
    given = filled.value
    if given is not None and given.as_of > _today():
        filled = filled.with_error("as_of", t("offers.error.as_of"))
    if filled.value is not None:
        texts = {language: getattr(filled.value, language).replace("\r\n", "\n") for language in PUBLIC_LANGUAGES}
        site = filled.value.site if subject == CONTACT else ""
        fact = Fact(texts, filled.value.as_of, me().actor, now(), site)
        try:
            with app.store.transaction() as session:
                audit.write(session, now(), me().actor, "change", "municipality", None, place=place, subject=subject)
                facts.save(app.settings.folder, place, subject, fact, filled.value.seen)
        except OutreachError as error:
            filled = filled.with_error("lv", t.error(error))
    if filled.value is None:
        return _edit_page(place, subject, filled), 422
    notices.tell("offers.told.fact", place=place)
    return redirect(url_for(".one", place=place), 303)


def _edit_page(place: str, subject: str, sent: Filled[FactForm] | None = None) -> str:
    fact = _fact(place, subject)
    value = FactForm(_today())
    if fact is not None:
        told_by = {language: fact.texts.get(language, "") for language in PUBLIC_LANGUAGES}
        value = FactForm(_today(), **told_by, site=fact.site, seen=fact.stamp)
    if subject == CONTACT and not value.site:
        value = FactForm(value.as_of, value.lv, value.en, value.ru, _profile(place), value.seen)
    shown = sent.fields if sent is not None else draw(FactForm, words(), _FORM, value=value)
    return render_template(
        "pages/municipalities/edit.html",
        place=place,
        subject=subject,
        fact=fact,
        fields=[one for one in shown if one.name != "site" or subject == CONTACT],
    )


def _fact(place: str, subject: str) -> Fact | None:
    if subject not in SUBJECTS:
        abort(404)
    return _held(place).get(subject)


def _held(place: str) -> dict[str, Fact]:
    if place not in _places():
        abort(404)
    return dict(facts.read(here().settings.folder).get(place, {}))


def _profile(place: str) -> str:
    """The municipality's site by the office's profile."""
    return facts.profiles(here().office).get(place, facts.Profile()).site


def _places() -> tuple[str, ...]:
    return read_places(here().office.places).municipalities


def _today() -> date:
    return local_day(now(), here().settings.zone)
