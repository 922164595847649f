"""Families: the board of stages without names, one family with them, and what a coordinator writes down."""

from dataclasses import dataclass, field, replace
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker import board, casework
from outreach.tracker.cases import facts
from outreach.tracker.families import Family
from outreach.tracker.same import finding
from outreach.web import familyfacts, familypage, notices, samefamily
from outreach.web.fields import draw, read, told
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("families", __name__)

Answer = str | tuple[str, int] | Response
_SHOWN = familypage.TEXTS
_CARDS = 12
_PERHAPS = 3  # so many that may be the same family are looked for when one is added


@dataclass(frozen=True)
class NewFamily:
    """A family as the coordinator hears of it. `inquiry` is the one it came by."""

    adults: int = field(metadata=told(low=0, high=20))
    children: int | None = field(default=None, metadata=told(low=0, high=20))
    municipality: str | None = None
    countries: str = field(default="", metadata=told(max=200, autocomplete="off"))
    eligible: str | None = None
    spoken: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    contacted_on: date | None = None
    name: str = field(default="", metadata=told(max=200, autocomplete="off"))
    note: str = field(default="", metadata=told("textarea", max=4000))
    inquiry: int | None = field(default=None, metadata=told("hidden", low=1))


@pages.get("/families")
def index() -> Answer:
    """The board; with `stage` the whole list of one stage."""
    stage = request.args.get("stage")
    today = familypage.local_today()
    if stage is None:
        with here().store.reading() as session:
            columns = board.columns(session, today, _CARDS)
            late = board.overdue(session, today)
            eligible = facts.eligible(session)
        return render_template(
            "pages/families/index.html",
            columns=columns,
            late=late,
            eligible=eligible,
            today=today,
            patience=board.PATIENCE,
        )
    if stage not in board.COLUMNS:
        abort(404)
    with here().store.reading() as session:
        listed = board.page(session, today, stage, board.After.parse(request.args.get("before", "")))
    return render_template("pages/families/stage.html", stage=stage, listed=listed, today=today)


@pages.get("/families/new")
def new() -> Answer:
    """An empty family, or one begun from an inquiry, whose name is opened for it: a look like any other."""
    begun: dict[str, object] = {"contacted_on": familypage.local_today().isoformat()}
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
            "spoken": [seen.language] if seen.language else [],
            "topics": [seen.topic] if seen.topic else [],
            "name": opened.words.name,
            "inquiry": number,
        }
    fields = draw(NewFamily, words(), _SHOWN, choices=familyfacts.choices())
    return render_template(
        "pages/families/new.html",
        fields=[replace(one, value=begun[one.name]) if one.name in begun else one for one in fields],
    )


@pages.post("/families/new")
def create() -> Answer:
    """Adds a family."""
    app, t = here(), words()
    filled = read(NewFamily, request.form, t, _SHOWN, choices=familyfacts.choices())
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
    return familypage.whole(household_id)


@pages.post("/families/<int:household_id>/stage")
def stage(household_id: int) -> Answer:
    """A family enters a stage."""
    t = words()
    filled = read(familypage.Entering, request.form, t, _SHOWN, choices={"stage": familypage.stages()})
    given = filled.value
    if given is not None:
        try:
            with here().store.transaction() as session:
                casework.enter(
                    session, now(), me().actor, household_id, given.stage, given.entered_on, given.people
                )
        except OutreachError as error:
            filled = familypage.refused(filled, error, "entered_on")
    if filled.value is None:
        return familypage.whole(household_id, filled), 422
    notices.tell("families.told.entered", number=str(household_id))
    return redirect(url_for(".one", household_id=household_id), 303)


@pages.post("/families/<int:household_id>/resize")
def resize(household_id: int) -> Answer:
    """A family has become larger or smaller."""
    filled = read(familypage.Resizing, request.form, words(), _SHOWN)
    given = filled.value
    if given is not None:
        try:
            with here().store.transaction() as session:
                casework.resize(session, now(), me().actor, household_id, given.adults, given.children)
        except OutreachError as error:
            filled = familypage.refused(filled, error, "adults")
    if filled.value is None:
        return familypage.whole(household_id, filled), 422
    notices.tell("families.told.resized", number=str(household_id))
    return redirect(url_for(".one", household_id=household_id), 303)


_FIELD_OF = {**familyfacts.FIELD_OF, "tracker.error.future": "contacted_on", "tracker.error.inquiry": "inquiry"}


def _family(given: NewFamily) -> Family:
    return Family(
        given.adults,
        given.children or 0,
        given.municipality,
        familyfacts.split(given.countries),
        familyfacts.eligibility(given.eligible),
        given.name or None,
        given.note or None,
        given.spoken,
        given.topics,
    )
