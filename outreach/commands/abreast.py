"""Collecting in several processes side by side, each with its own part of the hosts.

No two ask the same host, so that what each knows of its hosts is all there is to know, and every pause is kept.
"""

import logging
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.http import GuardedHttp
from outreach.core.settings import Settings
from scrapers.harvest import Polled

# What is under way may end, and what was claimed is given back.
_END_SECONDS = 20.0


@dataclass(frozen=True)
class Wanted:
    """What is to be polled, as `scrapers.collect.collect` takes it."""

    all_sources: bool
    ignore_schedule: bool


@dataclass
class _Part:
    """One of the processes; `told` is its count once it has ended well."""

    process: BaseProcess
    line: Connection
    done: int = 0
    told: Polled | None = None


def collect_abreast(
    settings: Settings, wanted: Wanted, processes: int, progress: Callable[[int], object]
) -> Polled:
    """Polls in so many processes; their counts added up. `progress` is told how many sources are done.

    What ends one of them ends all, and is raised here: the OutreachError that it met, `cli.collect.lost` where it was
    ended from outside. When the caller is interrupted, or is no more, they give back what they have not asked.
    """
    # A fork would share the store's connections.
    context = get_context("spawn")
    parts: list[_Part] = []
    try:
        for number in range(processes):
            line, theirs = context.Pipe()
            process = context.Process(
                target=_collect, args=(theirs, settings, wanted, (number, processes)), name=f"collect-{number}"
            )
            # A process that is half begun is nobody's: the end waits for this moment.
            with _undisturbed():
                process.start()
                theirs.close()
                parts.append(_Part(process, line))
        while waiting := [part for part in parts if part.told is None]:
            ready = connection.wait([part.line for part in waiting])
            for part in waiting:
                if part.line in ready:
                    _hear(part)
            progress(sum(part.done for part in parts))
    finally:
        for part in parts:
            part.line.close()
        for part in parts:
            part.process.join(_END_SECONDS)
            if part.process.is_alive():
                part.process.kill()
                part.process.join()
    return added([part.told for part in parts if part.told is not None])


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Puts off Ctrl-C while the block runs; what is started inside never hears of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    # Blocked is what those inherit who are started; another thread of ours may still be told, and tells us.
    before = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(signal.SIGINT)


def added(told: list[Polled]) -> Polled:
    """The counts of rounds that ran side by side as those of one."""
    return Polled(
        sum(one.polled for one in told),
        sum(one.unchanged for one in told),
        sum(one.new for one in told),
        sum(one.failed for one in told),
        sum(one.mentions for one in told),
        max((one.seconds for one in told), default=0.0),
        sum(one.changed for one in told),
    )


def _hear(part: _Part) -> None:
    try:
        said = part.line.recv()
    except EOFError:
        part.process.join(_END_SECONDS)
        raise OutreachError("cli.collect.lost", code=part.process.exitcode) from None
    match said:
        case int():
            part.done = said
        case Polled():
            part.told = said
        case OutreachError():
            raise said
        case _:
            raise RuntimeError(f"collecting met an error:\n{said}")


def _collect(line: Connection, settings: Settings, wanted: Wanted, share: tuple[int, int]) -> None:
    """What one of the processes does; it says over the line how far it is, and in the end its count or its error."""
    # Whoever stops the command stops the first process, and that one lets go of our line.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from outreach import logs, wiring
    from outreach.commands.collecting import unhurried
    from scrapers.collect import collect

    logs.to_stderr(logging.WARNING)
    try:
        with unhurried(), wiring.open_app(settings, lean=True) as app:
            threading.Thread(target=_end_with, args=(line, app), daemon=True).start()
            told = collect(
                app,
                all_sources=wanted.all_sources,
                ignore_schedule=wanted.ignore_schedule,
                progress=lambda done, _total: line.send(done),
                share=share,
            )
        line.send(told)
    except OutreachError as error:
        _say(line, error)
    except BrokenPipeError:
        pass
    except Exception:
        _say(line, traceback.format_exc())


def _say(line: Connection, told: object) -> None:
    with suppress(OSError):  # nobody listens any more
        line.send(told)


def _end_with(line: Connection, app: App) -> None:
    """Ends the round when the other end of the line is let go, of whoever's will."""
    try:
        line.recv()
    except (EOFError, OSError):
        app.stopping.set()
        if isinstance(app.http, GuardedHttp):
            app.http.abort()
