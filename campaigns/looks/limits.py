"""How long a text may be, without asking anybody while somebody writes.

Most kinds know their limit. A server that has its own is asked now and then, and what it said holds for an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from types import MappingProxyType

from campaigns.channel import Channel, Limit
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request
from outreach.core.registry import build

_HOLDS = timedelta(hours=1)
_AGAIN = timedelta(minutes=5)  # one that did not answer is left alone for so long
_MOST = 500
_USUAL: Mapping[str, Limit] = MappingProxyType({"mastodon": Limit(500, 23)})

_Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Known:
    """A channel's limit, None where it sets none; not `surely` is what is usual where the channel has not said yet."""

    limit: Limit | None
    surely: bool = True


class _Silent:
    """A wire that asks nobody."""

    def send(self, request: Request) -> Answer:
        raise WireError("channels.terms.length.asked")


def offline(kind: str, settings: Mapping[str, object]) -> Known:
    """The limit that a channel's kind knows of itself. Raises OutreachError for settings that make no channel."""
    built: Channel = build("campaigns.channels", kind, settings)
    try:
        return Known(built.limit(_Silent()))
    except WireError:
        return Known(_USUAL.get(kind), surely=False)


class Limits:
    """What channels have said of their limits, in memory. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: dict[_Key, tuple[datetime, Known]] = {}

    def known(self, kind: str, settings: Mapping[str, object], now: datetime) -> Known:
        """As far as it is known, without asking. Raises OutreachError for settings that make no channel."""
        held = self._held(kind, settings)
        if held is not None and held[1].surely and now < held[0] + _HOLDS:
            return held[1]
        return offline(kind, settings)

    def is_to_ask(self, kind: str, settings: Mapping[str, object], now: datetime) -> bool:
        """Whether asking could tell more. Raises OutreachError for settings that make no channel."""
        held = self._held(kind, settings)
        if held is not None and now < held[0] + (_HOLDS if held[1].surely else _AGAIN):
            return False
        return not offline(kind, settings).surely

    def ask(self, kind: str, settings: Mapping[str, object], now: datetime, wire: Http) -> Known:
        """Asks the channel where that could tell more; no open transaction. One that does not answer is taken as usual.

        Raises OutreachError for settings that make no channel.
        """
        if not self.is_to_ask(kind, settings, now):
            return self.known(kind, settings, now)
        built: Channel = build("campaigns.channels", kind, settings)
        try:
            told = Known(built.limit(wire))
        except WireError:
            told = offline(kind, settings)
        with self._lock:
            if len(self._told) >= _MOST:
                self._told.clear()
            self._told[_key(kind, settings)] = (now, told)
        return told

    def _held(self, kind: str, settings: Mapping[str, object]) -> tuple[datetime, Known] | None:
        with self._lock:
            return self._told.get(_key(kind, settings))


def _key(kind: str, settings: Mapping[str, object]) -> _Key:
    return kind, tuple(sorted((name, str(value)) for name, value in settings.items()))
