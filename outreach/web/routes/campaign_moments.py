"""From what the year brings to a campaign: the moments ahead, and the plan for one before it is made."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import editing, moments
from campaigns.moments import Moment
from campaigns.planning import days, plans, proposal, steps
from campaigns.planning.about import About
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.tracker.places import read_places
from outreach.web import campaignform, fields, notices
from outreach.web.visit import here, me, now, words

pages = Blueprint("campaign_moments", __name__)

_YEAR = timedelta(days=365)
# How far around a moment its steps may lie.
_AROUND = timedelta(days=430)
_TEXTS = "planning.campaign"


@dataclass(frozen=True)
class MomentForm:
    """What of a proposed campaign a person may say otherwise before it is made."""

    name: str = field(metadata=fields.told(max=200))
    starts_on: date
    ends_on: date | None = None
    language: str = ""
    countries: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """A moment with the plan for it, and the campaign that would follow."""

    moment: Moment
    plan: plans.Plan
    proposal: proposal.Proposal


@pages.get("/campaigns/moments")
def index() -> str:
    """What the next twelve months bring."""
    app = here()
    today = local_day(now(), app.settings.zone)
    found = moments.expand(moments.read_moments(app.office.calendar), today, today + _YEAR)
    known = plans.read_plans(app.office.folder)
    # What runs already stands in the month that it is still to be used in.
    ordered = sorted(found, key=lambda one: max(one.starts_on, today))
    months = [
        (first, [(one, plans.plan_for(known, one) if _is_offered(one) else None) for one in group])
        for first, group in groupby(ordered, key=lambda one: max(one.starts_on, today).replace(day=1))
    ]
    return render_template("pages/campaigns/moments.html", months=months, today=today)


@pages.get("/campaigns/moments/<key>/<day>")
def show(key: str, day: str) -> str:
    """The plan that would be made, to look over."""
    planned = _planned(key, day)
    told = MomentForm(_name(planned.moment), planned.proposal.starts_on, planned.proposal.ends_on)
    drawn = fields.draw(MomentForm, words(), _TEXTS, value=told, choices=_choices())
    return _page(planned, drawn)


@pages.post("/campaigns/moments/<key>/<day>")
def make(key: str, day: str) -> AnyResponse | tuple[str, int]:
    """Makes the campaign with the steps that were kept."""
    planned = _planned(key, day)
    sent = fields.read(MomentForm, request.form, words(), _TEXTS, choices=_choices())
    keep = set(request.form.getlist("keep"))
    if sent.value is None:
        return _page(planned, sent.fields, keep), 422
    told, language = sent.value, words().language
    chosen = [
        steps.NewStep(step.kind, step.names[language], step.due_on, step.days)
        for step in planned.proposal.steps
        if str(step.place) in keep
    ]
    try:
        with here().store.transaction() as session:
            made = editing.start(
                session,
                now(),
                told.name,
                told.starts_on,
                told.ends_on,
                told.language or None,
                municipalities=told.municipalities,
                about=About(countries=told.countries, owner=me().actor),
                moment=planned.moment.key,
                anchor_on=planned.proposal.anchor_on,
            ).id
            steps.put(session, made, chosen)
            audit.write(session, now(), me().actor, "add", "campaign", made, moment=planned.moment.key)
    except OutreachError as error:
        return _page(planned, sent.with_error("ends_on", words().error(error)).fields, keep), 422
    notices.tell("plan.told.made", name=told.name, count=len(chosen))
    return redirect(url_for("campaigns.one", campaign_id=made), 303)


def _page(planned: Planned, shown: tuple[fields.FieldShown, ...], keep: set[str] | None = None) -> str:
    return render_template(
        "pages/campaigns/moment.html",
        moment=planned.moment,
        plan=planned.plan,
        proposal=planned.proposal,
        fields=shown,
        keep=keep if keep is not None else {str(step.place) for step in planned.proposal.steps},
    )


def _planned(key: str, day: str) -> Planned:
    app = here()
    today = local_day(now(), app.settings.zone)
    try:
        first = date.fromisoformat(day)
    except ValueError:
        abort(404)
    if abs((first - today).days) > 2 * _YEAR.days:
        abort(404)
    table = moments.read_moments(app.office.calendar)
    around = moments.expand(table, first - _AROUND, first + _AROUND)
    moment = next((one for one in around if one.key == key and one.starts_on == first), None)
    if moment is None or not _is_offered(moment) or moment.ends_on < today:
        abort(404)
    plan = plans.plan_for(plans.read_plans(app.office.folder), moment)
    return Planned(moment, plan, proposal.propose(plan, moment, days.closed_days(around), today))


def _is_offered(moment: Moment) -> bool:
    """Nothing is planned towards a quiet day, nor towards a day off of which nobody has said what it is good for."""
    return not moment.quiet and not moment.moved and bool(moment.use or not moment.day_off)


def _name(moment: Moment) -> str:
    called = moment.names.get(words().language) or moment.names["lv"]
    return f"{called} {moment.starts_on.year}"


def _choices() -> dict[str, fields.Choices]:
    known = read_places(here().office.places).municipalities
    return {**campaignform.audience_choices(words()), "municipalities": [(place, place) for place in known]}
