"""The wire as both gears drive it."""

from collections.abc import Iterator

import pytest

from tests.core.geared import Geared
from tests.support.hostile import Servers, servers


@pytest.fixture(params=["one", "many"])
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    """Servers and clients; the clients ask one page at a time, or by the gear for many."""
    if request.param == "many":
        monkeypatch.setattr("tests.support.hostile.GuardedHttp", Geared)
    with servers() as started:
        yield started
