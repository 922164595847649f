"""A post that comes again: every day is shown before it is made; one is left out, all are ended or changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns import overview, queries
from campaigns.audience import audience
from campaigns.moments import Moment, Yearly, read_moments
from campaigns.overview import PostSeen
from campaigns.queries import ChannelSeen
from campaigns.timing import making, running
from campaigns.timing.making import Foreseen
from campaigns.timing.running import SeriesSeen
from campaigns.timing.series import AHEAD, MOST, is_open
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.web import fields, notices, seriesform
from outreach.web.seriesform import TEXTS, SeriesForm
from outreach.web.visit import here, me, now, words

pages = Blueprint("series", __name__)

_SHOWN = 60
_LATELY = timedelta(days=7)


@dataclass(frozen=True)
class DayShown:
    """One day before it is made, in words: `there` is the readers' hour where it is not the office's."""

    day: str
    hour: str
    there: str
    state: str  # made, skipped or near
    notes: tuple[str, ...]


@pages.get("/posts/<int:post_id>/series/new")
def new(post_id: int) -> str:
    """An empty form: how often, when, where."""
    post, channels = _post(post_id), _channels()
    value = seriesform.first(local_day(now(), here().settings.zone), _readers(post), channels)
    drawn = fields.draw(SeriesForm, words(), TEXTS, value=value, choices=_offered(post, channels))
    return _form(post, channels, drawn)


@pages.post("/posts/<int:post_id>/series/new")
def make(post_id: int) -> AnyResponse | tuple[str, int] | str:
    """Shows every day that would be made; makes them once they have been seen as they are."""
    app, t, post, channels = here(), words(), _post(post_id), _channels()
    sent = fields.read(SeriesForm, request.form, t, TEXTS, choices=_offered(post, channels))
    if sent.value is None:
        return _form(post, channels, sent.fields), 422
    try:
        plan = seriesform.plan_of(sent.value)
        with app.store.reading() as session:
            rows = making.foresee(session, now(), post_id, plan, office=app.settings.zone, table=_year())
    except OutreachError as error:
        wrong = sent.with_error(seriesform.field_of(error, sent.value.kind), t.error(error))
        return _form(post, channels, wrong.fields), 422
    seen = _mark(plan, rows)
    if request.form.get("do") != "make" or request.form.get("seen") != seen:
        return _form(post, channels, sent.fields, rows, seen, is_open(plan.rule), plan.zone is not None)
    try:
        with app.store.transaction() as session:
            made = making.start(
                session, now(), post_id, plan, actor=me().actor, office=app.settings.zone, table=_year()
            )
            if not made.known:
                audit.write(session, now(), me().actor, "add", "series", made.series_id, count=made.posts)
    except OutreachError as error:
        return _form(post, channels, sent.with_error("kind", t.error(error)).fields), 422
    _changed()
    if made.known:
        notices.tell("series.told.known", tone="person")
    else:
        notices.tell("series.told.made", count=made.posts)
    return redirect(url_for(".one", series_id=made.series_id), 303)


@pages.get("/series/<int:series_id>")
def one(series_id: int) -> str:
    """A series with its days and what became of them: from last week on, or from the day that the address gives."""
    today = local_day(now(), here().settings.zone)
    series, t = _seen(series_id), words()
    lately = series.starts_on if series.ended_at else max(series.starts_on, today - _LATELY)
    since = _day(request.args.get("since", "")) or lately
    with here().store.reading() as session:
        rows = running.days(session, series_id, since, limit=_SHOWN + 1)
    return render_template(
        "pages/series/one.html",
        series=series,
        rule=seriesform.told(t, series.rule),
        clock=seriesform.clock(t, series.zone),
        is_open=is_open(series.rule),
        rows=rows[:_SHOWN],
        earlier=series.starts_on.isoformat() if since > series.starts_on else "",
        later=rows[_SHOWN].day.isoformat() if len(rows) > _SHOWN else "",
        today=today,
    )


@pages.post("/series/<int:series_id>/days/<day>")
def day(series_id: int, day: str) -> AnyResponse:
    """Leaves one day out, or takes it in again."""
    when, back = _day(day), request.values.get("do") == "back"
    if when is None:
        abort(404)
    _seen(series_id)
    try:
        with here().store.transaction() as session:
            if back:
                touched = running.bring_back(session, now(), series_id, when, here().settings.zone)
            else:
                touched = running.skip(session, now(), series_id, when)
            if touched:
                audit.write(
                    session, now(), me().actor, "resume" if back else "skip", "series", series_id, day=when.isoformat()
                )
    except OutreachError as error:
        if error.key == "series.day.missing":
            abort(404)
        return _told(series_id, error)
    _changed()
    undo = "" if back or not touched else url_for(".day", series_id=series_id, day=when.isoformat(), do="back")
    if touched:
        notices.tell("series.told.back" if back else "series.told.skipped", undo=undo, day=words().day(when))
    else:
        notices.tell("series.told.nothing", tone="person")
    return redirect(url_for(".one", series_id=series_id), 303)


@pages.post("/series/<int:series_id>/carry")
def carry(series_id: int) -> AnyResponse:
    """Gives the posts that are not out yet the words that the pattern has now."""
    series = _seen(series_id)
    try:
        with here().store.transaction() as session:
            changed = running.carry(session, now(), series_id, actor=me().actor)
            if changed:
                audit.write(session, now(), me().actor, "change", "series", series_id, count=changed)
    except OutreachError as error:
        return _told(series_id, error)
    _changed()
    notices.tell("series.told.carried" if series.approved else "series.told.carried_unapproved", count=changed)
    return redirect(url_for(".one", series_id=series_id), 303)


@pages.post("/series/<int:series_id>/end")
def end(series_id: int) -> AnyResponse:
    """Ends a series and calls off what has not gone out."""
    _seen(series_id)
    with here().store.transaction() as session:
        called_off = running.end(session, now(), series_id)
        audit.write(session, now(), me().actor, "end", "series", series_id, count=len(called_off))
    _changed()
    notices.tell("series.told.ended", count=len(called_off))
    return redirect(url_for(".one", series_id=series_id), 303)


def _form(
    post: PostSeen,
    channels: list[ChannelSeen],
    drawn: Sequence[fields.FieldShown],
    rows: Sequence[Foreseen] = (),
    seen: str = "",
    goes_on: bool = False,
    by_readers: bool = False,
) -> str:
    t = words()
    known: list[SeriesSeen] = []
    with here().store.reading() as session:
        known = [
            one
            for number in running.of_post(session, post.post_id, limit=2)
            if (one := running.seen(session, number)) and one.ended_at is None and one.post_id == post.post_id
        ]
    return render_template(
        "pages/series/new.html",
        post=post,
        channels=channels,
        fields={one.name: one for one in drawn},
        drawn=drawn,
        seen=seen,
        days=[_shown(row, by_readers) for row in rows],
        made=sum(row.made for row in rows),
        skipped=sum(not row.made for row in rows),
        near=sum(row.made and bool(row.near) for row in rows),
        goes_on=goes_on,
        weeks=AHEAD.days // 7,
        most=MOST,
        known=[(one, seriesform.told(t, one.rule)) for one in known],
    )


def _shown(row: Foreseen, by_readers: bool) -> DayShown:
    t, zone, one = words(), here().settings.zone, row.occurrence
    notes = []
    if one.skipped:
        notes.append(t(f"series.skipped.{one.skipped}"))
    if row.trouble is not None:
        notes.append(t.error(row.trouble))
    if one.moved:
        notes.append(t("series.moved", hour=f"{one.wall:%H:%M}"))
    notes += [_name(moment, t.language) for moment in one.moments if moment.quiet or moment.day_off]
    notes += [
        t("series.near", title=near.title, channel=near.channel, hour=t.clock(near.due_at, zone)) for near in row.near
    ]
    return DayShown(
        day=t.weekday(one.due_at, zone),
        hour=t.clock(one.due_at, zone),
        there=f"{one.wall:%H:%M}" if by_readers else "",
        state="skipped" if not row.made else "near" if row.near else "made",
        notes=tuple(notes),
    )


def _name(moment: Moment, language: str) -> str:
    return moment.names.get(language) or moment.names["lv"]


def _mark(plan: object, rows: Sequence[Foreseen]) -> str:
    """A short mark of what was shown: what is made is what somebody has seen."""
    told = [(row.occurrence.day, row.occurrence.due_at, row.made) for row in rows]
    return hashlib.sha256(repr((plan, told)).encode()).hexdigest()[:32]


def _offered(post: PostSeen, channels: list[ChannelSeen]) -> dict[str, fields.Choices]:
    return seriesform.choices(words(), channels, here().settings.zone, _readers(post))


def _readers(post: PostSeen) -> ZoneInfo | None:
    with here().store.reading() as session:
        campaign = overview.campaign(session, post.campaign_id)
    if campaign is None:
        return None
    found = audience(campaign.language, post.language, campaign_countries=campaign.countries)
    return found.zone if found is not None else None


def _year() -> tuple[Yearly, ...]:
    return read_moments(here().office.calendar)


def _post(post_id: int) -> PostSeen:
    with here().store.reading() as session:
        post = overview.post(session, post_id)
    if post is None:
        abort(404)
    return post


def _channels() -> list[ChannelSeen]:
    with here().store.reading() as session:
        return queries.channels(session)


def _seen(series_id: int) -> SeriesSeen:
    with here().store.reading() as session:
        series = running.seen(session, series_id)
    if series is None:
        abort(404)
    return series


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _told(series_id: int, error: OutreachError) -> AnyResponse:
    notices.tell("series.told.trouble", tone="person", trouble=words().error(error))
    return redirect(url_for(".one", series_id=series_id), 303)


def _changed() -> None:
    current_app.extensions["outreach.attention"].forget()
