"""inquiries import: a table of inquiries from the command line; it joins the group of the others."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.commands.families import inquiries
from outreach.commands.frame import shell
from outreach.core.errors import OutreachError
from outreach.core.text import Words

if TYPE_CHECKING:
    from outreach.tracker.bringing.brought import Brought
    from outreach.tracker.bringing.columns import Table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@inquiries.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", "only_look", is_flag=True)
@click.option("--map", "mapped", multiple=True)
@click.option("--answered", is_flag=True)
def import_inquiries(file: Path, only_look: bool, mapped: tuple[str, ...], answered: bool) -> None:
    from campaigns.timing import sheet
    from outreach.people import audit
    from outreach.tracker.bringing import brought, judging, taking
    from outreach.tracker.places import read_places

    told = shell()
    with file.open("rb") as opened:
        lines = sheet.lines(opened.read(sheet.MOST_BYTES + 1))
    with told.app() as app:
        now, zone, places = app.clock.now(), app.settings.zone, read_places(app.office.places)
        read = brought.read(lines, places, now, zone)
        if mapped:
            read = brought.read(lines, places, now, zone, _mapped(read.table, mapped))
        with app.store.reading() as session:
            judged = judging.judge(session, now, app.seal, read.rows)
        # What may be double is for a person to decide, who sees both.
        double = {row.number for group in judged.groups for row in group.rows}
        ready = [row for row in read.rows if not row.refused and row.number not in double]
        refused = sum(row.refused for row in read.rows)
        _say(told.words, read)
        told.note(
            "cli.inquiries.looked", rows=len(read.rows), ready=len(ready), double=len(double), refused=refused
        )
        if only_look or not ready:
            return
        names, actor = judging.named(read.rows), getpass.getuser()
        with app.store.transaction() as session:
            batch = taking.begin(session, now, actor, "table", f"{now:%Y-%m-%d %H:%M}", refused=refused)
        orders = [taking.Order(row, names[row.number]) for row in ready]
        for _ in taking.take_all(app.store, now, app.seal, actor, batch, orders, answered=answered):
            pass
        with app.store.transaction() as session:
            done = taking.finish(session, batch, known=len(double), asked=len(orders))
            audit.write(session, app.clock.now(), actor, "import", taking.KIND, batch, taken=done.taken)
    told.say("cli.inquiries.imported", count=done.taken)


def _mapped(table: "Table", mapped: tuple[str, ...]) -> dict[int, str]:
    """The columns as they look, but for those that were named: `heading=field` or `3=field`, counted from 1."""
    from outreach.tracker.bringing.words import FIELDS

    fields = {one.at: one.field for one in table.columns}
    for told in mapped:
        column, sign, name = told.rpartition("=")
        column, name = column.strip(), name.strip()
        if not sign or not column:
            raise OutreachError("bringing.error.map", told=told)
        if name and name not in FIELDS:
            raise OutreachError("bringing.error.field", field=name, known=", ".join(FIELDS))
        at = next(
            (one.at for one in table.columns if column.casefold() in {one.head.casefold(), str(one.at + 1)}), None
        )
        if at is None:
            known = ", ".join(_heads(table).values())
            raise OutreachError("bringing.error.column", column=column, known=known)
        fields[at] = name
    return fields


def _say(t: Words, read: "Brought") -> None:
    """How the columns are understood, and what is wrong, without a family's words: a terminal keeps what it shows."""
    heads = _heads(read.table)
    for one in read.table.columns:
        field = t(f"bringing.field.{one.field or 'none'}")
        click.echo(t("cli.inquiries.column", column=heads[one.at], field=field))
    for row in read.rows:
        for problem in row.problems:
            column = heads.get(problem.at, "") if problem.at is not None else "–"
            told = t(problem.key, **problem.facts)
            click.echo(t("cli.inquiries.problem", row=str(row.number), column=column, told=told))


def _heads(table: "Table") -> dict[int, str]:
    """What columns are called here: in a table of which no heading is known, the first row may be a family's."""
    from outreach.tracker.bringing.words import head_of

    are_heads = any(head_of(one.head) for one in table.columns)
    return {one.at: (one.head if are_heads else "") or str(one.at + 1) for one in table.columns}


# The group itself is the families' room's.
commands: tuple[click.Command, ...] = ()
