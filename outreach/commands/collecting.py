"""collect: ask the sources now."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Command, Shell, as_json, print_json, progress, shell
from outreach.core.app import App
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from scrapers.collect import Polled, Progress

_MOST_PROCESSES = 16


@click.command(cls=Command)
@click.option("--all", "all_", is_flag=True)
@click.option("--now", "at_once", is_flag=True)
@click.option("--source")
@click.option("--processes", type=click.IntRange(1, _MOST_PROCESSES), default=1)
@as_json
def collect(all_: bool, at_once: bool, source: str | None, processes: int, json_: bool) -> None:
    told = shell()
    with unhurried(), told.app(lean=True) as app, _shown(told, hidden=json_) as step:
        polled = _poll(app, all_, at_once or source is not None, source, processes, step)
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


def _poll(
    app: App, all_sources: bool, ignore_schedule: bool, only: str | None, processes: int, step: "Progress"
) -> "Polled":
    from scrapers.collect import collect as poll

    if processes == 1 or only is not None:
        return poll(app, all_sources=all_sources, ignore_schedule=ignore_schedule, only=only, progress=step)
    from outreach.commands.abreast import Wanted, collect_abreast
    from scrapers.due import due_ids

    with app.store.asking() as connection:
        total = len(due_ids(connection, app.clock.now(), all_sources=all_sources, ignore_schedule=ignore_schedule))
    wanted = Wanted(all_sources, ignore_schedule)
    # Each process opens the store for itself.
    return collect_abreast(app.settings, wanted, min(processes, max(total, 1)), lambda done: step(done, total))


@contextmanager
def unhurried() -> Iterator[None]:
    """Leaves the interpreter's rounds for cyclic garbage rarer while the block runs: a round of polls keeps thousands
    of values for a moment and makes hardly a cycle, and looking for some took an eighth of it.
    """
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _shown(told: Shell, *, hidden: bool) -> Iterator["Progress"]:
    """A bar that tells how far a round is, from its first source on."""
    bar = None

    def step(done: int, total: int) -> None:
        nonlocal bar
        if hidden:
            return
        if bar is None:
            bar = progress(total, told.words("cli.collect.label"))
        bar.update(done - bar.pos)

    try:
        yield step
    finally:
        if bar is not None:
            bar.render_finish()


commands = (collect,)
