"""What every command shares: translated help with an example, the App on demand, one way to print.

A command's texts stand in `cli.po`: ``cli.<words of the command>.help`` and ``.example``, options under ``cli.option``.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ParamSpec

import click

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.settings import Settings, find_settings, read_settings
from outreach.core.text import LANGUAGES, Words, read_catalogues

P = ParamSpec("P")

# A number of the store: what does not fit its columns is wrong usage, not a fault further in.
NUMBER = click.IntRange(1, 2**31 - 1)


class Moment(click.DateTime):
    """A day or moment as typed, of a year in which there can have been an office."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        told: datetime = super().convert(value, param, ctx)
        if not 1990 <= told.year <= 2200:
            self.fail(shell().words("cli.wrong.year"), param, ctx)
        return told


DAY = Moment(["%Y-%m-%d"])
MOMENT = Moment(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


class Shell:
    """One run of the program: settings and words are read when first asked for."""

    def __init__(self, named: str | None = None) -> None:
        self.named = named

    @cached_property
    def settings(self) -> Settings:
        name = self.named or "settings.toml"
        try:
            return read_settings(find_settings(self.named, Path.cwd()))
        except (OSError, RecursionError) as error:
            raise OutreachError("settings.missing", file=one_line(name)) from error

    @cached_property
    def words(self) -> Words:
        try:
            language: str = self.settings.office.language
        except OutreachError:
            # Settings that cannot be read must still be complained about in some language.
            language = LANGUAGES[0]
        return read_catalogues(Path(__file__).resolve().parent.parent / "translations").in_language(language)

    @contextmanager
    def app(self, *, create: bool = False, lean: bool = False) -> Iterator[App]:
        """The App; without `create` the store must be there and as new as the program. `lean` as in `open_app`."""
        from outreach import wiring  # brings every room with it: not needed for --help or classify
        from outreach.migrations import run

        with wiring.open_app(self.settings, create=create, lean=lean) as app:
            if not create:
                run.ensure_current(app.store)
            if not create and not lean:
                wiring.replay_erased(app)
            yield app

    def say(self, key: str, **facts: object) -> None:
        """One line to the reader."""
        click.echo(self.words(key, **facts))

    def note(self, key: str, **facts: object) -> None:
        """One line beside the result: to stderr, so that pipes stay clean."""
        click.echo(self.words(key, **facts), err=True)


def shell() -> Shell:
    """The Shell of the command that is running."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Shell) if context else None
    if found is None:  # completion or help outside main()
        found = Shell()
    return found


def one_line(value: object) -> object:
    """What a sentence quotes stays on its line and short, whatever was typed."""
    if not isinstance(value, str):
        return value
    told = "".join(letter if letter.isprintable() else " " for letter in value[:500])
    return " ".join(told.split()) + ("…" if len(value) > 500 else "")


def _fit(error: click.UsageError) -> click.UsageError:
    for name in ("message", "command_name", "option_name"):
        if hasattr(error, name):
            setattr(error, name, one_line(getattr(error, name)))
    return error


class _Texts(click.Command):
    """Help in the reader's language, from the command's own path; arguments and errors are fit to print."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for given in args:
            # Bytes that are no text come as half characters; no store and no terminal takes those.
            if any("\ud800" <= letter <= "\udfff" for letter in given):
                raise OutreachError("cli.wrong.bytes", given=one_line(given.encode(errors="replace").decode()))
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _fit(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OutreachError as error:
            error.facts = {name: one_line(fact) for name, fact in error.facts.items()}
            raise
        except click.UsageError as error:
            raise _fit(error) from error
        except OSError as error:
            # A file or folder that the system does not give is for the reader to mend, not for us.
            if error.filename is None:
                raise
            raise OutreachError("core.file", file=one_line(str(error.filename)), reason=error.strerror) from error

    def _key(self, context: click.Context) -> str:
        # The name a command was invoked with, all the way up, without the program's own.
        names: list[str] = []
        at: click.Context | None = context
        while at is not None and at.parent is not None:
            names.append((at.info_name or "").replace("-", "_"))
            at = at.parent
        return ".".join(["cli", *reversed(names)])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        key = self._key(ctx)
        words = shell().words
        formatter.write_paragraph()
        formatter.write_text(words(f"{key}.help"))
        if words.knows(f"{key}.example"):
            with formatter.section(words("cli.heading.example")):
                for line in words(f"{key}.example").splitlines():
                    formatter.write_text(line)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), f"{shell().words('cli.heading.usage')}: "
        )

    def get_short_help_str(self, limit: int = 45) -> str:
        return ""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = shell().words
        rows = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                key = "cli.option." + ("help" if "--help" in parameter.opts else parameter.name or "")
                rows.append((record[0], words(key)))
        if rows:
            with formatter.section(words("cli.heading.options")):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class Command(_Texts):
    """A command whose help is translated."""


class Group(_Texts, click.Group):
    """A group whose help lists its commands with their first sentence."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = shell().words
        base = self._key(ctx)
        rows = []
        for name in self.list_commands(ctx):
            text = words(f"{base}.{name.replace('-', '_')}.help")
            rows.append((name, text.split(". ")[0].rstrip(".")))
        with formatter.section(words("cli.heading.commands")):
            formatter.write_dl(rows)


Group.group_class = Group


def as_json(flag: Callable[P, Any]) -> Callable[P, Any]:
    """The option `--json`: the same facts for another program."""
    return click.option("--json", "json_", is_flag=True)(flag)


def json_text(value: object, indent: int | None = None) -> str:
    """JSON with readable letters; half a character, which no output takes, stays written as its number."""
    told = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    if any("\ud800" <= letter <= "\udfff" for letter in told):
        return json.dumps(value, indent=indent, default=str)
    return told


def print_json(value: object) -> None:
    """JSON on one or more lines, readable letters, stable keys."""
    click.echo(json_text(value, indent=2))


def table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Columns as wide as they need, cut to the terminal at the last one."""
    if not rows:
        return
    widths = [max(len(str(row[index])) for row in [heads, *rows]) for index in range(len(heads))]
    for row in [heads, *rows]:
        cells = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def progress(total: int, label: str) -> Any:
    """A progress bar on stderr; silent where stderr is no terminal but for its label."""
    return click.progressbar(length=total, label=label, file=sys.stderr, show_pos=True)
