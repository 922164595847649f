"""Which of the latest texts share a mark. Copies are looked up by the latest text of each band, retellings by chains of
the latest texts with each rare fact, in fixed room for each text.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scrapers.story.sketch import RARE, Marks

# Of a fact that many texts have, so many of the latest are enough.
_HOPS = 4
_NONE = -1
_LEAST_ROOM = 1 << 10
_SLOTS_AN_ENTRY = 2
_BYTES_A_BAND = 80


class Copies:
    """The latest text of each band, in shelves: new ones go to the first, and the last is thrown away when all that is
    on it is forgotten.
    """

    def __init__(self) -> None:
        self._open: dict[int, int] = {}
        self._closed: list[tuple[Marks, Marks]] = []

    @property
    def bytes(self) -> int:
        """Roughly what they take."""
        return _BYTES_A_BAND * len(self._open) + sum(bands.nbytes + texts.nbytes for bands, texts in self._closed)

    def turn(self, shelves: int) -> None:
        """A new shelf for what comes; of the old ones so many stay."""
        bands = np.fromiter(self._open.keys(), dtype=np.int32, count=len(self._open))
        texts = np.fromiter(self._open.values(), dtype=np.int32, count=len(self._open))
        order = np.argsort(bands)
        self._closed = [(bands[order], texts[order]), *self._closed][:shelves]
        self._open = {}

    def find_and_add(self, bands: Marks, number: int) -> set[int]:
        """The texts that share a band with a new one; then the new one is found too."""
        told = bands.tolist()
        found = {self._open[band] for band in told if band in self._open}
        for known, texts in self._closed:
            if len(known):
                at = np.minimum(np.searchsorted(known, bands), len(known) - 1)
                hit = known[at] == bands
                if hit.any():
                    found.update(texts[at[hit]].tolist())
        self._open.update(dict.fromkeys(told, number))
        return found


class Index:
    """Texts by number, ascending from 0. Room for more is made as they come; `forget` gives back that of the oldest."""

    def __init__(self) -> None:
        self._room = _LEAST_ROOM
        self._oldest = self._next = 0
        self._make()

    def _make(self) -> None:
        size = self._room * RARE
        # Each entry is a mark of a text; it leads to the one before it in its slot.
        self._mark: npt.NDArray[np.int32] = np.zeros(size, dtype=np.int32)
        self._before: npt.NDArray[np.int32] = np.full(size, _NONE, dtype=np.int32)
        slots = 1 << (_SLOTS_AN_ENTRY * size - 1).bit_length()
        self._last: npt.NDArray[np.int32] = np.full(slots, _NONE, dtype=np.int32)
        self._mask = np.int32(slots - 1)

    def __len__(self) -> int:
        return self._next - self._oldest

    @property
    def bytes(self) -> int:
        """What it takes."""
        return int(self._mark.nbytes + self._before.nbytes + self._last.nbytes)

    def forget(self, oldest: int) -> None:
        """Texts before this one are found no more."""
        self._oldest = max(self._oldest, min(oldest, self._next))

    def find_and_add(self, rare: Marks, weights: Sequence[float]) -> dict[int, float]:
        """What the rare facts weigh that each text shares with a new one; then the new one is found too. `weights` are
        those of its facts; without facts it is only counted.
        """
        if len(self) >= self._room:
            self._grow()
        if not weights:
            first = self._next % self._room * RARE
            self._mark[first : first + RARE] = 0
            self._next += 1
            return {}
        at = self._add(rare)
        last = self._next - 2
        looked, place = rare, np.arange(len(rare))
        shared: dict[int, float] = {}
        for _ in range(_HOPS):
            led = at >= 0
            if not led.any():
                break
            at, looked, place = at[led], looked[led], place[led]
            hit = self._mark[at] == looked
            for row, of in zip((at[hit] // RARE).tolist(), place[hit].tolist(), strict=True):
                number = last - (last - row) % self._room
                shared[number] = shared.get(number, 0.0) + weights[of]
            at = self._before[at]
        oldest = self._oldest
        return {one: told for one, told in shared.items() if one >= oldest}

    def _add(self, rare: Marks) -> Marks:
        """The entry that was the last in the slot of each mark of a new text."""
        slots = (rare * np.int32(-1_640_531_527)) >> np.int32(7) & self._mask
        entry: Marks = self._last[slots]
        first = self._next % self._room * RARE
        mine = np.arange(first, first + len(rare), dtype=np.int32)
        self._mark[first : first + RARE] = 0
        self._mark[mine] = rare
        self._before[mine] = entry
        self._last[slots] = mine
        self._next += 1
        return entry

    def _grow(self) -> None:
        before, room = self._mark, self._room
        kept = range(self._oldest, self._next)
        self._room *= 2
        self._next = self._oldest
        self._make()
        for number in kept:
            marks = before[number % room * RARE :][:RARE]
            self._add(marks[marks != 0])
