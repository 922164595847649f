"""A small office with a past behind its pages, for tests that walk over all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.web.app import make
from tests.benchmarks import archive
from tests.benchmarks.archive_plan import NOW, SMALL
from tests.outreach.web.conftest import Office
from tests.support.offices import told_in
from tests.support.routes import Route, routes, samples

PASSWORD = "siena kaudze rudenī"


@contextmanager
def archived(folder: Path, **parts: dict[str, object]) -> Iterator[Office]:
    """The office of `SMALL` at its last moment; `parts` changes whole sections of its settings."""
    told = told_in(folder, **parts)
    archive.make(told, SMALL, password=PASSWORD)
    clock = FixedClock(NOW)
    with wiring.open_app(told, clock=clock) as app:
        yield Office(app, clock, make(app).test_client())


def walked(office: Office) -> list[Route]:
    """Every route of the office's pages, its places filled with what is there."""
    with office.app.store.reading() as session:
        filled = samples(session)
    return list(routes(office.client.application, filled))
