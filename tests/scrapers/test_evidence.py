"""Kept pages: whole or not at all, found by their hash, gone after their time."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from scrapers import evidence, pseudonym
from scrapers.models import Article, Evidence, Mention, Source, Story
from scrapers.warc import keep_text, read_file

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
URL = "https://zinas.example/raksts/ģimene?x=1"
BODY = "<html>Ģimene atgriežas</html>".encode()
HEADERS = {"content-type": "text/html", "content-encoding": "gzip", "x-note": "ā\r\nX: y", "set-cookie": "a=b"}


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in (folder / "evidence").rglob("*") if path.is_file())


def test_a_page_is_kept_as_a_warc_record_that_any_reader_opens(tmp_path: Path) -> None:
    kept = evidence.keep(tmp_path, URL, 200, HEADERS, BODY, NOW)
    assert kept.file.startswith("evidence/2026/11/23/")
    assert files(tmp_path) == [kept.file]
    assert kept.size == (tmp_path / kept.file).stat().st_size
    with (tmp_path / kept.file).open("rb") as stream:
        (record,) = [
            (one.rec_type, one.rec_headers.get_header("WARC-Date"), one.http_headers.get_header("x-note"), one.content_stream().read())
            for one in ArchiveIterator(stream)
        ]
    assert record == ("response", "2026-11-23T10:00:00Z", "%C4%81%20X%3A%20y", BODY)
    assert gzip.decompress((tmp_path / kept.file).read_bytes()).startswith(b"WARC/1.")
    page = read_file(tmp_path, kept.file, kept.sha256)
    assert (page.url, page.status, page.body, page.at) == (URL, 200, BODY, NOW)
    assert page.headers["content-type"] == "text/html"
    # The body is kept unpacked: what told of its packing would mislead.
    assert "content-encoding" not in page.headers


def test_the_same_page_twice_in_a_day_is_one_file(tmp_path: Path) -> None:
    first = evidence.keep(tmp_path, URL, 200, HEADERS, BODY, NOW)
    before = (tmp_path / first.file).read_bytes()
    assert evidence.keep(tmp_path, URL, 200, {}, BODY, NOW + timedelta(hours=3)).file == first.file
    assert (tmp_path / first.file).read_bytes() == before
    assert evidence.keep(tmp_path, URL, 200, HEADERS, BODY + b"!", NOW).file != first.file
    assert evidence.keep(tmp_path, URL + "2", 200, HEADERS, BODY, NOW).file != first.file
    assert evidence.keep(tmp_path, URL, 200, HEADERS, BODY, NOW + timedelta(days=1)).file != first.file
    assert len(files(tmp_path)) == 4


def test_a_text_is_kept_as_a_record_of_its_own_kind(tmp_path: Path) -> None:
    kept = keep_text(tmp_path, URL, "Braucam mājās", NOW)
    page = read_file(tmp_path, kept.file, kept.sha256)
    assert (page.status, page.body.decode(), page.headers) == (0, "Braucam mājās", {})


@given(body=st.binary(max_size=3_000), headers=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4))
@with_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_any_answer_comes_back_byte_for_byte(tmp_path: Path, body: bytes, headers: dict[str, str]) -> None:
    kept = evidence.keep(tmp_path, URL, 200, headers, body, NOW)
    assert read_file(tmp_path, kept.file, kept.sha256).body == body


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _other(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"atgrie", b"aizbrau")))


def _rubbish(path: Path) -> None:
    path.write_bytes(b"\x1f\x8b" + b"\x00" * 50)


@pytest.mark.parametrize("harm", [_cut, _emptied, _other, _rubbish])
def test_a_file_that_was_touched_is_told_from_a_good_one(tmp_path: Path, harm: object) -> None:
    kept = evidence.keep(tmp_path, URL, 200, HEADERS, BODY, NOW)
    harm(tmp_path / kept.file)  # type: ignore[operator]
    with pytest.raises(OutreachError) as caught:
        read_file(tmp_path, kept.file, kept.sha256)
    assert caught.value.key == "scrapers.evidence_damaged"


@pytest.mark.parametrize("file", ["evidence/2026/11/23/none.warc.gz", "../settings.toml", "outreach.db", "evidence"])
def test_a_file_that_is_not_there_or_not_ours_is_lost(tmp_path: Path, file: str) -> None:
    (tmp_path / "outreach.db").write_bytes(b"x")
    with pytest.raises(OutreachError) as caught:
        read_file(tmp_path, file, "0" * 64)
    assert caught.value.key == "scrapers.evidence_lost"


def test_a_disk_that_refuses_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("outreach.core.files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        evidence.keep(tmp_path, URL, 200, HEADERS, BODY, NOW)
    assert files(tmp_path) == []


def article(session: Session, number: int, *, kind: str = "feed", state: str = "feed", mentioned: bool = True) -> int:
    source = session.scalar(select(Source).where(Source.kind == kind))
    if source is None:
        source = Source(name=kind, tier="local", kind=kind, settings={"url": "https://z.example/rss"}, language="lv")
        session.add(source)
        session.flush()
    one = Article(
        source_id=source.id,
        url=f"https://z.example/{number}",
        canonical_url=f"https://z.example/{number}",
        title=f"Virsraksts {number}",
        summary="Īsumā",
        text="Viss teksts",
        first_seen_at=NOW,
        text_state=state,
    )
    session.add(one)
    session.flush()
    if mentioned:
        story = Story(created_at=NOW, title="s")
        session.add(story)
        session.flush()
        session.add(
            Mention(
                article_id=one.id,
                source_id=source.id,
                sense="return",
                relevant=number % 2 == 0,
                judged_relevant=True,
                score=1.0,
                lang="lv",
                matched=[],
                cues=[],
                places=[],
                sentence="s",
                story_id=story.id,
                judged_at=NOW,
            )
        )
        session.flush()
    return one.id


def test_what_is_due_are_mentions_that_came_whole_and_are_not_kept(store: Store, tmp_path: Path) -> None:
    with store.transaction() as session:
        first, second = article(session, 1), article(session, 2)
        article(session, 3, mentioned=False)
        article(session, 4, state="pending")
        tried = session.get_one(Article, article(session, 5))
        tried.text_tries = 3
        resting = session.get_one(Article, article(session, 6))
        resting.text_next_at = NOW + timedelta(minutes=5)
    with store.reading() as session:
        tasks = evidence.due(session, NOW, 10)
        assert [(task.id, task.purpose, task.mentioned) for task in tasks] == [
            (second, "evidence", True),
            (first, "evidence", True),
        ]
        assert len(evidence.due(session, NOW, 1)) == 1
        assert [task.id for task in evidence.due(session, NOW + timedelta(minutes=6), 1)] == [resting.id]
        assert evidence.due(session, NOW + timedelta(days=8), 10) == []
    with store.transaction() as session:
        kept = evidence.keep(tmp_path, URL, 200, {}, BODY, NOW)
        evidence.record(session, second, kept)
        evidence.record(session, second, kept)
    with store.reading() as session:
        assert [task.id for task in evidence.due(session, NOW, 10)] == [first]
        (row,) = evidence.evidence_of(session, second)
        assert evidence.read_back(tmp_path, row).body == BODY


def test_private_posts_are_kept_as_their_stored_text_and_never_fetched(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from scrapers.sources.feed import Feed

    monkeypatch.setattr(Feed, "private", True, raising=False)
    assert pseudonym.is_private("feed", {"url": "x"})
    with app.store.transaction() as session:
        number = article(session, 1)
    with app.store.reading() as session:
        assert evidence.due(session, NOW, 10) == []
    assert evidence.keep_posts(app) == 1
    assert evidence.keep_posts(app) == 0
    with app.store.reading() as session:
        (row,) = evidence.evidence_of(session, number)
        page = evidence.read_back(app.settings.folder, row)
    assert page.body.decode() == "Virsraksts 1\nĪsumā\nViss teksts"


def test_what_is_past_its_time_goes_unless_another_needs_it(store: Store, tmp_path: Path) -> None:
    with store.transaction() as session:
        one, other = article(session, 1), article(session, 2)
        old = evidence.keep(tmp_path, URL, 200, {}, BODY, NOW)
        alone = evidence.keep(tmp_path, URL, 200, {}, b"alone", NOW)
        evidence.record(session, one, old)
        evidence.record(session, one, alone)
        evidence.record(session, other, old)
        session.scalars(select(Evidence).where(Evidence.article_id == other)).one().at = NOW + timedelta(hours=5)
    later = NOW + timedelta(days=30, hours=1)
    with store.transaction() as session:
        assert evidence.expire(session, later, 31) == []
        assert evidence.expire(session, later, 30) == [alone.file]
    assert evidence.remove(tmp_path, [alone.file, "../x", "evidence/none"]) == 1
    assert files(tmp_path) == [old.file]
    with store.transaction() as session:
        assert evidence.expire(session, later + timedelta(days=1), 30) == [old.file]


def test_tidying_leaves_what_has_a_row_or_may_be_under_way(app: App, clock: FixedClock) -> None:
    folder = app.settings.folder
    with app.store.transaction() as session:
        number = article(session, 1)
        evidence.record(session, number, evidence.keep(folder, URL, 200, {}, BODY, NOW))
    (named,) = files(folder)
    left = evidence.keep(folder, URL, 200, {}, b"a crash left this", NOW).file
    assert evidence.tidy(app) == 0
    clock.step(timedelta(days=3))
    assert evidence.tidy(app) == 1
    assert files(folder) == [named]
    assert left != named
    clock.step(timedelta(days=app.settings.collect.evidence_days))
    assert evidence.tidy(app) == 1
    assert files(folder) == []
    assert not (folder / "evidence" / "2026").exists()
    with app.store.reading() as session:
        assert session.scalars(select(Evidence)).all() == []
        assert session.get(Article, number) is not None


def test_a_post_that_is_deleted_while_it_is_kept_leaves_no_row(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.sources.feed.Feed.private", True, raising=False)
    with app.store.transaction() as session:
        number = article(session, 1)
    keep_text = evidence.keep_text

    def deleted_meanwhile(*told: Any) -> Any:
        with app.store.transaction() as session:
            session.get_one(Article, number).text_state = "deleted"
        return keep_text(*told)

    monkeypatch.setattr(evidence, "keep_text", deleted_meanwhile)
    evidence.keep_posts(app)
    with app.store.reading() as session:
        assert evidence.evidence_of(session, number) == []
