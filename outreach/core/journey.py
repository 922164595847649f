"""One short name for all that follows from one thing: a request, a job's turn, a command. It stands in every log line.

It goes with a job through the queue, so that what a worker does for somebody's press of a button has the same name. It
is drawn by lot and says nothing of anybody.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_CURRENT: ContextVar[str] = ContextVar("journey", default="")


def current() -> str:
    """The name of what is under way here; empty outside any."""
    return _CURRENT.get()


@contextmanager
def begun(name: str = "") -> Iterator[str]:
    """Everything in the block is one journey, of this name or a new one."""
    told = name or secrets.token_hex(4)
    token = _CURRENT.set(told)
    try:
        yield told
    finally:
        _CURRENT.reset(token)


def kept(work: Callable[P, T]) -> Callable[P, T]:
    """The same work for another thread: there it is part of the journey that is under way here."""
    name = current()

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with begun(name):
            return work(*args, **kwargs)

    return run
