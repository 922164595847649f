"""collect: ask the sources now."""

from dataclasses import asdict

import click

from outreach.commands.frame import Command, as_json, print_json, progress, shell
from outreach.core.errors import OutreachError


@click.command(cls=Command)
@click.option("--all", "all_", is_flag=True)
@click.option("--now", "at_once", is_flag=True)
@click.option("--source")
@as_json
def collect(all_: bool, at_once: bool, source: str | None, json_: bool) -> None:
    from scrapers.collect import collect as poll

    told = shell()
    with told.app(lean=True) as app:
        bar = None
        try:

            def step(done: int, total: int) -> None:
                nonlocal bar
                if bar is None:
                    bar = progress(total, told.words("cli.collect.label"))
                bar.update(done - bar.pos)

            polled = poll(
                app,
                all_sources=all_,
                ignore_schedule=at_once or source is not None,
                only=source,
                progress=None if json_ else step,
            )
        finally:
            if bar is not None:
                bar.render_finish()
    if json_:
        print_json(asdict(polled))
    elif not polled.polled:
        told.say("cli.collect.nothing")
    else:
        told.say(
            "cli.collect.done",
            count=polled.polled,
            unchanged=polled.unchanged,
            new=polled.new,
            failed=polled.failed,
            mentions=polled.mentions,
            seconds=told.words.number(round(polled.seconds, 1)),
        )
    if polled.polled and polled.failed == polled.polled:
        raise OutreachError("cli.collect.all_failed")


commands = (collect,)
