"""The schema: what the revisions make is what the models say, on both stores, at once, and back again."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from outreach import wiring
from outreach.core.db import Base, open_store
from outreach.core.errors import OutreachError
from outreach.migrations import run
from outreach.migrations.run import is_ours
from outreach.people import audit
from scrapers import fulltext
from tests.support import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty store without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'store.db'}"
        return
    server = make_url(request.getfixturevalue("postgres_server"))
    with postgres.database(f"postgresql://{server.username}@{server.host}:{server.port}") as address:
        yield address


def tables(url: str) -> set[str]:
    store = open_store(url, create=False)
    try:
        return set(inspect(store.engine).get_table_names())
    finally:
        store.close()


def test_the_revisions_make_what_the_models_say(url: str) -> None:
    assert wiring.models()
    run.upgrade(url)
    store = open_store(url, create=False)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata, "include_name": is_ours})
        assert compare_metadata(context, Base.metadata) == []
    run.ensure_current(store)
    store.close()


def test_down_takes_everything_away_and_up_brings_it_back(url: str) -> None:
    run.upgrade(url)
    full = tables(url)
    command.downgrade(run.config(url), "base")
    assert tables(url) == {"alembic_version"}
    run.upgrade(url)
    assert tables(url) == full


def test_two_first_starts_at_once_make_one_store(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    starters = [context.Process(target=run.upgrade, args=(url,)) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert [starter.exitcode for starter in starters] == [0, 0, 0]
    store = open_store(url, create=False)
    run.ensure_current(store)
    store.close()


def test_a_newer_or_older_store_is_one_sentence(url: str) -> None:
    run.upgrade(url)
    for revision, key in (("ffff", "core.store.newer"), (None, "core.store.old")):
        store = open_store(url, create=False)
        with store.transaction() as session:
            session.execute(text("DELETE FROM alembic_version"))
            if revision:
                session.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision})
        with pytest.raises(OutreachError, match=key):
            run.ensure_current(store)
        store.close()
    store = open_store(url, create=False)
    with store.transaction() as session:
        session.execute(text("INSERT INTO alembic_version VALUES ('ffff')"))
    store.close()
    with pytest.raises(OutreachError, match="core.store.newer"):
        run.upgrade(url)


def test_an_upgrade_that_breaks_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole upgrade is one transaction: killed or failed half-way, nothing of it is there."""
    from alembic import op

    file = tmp_path / "store.db"
    real, made = op.create_table, []

    def create_table(name: str, *columns: object, **more: object) -> object:
        if len(made) == 5:
            raise RuntimeError("power cut")
        made.append(name)
        return real(name, *columns, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", create_table)
    with pytest.raises(RuntimeError, match="power cut"):
        run.upgrade(f"sqlite:///{file}")
    monkeypatch.undo()
    with sqlite3.connect(file) as plain:
        assert plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == []
    plain.close()
    run.upgrade(f"sqlite:///{file}")
    assert "deliveries" in tables(f"sqlite:///{file}")


def test_what_the_first_version_kept_is_there_after_the_upgrade(url: str) -> None:
    """Tables are made anew on the way; nothing that points at their rows may lose its hold."""
    store = open_store(url, create=True)
    command.upgrade(run.config(url), "0001")
    at = "2026-11-20 06:00:00+00:00"
    rows = {
        "sources": "id, name, tier, language, region, site, medium, owner, kind, settings, catalogue, enabled, note, state, reason_facts, failures|"
        "1, 'Rīta Ziņas', 'national', 'lv', '', '', '', 'earned', 'feed', '{}', '{}', true, '', 'healthy', '{}', 0",
        "stories": f"id, created_at, title|1, '{at}', 'Atkal mājās'",
        "articles": "id, source_id, url, canonical_url, title, summary, text, date_doubted, first_seen_at, text_state, text_tries, text_reason_facts|"
        f"1, 1, 'https://example.org/a', 'https://example.org/a', 'Atkal mājās', '', 'Ģimene atgriezusies Preiļos.', false, '{at}', 'feed', 0, '{{}}'",
        "mentions": "id, article_id, sense, relevant, score, lang, matched, cues, places, sentence, story_id, judged_at|"
        f"1, 1, 'return', true, 0.9, 'lv', '[]', '[]', '[\"Preiļi\", \"Preiļu novads\"]', 'Ģimene atgriezusies.', 1, '{at}'",
        "inquiries": f"id, token, received_at, arrived_by, dedup_key|1, 't', '{at}', 'phone', 'k'",
        "touches": f"id, inquiry_id, kind, at, mention_id, label|1, 1, 'coverage', '{at}', 1, '{{}}'",
        "campaigns": f"id, name, starts_on, created_at|1, 'MĀJAS', '2026-11-01', '{at}'",
        "posts": f"id, campaign_id, language, title, text, target_url, created_at|1, 1, 'lv', 'a', 'b', 'https://example.org', '{at}'",
        "audit": f"id, at, actor, action, subject_kind, subject_id|1, '{at}', 'anna', 'reveal', 'inquiry', 1",
    }
    with store.transaction() as session:
        for table, told in rows.items():
            names, values = told.split("|")
            values = values.replace("true", "1").replace("false", "0") if store.path else values
            session.connection().exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({values})")
    run.upgrade(url)
    with store.reading() as session:
        assert session.execute(text("SELECT mention_id FROM touches")).scalar_one() == 1
        assert session.execute(text("SELECT count(*) FROM posts")).scalar_one() == 1
        assert tuple(session.execute(text("SELECT source_id, judged_relevant, verdict FROM mentions")).one()) == (1, True, None)
        assert sorted(session.scalars(text("SELECT place FROM mention_places"))) == ["Preiļi", "Preiļu novads"]
        assert fulltext.hits(session, "preilos atgriez", before=None, limit=5).ids == (1,)
        (entry,) = audit.entries(session, audit.Chosen())
        assert (entry.actor, entry.action, entry.subject_id, entry.facts) == ("anna", "reveal", 1, {})
    again = f"INTO audit (id, at, actor, action, subject_kind) VALUES (1, '{at}', 'x', 'x', 'x')"
    for deed in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", f"REPLACE {again}" if store.path else "TRUNCATE audit"):
        with pytest.raises(DatabaseError, match="append-only"), store.transaction() as session:
            session.execute(text(deed))
    store.close()


def test_readers_of_the_old_rows_are_subscribers_after_the_upgrade_and_addresses_again_on_the_way_back(url: str) -> None:
    """Two days' rows of two readers, one of them written in two ways on the same day, one with an account."""
    store = open_store(url, create=True)
    command.upgrade(run.config(url), "0004")
    told = [(1, 22, "Anna@example.org", "sent"), (2, 23, "Anna@example.org", "sent"), (3, 23, "anna@example.org", "due"), (4, 23, "janis@example.org", "unconfirmed")]
    with store.transaction() as session:
        plain = session.connection().exec_driver_sql
        shortcuts = "1" if store.path else "true"
        plain(f"INSERT INTO users (id, mail, name, role, language, theme, shortcuts, created_at) VALUES (7, 'janis@example.org', 'J', 'comms', 'en', 'auto', {shortcuts}, '2026-11-01 06:00:00+00:00')")
        for number, day, reader, status in told:
            moments = f"'2026-11-{day - 1} 05:00:00+00:00', '2026-11-{day} 05:00:00+00:00'"
            plain(f"INSERT INTO digest_runs (id, day, recipient, status, covers_from, covers_until, message_id, attempts) VALUES ({number}, '2026-11-{day}', '{reader}', '{status}', {moments}, '<{number}@x>', 1)")
    run.upgrade(url)
    with store.reading() as session:
        readers = session.execute(text("SELECT mail, user_id, language, at, zone, rhythm, state, made_by FROM subscriptions ORDER BY mail")).all()
        assert [tuple(row) for row in readers] == [
            ("anna@example.org", None, "lv", "07:00", "Europe/Riga", "daily", "on", "settings"),
            ("janis@example.org", 7, "en", "07:00", "Europe/Riga", "daily", "on", "settings"),
        ]
        nonces = session.scalars(text("SELECT nonce FROM subscriptions")).all()
        assert len(set(nonces)) == 2
        assert {len(nonce) for nonce in nonces} == {32}
        rows = session.execute(text("SELECT s.mail, r.day, r.status, r.due_at = r.covers_until FROM digest_runs r JOIN subscriptions s ON s.id = r.subscription_id ORDER BY s.mail, r.day")).all()
        assert {(mail, str(day)) for mail, day, _, _ in rows} >= {("anna@example.org", "2026-11-23"), ("janis@example.org", "2026-11-23")}
        assert len(rows) == len({(mail, day) for mail, day, _, _ in rows})
        assert all(same for *_, same in rows)
        assert rows[-1][2] == "unconfirmed"
    command.downgrade(run.config(url), "0004")
    with store.reading() as session:
        back = {tuple(map(str, row)) for row in session.execute(text("SELECT day, recipient, status FROM digest_runs"))}
        assert back >= {("2026-11-23", "janis@example.org", "unconfirmed")}
        assert {reader for _, reader, _ in back} == {"anna@example.org", "janis@example.org"}
    run.upgrade(url)
    store.close()
