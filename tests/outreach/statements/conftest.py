"""What the tests of statements stand on: a year of an office, and its reports given out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from outreach.core.db import Store, open_store
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.text import Texts
from outreach.report import Period
from outreach.statements import freezing
from outreach.statements.reading import StatementSeen
from tests.outreach.reports.test_wording import live_through_2023
from tests.outreach.rooms import NOW, RIGA, now, office, seal
from tests.support import ready

__all__ = ["now", "office", "seal"]

YEAR = Period.of_year(2023, RIGA)
Give = Callable[..., StatementSeen]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has lived through 2023."""
    file = tmp_path_factory.mktemp("lived") / "lived.db"
    store = ready.tables(file)
    live_through_2023(store, Seal(bytes(range(32))))
    store.close()
    return file


@pytest.fixture
def year(lived: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, for one test."""
    copyfile(lived, tmp_path / "year.db")
    store = open_store(f"sqlite:///{tmp_path / 'year.db'}", create=False)
    yield store
    store.close()


@pytest.fixture
def give(office: Office, texts: Texts) -> Give:
    """Gives a report out: `give(store, "results", why="...")`."""

    def do(store: Store, kind: str = "results", period: Period = YEAR, why: str = "") -> StatementSeen:
        with store.transaction() as session:
            return freezing.publish(session, NOW, texts, kind, period, office, "ieva", why)

    return do
