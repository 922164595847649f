"""By what the releases are found that an article may print, before any of them is held against it: one walk through the
article, however many releases there are.

A print of the same words shares runs of five words; one in other words or another language shares numbers, names and
the meaning of its words. Each has a table, from what is shared to the releases that have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from outreach.pressroom.ledger.texting import Ready
from outreach.pressroom.ledger.walk import Hashes, Places, walked

_AT_ONCE = 64  # articles that are looked up together
MOST = 4  # releases that are held against one article, the likeliest first
# What is shared so often is no chance: runs, and meanings by how rare they are among the releases (nats).
_FEWEST_RUNS = 8
_FEWEST_WEIGHT = 11.0
# Nats a meaning of the article, over all of them: an outlet's own piece has more that is its own.
_EACH = 0.7
_RUN_SAYS = 3.0
_MOST_SAYS = 3.5
# What more of the releases have says nothing of which one it is.
_COMMON, _ANY = 0.2, 8
# A handful of releases cannot tell what is rare.
_FEW = 50
_BUCKET = np.uint64((1 << 21) - 1)
# What is looked up for one article: the rarest of its meanings come first.
_MOST_FOUND = 1_000


@dataclass(frozen=True)
class Fingerprint:
    """What makes a release's text recognisable: its runs of words, and what its words mean, each once, in order."""

    runs: Hashes
    facts: Hashes

    def packed(self) -> tuple[bytes, dict[str, Any]]:
        """As the store keeps it."""
        return self.runs.tobytes(), {"meanings": self.facts.tolist()}

    @classmethod
    def unpacked(cls, sketch: bytes, facts: dict[str, Any]) -> "Fingerprint":
        """From what the store keeps."""
        return cls(np.frombuffer(sketch, dtype=np.uint64), np.array(facts["meanings"], dtype=np.uint64))


def fingerprint(ready: Ready) -> Fingerprint:
    """Of a release in one language."""
    told = walked([ready.own.text])
    return Fingerprint(np.unique(told.runs), told.facts)


class Index:
    """Fingerprints laid out so that an article is looked up once. The place of each in `prints` is its number here."""

    def __init__(self, prints: Sequence[Fingerprint]) -> None:
        self.size = len(prints)
        self._runs = _Table([one.runs for one in prints], most=1.0)
        self._facts = _Table([one.facts for one in prints], most=_MOST_SAYS)

    def candidates(self, articles: Sequence[str]) -> list[list[int]]:
        """For each article, its headline before its words, the texts that it may print: at most four, the likeliest
        first.
        """
        return [
            found for at in range(0, len(articles), _AT_ONCE) for found in self._some(articles[at : at + _AT_ONCE])
        ]

    def _some(self, articles: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in articles]
        if not self.size:
            return found
        told = walked(articles)
        copied = self._runs.sums(told.runs, told.run_of, len(articles), self.size)
        meant = self._facts.sums(told.facts, told.fact_of, len(articles), self.size)
        many = np.bincount(told.fact_of, minlength=len(articles))
        likely = (copied >= _FEWEST_RUNS) | (meant >= np.maximum(_FEWEST_WEIGHT, _EACH * many)[:, None])
        for article in np.flatnonzero(likely.any(axis=1)).tolist():
            numbers = np.flatnonzero(likely[article])
            rank = meant[article, numbers] + _RUN_SAYS * copied[article, numbers]
            found[article] = numbers[np.argsort(-rank, kind="stable")[:MOST]].tolist()
        return found


class _Table:
    """From a key to the numbers of those that have it, as three arrays; a key is worth at most `most`."""

    def __init__(self, keys: Sequence[Hashes], most: float) -> None:
        every = np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64)
        owners = np.repeat(np.arange(len(keys), dtype=np.int64), [len(one) for one in keys])
        order = np.argsort(every, kind="stable")
        self._owners = owners[order]
        found, starts, counts = np.unique(every[order], return_index=True, return_counts=True)
        usual = counts <= max(_ANY, int(_COMMON * len(keys)))
        self._keys, self._starts, self._counts = found[usual], starts[usual], counts[usual]
        # Most of an article's keys are in no release: a look at one byte settles that.
        self._there = np.zeros(int(_BUCKET) + 1, dtype=bool)
        self._there[self._keys & _BUCKET] = True
        # What several releases have says the less of which one it is.
        self._worth = np.minimum(most, np.log((len(keys) + _FEW) / np.maximum(1, self._counts)))

    def sums(self, wanted: Hashes, of: Places, articles: int, size: int) -> npt.NDArray[np.float64]:
        """For each article (`of` tells whose each of `wanted` is) and each number the worth of what they share."""
        near = np.flatnonzero(self._there[wanted & _BUCKET])
        wanted, of = wanted[near], of[near]
        if not len(wanted):
            return np.zeros((articles, size))
        at = np.searchsorted(self._keys, wanted)
        at[at == len(self._keys)] = 0
        known = self._keys[at] == wanted
        at, of = at[known], of[known]
        counts = self._counts[at]
        if len(at) and np.bincount(of, weights=counts).max() > _MOST_FOUND:
            order = np.lexsort((counts, of))
            at, of, counts = at[order], of[order], counts[order]
            sums = np.cumsum(counts)
            # What the articles before it have is not counted against an article.
            before = np.concatenate(([0], sums))[np.searchsorted(of, of)]
            kept = sums - before <= _MOST_FOUND
            at, of, counts = at[kept], of[kept], counts[kept]
        total = int(counts.sum())
        if not total:
            return np.zeros((articles, size))
        # Every place that belongs to one of the keys found, one span behind the other.
        places = np.arange(total) + np.repeat(self._starts[at] - (np.cumsum(counts) - counts), counts)
        cells = self._owners[places] + np.repeat(of * size, counts)
        worth = np.repeat(self._worth[at], counts)
        told = np.bincount(cells, weights=worth, minlength=articles * size)
        return told.astype(np.float64).reshape(articles, size)
