"""How fast a release is spelt through, beside the plainest peer: the same words given to Hunspell one by one.

    python -m tests.benchmarks.spelling [--words 3000]

Ours also takes the text apart into sentences and words, leaves addresses and abbreviations alone, knows the office's own
words and looks for what may have been meant. Both read the same words in the same run; each is timed by the process's
own time, the best of five rounds counts. Ours is asked twice: by a speller that has not seen a word yet, and by one that
has, as while somebody types.
"""

import argparse
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hunspell import Hunspell

from outreach.core.office import read_office, shipped_folder
from outreach.demo.newsroom import outlets
from outreach.pressroom.checks import spelling
from outreach.pressroom.checks.finding import Piece
from outreach.pressroom.checks.ownwords import OwnWords, of_office
from outreach.pressroom.checks.sentences import words
from outreach.pressroom.checks.speller import Speller
from scrapers.watch.language import language

_DICTIONARIES = Path(spelling.__file__).resolve().parents[1] / "dictionaries"


def text(count: int, spoken: str) -> str:
    """About so many words of the newsroom's paragraphs in a language; always the same."""
    chance = random.Random(9)
    parts = [part for outlet in outlets() for one in outlet.articles for part in one.body.split("\n\n") if language(part)[0] == spoken]
    chance.shuffle(parts)
    told, length = [], 0
    while length < count:
        for part in parts:
            told.append(part)
            length += len(words(part))
            if length >= count:
                break
    return "\n\n".join(told)


def best(measured: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        measured()
        times.append(time.process_time() - begun)
    return min(times)


def spell_all(bare: Hunspell, single: list[str]) -> list[bool]:
    return [bare.spell(word) for word in single]


def look(told: str, spoken: str, speller: Speller, own: OwnWords) -> int:
    return len([*spelling.check([Piece("body", told)], spoken, speller, own)])


def fresh_look(told: str, spoken: str, spellers: list[Speller], own: OwnWords) -> int:
    return look(told, spoken, spellers.pop(), own)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--words", type=int, default=3000)
    count = asked.parse_args().words
    office = read_office("latgale", shipped_folder())
    for spoken in ("lv", "en", "ru"):
        told = text(count, spoken)
        single = [told[one.start : one.end] for one in words(told)]
        bare, own = Hunspell(spoken, hunspell_data_dir=str(_DICTIONARIES)), of_office(office, spoken)
        peer = best(partial(spell_all, bare, single))
        spellers = [Speller(spoken) for _ in range(6)]
        warm = spellers.pop()
        found = look(told, spoken, warm, own)
        for one in spellers:
            one.knows("a")  # loading is told of in the decision
        fresh = best(partial(fresh_look, told, spoken, spellers, own))
        again = best(partial(look, told, spoken, warm, own))
        print(
            f"{spoken}: {len(single)} words, {found} unknown; first look {fresh * 1000:.0f} ms ({len(single) / fresh:,.0f} words/s), "
            f"again {again * 1000:.0f} ms ({len(single) / again:,.0f} words/s); bare Hunspell {peer * 1000:.0f} ms; ratio {fresh / peer:.2f} and {again / peer:.2f}"
        )


if __name__ == "__main__":
    main()
