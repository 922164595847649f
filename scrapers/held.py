"""Answers that may be some minutes old, held by this process for each store it reads: what every page asks must not
cost every page its questions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass
class Held(Generic[T]):
    """One question's answers, by store."""

    fresh: timedelta
    _answers: WeakKeyDictionary[Any, tuple[datetime, T]] = field(default_factory=WeakKeyDictionary)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, session: Session, now: datetime, ask: Callable[[], T]) -> T:
        """The answer that is held while it is fresh, else what `ask` says now."""
        key = store_of(session)
        with self._lock:
            held = self._answers.get(key)
        if held is not None and held[0] <= now < held[0] + self.fresh:
            return held[1]
        found = ask()
        with self._lock:
            self._answers[key] = (now, found)
        return found

    def forget(self, session: Session) -> None:
        """The next question is asked anew."""
        with self._lock:
            self._answers.pop(store_of(session), None)


def store_of(session: Session) -> Any:
    """What is the same for all sessions of a store, however they were opened: its pool of connections."""
    return session.get_bind().engine.pool
