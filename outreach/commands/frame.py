"""What every command shares: translated help with an example, the App on demand, one way to print.

A command's texts stand in `cli.po`: ``cli.<words of the command>.help`` and ``.example``, options under ``cli.option``.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ParamSpec

import click

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.settings import Settings, find_settings, read_settings
from outreach.core.text import LANGUAGES, Words, read_catalogues

P = ParamSpec("P")


class Shell:
    """One run of the program: settings and words are read when first asked for."""

    def __init__(self, named: str | None = None) -> None:
        self.named = named

    @cached_property
    def settings(self) -> Settings:
        return read_settings(find_settings(self.named, Path.cwd()))

    @cached_property
    def words(self) -> Words:
        try:
            language: str = self.settings.office.language
        except OutreachError:
            # Settings that cannot be read must still be complained about in some language.
            language = LANGUAGES[0]
        return read_catalogues(Path(__file__).resolve().parent.parent / "translations").in_language(language)

    @contextmanager
    def app(self, *, create: bool = False) -> Iterator[App]:
        """The App; without `create` the store must be there and as new as the program."""
        from outreach import wiring  # brings every room with it: not needed for --help or classify
        from outreach.migrations import run

        with wiring.open_app(self.settings, create=create) as app:
            if not create:
                run.ensure_current(app.store)
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


class _Texts(click.Command):
    """Help in the reader's language, from the command's own path."""

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


def print_json(value: object) -> None:
    """JSON on one or more lines, readable letters, stable keys."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


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
