"""The shipped office's watch and starting model, read once."""

from pathlib import Path

import pytest

from outreach.core.office import Office, read_office
from scrapers.learn import starting
from scrapers.learn.model import Model
from scrapers.watch.match import Watch
from scrapers.watching import watch_of


@pytest.fixture(scope="session")
def office() -> Office:
    return read_office("latgale", Path())


@pytest.fixture(scope="session")
def latgale(office: Office) -> Watch:
    return watch_of(office)


@pytest.fixture(scope="session")
def shipped(office: Office) -> Model:
    model = starting.starting(office)
    assert model is not None
    return model
