"""Trends: what a period brought, the share of voice of the regions, and how the watched word is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for

from outreach.charts import picture, telling
from outreach.charts.chart import Chart, Row
from outreach.charts.spec import PHONE
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.web import alarmed, drawn, trend_filter
from outreach.web.drawn import Drawn
from outreach.web.trend_filter import Shown
from outreach.web.visit import here, now, only_place, words
from scrapers import alarm, trends
from scrapers.recall import Share
from scrapers.tallying import Count
from scrapers.tiles import Grid, read_tiles
from scrapers.trendmath import PAST_WEEKS, WeekUse, days_between, pooled
from scrapers.trends import REGIONS, Names, Trends, Voice

pages = Blueprint("trends", __name__)

_OUTLETS = 12
_REGION_TONES = ("lake", "ochre", "green", "plum", "slate")
# As wide as the tiles of a telephone: one picture serves both.
_TILES = PHONE


@dataclass(frozen=True)
class Line:
    """One line of a table of counts; `whole` and `part` are its bars, in hundredths of the longest."""

    name: str
    count: Count
    url: str
    whole: float
    part: float
    tier: str = ""


@dataclass(frozen=True)
class Term:
    """The word in one language: its weeks as a picture, and the alarm in words, if it is on."""

    language: str
    picture: Drawn | None
    uses: int
    alarm: str


@pages.get("/trends")
def index() -> str:
    """A period counted in every direction, new outlets, and the days that stand out."""
    app, t = here(), words()
    grid = read_tiles(app.office.folder / "tiles.csv")
    with app.store.reading() as session:
        known = trends.names(session)
        shown = _shown(known)
        told = trends.trends(session, shown.asked, known, app.settings.zone, [name for name, _, _ in grid])
    tiles = _tiles(t, told, grid, shown) if grid and only_place() is None else None
    return render_template(
        "pages/trends/index.html",
        shown=shown,
        told=told,
        timeline=drawn.drawn(_timeline(told, shown), t) if told.total.mentions else None,
        tiles=tiles,
        tables=_tables(t, told, known, shown),
        mentions_url=url_for("mentions.index", **shown.mentions),
    )


@pages.get("/trends/voice")
def voice() -> str:
    """The office's region beside the other four."""
    app, t = here(), words()
    with app.store.reading() as session:
        known = trends.names(session)
        shown = _shown(known)
        told = trends.voice(session, shown.asked, known, app.settings.zone)
    pictures = _voice(told) if told.named.mentions else ()
    return render_template(
        "pages/trends/voice.html",
        shown=shown,
        told=told,
        regions=REGIONS,
        pictures=[drawn.drawn(chart, t) for chart in pictures],
    )


@pages.get("/trends/term")
def term() -> str:
    """How often the word means expulsion, week by week, against its own past."""
    app, t = here(), words()
    with app.store.reading() as session:
        weeks = alarm.weeks(session, now(), app.settings.zone, 2 * PAST_WEEKS + 1)
        on = alarm.current(session, now(), app.settings.zone)
    told = []
    for language, rows in weeks.items():
        uses = sum(week.uses for week in rows[PAST_WEEKS:])
        image = drawn.drawn(_term(language, rows), t) if uses else None
        said = alarmed.sentence(t, language, on[language], now(), app.settings.zone) if language in on else ""
        told.append(Term(language, image, uses, said))
    return render_template("pages/trends/term.html", told=told)


def _shown(known: Names) -> Shown:
    return trend_filter.read(request.args, words(), local_day(now(), here().settings.zone), known, only_place())


def _timeline(told: Trends, shown: Shown) -> Chart:
    """Bars of what is told for the first time, and upon them what repeats it."""
    asked = shown.asked
    if shown.weekly:
        begin = asked.first - timedelta(days=asked.first.weekday())
        steps, counts = days_between(begin, asked.last)[::7], told.by_week
    else:
        steps, counts = asked.days, told.by_day
    rows = []
    for day in steps:
        count = counts.get(day, Count())
        rows.append(Row(day, count.stories, "trends.chart.stories"))
        rows.append(Row(day, count.repeated, "trends.chart.repeated"))
    names = ("trends.chart.weekly", "trends.chart.week") if shown.weekly else ("trends.chart.daily", "trends.chart.day")
    tones = (("trends.chart.stories", "lake"), ("trends.chart.repeated", "slate"))
    return Chart("stacked", *names, "trends.chart.mentions", tuple(rows), unit="mentions", tones=tones)


def _tiles(t: Words, told: Trends, grid: Grid, shown: Shown) -> Drawn:
    """The municipalities as tiles, each leading to its mentions."""
    counts = {name: told.by_place.get(name, Count()) for name, _, _ in grid}
    rows = tuple(Row(name, count.mentions) for name, count in counts.items())
    chart = Chart(
        "tiles", "trends.chart.places", "trends.column.place", "trends.chart.mentions", rows, unit="mentions", grid=grid
    )
    links = {name: url_for("mentions.index", **shown.mentions, place=name) for name in counts}
    svg = picture.svg(chart, t, width=_TILES, titled=False, links=links)
    table = telling.table(chart, t)
    return Drawn(svg, telling.described(chart, t), (table.head, table.rows), table.caption)


def _tables(t: Words, told: Trends, known: Names, shown: Shown) -> dict[str, tuple[list[Line], int]]:
    """The tables by their name: their lines, and how many more lines there would be."""

    def lines(counts: Mapping[str, Count], labels: Mapping[str, str], argument: str) -> list[Line]:
        most = max((count.mentions for count in counts.values()), default=0) or 1
        return [
            Line(
                labels[name], count, url_for("mentions.index", **{**shown.mentions, argument: name}),
                round(100 * count.mentions / most, 1), round(100 * count.stories / most, 1),
                name if argument == "tier" else "",
            )
            for name, count in counts.items()
        ]  # fmt: skip

    made: dict[str, tuple[list[Line], int]] = {}
    if told.by_place:
        ranked = dict(sorted(told.by_place.items(), key=lambda item: -item[1].mentions))
        made["place"] = lines(ranked, {name: name for name in ranked}, "place"), 0
    made["tier"] = lines(told.by_tier, {name: t(f"scrapers.tier.{name}") for name in told.by_tier}, "tier"), 0
    spoken = {name: _language(t, name) for name in told.by_language}
    made["language"] = lines(told.by_language, spoken, "language"), 0
    outlets = {str(number): count for number, count in [*told.by_outlet.items()][:_OUTLETS]}
    named = {str(number): one.name for number, one in known.outlets.items()}
    made["outlet"] = lines(outlets, named, "outlet"), len(told.by_outlet) - len(outlets)
    return made


def _language(t: Words, name: str) -> str:
    key = f"mentions.language.{name}"
    return t(key) if t.knows(key) else name


def _voice(told: Voice) -> Sequence[Chart]:
    """The regions month by month, and the share of each with its interval."""
    rows = [
        Row(month, counts.get(name, Count()).mentions, name)
        for month, counts in told.months.items()
        for name in REGIONS
    ]
    tones = tuple(zip(REGIONS, _REGION_TONES, strict=True))
    stacked = Chart(
        "stacked", "trends.voice.months", "trends.voice.month", "trends.chart.mentions", tuple(rows), unit="mentions",
        step="month", tones=tones,
    )  # fmt: skip
    shares = tuple(_rate(name, told.share[name]) for name in REGIONS)
    share = Chart(
        "intervals", "trends.voice.shares", "trends.voice.region", "trends.voice.share", shares, unit="percent",
        emphasis=REGIONS[0],
    )  # fmt: skip
    return stacked, share


def _rate(at: date | str, share: Share, series: str = "") -> Row:
    """A share in percent with its limits."""
    if share.value is None:
        return Row(at, None, series)
    low, high = share.limits or (share.value, share.value)
    return Row(at, round(share.value * 100, 1), series, round(low * 100, 1), round(high * 100, 1))


def _term(language: str, weeks: Sequence[WeekUse]) -> Chart:
    """The second half of these weeks as points, and behind each the past that it is held against."""
    rows = []
    for place in range(PAST_WEEKS, len(weeks)):
        rows.append(_rate(weeks[place].monday, weeks[place].share, "trends.term.week"))
    for place in range(PAST_WEEKS, len(weeks)):
        past = pooled(weeks[place - PAST_WEEKS : place])
        rows.append(_rate(weeks[place].monday, past, "trends.term.past"))
    return Chart(
        "points", f"trends.term.chart.{language}", "trends.chart.week", "trends.term.share", tuple(rows), unit="percent"
    )
