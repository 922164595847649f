"""Today: the five questions of the morning on one screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, current_app, render_template, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaigns import overview as plans
from campaigns import queries as planned
from campaigns.overview import CampaignListed
from campaigns.queries import DeliverySeen
from outreach import waiting
from outreach.charts.chart import Chart, DataTable, Row
from outreach.charts.picture import svg
from outreach.charts.telling import described, table
from outreach.core.clock import day_bounds, local_day
from outreach.core.text import Words
from outreach.people.models import COORDINATOR
from outreach.tracker import queries as inquiries
from outreach.tracker.queries import SourceCount
from outreach.waiting import Thing, Waiting
from outreach.web import access, alarmed
from outreach.web.attention import held_counts
from outreach.web.visit import here, now, only_place, role, words
from outreach.wiring import mail_folder
from scrapers import alarm, news, outlets
from scrapers import queries as heard
from scrapers.news import Figures, StorySeen
from scrapers.trendmath import Alarm

pages = Blueprint("start", __name__)

_STRIP = 14  # days
# What fits on a screen of 900 pixels; everything else is one click away.
_STORIES, _DOUBTFUL = 3, 2
_PERSON = 3
_ASIDE = 4
# Where nothing was written since yesterday, the last days are told.
_EARLIER = timedelta(days=7)
_WIDE = 336


@dataclass(frozen=True)
class Strip:
    """The last days as a picture, in words and as numbers."""

    picture: Markup
    described: str
    table: DataTable


@dataclass(frozen=True)
class Today:
    """Everything the page tells; what the role may not see is empty."""

    figures: Figures
    stories: Sequence[StorySeen]
    earlier: bool  # the stories are of the days before
    answered: tuple[int, int] | None  # sources, asked only where nothing was written
    days: Sequence[int]
    waiting: Sequence[Waiting]
    out: Sequence[DeliverySeen]
    troubles: Sequence[Thing]
    inquiries: Sequence[SourceCount] | None
    unanswered: int
    campaigns: Sequence[CampaignListed] | None
    alarms: Mapping[str, Alarm]  # by language; no partner's


@pages.get("/")
def show() -> str:
    """What was written since yesterday, what needs a person, what goes out, who asked, what broke."""
    app, moment = here(), now()
    day = local_day(moment, app.settings.zone)
    days = [day - timedelta(days=back) for back in range(_STRIP - 1, -1, -1)]
    bounds = [*(day_bounds(one, app.settings.zone)[0] for one in days), day_bounds(day, app.settings.zone)[1]]
    with app.store.reading() as session:
        told = _gather(session, moment, day, bounds)
    if access.may(role(), "attention.show"):
        held_counts().note(role(), moment, waiting.total(told.waiting))
    t = words()
    return render_template(
        "pages/start/today.html",
        told=told,
        alarms=[alarmed.sentence(t, name, one, moment, app.settings.zone) for name, one in told.alarms.items()],
        today=day,
        person_items=_first(told.waiting, _PERSON),
        person_total=waiting.total(told.waiting),
        strip=_strip(t, days, told.days),
        new_url=url_for("mentions.index", period="24h", standing="counted"),
        repeated_url=url_for("mentions.index", period="24h", standing="repeated"),
        doubtful_url=url_for("mentions.index", period="24h", sense="ambiguous", standing="open"),
        asked_url=url_for("inquiries.index", period=f"{days[-2].isoformat()}..{day.isoformat()}"),
        aside=_ASIDE,
        mail_folder=None if app.settings.mail.host else mail_folder(app.settings),
    )


def _gather(session: Session, moment: datetime, day: date, bounds: Sequence[datetime]) -> Today:
    """Reads the last days alone. A partner gets what names its own place."""
    place, since = only_place(), moment - timedelta(days=1)
    inside = place is None
    figures, days = news.overview(session, since, moment + timedelta(seconds=1), bounds, place)
    silent = not figures.mentions and not figures.doubtful
    told = waiting.gather(session, moment, role(), here().settings.zone)
    troubles = next((one.things for one in told if one.kind == "source"), ())
    if inside and not troubles and not access.may(role(), "sources.switch", "POST"):
        # Who can do nothing about them may still know of them.
        troubles = tuple(waiting.source(row) for row in heard.troubles(session, moment))
    waits = next((one.count for one in told if one.kind == "inquiry"), None)
    asks_more = role() != COORDINATOR  # of whom it was just asked
    return Today(
        figures=figures,
        stories=news.widest(
            session, moment - _EARLIER if silent else since, moment + timedelta(seconds=1), _STORIES, _DOUBTFUL, place
        ),
        earlier=silent,
        answered=outlets.answered(session, since, moment) if silent else None,
        days=days,
        waiting=told,
        out=planned.deliveries_between(session, bounds[-2], moment + timedelta(days=1), place=place, limit=50),
        troubles=troubles,
        inquiries=inquiries.counts_by_source(session, bounds[-3], bounds[-1]) if inside else None,
        unanswered=waits if waits is not None else inquiries.unanswered(session) if inside and asks_more else 0,
        campaigns=None if inside else plans.listed(session, day, "current", place=place, limit=_ASIDE),
        alarms=alarm.current(session, moment, here().settings.zone) if inside else {},
    )


def _first(told: Sequence[Waiting], most: int) -> Sequence[tuple[Waiting, Thing]]:
    """The first things that wait, of every kind at least one; sources and the alarm have a place of their own."""
    listed = [one for one in told if one.kind not in {"source", "alarm"}]
    ranked = [(rank, one, thing) for one in listed for rank, thing in enumerate(one.things)]
    kept = sorted(ranked, key=lambda item: item[0])[:most]
    return [(one, thing) for rank, one, thing in ranked if any(thing is held for _, _, held in kept)]


def _strip(t: Words, days: Sequence[date], counts: Sequence[int]) -> Strip | None:
    if not any(counts):
        return None
    rows = tuple(Row(day, count) for day, count in zip(days, counts, strict=True))
    chart = Chart(
        "days", "today.strip", "today.strip.day", "today.strip.count", rows, unit="mentions", emphasis=days[-1]
    )
    drawn: dict[tuple[Chart, str], Strip] = current_app.extensions.setdefault("outreach.today.strips", {})
    held = drawn.get((chart, t.language))
    if held is None:
        # A picture is drawn again only when a number in it has changed.
        if len(drawn) > 64:
            drawn.clear()
        held = Strip(svg(chart, t, width=_WIDE, titled=False), described(chart, t), table(chart, t))
        drawn[chart, t.language] = held
    return held
