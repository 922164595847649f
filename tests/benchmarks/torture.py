"""Thousands of broken feeds: how many are read as feedparser reads them, and where the two differ.

    python -m tests.benchmarks.torture 5000 [--first 0]

A line for each kind of harm: how many feeds had it, in how many the readings differed in number, link, title or id, and
whether `tests.support.torture.DIFFERENCES` says why. The exit status is 1 where a difference is not explained.
"""

import argparse
import sys
import time
from collections import Counter

from tests.support.torture import ADDRESS, DIFFERENCES, ours, seeds, torture, unexplained


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    had: Counter[str] = Counter()
    differ: Counter[tuple[str, str]] = Counter()
    wrong = []
    for feed, told in seeds(asked.first, asked.count):
        had.update(feed.harms or ("none",))
        for harm in feed.harms or ("none",):
            differ.update((harm, one.split()[0]) for one in told)
        if unexplained(feed, told):
            wrong.append(f"seed {feed.seed}: {feed.form}, {', '.join(feed.harms)}: {', '.join(told)}")
    columns = ("number", "link", "title", "id")
    print(f"{'harm':24}{'feeds':>7}" + "".join(f"{name:>8}" for name in columns) + "  explained")
    for harm, count in sorted(had.items()):
        figures = "".join(f"{differ[harm, name]:>8}" for name in columns)
        print(f"{harm:24}{count:>7}{figures}  {DIFFERENCES.get(harm, '')}")
    slowest = 0.0
    for seed in range(asked.first, asked.first + asked.count):
        feed = torture(seed)
        start = time.process_time()
        ours(feed.body, feed.headers, ADDRESS)
        slowest = max(slowest, time.process_time() - start)
    print(f"\n{asked.count} feeds, {len(wrong)} unexplained, the slowest {slowest * 1000:.0f} ms", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
