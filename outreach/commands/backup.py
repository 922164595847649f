"""backup and restore: a consistent copy while the program runs, and its way back."""

import sys
from pathlib import Path

import click

from outreach.commands.frame import Command, shell


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    from outreach import copies

    told = shell()
    with told.app() as app:
        size = copies.copy(app.store, file)
        beside = copies.copy_beside(app.settings.folder, file.absolute().parent)
    told.say("cli.backup.done", file=file, size=told.words.number(size // 1024))
    if beside:
        told.say("cli.backup.beside", count=beside, folder=file.absolute().parent)
    told.note("cli.backup.key")


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True)
def restore(file: Path, yes: bool) -> None:
    from outreach import copies

    told = shell()
    restored = copies.restore(told.settings, file, overwrite=yes)
    told.say("cli.restore.done", file=file)
    if restored.aside is not None:
        told.say("cli.restore.aside", file=restored.aside)
    if restored.missing:
        told.say("cli.restore.missing", count=restored.missing)
    if restored.again:
        told.say("keys.restore.again", count=restored.again)
    if restored.unreadable:
        told.say("keys.restore.unreadable", count=restored.unreadable)
    told.say("cli.restore.paused")


@click.command(cls=Command)
@click.option("--to", "moved_to", required=True, envvar="OUTREACH_MOVE_TO")
def move(moved_to: str) -> None:
    from outreach import moving

    told = shell()
    last = ""

    def progress(table: str, done: int, of: int) -> None:
        nonlocal last
        if sys.stderr.isatty():
            click.echo(f"\r{table:<40} {done:>10} / {of:<10}", nl=False, err=True)
        elif table != last and of:
            click.echo(f"{table} {of}", err=True)
        last = table

    moved = moving.move(told.settings, moved_to, progress)
    if sys.stderr.isatty():
        click.echo(err=True)
    told.say("cli.move.done", tables=moved.tables, rows=told.words.number(moved.rows))
    told.say("cli.move.next")


commands = (backup, restore, move)
