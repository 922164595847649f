"""How quick the first page of a search is against the plain newest page of the same archive.

    python -m tests.benchmarks.archive /tmp/large --mentions 1000000
    python -m tests.benchmarks.search /tmp/large [--store postgresql://...] [--rounds 60]

Each word stands for about ten forms that are looked for together; those of the archive's own invented words are ten of
them at random, for a page cares only how many there are and how common. Aim: at most 10 times the plain page, in medians
of one run, for one such word, for two, and for those that hardly stand anywhere. Beside it the numbers alone, without
what the lines show.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy.orm import Session

from outreach import wiring
from outreach.core.db import open_store
from scrapers import listing, seeking
from scrapers.fulltext import Part, Sought, folded
from scrapers.wanting import Wanted
from tests.benchmarks import archive_words
from tests.support.offices import told_in

AIM = 10.0
_WATCHED = ("remigrācija", "remigrācijas", "remigrāciju", "reemigrācijas", "remigrantu", "remigrācijai", "remigrācijā", "remigrācijām", "remigrācijās", "remigrant")
_NEVER = tuple(f"zvirbulēn{end}" for end in ("s", "a", "am", "u", "ā", "i", "iem", "us", "os", "ī"))


def parts(words: Sequence[str]) -> Part:
    """One typed word that has these forms."""
    return Part(tuple((folded(word),) for word in words))


def searches(seed: int = 7) -> dict[str, Sought]:
    """What is looked for, by what it shows."""
    chance = Random("search")
    words = archive_words.lexicon(seed).words
    some = [[*chance.sample(words, 10)] for _ in range(4)]
    cyrillic = [archive_words.told_in(word, "ru") for word in some[2]]
    return {
        "one word in ten forms, in nearly every mention": Sought((parts(_WATCHED),)),
        "one word in ten forms, in one of six": Sought((parts(some[0]),)),
        "two words in ten forms each": Sought((parts(some[0]), parts(some[1]))),
        "two words, one of another language (few together)": Sought((parts(some[0]), parts(cyrillic))),
        "three words in ten forms each": Sought(tuple(parts(one) for one in some[:3])),
        "one word in one form, and nine that stand nowhere": Sought((parts([some[3][0], *_NEVER[:9]]),)),
        "a word in ten forms that stands nowhere": Sought((parts(_NEVER),)),
        "a common word, and one that stands nowhere": Sought((parts(_WATCHED), parts(_NEVER))),
        "a phrase": Sought((Part((tuple(folded(some[0][0] + " " + some[0][1]).split()),)),)),
        "ten forms, none of ten others": Sought((parts(some[0]), Part(parts(some[1]).rows, without=True))),
    }


@contextmanager
def asked_as(sought: Sought) -> Iterator[None]:
    """Whatever words a page asks for are these."""
    kept = seeking.sought
    seeking.sought = lambda asked: sought if asked else Sought()  # type: ignore[assignment]
    try:
        yield
    finally:
        seeking.sought = kept


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--store", default="")
    wanted.add_argument("--rounds", type=int, default=60)
    asked = wanted.parse_args()
    url = told_in(asked.folder, store={"folder": asked.folder / "data", "url": asked.store}).store_url
    wiring.texts()
    store = open_store(url, create=False)
    with store.reading() as session:
        for sense, numbers in (("", False), ("", True), ("expulsion", False)):
            print(f"\n{'pages, with a filter by sense' if sense else 'numbers alone' if numbers else 'pages'}")
            print(f"{'search':56} {'p50 ms':>8} {'p95 ms':>8} {'plain':>7} {'ratio':>6} {'lines':>6}")
            for name, sought in searches().items():
                with asked_as(sought):
                    first, plain, found = _measured(session, sense, asked.rounds, numbers=numbers)
                ratio = median(first) / median(plain)
                at95 = sorted(first)[int(len(first) * 0.95)]
                print(f"{name:56} {median(first):8.2f} {at95:8.2f} {median(plain):7.2f} {ratio:6.2f} {found:6} {'' if ratio <= AIM else 'misses'}", flush=True)
    store.close()


def _measured(session: Session, sense: str, rounds: int, *, numbers: bool) -> tuple[list[float], list[float], int]:
    """Times of both pages (or of their numbers alone) in turns, in milliseconds, and how many lines the search shows."""
    found = len(listing.page(session, Wanted(words="x", sense=sense)).lines)
    times: tuple[list[float], list[float]] = ([], [])
    asking = listing.matching if numbers else listing.page
    calls: tuple[Callable[[], object], Callable[[], object]] = (
        lambda: asking(session, Wanted(words="x", sense=sense), limit=50),
        lambda: asking(session, Wanted(sense=sense), limit=50),
    )
    for turn in range(rounds + 3):
        for at, call in enumerate(calls):
            began = time.perf_counter()
            call()
            if turn >= 3:
                times[at].append((time.perf_counter() - began) * 1000)
    return *times, found


if __name__ == "__main__":
    main()
