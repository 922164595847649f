"""What it costs to ask of a new mention which of 2,000 releases it may print, beside what matching the same mention
against the office's topics costs, in one run.

    python -m tests.benchmarks.pickup [--releases 2000] [--topics 200] [--mentions 2000] [--rounds 5]

Releases and mentions are of invented words as in `tests.benchmarks.topics`, always the same; a mention has about 3 kB.
One in fifty prints a release, half of these word for word: those are also held against their release, which is part of
the price. Both sides take turns, each by the process's own time, with a new reader's words known beforehand to neither; the best round of
each counts. Every print must be found, which is checked.
"""

import argparse
import gc
import random
import time
from collections.abc import Callable, Sequence

from outreach.pressroom.ledger.compare import compare
from outreach.pressroom.ledger.sketch import Index, fingerprint
from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.texts import Said
from tests.benchmarks import topics

_WORDS = 6000
_EACH = 50
_LOT = 200


def release(number: int, text: str) -> Said:
    """A release of about 1.5 kB."""
    return Said(number, number, "release", "lv", text[:80], text[80:400], text[400:1500], (), "", "", 1)


def printed(said: Said, around: str, number: int) -> str:
    """A mention that prints it: whole, or the first half of it, with a paragraph of the outlet's own."""
    body = said.body if number % 2 else said.body[: len(said.body) // 2]
    return f"{said.lead}\n{body}\n{around[:700]}"


def spent(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Seconds of the process's own time, in lots as a tick has them."""
    gc.collect()
    start = time.process_time()
    for at in range(0, len(texts), _LOT):
        work(texts[at : at + _LOT])
    return time.process_time() - start


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--releases", type=int, default=2000)
    asked.add_argument("--topics", type=int, default=200)
    asked.add_argument("--mentions", type=int, default=2000)
    asked.add_argument("--rounds", type=int, default=5)
    told = asked.parse_args()
    chance = random.Random(41)
    known, foreign, absent = (topics.vocabulary(language, _WORDS, chance) for language in ("lv", "ru", "lv"))
    told_texts = topics.documents(told.releases, known, known, chance)
    ready = [Ready(release(number, text)) for number, text in enumerate(told_texts)]
    mentions = topics.documents(told.mentions, known, foreign, chance)
    wanted = {}
    for at in range(0, len(mentions), _EACH):
        number = chance.randrange(len(ready))
        mentions[at] = printed(ready[number].said, mentions[at], at // _EACH)
        wanted[mentions[at]] = number
    index = Index([fingerprint(one) for one in ready])
    engine = topics.ours(topics.questions(told.topics, known, foreign, absent, chance))
    held = 0

    def look(texts: Sequence[str]) -> object:
        nonlocal held
        told = []
        for text, found in zip(texts, index.candidates(texts), strict=True):
            held += len(found)
            told.append([number for number in found if compare(ready[number], Read("", text, "lv")).is_print])
        return told

    def alone(texts: Sequence[str]) -> object:
        return [look([text]) for text in texts]

    def match(texts: Sequence[str]) -> object:
        return [engine.match(topics.words(""), topics.words(text), topics._NO_FACTS) for text in texts]

    found = sum(number in index.candidates([text])[0] for text, number in wanted.items())
    assert found == len(wanted), f"{found} of {len(wanted)} prints found"
    sides: list[tuple[str, Callable[[Sequence[str]], object]]] = [
        (f"against {told.topics} topics", match),
        (f"against {told.releases} releases", look),
        (f"against {told.releases} releases, one by one", alone),
    ]
    best = {name: spent(work, mentions) for name, work in sides}
    for _ in range(told.rounds - 1):
        for name, work in sides:
            best[name] = min(best[name], spent(work, mentions))
    for name, seconds in best.items():
        print(f"{name:40} {seconds / len(mentions) * 1e6:8.1f} µs a mention")
    print(f"{held / 2 / told.rounds / len(mentions):.3f} releases held against a mention; {found} of {len(wanted)} prints found")
    ratio = best[sides[1][0]] / best[sides[0][0]]
    print(f"releases take {ratio:.2f} times what the topics take")


if __name__ == "__main__":
    main()
