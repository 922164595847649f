"""How many documents a second are judged, beside the plainest peer: one regular expression of all the forms.

    python -m tests.benchmarks.matching [--documents 2000]

The peer only says whether a form stands in a text; ours also decides sense, places and language. Both read the same
documents of about 3 kB in the same run, each by the process's own time; the best of five rounds counts.
"""

import argparse
import random
import re
import time
from collections.abc import Callable

from outreach.core.office import read_office, shipped_folder
from outreach.demo.newsroom import outlets
from scrapers.watch.match import load, match
from scrapers.watch.words import Document


def documents(count: int) -> list[Document]:
    """Texts of about 3 kB, put together from the newsroom's paragraphs; always the same."""
    chance = random.Random(7)
    articles = [article for outlet in outlets() for article in outlet.articles]
    plain = [part for article in articles if article.expect == "none" for part in article.body.split("\n\n")]
    made = []
    for _ in range(count):
        told = chance.choice(articles)
        text = told.body
        while len(text) < 3000:
            text += "\n\n" + chance.choice(plain)
        made.append(Document(told.title, text))
    return made


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the process's own time, the best of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--documents", type=int, default=2000)
    count = wanted.parse_args().documents
    office = read_office("latgale", shipped_folder())
    texts = documents(count)
    start = time.process_time()
    watch = load(office.vocabulary, office.places)
    loaded = time.process_time() - start
    forms = {
        form
        for line in office.vocabulary.read_text(encoding="utf-8-sig").splitlines()[1:]
        for form in re.findall(r"[^\W\d_][\w -]{3,}", line)
    }
    peer = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})\b", re.IGNORECASE)
    sample = texts[: max(count // 20, 1)]
    ours = best(lambda: [match(text, watch) for text in texts])
    theirs = best(lambda: [peer.findall(text.text) for text in sample], 3) * len(texts) / len(sample)
    print(f"documents {count}, mean length {sum(len(text.text) for text in texts) // count}, loading {loaded:.2f} s")
    print(f"judged: {count / ours:,.0f} a second; one expression: {count / theirs:,.0f} a second; ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
