"""contacts: media contacts from the command line; how they come in from a file and go out as a table.

What sends releases to them, `press`, stands in a file of its own.
"""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Group, as_json, print_json, shell, table
from outreach.commands.sendings import press
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.core.app import App
    from outreach.pressroom.contacts.judging import Judged

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def contacts() -> None:
    pass


@contacts.command("list")
@click.argument("words", nargs=-1)
@as_json
def list_contacts(words: tuple[str, ...], json_: bool) -> None:
    from outreach.core.clock import local_day
    from outreach.pressroom.contacts import editing, reading
    from outreach.pressroom.contacts.reading import Chosen

    told = shell()
    with told.app() as app, app.store.reading() as session:
        day = local_day(app.clock.now(), app.settings.zone)
        chosen = Chosen(" ".join(words))
        rows = [one for one in reading.every(session) if chosen.fits(one, day, None)]
    if json_:
        print_json([{"id": one.id, **editing.values(editing.draft_of(one))} for one in rows])
        return
    t = told.words
    heads = [t("contacts.field.name"), t("contacts.field.outlet"), t("contacts.field.mail"), t("contacts.field.beats")]
    table([[one.name, one.outlet or "–", one.mail or "–", ", ".join(one.beats)] for one in rows], heads)
    if not rows:
        told.note("cli.contacts.none")


@contacts.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", "only_look", is_flag=True)
def import_contacts(file: Path, only_look: bool) -> None:
    from outreach.people import audit
    from outreach.pressroom.contacts import cards, judging

    told = shell()
    with file.open("rb") as opened:
        data = opened.read(cards.MOST + 1)
    with told.app() as app:
        with app.store.reading() as session:
            rows = _judged(app, session, data)
        for row in rows:
            if row.state != "same":
                click.echo(_line(row))
        told.note("cli.contacts.looked", **judging.counts(rows))
        if only_look:
            return
        with app.store.transaction() as session:
            done = judging.take(session, app.clock.now(), _judged(app, session, data), {}, getpass.getuser(), app.seal)
            if done.added:
                audit.write(
                    session, app.clock.now(), getpass.getuser(), "import", "contact_file", None, added=len(done.added)
                )
    told.say("cli.contacts.added", count=len(done.added))


@contacts.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_contacts(file: Path) -> None:
    from outreach.pressroom.contacts import exporting, reading
    from outreach.sheets import FORMATS

    told = shell()
    wanted = file.suffix.lower().removeprefix(".")
    if wanted not in FORMATS:
        raise OutreachError("cli.contacts.format", file=str(file))
    with told.app() as app, app.store.reading() as session:
        rows = reading.every(session)
    # Made here first: a folder that is not there is one sentence, whatever writes the table.
    file.open("wb").close()
    exporting.write(told.words, wanted, file, told.words("contacts.title"), rows)
    told.say("cli.contacts.written", count=len(rows), file=str(file))


def _judged(app: "App", session: "Session", data: bytes) -> "list[Judged]":
    from outreach.pressroom.contacts import brought, exporting, judging

    spoken = [app.texts.in_language(language) for language in LANGUAGES]
    found = brought.read(data, exporting.heads(spoken))
    return judging.judge(session, found, app.seal, exporting.vocabulary(spoken))


def _line(row: "Judged") -> str:
    t = shell().words
    parts = [f"{row.number}", t(f"contacts.row.{row.state}"), row.draft.name or " ".join(row.shown.values())[:60]]
    if row.other is not None:
        parts.append(f"{row.other.name} ({t(row.why)})")
    if row.error is not None:
        parts.append(t.error(row.error))
    return "  ".join(parts)


commands = (contacts, press)
