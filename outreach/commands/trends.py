"""trends: a period counted by day, tier, language, municipality and outlet; striking days; the term alarm."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import DAY, Command, as_json, print_json, shell, table

if TYPE_CHECKING:
    from scrapers.tallying import Count
    from scrapers.trendmath import Alarm

_USUAL = 90
_OUTLETS = 12


@click.command(cls=Command)
@click.option("--since", type=DAY)
@click.option("--until", type=DAY)
@as_json
def trends(since: datetime | None, until: datetime | None, json_: bool) -> None:
    from outreach.core.clock import local_day
    from outreach.core.errors import OutreachError
    from scrapers import alarm
    from scrapers import trends as counting
    from scrapers.tiles import read_tiles

    told = shell()
    with told.app() as app, app.store.reading() as session:
        last = until.date() if until else local_day(app.clock.now(), app.settings.zone)
        first = since.date() if since else last - timedelta(days=_USUAL - 1)
        if not 0 < (last - first).days + 1 <= counting.MOST_DAYS:
            raise OutreachError("trends.error.period", first=str(first), last=str(last), most=counting.MOST_DAYS)
        known = counting.names(session)
        places = [name for name, _, _ in read_tiles(app.office.folder / "tiles.csv")]
        found = counting.trends(session, counting.Asked(first, last), known, app.settings.zone, places)
        on = alarm.current(session, app.clock.now(), app.settings.zone)
    parts = {
        "day": {day.isoformat(): count for day, count in sorted(found.by_day.items())},
        "week": {monday.isoformat(): count for monday, count in sorted(found.by_week.items())},
        "tier": dict(found.by_tier),
        "language": dict(found.by_language),
        "place": dict(found.by_place),
        "outlet": {known.outlets[number].name: count for number, count in found.by_outlet.items()},
    }
    if json_:
        print_json(
            {
                "since": first,
                "until": last,
                **_facts(found.total),
                **{f"by_{name}": {key: _facts(count) for key, count in part.items()} for name, part in parts.items()},
                "days": [
                    {"day": one.spike.day, **_facts(one.count), "usual": one.spike.usual, "limit": one.spike.limit}
                    for one in found.days
                ],
                "first_time_outlets": [{"outlet": one.outlet.name, "day": one.day} for one in found.fresh],
                "alarm": {language: _alarm(one) for language, one in on.items()},
            }
        )
        return
    t = told.words
    told.say("cli.trends.total", first=first, last=last, mentions=found.total.mentions, stories=found.total.stories)
    for name in ("week", "tier", "language", "place", "outlet"):
        lines = [(key, t.number(one.mentions), t.number(one.stories)) for key, one in parts[name].items()]
        if lines:
            click.echo()
            heads = (t(f"trends.column.{name}"), t("trends.column.mentions"), t("trends.column.stories"))
            table(lines[:_OUTLETS] if name == "outlet" else lines, heads)
    for day in found.days:
        told.say("cli.trends.day", day=day.spike.day, mentions=day.count.mentions, usual=t.number(day.spike.usual))
    for language, one in on.items():
        share, past = t.percent(one.told.value or 0), t.percent(one.past.value or 0)
        told.say("cli.trends.alarm", language=language, day=one.since, share=share, past=past)


def _facts(count: "Count") -> Mapping[str, int]:
    return {"mentions": count.mentions, "stories": count.stories}


def _alarm(one: "Alarm") -> Mapping[str, date | int | float | None]:
    counts = {"uses": one.told.of, "expulsion": one.told.found}
    return {"since": one.since, **counts, "share": one.told.value, "past": one.past.value}


commands = (trends,)
