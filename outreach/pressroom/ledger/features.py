"""By what a print is told from an outlet's own piece about the same event. Pure.

Who rewrites or translates a release adds nothing: what the article says, the release said, sentence by sentence, and
who speaks there speaks here. Who was there himself has names, numbers and quotes of his own.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.ledger.words import Laid, Word, meaning
from scrapers.story import numerals
from scrapers.story.shares import Shares
from scrapers.story.vocabulary import WORD, fact

_QUOTED = re.compile(r"[„“\"«]([^„“”\"«»]{15,600})[”“\"»]")
_CONCEPT = 3.0
_NUMBER = (0.5, 2.0, 4.0, 6.0)
_SAME_SENTENCE = 0.4
_A_FEW = 1.0


class Features(NamedTuple):
    """All between 0 and 1, but `figures`, the weight of the numbers that both have, which is cut at 4.

    `told`: the part of what the article says that the release says; `kept`: the part of the release that is there;
    `follows`: the part of its sentences that follow one of the release; `numbers`, `names`: the part of its numbers and
    names that are the release's; `quotes`: the part of what it quotes that is; `speaker`: who speaks in the release is
    named.
    """

    told: float
    kept: float
    follows: float
    numbers: float
    figures: float
    names: float
    quotes: float
    speaker: float


@lru_cache(maxsize=1)
def _shares() -> Shares:
    return Shares()


@lru_cache(maxsize=200_000)
def weight(sense: str) -> float:
    """How much it says that two texts have this in common, in nats."""
    if sense.startswith("#"):
        return _NUMBER[numerals.rarity(float(sense[1:]))]
    if sense.startswith(("*", "@")):
        return _CONCEPT
    return float(_shares().weights(np.array([fact(WORD, sense)], dtype=np.int32))[0])


def features(ready: Ready, read: Read) -> Features:
    """What the article has of the release."""
    article = read.laid
    mine = {word.sense for word in article.words if word.sense}
    shared = mine & ready.senses
    both = sum(map(weight, shared))
    numbers = {word.sense for word in article.words if _counts(word)}
    figures = [weight(one) for one in numbers if one in ready.senses]
    names = {word.sense for word in article.words if word.capital and word.sense and word.number is None}
    known = sum(weight(one) for one in names if one in ready.senses)
    speakers = [_surname(quote.speaker) for quote in ready.said.quotes if quote.speaker]
    return Features(
        told=both / max(_A_FEW, sum(map(weight, mine))),
        kept=both / max(_A_FEW, sum(map(weight, ready.senses))),
        follows=_follows(ready.own, article),
        numbers=(len(figures) + 0.5) / (len(numbers) + 1),
        figures=min(4.0, sum(figures) / 5),
        names=known / max(_A_FEW, sum(map(weight, names))),
        quotes=_quoted(ready, article),
        speaker=float(any(one in mine for one in speakers)) if speakers else 0.5,
    )


def _counts(word: Word) -> bool:
    return word.number is not None and numerals.rarity(word.number) > 0


def _surname(speaker: str) -> str:
    return meaning(speaker.split()[-1].rpartition("-")[2])


def _follows(own: Laid, article: Laid) -> float:
    """The part of the article's sentences, by their weight, that say what two neighbouring sentences of the release
    say.
    """
    pieces = [{word.sense for word in own.words[begin:end] if word.sense} for begin, end in own.sentences]
    windows = [one | other for one, other in zip(pieces, [*pieces[1:], set()], strict=True)]
    whole = alike = 0.0
    for begin, end in article.sentences:
        senses = {word.sense for word in article.words[begin:end] if word.sense}
        total = sum(map(weight, senses))
        if not total:
            continue
        best = max((sum(map(weight, senses & window)) for window in windows), default=0.0)
        whole += total
        alike += total * (best / total >= _SAME_SENTENCE)
    return alike / whole if whole else 0.0


def _quoted(ready: Ready, article: Laid) -> float:
    """The part of what the article quotes that the release has; one half where it quotes nothing."""
    spans = [found.span(1) for found in _QUOTED.finditer(article.text)]
    said = whole = 0.0
    for start, end in spans:
        senses = {word.sense for word in article.words if start <= word.start and word.end <= end and word.sense}
        if len(senses) < 3:
            continue
        whole += sum(map(weight, senses))
        said += sum(weight(one) for one in senses & ready.senses)
    return said / whole if whole else 0.5
