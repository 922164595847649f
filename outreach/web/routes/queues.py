"""A channel's queue: the hours of its week, what stands in the next ones, and what is to change places."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.audience import clock_of
from campaigns.timing import queueing, reading
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices
from outreach.web.hourwords import quiet_ahead
from outreach.web.visit import here, me, now, words

pages = Blueprint("queues", __name__)

_FORM = "timing.slot"
_HOME = "home"
# On whose clocks an hour of the week may be meant: at home, and where most of the office's readers abroad live.
_ABROAD = ("GB", "IE", "DE", "NO", "SE", "DK", "FI", "NL", "BE", "FR", "ES", "IT")


@dataclass(frozen=True)
class SlotForm:
    """An hour of the week, on whose clocks."""

    weekday: str
    hour: str = field(metadata=fields.told("time", max=5))
    country: str = _HOME


@pages.get("/channels/<int:channel_id>/queue")
def show(channel_id: int) -> str:
    """What stands in a channel's next hours, and the hours themselves."""
    return _whole(channel_id)


@pages.post("/channels/<int:channel_id>/queue")
def add(channel_id: int) -> AnyResponse | tuple[str, int]:
    """One more hour of the week."""
    channel, t = _channel(channel_id), words()
    sent = fields.read(SlotForm, request.form, t, _FORM, choices=_choices(channel))
    if sent.value is None:
        return _whole(channel_id, sent.fields), 422
    told = sent.value
    try:
        with here().store.transaction() as session:
            queueing.add_slot(session, channel_id, int(told.weekday), told.hour, clock_of(told.country))
            audit.write(session, now(), me().actor, "change", "channel", channel_id)
    except OutreachError as error:
        return _whole(channel_id, sent.with_error("hour", t.error(error)).fields), 422
    notices.tell("timing.told.slot_added")
    return _back(channel_id)


@pages.post("/channels/<int:channel_id>/queue/<int:slot_id>/remove")
def remove(channel_id: int, slot_id: int) -> AnyResponse:
    """Takes an hour out of the week; what stands there keeps its moment."""
    try:
        with here().store.transaction() as session:
            kept = queueing.remove_slot(session, channel_id, slot_id)
            audit.write(session, now(), me().actor, "change", "channel", channel_id)
    except OutreachError:
        abort(404)
    notices.tell("timing.told.slot_removed", count=kept)
    return _back(channel_id)


@pages.post("/channels/<int:channel_id>/queue/move")
def move(channel_id: int) -> AnyResponse:
    """Two neighbours of the queue change places."""
    number, where = request.form.get("delivery", type=int), request.form.get("do")
    if number is None or where not in {"up", "down"}:
        abort(400)
    _channel(channel_id)
    try:
        with here().store.transaction() as session:
            moved = queueing.swap(session, now(), number, up=where == "up", zone=here().settings.zone)
            for one in moved:
                audit.write(session, now(), me().actor, "move", "delivery", one)
    except OutreachError as error:
        notices.tell("planning.told.refused", tone="person", reason=words().error(error))
    else:
        current_app.extensions["outreach.attention"].forget()
        notices.tell("timing.told.swapped")
    return _back(channel_id)


def _whole(channel_id: int, form: tuple[fields.FieldShown, ...] | None = None) -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        found = reading.outlets(session, [channel_id])
        if not found:
            abort(404)
        week = queueing.slots(session, channel_id)
        standing, outside = queueing.queue(
            session, now(), channel_id, zone=app.settings.zone, is_quiet=quiet_ahead()
        )
    waiting = [
        one.delivery.delivery_id
        for one in standing
        if one.delivery is not None and one.delivery.in_queue and one.delivery.status == "scheduled"
    ]
    return render_template(
        "pages/queues/show.html",
        channel=found[0],
        week=week,
        standing=standing,
        outside=outside,
        waiting=waiting,
        there={slot.slot_id: _country(found[0], slot.zone) for slot in week},
        form=form or fields.draw(SlotForm, t, _FORM, value=_suggested(found[0]), choices=_choices(found[0])),
    )


def _country(channel: reading.Outlet, zone: ZoneInfo | None) -> str:
    """The country on whose clocks an hour is meant, by its code; empty for ours."""
    if zone is None:
        return ""
    known = (*channel.countries, *_ABROAD)
    return next((code for code in known if (clock := clock_of(code)) and clock.key == zone.key), zone.key)


def _channel(channel_id: int) -> reading.Outlet:
    with here().store.reading() as session:
        found = reading.outlets(session, [channel_id])
    if not found:
        abort(404)
    return found[0]


def _choices(channel: reading.Outlet) -> dict[str, fields.Choices]:
    t = words()
    # The channel's own countries first: there its readers are.
    own = [code for code in channel.countries if clock_of(code) is not None and code != "LV"]
    return {
        "weekday": [(str(day), t(f"planning.weekday.{day}")) for day in range(1, 8)],
        "country": [
            (_HOME, t("timing.clock.home")),
            *((code, t("timing.clock.country", country=t.country(code))) for code in dict.fromkeys((*own, *_ABROAD))),
        ],
    }


def _suggested(channel: reading.Outlet) -> SlotForm:
    own = [code for code in channel.countries if clock_of(code) is not None and code != "LV"]
    return SlotForm("1", "18:30", own[0] if own else _HOME)


def _back(channel_id: int) -> AnyResponse:
    return redirect(url_for(".show", channel_id=channel_id), 303)
