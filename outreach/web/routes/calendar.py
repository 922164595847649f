"""The calendar: a week, a month or the next four weeks, whole without a script; the same things as data."""

from datetime import date, timedelta

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from sqlalchemy.orm import Session

from campaigns import agenda, overview, queries
from campaigns.audience import Audience, audience
from campaigns.moments import Moment, expand, read_moments
from outreach.core.clock import local_day
from outreach.web import access
from outreach.web.visit import here, now, only_place, role, words

pages = Blueprint("calendar", __name__)

_FIRST, _LAST = date(1991, 1, 1), date(2199, 12, 31)
_LONGEST = timedelta(days=100)


@pages.get("/calendar")
def show() -> str:
    """What goes out, which campaigns run and what the year brings."""
    app = here()
    zone = app.settings.zone
    today = local_day(now(), zone)
    view = request.args.get("view", "week")
    view = view if view in agenda.VIEWS else "week"
    day = _day(request.args.get("day", ""), today)
    first, last = agenda.span(view, day)
    moments = expand(read_moments(app.office.calendar), first, last)
    with app.store.reading() as session:
        deliveries, campaigns = _planned(session, first, last)
    before, after = agenda.neighbours(view, day)
    days = agenda.days(first, last, zone, deliveries, moments)
    return render_template(
        "pages/calendar/show.html",
        view=view,
        views=agenda.VIEWS,
        day=day,
        today=today,
        first=first,
        last=last,
        week=first.isocalendar(),
        days=days,
        weeks=[_week(days[at : at + 7], campaigns) for at in range(0, len(days), 7)],
        campaigns=campaigns,
        seasons=[moment for moment in moments if not moment.single],
        audiences=_audiences(deliveries),
        before=before if before >= _FIRST else None,
        after=after if after <= _LAST else None,
        opens=access.may(role(), "deliveries.one"),
    )


@pages.get("/calendar/events.json")
def events() -> Response:
    """The same as data: from `start` to before `end` (days), at most a hundred days of them."""
    app, t = here(), words()
    zone = app.settings.zone
    first = _day(request.args.get("start", "")[:10], local_day(now(), zone))
    end = _day(request.args.get("end", "")[:10], first + timedelta(days=7))
    last = max(first, min(end - timedelta(days=1), first + _LONGEST))
    with app.store.reading() as session:
        deliveries, campaigns = _planned(session, first, last)
    opens = access.may(role(), "deliveries.one")
    items: list[dict[str, object]] = [
        {
            "id": f"delivery-{row.delivery_id}",
            "title": f"{row.title} · {row.channel}",
            "start": row.due_at.astimezone(zone).isoformat(),
            "status": row.status,
            **({"url": url_for("deliveries.one", delivery_id=row.delivery_id)} if opens else {}),
        }
        for row in deliveries
    ]
    items += [
        {
            "id": f"campaign-{one.campaign_id}",
            "title": one.name,
            "start": one.starts_on.isoformat(),
            "end": (min(one.ends_on or last, last) + timedelta(days=1)).isoformat(),
            "allDay": True,
            "url": url_for("campaigns.one", campaign_id=one.campaign_id),
        }
        for one in campaigns
    ]
    moments = expand(read_moments(app.office.calendar), first, last)
    return jsonify([*items, *(_brought(moment, t.language) for moment in moments)])


def _week(
    days: tuple[agenda.Day, ...], campaigns: list[overview.Stretch]
) -> tuple[tuple[agenda.Day, ...], tuple[agenda.Bar, ...]]:
    return days, agenda.bars(days[0].day, days[-1].day, campaigns)


def _planned(
    session: Session, first: date, last: date
) -> tuple[list[queries.DeliverySeen], list[overview.Stretch]]:
    since, until = agenda.moments_between(first, last, here().settings.zone)
    place = only_place()
    return (
        queries.deliveries_between(session, since, until, place=place),
        overview.stretches(session, first, last, place=place),
    )


def _audiences(deliveries: list[queries.DeliverySeen]) -> dict[int, Audience]:
    found = {row.delivery_id: audience(row.campaign_language, row.language) for row in deliveries}
    return {number: one for number, one in found.items() if one is not None}


def _brought(moment: Moment, language: str) -> dict[str, object]:
    told: dict[str, object] = {
        "id": f"{moment.key}-{moment.starts_on.isoformat()}",
        "title": moment.names.get(language) or moment.names["lv"],
        "start": moment.starts_on.isoformat(),
        "end": (moment.ends_on + timedelta(days=1)).isoformat(),
        "allDay": True,
        "kind": moment.kind,
    }
    if moment.day_off or moment.quiet:
        told["display"] = "background"
    return told


def _day(text: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return min(max(day, _FIRST), _LAST)
