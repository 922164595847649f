"""backup and restore: a consistent copy while the program runs, and its way back."""

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


commands = (backup, restore)
