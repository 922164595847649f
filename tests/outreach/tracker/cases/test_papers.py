"""Papers of a family: kept by what is in them, sealed, given out under a safe name, gone for good when erased."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from outreach.tracker import families, privacy
from outreach.tracker.cases import erasing, papers
from outreach.tracker.cases.models import Paper
from outreach.tracker.letters import files, taking
from outreach.tracker.letters.models import LetterFile
from outreach.tracker.letters.reading import Enclosed
from outreach.tracker.same import joining
from tests.outreach.rooms import NOW
from tests.outreach.tracker.letters.writing import CANARY, PNG, said
from tests.outreach.tracker.same.homes import home
from tests.support.offices import told_in

ANNA = "anna@example.org"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with wiring.open_app(told_in(tmp_path), create=True, clock=FixedClock(NOW)) as made:
        yield made


@pytest.fixture
def number(app: App) -> int:
    with app.store.transaction() as session:
        return home(session, app.seal)


def lying(app: App) -> list[Path]:
    return sorted((app.settings.folder / "papers").glob("*"))


def test_a_paper_is_kept_sealed_and_given_out_as_it_was(app: App, number: int) -> None:
    paper = papers.bring(app, ANNA, number, f"C:\\{CANARY}.exe.png", PNG)
    (path,) = lying(app)
    assert PNG not in path.read_bytes()
    assert CANARY.encode() not in (app.settings.folder / "outreach.db").read_bytes()
    with app.store.transaction() as session:
        token, kind, name = papers.given_out(session, NOW, ANNA, app.seal, number, paper)
        (seen,) = papers.of_family(session, NOW, ANNA, app.seal, number)
    assert (kind, name, path.name) == ("png", f"{CANARY}_exe.png", token)
    assert papers.open_file(app.seal, app.settings.folder, token) == PNG
    assert (seen.name, seen.size, seen.from_letter) == (name, len(PNG), False)
    assert CANARY not in repr(seen)


@pytest.mark.parametrize(("content", "key"), [(b"", "empty"), (b"MZ\x00\x01", "kind"), (b"x" * (10 * 2**20 + 1), "large")])
def test_what_is_not_kept_leaves_nothing(app: App, number: int, content: bytes, key: str) -> None:
    with pytest.raises(OutreachError, match=rf"letters\.refused\.{key}"):
        papers.bring(app, ANNA, number, "a.pdf", content)
    with pytest.raises(OutreachError, match=r"tracker\.error\.household"):
        papers.bring(app, ANNA, 99, "a.png", PNG)
    assert lying(app) == []


def test_a_row_that_cannot_be_written_leaves_no_bytes(app: App, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no line, no paper")

    monkeypatch.setattr(papers.audit, "write", refuse)
    with pytest.raises(RuntimeError):
        papers.bring(app, ANNA, number, "a.png", PNG)
    assert lying(app) == []


def test_a_letters_file_is_taken_over_once(app: App, number: int) -> None:
    kept = files.keep(app.seal, app.settings.folder, (Enclosed(f"{CANARY}.png", PNG), Enclosed("b.png", PNG)))
    with app.store.transaction() as session:
        taken = taking.take(session, NOW, app.seal, said("a"), kept, frozenset())
        assert taken.inquiry_id is not None
        families.tie(session, taken.inquiry_id, number)
        first, second = session.scalars(select(LetterFile.id).order_by(LetterFile.id))
        other = home(session, app.seal)
    with pytest.raises(OutreachError, match=r"letters\.error\.file_gone"):
        papers.take_over(app, ANNA, other, first)
    paper = papers.take_over(app, ANNA, number, first)
    with pytest.raises(OutreachError, match=r"cases\.error\.taken"):
        papers.take_over(app, ANNA, number, first)
    with app.store.transaction() as session:
        assert [one.file_id for one in papers.enclosures(session, app.seal, number)] == [second]
        (seen,) = papers.of_family(session, NOW, ANNA, app.seal, number)
        assert (seen.name, seen.from_letter) == (f"{CANARY}.png", True)
        papers.erase(session, NOW, ANNA, number, paper)
        assert [one.file_id for one in papers.enclosures(session, app.seal, number)] == [second, first]
    assert files.open_file(app.seal, app.settings.folder, kept[0].token) == PNG


def test_erased_bytes_leave_the_disk_and_no_others(app: App, number: int) -> None:
    first, second = (papers.bring(app, ANNA, number, f"{name}.png", PNG) for name in "ab")
    with app.store.transaction() as session:
        papers.erase(session, NOW, ANNA, number, first)
    assert len(lying(app)) == 2
    privacy.clear(app)
    assert len(lying(app)) == 1
    with app.store.transaction() as session, pytest.raises(OutreachError, match=r"cases\.error\.paper"):
        papers.given_out(session, NOW, ANNA, app.seal, number, first)
    with app.store.transaction() as session:
        assert erasing.of_families(session, NOW, [number]) == 1
        assert session.get_one(Paper, second).name_sealed is None
    privacy.clear(app)
    assert lying(app) == []


def test_a_file_that_no_row_names_yet_is_left_for_a_day(app: App) -> None:
    folder = app.settings.folder / "papers"
    folder.mkdir(parents=True)
    new, old = folder / ("a" * 32), folder / ("b" * 32)
    for path, hours in ((new, 23), (old, 25)):
        path.write_bytes(b"x")
        since = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(path, (since, since))
    (folder / "notes.txt").write_bytes(b"x")
    assert papers.sweep(app.store, app.settings.folder, NOW) == 1
    assert [path.name for path in lying(app)] == [new.name, "notes.txt"]


def test_a_record_that_is_part_of_a_family_brings_its_papers(app: App, number: int) -> None:
    with app.store.transaction() as session:
        gone = home(session, app.seal)
    paper = papers.bring(app, ANNA, gone, "a.png", PNG)
    with app.store.transaction() as session:
        joining.merge(session, NOW, ANNA, number, gone)
        assert [one.paper_id for one in papers.of_family(session, NOW, ANNA, app.seal, number)] == [paper]
        papers.erase(session, NOW, ANNA, number, paper)
    with pytest.raises(OutreachError, match=r"same\.error\.merged"):
        papers.bring(app, ANNA, gone, "a.png", PNG)
