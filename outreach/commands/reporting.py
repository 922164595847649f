"""report: one of the office's reports, in words or as JSON."""

import click

from outreach.commands.frame import Command, print_json, shell
from outreach.core.errors import OutreachError


@click.command(cls=Command)
@click.argument("name")
@click.option("--year", type=click.IntRange(1990, 2200))
@click.option("--period", "named")
@click.option("--lang", default="lv")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def report(name: str, year: int | None, named: str | None, lang: str, format_: str) -> None:
    from outreach import report as reports
    from outreach.core.clock import local_day

    told = shell()
    languages = [part.strip() for part in lang.split(",") if part.strip()]
    with told.app() as app, app.store.reading() as session:
        today = local_day(app.clock.now(), app.settings.zone)
        zone = app.settings.zone
        period = reports.Period.parse(named, zone) if named else reports.Period.of_year(year or today.year, zone)
        if not 1990 <= period.first.year <= period.last.year <= 2200:
            raise OutreachError("report.error.period", given=named)
        written = [
            (reports.write(name, session, app.office, period, language), app.texts.in_language(language))
            for language in languages
        ]
    if not written:
        raise OutreachError("cli.report.language")
    if format_ == "json":
        print_json([reports.as_dict(one, words) for one, words in written])
    else:
        for one, words in written:
            click.echo(f"{words('report.kind.' + name)}, {period.name}\n\n{reports.as_text(one, words)}\n")


commands = (report,)
