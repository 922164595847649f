"""statements: figures that are given out: freezing a report, what was given out, the same as a file."""

import getpass
import sys
from pathlib import Path

import click

from outreach.commands.frame import NUMBER, Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError
from outreach.core.text import PUBLIC_LANGUAGES


@click.group(cls=Group)
def statements() -> None:
    pass


@statements.command("publish")
@click.argument("kind")
@click.option("--period", "named", required=True)
@click.option("--why", default="")
@click.option("--place", default="")
def publish_statement(kind: str, named: str, why: str, place: str) -> None:
    from outreach.people import audit
    from outreach.report import Period
    from outreach.statements import freezing
    from outreach.statements.kinds import kind_of

    kind = kind_of(kind, place)
    told, by = shell(), getpass.getuser()
    with told.app() as app:
        period = Period.parse(named, app.settings.zone)
        if not 1990 <= period.first.year <= period.last.year <= 2200:
            raise OutreachError("report.error.period", given=named)
        with app.store.transaction() as session:
            now = app.clock.now()
            made = freezing.publish(session, now, app.texts, kind, period, app.office, by, why)
            audit.write(
                session, now, by, "publish", "statement", made.line.statement_id,
                report=kind, period=period.name, version=made.line.version,
            )  # fmt: skip
    language = told.words.language
    for sentence in made.figures.texts.get(language) or next(iter(made.figures.texts.values())):
        click.echo(sentence)
    told.note("cli.statements.published", number=made.line.statement_id, version=made.line.version)


@statements.command("list")
@as_json
def list_statements(json_: bool) -> None:
    from outreach.core.clock import local_day
    from outreach.statements import naming, reading

    told = shell()
    with told.app() as app:
        zone = app.settings.zone
        with app.store.reading() as session:
            rows = reading.listed(session)
    if json_:
        print_json(
            [
                {
                    "id": row.statement_id, "report": row.report, "place": row.place,
                    "period": row.span(zone).name, "version": row.version,
                    "why": row.why, "published_at": row.published_at.isoformat(), "published_by": row.published_by,
                }
                for row in rows
            ]
        )  # fmt: skip
        return
    t = told.words
    heads = [t(f"statements.column.{name}") for name in ("id", "report", "period", "version", "given", "why")]
    table(
        [
            [
                str(row.statement_id), naming.titled(t, row.kind), row.span(zone).name, str(row.version),
                t.day(local_day(row.published_at, zone)), row.why,
            ]
            for row in rows
        ],
        heads,
    )  # fmt: skip
    if not rows:
        told.note("cli.statements.none")


@statements.command("show")
@click.argument("number", type=NUMBER)
@click.option("--format", "format_", type=click.Choice(["text", "xlsx", "pdf", "docx"]), default="text")
@click.option("--lang", type=click.Choice(PUBLIC_LANGUAGES))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
def show_statement(number: int, format_: str, lang: str | None, output: Path | None) -> None:
    from outreach.statements import comparing, files, naming, reading

    told = shell()
    shape = "txt" if format_ == "text" else format_
    with told.app() as app:
        zone = app.settings.zone
        with app.store.reading() as session:
            given = reading.need(session, number)
            newest = reading.latest(session, given.line.kind, given.line.first, given.line.last)
            today = comparing.with_today(session, app.texts, given, app.office, zone)
            planned = files.beside(session, app.texts, given, app.office, zone) if shape == "xlsx" else ()
            counts = files.people(session, given) if shape == "xlsx" else {}
        data = files.made(
            shape, given, app.office, zone, app.texts.in_language(lang or told.words.language),
            kinds=files.PUBLIC | files.PRIVATE, counts=counts, planned=planned,
        )  # fmt: skip
    if shape == "txt" and output is None:
        click.echo(data.decode(), nl=False)
    else:
        target = output or Path(naming.file_name(given.line.kind, given.line.span(zone), given.line.version, shape))
        target.write_bytes(data)
        told.say("cli.statements.written", file=str(target))
    sys.stdout.flush()
    if newest is not None and newest.line.version != given.line.version:
        told.note("cli.statements.newer", version=newest.line.version, number=newest.line.statement_id)
    elif today.any:
        told.note("cli.statements.moved", count=len(today.numbers))


@statements.command("share")
@click.argument("number", type=NUMBER)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def share_statement(number: int, file: Path) -> None:
    from outreach.statements import reading
    from outreach.statements.sharing import document

    told = shell()
    with told.app() as app:
        with app.store.reading() as session:
            given = reading.need(session, number)
        data = document.written(document.shared(given, app.office))
    file.write_bytes(data)
    told.say("cli.statements.written", file=str(file))


@statements.command("bring")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def bring_figures(file: Path) -> None:
    from outreach.statements.sharing import document, keeping

    told = shell()
    with told.app() as app:
        with file.open("rb") as held:
            shared = document.read(held.read(document.MOST_BYTES + 1))
        with app.store.transaction() as session:
            new = keeping.bring(session, app.clock.now(), getpass.getuser(), app.office, shared)
    told.say("regions.told.brought" if new else "regions.told.known", region=shared.name["lv"])


commands = (statements,)
