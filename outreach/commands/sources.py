"""sources: the catalogue of outlets."""

from pathlib import Path

import click

from outreach.commands import probing
from outreach.commands.frame import Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError


@click.group(cls=Group)
def sources() -> None:
    pass


@sources.command("list")
@as_json
def list_sources(json_: bool) -> None:
    from scrapers import outlets
    from scrapers.rhythms import span

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = outlets.fares(session, app.clock.now())
        zone = app.settings.zone
    if json_:
        print_json([vars(row) for row in rows])
        return
    columns = ("name", "tier", "kind", "state", "since", "gap", "last", "reason")
    heads = [told.words(f"cli.column.{name}") for name in columns]
    table(
        [
            [
                row.name,
                told.words(f"scrapers.tier.{row.tier}"),
                row.kind,
                told.words(f"scrapers.state.{row.state}") if row.enabled else told.words("cli.sources.off"),
                told.words.moment(row.state_since, zone) if row.state_since else "–",
                span(told.words, row.usual_gap_seconds),
                told.words.moment(row.last_ok_at, zone) if row.last_ok_at else "–",
                told.words.fact(row.reason_key, row.reason_facts) if row.reason_key else row.note or "",
            ]
            for row in rows
        ],
        heads,
    )
    if not rows:
        told.note("cli.sources.none")


@sources.command("add")
@click.argument("name")
@click.argument("url")
@click.option(
    "--tier", type=click.Choice(["national", "regional", "local", "diaspora", "social"]), default="regional"
)
@click.option("--lang", default="lv")
@click.option("--item")
@click.option("--link")
@click.option("--title")
@click.option("--date")
def add_source(
    name: str,
    url: str,
    tier: str,
    lang: str,
    item: str | None,
    link: str | None,
    title: str | None,
    date: str | None,
) -> None:
    from scrapers import catalogue

    told = shell()
    extra = {
        key: value
        for key, value in {"item": item, "link": link, "title": title, "date": date}.items()
        if value
    }
    with told.app() as app, app.store.transaction() as session:
        catalogue.add(
            session,
            app.clock.now(),
            name,
            url,
            "listing" if item else "feed",
            tier=tier,
            language=lang,
            settings=extra,
        )
    told.say("cli.sources.added", name=name)


@sources.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_sources(file: Path) -> None:
    from scrapers import catalogue

    told = shell()
    with told.app(create=True) as app, app.store.transaction() as session:
        outcome = catalogue.bring_in(session, app.clock.now(), file)
    told.say("cli.sources.imported", count=outcome.added, changed=outcome.changed, kept=outcome.kept)
    for refused in outcome.refused:
        click.echo(told.words.error(refused), err=True)
    if outcome.refused:
        raise OutreachError("cli.sources.refused", count=len(outcome.refused))


@sources.command("export")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def export_sources(file: Path | None) -> None:
    from scrapers import catalogue

    told = shell()
    with told.app() as app, app.store.reading() as session:
        if file is None:
            click.echo(catalogue.as_table(session), nl=False)
            return
        if file.exists():
            raise OutreachError("core.store.copy_exists", file=str(file))
        count = catalogue.write_out(session, file)
    told.say("cli.sources.exported", count=count, file=file)


@sources.command("enable")
@click.argument("name")
def enable_source(name: str) -> None:
    _switch(name, True)


@sources.command("disable")
@click.argument("name")
def disable_source(name: str) -> None:
    _switch(name, False)


def _switch(name: str, enabled: bool) -> None:
    from scrapers import catalogue

    told = shell()
    with told.app() as app, app.store.transaction() as session:
        catalogue.switch(session, app.clock.now(), name, enabled)
    told.say("cli.sources.enabled" if enabled else "cli.sources.disabled", name=name)


for command in probing.commands:
    sources.add_command(command)

commands = (sources,)
