"""The command `outreach`: parses, calls one function, prints; errors become one sentence on stderr."""

import logging
import os
import sys
import tempfile
from pathlib import Path

import click

from outreach import logs
from outreach.commands import (
    alerts,
    attributing,
    backup,
    bringing,
    collecting,
    digest,
    families,
    forms,
    handover,
    keys,
    learning,
    pasting,
    planning,
    press,
    readers,
    reading,
    recall,
    reporting,
    running,
    sources,
    statements,
    stories,
    topics,
    trends,
    users,
)
from outreach.commands.frame import Group, Shell
from outreach.core.errors import OutreachError
from outreach.core.text import Words


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--settings", "settings_file", envvar="OUTREACH_SETTINGS")
@click.pass_context
def outreach(context: click.Context, settings_file: str | None) -> None:
    context.ensure_object(Shell).named = settings_file


for room in (
    running, sources, collecting, pasting, recall, trends, reading, digest, topics,
    forms, learning, planning, families, bringing, reporting, users, readers, alerts, backup, stories,
    press, attributing, statements, keys, handover,
):  # fmt: skip
    for command in room.commands:
        outreach.add_command(command)


_HELPLESS = (click.UsageError, click.exceptions.NoArgsIsHelpError)


def main(arguments: list[str] | None = None) -> None:
    """The entry point: exit code 0, 1 for an error, 2 for wrong usage, 130 after Ctrl-C."""
    told = Shell(os.environ.get("OUTREACH_SETTINGS"))
    logs.to_stderr(logging.WARNING)
    try:
        code = outreach.main(arguments, prog_name="outreach", standalone_mode=False, obj=told)
        sys.stdout.flush()
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        click.echo(_usage(error, told.words), err=True)
        code = error.exit_code if isinstance(error, click.UsageError) else 1
    except OutreachError as error:
        click.echo(told.words.error(error), err=True)
        code = 1
    except BrokenPipeError:
        # The reader of our output has gone (`outreach ... | head`): nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        # A fault of ours: the trace goes into a file for whoever mends it, the reader gets a sentence.
        click.echo(told.words("cli.broken", file=_keep_trace(error)), err=True)
        code = 1
    ended = code if isinstance(code, int) else 0
    if arguments is None and "outreach.daemon" in sys.modules:
        # The process is ours alone: nobody who called us waits for an answer.
        sys.modules["outreach.daemon"].leave(ended)
    sys.exit(ended)


def _usage(error: click.ClickException, words: Words) -> str:
    at = error.ctx if type(error) in _HELPLESS and isinstance(error, click.UsageError) else None
    if at is not None and isinstance(at.command, click.Group):  # a group without its command: show what there is
        with at:
            return str(at.get_help())
    if isinstance(error, click.NoSuchOption):
        return words("cli.wrong.option", name=error.option_name)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return words("cli.wrong.command", name=error.command_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return words("cli.wrong.missing", name=error.param.human_readable_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return words("cli.wrong.value", name=error.param.human_readable_name, reason=error.message)
    return words("cli.wrong.other", reason=error.format_message())


def _keep_trace(error: BaseException) -> str:
    handle, name = tempfile.mkstemp(prefix="outreach-error-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{logs.trace(error)}\n")
    return str(Path(name))


if __name__ == "__main__":
    main()
