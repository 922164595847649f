"""Whether two texts tell one story. Pure.

A copy shares its words and its facts. A retelling shares few words, but its names and numbers. A notice from one
template shares its words and not its facts: another place, another date, another sum. A later event of a running
subject shares its names and not its numbers. So key facts (names, numbers, dates) decide, each by how much it says,
measured against the text that has fewer: who leaves something out tells the same story.
"""

from math import log
from typing import NamedTuple

import numpy as np

from scrapers.story.facts import Facts
from scrapers.story.shares import Floats, Shares
from scrapers.story.vocabulary import KIND, WORD

# All weights are nats. So much must be shared that it is no chance among one text, and more among many.
_EVIDENCE, _OF_MANY = -5.0, 3.0
# Two may be shared by chance: two sums, a first name and a town.
_FEWEST_SHARED = 3
# Of the key facts of a text another of the same story has more than half: what one more is evidence for, beyond its
# rarity, and what one less is evidence against.
_HAS, _HAS_NOT = 0.5, 0.9
# What is no evidence: a name or number that one in seven has, a word that one in thirty has. In some language or
# about some place it may be every second one.
_USUAL, _ORDINARY = 2.0, 3.5
# What ordinary words say beside key facts.
_OF_WORDS = 0.85
_MOST_OF_WORDS = 4.0
# A text with fewer key facts is measured as if it had so many, the missing ones agreeing as its words do.
_FEW = 4.0
# Half of the ordinary words in common is a copy or a template.
_COPY = 0.5
_OF_COPIES = 4.0
_COPY_AGREES = 0.55
_KEYS_AGREE = 0.5
_KEYS_AND_FIGURES = 1.15
# So much is enough of two that share no words beside them: who tells in words of his own leaves out what he likes.
_FREE_KEYS, _FREE_BOTH = 0.35, 0.7
_TEMPLATE = 0.15
# Whoever has as many key facts and shares less tells something else.
_MANY = 12.0
_APART, _COPY_APART = 0.2, 0.5


class Likeness(NamedTuple):
    """`same`: they tell one story; `apart`: they cannot, whatever others say; neither is possible. `score` is the share
    of key facts that agree, 0 to 1; `copy`: their words are the same, whatever their facts are.
    """

    same: bool
    apart: bool
    score: float
    copy: bool


class Known:
    """A text's facts with their weights, made once where it is compared with several."""

    __slots__ = ("counted", "facts", "least", "named", "names", "unusual", "weights", "worded")

    def __init__(self, facts: Facts, shares: Shares) -> None:
        self.facts = facts
        told = facts.all.tolist()
        weights = shares.weights(facts.all)
        self.weights: dict[int, float] = dict(zip(told, weights.tolist(), strict=True))
        self.names = frozenset(told[: facts.names])
        self.named = float(weights[: facts.names].sum())
        self.counted = float(weights[facts.names : facts.keys].sum())
        self.unusual = int((weights[: facts.keys] > _USUAL).sum())
        self.worded = float(weights[facts.keys :].sum())
        self.least = least(shares)


def least(shares: Shares) -> float:
    """The evidence that two texts must have to tell one story: of twice as many texts twice as many are alike by
    chance.
    """
    return _EVIDENCE + _OF_MANY * log(shares.texts)


def evidence(weights: Floats, keys: int) -> Floats:
    """What each fact says for one story, if two texts share it; the first `keys` are key facts."""
    told: Floats = np.maximum(_OF_WORDS * (weights - _ORDINARY), 0)
    told[:keys] = np.where(weights[:keys] > _USUAL, weights[:keys] - _HAS, 0)
    return told


def likeness(one: Known, other: Known) -> Likeness:
    """How alike two texts are, by what their facts say at this moment."""
    mine, theirs = one.weights, other.weights
    if len(mine) >= _FEWEST_SHARED and mine.keys() == theirs.keys():
        # Word for word: a short text says too little to be more than chance, but not all of it twice.
        return Likeness(True, False, 1.0, True)
    if _headlines_differ(one, other):
        return Likeness(False, True, 0.0, False)
    my_names, their_names = one.names, other.names
    name = figure = word = mine_too = theirs_too = told = uncommon = 0.0
    shared = 0
    for fact in mine.keys() & theirs.keys():
        weight = mine[fact]
        if fact & KIND > WORD:
            figure += weight
        elif fact in my_names:
            name += weight
            if fact not in their_names:
                theirs_too += weight
        elif fact in their_names:
            name += weight
            mine_too += weight
        else:
            word += weight
            if weight > _ORDINARY:
                uncommon += weight - _ORDINARY
            continue
        if weight > _USUAL:
            told += weight - _HAS
            shared += 1
    told -= _HAS_NOT * max(0, min(one.unusual, other.unusual) - shared)
    # What is a name to one of them is one to both.
    names = min(one.named + mine_too, other.named + theirs_too)
    figures = min(one.counted, other.counted)
    whole = min(one.named + mine_too + one.counted, other.named + theirs_too + other.counted)
    wording = word / max(_FEW, min(one.worded - mine_too, other.worded - theirs_too))
    # Words of two languages say nothing of each other.
    few = _FEW if one.facts.script == other.facts.script else 0.0
    keys = _agree(name + figure, whole, wording, few)
    counted = _agree(figure, figures, keys, _FEW)
    if wording >= _COPY:
        told = max(told, word / _OF_COPIES)
        same = min(counted, _agree(name, names, keys, _FEW)) >= _COPY_AGREES
    else:
        # The more of a notice's words two texts share, the more of its facts must agree.
        strict = min(1.0, wording / _TEMPLATE)
        same = (
            shared >= _FEWEST_SHARED
            and keys >= _FREE_KEYS + strict * (_KEYS_AGREE - _FREE_KEYS)
            and keys + counted >= _FREE_BOTH + strict * (_KEYS_AND_FIGURES - _FREE_BOTH)
        )
    apart = not same and whole >= _MANY and keys < (_COPY_APART if wording >= _COPY else _APART)
    told += min(_MOST_OF_WORDS, _OF_WORDS * uncommon)
    return Likeness(same and told >= one.least, apart, keys, wording >= _COPY)


def _agree(shared: float, whole: float, otherwise: float, few: float) -> float:
    """The share that agrees; for the little that is not there as much as `otherwise`."""
    return (shared + few * otherwise) / (whole + few) if whole + few > 0 else 0.0


def _headlines_differ(one: Known, other: Known) -> bool:
    """Whether each headline names what the other text does not know at all: the same notice for two towns."""
    mine, theirs = one.facts.headline, other.facts.headline
    if not mine or not theirs:
        return False
    return not any(fact in other.weights for fact in mine) and not any(fact in one.weights for fact in theirs)
