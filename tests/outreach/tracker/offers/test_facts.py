"""The office's facts of municipalities: a file that is whole, and nobody's writing lost."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outreach import copies
from outreach.core.errors import OutreachError
from outreach.tracker.offers import facts
from outreach.tracker.offers.facts import SUBJECTS
from tests.outreach.tracker.offers.desk import NOW, fact

PLACE = "Ludzas novads"


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert facts.read(tmp_path) == {}
    told = replace(fact("Ir “skola”."), texts={"lv": "Ir “skola”.\nDivas rindas", "ru": "Есть школа"}, site="https://ludza.example")
    facts.save(tmp_path, PLACE, "school", told, "")
    facts.save(tmp_path, "Rēzekne", "work", fact(), "")
    assert facts.read(tmp_path)[PLACE]["school"] == told
    assert set(facts.read(tmp_path)) == {PLACE, "Rēzekne"}


def test_a_form_drawn_from_another_writing_writes_nothing_over(tmp_path: Path) -> None:
    first = fact()
    facts.save(tmp_path, PLACE, "work", first, "")
    second = replace(fact("Cits."), at=NOW + timedelta(minutes=1))
    for seen in ("", second.stamp):
        with pytest.raises(OutreachError, match=r"offers\.error\.meanwhile"):
            facts.save(tmp_path, PLACE, "work", second, seen)
    facts.save(tmp_path, PLACE, "work", second, first.stamp)
    assert facts.read(tmp_path)[PLACE]["work"].texts == {"lv": "Cits."}


def test_without_a_text_it_is_forgotten(tmp_path: Path) -> None:
    facts.save(tmp_path, PLACE, "work", fact(), "")
    facts.save(tmp_path, PLACE, "work", fact(""), fact().stamp)
    assert facts.read(tmp_path) == {}


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    hands = [threading.Thread(target=facts.save, args=(tmp_path, PLACE, one, fact(one), "")) for one in SUBJECTS]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert {one: held.texts["lv"] for one, held in facts.read(tmp_path)[PLACE].items()} == {one: one for one in SUBJECTS}


@pytest.mark.parametrize("broken", ["{", "[]", '{"x": {"work": {"texts": {}}}}', '{"x": 1}'])
def test_a_broken_file_is_told_of(tmp_path: Path, broken: str) -> None:
    facts.save(tmp_path, PLACE, "work", fact(), "")
    (tmp_path / "municipalities" / "facts.json").write_text(broken, encoding="utf-8")
    with pytest.raises(OutreachError, match=r"offers\.error\.book"):
        facts.read(tmp_path)


def test_a_copy_takes_the_latest(tmp_path: Path) -> None:
    folder, into = tmp_path / "data", tmp_path / "copy"
    for one in (folder, into):
        one.mkdir()
    facts.save(folder, PLACE, "work", fact(), "")
    assert copies.copy_beside(folder, into) == 1
    facts.save(folder, PLACE, "school", fact("Jauna."), "")
    copies.copy_beside(folder, into)
    assert facts.read(into) == facts.read(folder)
