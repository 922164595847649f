"""How many documents a second are judged, beside the plainest peer: one regular expression of all the forms.

    python -m tests.benchmarks.matching [--documents 2000]

The peer only says whether a form stands in a text; ours also decides sense, places and language. Both read the same
documents of about 3 kB in the same run, each by the process's own time; the best of five rounds counts. The second line
is of documents of about 1.5 kB that hold nothing watched, as most news does: there the quick way out is also set beside
the same judging without it, and beside the least that any matching costs, taking the lower-cased text apart into words.
"""

import argparse
import random
import re
import time
from collections.abc import Callable

from outreach.core.office import read_office, shipped_folder
from outreach.demo.newsroom import outlets
from scrapers.watch.language import language
from scrapers.watch.match import Watch, load, match
from scrapers.watch.words import Document, words

_WORD = re.compile(r"\w+")


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


def without_a_word(count: int, watch: Watch) -> list[Document]:
    """Texts of about 1.5 kB of the newsroom's sentences that hold no word that could make a mention, each in the
    language of one of its plain articles.
    """
    chance = random.Random(8)
    articles = [article for outlet in outlets() for article in outlet.articles if article.expect == "none"]
    lines: dict[str, list[str]] = {}
    for article in articles:
        told = [line for line in re.split(r"(?<=[.!?])\s+", article.body) if not watch.lexicon.glance(words(line))]
        lines.setdefault(language(article.body)[0], []).extend(told)
    made = []
    for _ in range(count):
        own = lines[language(chance.choice(articles).body)[0]] or lines["lv"]
        text = chance.choice(own)
        while len(text) < 1500:
            text += " " + chance.choice(own)
        made.append(Document(chance.choice(own)[:70], text))
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
    report_without_a_word(count, watch, peer)


def report_without_a_word(count: int, watch: Watch, peer: re.Pattern[str]) -> None:
    texts = without_a_word(count, watch)
    sample = texts[: max(count // 20, 1)]
    ours = best(lambda: [match(text, watch, named=False) for text in texts])
    slow = best(lambda: [match(text, watch, quick=False) for text in texts], 3)
    apart = best(lambda: [_WORD.findall(text.text.casefold()) for text in texts])
    theirs = best(lambda: [peer.findall(text.text) for text in sample], 3) * len(texts) / len(sample)
    print(
        f"without a word, mean length {sum(len(text.text) for text in texts) // count}: {count / ours:,.0f} a second, "
        f"{1e6 * ours / count:.0f} microseconds each; one expression: {count / theirs:,.0f}, ratio {theirs / ours:.1f}; "
        f"without the quick way out ratio {slow / ours:.1f}; words alone {ours / apart:.1f} times quicker"
    )


if __name__ == "__main__":
    main()
