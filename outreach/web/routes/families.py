"""Families: the board of stages without names, one family with them, and what a coordinator writes down."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.tracker import board, casework, privacy
from outreach.tracker.families import Family
from outreach.tracker.letters import seeing
from outreach.tracker.models import STAGES
from outreach.tracker.places import read_places
from outreach.tracker.same import finding, joining
from outreach.web import notices, samefamily
from outreach.web.fields import Choices, Filled, draw, read, told
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("families", __name__)

Answer = str | tuple[str, int] | Response
_SHOWN = "families.family"
_CARDS = 12
_PERHAPS = 3  # so many that may be the same family stand on its page
T = TypeVar("T")


@dataclass(frozen=True)
class NewFamily:
    """A family as the coordinator hears of it. `inquiry` is the one it came by."""

    adults: int = field(metadata=told(low=0, high=20))
    children: int | None = field(default=None, metadata=told(low=0, high=20))
    municipality: str | None = None
    countries: str = field(default="", metadata=told(max=200, autocomplete="off"))
    eligible: str | None = None
    contacted_on: date | None = None
    name: str = field(default="", metadata=told(max=200, autocomplete="off"))
    note: str = field(default="", metadata=told("textarea", max=4000))
    inquiry: int | None = field(default=None, metadata=told("hidden", low=1))


@dataclass(frozen=True)
class Entering:
    """A stage that was reached; without `people` as many as the family has now."""

    stage: str
    entered_on: date
    people: int | None = field(default=None, metadata=told(low=0, high=40))


@dataclass(frozen=True)
class Resizing:
    """How many they are now."""

    adults: int = field(metadata=told(low=0, high=20))
    children: int = field(metadata=told(low=0, high=20))


@dataclass(frozen=True)
class Erasing:
    """The family's own number, typed again."""

    confirm: str = field(metadata=told(max=12, autocomplete="off"))


Sent = Filled[Entering] | Filled[Resizing] | Filled[Erasing]


@pages.get("/families")
def index() -> Answer:
    """The board; with `stage` the whole list of one stage."""
    stage = request.args.get("stage")
    today = _today()
    if stage is None:
        with here().store.reading() as session:
            columns = board.columns(session, today, _CARDS)
            late = board.overdue(session, today)
        return render_template("pages/families/index.html", columns=columns, late=late, patience=board.PATIENCE)
    if stage not in board.COLUMNS:
        abort(404)
    with here().store.reading() as session:
        listed = board.page(session, today, stage, board.After.parse(request.args.get("before", "")))
    return render_template("pages/families/stage.html", stage=stage, listed=listed, patience=board.PATIENCE)


@pages.get("/families/new")
def new() -> Answer:
    """An empty family, or one begun from an inquiry, whose name is opened for it: a look like any other."""
    begun: dict[str, object] = {"contacted_on": _today().isoformat()}
    number = number_in("inquiry")
    if number is not None:
        app = here()
        with app.store.transaction() as session:
            opened = casework.open_inquiry(session, now(), me().actor, app.seal, number)
        if opened is None:
            abort(404)
        seen = opened.seen
        begun |= {
            "adults": seen.people or "",
            "municipality": seen.municipality or "",
            "countries": words().country(seen.country) if seen.country else "",
            "name": opened.words.name,
            "inquiry": number,
        }
    fields = draw(NewFamily, words(), _SHOWN, choices=_choices())
    return render_template(
        "pages/families/new.html",
        fields=[replace(one, value=begun[one.name]) if one.name in begun else one for one in fields],
    )


@pages.post("/families/new")
def create() -> Answer:
    """Adds a family."""
    app, t = here(), words()
    filled = read(NewFamily, request.form, t, _SHOWN, choices=_choices())
    given = filled.value
    number = None
    perhaps: list[finding.Candidate] = []
    if given is not None:
        try:
            with app.store.transaction() as session:
                number = casework.add_family(
                    session,
                    now(),
                    me().actor,
                    app.seal,
                    _family(given),
                    contacted_on=given.contacted_on,
                    inquiry_id=given.inquiry,
                )
                perhaps = finding.of_family(session, number, _PERHAPS)
        except OutreachError as error:
            filled = filled.with_error(_FIELD_OF.get(error.key, "adults"), t.error(error))
    if number is None:
        return render_template("pages/families/new.html", fields=filled.fields), 422
    notices.tell("families.told.added", number=str(number))
    samefamily.tell(perhaps)
    return redirect(url_for(".one", household_id=number), 303)


@pages.get("/families/<int:household_id>")
def one(household_id: int) -> Answer:
    """One family with its words; opening it is written down."""
    return _one_page(household_id)


@pages.post("/families/<int:household_id>/stage")
def stage(household_id: int) -> Answer:
    """A family enters a stage."""
    t = words()
    filled = read(Entering, request.form, t, _SHOWN, choices={"stage": _stages()})
    given = filled.value
    if given is not None:
        try:
            with here().store.transaction() as session:
                casework.enter(
                    session, now(), me().actor, household_id, given.stage, given.entered_on, given.people
                )
        except OutreachError as error:
            filled = _refused(filled, error, "entered_on")
    if filled.value is None:
        return _one_page(household_id, filled), 422
    notices.tell("families.told.entered", number=str(household_id))
    return redirect(url_for(".one", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/resize")
def resize(household_id: int) -> Answer:
    """A family has become larger or smaller."""
    filled = read(Resizing, request.form, words(), _SHOWN)
    given = filled.value
    if given is not None:
        try:
            with here().store.transaction() as session:
                casework.resize(session, now(), me().actor, household_id, given.adults, given.children)
        except OutreachError as error:
            filled = _refused(filled, error, "adults")
    if filled.value is None:
        return _one_page(household_id, filled), 422
    notices.tell("families.told.resized", number=str(household_id))
    return redirect(url_for(".one", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/erase")
def erase(household_id: int) -> Answer:
    """Erases what is personal in a family and its inquiries, once the number has been typed again."""
    app, t = here(), words()
    filled = read(Erasing, request.form, t, _SHOWN)
    if filled.value is not None and filled.value.confirm != str(household_id):
        filled = filled.with_error("confirm", t("families.erase.other", number=str(household_id)))
    if filled.value is not None:
        try:
            with app.store.transaction() as session:
                privacy.erase_family(session, now(), me().actor, household_id)
        except OutreachError as error:
            filled = _refused(filled, error, "confirm")
    if filled.value is None:
        return _one_page(household_id, filled), 422
    privacy.clear(app)
    notices.tell("families.told.family_erased", number=str(household_id))
    return redirect(url_for(".one", household_id=household_id), 303)


_FIELD_OF = {
    "tracker.error.country": "countries",
    "tracker.error.place": "municipality",
    "tracker.error.future": "contacted_on",
    "tracker.error.inquiry": "inquiry",
}


def _refused(filled: Filled[T], error: OutreachError, name: str) -> Filled[T]:
    """The form with what the tracker says against it; a family that is not there has no page to say it on."""
    if error.key == "tracker.error.household":
        abort(404)
    return filled.with_error(name, words().error(error))


def _one_page(household_id: int, *sent: Sent) -> str:
    """One family's page; `sent` are its forms that did not fit. Every drawing of it is a look."""
    app, t = here(), words()
    with app.store.transaction() as session:
        opened = casework.open_family(session, now(), me().actor, app.seal, household_id)
        perhaps = samefamily.of_family(session, opened.seen, _PERHAPS) if opened is not None else []
        letters = seeing.count_of(session, household_id=household_id)
        merges = joining.standing(session, household_id)
    if opened is None:
        abort(404)
    last = opened.stages[-1].stage if opened.stages else STAGES[0]
    today = _today()
    forms = {
        "stage": draw(
            Entering, t, _SHOWN, value=Entering(_next(last), today), choices={"stage": _stages()}
        ),
        "resize": draw(Resizing, t, _SHOWN, value=Resizing(opened.seen.adults, opened.seen.children)),
        "erase": draw(Erasing, t, _SHOWN),
    }
    for filled in sent:
        names = tuple(one.name for one in filled.fields)
        forms |= {form: filled.fields for form, fields in forms.items() if tuple(one.name for one in fields) == names}
    waits = (today - opened.stages[-1].entered_on).days if opened.stages else None
    late = waits is not None and last in board.PATIENCE and waits > board.PATIENCE[last]
    return render_template(
        "pages/families/one.html",
        family=opened,
        forms=forms,
        waits=waits,
        late=late,
        perhaps=perhaps,
        letters=letters,
        merges=merges,
    )


def _next(stage: str) -> str:
    """The stage that mostly follows."""
    return {"contacted": "offer_sent", "offer_sent": "planning", "planning": "returned_supported"}.get(stage, stage)


def _family(given: NewFamily) -> Family:
    told_countries = tuple(part.strip() for part in given.countries.split(",") if part.strip())
    return Family(
        given.adults,
        given.children or 0,
        given.municipality,
        told_countries,
        {"yes": True, "no": False}.get(given.eligible or ""),
        given.name or None,
        given.note or None,
    )


def _choices() -> dict[str, Choices]:
    t = words()
    unknown = [("", t("families.family.unknown"))]
    places = read_places(here().office.places).municipalities
    return {
        "municipality": [*unknown, *((name, name) for name in places)],
        "eligible": [*unknown, *((name, t(f"families.family.eligible.{name}")) for name in ("yes", "no"))],
    }


def _stages() -> Choices:
    t = words()
    return [(name, t(f"tracker.stage.{name}")) for name in STAGES]


def _today() -> date:
    return local_day(now(), here().settings.zone)
