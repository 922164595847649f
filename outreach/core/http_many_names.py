"""Names looked up by threads of our own, each left alone when its time is up, and remembered for a minute."""

import socket
import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from outreach.core.dial import Resolve

_SECONDS = 60.0
_NAMES = 10_000

# A host and the port that is asked there.
Name = tuple[str, int]
# Addresses in the order they are to be tried; or why there are none.
Found = tuple[str, ...] | Exception
Asker = TypeVar("Asker")


class Names(Generic[Asker]):
    """For one thread, which asks from time to time what has been found."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._known: dict[Name, tuple[float, Found]] = {}
        self._asked: dict[Name, list[Asker]] = {}
        self._told: deque[tuple[Name, Found]] = deque()

    def known(self, name: Name, now: float) -> Found | None:
        """The addresses, if they were looked up in the last minute."""
        until, found = self._known.get(name, (0.0, None))
        return found if now < until else None

    def ask(self, name: Name, asker: Asker) -> None:
        """Has them looked up; `heard` will tell."""
        askers = self._asked.setdefault(name, [])
        askers.append(asker)
        if len(askers) == 1:
            threading.Thread(target=self._look_up, args=name, name="look-up", daemon=True).start()

    @property
    def pending(self) -> bool:
        """Whether anybody waits for a name."""
        return any(self._asked.values())

    @property
    def any_told(self) -> bool:
        """Whether `heard` has something to tell."""
        return bool(self._told)

    def heard(self, now: float) -> Iterator[tuple[Asker, Found]]:
        """Who asked, and what was found. Raises what is no failure of a look-up but ours."""
        while self._told:
            name, found = self._told.popleft()
            # ValueError: a label that is empty or too long, or has a zero byte.
            if isinstance(found, Exception) and not isinstance(found, OSError | ValueError):
                raise found
            if found and not isinstance(found, Exception):
                if len(self._known) >= _NAMES:
                    self._known.clear()
                self._known[name] = now + _SECONDS, found
            for asker in self._asked.pop(name, ()):
                yield asker, found

    def forget(self, asker: Asker) -> bool:
        """Tells this one nothing any more; False if it had not asked."""
        for askers in self._asked.values():
            if asker in askers:
                askers.remove(asker)
                return True
        return False

    def _look_up(self, host: str, port: int) -> None:
        found: Found
        try:
            answers = self._resolve(host, port, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(one[4][0]) for one in answers))
        except Exception as error:
            found = error
        self._told.append(((host, port), found))
