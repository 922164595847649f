"""An office without pages on each store, and a clock that stands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.testing import FixedClock, MemoryMailer
from tests.outreach.alerts.conftest import made

NOON = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def app(tmp_path: Path, store: Store, clock: FixedClock) -> App:
    return made(tmp_path, store, clock, MemoryMailer())
