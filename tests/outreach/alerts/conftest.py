"""An office without pages on each store: a clock that stands, mail that stays, and a wire that may ask loopback."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach import wiring
from outreach.core import office, seal
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.testing import FixedClock, MemoryMailer, RecordedHttp
from tests.support.offices import told_in

# The store's tables are made from all of them.
wiring.models()

# A Wednesday at noon in Riga.
NOON = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def app(tmp_path: Path, store: Store, clock: FixedClock, mailer: MemoryMailer) -> App:
    return made(tmp_path, store, clock, mailer)


def made(folder: Path, store: Store, clock: FixedClock, mailer: MemoryMailer) -> App:
    told = told_in(folder)
    told.folder.mkdir(parents=True, exist_ok=True)
    return App(
        settings=told, office=office.read_office("latgale", folder), clock=clock, store=store, http=RecordedHttp({}),
        mailer=mailer, seal=seal.Seal(bytes(range(32))), texts=wiring.texts(),
    )  # fmt: skip


def with_http(app: App, http: object) -> App:
    return replace(app, http=http)  # type: ignore[arg-type]
