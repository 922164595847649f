"""How many texts a second find their story, how well, and in how much memory, beside rensa's MinHash index alone.

    python -m tests.benchmarks.stories [--documents 100000]

The stream: texts of about 1.5 kB, 70 % Latvian, 20 % Russian, 10 % English, put together of a bank of invented
sentences with a common and a rare half of words, names and numbers; every fifth is an edited copy of one of the last
20,000, which is the window's 72 hours: 5, 15 or 30 % of the words replaced, the first half alone, or an agency's line
and two sentences set before it. The peer sees the same texts in the same run: two-word shingles, 128 permutations, 32
bands of 4, asked and told text by text, its candidates taken as they are. Each by the process's own time.
"""

import argparse
import gc
import re
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

import rensa

from scrapers.story.stream import Stream, Text
from tests.benchmarks.archive_words import name, told_in

KINDS = ("light 5 %", "medium 15 %", "heavy 30 %", "cut half", "prefix")
NEAR = 20_000  # how many texts back the original of a copy may lie
_LENGTH = 1_500
_WORDS = 5_000
_BANK = 40_000
_ENDINGS = ("s", "a", "am", "u", "ā", "i", "iem", "us", "os", "e", "es", "ei", "ē", "ēm", "is", "im", "ju", "jiem")
_SYLLABLES = tuple(first + second for first in "bdgklmnprstvzš" for second in "aeio")
_SMALL = ("un", "ar", "par", "no", "uz", "pie", "pēc", "pirms", "bet", "jo", "ka", "lai", "gan", "arī", "tomēr", "savukārt", "tagad")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Document:
    """`origin` is the number of the text that it is a copy of, by an edit of this `kind`."""

    text: str
    origin: int | None = None
    kind: str = ""


def documents(count: int, seed: int = 5) -> list[Document]:
    """The stream, always the same for one seed."""
    chance = Random(seed)
    banks = {lang: [told_in(line, lang) for line in _bank(Random(f"{seed}{lang}"))] for lang in ("lv", "ru", "en")}
    made: list[Document] = []
    originals: list[int] = []
    for number in range(count):
        if originals and chance.random() < 0.2:
            recent = [one for one in originals[-NEAR:][:: max(1, min(NEAR, len(originals)) // 50)] if number - one < NEAR]
            origin = chance.choice(recent or originals[-1:])
            kind = chance.choice(KINDS)
            made.append(Document(_edited(chance, made[origin].text, kind, banks["lv"]), origin, kind))
            continue
        originals.append(number)
        lines = banks[chance.choices(("lv", "ru", "en"), (0.7, 0.2, 0.1))[0]]
        told: list[str] = []
        size = 0
        while size < _LENGTH:
            told.append(chance.choice(lines))
            size += len(told[-1].encode()) + 1
        made.append(Document(" ".join(told)))
    return made


def _bank(chance: Random) -> Iterator[str]:
    stems = ["".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 3, 3, 4)))) + chance.choice("bdgklmnprstvz") for _ in range(_WORDS)]
    names = [name(chance, [*stems[-400:]], 1) for _ in range(400)]
    weights = [*accumulate(1 / (rank + 12) for rank in range(_WORDS))]
    for _ in range(_BANK):
        told = [stem + chance.choice(_ENDINGS) for stem in chance.choices(stems, cum_weights=weights, k=chance.randint(7, 20))]
        for at in range(len(told)):
            drawn = chance.random()
            if drawn < 0.22:
                told[at] = chance.choice(_SMALL)
            elif drawn < 0.245:
                told[at] = chance.choice(names)
            elif drawn < 0.26:
                told[at] = str(chance.randint(2, 2_026))
        line = " ".join(told)
        yield line[0].upper() + line[1:] + "."


def _edited(chance: Random, text: str, kind: str, bank: Sequence[str]) -> str:
    words = text.split()
    if kind == "cut half":
        return " ".join(words[: len(words) // 2])
    if kind == "prefix":
        return f"RĪGA, LETA. {chance.choice(bank)} {chance.choice(bank)} {text}"
    share = {"light 5 %": 0.05, "medium 15 %": 0.15, "heavy 30 %": 0.3}[kind]
    return " ".join(chance.choice(words) + "x" if chance.random() < share else word for word in words)


def hours(count: int) -> list[float]:
    """The hour of each text: the window holds as many as an original may lie back."""
    return [72 * number / NEAR for number in range(count)]


def report(name_: str, texts: Sequence[Document], found: Sequence[set[int]], seconds: float, peak: float) -> float:
    got, of = Counter[str](), Counter[str]()
    false = 0
    for number, (one, near) in enumerate(zip(texts, found, strict=True)):
        root = number if one.origin is None else one.origin
        false += sum((other if texts[other].origin is None else texts[other].origin) != root for other in near)
        if one.origin is not None:
            of[one.kind] += 1
            got[one.kind] += one.origin in near
    recalls = ", ".join(f"{kind} {got[kind] / max(1, of[kind]):.3f}" for kind in KINDS)
    print(
        f"{name_}: {len(texts) / seconds:,.0f} a second ({1e6 * seconds / len(texts):.0f} microseconds each), recall {recalls}; "
        f"false pairs {1_000 * false / len(texts):.2f} per 1,000; memory grew by {peak:,.0f} MB"
    )
    return seconds


def ours(texts: Sequence[Document]) -> tuple[list[set[int]], float, Stream]:
    """For each text the earlier texts of the story that it was given."""
    stream = Stream()
    told = [Text("", one.text, hour) for one, hour in zip(texts, hours(len(texts)), strict=True)]
    gc.collect()
    start = time.process_time()
    stories = [*stream.stories(told)]
    seconds = time.process_time() - start
    members: dict[int, set[int]] = {}
    found = []
    for number, story in enumerate(stories):
        found.append(set(members.setdefault(story, set())))
        members[story].add(number)
    return found, seconds, stream


def theirs(texts: Sequence[Document]) -> tuple[list[set[int]], float]:
    index = rensa.RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    gc.collect()
    start = time.process_time()
    found = []
    for number, one in enumerate(texts):
        hashed = rensa.RMinHash(num_perm=128, seed=42)
        words = _WORD.findall(one.text.lower())
        hashed.update([first + second for first, second in pairwise(words)])
        found.append({*index.query(hashed)})
        index.insert(number, hashed)
    return found, time.process_time() - start


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--documents", type=int, default=100_000)
    count = wanted.parse_args().documents
    texts = documents(count)
    size = sum(len(one.text.encode()) for one in texts) / count
    print(f"{count:,} texts of {size:,.0f} bytes, {sum(one.origin is not None for one in texts):,} copies", flush=True)
    before = _peak()
    found, seconds, stream = ours(texts)
    mine = report("ours", texts, found, seconds, _peak() - before)
    print(f"kept: {stream.kept:,} texts of the window, {stream.bytes / max(1, stream.kept):,.0f} bytes each, without the words known")
    before = _peak()
    found, seconds = theirs(texts)
    peer = report("rensa alone", texts, found, seconds, _peak() - before)
    print(f"ratio of speed {peer / mine:.2f}")


if __name__ == "__main__":
    main()
