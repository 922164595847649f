"""The calendar: a week, its hours, its audiences, a month or the next four weeks; the same things as data."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from campaigns.moments import Moment
from campaigns.planning.reading import StepSeen
from outreach.core.clock import local_day
from outreach.pressroom.results.due import Due
from outreach.web import access, calendar_page
from outreach.web.calendar_asked import asked, day_of
from outreach.web.calendar_tones import Tone
from outreach.web.visit import here, now, role, words

pages = Blueprint("calendar", __name__)

_LONGEST = timedelta(days=100)
_MOST = 200  # of a day


@pages.get("/calendar")
def show() -> str:
    """What goes out, which campaigns run, what has to be done and what the year brings."""
    wanted = asked(request.args, local_day(now(), here().settings.zone))
    return render_template("pages/calendar/show.html", **calendar_page.context(wanted))


@pages.get("/calendar/events.json")
def events() -> Response:
    """The same as data: from `start` to before `end` (days), at most a hundred days of them."""
    app, t = here(), words()
    zone = app.settings.zone
    first = day_of(request.args.get("start", "")[:10], local_day(now(), zone))
    end = day_of(request.args.get("end", "")[:10], first + timedelta(days=7))
    last = max(first, min(end - timedelta(days=1), first + _LONGEST))
    moves = access.may(role(), "calendar_deeds.move", "POST")
    wanted = asked(request.args, first)
    with app.store.reading() as session:
        told = calendar_page.read(session, first, last, _MOST)
    made, _ = calendar_page.drawn_items(wanted, told)
    tones = calendar_page.tones_of(wanted, told.drawn.values(), told.campaigns)
    items: list[dict[str, object]] = [
        {
            "id": f"delivery-{one.id}",
            "title": f"{one.title} · {one.channel}",
            "start": told.drawn[one.id].due_at.astimezone(zone).isoformat(),
            "status": one.status,
            **_toned(one.tone),
            **({"seen": one.seen, "editable": one.moves} if moves else {}),
            **({"clash": one.clash} if one.clash else {}),
            **({"unapproved": t("planning.delivery.unapproved")} if not one.approved else {}),
            **({"url": one.url} if one.url else {}),
        }
        for one in made
    ]
    items += [
        {
            "id": f"campaign-{one.campaign_id}",
            "title": one.name,
            "start": one.starts_on.isoformat(),
            "end": (min(one.ends_on or last, last) + timedelta(days=1)).isoformat(),
            "allDay": True,
            "url": url_for("campaigns.one", campaign_id=one.campaign_id),
            **(_toned(tones[one.campaign_id]) if wanted.by == "campaign" else {}),
        }
        for one in told.campaigns
    ]
    items += [_step(step) for step in told.steps]
    items += [_release(one) for one in told.press]
    return jsonify([*items, *(_brought(moment, t.language) for moment in told.moments)])


def _toned(tone: Tone) -> dict[str, object]:
    return {"hue": tone.hue, "letters": tone.letters}


def _step(step: StepSeen) -> dict[str, object]:
    return {
        "id": f"step-{step.step_id}",
        "title": step.title,
        "start": step.due_on.isoformat(),
        "allDay": True,
        "kind": "done" if step.done_at is not None else "step",
        "url": url_for("campaigns.one", campaign_id=step.campaign_id),
    }


def _release(one: Due) -> dict[str, object]:
    zone = here().settings.zone
    hour = words().clock(one.at, zone)
    return {
        "id": f"release-{one.kind}-{one.release_id}-{one.at.isoformat()}",
        "title": f"{words()(f'pressresult.calendar.{one.kind}', hour=hour)}: {one.headline}",
        "start": local_day(one.at, zone).isoformat(),
        "allDay": True,
        "kind": "done" if one.done else "step",
        "url": url_for("press_releases.one", release_id=one.release_id),
    }


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
        told["quiet"] = moment.quiet
    return told
