"""The real program in a process of its own: started, watched, asked to end or killed."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from outreach.core.office import shipped_folder
from tests.support.ports import free_port

PATIENCE = 300.0  # only how long a broken run may hang; nothing is measured with it


def _profile(folder: Path, catalogue: bool) -> None:
    """The shipped office, but no test ever asks a real outlet: its feeds lie on a host that cannot exist."""
    shipped = shipped_folder() / "latgale"
    shutil.copytree(shipped, folder)
    lines = (shipped / "outlets.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    text = "".join(lines if catalogue else lines[:1])
    (folder / "outlets.csv").write_text(re.sub(r"https?://", "https://outlets.invalid/", text), encoding="utf-8")


class Program:
    """`outreach up` on a data folder, for an office without outlets unless `catalogue`."""

    def __init__(self, folder: Path, settings: str = "", *, language: str = "lv", catalogue: bool = False) -> None:
        self.folder = folder
        _profile(folder / "birojs", catalogue)
        self.port = free_port()
        self.page = f"http://127.0.0.1:{self.port}"
        self.file = folder / "settings.toml"
        # A test's own sections come last; they must not repeat these.
        self.file.write_text(
            f'[office]\nprofile = "birojs"\nlanguage = "{language}"\n[store]\nfolder = "data"\n[web]\nport = {self.port}\npublic_url = "{self.page}"\n'
            f"[http]\nallow_private = true\ntotal_seconds = 20\n{settings}",
            encoding="utf-8",
        )
        self.process: subprocess.Popen[str] | None = None

    def command(self, *words: str, expect: int = 0, input: str | None = None) -> str:
        """One command to its end; its output."""
        ended = subprocess.run(
            [sys.executable, "-m", "outreach.cli", "--settings", str(self.file), *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd=self.folder,
            input=input,
            env=self._environment(),
        )
        assert ended.returncode == expect, f"{words}: {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stderr
        return ended.stdout if expect == 0 else ended.stderr

    def make_store(self) -> None:
        """The store as the first start makes it, without starting."""
        self.command("sources", "import", str(self.folder / "birojs" / "outlets.csv"))

    def start(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "outreach.cli", "--settings", str(self.file), "up"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env=self._environment() | environment,
        )

        def answering() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.process.stdout.read() if self.process.stdout else ""
            try:
                return requests.get(f"{self.page}/healthz", timeout=20).status_code == 200
            except (requests.ConnectionError, requests.Timeout):
                return False

        until(answering)

    def kill(self) -> None:
        """As a power cut would: no chance to say goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def end(self) -> tuple[int, str]:
        """SIGTERM; the exit code and everything it printed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        printed, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, printed

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
        return (
            kept
            | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
            | {name: value for name, value in os.environ.items() if name.startswith("OUTREACH_TEST_TOKEN")}
        )


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Whatever happens, no process is left behind."""
    try:
        yield program
    finally:
        if program.process is not None and program.process.poll() is None:
            program.kill()


def until(holds: object, patience: float = PATIENCE) -> None:
    """Waits until `holds()` is true; fails when it never becomes so."""
    assert callable(holds)
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.05)
