"""Asking in steps: a generator yields requests and is given their answers, and knows no wire.

Whoever drives it decides when each is sent: one after the other (`drive`), or hundreds at once with every host's pause
kept (`scrapers.collect`).
"""

from collections.abc import Callable, Generator
from typing import TypeVar

from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request

T = TypeVar("T")

# A WireError is thrown in where a request has no answer; what is returned is the result.
Steps = Generator[Request, Answer, T]


def drive(steps: Steps[T], http: Http, pause: Callable[[], object] = lambda: None) -> T:
    """The result of the steps, each request sent by `http`, with `pause` called between two."""
    try:
        request = next(steps)
        while True:
            try:
                answer = http.send(request)
            except WireError as error:
                request = steps.throw(error)
            else:
                request = steps.send(answer)
            pause()
    except StopIteration as end:
        told: T = end.value
        return told
