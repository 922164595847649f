"""An office's app without pages, on a store of its own, with a clock that stands and mail that stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock, MemoryMailer
from tests.support.offices import told_in


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def app(tmp_path: Path, clock: FixedClock, mailer: MemoryMailer) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=clock) as made:
        yield replace(made, mailer=mailer)
