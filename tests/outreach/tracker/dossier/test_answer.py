"""An answer holds everything of one person and nothing of another; every name in it is described."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import wiring
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from outreach.people.models import AuditEntry
from outreach.tracker import families, intake
from outreach.tracker.cases.models import Paper, Task
from outreach.tracker.dossier import packing
from outreach.tracker.dossier.scope import Scope
from outreach.tracker.families import Family
from outreach.tracker.heard import noting
from outreach.tracker.intake import Incoming
from outreach.tracker.letters import sealing
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.same import joining
from tests.outreach.rooms import NOW
from tests.support.offices import told_in

MINE, OTHER = "Zeltkanārijs", "Sudrabzīle"
ROOT = Path(__file__).resolve().parents[4]


def furnish(app: App, mark: str) -> int:
    """A family with its mark in all that is written of it, some in a record that is part of it; the family's number."""
    with app.store.transaction() as session:
        now, seal = app.clock.now(), app.seal
        home, part = (families.add(session, now, seal, Family(2, 1, "Balvu novads", ("IE",), name=f"{mark} {one}", note=f"{mark} piezīme {one}")) for one in "ab")
        joining.merge(session, now, "ieva@example.org", home, part)
        families.enter(session, now, home, "planning", now.date())
        asked = intake.receive(session, now, seal, Incoming("form", name=f"{mark} vārds", contact=f"{mark}@example.org", text=f"{mark} teksts", household_id=home, message_id=mark, topic="work")).inquiry_id
        noting.said(session, now, seal, asked, words=f"{mark} dzirdēja radio")
        letter = Letter(token=mark.ljust(32, "l"), message_id=mark, thread=mark, direction="in", kind="letter", inquiry_id=asked, at=now, taken_at=now)
        for name, value in sealing.close(seal, letter.token, sealing.Words(f"{mark} sūtītājs", f"{mark}@example.org", "", f"{mark} temats", f"{mark} vēstule", f"{mark} paraksts")).items():
            setattr(letter, name, value)
        session.add(letter)
        session.flush()
        enclosed = LetterFile(letter_id=letter.id, token=mark.encode().hex()[:16].ljust(32, "0"), kind="txt", size=9)
        enclosed.name_sealed = seal.close(f"{mark} datne.txt", sealing.place("name", enclosed.token))
        task = Task(token=mark.ljust(32, "t"), household_id=part, due_on=now.date(), made_at=now, made_by="ieva@example.org", assigned_to="ieva@example.org")
        task.words_sealed = seal.close(f"{mark} solis", f"family_task.words:{task.token}")
        paper = Paper(token=mark.encode().hex()[:16].ljust(32, "1"), household_id=home, kind="txt", size=9, added_at=now, added_by="ieva@example.org")
        paper.name_sealed = seal.close(f"{mark} papīrs.txt", f"family_paper.name:{paper.token}")
        session.add_all([enclosed, task, paper])
    for folder, token in (("letters", enclosed.token), ("papers", paper.token)):
        file = app.settings.folder / folder / token
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(app.seal.close_bytes(f"{mark} {folder}".encode(), f"{folder}/{token}"))
    return home


@pytest.fixture
def two(store: Store, tmp_path: Path) -> tuple[App, int]:
    """An office on either store, with two families; the number of the first."""
    with wiring.open_app(told_in(tmp_path), create=True) as app:
        over = replace(app, store=store, clock=FixedClock(NOW))
        home = furnish(over, MINE)
        furnish(over, OTHER)
        yield over, home  # type: ignore[misc]


def test_all_of_one_and_nothing_of_another(two: tuple[App, int]) -> None:
    app, home = two
    made = packing.answer(app, "ieva@example.org", Scope("household", home), "lv")
    assert made.name == f"household-{home}-{NOW.date().isoformat()}.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as found:
        everything = b"".join(found.read(one) + one.encode() for one in found.namelist() if not one.endswith(".pdf")).decode()
        files = [found.read(one).decode() for one in found.namelist() if one.startswith("files/")]
        told = json.loads(found.read("data.json"))
    for word in ("a", "b", "piezīme a", "piezīme b", "vārds", "teksts", "dzirdēja radio", "sūtītājs", "temats", "vēstule", "paraksts", "solis"):
        assert f"{MINE} {word}" in everything, word
    assert sorted(files) == [f"{MINE} letters", f"{MINE} papers"]
    assert OTHER not in everything
    assert "ieva@example.org" not in everything  # colleagues stand in it by their role
    assert told["basis"][0]["keep_months"] == 36
    with app.store.reading() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "household", AuditEntry.action == "export")).all() == ["export"]
    assert MINE not in repr(made)


def test_an_inquiry_alone_has_nothing_of_its_family(two: tuple[App, int]) -> None:
    app, home = two
    with app.store.reading() as session:
        number = session.scalars(select(Inquiry.id).where(Inquiry.household_id == home)).one()
    made = packing.answer(app, "ieva@example.org", Scope("inquiry", number), "en")
    with zipfile.ZipFile(io.BytesIO(made.content)) as found:
        told = json.loads(found.read("data.json"))
    assert (told["family"], told["tasks"], told["papers"], told["stages"]) == ([], [], [], [])
    assert len(told["inquiries"]) == len(told["letters"]) == 1


def test_every_name_in_it_is_described_and_worded(two: tuple[App, int]) -> None:
    app, home = two
    with zipfile.ZipFile(io.BytesIO(packing.answer(app, "ieva", Scope("household", home), "ru").content)) as found:
        told = json.loads(found.read("data.json"))
    described = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "person-data.md").read_text(encoding="utf-8")))
    names = {name for section in told.values() if isinstance(section, list) for item in section for name in item}
    assert names | set(told) <= described
    words = app.texts.in_language("ru")
    assert all(words.knows(f"privacy.section.{name}") for name, section in told.items() if isinstance(section, list))
    assert all(words.knows(f"privacy.key.{name}") for name in names - {"action", "subject", "subject_number", "code", "list"})


def test_what_was_taken_back_tells_nothing_of_the_other_family(two: tuple[App, int]) -> None:
    app, home = two
    with app.store.transaction() as session:
        merge = joining.standing(session, home)[0]
        joining.part(session, app.clock.now(), "ieva", merge.merge_id)
    with zipfile.ZipFile(io.BytesIO(packing.answer(app, "ieva", Scope("household", home), "lv").content)) as found:
        told = json.loads(found.read("data.json"))
    assert [one["number"] for one in told["family"]] == [home]
    assert [(one["part"], one["taken_back_at"] is not None) for one in told["merges"]] == [(None, True)]
    assert told["tasks"] == []


def test_the_command_writes_a_new_file_for_its_owner_alone(two: tuple[App, int], tmp_path: Path) -> None:
    app, home = two
    to = tmp_path / "atbilde.zip"
    assert packing.answer_into(app, "ieva", Scope("household", home), "lv", to) == 2
    assert to.stat().st_mode & 0o077 == 0
    whole = to.read_bytes()
    with pytest.raises(OutreachError, match=r"privacy\.error\.there"):
        packing.answer_into(app, "ieva", Scope("household", home), "lv", to)
    assert to.read_bytes() == whole
    with pytest.raises(OutreachError, match=r"core\.file"):
        packing.answer_into(app, "ieva", Scope("household", home), "lv", tmp_path / "none" / "x.zip")
    for scope in (Scope("household", 999), Scope("inquiry", 999)):
        with pytest.raises(OutreachError, match=r"tracker\.error\."):
            packing.answer_into(app, "ieva", scope, "lv", tmp_path / "y.zip")
    assert not (tmp_path / "y.zip").exists()


def test_the_day_on_which_words_go_is_told(two: tuple[App, int]) -> None:
    app, home = two
    with app.store.transaction() as session:
        families.enter(session, app.clock.now(), home, "returned_alone", app.clock.now().date() - timedelta(days=1))
        families.enter(session, app.clock.now(), home, "returned_alone", app.clock.now().date())
        assert session.get_one(Household, home).anonymous_at is None
    with zipfile.ZipFile(io.BytesIO(packing.answer(app, "ieva", Scope("household", home), "lv").content)) as found:
        day = date.fromisoformat(json.loads(found.read("data.json"))["basis"][0]["words_go_on"])
    assert 0 <= (day - app.clock.now().date().replace(year=app.clock.now().year + 3)).days <= 1
