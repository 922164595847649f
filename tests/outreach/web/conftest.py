"""The pages of an office on an empty store, asked without a network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from outreach import wiring
from outreach.core.app import App
from outreach.core.testing import FixedClock
from tests.support.offices import told_in
from tests.support.people import Visitor
from tests.support.ready import pages_of

PAGE = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Office:
    """An app with its pages and its clock."""

    app: App
    clock: FixedClock
    client: FlaskClient

    def as_role(self, role: str, place: str | None = None) -> Visitor:
        """Another browser on the same pages, signed in with this role."""
        return Visitor(self.app, self.client.application.test_client(), role, place)

    def get(self, path: str, **kwargs: object) -> object:
        return self.client.get(path, base_url=PAGE, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = FixedClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with wiring.open_app(told_in(tmp_path), create=True, clock=clock) as app:
        yield Office(app, clock, pages_of(app).test_client())
