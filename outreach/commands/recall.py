"""recall: what share of the known publications was found, week by week."""

from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Command, as_json, print_json, shell, table

if TYPE_CHECKING:
    from scrapers.recall import Week


@click.command(cls=Command)
@click.option("--weeks", type=click.IntRange(1, 520), default=12)
@as_json
def recall(weeks: int, json_: bool) -> None:
    from scrapers import recall as measure

    told = shell()
    with told.app() as app, app.store.reading() as session:
        found = measure.weeks(session, app.clock.now(), app.settings.zone, weeks)
    if json_:
        print_json([_facts(week) for week in found])
        return
    t = told.words
    known = [week for week in found if week.known]
    if not known:
        told.say("cli.recall.none")
        return
    rows = []
    for week in reversed(known):
        shares = [
            t("cli.recall.share", found=str(one.found), of=str(one.of)) if one.of else t("cli.recall.unknown")
            for one in week.within
        ]
        late = week.lateness
        minutes = t.number(round(late.total_seconds() / 60)) if late is not None else t("cli.recall.unknown")
        rows.append((week.monday.isoformat(), t.number(week.known), *shares, minutes))
    table(rows, tuple(t(f"cli.recall.head.{name}") for name in ("week", "known", "hour", "day", "seven", "late")))


def _facts(week: "Week") -> dict[str, object]:
    names = ("within_1h", "within_24h", "within_7d")
    shares = {
        name: {"found": one.found, "of": one.of, "share": one.value}
        for name, one in zip(names, week.within, strict=True)
    }
    late = week.lateness
    return {
        "week": week.monday,
        "known": week.known,
        **shares,
        "median_minutes": round(late.total_seconds() / 60) if late is not None else None,
    }


commands = (recall,)
