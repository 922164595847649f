"""A desk and a server of this wing's tests; the store comes from the outer conftest, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.core.db import Store
from outreach.core.http import GuardedHttp
from outreach.core.testing import FixedClock
from outreach.demo.fediverse import Fediverse
from tests.campaigns.desk import NOW, TOKEN, Desk
from tests.support.ports import free_port


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def desk(store: Store, clock: FixedClock, tmp_path: Path) -> Desk:
    return Desk(store, clock, tmp_path)


@pytest.fixture
def fediverse(clock: FixedClock) -> Iterator[Fediverse]:
    with Fediverse(now=clock.now, token=TOKEN, port=free_port()) as server:
        yield server


@pytest.fixture
def wire() -> Iterator[GuardedHttp]:
    """Waits for whoever answers in the end."""
    http = GuardedHttp(
        user_agent="outreach tests", allow_private=True, connect_seconds=20, read_seconds=30, total_seconds=60
    )
    yield http
    http.close()


@pytest.fixture
def impatient() -> Iterator[GuardedHttp]:
    """Before a server that never answers."""
    http = GuardedHttp(user_agent="outreach tests", allow_private=True, connect_seconds=20, read_seconds=2, total_seconds=60)
    yield http
    http.close()
