"""When a post goes out: one hour for a set of languages in several channels, here or wherever each is read."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview
from campaigns.timing import hours as followed
from campaigns.timing import intents, queueing, reading, walls
from campaigns.timing.intents import Intent
from outreach.charts.chart import Chart, Row
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.people import audit
from outreach.web import drawn, fields, notices
from outreach.web.ahead import Ahead, Queued, ahead, queued
from outreach.web.hourwords import advised, block_name, quiet_ahead
from outreach.web.planned import language_name
from outreach.web.visit import here, me, now, words

pages = Blueprint("scheduling", __name__)

_FORM = "timing.form"
_HERE, _THERE = "home", "there"
_LONGEST_SET = 20


@dataclass(frozen=True, kw_only=True)
class WhenForm:
    """Which posts go where, and when: a day, an hour, up to which hour, and on whose clocks."""

    posts: tuple[str, ...] = ()
    channels: tuple[str, ...]
    day: date
    hour: str = field(metadata=fields.told("time", max=5))
    until: str = field(default="", metadata=fields.told("time", max=5))
    clock: str = field(metadata=fields.told("radio"))


@dataclass(frozen=True)
class QueueForm:
    """Which posts go into the queues of which channels."""

    channels: tuple[str, ...]
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coming:
    """What the form comes to: at its hour, and in the queues."""

    ahead: list[Ahead]
    queued: list[Queued]


@pages.get("/posts/<int:post_id>/when")
def show(post_id: int) -> str:
    """What is planned for a post, and the form that plans more."""
    return _whole(post_id)


@pages.post("/posts/<int:post_id>/when/preview")
def preview(post_id: int) -> str:
    """What the form would come to, moment by moment in both clocks; keeps nothing."""
    sent = _read(post_id)
    coming = _coming(sent.value, post_id) if sent.value is not None else None
    if _is_part():
        return render_template("pages/posts/when_preview.html", coming=coming)
    return _whole(post_id, sent.fields, coming)


@pages.post("/posts/<int:post_id>/when")
def save(post_id: int) -> AnyResponse | tuple[str, int]:
    """Plans everything that was asked for, or nothing; `do=queue` takes the next free place of each queue."""
    if request.form.get("do") == "queue":
        return _queue(post_id)
    app, t = here(), words()
    sent = _read(post_id)
    if sent.value is None:
        return _whole(post_id, sent.fields), 422
    told = sent.value
    try:
        with app.store.transaction() as session:
            made = intents.plan(
                session, now(), _numbers(told.posts) or [post_id], _numbers(told.channels), _intent(told),
                app.settings.zone,
            )  # fmt: skip
            for one in made:
                audit.write(session, now(), me().actor, "schedule", "delivery", one.id)
    except intents.Refused as error:
        sent = sent.with_error("hour", t("timing.refused", count=len(error.found)))
        return _whole(post_id, sent.fields, _coming(told, post_id)), 422
    except OutreachError as error:
        return _whole(post_id, sent.with_error("hour", t.error(error)).fields), 422
    return _planned(post_id, [one.due_at for one in made], "timing.told.planned")


@pages.get("/channels/<int:channel_id>/hours")
def hours(channel_id: int) -> str:
    """At which hours a channel's posts are followed, as far as its own posts can tell."""
    app, t = here(), words()
    with app.store.reading() as session:
        found = reading.alike(session, channel_id)
        if not found:
            abort(404)
        sent = reading.sent(session, now(), [one.channel_id for one in found], app.settings.zone)
    told = followed.advice(sent)
    return render_template(
        "pages/queues/hours.html",
        channel=found[0],
        others=found[1:],
        told=told,
        said=advised(t, told),
        picture=drawn.drawn(_chart(t, told), t) if len(told.blocks) > 1 else None,
        needed=followed.IN_ALL,
    )


def _queue(post_id: int) -> AnyResponse | tuple[str, int]:
    app, t = here(), words()
    posts, channels = _offered(post_id)
    sent = fields.read(QueueForm, request.form, t, _FORM, choices=_choices(posts, channels))
    told = sent.value
    if told is None or not told.channels:
        return _refill(post_id, "channels", t("timing.form.no_channel")), 422
    if not told.posts and len(posts) > 1:
        return _refill(post_id, "posts", t("timing.form.no_language")), 422
    try:
        with app.store.transaction() as session:
            made = queueing.enqueue_all(
                session, now(), _numbers(told.posts) or [post_id], _numbers(told.channels),
                zone=app.settings.zone, is_quiet=quiet_ahead(),
            )  # fmt: skip
            for one in made:
                audit.write(session, now(), me().actor, "schedule", "delivery", one.id)
    except OutreachError as error:
        return _refill(post_id, "channels", t.error(error)), 422
    return _planned(post_id, [one.due_at for one in made], "timing.told.queued")


def _refill(post_id: int, name: str, error: str) -> str:
    """The form as it was sent, with this error: the hour plays no part."""
    return _whole(post_id, _read(post_id).with_error(name, error).fields)


def _planned(post_id: int, moments: list[datetime], key: str) -> AnyResponse:
    current_app.extensions["outreach.attention"].forget()
    first = min(moments)
    notices.tell(key, count=len(moments), moment=words().moment(first, here().settings.zone))
    return redirect(url_for("posts.one", post_id=post_id) + "#when", 303)


def _whole(
    post_id: int, form: tuple[fields.FieldShown, ...] | None = None, coming: Coming | None = None
) -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        post = overview.post(session, post_id)
        if post is None:
            abort(404)
        posts, channels = reading.set_of(session, post_id)[:_LONGEST_SET], reading.outlets(session)
        planned = reading.planned(session, post_id)
    taken = {row.channel_id for row in planned if row.status != "cancelled"}
    if form is None and channels:
        form = fields.draw(
            WhenForm, t, _FORM, value=_suggested(post_id, posts, channels, taken),
            choices=_choices(posts, channels), zone=app.settings.zone,
        )  # fmt: skip
    return render_template(
        "pages/posts/when_part.html" if _is_part() else "pages/posts/when.html",
        post=post,
        planned=planned,
        channels=channels,
        # One post alone is no choice.
        form=[one for one in form or () if one.name != "posts" or len(posts) > 1],
        queues=any(one.slots for one in channels),
        coming=coming,
    )


def _read(post_id: int) -> fields.Filled[WhenForm]:
    t = words()
    posts, channels = _offered(post_id)
    sent = fields.read(WhenForm, request.form, t, _FORM, choices=_choices(posts, channels))
    for name in ("hour", "until"):
        if sent.value is not None and (typed := getattr(sent.value, name)) and _time(typed) is None:
            sent = sent.with_error(name, t("timing.form.no_hour"))
    if sent.value is not None and not sent.value.channels:
        sent = sent.with_error("channels", t("timing.form.no_channel"))
    if sent.value is not None and not sent.value.posts and len(posts) > 1:
        sent = sent.with_error("posts", t("timing.form.no_language"))
    return sent


def _offered(post_id: int) -> tuple[list[reading.Member], list[reading.Outlet]]:
    with here().store.reading() as session:
        posts = reading.set_of(session, post_id)[:_LONGEST_SET]
        channels = reading.outlets(session)
    if not posts:
        abort(404)
    return posts, channels


def _choices(posts: list[reading.Member], channels: list[reading.Outlet]) -> dict[str, fields.Choices]:
    t = words()
    return {
        "posts": [(str(one.post_id), language_name(t, one.language)) for one in posts],
        "channels": [
            (str(one.channel_id), t("timing.form.paused", channel=one.name) if one.paused else one.name)
            for one in channels
        ],
        "clock": [(_HERE, t("timing.clock.home")), (_THERE, t("timing.clock.there"))],
    }


def _suggested(
    post_id: int, posts: list[reading.Member], channels: list[reading.Outlet], taken: set[int]
) -> WhenForm:
    """The form as it opens: the next full hour, where the post's readers are if they are abroad."""
    own = next(one for one in posts if one.post_id == post_id)
    free = [one for one in channels if one.channel_id not in taken and not one.paused]
    chosen = free[:1]
    readers = own.readers(chosen[0]) if chosen else None
    zone = walls.zone_of(readers, here().settings.zone, there=True)
    wall = walls.wall_of(now(), zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return WhenForm(
        channels=tuple(str(one.channel_id) for one in chosen),
        day=wall.date(),
        hour=f"{wall:%H:%M}",
        clock=_THERE if readers is not None else _HERE,
        posts=(str(post_id),),
    )


def _intent(told: WhenForm) -> Intent:
    hour, until = _time(told.hour), _time(told.until) if told.until else None
    assert hour is not None
    return Intent(datetime.combine(told.day, hour), told.clock == _THERE, until)


def _chart(t: Words, told: followed.Advice) -> Chart:
    rows = tuple(Row(block_name(t, one), one.mean, low=one.low, high=one.high) for one in told.blocks)
    best = block_name(t, told.best) if told.best is not None else None
    return Chart(
        "intervals", "timing.chart.title", "timing.chart.block", "timing.chart.people", rows,
        note=t("timing.chart.note", count=told.posts), emphasis=best,
    )  # fmt: skip


def _coming(told: WhenForm, post_id: int) -> Coming:
    posts, channels = _numbers(told.posts) or [post_id], _numbers(told.channels)
    return Coming(ahead(_intent(told), posts, channels), queued(posts, channels))


def _time(typed: str) -> time | None:
    try:
        return time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _numbers(typed: tuple[str, ...]) -> list[int]:
    return [int(one) for one in typed]


def _is_part() -> bool:
    return request.headers.get("HX-Request") == "true"
