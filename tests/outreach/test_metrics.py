"""Figures for a monitoring program: what stands in rows, for whom they are, and nothing of anybody."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from outreach import metrics, wiring
from outreach.core import presence
from outreach.core.app import App
from outreach.core.testing import FixedClock
from outreach.core.wake import wake
from outreach.web.app import make
from scrapers import catalogue
from scrapers.models import Source
from tests.browser import familywork
from tests.scrapers.news import NOW
from tests.support import mentions, postgres
from tests.support.offices import told_in


@pytest.fixture(params=["sqlite", "postgresql"])
def make_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., App]]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        store: dict[str, object] = {}
        if request.param == "postgresql":
            lender: postgres.Lender = request.getfixturevalue("postgres_lender")
            store["url"] = stack.enter_context(lender.database())

        def opened(**parts: dict[str, object]) -> App:
            told = told_in(tmp_path, **({"store": {"folder": "data", **store}} if store else {}), **parts)
            return stack.enter_context(wiring.open_app(told, create=not store, clock=FixedClock(NOW)))

        yield opened


def figures(told: bytes) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(told.decode())
        for sample in family.samples
    }


def test_they_tell_how_the_rows_stand(make_app: Callable[..., App]) -> None:
    app = make_app()
    with app.store.transaction() as session:
        for name in ("viens", "otrs"):
            catalogue.add(session, NOW, name, f"https://{name}.example/feed", language="lv")
        session.execute(update(Source).where(Source.name == "otrs").values(state="erring", next_poll_at=NOW - timedelta(minutes=7)))
        number = mentions.mention(session, NOW, "Ziņa")
        wake(session, "mail", "digest")
    presence.beat(app.settings.folder, NOW)
    found = figures(metrics.exposition(app))
    assert found["outreach_sources", "erring"] == 1
    assert found["outreach_poll_lag_seconds",] == 420
    assert found["outreach_mention_number",] == number
    assert found["outreach_planner_up",] == 1
    if app.store.path is None:
        assert found["outreach_queue_jobs", "mail", "todo"] == 1
        assert found["outreach_queue_age_seconds", "mail"] >= 0
        assert found["outreach_workers",] == 0


def test_nothing_of_families_stands_in_them(make_app: Callable[..., App]) -> None:
    app = make_app()
    familywork.put(app, "coordinator@example.org")
    told = metrics.exposition(app).decode()
    assert 'outreach_inquiries_open 2.0' in told
    for word in ("Bērziņš", "26123456", "coordinator", "Ludza"):
        assert word not in told


@pytest.mark.parametrize(
    ("on", "token", "given", "near", "status"),
    [
        (False, None, None, True, 404),
        (True, None, None, True, 200),
        (True, None, None, False, 404),
        (True, "slepens", None, True, 404),
        (True, "slepens", "Bearer cits", True, 404),
        (True, "slepens", "Basic slepens", True, 404),
        (True, "slepens", "Bearer slepens", False, 200),
    ],
)
def test_they_are_for_the_token_or_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: bool, token: str | None, given: str | None, near: bool, status: int
) -> None:
    if token is not None:
        monkeypatch.setenv("OUTREACH_METRICS_TOKEN", token)
    with wiring.open_app(told_in(tmp_path, metrics={"on": on}), create=True, clock=FixedClock(NOW)) as app:
        client = make(app).test_client()
        answer = client.get(
            "/metrics",
            headers={"Authorization": given} if given else {},
            environ_base={"REMOTE_ADDR": "127.0.0.1" if near else "203.0.113.9"},
        )
        assert answer.status_code == status
