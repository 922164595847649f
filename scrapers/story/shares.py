"""How much each fact says: the rarer it is among the texts of these days, the more two that share it have in common."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scrapers.story.facts import Facts
from scrapers.story.vocabulary import DATE, FIGURE, WORD, fact

_SLOTS = 1 << 18
# What was known beforehand counts as much as so many texts.
_BEFOREHAND = 100.0
# The share of texts that have a fact of each kind, for one that we know nothing of: a word, a number up to 12, one up
# to 31 or a year, a round one, an exact one, a date.
_UNKNOWN = {WORD: 0.003, FIGURE: 0.2, FIGURE + 1: 0.06, FIGURE + 2: 0.015, FIGURE + 3: 0.003, DATE: 0.02}
# As many words has a text whose shares the table of common stems is reckoned for.
_A_TEXT = 120
_COMMONEST = 0.9
_MANY_TEXTS, _MANY_SHARE = 12, 0.08

Floats = npt.NDArray[np.float32]


@cache
def _beforehand() -> Floats:
    """For each slot what the texts before the first would have had."""
    slots = np.full(_SLOTS, _UNKNOWN[WORD], dtype=np.float32)
    kinds = np.arange(_SLOTS) & 7
    for kind, share in _UNKNOWN.items():
        slots[kinds == kind] = share
    file = Path(__file__).resolve().parent.parent / "data" / "common_stems.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            share = 1 - (1 - int(row["per_million"]) / 1_000_000) ** _A_TEXT
            at = fact(WORD, row["stem"]) % _SLOTS
            slots[at] = max(slots[at], min(_COMMONEST, share))
    return slots * np.float32(_BEFOREHAND)


class Shares:
    """Of how many texts a fact is: those that were counted lately, beside what is known beforehand."""

    def __init__(self) -> None:
        self._slots = _beforehand().copy()
        self.texts = _BEFOREHAND

    def count(self, facts: Facts) -> None:
        """One more text that is no copy of another."""
        # Each fact stands once among those of a text; of two that share a slot one is counted.
        self._slots[facts.all % _SLOTS] += 1
        self.texts += 1

    def expect(self, texts: Sequence[Facts]) -> None:
        """The first texts of a stream are looked through beforehand: what many of them have says little from the first
        on. What a few have may be one story that they tell.
        """
        if not texts:
            return
        facts, counts = np.unique(np.concatenate([one.all for one in texts]), return_counts=True)
        many = counts > max(_MANY_TEXTS, len(texts) * _MANY_SHARE)
        at = facts[many] % _SLOTS
        share = (counts[many] / len(texts)).astype(np.float32)
        self._slots[at] = np.maximum(self._slots[at], share * np.float32(_BEFOREHAND))

    def told(self, counts: Mapping[int, int], texts: int) -> None:
        """Of so many more texts so many have each of these facts."""
        for one, count in counts.items():
            self._slots[one % _SLOTS] += count
        self.texts += texts

    def fade(self) -> None:
        """What was counted so far counts half from now on: the words of last month are not those of today."""
        first = _beforehand()
        self._slots = first + (self._slots - first) * np.float32(0.5)
        self.texts = _BEFOREHAND + (self.texts - _BEFOREHAND) / 2

    def weights(self, facts: npt.NDArray[np.int32]) -> Floats:
        """What each fact says, in nats: 0 for what all texts have."""
        at = facts % _SLOTS
        # Nothing says more than was known beforehand: among headlines "20" is rare, and still any text may have it.
        least = _beforehand()[at] / np.float32(_BEFOREHAND)
        share = np.clip(self._slots[at] / np.float32(self.texts), least, _COMMONEST)
        told: Floats = -np.log(share)
        return told
