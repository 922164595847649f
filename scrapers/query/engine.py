"""Many queries against one document at a time.

All words of all queries stand in one automaton. Each query hangs on one thing that it cannot do without, the rarest, so
that only the queries of which that was found are looked at, whatever their number; and only those that want more than
words being there (order, nearness, capitals, a field) are evaluated on the words themselves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ahocorasick_rs import BytesAhoCorasick, Implementation

from scrapers.query.flat import flat, flat_words
from scrapers.query.needs import Key, Needs, frequency, needs
from scrapers.query.standing import Leaf, Standing, facts_of, leaf_of
from scrapers.query.tree import All, Any, Close, Facts, Fits, Forms, Inside, Match, Row, Sought, Without
from scrapers.watch.words import Words, words

# A thing that a query cannot do without: one of these words, or a fact.
_Term = frozenset[Key] | Fits
_Fact = tuple[str, str]
# What hangs on a term: a further term and the rest of them that must be there too, and the query, or what ~ makes of
# its number where it must then be evaluated. The further one is told apart because mostly it already decides.
_Hung = tuple[int, frozenset[int], int]
_NO_FACTS: frozenset[_Fact] = frozenset()


@dataclass(frozen=True)
class _Plan:
    """What follows from what is found in a document. Queries are numbered from 0, terms go on from there."""

    queries: int
    reached: tuple[tuple[int, ...], ...]  # by key: the queries that match wherever it is found, the terms it is one of
    facts: dict[_Fact, int]  # the terms that are facts
    hung: dict[int, tuple[_Hung, ...]]  # by term
    always: tuple[int, ...]  # queries that must be evaluated for every document

    def candidates(self, found: Iterable[int], facts: Iterable[_Fact]) -> tuple[set[int], list[int]]:
        """The queries that match for sure, and those that must be evaluated; `found` are keys."""
        there = set(chain.from_iterable(map(self.reached.__getitem__, found)))
        if self.facts:
            there.update([self.facts[fact] for fact in facts if fact in self.facts])
        count = self.queries
        sure = {number for number in there if number < count}
        unsure = [*self.always]
        for further, rest, number in chain.from_iterable(filter(None, map(self.hung.get, there))):
            if further in there and (not rest or rest <= there):
                if number >= 0:
                    sure.add(number)
                else:
                    unsure.append(~number)
        return sure, unsure


@dataclass(frozen=True)
class Engine:
    """Many queries at once. Built once by `compile_queries`; it never changes, so several threads may use it."""

    queries: tuple[Sought, ...]
    _leaves: dict[int, Leaf]  # by id() of the forms in `queries`
    _keys: tuple[Key, ...]
    _automaton: BytesAhoCorasick | None
    _plan: _Plan

    def match(self, title: Words, text: Words, facts: Facts) -> dict[int, Match]:
        """The queries (by their place in the sequence given) that a document matches, with score and spans."""
        found = self._found(flat_words(title, text))
        told = facts_of(facts)
        sure, unsure = self._plan.candidates(found, told)
        out: dict[int, Match] = {}
        if not (sure or unsure):
            return out
        standing = self._standing(title, text, told, found)
        for number in sorted({*sure, *unsure}):
            held = standing.holds(self.queries[number])
            if held is not None:
                out[number] = Match(held[0], standing.spans(held))
        return out

    def which(self, title: str, text: str, facts: Facts) -> tuple[int, ...]:
        """The numbers of the queries that a document matches, in order: `match` without its details, quicker."""
        found = self._found(flat(title, text))
        told = facts_of(facts) if self._plan.facts else _NO_FACTS
        sure, unsure = self._plan.candidates(found, told)
        if unsure:
            standing = self._standing(words(title), words(text), facts_of(facts), found)
            sure.update(number for number in unsure if standing.holds(self.queries[number]) is not None)
        return tuple(sorted(sure))

    def _found(self, line: bytes) -> set[int]:
        """The numbers of the keys that a document has."""
        if self._automaton is None:
            return set()
        return {key for key, _, _ in self._automaton.find_matches_as_indexes(line, overlapping=True)}

    def _standing(self, title: Words, text: Words, facts: frozenset[_Fact], found: Iterable[int]) -> Standing:
        keys = [self._keys[key] for key in found]
        return Standing(
            {"title": title, "text": text},
            facts,
            self._leaves,
            frozenset(word for word, begins in keys if not begins),
            tuple(word for word, begins in keys if begins),
        )


def compile_queries(queries: Sequence[Sought]) -> Engine:
    """An engine for these queries. One that nothing is left to look for in (every form unticked) matches nothing."""
    distinct: dict[Forms, Leaf] = {}
    leaves: dict[int, Leaf] = {}
    for query in queries:
        for forms in _leaves(query):
            leaf = distinct.get(forms)
            if leaf is None:
                leaf = distinct[forms] = leaf_of(forms)
            leaves[id(forms)] = leaf
    # All words, not those of the needs alone: where one under a NOT stands must be known when its query is evaluated.
    keys = {key: None for leaf in distinct.values() for word in leaf.whole for key in ((word, False),)}
    keys |= {key: None for leaf in distinct.values() for word in leaf.begun for key in ((word, True),)}
    patterns = [f" {word}{'' if begins else ' '}".encode("utf-8", "surrogatepass") for word, begins in keys]
    return Engine(
        tuple(queries),
        leaves,
        tuple(keys),
        BytesAhoCorasick(patterns, implementation=Implementation.ContiguousNFA) if patterns else None,
        _planned([needs(query) for query in queries], {key: number for number, key in enumerate(keys)}),
    )


def _planned(wanted: Sequence[Needs], number: dict[Key, int]) -> _Plan:
    """Hangs each query on the term that is rarest: seldom met, and asked for by few other queries."""
    asked = Counter(words for need in wanted for words in need.words)
    cost = {words: frequency(words) * count for words, count in asked.items()}
    terms: dict[_Term, int] = {}
    reached: list[list[int]] = [[] for _ in number]
    hung: dict[int, list[_Hung]] = {}
    always = []
    for at, need in enumerate(wanted):
        every: list[_Term] = [*sorted(need.words, key=cost.__getitem__), *need.facts]
        if not every:
            always.append(at)
        elif need.whole and len(every) == 1 and need.words:
            for key in need.words[0]:
                reached[number[key]].append(at)
        else:
            first, *others = (terms.setdefault(term, len(wanted) + len(terms)) for term in every)
            further, *rest = others or [first]
            hung.setdefault(first, []).append((further, frozenset(rest), at if need.whole else ~at))
    facts: dict[_Fact, int] = {}
    for term, known in terms.items():
        if isinstance(term, Fits):
            facts[term.fact, term.value] = known
        else:
            for key in term:
                reached[number[key]].append(known)
    # All forms of a word lead to the same: kept once, it stays close at hand.
    kept: dict[tuple[int, ...], tuple[int, ...]] = {}
    return _Plan(
        len(wanted),
        tuple(kept.setdefault(told, told) for told in map(tuple, reached)),
        facts,
        {term: tuple(told) for term, told in hung.items()},
        tuple(always),
    )


def _leaves(node: Sought) -> Iterable[Forms]:
    match node:
        case Forms():
            yield node
        case Row(parts) | All(parts) | Any(parts):
            for part in parts:
                yield from _leaves(part)
        case Close(left, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Inside(_, inner) | Without(inner):
            yield from _leaves(inner)
        case Fits():
            pass
