"""attribute: credit for what lay before inquiries, from a file of paths; needs no store. worked: from the store."""

from typing import IO, TYPE_CHECKING

import click

from outreach.commands.frame import Command, as_json, print_json, shell
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from outreach.core.text import Words
    from outreach.tracker.credit.worked import Line, Worked

_UNKNOWN = "unknown"  # of paths without a touch
_OTHER_NAMES = {"time-decay": "decay", "time_decay": "decay", "position-based": "position"}
_LEVELS = ("item", "campaign", "channel", "outlet", "kind")
_MODELS = ("first", "last", "linear", "position", "decay", "markov", "shapley")


@click.command(cls=Command)
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
@click.option("--model", type=click.Choice([*_MODELS, *_OTHER_NAMES], case_sensitive=False), default="last")
@click.option("--shares", is_flag=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0)
def attribute(file: IO[str], model: str, shares: bool, seed: int) -> None:
    from outreach.tracker.credit import certainty
    from outreach.tracker.credit.models import credit
    from outreach.tracker.credit.paths import read

    model = _OTHER_NAMES.get(model, model)
    try:
        paths = read(file.read(), file.name)
    except UnicodeDecodeError as error:
        raise OutreachError("credit.json", where=file.name) from error
    if not shares:
        print_json({name or _UNKNOWN: value for name, value in credit(model, paths).items()})
        return
    print_json(
        [
            {
                "touch": one.name or _UNKNOWN, "credit": one.credit, "share": one.share,
                "low": one.low, "high": one.high, "place": one.place,
            }
            for one in certainty.shares(model, paths, seed=seed)
        ]
    )  # fmt: skip
    few = certainty.enough(model, sum(path.conversions for path in paths))
    if few is not None:
        told = shell()
        click.echo(told.words.error(few), err=True)


@click.command(cls=Command)
@click.option("--period", "named")
@click.option("--level", type=click.Choice(_LEVELS), default="channel")
@click.option("--model", type=click.Choice([*_MODELS, *_OTHER_NAMES], case_sensitive=False), default="linear")
@as_json
def worked(named: str | None, level: str, model: str, json_: bool) -> None:
    from outreach.core.clock import local_day
    from outreach.report import Period
    from outreach.tracker.credit import worked as figures
    from outreach.tracker.credit.journeys import Asked, gather

    told = shell()
    with told.app() as app, app.store.reading() as session:
        zone = app.settings.zone
        period = Period.parse(named, zone) if named else Period.of_year(local_day(app.clock.now(), zone).year, zone)
        if not 1990 <= period.first.year <= period.last.year <= 2200:
            raise OutreachError("report.error.period", given=named)
        asked = Asked(period.first, period.last, zone, app.settings.inquiries.link_days)
        found = figures.worked(gather(session, asked), figures.Wanted(level, _OTHER_NAMES.get(model, model)))
        words = app.texts.in_language(told.words.language)
    if json_:
        print_json(_as_json(found, period.name, words))
        return
    click.echo("\n".join(_lines(found, period.name, words)))
    if found.off is not None:
        click.echo(words.error(found.off), err=True)


def _as_json(found: "Worked", period: str, t: "Words") -> dict[str, object]:
    return {
        "period": period, "level": found.wanted.level, "model": found.wanted.model, "total": dict(found.total),
        "unknown": dict(found.unknown), "before_contact": len(found.before_contact),
        "touches": [
            {
                "name": line.named.name or _UNKNOWN, "label": _label(line, t),
                "met": {end: len(one) for end, one in line.records.items()},
                "credit": dict(line.credit), "share": line.share and line.share.share,
                "low": line.share and line.share.low, "high": line.share and line.share.high,
                "place": line.share and line.share.place, "alone": line.alone, "without": line.without,
            }
            for line in found.lines
        ],
    }  # fmt: skip


def _label(line: "Line", t: "Words") -> str:
    named = line.named
    return t(named.key) if named.key and t.knows(named.key) else named.text


def _lines(found: "Worked", period: str, t: "Words") -> list[str]:
    from outreach.tracker.credit.worked import MEASURES

    counts = {
        name: t(f"chart.unit.{unit}", count=found.total[measure], number=t.number(found.total[measure]))
        for name, unit, measure in (
            ("inquiries", "inquiries", "inquiry"), ("families", "families", "family"), ("people", "people", "people"),
            ("returned", "families", "returned"),
        )
    }  # fmt: skip
    low, high = (t.percent(limit) for limit in found.limits)
    lines = [t("worked.told.head", called=period, share=t.percent(found.unknown_share), low=low, high=high, **counts)]
    lines += [t("worked.care"), ""]
    rows = [[t("worked.column.touch"), t("worked.column.met"), *(t(f"worked.measure.{one}") for one in MEASURES)]]
    for line in found.lines:
        named = _label(line, t)
        credit = (t.number(round(line.credit[one], 1)) if one in line.credit else "–" for one in MEASURES)
        rows.append([named, t.number(line.met("inquiry")), *credit])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join([first.ljust(widths[0]), *cells]))
    return lines


commands: tuple[click.Command, ...] = (attribute, worked)
