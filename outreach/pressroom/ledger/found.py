"""What became of a release's numbers, names and quotes in an article: as they were, altered, or left out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from outreach.pressroom.ledger.features import weight
from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.ledger.words import Laid, Word, lay
from scrapers.story import numerals

_NEAR = 5  # words on either side by which a number is known
_SAME_PLACE = 2
_QUOTE_RUN = 4
_EXACT, _ALTERED = 0.8, 0.45
_LIKE_NAME = (4, 0.65)  # letters, and how alike
_FEWEST_LETTERS = 3
_PHONE = 8  # digits


@dataclass(frozen=True)
class FactSeen:
    """A number, name or quote of the release (`ours`) and how the article has it (`theirs`, "" where it is left out).
    `near` is what stands around the number there.
    """

    kind: Literal["number", "name", "quote"]
    ours: str
    state: Literal["exact", "altered", "dropped"]
    theirs: str = ""
    near: str = ""


def facts_of(ready: Ready, read: Read, *, other: bool) -> tuple[FactSeen, ...]:
    """All that the release states, in its order; `other`: the article is in another language."""
    return (*_numbers(ready.own, read.laid), *_names(ready, read.laid, other=other), *_quotes(ready, read, other=other))


def _numbers(own: Laid, article: Laid) -> list[FactSeen]:
    ours = _figures(own)
    theirs = _figures(article)
    there = {word.number for _, word in theirs}
    known = {word.number for word in own.words}
    free = [(at, word) for at, word in theirs if word.number not in known]
    told: dict[float, FactSeen] = {}
    for at, word in ours:
        number = word.number
        if number is None or (number in told and told[number].state != "dropped"):
            continue
        written = own.text[word.start : word.end]
        if number in there:
            told[number] = FactSeen("number", written, "exact", written)
            continue
        altered = _in_its_place(own, at, article, free)
        told[number] = FactSeen("number", written, "dropped") if altered is None else FactSeen(
            "number", written, "altered", article.text[altered.start : altered.end], _around(article, altered)
        )  # fmt: skip
    return list(told.values())


def _figures(laid: Laid) -> list[tuple[int, Word]]:
    """Numbers that could be wrong; not telephones, nor what is told by every second text."""
    return [
        (at, word)
        for at, word in enumerate(laid.words)
        if word.number is not None and numerals.rarity(word.number) > 0 and len(f"{word.number:.0f}") < _PHONE
    ]


def _in_its_place(own: Laid, at: int, article: Laid, free: Sequence[tuple[int, Word]]) -> Word | None:
    """The number of the article that stands among the same words, and is nothing of ours."""
    mine = _neighbours(own, at)
    best: tuple[int, Word] | None = None
    for there, word in free:
        common = len(mine & _neighbours(article, there))
        alike = _next(own, at) == _next(article, there) != ""
        if common >= _SAME_PLACE and alike and (best is None or common > best[0]):
            best = common, word
    return best[1] if best else None


def _neighbours(laid: Laid, at: int) -> frozenset[str]:
    around = laid.words[max(0, at - _NEAR) : at + _NEAR + 1]
    return frozenset(word.sense for word in around if word.sense and word.number is None)


def _next(laid: Laid, at: int) -> str:
    """What is counted: the next word that says something."""
    return next((word.sense for word in laid.words[at + 1 : at + 3] if word.sense and word.number is None), "")


def _around(laid: Laid, word: Word) -> str:
    at = next(number for number, one in enumerate(laid.words) if one.start == word.start)
    begin, end = next(span for span in laid.sentences if span[0] <= at < span[1])
    part = laid.words[max(begin, at - _NEAR) : min(end, at + _NEAR + 1)]
    return " ".join(laid.text[part[0].start : part[-1].end].split())


def _names(ready: Ready, article: Laid, *, other: bool) -> list[FactSeen]:
    """People who speak in the release, by their last name."""
    told = []
    for speaker in dict.fromkeys(quote.speaker for quote in ready.said.quotes if quote.speaker.strip()):
        words = lay(speaker).words
        if len(words) < 2:
            continue
        first, last = words[0], words[-1]
        if any(word.sense == last.sense for word in article.words):
            told.append(FactSeen("name", speaker, "exact", speaker))
            continue
        # Another alphabet or language has its own way to write a name.
        near = None if other else _misspelt(first, last, article)
        told.append(FactSeen("name", speaker, "dropped") if near is None else FactSeen(
            "name", speaker, "altered", article.text[near[0].start : near[1].end]
        ))  # fmt: skip
    return told


def _misspelt(first: Word, last: Word, article: Laid) -> tuple[Word, Word] | None:
    """Somebody of the same first name whose last name is nearly the same."""
    letters, alike = _LIKE_NAME
    for one, two in zip(article.words, article.words[1:], strict=False):
        if one.sense != first.sense or not two.capital or len(two.plain) < letters:
            continue
        if OSA.normalized_similarity(two.sense, last.sense) >= alike:
            return one, two
    return None


def _quotes(ready: Ready, read: Read, *, other: bool) -> list[FactSeen]:
    told = []
    plain = [word.plain for word in read.laid.words]
    known = frozenset(tuple(plain[at : at + _QUOTE_RUN]) for at in range(len(plain) - _QUOTE_RUN + 1))
    senses = {word.sense for word in read.laid.words if word.sense}
    for quote in ready.said.quotes:
        words = lay(quote.words).words
        if len(words) < _FEWEST_LETTERS:
            continue
        mine = {word.sense for word in words if word.sense}
        kept = sum(weight(one) for one in mine & senses) / (sum(map(weight, mine)) or 1.0)
        exact = _in_runs([word.plain for word in words], known)
        if not other and exact >= _EXACT:
            told.append(FactSeen("quote", quote.speaker, "exact", quote.words))
        elif other:
            told.append(FactSeen("quote", quote.speaker, "exact" if _spoken(quote.speaker, read) else "dropped"))
        else:
            told.append(FactSeen("quote", quote.speaker, "altered" if kept >= _ALTERED else "dropped"))
    return told


def _in_runs(plain: Sequence[str], known: frozenset[tuple[str, ...]]) -> float:
    told = [False] * len(plain)
    for at in range(len(plain) - _QUOTE_RUN + 1):
        if tuple(plain[at : at + _QUOTE_RUN]) in known:
            told[at : at + _QUOTE_RUN] = [True] * _QUOTE_RUN
    return sum(told) / len(told) if told else 0.0


def _spoken(speaker: str, read: Read) -> bool:
    """Whether they are named in a text that quotes somebody."""
    last = lay(speaker).words[-1].sense
    return any(mark in read.text for mark in '«„“"') and any(word.sense == last for word in read.laid.words)
