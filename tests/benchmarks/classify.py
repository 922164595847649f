"""How many documents a second are classified (language, forms, sense, places, tone), beside two peers in one run.

    python -m tests.benchmarks.classify [--documents 300] [--rounds 5]

Documents are put together from the graded texts: plain press of about 3 kB (plain news, articles of one language after
each other), near misses of about 3 kB (texts written to be taken for mentions), mentions as they are (and as long), and
a mix of 95 plain ones, 4 near misses and 1 mention. Real articles keep to one matter; these speak of twenty, so that
more of them than of real ones hold a word of every kind: `read` is the share that the gate lets through.

The peers only find the same forms: one `re` alternation (on a sample and once, it is that slow), and ahocorasick-rs with
word boundaries. Rounds of it and of ours take turns, each by the process's own time; the best round counts.
"""

import argparse
import gc
import json
import math
import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation

from outreach.core.office import read_office, shipped_folder
from scrapers.judge import plain_judge
from scrapers.watch.lexicon import pieces_of
from scrapers.watch.match import seen
from scrapers.watch.seeing import Watch
from scrapers.watch.words import Document
from scrapers.watching import watch_of

_GRADED = Path(__file__).parents[1] / "scrapers" / "watch" / "graded"
_SIZE = 3000
_WRITERS = ("a", "b", "d", "e", "f", "h")
_SAMPLE = 30  # of how many documents the slow peer reads one
Row = dict[str, str]


def rows(*names: str) -> list[Row]:
    return [
        json.loads(line) for name in names for line in (_GRADED / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


def pieced(lot: Sequence[Row], filling: Sequence[Row], count: int, chance: random.Random) -> list[Document]:
    """Documents that begin with a text of `lot` and go on with those of `filling` in its language up to 3 kB."""
    by: dict[str, list[Row]] = {}
    for row in filling:
        by.setdefault(row["lang"], []).append(row)
    made = []
    for _ in range(count):
        first = chance.choice([row for row in lot if row["lang"] in by])
        text = first["text"]
        while len(text.encode()) < _SIZE:
            text += "\n\n" + chance.choice(by[first["lang"]])["text"]
        made.append(Document(first["title"], text))
    return made


def kinds(count: int) -> dict[str, list[Document]]:
    chance = random.Random(17)
    plain = [row for row in rows("g") if row["expected"] == "none"]
    written = rows(*_WRITERS)
    near = [row for row in written if row["expected"] == "none"]
    told = [row for row in written if row["expected"] != "none"]
    made = {
        "plain press, 3 kB": pieced(plain, plain, count, chance),
        "near misses, 3 kB": pieced(near, near, count, chance),
        "mentions, 3 kB": pieced(told, plain, count, chance),
        "mentions as written": [Document(row["title"], row["text"]) for row in chance.sample(told, count)],
        "plain news as written": [Document(row["title"], row["text"]) for row in chance.choices(plain, k=count)],
    }
    lots = chance.choices(("plain press, 3 kB", "near misses, 3 kB", "mentions, 3 kB"), (95, 4, 1), k=count)
    made["mix 95/4/1, 3 kB"] = [chance.choice(made[lot]) for lot in lots]
    return made


def forms_of(watch: Watch) -> list[str]:
    """All forms of the vocabulary, each up to its first open end."""
    found = {" ".join(pieces_of(form)).split("*")[0].strip() for form, _ in watch.patterns}
    return sorted(filter(None, found), key=len, reverse=True)


def automaton(forms: Sequence[str]) -> Callable[[Document], object]:
    built = AhoCorasick(forms, implementation=Implementation.ContiguousNFA)

    def find(document: Document) -> list[int]:
        small = f"{document.title}\n{document.text}".lower()
        return [
            form
            for form, first, last in built.find_matches_as_indexes(small, overlapping=True)
            if (first == 0 or not small[first - 1].isalnum()) and (last == len(small) or not small[last].isalnum())
        ]

    return find


def expression(forms: Sequence[str]) -> Callable[[Document], object]:
    built = re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b")
    return lambda document: built.findall(f"{document.title}\n{document.text}".lower())


def spent(work: Callable[[Document], object], documents: Sequence[Document]) -> float:
    """Seconds of the process's own time for one document."""
    gc.collect()
    start = time.process_time()
    for document in documents:
        work(document)
    return (time.process_time() - start) / len(documents)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--documents", type=int, default=300)
    asked.add_argument("--rounds", type=int, default=5)
    told = asked.parse_args()
    office = read_office("latgale", shipped_folder())
    watch = watch_of(office)
    judge = plain_judge(office)
    forms = forms_of(watch)
    scan, plain = automaton(forms), expression(forms)
    print(f"{len(forms):,} forms")
    for name, documents in kinds(told.documents).items():
        size = sum(len(one.text.encode()) for one in documents) / len(documents) / 1000
        passed = sum(seen(one, watch) is not None for one in documents) / len(documents)
        sample = documents[:: max(1, min(_SAMPLE, len(documents) // 8))]
        one = spent(plain, sample)
        mine = automata = math.inf
        for _ in range(told.rounds):
            mine = min(mine, spent(judge, documents))
            automata = min(automata, spent(scan, documents))
        print(
            f"{name:22} {size:3.1f} kB, {passed:4.0%} read: {1 / mine:7,.0f} documents/s; "
            f"{one / mine:6.1f} of one expression ({1 / one:,.0f}/s), {automata / mine:5.2f} of ahocorasick-rs "
            f"({1 / automata:,.0f}/s)",
            flush=True,
        )


if __name__ == "__main__":
    main()
