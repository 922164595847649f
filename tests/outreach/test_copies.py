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
from outreach.pressroom.checks import accepted
from outreach.tracker.letters import files, taking
from outreach.tracker.letters.reading import Enclosed, Said
from scrapers import evidence, warc
from scrapers.models import Article, Source
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

    restored = copies.restore(told, copy, overwrite=True)
    assert restored.aside is not None
    assert restored.aside.exists()
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


def with_pages(told: Settings, pages: int) -> list[Path]:
    """A store whose article has so many kept pages, and the files they lie in."""
    with wiring.open_app(told, create=True) as app:
        kept = [warc.keep(told.folder, "https://a.lv/1", 200, {}, b"<p>%d" % number, NOW) for number in range(pages)]
        with app.store.transaction() as session:
            source = Source(name="A", tier="local", kind="feed", settings={"url": "https://a.lv/"})
            session.add(source)
            session.flush()
            article = Article(
                source_id=source.id, url="https://a.lv/1", canonical_url="a.lv/1", title="t", text_state="feed",
                first_seen_at=NOW,
            )  # fmt: skip
            session.add(article)
            session.flush()
            for one in kept:
                evidence.record(session, article.id, one)
    return [told.folder / one.file for one in kept]


def test_kept_pages_and_pictures_go_beside_a_copy_each_once_and_come_back_where_they_are_named(
    told: Settings, tmp_path: Path
) -> None:
    one, other = with_pages(told, 2)
    (told.folder / "media").mkdir()
    (told.folder / "media" / "x.webp").write_bytes(b"drawn")
    (told.folder / "media" / ".half.webp").write_bytes(b"dr")
    into = tmp_path / "copies"
    into.mkdir()
    with wiring.open_app(told) as app:
        copies.copy(app.store, into / "copy.db")
        assert copies.copy_beside(told.folder, into) == 3
        assert copies.copy_beside(told.folder, into) == 0
        assert copies.copy_beside(told.folder, told.folder) == 0
    lying = {path.relative_to(into).as_posix(): path for path in into.rglob("*") if path.is_file()}
    assert sorted(lying) == sorted(
        ["copy.db", "media/x.webp", *(path.relative_to(told.folder).as_posix() for path in (one, other))]
    )
    assert all(path.stat().st_mode & 0o077 == 0 for path in lying.values())

    body = one.read_bytes()
    one.unlink()
    other.unlink()
    lying[other.relative_to(told.folder).as_posix()].unlink()
    (told.folder / "media" / "x.webp").unlink()
    assert copies.restore(told, into / "copy.db", overwrite=True).missing == 1
    assert one.read_bytes() == body
    # Nothing in the store names the picture.
    assert not (told.folder / "media" / "x.webp").exists()


def test_files_of_letters_and_accepted_words_go_beside_a_copy_and_come_back(told: Settings, tmp_path: Path) -> None:
    into = tmp_path / "copies"
    into.mkdir()
    with wiring.open_app(told, create=True) as app:
        kept = files.keep(app.seal, told.folder, (Enclosed("a.png", b"\x89PNG\r\n\x1a\n"), Enclosed("b.exe", b"MZ\x00")))
        with app.store.transaction() as session:
            taking.take(session, NOW, app.seal, Said("<a@x.lv>", (), False, None), kept, ())
        accepted.accept(told.folder, "lv", "remigrācija")
        copies.copy(app.store, into / "copy.db")
        assert copies.copy_beside(told.folder, into) == 2
        accepted.accept(told.folder, "lv", "diaspora")
        assert (copies.copy_beside(told.folder, into), copies.copy_beside(told.folder, into)) == (1, 0)
    lying = {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()}
    assert lying == {"copy.db", f"letters/{kept[0].token}", "words/lv.txt"}
    (told.folder / "letters" / kept[0].token).unlink()
    (told.folder / "words" / "lv.txt").unlink()
    assert copies.restore(told, into / "copy.db", overwrite=True).missing == 0
    with wiring.open_app(told) as app:
        assert files.open_file(app.seal, told.folder, kept[0].token) == b"\x89PNG\r\n\x1a\n"
    assert accepted.accepted(told.folder, "lv") == {"diaspora", "remigrācija"}


def test_a_file_that_a_power_cut_left_short_is_copied_anew(told: Settings, tmp_path: Path) -> None:
    (page,) = with_pages(told, 1)
    short = tmp_path / "copies" / page.relative_to(told.folder)
    short.parent.mkdir(parents=True)
    short.write_bytes(b"")
    assert copies.copy_beside(told.folder, tmp_path / "copies") == 1
    assert short.read_bytes() == page.read_bytes()


def test_a_copy_that_names_files_elsewhere_brings_nothing_there(told: Settings, tmp_path: Path) -> None:
    with_pages(told, 1)
    copy = tmp_path / "copies" / "copy.db"
    (copy.parent / "evidence").mkdir(parents=True)
    with wiring.open_app(told) as app:
        copies.copy(app.store, copy)
    with sqlite3.connect(copy) as plain:
        plain.execute("UPDATE evidence SET file = 'evidence/../keys.txt'")
    plain.close()
    (copy.parent / "keys.txt").write_text("x")
    copies.restore(told, copy, overwrite=True)
    assert not (told.folder / "keys.txt").exists()
