"""What is measured side by side: the program's own command, and the peers."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

AT_ONCE = 50
# It waits on nobody, keeps nothing but what a feed tells, and may ask this machine.
_SETTINGS = f"""[http]
allow_private = true
[collect]
workers = {AT_ONCE}
host_seconds = 0
host_per_hour = 0
pages_per_poll = 0
evidence_days = 0
"""
# A feed reader's library; since some version its schedule must be told to be ignored.
_READER = """
import sys
from pathlib import Path
from reader import make_reader
state, addresses, workers = sys.argv[1:]
with make_reader(f"{state}/feeds.sqlite") as feeds:
    if workers == "0":
        for url in Path(addresses).read_text().split():
            feeds.add_feed(url)
    else:
        feeds.update_feeds(scheduled=False, workers=int(workers))
"""


@dataclass(frozen=True)
class Side:
    """One that polls: `prepare` is run once in its empty folder, `poll` is what is measured."""

    name: str
    folder: Path
    prepare: tuple[tuple[str, ...], ...]
    poll: tuple[str, ...]

    def make(self, environment: Mapping[str, str]) -> None:
        """Makes its state."""
        self.folder.mkdir(parents=True)
        for command in self.prepare:
            subprocess.run(command, cwd=self.folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    """That of a set-up program: its byte code is kept."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("OUTREACH_", "PYTHON"))}


def ours(folder: Path, addresses: Path, processes: int = 1) -> Side:
    """The program: its catalogue is imported as a list of feeds."""
    program = str(Path(sys.executable).with_name("outreach"))
    feeds = addresses.with_suffix(".opml")
    urls = addresses.read_text(encoding="utf-8").split()
    rows = (f'<outline text="Avots {number}" xmlUrl={quoteattr(url)}/>' for number, url in enumerate(urls))
    feeds.write_text(f'<opml version="2.0"><body>{"".join(rows)}</body></opml>', encoding="utf-8")
    settings = addresses.with_name("settings.toml")
    settings.write_text(_SETTINGS, encoding="utf-8")
    more = ("--processes", str(processes)) if processes > 1 else ()
    return Side(
        "ours" if processes == 1 else f"ours, {processes} processes",
        folder,
        (("cp", str(settings), "settings.toml"), (program, "sources", "import", str(feeds))),
        (program, "collect", "--all", "--now", *more),
    )


def peer(name: str, folder: Path, addresses: Path, python: str) -> Side:
    """A peer by name: `raw`, or `reader` with its number of workers (`reader-20`). `python` has reader installed."""
    if name == "raw":
        loop = str(Path(__file__).with_name("rawloop.py"))
        return Side(name, folder, (), (sys.executable, loop, str(folder), str(addresses), str(AT_ONCE)))
    _, _, workers = name.partition("-")
    command = (python, "-c", _READER, str(folder), str(addresses))
    return Side(name, folder, ((*command, "0"),), (*command, workers or "1"))
