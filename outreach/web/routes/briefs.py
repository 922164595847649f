"""For paper: a campaign's brief, and a month or a week of the calendar, as PDF."""

from datetime import date

from flask import Blueprint, Response, abort, request

from campaigns import agenda, campaign_links, overview, queries
from campaigns.moments import expand, read_moments
from campaigns.planning import reading
from outreach.core import typeset
from outreach.core.clock import local_day
from outreach.people import users
from outreach.web import uploads
from outreach.web.printed import brief, calendar, reach, sheet, thumbs
from outreach.web.visit import here, now, only_place, words

pages = Blueprint("briefs", __name__)

_FIRST, _LAST = date(1991, 1, 1), date(2199, 12, 31)
_DELIVERIES = 3000  # of a month; what has no room is counted


@pages.get("/campaigns/<int:campaign_id>/brief.pdf")
def pdf(campaign_id: int) -> Response:
    """A campaign on one or two pages; a partner's copy has neither posts' words nor money."""
    known = _known(campaign_id)
    data = brief.told(words(), known, now(), here().settings.zone)
    return _document("brief", known.campaign.name, data, words()("brief.file", number=str(campaign_id)))


@pages.get("/calendar.pdf", endpoint="calendar")
def calendar_page() -> Response:
    """A month (`view=month`) or a week in which `day` lies."""
    app, t = here(), words()
    zone = app.settings.zone
    today = local_day(now(), zone)
    view = request.args.get("view", "")
    view = view if view in calendar.VIEWS else "week"
    day = _day(request.args.get("day", ""), today)
    first, last = agenda.span(view, day)
    since, until = agenda.moments_between(first, last, zone)
    place = only_place()
    with app.store.reading() as session:
        deliveries = queries.deliveries_between(session, since, until, place=place, limit=_DELIVERIES)
        campaigns = overview.stretches(session, first, last, place=place)
        steps = reading.steps_between(session, first, last, place=place)
    moments = expand(read_moments(app.office.calendar), first, last)
    planned = calendar.Planned(first, last, deliveries, campaigns, steps, moments)
    data = calendar.told(t, view, day, planned, zone, today)
    name = t("brief.calendar_file", day=f"{day:%Y-%m}" if view == "month" else first.isoformat())
    return _document("calendar", str(data["title"]), data, name)


def _known(campaign_id: int) -> brief.Known:
    app, place = here(), only_place()
    today = local_day(now(), app.settings.zone)
    with app.store.reading() as session:
        campaign = overview.campaign(session, campaign_id, place=place)
        if campaign is None:
            abort(404)
        owners = {user.mail: user.name for user in users.every(session)} if campaign.owner else {}
        picture = campaign.picture
        shows = picture is not None and thumbs.may_show(session, picture.name, today)
        known = brief.Known(
            campaign=campaign,
            steps=reading.steps(session, campaign_id),
            posts=overview.posts(session, campaign_id),
            deliveries=queries.deliveries_of_campaign(session, campaign_id),
            links=campaign_links.of_campaign(session, campaign_id),
            reached=reach.so_far(session, campaign, now(), app.settings.zone, outside=place is not None),
            spent=reading.spent(session, campaign_id) if place is None else None,
            owner=owners.get(campaign.owner or "", ""),
            picture=None,
            texts=place is None,
            address=f"{app.settings.web.public_url}/k",
        )
    if picture is None or not shows:
        return known
    return brief.with_picture(known, thumbs.thumb(uploads.media(app.settings), picture.name))


def _document(template: str, title: str, data: dict[str, object], name: str) -> Response:
    app, t = here(), words()
    zone = app.settings.zone
    about = sheet.about(t, app.office, title, local_day(now(), zone))
    whole = {**data, "foot": sheet.foot(t, app.office, now(), zone)}
    answer = Response(typeset.pdf(template, about, whole, fonts=sheet.FONTS), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _day(text: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return min(max(day, _FIRST), _LAST)
