"""Clicks from before they were told apart: people's, after the upgrade and on the way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import make_url

from outreach.core.db import open_store
from outreach.migrations import run
from tests.support import postgres

AT = "2026-11-20 06:00:00+00:00"
ROWS = {
    "campaigns": f"id, name, starts_on, created_at, goal, note, municipalities, paused|1, 'MĀJAS', '2026-11-01', '{AT}', '', '', '[]', false",
    "posts": f"id, campaign_id, language, title, text, target_url, created_at|1, 1, 'lv', 'a', 'b', 'https://example.org', '{AT}'",
    "channels": "id, name, kind, settings, paused, account|1, 'Mape', 'folder', '{}', false, ''",
    "deliveries": f"id, post_id, channel_id, due_at, status, key, attempts, kept, looks|1, 1, 1, '{AT}', 'published', 'k', 1, '{{}}', 0",
    "links": f"id, code, delivery_id, target_url, created_at|1, 'abcdefg', 1, 'https://example.org', '{AT}'",
    "clicks": f"id, link_id, clicked_at|1, 1, '{AT}'",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'store.db'}"
        return
    server = make_url(request.getfixturevalue("postgres_server"))
    with postgres.database(f"postgresql://{server.username}@{server.host}:{server.port}") as address:
        yield address


def test_old_clicks_are_peoples_and_what_is_no_persons_is_not_taken_back(url: str) -> None:
    store = open_store(url, create=True)
    command.upgrade(run.config(url), "0006")
    with store.transaction() as session:
        plain = session.connection().exec_driver_sql
        for table, told in ROWS.items():
            names, values = told.split("|")
            plain(f"INSERT INTO {table} ({names}) VALUES ({values.replace('false', '0') if store.path else values})")
    command.upgrade(run.config(url), "0007")
    with store.transaction() as session:
        plain = session.connection().exec_driver_sql
        assert [tuple(row) for row in plain("SELECT kind, mark FROM clicks")] == [("person", None)]
        assert [tuple(row) for row in plain("SELECT spoken, heard, withdrawn_at FROM links")] == [(None, None, None)]
        plain(f"INSERT INTO clicks (id, link_id, clicked_at, kind, mark) VALUES (2, 1, '{AT}', 'bot', NULL), (3, 1, '{AT}', 'person', 'x')")
        plain("UPDATE links SET spoken = 'MĀJAS', heard = 'majas'")
    command.downgrade(run.config(url), "0006")
    with store.reading() as session:
        assert session.execute(text("SELECT id FROM clicks ORDER BY id")).scalars().all() == [1, 3]
    command.upgrade(run.config(url), "0007")
    with store.reading() as session:
        assert session.execute(text("SELECT kind FROM clicks ORDER BY id")).scalars().all() == ["person", "person"]
    store.close()
