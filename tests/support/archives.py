"""A small office with a past behind its pages, for tests that walk over all of them."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.web.app import make
from tests.benchmarks import archive
from tests.benchmarks.archive_plan import NOW, SMALL
from tests.outreach.web.conftest import Office
from tests.support import parcels, ready
from tests.support.offices import told_in
from tests.support.routes import Route, routes, samples

PASSWORD = "siena kaudze rudenī"


@cache
def _made() -> Path:
    """The data folder of the office of `SMALL`, made once a run: five years take seconds to live through."""
    told = told_in(ready.home() / "archive")
    archive.make(told, SMALL, password=PASSWORD)
    return told.folder


@contextmanager
def archived(folder: Path, **parts: dict[str, object]) -> Iterator[Office]:
    """The office of `SMALL` at its last moment; `parts` changes whole sections of its settings."""
    told = told_in(folder, **parts)
    made = _made()
    shutil.copytree(made, told.folder)
    with closing(sqlite3.connect(told.folder / "outreach.db", isolation_level=None)) as store:
        # Its channels write below its own folder.
        store.execute("UPDATE channels SET settings = replace(settings, ?, ?)", (str(made), str(told.folder)))
    clock = FixedClock(NOW)
    with wiring.open_app(told, clock=clock) as app:
        parcels.put(app)
        yield Office(app, clock, make(app).test_client())


def walked(office: Office) -> list[Route]:
    """Every route of the office's pages, its places filled with what is there."""
    with office.app.store.reading() as session:
        filled = samples(session)
    return list(routes(office.client.application, filled))
