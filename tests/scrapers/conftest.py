"""An app over a real store, with a clock that stands still and a site on loopback."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.http import GuardedHttp, Http
from outreach.core.office import Office, shipped_folder
from outreach.core.seal import Seal
from outreach.core.settings import CollectSettings, Settings
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.core.text import Texts
from tests.support.site import Site, running

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        yield site


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def http() -> Iterator[Http]:
    wire = GuardedHttp(user_agent="tests", connect_seconds=10, read_seconds=20, total_seconds=30, allow_private=True)
    yield wire
    wire.close()


def office() -> Office:
    """The shipped office's vocabulary and places; everything else is invented."""
    return Office(
        folder=shipped_folder() / "latgale",
        name={"lv": "Birojs", "en": "Office"},
        region={"lv": "Latgale", "en": "Latgale"},
        contact="birojs@example.org",
        phone="",
        portal="",
        results={},
        host_countries=(),
    )


def settings(folder: Path, **collect: object) -> Settings:
    told: dict[str, object] = {"host_seconds": 0, "workers": 4, **collect}
    return Settings(base=folder, collect=CollectSettings.model_validate(told))


@pytest.fixture
def make_app(tmp_path: Path, store: Store, clock: FixedClock, http: Http) -> Callable[..., App]:
    """Builds an app; arguments are settings of `collect`, `wire` replaces the real one."""

    def make(wire: Http | None = None, **collect: object) -> App:
        return App(
            settings=settings(tmp_path, **collect),
            office=office(),
            clock=clock,
            store=store,
            http=wire or http,
            mailer=MemoryMailer(),
            seal=Seal(bytes(32)),
            texts=Texts({}),
            stopping=threading.Event(),
        )

    return make


@pytest.fixture
def app(make_app: Callable[..., App]) -> App:
    return make_app()
