"""Addresses for calendar programs: one's own list of them, and the calendar behind each, without a sign-in.

The secret in the address is the key. What is behind it is looked up anew at each fetch: it shows what its owner may see
today, and nothing once the account is switched off.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns import agenda, overview, queries
from campaigns.feeds import moved_between, moved_of_campaign, names
from campaigns.moments import expand, read_moments
from campaigns.overview import Stretch
from campaigns.planning import reading
from outreach.core import ics
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import feeds, throttle
from outreach.people.feeds import FeedOwner
from outreach.people.models import PARTNER
from outreach.web import access, fields, notices
from outreach.web.api.calling import Allowance
from outreach.web.calendarfeed import Plan, Reader, events
from outreach.web.visit import address, here, me, now, only_place, words

pages = Blueprint("feeds", __name__)

# A program that asks every two seconds is broken; who guesses is stopped long before that is worth it.
_A_MINUTE = 30
_REFRESH = timedelta(hours=1)
# What a calendar shows of the past, and how far it looks ahead.
_BACK, _AHEAD = timedelta(days=60), timedelta(days=400)
_DELIVERIES, _STEPS, _CAMPAIGNS = 3000, 1000, 300
_TOLD = ("campaign", "step", "post")


@dataclass(frozen=True)
class FeedForm:
    """Which calendar: the whole plan, or one campaign's number."""

    campaign: str = ""
    moments: bool = False


@pages.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["outreach.feeds"] = Allowance(most=_A_MINUTE)


@pages.get("/me/calendars")
def index() -> str:
    """One's own addresses, and a form for another; `campaign` in the address chooses one beforehand."""
    return _page(fields.draw(FeedForm, words(), "feeds.field", value=_wished(), choices=_choices()))


@pages.post("/me/calendars")
def make() -> str | tuple[str, int]:
    """A new address, shown this once."""
    t, person = words(), me()
    sent = fields.read(FeedForm, request.form, t, "feeds.field", choices=_choices())
    if sent.value is None:
        return _page(sent.fields), 422
    number = int(sent.value.campaign) if sent.value.campaign else None
    try:
        with here().store.transaction() as session:
            token = feeds.make(session, now(), person.user_id, person.actor, number)
    except OutreachError as error:
        return _page(sent.with_error("campaign", t.error(error)).fields), 422
    path = url_for("feeds.calendar", token=token)
    whole = here().settings.web.public_url + path + ("?moments=1" if sent.value.moments else "")
    return render_template(
        "pages/feeds/made.html",
        address=whole,
        subscribe=f"webcal://{whole.partition('://')[2]}",
        name=dict(_choices()["campaign"])[sent.value.campaign],
    )


@pages.post("/me/calendars/<int:feed_id>/end")
def end(feed_id: int) -> AnyResponse:
    """Ends an address: what fetches it finds nothing any more."""
    person = me()
    with here().store.transaction() as session:
        gone = feeds.end(session, now(), person.user_id, person.actor, feed_id)
    if gone:
        notices.tell("feeds.told.ended")
    return redirect(url_for("feeds.index"), 303)


@pages.get("/calendar/feed/<token>.ics")
def calendar(token: str) -> Response:
    """The calendar behind an address."""
    app = here()
    with app.store.reading() as session:
        owner = feeds.owner_of(session, now(), token)
    # Who asks for what is not there is counted by where they are, an owner's programs by their address.
    asking = f"feed:{owner.feed_id}" if owner is not None else f"none:{throttle.neighbourhood(address())}"
    allowance: Allowance = current_app.extensions["outreach.feeds"]
    if seconds := allowance.wait(asking, now()):
        return Response(status=429, headers={"Retry-After": str(seconds)}, mimetype="text/plain")
    if owner is None or owner.role not in access.roles_of("calendar.show", "GET"):
        abort(404)
    if owner.stale:
        with app.store.transaction() as session:
            feeds.touch(session, now(), owner.feed_id)
    body = _written(owner)
    answer = Response(body, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    # The owner's program may keep it and ask whether it has changed; nobody between may.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    answer.headers["Content-Disposition"] = 'inline; filename="plan.ics"'
    answer.make_conditional(request)
    return answer


def _written(owner: FeedOwner) -> bytes:
    app = here()
    t = app.texts.in_language(owner.language)
    plan, title = _plan(owner)
    public = app.settings.web.public_url
    opens = access.may(owner.role, "deliveries.one")
    reader = Reader(
        t=t,
        host=urlsplit(public).hostname or "localhost",
        campaign_url=lambda number: public + url_for("campaigns.one", campaign_id=number),
        delivery_url=(lambda number: public + url_for("deliveries.one", delivery_id=number)) if opens else None,
        since=owner.made_at,
    )
    office = app.office.region.get(t.language) or app.office.region["lv"]
    name = title or t("feeds.name", office=office)
    return ics.written(name, t.language, app.settings.zone.key, _REFRESH, events(plan, reader))


def _plan(owner: FeedOwner) -> tuple[Plan, str]:
    """What the owner may see today, and the campaign's name where the feed is of one."""
    app = here()
    zone = app.settings.zone
    today = local_day(now(), zone)
    first, last = today - _BACK, today + _AHEAD
    since, until = agenda.moments_between(first, last, zone)
    place = (owner.place or "") if owner.role == PARTNER else None
    moments = expand(read_moments(app.office.calendar), first, last) if request.args.get("moments") == "1" else []
    with app.store.reading() as session:
        touched = feeds.touched(session, _TOLD)
        if owner.campaign_id is not None:
            return _of_campaign(session, owner.campaign_id, place, Plan((), (), (), moments, touched, {}))
        return (
            Plan(
                campaigns=overview.stretches(session, first, last, place=place, limit=_CAMPAIGNS),
                steps=reading.steps_between(session, first, last, place=place, limit=_STEPS),
                deliveries=queries.deliveries_between(session, since, until, place=place, limit=_DELIVERIES),
                moments=moments,
                touched=touched,
                moved=moved_between(session, since, until),
            ),
            "",
        )


def _of_campaign(session: Session, number: int, place: str | None, empty: Plan) -> tuple[Plan, str]:
    """One campaign's plan; an empty one where it is not the owner's any more, so that programs forget what they had."""
    campaign = overview.campaign(session, number, place=place)
    if campaign is None or campaign.is_template:
        return empty, ""
    deliveries = queries.deliveries_of_campaign(session, number)
    return (
        Plan(
            campaigns=(Stretch(number, campaign.name, campaign.starts_on, campaign.ends_on),),
            steps=reading.steps(session, number),
            deliveries=[row for row in deliveries if row.status != "cancelled"],
            moments=empty.moments,
            touched=empty.touched,
            moved=moved_of_campaign(session, number),
        ),
        campaign.name,
    )


def _page(form: tuple[fields.FieldShown, ...]) -> str:
    t = words()
    with here().store.reading() as session:
        held = feeds.of_user(session, me().user_id)
        known = names(session, {feed.campaign_id for feed in held if feed.campaign_id is not None}, place=only_place())
    whole = t("feeds.whole")
    named = {
        feed.id: whole if feed.campaign_id is None else known.get(feed.campaign_id, t("feeds.gone")) for feed in held
    }
    return render_template("pages/feeds/index.html", feeds=held, names=named, form=form)


def _choices() -> dict[str, fields.Choices]:
    today = local_day(now(), here().settings.zone)
    with here().store.reading() as session:
        found = overview.stretches(session, today - _BACK, today + _AHEAD, place=only_place(), limit=_CAMPAIGNS)
    return {"campaign": [("", words()("feeds.whole")), *((str(one.campaign_id), one.name) for one in found)]}


def _wished() -> FeedForm:
    return FeedForm(campaign=request.args.get("campaign", "")[:10])
