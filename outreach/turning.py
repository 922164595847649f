"""The office's keys in its life: which there are and what they seal, a new one, the end of an old one.

Old key -> a new one beside it -> everything sealed anew, in steps -> the old one destroyed. Whatever was erased before
that, no older copy of the store can tell any more. Killed anywhere, the next `rotate` goes on where it was.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from filelock import FileLock, Timeout

from outreach import wiring
from outreach.core import keyfile, reseal, settings
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.keyring import Key, Ring
from outreach.core.reseal import UNNAMED
from outreach.people import audit
from outreach.tracker import privacy

# What was sealed with the key before this one is written by now: no transaction takes as long.
SETTLED = timedelta(minutes=2)
_PASSES = 5


@dataclass(frozen=True)
class Held:
    """One key: `seals` counts what it seals by place; `state` is `current`, `old`, `destroyed` or `unknown`."""

    key_id: str
    state: str
    made: datetime | None
    seals: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Turned:
    """What a rotation came to: `made` tells whether there is a new key, `given` is the line that has to be set in the
    environment first (a secret), `broken` counts by place what would not open.
    """

    key_id: str
    made: bool
    anew: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    given: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Ending:
    """A key that may be destroyed, and the moment before which copies cannot be opened without it."""

    key_id: str
    copies_before: datetime | None


def held(app: App) -> list[Held]:
    """All keys, those of the ring first; what is sealed with none of them has a key whose state tells why."""
    ring = app.seal.now()
    seals = _seals(app)
    found = [
        Held(key.id, "old" if number else "current", key.made, seals.pop(key.id, {}))
        for number, key in enumerate(ring.keys)
    ]
    found += [Held(one.id, "destroyed", one.at, seals.pop(one.id, {})) for one in ring.gone]
    return found + [Held(key_id, "unknown", None, counts) for key_id, counts in sorted(seals.items())]


def rotate(app: App, actor: str, tell: Callable[[reseal.Done], None]) -> Turned:
    """Makes a new key and seals everything anew with it; after one that did not come to its end, only the rest.

    `tell` hears of each place of each pass. With keys from the environment the first call makes the line that has to
    be set there, and changes nothing; the next one, with that line, does the rest. Owns its transactions. OutreachError
    `keys.error.busy` while another rotates.
    """
    with _alone(app):
        ring, is_new = app.seal.now(), False
        if not _is_midway(app, ring):
            fresh = ring.turned(app.clock.now())
            if _is_given():
                return Turned(fresh.current.id, True, given=fresh.text())
            with app.store.transaction() as session:
                audit.write(session, app.clock.now(), actor, "rotate", "key", None, key=fresh.current.id)
                keyfile.write_ring(wiring.key_file(app.settings), fresh)
            ring, is_new = fresh, True
        elif _is_given() and keyfile.marked(wiring.key_mark(app.settings)) != ring.current.id:
            with app.store.transaction() as session:
                audit.write(session, app.clock.now(), actor, "rotate", "key", None, key=ring.current.id)
                # From now on a program with the line before closes nothing more.
                keyfile.write_mark(wiring.key_mark(app.settings), ring.current.id, app.clock.now())
        anew, broken = _anew(app, tell)
        with app.store.transaction() as session:
            audit.write(session, app.clock.now(), actor, "reseal", "key", None, key=ring.current.id, count=anew)
        privacy.clear(app)  # what the old key sealed leaves the store's journal too
        return Turned(ring.current.id, is_new, anew, broken)


def ending(app: App, key_id: str) -> Ending:
    """Whether an old key may be destroyed. OutreachError `keys.error.unknown`, `.current`, `.soon`, or `.in_use` with
    where and how much.
    """
    ring, now = app.seal.now(), app.clock.now()
    key = ring.named(key_id)
    if key is None:
        raise OutreachError("keys.error.unknown", id=key_id, known=", ".join(one.id for one in ring.keys[1:]) or "-")
    if key is ring.current:
        raise OutreachError("keys.error.current", id=key_id)
    until = _sealing_since(app, ring, now) + SETTLED
    if now < until:
        raise OutreachError("keys.error.soon", id=key_id, until=f"{until.astimezone(app.settings.zone):%H:%M:%S}")
    seals = _seals(app)
    used = Counter(seals.get(key_id, {})) + Counter(seals.get(UNNAMED, {}))
    if used:
        told = ", ".join(f"{place} ({count})" for place, count in sorted(used.items()))
        raise OutreachError("keys.error.in_use", id=key_id, places=told)
    return Ending(key_id, _next(ring, key).made)


def destroy(app: App, actor: str, key_id: str) -> str | None:
    """Takes a key out of the ring for good; the line to set in the environment where it has the keys, else None.

    Raises as `ending` does.
    """
    with _alone(app):
        ending(app, key_id)
        now = app.clock.now()
        left = app.seal.now().without(key_id, now)
        with app.store.transaction() as session:
            audit.write(session, now, actor, "destroy", "key", None, key=key_id)
            if not _is_given():
                keyfile.write_ring(wiring.key_file(app.settings), left)
        return left.text() if _is_given() else None


def _is_midway(app: App, ring: Ring) -> bool:
    """Whether a rotation began and did not come to its end."""
    if len(ring.keys) == 1:
        return False
    if _is_given() and keyfile.marked(wiring.key_mark(app.settings)) != ring.current.id:
        return True
    seals = _seals(app)
    return any(seals.get(key_id) for key_id in (UNNAMED, *(one.id for one in ring.keys[1:])))


def _anew(app: App, tell: Callable[[reseal.Done], None]) -> tuple[int, dict[str, int]]:
    """Passes over everything until one finds nothing: the program may be running and write with the key before."""
    anew, places = 0, wiring.sealed()
    broken: dict[str, int] = {}
    for _ in range(_PASSES):
        done = []
        for one in reseal.anew(app.store, app.settings.folder, app.seal, places):
            tell(one)
            done.append(one)
        anew += sum(one.anew for one in done)
        broken = {one.name: one.broken for one in done if one.broken}
        if not any(one.anew for one in done):
            break
    return anew, broken


def _seals(app: App) -> dict[str, dict[str, int]]:
    """Of each key, what it seals by place."""
    found: dict[str, dict[str, int]] = {}
    for place, counts in reseal.counted(app.store, app.settings.folder, wiring.sealed()).items():
        for key_id, count in counts.items():
            if key_id:
                found.setdefault(key_id, {})[place] = count
    return found


def _sealing_since(app: App, ring: Ring, now: datetime) -> datetime:
    """Since when no program closes with an older key: in the environment a key is made long before it is turned to."""
    if _is_given():
        return keyfile.marked_at(wiring.key_mark(app.settings)) or now
    return ring.current.made or now - SETTLED


def _next(ring: Ring, key: Key) -> Key:
    return ring.keys[ring.keys.index(key) - 1]


def _is_given() -> bool:
    return settings.secret("OUTREACH_DATA_KEY") is not None


@contextmanager
def _alone(app: App) -> Iterator[None]:
    file = app.settings.folder / "run" / "rotation.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise OutreachError("keys.error.busy") from error
    try:
        yield
    finally:
        lock.release()
