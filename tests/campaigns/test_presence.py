"""Whether somebody is still at work."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.core.errors import OutreachError
from outreach.core.presence import LEASE, is_alive, is_gone, present, tidy
from tests.campaigns.desk import NOW

CHILD = """
import sys, time
from pathlib import Path
from outreach.core.presence import present
with present(Path(sys.argv[1])) as token:
    print(token, flush=True)
    time.sleep(600)
"""


def test_a_holder_is_alive_until_its_block_ends(tmp_path: Path) -> None:
    with present(tmp_path) as token, present(tmp_path) as other:
        assert token != other
        assert is_alive(tmp_path, token) is True
        assert is_alive(tmp_path, token) is True  # looking does not take it away
        assert not is_gone(tmp_path, token, NOW - timedelta(days=9), NOW)
    assert is_alive(tmp_path, token) is None
    assert list((tmp_path / "run").iterdir()) == []


def test_a_holder_that_stumbled_is_gone_at_once(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), present(tmp_path) as token:
        raise ZeroDivisionError
    assert is_alive(tmp_path, token) is False
    assert is_gone(tmp_path, token, NOW, NOW)


def test_a_killed_process_is_gone_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        token = child.stdout.readline().strip()
        assert is_alive(tmp_path, token) is True
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert is_alive(tmp_path, token) is False
    assert is_gone(tmp_path, token, NOW, NOW)


@pytest.mark.parametrize("token", ["unheard-of", None])
def test_of_a_holder_elsewhere_the_lease_decides(tmp_path: Path, token: str | None) -> None:
    assert not is_gone(tmp_path, token, NOW - LEASE, NOW)
    assert is_gone(tmp_path, token, NOW - LEASE - timedelta(seconds=1), NOW)


def test_only_old_files_of_the_dead_are_tidied_away(tmp_path: Path) -> None:
    tokens = []
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), present(tmp_path) as token:
            raise ZeroDivisionError
        tokens.append(token)
    with present(tmp_path) as living:
        old = NOW.timestamp() - 90_000
        for token in (tokens[0], living):
            os.utime(tmp_path / "run" / f"{token}.lock", (old, old))
        os.utime(tmp_path / "run" / f"{tokens[1]}.lock", (NOW.timestamp(), NOW.timestamp()))
        assert tidy(tmp_path, NOW) == 1
        assert is_alive(tmp_path, living) is True
    assert is_alive(tmp_path, tokens[0]) is None
    assert is_alive(tmp_path, tokens[1]) is False
    assert tidy(tmp_path / "nowhere", NOW) == 0


def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(OutreachError) as told, present(tmp_path):
        pass
    assert told.value.key == "core.presence.folder"
