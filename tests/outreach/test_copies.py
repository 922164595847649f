"""Copies: whole while the program writes, refused where they would overwrite, back with everything paused."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from campaigns import dispatch, editing
from campaigns.models import ChannelRow, Delivery
from outreach import copies, wiring
from outreach.core.errors import OutreachError
from outreach.core.settings import Settings
from tests.support.offices import told_in

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    return told_in(tmp_path)


def filled(told: Settings, posts: int) -> None:
    with wiring.open_app(told, create=True) as app:
        with app.store.transaction() as session:
            channel = dispatch.add_channel(session, "mape", "folder", {"folder": str(told.folder / "out")})
            campaign = editing.campaign_named(session, NOW, "MĀJAS", NOW.date())
            for number in range(posts):
                post = editing.write(
                    session,
                    NOW,
                    campaign,
                    language="lv",
                    title=f"t{number}",
                    text="x",
                    target_url="https://a.lv/",
                )
                editing.approve(session, NOW, post.id)
                dispatch.schedule(session, NOW, post.id, channel.id, NOW)


def test_a_copy_taken_while_writing_is_whole_and_comes_back_paused(told: Settings, tmp_path: Path) -> None:
    filled(told, 3)
    copy = tmp_path / "copy.db"
    with wiring.open_app(told) as app:
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                with app.store.transaction() as session:
                    campaign = editing.campaign_named(session, NOW, "MĀJAS", NOW.date())
                    editing.write(
                        session,
                        NOW,
                        campaign,
                        language="lv",
                        title=f"w{number}",
                        text="x",
                        target_url="https://a.lv/",
                    )
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            copies.copy(app.store, copy)
        finally:
            stop.set()
            writer.join()
    assert copy.stat().st_mode & 0o077 == 0
    with sqlite3.connect(copy) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert plain.execute("SELECT count(*) FROM deliveries").fetchone() == (3,)
    plain.close()

    kept = copies.restore(told, copy, overwrite=True)
    assert kept is not None
    assert kept.exists()
    with wiring.open_app(told) as app, app.store.reading() as session:
        assert [channel.paused for channel in session.scalars(select(ChannelRow))] == [True]
        assert len(session.scalars(select(Delivery)).all()) == 3


def test_a_store_in_use_is_not_replaced(told: Settings, tmp_path: Path) -> None:
    filled(told, 1)
    copy = tmp_path / "copy.db"
    with wiring.open_app(told) as app:
        copies.copy(app.store, copy)
        with app.store.reading() as session:
            session.scalars(select(Delivery)).all()
            with pytest.raises(OutreachError, match=r"core\.store\.in_use"):
                copies.restore(told, copy, overwrite=True)
        with app.store.reading() as session:
            assert len(session.scalars(select(Delivery)).all()) == 1


def test_nothing_is_overwritten_unasked(told: Settings, tmp_path: Path) -> None:
    filled(told, 1)
    copy = tmp_path / "copy.db"
    with wiring.open_app(told) as app:
        copies.copy(app.store, copy)
        with pytest.raises(OutreachError, match=r"core\.store\.copy_exists"):
            copies.copy(app.store, copy)
    with pytest.raises(OutreachError, match=r"core\.store\.exists"):
        copies.restore(told, copy, overwrite=False)


@pytest.mark.parametrize("content", [b"", b"hello", None])
def test_what_is_no_copy_of_ours_is_refused_and_harms_nothing(
    told: Settings, tmp_path: Path, content: bytes | None
) -> None:
    filled(told, 1)
    file = tmp_path / "other.db"
    if content is None:
        with sqlite3.connect(file) as plain:
            plain.execute("CREATE TABLE things (id)")
        plain.close()
    else:
        file.write_bytes(content)
    with pytest.raises(OutreachError, match=r"core\.store\.no_copy"):
        copies.restore(told, file, overwrite=True)
    with wiring.open_app(told) as app, app.store.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == 1
