"""digest: the morning mail from the command line: looked at, sent, settled, and what became of it."""

import base64
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import DAY, NUMBER, Group, as_json, print_json, shell, table
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from outreach.core.app import App
    from outreach.digest.composing import Composed


@click.group(cls=Group)
def digest() -> None:
    pass


@digest.command()
@click.option("--day", type=DAY)
@click.option("--for", "reader")
@click.option("--html", is_flag=True)
@click.option("--open", "open_", is_flag=True)
def preview(day: datetime | None, reader: str | None, html: bool, open_: bool) -> None:
    from outreach.digest.sending import preview as look
    from outreach.subscribers import subscriptions

    told = shell()
    with told.app() as app:
        if reader is not None:
            with app.store.reading() as session:
                subscriptions.by_mail(session, reader)
        _, composed = look(app, day.date() if day else None, reader)
    if open_:
        file = _page(composed)
        told.say("cli.digest.opened", file=str(file))
        click.launch(file.as_uri())
        return
    click.echo(composed.html if html else f"{composed.subject}\n\n{composed.text}")


def _page(composed: "Composed") -> Path:
    """A file that a browser shows as a mail program would, its pictures within; the reader's to delete."""
    html = composed.html
    for picture in composed.pictures:
        shown = f"data:image/png;base64,{base64.b64encode(picture.data).decode('ascii')}"
        html = html.replace(f"cid:{picture.name}@pictures", shown)
    with tempfile.NamedTemporaryFile(
        "w", prefix="outreach-mail-", suffix=".html", delete=False, encoding="utf-8"
    ) as file:
        file.write(html)
    return Path(file.name)


@digest.command()
@click.option("--day", type=DAY)
@click.option("--for", "reader")
@click.option("--again", is_flag=True)
def send(day: datetime | None, reader: str | None, again: bool) -> None:
    from outreach.core import presence
    from outreach.digest.sending import look_after, send_day
    from outreach.digest.standing import of_day

    told = shell()
    with told.app() as app:
        wanted = _day(app, day)
        look_after(app)
        with presence.present(app.settings.folder) as claimer:
            sent = send_day(app, claimer, wanted, again, reader)
        with app.store.reading() as session:
            rows = [row for row in of_day(session, wanted) if reader is None or row.mail == reader.strip().lower()]
        for row in rows:
            if row.run_id in sent:
                told.say("cli.digest.sent", recipient=row.mail, day=told.words.day(wanted))
        if any(row.status != "sent" for row in rows):
            raise OutreachError("cli.digest.not_all", sent=str(len(sent)), all=str(len(rows)))


@digest.command()
@click.option("--day", type=DAY, required=True)
@click.option("--arrived/--not-arrived", "arrived", required=True)
@click.option("--for", "reader")
def settle(day: datetime, arrived: bool, reader: str | None) -> None:
    from outreach.core import presence
    from outreach.digest.sending import send_runs
    from outreach.subscribers import runs

    told = shell()
    with told.app() as app:
        with app.store.transaction() as session:
            settled = runs.settle(session, app.clock.now(), day.date(), arrived, reader)
        if not arrived:
            with presence.present(app.settings.folder) as claimer:
                send_runs(app, claimer, settled)
    said = "cli.digest.arrived" if arrived else "cli.digest.again"
    told.say(said, count=len(settled), day=told.words.day(day.date()))


@digest.command()
@click.option("--day", type=DAY)
@as_json
def status(day: datetime | None, json_: bool) -> None:
    from outreach.digest.standing import of_day

    told = shell()
    with told.app() as app, app.store.reading() as session:
        wanted = _day(app, day)
        rows = of_day(session, wanted)
    if json_:
        print_json([vars(row) for row in rows])
        return
    words = told.words
    table(
        [
            [
                row.mail,
                words.clock(row.due_at, row.zone_info),
                words(f"digest.status.{row.status}") + (f" ({words('cli.digest.late')})" if row.late else ""),
                str(row.edition_id or "–"),
                words.fact(row.error_key, row.error_facts) if row.error_key else "",
            ]
            for row in rows
        ],
        [words(f"cli.column.{name}") for name in ("mail", "hour", "state", "edition", "reason")],
    )
    if not rows:
        told.note("cli.digest.none", day=words.day(wanted))


@digest.command()
@click.argument("words")
@click.option("--limit", type=click.IntRange(1, 500), default=20)
@click.option("--before", type=NUMBER)
@as_json
def search(words: str, limit: int, before: int | None, json_: bool) -> None:
    from outreach.digest import editions

    told = shell()
    with told.app() as app, app.store.reading() as session:
        rows = editions.listed(session, words, before, limit, for_office=True)
    if json_:
        print_json([vars(row) for row in rows])
        return
    for row in rows:
        click.echo(f"{row.id}  {row.day.isoformat()}  {row.subject}\n  {row.sentence}")
    if not rows:
        told.note("cli.digest.not_found", words=words)


def _day(app: "App", day: datetime | None) -> date:
    from outreach.core.clock import local_day

    return day.date() if day else local_day(app.clock.now(), app.settings.zone)


commands = (digest,)
