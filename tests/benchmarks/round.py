"""What a round of polls costs as a whole process, beside others that poll the same feeds in the same run.

    python -m tests.benchmarks.round --feeds 1000 --profile clean --repeat 3 --peers reader,raw --reader PYTHON
    python -m tests.benchmarks.round --memory

Rounds: `first` (everything is new), `settle`, `same` (nothing changed), `changed` (5 % of the feeds have something
new). In each all sides have their turn, and so in each repetition, with a fresh state: a machine that slows down slows
down all. Medians; the ratios are between sides of one run. What the farm counted stands beside them: a side that did not
ask every feed is told so, and the exit status is 1.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.farm_feeds import PROFILES
from tests.benchmarks.sides import Side, environment, ours, peer
from tests.benchmarks.spent import Spent, run

ROUNDS = ("first", "settle", "same", "changed")
_SIZES = (1_000, 5_000, 10_000)


class Farm:
    """A farm in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def order(self, order: str) -> dict[str, Any]:
        """Has it done; what the farm counted until then."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(order, file=self._process.stdin, flush=True)
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def farm(feeds: int, profile: str, addresses: Path) -> Iterator[Farm]:
    """A farm that answers, and ends with the block; its addresses are written into the file."""
    command = (sys.executable, "-m", "tests.benchmarks.farm", "--feeds", str(feeds), "--profile", profile)
    with subprocess.Popen(
        (*command, "--addresses", str(addresses)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        try:
            yield Farm(process)
        finally:
            process.stdin.close()


@dataclass(frozen=True)
class Turn:
    """One side's turn in one round."""

    round: str
    side: str
    spent: Spent
    told: dict[str, Any]


def measure(sides: list[Side], here: Farm, repetition: int, share: float) -> Iterator[Turn]:
    """One repetition: the four rounds of every side."""
    around = environment()
    for side in sides:
        side.make(around)
    for name in ROUNDS:
        if name == "changed":
            here.order(f"change {repetition + 1} {share}")
        for side in sides:
            here.order("reset")
            spent = run(side.poll, side.folder, around, side.folder / "log.txt")
            yield Turn(name, side.name, spent, here.order("count"))


def sides_in(folder: Path, addresses: Path, asked: argparse.Namespace) -> list[Side]:
    """The program, once or also in several processes, and the peers."""
    made = [ours(folder / "ours", addresses)]
    if asked.processes > 1:
        made.append(ours(folder / "several", addresses, asked.processes))
    names = [one for one in asked.peers.split(",") if one]
    return [*made, *(peer(name, folder / name, addresses, asked.reader) for name in names)]


def print_table(turns: list[Turn], feeds: int) -> None:
    """The medians, and how each side stands to ours of one process."""
    print("| round | side | feeds/s | CPU s | peak MB | 200 | 304 | most at a host | CPU of ours | feeds/s of ours |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name in ROUNDS:
        rows: dict[str, list[Turn]] = {}
        for turn in turns:
            if turn.round == name:
                rows.setdefault(turn.side, []).append(turn)
        base = _medians(rows["ours"])
        for side, told in rows.items():
            wall, cpu, peak = _medians(told)
            last = told[-1].told
            statuses = last["statuses"]
            print(
                f"| {name} | {side} | {feeds / wall:,.0f} | {cpu:.2f} | {peak:.0f} | {statuses.get('200', 0)} | "
                f"{statuses.get('304', 0)} | {last['most_at_once']} | {cpu / base[1]:.2f} | {base[0] / wall:.2f} |"
            )


def _medians(turns: list[Turn]) -> tuple[float, float, float]:
    spent = [turn.spent for turn in turns]
    return median(one.wall for one in spent), median(one.cpu for one in spent), median(one.peak for one in spent)


def is_whole(turn: Turn, feeds: int) -> bool:
    """Whether the side ended well and asked every feed; says so if not."""
    good = turn.spent.code == 0 and turn.told["feeds"] == feeds
    if not good:
        print(f"{turn.side}, {turn.round}: {turn.told['feeds']} of {feeds} feeds, exit {turn.spent.code}", file=sys.stderr)
    return good


def compare(asked: argparse.Namespace) -> bool:
    """All rounds of all repetitions; whether every side did all its work."""
    turns: list[Turn] = []
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        addresses = room / "addresses.txt"
        with farm(asked.feeds, asked.profile, addresses) as here:
            for repetition in range(asked.repeat):
                sides = sides_in(room / str(repetition), addresses, asked)
                turns.extend(measure(sides, here, repetition, asked.changed))
    print_table(turns, asked.feeds)
    whole = [is_whole(turn, asked.feeds) for turn in turns]  # each is told of
    return all(whole)


def compare_sizes(asked: argparse.Namespace) -> bool:
    """The program's peak by the number of feeds."""
    peaks: dict[str, list[float]] = {name: [] for name in ROUNDS}
    good = True
    for feeds in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            room = Path(folder)
            addresses = room / "addresses.txt"
            with farm(feeds, asked.profile, addresses) as here:
                for turn in measure([ours(room / "ours", addresses)], here, 0, asked.changed):
                    peaks[turn.round].append(turn.spent.peak)
                    good = is_whole(turn, feeds) and good
    print(f"| round | {' | '.join(f'{feeds:,} feeds' for feeds in _SIZES)} | kB a further feed |")
    print(f"|---|{'---:|' * (len(_SIZES) + 1)}")
    for name, told in peaks.items():
        slope = (told[-1] - told[0]) * 1024 / (_SIZES[-1] - _SIZES[0])
        print(f"| {name} | {' | '.join(f'{peak:.0f} MB' for peak in told)} | {slope:.1f} |")
    return good


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--feeds", type=int, default=1000)
    wanted.add_argument("--profile", choices=PROFILES, default="clean")
    wanted.add_argument("--repeat", type=int, default=3)
    wanted.add_argument("--changed", type=float, default=0.05, help="the share of feeds with something new, 0 to 1")
    wanted.add_argument("--peers", default="", help="raw, reader, reader-20 (with so many workers), by commas")
    wanted.add_argument("--reader", default=sys.executable, help="the Python that has reader and sgmllib3k")
    wanted.add_argument("--processes", type=int, default=1, help="also the program in so many processes")
    wanted.add_argument("--memory", action="store_true", help="only the program's memory, by the number of feeds")
    asked = wanted.parse_args()
    return 0 if (compare_sizes(asked) if asked.memory else compare(asked)) else 1


if __name__ == "__main__":
    sys.exit(main())
