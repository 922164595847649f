"""Exact credit of many paths beside ChannelAttribution, which simulates them, in one run.

    python -m tests.benchmarks.credit --peer PYTHON [--paths 10000] [--channels 12] [--rounds 5]

PYTHON is an interpreter that has the package ChannelAttribution (with pandas and matplotlib): it is asked as a process
of its own, reads the same paths and tells the time that its model takes, without start and reading. Ours is timed from
paths to credit as well; the best round of each counts. Its answer is one of chance:
asked again with more walks (which is not timed) it must agree with ours to 0.004 of all credit.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path as File

from outreach.tracker.credit.models import credit
from outreach.tracker.credit.paths import Path, read

_PEER = """
import json, sys, time
import pandas
import ChannelAttribution
told = json.load(open(sys.argv[1]))["paths"]
table = pandas.DataFrame({
    "path": [" > ".join(one["touches"]) for one in told],
    "yes": [one["conversions"] for one in told], "no": [one["nulls"] for one in told],
})
best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    found = ChannelAttribution.markov_model(table, "path", "yes", var_null="no", order=1, verbose=False, flg_pro=False)
    best = min(best, time.perf_counter() - start)
found = ChannelAttribution.markov_model(
    table, "path", "yes", var_null="no", order=1, verbose=False, flg_pro=False, nsim_start=2e6, conv_par=0.005)
print("\\n" + json.dumps({"seconds": best, "credit": dict(zip(found["channel_name"], found["total_conversions"]))}))
"""


def made(count: int, channels: int) -> str:
    """So many distinct paths of these channels as a document, always the same."""
    dice = random.Random(5)
    names = [f"K{number}" for number in range(channels)]
    seen: dict[tuple[str, ...], tuple[int, int]] = {}
    while len(seen) < count:
        path = tuple(dice.choice(names) for _ in range(dice.randint(1, 9)))
        seen[path] = (dice.randint(0, 9), dice.randint(0, 90))
    return json.dumps({"paths": [{"touches": path, "conversions": yes, "nulls": no} for path, (yes, no) in seen.items()]})


def timed(model: str, paths: list[Path], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        credit(model, paths)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--peer", required=True)
    asked.add_argument("--paths", type=int, default=10_000)
    asked.add_argument("--channels", type=int, default=12)
    asked.add_argument("--rounds", type=int, default=5)
    told = asked.parse_args()
    raw = made(told.paths, told.channels)
    paths = read(raw, "benchmark")
    credit("markov", paths[:10])
    ours = {model: timed(model, paths, told.rounds) for model in ("markov", "shapley")}
    with tempfile.TemporaryDirectory() as folder:
        file = File(folder) / "paths.json"
        file.write_text(raw, encoding="utf-8")
        ran = subprocess.run([told.peer, "-c", _PEER, str(file), str(told.rounds)], capture_output=True, text=True, check=True, timeout=600)
    peer = json.loads(ran.stdout.strip().splitlines()[-1])
    whole = sum(peer["credit"].values())
    mine = credit("markov", paths)
    apart = max(abs(mine[name] - value) for name, value in peer["credit"].items()) / whole
    if apart > 0.004:
        sys.exit(f"they differ by {apart:.4f} of all credit")
    print(f"ChannelAttribution: {peer['seconds'] * 1000:.1f} ms; largest difference {apart:.5f} of all credit")
    for model, seconds in ours.items():
        print(f"{model}: {seconds * 1000:.1f} ms, {peer['seconds'] / seconds:.2f} x as fast")


if __name__ == "__main__":
    main()
