"""The watch of the shipped office, built once."""

from pathlib import Path

import pytest

from scrapers.watch.match import Watch, load

OFFICE = Path(__file__).resolve().parents[3] / "outreach" / "offices" / "latgale"


@pytest.fixture(scope="session")
def latgale() -> Watch:
    return load(OFFICE / "vocabulary.csv", OFFICE / "places.csv")
