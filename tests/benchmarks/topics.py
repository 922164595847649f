"""How many documents a second are held against many queries, beside the plainest peer, in one run.

    python -m tests.benchmarks.topics [--docs 10000] [--queries 200] [--many 5000]

The peer is ahocorasick-rs over the same forms (DFA, overlapping), each hit looked at for whole words, the queries decided
from the terms that were found. Both give the same pairs of document and query, which is checked. Documents are of about
3 kB, Latvian-looking and every sixth Russian-looking, always the same; a query is 1 to 3 terms of about ten inflected
forms that must all be there, a fifth of the terms stand in no document. Rounds of both sides take turns, each by the
process's own time; the best round of each counts. With `--many` queries the same is done again: what the number of queries
costs.
"""

import argparse
import gc
import random
import time
from collections.abc import Callable, Sequence
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation

from scrapers.query.engine import Engine, compile_queries
from scrapers.query.tree import All, Facts, Form, Forms
from scrapers.watch.words import words

# Endings that go with a stem; not grammar, but as many and as alike as a word's forms are.
_ENDINGS = {
    "lv": (
        ["s", "a", "am", "u", "ā", "i", "iem", "us", "os"],
        ["a", "as", "ai", "u", "ā", "ām", "ās"],
        ["e", "es", "ei", "i", "ē", "ju", "ēm", "ēs"],
        ["is", "ja", "im", "i", "ī", "ji", "ju", "jiem", "jus", "jos"],
        ["šana", "šanas", "šanai", "šanu", "šanā", "šanām", "šanās"],
        ["ties", "jas", "jos", "šos", "sies", "sim", "jās", "jušies", "jusies"],
    ),
    "ru": (
        ["а", "ы", "е", "у", "ой", "ам", "ами", "ах"],
        ["ия", "ии", "ию", "ией", "ий", "иям", "иями", "иях"],
        ["ать", "ает", "ают", "ал", "ала", "али", "ающий"],
        ["ый", "ого", "ому", "ым", "ом", "ая", "ой", "ую", "ые", "ых"],
    ),
}
_ONSETS = {
    "lv": [*"bdgklmnprstvzšžčķļņģ", "st", "tr", "pl", "gr", "kr"],
    "ru": [*"бвгдзклмнпрстфхцчш"],
}
_VOWELS = {"lv": [*"aaāeēiīouū", "ie", "au", "ei", "ai"], "ru": [*"аоеиуыя"]}
_MARKS = (". ", ". ", ", ", ", ", " – ", " “", "” ", " (", ") ", ": ", "-", "… ", ".\n\n")
_SHARE_OF_MARKS = 0.14
_NO_FACTS = Facts()
_WORDS = 6000

Term = tuple[str, ...]


def vocabulary(language: str, count: int, chance: random.Random) -> list[Term]:
    """Invented words, each with its forms."""
    made: dict[str, Term] = {}
    while len(made) < count:
        stem = "".join(
            chance.choice(_ONSETS[language]) + chance.choice(_VOWELS[language])
            for _ in range(chance.choice((1, 2, 2, 3)))
        ) + chance.choice(_ONSETS[language])
        made[stem] = tuple(stem + ending for ending in chance.choice(_ENDINGS[language]))
    return list(made.values())


def documents(count: int, known: Sequence[Term], foreign: Sequence[Term], chance: random.Random) -> list[str]:
    """Texts of about 3 kB; a word is met the less often the further behind it stands."""
    sides = [(lot, list(accumulate(1 / (rank + 12) for rank in range(len(lot))))) for lot in (known, foreign)]
    made = []
    for number in range(count):
        lot, weights = sides[number % 6 == 0]
        out: list[str] = []
        size = 0
        for term in chance.choices(lot, cum_weights=weights, k=500):
            word = chance.choice(term)
            word = word.capitalize() if chance.random() < 0.08 else word
            mark = chance.choice(_MARKS) if chance.random() < _SHARE_OF_MARKS else " "
            out += (word, mark)
            size += len(word.encode()) + len(mark.encode())
            if size > 3000:
                break
        made.append("".join(out))
    return made


def questions(
    count: int, known: Sequence[Term], foreign: Sequence[Term], absent: Sequence[Term], chance: random.Random
) -> list[tuple[Term, ...]]:
    """Queries as terms that must all be there."""

    def term() -> Term:
        if chance.random() < 0.2:
            return chance.choice(absent)
        lot = foreign if chance.random() < 0.15 else known
        # Nobody asks for the commonest words.
        return lot[int(len(lot) * (0.05 + 0.95 * chance.random()))]

    return [tuple(term() for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))) for _ in range(count)]


def peer(queries: Sequence[tuple[Term, ...]]) -> Callable[[str], tuple[int, ...]]:
    """One automaton over all forms; hits within a word are thrown away, the rest decides."""
    number: dict[Term, int] = {}
    wanted = [frozenset(number.setdefault(term, len(number)) for term in query) for query in queries]
    asked: list[list[int]] = [[] for _ in number]
    for query, terms in enumerate(wanted):
        for term in terms:
            asked[term].append(query)
    of_form: dict[str, list[int]] = {}
    for told, at in number.items():
        for form in set(told):
            of_form.setdefault(form, []).append(at)
    automaton = AhoCorasick(list(of_form), implementation=Implementation.DFA)
    terms_of = list(of_form.values())

    def which(text: str) -> tuple[int, ...]:
        small = text.casefold()
        end = len(small)
        found: set[int] = set()
        for form, first, last in automaton.find_matches_as_indexes(small, overlapping=True):
            if (last == end or not _in_word(small[last])) and (first == 0 or not _in_word(small[first - 1])):
                found.update(terms_of[form])
        some: set[int] = set()
        for term in found:
            some.update(asked[term])
        return tuple(sorted(query for query in some if wanted[query] <= found))

    return which


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def ours(queries: Sequence[tuple[Term, ...]]) -> Engine:
    parts = [tuple(Forms(tuple(Form((form,)) for form in term), 0) for term in query) for query in queries]
    return compile_queries([All(terms) if len(terms) > 1 else terms[0] for terms in parts])


def spent(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Seconds of the process's own time."""
    gc.collect()
    start = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - start


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--docs", type=int, default=10_000)
    asked.add_argument("--queries", type=int, default=200)
    asked.add_argument("--many", type=int, default=5000)
    asked.add_argument("--rounds", type=int, default=5)
    told = asked.parse_args()
    chance = random.Random(41)
    known, foreign, absent = (vocabulary(language, _WORDS, chance) for language in ("lv", "ru", "lv"))
    taken = {form for term in (*known, *foreign) for form in term}
    absent = [term for term in absent if taken.isdisjoint(term)]
    texts = documents(told.docs, known, foreign, chance)
    print(f"{len(texts)} documents of {sum(len(text.encode()) for text in texts) / len(texts) / 1000:.1f} kB")
    sides: list[tuple[str, Callable[[str], object]]] = []
    fields = {text: words(text) for text in texts}
    nothing = words("")
    for count in dict.fromkeys((told.queries, told.many)):
        queries = questions(count, known, foreign, absent, chance)
        start = time.process_time()
        engine = ours(queries)
        built = time.process_time() - start
        other = peer(queries)

        def which(text: str, engine: Engine = engine) -> tuple[int, ...]:
            return engine.which("", text, _NO_FACTS)

        def match(text: str, engine: Engine = engine) -> object:
            return engine.match(nothing, fields[text], _NO_FACTS)

        pairs = 0
        for text in texts:
            found = which(text)
            assert found == other(text), text
            pairs += len(found)
        print(f"{count} queries: {pairs / len(texts):.2f} match a document; compiled in {built:.2f} s")
        sides += (
            (f"{count} peer", other),
            (f"{count} which", which),
            (f"{count} match with spans, words at hand", match),
        )
    sides.append(("cutting into words alone", words))
    best = {name: min(spent(work, texts) for _ in range(1)) for name, work in sides}
    for _ in range(told.rounds - 1):
        for name, work in sides:
            best[name] = min(best[name], spent(work, texts))
    for name, seconds in best.items():
        print(f"{name:44} {len(texts) / seconds:9,.0f} documents/s  {seconds / len(texts) * 1e6:7.1f} µs")
    few, many = f"{told.queries} ", f"{told.many} "
    print(f"ours against the peer, {told.queries} queries: {best[few + 'peer'] / best[few + 'which']:.2f} of its speed")
    print(f"ours against the peer, {told.many} queries: {best[many + 'peer'] / best[many + 'which']:.2f} of its speed")
    print(f"{told.many} queries take {best[many + 'which'] / best[few + 'which']:.2f} times the time of {told.queries}")
    print(f"(the peer: {best[many + 'peer'] / best[few + 'peer']:.2f} times)")


if __name__ == "__main__":
    main()
