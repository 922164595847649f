"""What every test shares: the stores, the catalogues, and a settings file of its own."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy.engine import make_url

from outreach import wiring
from outreach.core.db import Base, Store, open_store
from outreach.core.text import Texts
from tests.support import postgres, quick, ready

# A busy machine is slow: tests say what is done, never how quickly. And they say the same every time: the examples of a
# test follow from the test. HYPOTHESIS_PROFILE=searching looks for others, for a night or before a release.
hypothesis_settings.register_profile("patient", deadline=None, derandomize=True, database=None)
hypothesis_settings.register_profile("searching", deadline=None, max_examples=1_000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))

# A table may name another room's by a foreign key: whichever test comes first, all are known.
wiring.models()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts browsers and whole programs comes first: with a long file at the end one processor would only watch."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/browser/", "tests/journeys/", "tests/faults/")))


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: no use in looking through them for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_product() -> Iterator[None]:
    """Statements, templates and hashes of passwords are not worked out anew for each test."""
    with pytest.MonkeyPatch.context() as patch:
        quick.quicken(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def ready_stores() -> Iterator[None]:
    """Whatever opens an office on a folder without a store finds one that all revisions made, a copy of the run's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "prepare", ready.preparing(wiring.prepare))
        yield
    ready.forget()


@pytest.fixture(scope="session")
def texts() -> Texts:
    return wiring.texts()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A database with every table on a PostgreSQL server started for this run; skips where none is installed."""
    reason = postgres.missing()
    if reason:
        pytest.skip(reason)
    with postgres.server() as address:
        # Tests copy this one, which is much quicker than making every table anew.
        with postgres.database(address) as url:
            made = open_store(url, create=True)
            Base.metadata.create_all(made.engine)
            made.close()
            yield url


@pytest.fixture(scope="session")
def postgres_lender(postgres_server: str) -> Iterator[postgres.Lender]:
    """Databases with every table, for one test at a time."""
    template = make_url(postgres_server)
    lender = postgres.Lender(f"postgresql://{template.username}@{template.host}:{template.port}", template.database or "")
    yield lender
    lender.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with every table, once on a SQLite file and once on PostgreSQL."""
    if request.param == "sqlite":
        opened = ready.tables(tmp_path / "store.db")
        yield opened
        opened.close()
        return
    lender: postgres.Lender = request.getfixturevalue("postgres_lender")
    with lender.database() as url:
        opened = open_store(url, create=True)
        yield opened
        opened.close()
