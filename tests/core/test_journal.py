"""What a round leaves behind about its mails, whenever it is killed."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach.core import journal as module
from outreach.core.errors import OutreachError
from outreach.core.journal import Found, Journal
from outreach.core.mail import Receipt

TAKEN = Receipt("smtp", "250 2.0.0 queued as 4711")


def found(folder: Path, token: str = "round") -> Found:
    read = Journal.read(folder, token)
    assert read is not None
    return read


def test_a_mail_goes_from_none_over_handing_to_taken(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "round") as journal:
        note = journal.note("run-12")
        assert found(tmp_path).state("run-12") == "none"
        note.handing()
        assert (found(tmp_path).state("run-12"), found(tmp_path).receipt("run-12")) == ("handing", "")
        note.taken(TAKEN)
        assert found(tmp_path).state("run-12") == "taken"
    assert found(tmp_path).receipt("run-12") == TAKEN.detail
    assert found(tmp_path).whole
    assert found(tmp_path).state("run-13") == "none"


def test_a_refusal_after_the_dot_takes_the_doubt_back(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "round") as journal:
        note = journal.note("a")
        note.handing()
        note.refused()
        assert found(tmp_path).state("a") == "none"
        note.handing()
        assert found(tmp_path).state("a") == "handing"


def test_rounds_do_not_know_each_other(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "one") as one, Journal.open(tmp_path, "other") as other:
        one.note("a").handing()
        other.note("b").handing()
    assert (found(tmp_path, "one").state("b"), found(tmp_path, "other").state("a")) == ("none", "none")
    assert Journal.read(tmp_path, "third") is None


def test_one_that_is_open_and_empty_says_that_nothing_was_sent(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "round"):
        assert found(tmp_path).whole
        assert found(tmp_path).state("a") == "none"


def test_the_same_round_may_open_it_again(tmp_path: Path) -> None:
    for key in ("a", "b"):
        with Journal.open(tmp_path, "round") as journal:
            journal.note(key).handing()
    assert [found(tmp_path).state(key) for key in "ab"] == ["handing", "handing"]
    assert found(tmp_path).whole


@pytest.mark.parametrize("receipt", ["250 ok\r\nhanding b .", "", "ziņa .\n\n", "\ud800", "taken b x ."])
def test_an_answer_cannot_write_entries(tmp_path: Path, receipt: str) -> None:
    with Journal.open(tmp_path, "round") as journal:
        journal.note("a").handing()
        journal.note("a").taken(Receipt("smtp", receipt))
    assert (found(tmp_path).state("a"), found(tmp_path).state("b")) == ("taken", "none")


@pytest.mark.parametrize("key", ["", "anna@press.test", "a b", "a\nb", "ā", "a" * 81])
def test_no_address_gets_in_as_a_key(tmp_path: Path, key: str) -> None:
    with Journal.open(tmp_path, "round") as journal, pytest.raises(ValueError, match="key"):
        journal.note(key)


@pytest.mark.parametrize("token", ["", "../x", "a/b", "a.b"])
def test_a_token_names_no_other_file(tmp_path: Path, token: str) -> None:
    with pytest.raises(ValueError, match="token"), Journal.open(tmp_path, token):
        pass
    with pytest.raises(ValueError, match="token"):
        Journal.read(tmp_path, token)


def test_every_torn_end_is_read_as_the_step_before(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "round") as journal:
        journal.note("1").handing()
    path = tmp_path / "run" / "round.mails"
    first = path.read_bytes()
    with Journal.open(tmp_path, "round") as journal:
        journal.note("1").taken(TAKEN)
    whole = path.read_bytes()
    for length in range(len(first), len(whole)):
        path.write_bytes(whole[:length])
        complete = whole[:length].rstrip(b"\n").endswith(b"4711 .")
        assert found(tmp_path).state("1") == ("taken" if complete else "handing")
        # What comes after a torn entry is read all the same.
        with Journal.open(tmp_path, "round") as journal:
            journal.note("2").handing()
        assert found(tmp_path).state("2") == "handing"


def test_after_a_fall_of_the_machine_nothing_it_does_not_say_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal.open(tmp_path, "round") as journal:
        journal.note("a").taken(TAKEN)
    (tmp_path / "boot").write_text("another-start\n")
    monkeypatch.setattr(module, "_BOOT", tmp_path / "boot")
    assert not found(tmp_path).whole
    assert found(tmp_path).state("a") == "taken"
    monkeypatch.setattr(module, "_BOOT", tmp_path / "none")
    assert not found(tmp_path).whole


def test_without_a_first_line_it_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    for torn in (b"", b"\nboot ", b"\nboot abc"):
        (tmp_path / "run" / "round.mails").write_bytes(torn)
        assert not found(tmp_path).whole


def test_a_full_disk_stops_a_mail_before_its_dot_and_none_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with Journal.open(tmp_path, "round") as journal:
        note = journal.note("a")
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(OutreachError) as caught:
                note.handing()
            note.taken(TAKEN)
            note.refused()
    assert caught.value.key == "mail.journal"
    assert caught.value.facts == {"folder": str(tmp_path), "reason": "No space left on device"}


def test_a_journal_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(OutreachError) as caught, Journal.open(tmp_path, "round"):
        pass
    assert caught.value.key == "mail.journal"


def test_old_ones_go_after_a_month(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 7, tzinfo=UTC)
    for token, age in (("old", timedelta(days=31)), ("new", timedelta(days=29))):
        with Journal.open(tmp_path, token):
            pass
        moment = (now - age).timestamp()
        os.utime(tmp_path / "run" / f"{token}.mails", (moment, moment))
    assert Journal.tidy(tmp_path, now) == 1
    assert Journal.read(tmp_path, "old") is None
    assert Journal.read(tmp_path, "new") is not None
    assert Journal.tidy(tmp_path / "nowhere", now) == 0


# A child that is killed by itself, between two steps of its three mails.
CHILD = """
import os, signal, sys
from pathlib import Path
from outreach.core.journal import Journal
from outreach.core.mail import Receipt
left = int(sys.argv[2])
def step():
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
step()
with Journal.open(Path(sys.argv[1]), "round") as journal:
    step()
    for key in "abc":
        note = journal.note(key)
        note.handing()
        step()
        note.taken(Receipt("smtp", "250 " + key))
        step()
os.kill(os.getpid(), signal.SIGKILL)
"""
LEFT = [
    None,
    ("none", "none", "none"),
    ("handing", "none", "none"),
    ("taken", "none", "none"),
    ("taken", "handing", "none"),
    ("taken", "taken", "none"),
    ("taken", "taken", "handing"),
    ("taken", "taken", "taken"),
]


@pytest.mark.parametrize("steps", range(len(LEFT)))
def test_what_a_killed_round_leaves(tmp_path: Path, steps: int) -> None:
    killed = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), str(steps)], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    read = Journal.read(tmp_path, "round")
    if LEFT[steps] is None:
        assert read is None
        return
    assert read is not None
    assert read.whole
    assert tuple(read.state(key) for key in "abc") == LEFT[steps]
