"""An office with a store on a file and a mailer that keeps what it is given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.testing import FixedClock, MemoryMailer
from tests.outreach.pressroom.sending.mailing import NOW, desk
from tests.support import ready


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def app(tmp_path: Path, clock: FixedClock, mailer: MemoryMailer) -> Iterator[App]:
    store = ready.tables(tmp_path / "store.db")
    yield desk(store, tmp_path, clock, mailer)
    store.close()
