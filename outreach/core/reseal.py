"""Where sealed values lie, which keys they are sealed with, and sealing them anew with the key that is current.

Rooms say what they have (`Sealed`, `SealedFolder`); everything here works in steps, each a transaction of its own, and
finds by itself what is left to do, so that a kill costs nothing.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import and_, func, inspect, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.seal import Seal, key_id_of_bytes

# Files from before keys had versions do not say with which key they are closed.
UNNAMED = "?"
_STEP = 200
_TOKEN = re.compile(r"(?:[a-z]+-)?[0-9a-f]{32}")
_ID = func.substr  # of `v1.<key id>.`: the eight letters after the third


@dataclass(frozen=True)
class Sealed:
    """A column of sealed values; `place` makes a value's place from the row's columns `of`."""

    column: InstrumentedAttribute[str | None]
    of: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[int], ...]
    place: Callable[..., str]

    @property
    def name(self) -> str:
        """Table and column, for people who look after the program."""
        return f"{self.column.class_.__tablename__}.{self.column.key}"


@dataclass(frozen=True)
class SealedFolder:
    """A folder of the data folder whose files are sealed, each named by its token."""

    name: str

    def files(self, folder: Path) -> list[Path]:
        """The files there are now; what begins with a dot is being written."""
        return sorted(one for one in (folder / self.name).glob("*") if _TOKEN.fullmatch(one.name))


Place = Sealed | SealedFolder


@dataclass
class Done:
    """What became of one place: values sealed anew, and those that would not open."""

    name: str
    anew: int = 0
    broken: int = 0


def counted(store: Store, folder: Path, places: Sequence[Place]) -> dict[str, Counter[str]]:
    """How many values of each place each key seals; `UNNAMED` stands for files from before keys had versions."""
    found: dict[str, Counter[str]] = {}
    with store.reading() as session:
        tables = set(inspect(session.connection()).get_table_names())
        for one in places:
            if isinstance(one, SealedFolder):
                found[one.name] = Counter(head_of(file) for file in one.files(folder))
            elif one.column.class_.__tablename__ in tables:
                key_id = _ID(one.column, 4, 8)
                asked = select(key_id, func.count()).where(one.column.is_not(None)).group_by(key_id)
                found[one.name] = Counter({str(key): number for key, number in session.execute(asked)})
    return found


def first_keys(store: Store, places: Sequence[Place]) -> set[str]:
    """A key of each column that has any value: the cheap look at every start. Empty where no tables are yet."""
    found: set[str] = set()
    with store.reading() as session:
        # An older store, which is not brought up to date yet, lacks some of them.
        there = inspect(session.connection())
        tables = set(there.get_table_names())
        for one in places:
            if not isinstance(one, Sealed) or one.column.class_.__tablename__ not in tables:
                continue
            if one.column.key in {column["name"] for column in there.get_columns(one.column.class_.__tablename__)}:
                value = session.scalar(select(one.column).where(one.column.is_not(None)).limit(1))
                found.update([value[3:11]] if value is not None else [])
    return found


def anew(store: Store, folder: Path, seal: Seal, places: Sequence[Place]) -> Iterator[Done]:
    """Seals anew whatever the current key does not seal, place by place; what is found now, in steps.

    Rows that are written meanwhile with an older key are found by the next call. Raises what the store raises.
    """
    for one in places:
        done = Done(one.name)
        if isinstance(one, SealedFolder):
            _files(folder, seal, one, done)
        else:
            _values(store, seal, one, done)
        yield done


def _values(store: Store, seal: Seal, one: Sealed, done: Done) -> None:
    keys = [one.column.class_.__table__.c[key.name] for key in inspect(one.column.class_).primary_key]
    current = seal.key_id
    last: tuple[object, ...] | None = None
    while True:
        with store.transaction() as session:
            wanted = [one.column.is_not(None), _ID(one.column, 4, 8) != current]
            if last is not None:
                wanted.append(tuple_(*keys) > tuple_(*last))
            rows = session.execute(
                select(one.column, *one.of, *keys).where(*wanted).order_by(*keys).limit(_STEP)
            ).all()
            for row in rows:
                value, of, last = str(row[0]), row[1 : 1 + len(one.of)], tuple(row[1 + len(one.of) :])
                place = one.place(*of)
                try:
                    fresh = seal.close(seal.open(value, place), place)
                except OutreachError:
                    done.broken += 1
                    continue
                here = and_(*(key == part for key, part in zip(keys, last, strict=True)), one.column == value)
                # Past the session: what a person changed meanwhile stays as they left it.
                changed = session.connection().execute(
                    update(one.column.class_.__table__).where(here).values({one.column.key: fresh})
                )
                done.anew += changed.rowcount
        if len(rows) < _STEP:
            return


def _files(folder: Path, seal: Seal, one: SealedFolder, done: Done) -> None:
    current = seal.key_id
    for file in one.files(folder):
        if head_of(file) in {current, ""}:
            continue
        place = f"{one.name}/{file.name}"
        try:
            age = file.stat()
            fresh = seal.close_bytes(seal.open_bytes(file.read_bytes(), place), place)
        except FileNotFoundError:
            continue  # erased meanwhile
        except OutreachError:
            done.broken += 1
            continue
        try:
            write_whole(file, fresh)
            os.utime(file, ns=(age.st_atime_ns, age.st_mtime_ns))  # by their age some are swept away
        except OSError as error:
            raise OutreachError("core.file", file=str(file.parent), reason=error.strerror or "") from error
        done.anew += 1


def drop(store: Store, folder: Path, places: Sequence[Place], key_ids: Collection[str]) -> int:
    """Takes out what keys seal that were destroyed, for nobody can open it; how many values and files."""
    dropped = 0
    for one in places:
        if isinstance(one, SealedFolder):
            for file in one.files(folder):
                if head_of(file) in key_ids:
                    file.unlink(missing_ok=True)
                    dropped += 1
            continue
        with store.transaction() as session:
            changed = session.connection().execute(
                update(one.column.class_.__table__)
                .where(_ID(one.column, 4, 8).in_(key_ids))
                .values({one.column.key: None})
            )
            dropped += changed.rowcount
    return dropped


def head_of(file: Path) -> str:
    """Which key a sealed file is closed with; `UNNAMED` from before keys had versions, empty where it is gone."""
    try:
        with file.open("rb") as held:
            return key_id_of_bytes(held.read(12)) or UNNAMED
    except FileNotFoundError:
        return ""



