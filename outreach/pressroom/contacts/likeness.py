"""Whether two contacts are perhaps one person; pure. A person decides: nothing is put together by this alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz

from outreach.pressroom.contacts.draft import digits
from outreach.pressroom.contacts.names import folded, words

# Reasons, the strongest first.
MAIL = "contacts.like.mail"
PHONE = "contacts.like.phone"
NAME = "contacts.like.name"
MOVED = "contacts.like.moved"
_OUTLET, _SAME, _NEAR, _SHARED = 84, 97, 90, 70
_WORD = re.compile(r"\w+")
_ENDINGS = frozenset({"lv", "com", "eu", "ru", "net", "org", "www"})
_BLOCK = 120  # whom one is held against: a newsroom, not the country


class Known(Protocol):
    """What of a contact is compared."""

    @property
    def name(self) -> str: ...
    @property
    def mail(self) -> str | None: ...
    @property
    def phone(self) -> str: ...
    @property
    def outlet(self) -> str: ...


@dataclass(frozen=True)
class Like:
    """How alike two are, 0 to 100, and why: a text's key."""

    score: int
    why: str


def like(one: Known, other: Known) -> Like | None:
    """Why two may be the same person; None where nothing says so.

    One telephone is not enough, for a newsroom shares it; the same name elsewhere is somebody who has moved, perhaps.
    """
    if one.mail and one.mail == other.mail:
        return Like(100, MAIL)
    near = _names(one.name, other.name)
    if near < _SHARED:
        return None
    phone = digits(one.phone)
    if phone and phone == digits(other.phone):
        return Like(round(near), PHONE)
    outlet = _outlets(one.outlet, other.outlet)
    if near >= _NEAR and outlet >= _OUTLET:
        return Like(round((near + outlet) / 2), NAME)
    if near >= _SAME:
        return Like(round(near * 0.85), MOVED)
    return None


class Crowd:
    """Many contacts, so that each new one is held against the few it may be."""

    def __init__(self, many: Iterable[Known]) -> None:
        self._blocks: Mapping[str, list[Known]] = defaultdict(list)
        for one in many:
            self.add(one)

    def add(self, one: Known) -> None:
        """One more."""
        for key in _keys(one):
            self._blocks[key].append(one)

    def nearest(self, one: Known) -> tuple[Known, Like] | None:
        """Whom this one is most like; None where it is like nobody."""
        best: tuple[Known, Like] | None = None
        seen: set[int] = set()
        for key in _keys(one):
            for other in self._blocks.get(key, ())[:_BLOCK]:
                if other is one or id(other) in seen:
                    continue
                seen.add(id(other))
                found = like(one, other)
                if found is not None and (best is None or found.score > best[1].score):
                    best = (other, found)
        return best

    def pairs(self, most: int) -> list[tuple[Known, Known, Like]]:
        """Pairs that may be one person, the likest first; at most so many."""
        found: dict[tuple[int, int], tuple[Known, Known, Like]] = {}
        for block in self._blocks.values():
            rows = block[:_BLOCK]
            for at, one in enumerate(rows):
                for other in rows[at + 1 :]:
                    key = (min(id(one), id(other)), max(id(one), id(other)))
                    if one is other or key in found:
                        continue
                    likeness = like(one, other)
                    if likeness is not None:
                        found[key] = (one, other, likeness)
        ordered = sorted(found.values(), key=lambda pair: (-pair[2].score, pair[0].name, pair[1].name))
        return ordered[:most]


def _keys(one: Known) -> set[str]:
    keys = {f"w{word[:4]}" for word in words(one.name) if len(word) > 2}
    if one.mail:
        keys.add(f"m{one.mail}")
    phone = digits(one.phone)
    if phone:
        keys.add(f"p{phone}")
    return keys


def _names(one: str, other: str) -> float:
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    whole = fuzz.token_sort_ratio(" ".join(first), " ".join(second))
    return max(whole, _initials(first, second))


def _initials(first: Sequence[str], second: Sequence[str]) -> float:
    """J. Bērziņš and Jānis Bērziņš are near, not the same."""
    if len(first) < 2 or len(second) < 2 or first[-1] != second[-1] or len(first[-1]) < 3:
        return 0.0
    short = min(len(first[0]), len(second[0])) == 1
    return 92.0 if short and first[0][0] == second[0][0] else 0.0


def _house(outlet: str) -> str:
    """An outlet's name without the end of its address: LSM.lv and LSM are one house."""
    return " ".join(word for word in _WORD.findall(folded(outlet)) if word not in _ENDINGS)


def _outlets(one: str, other: str) -> float:
    if not one or not other:
        return 86.0  # one of them does not say: no reason against
    first, second = _house(one), _house(other)
    return max(fuzz.ratio(first, second), fuzz.token_set_ratio(first, second) - 5)
