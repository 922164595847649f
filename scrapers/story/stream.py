"""Stories in a stream of texts, in memory: for each text its story, as they come. What is older than the window is
forgotten; an archive is the store's (`scrapers.grouping`).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from scrapers.story.cluster import HOURS, LATEST, belongs
from scrapers.story.facts import Facts, Reader
from scrapers.story.index import Copies, Index
from scrapers.story.likeness import Known, least
from scrapers.story.shares import Shares
from scrapers.story.sketch import bands, rarest

_BATCH = 256
# Nats: so much of the evidence may lie in facts that are no marks. Copies are compared first.
_UNMARKED = 4.0
_COPY = 1_000.0
_MOST_STORIES = 8
# In so many parts the window is forgotten.
_SHELVES = 2
_BYTES_A_TEXT = 400


@dataclass(frozen=True, slots=True)
class Text:
    """What an outlet published; `hour` counts from 1970, None where nobody knows it."""

    title: str
    body: str
    hour: float | None = None


@dataclass(slots=True)
class _Kept:
    facts: Facts
    hour: float | None
    story: int


class Stream:
    """Texts by number in the order they come, the earlier published first; a story has the number of its first."""

    def __init__(self) -> None:
        self._reader = Reader()
        self._shares = Shares()
        self._copies = Copies()
        self._index = Index()
        self._texts: deque[_Kept] = deque()
        self._first = 0
        self._latest = float("-inf")
        self._faded_at = self._turned_at = 0.0
        self._members: dict[int, list[int]] = {}

    def stories(self, texts: Iterable[Text]) -> Iterator[int]:
        """The story of each text."""
        coming = iter(texts)
        while batch := [*islice(coming, _BATCH)]:
            yield from self._told(batch)

    def _told(self, batch: Sequence[Text]) -> list[int]:
        read = self._reader.read([(one.title, one.body) for one in batch])
        if not self._texts and not self._first:
            self._shares.expect(read.facts)
        told = []
        worth = least(self._shares) - _UNMARKED
        known: dict[int, Known] = {}
        for text, facts, alike, (rare, weights) in zip(
            batch, read.facts, bands(read), rarest(read.facts, self._shares), strict=True
        ):
            self._pass(text.hour)
            if sum(weights) < worth:
                # Not even a text that has them all would be worth comparing.
                rare, weights = rare[:0], weights[:0]
            number = self._first + len(self._texts)
            copies = self._copies.find_and_add(alike, number) if alike[0] else set()
            shared = self._index.find_and_add(rare, weights)
            near = {one: weight for one, weight in shared.items() if weight >= worth}
            near.update((one, _COPY) for one in copies if one >= self._first)
            told.append(self._one(text.hour, facts, near, known))
        return told

    def _one(self, hour: float | None, facts: Facts, near: dict[int, float], known: dict[int, Known]) -> int:
        number = self._first + len(self._texts)
        story = number
        if near:
            known[number] = mine = Known(facts, self._shares)
            story = self._best(mine, hour, near, known, number)
        if story == number:
            # Of a text that thirty outlets have the facts are no more common than of one that stands alone.
            self._shares.count(facts)
        self._texts.append(_Kept(facts, hour, story))
        members = self._members.setdefault(story, [])
        members.append(number)
        if len(members) > LATEST + 1:
            # The first member stays.
            del members[1]
        return story

    def _best(
        self, mine: Known, hour: float | None, near: dict[int, float], known: dict[int, Known], otherwise: int
    ) -> int:
        likely: dict[int, float] = {}
        for one, count in near.items():
            kept = self._texts[one - self._first]
            if hour is None or kept.hour is None or abs(hour - kept.hour) <= HOURS:
                likely[kept.story] = max(likely.get(kept.story, 0), count)
        best, found = 0.0, otherwise
        # A story ends when its first telling is older than the window.
        open_ = (one for one in likely if self._members[one][0] >= self._first)
        for story in sorted(open_, key=lambda one: (-likely[one], one))[:_MOST_STORIES]:
            fits = belongs(mine, self._known(self._members[story], known))
            if fits > best:
                best, found = fits, story
        return found

    def _known(self, members: Sequence[int], known: dict[int, Known]) -> Iterator[Known]:
        for number in members:
            if number >= self._first:
                if number not in known:
                    known[number] = Known(self._texts[number - self._first].facts, self._shares)
                yield known[number]

    def _pass(self, hour: float | None) -> None:
        """Time goes on: what is older than the window is forgotten."""
        if hour is None or hour <= self._latest:
            return
        self._latest = hour
        while self._texts:
            oldest = self._texts[0].hour
            if oldest is not None and oldest >= hour - HOURS:
                break
            gone = self._texts.popleft()
            members = self._members[gone.story]
            if members[-1] == self._first:
                del self._members[gone.story]
            self._first += 1
        self._index.forget(self._first)
        if hour - self._turned_at > HOURS / _SHELVES:
            self._copies.turn(_SHELVES)
            self._turned_at = hour
        if hour - self._faded_at > HOURS:
            if self._faded_at:
                self._shares.fade()
            self._faded_at = hour

    @property
    def kept(self) -> int:
        """How many texts are remembered."""
        return len(self._texts)

    @property
    def bytes(self) -> int:
        """Roughly what they take: their facts and their marks, without the words that are known."""
        return self._index.bytes + self._copies.bytes + sum(one.facts.all.nbytes + _BYTES_A_TEXT for one in self._texts)
