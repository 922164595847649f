"""What the makers of an archive share: how much of everything, from which seed, up to when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert

from outreach.core.db import Base
from outreach.core.office import Office
from outreach.core.seal import Seal
from scrapers.watch.places import Gazetteer
from tests.benchmarks.archive_words import Lexicon

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
A_DAY = 228
STEP = timedelta(days=1) / A_DAY
CHUNK = 4_000


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    mentions: int = 10_000
    campaigns: int = 150
    posts: int = 2_000
    inquiries: int = 20_000
    families: int = 2_000


SMALL = Size(mentions=300, campaigns=12, posts=60, inquiries=120, families=40)


@dataclass(frozen=True)
class Making:
    """What the makers share; `now` is the moment up to which there is a past."""

    words: Lexicon
    seal: Seal
    office: Office
    seed: int
    now: datetime
    size: Size
    folder: Path
    password: str

    def chance(self, what: str) -> Random:
        return Random(f"{self.seed}:{what}")


def municipalities(office: Office) -> tuple[str, ...]:
    """The municipalities of an office, the most written about several times."""
    found = [place.name for place in Gazetteer(office.places).places if place.level == 1 and not place.parent]
    return tuple(name for at, name in enumerate(found) for _ in range(max(1, 6 - at)))


def put(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Inserts rows in bulk."""
    table = model.__table__
    assert isinstance(table, Table)
    for at in range(0, len(rows), CHUNK):
        connection.execute(insert(table), rows[at : at + CHUNK])
