"""What stands in a document and how it hangs together: the marks, where from, where to, which way.

Plain geometry of words; `concept` says what it is worth.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_BACK_TO_WORDS = 4
# How far a word puts people abroad, 0 to 1.
ABROAD = {
    "host": 0.2, "host_in": 0.85, "abroad": 0.85, "host_weak": 0.4, "compat": 0.9, "diaspora": 0.7, "returner": 0.4,
}  # fmt: skip
HOSTS = frozenset({"host", "host_in", "abroad", "host_weak"})
YEARS = frozenset({"years", "born"})
_REACHED = {"to": 1.0, "at": 1.0, "in": 1.0, "of": 0.8, "from": 0.3, "after": 0.0}
_ROUTE_WORDS = 7
_WENT_WORDS = 4
_WENT = 0.85
_LIFE_WORDS = 5
_FORMER_WORDS = 3


class Mark(NamedTuple):
    """A word or phrase of some kind at global word positions `first`..`last`, in sentence `sentence`.

    `way` is what governs it: from, to, at, after, in (the form itself says in), of (a genitive before a locative), or
    nothing. `sentence` counts through title and text; the title's sentences are those below `Scene.lead`. `counted`: a
    number stands before it.
    """

    kind: str
    first: int
    last: int
    sentence: int
    way: str = ""
    term: str = ""
    counted: bool = False


@dataclass(frozen=True)
class Scene:
    """All marks of a document. `homely`: "home" can only mean Latvia here (language or a Latvian name in sight)."""

    marks: Sequence[Mark]
    lead: int
    homely: float


def gap(left: Mark, right: Mark) -> int:
    return max(left.first - right.last, right.first - left.last)


def lives(marks: Sequence[Mark]) -> Iterable[Mark]:
    """Years spent in a country abroad, told in one breath ("seven years in Copenhagen"), or a life after it."""
    for mark in marks:
        if mark.kind in HOSTS and mark.way == "after":
            yield Mark("life", mark.first, mark.last, mark.sentence, "years", mark.term)
        if mark.kind in YEARS and any(
            other.kind in HOSTS and other.sentence == mark.sentence and gap(mark, other) <= _LIFE_WORDS
            and (other.way in ("at", "in", "after") or other.kind == "host_in")
            for other in marks
        ):
            yield Mark("life", mark.first, mark.last, mark.sentence, mark.kind, mark.term)


def _named(marks: Sequence[Mark], sentence: int) -> bool:
    return any(mark.kind == "place" and mark.sentence == sentence for mark in marks)


def routes(marks: Sequence[Mark]) -> Iterable[Mark]:
    """ "From Dublin to Dagda": a country abroad left and a Latvian place reached in one breath, no verb needed."""
    for at, mark in enumerate(marks):
        if mark.kind == "home" and any(
            other.kind in HOSTS and other.way == "from" and 0 < other.first - mark.last <= 2 for other in marks[at:]
        ):
            yield Mark("route", mark.first, mark.last, mark.sentence, term=mark.term)
        if mark.kind not in HOSTS or mark.way != "from":
            continue
        for other in marks[at + 1 : at + 12]:
            if other.first - mark.last > _ROUTE_WORDS or other.sentence != mark.sentence:
                break
            near = other.first - mark.last <= _ROUTE_WORDS // 2
            if (other.kind == "place" and other.way in ("to", "of", "at")) or (near and (
                other.kind == "home"
                or (other.kind == "land" and other.way in ("to", "at"))
                or (other.kind == "local" and _named(marks, mark.sentence))
            )):
                opening = other.kind == "place" and (at == 0 or marks[at - 1].sentence != mark.sentence)
                yield Mark("route", mark.first, other.last, mark.sentence, term=mark.term, counted=opening)
                break


def goal_of(scene: Scene, mark: Mark) -> float:
    if mark.kind in ("land_in", "town_in"):
        return 1.0
    if mark.kind in ("land", "town", "place"):
        return _REACHED.get(mark.way, 0.5 if mark.kind == "place" else 0.35)
    return {"home": scene.homely, "local": 0.65}.get(mark.kind, 0.0)


def source_of(mark: Mark, window: Sequence[tuple[Mark, float]]) -> float:
    value = ABROAD.get(mark.kind, 0.0)
    if mark.kind == "host" and any(
        other.kind == "former" and 0 < mark.first - other.last <= _FORMER_WORDS for other, _ in window
    ):
        return _WENT
    if mark.kind in HOSTS and mark.way:
        if mark.way == "to" and any(
            other.kind == "went" and other.sentence == mark.sentence and gap(other, mark) <= _WENT_WORDS
            for other, _ in window
        ):
            return _WENT
        known = {"from": 1.0, "at": 0.85, "in": 0.85, "of": 0.5, "after": 0.9, "to": 0.35}[mark.way]
        return known if mark.kind != "host_weak" else known / 2
    return value


def lands_after(back: Mark, mark: Mark) -> bool:
    if mark.kind in ("land_in", "town_in") or (
        mark.kind in ("land", "town", "place", "home", "local") and mark.way in ("to", "at", "in", "")
    ):
        return 0 < mark.first - back.last <= _BACK_TO_WORDS and (mark.kind != "land" or bool(mark.way))
    return False


def goes_abroad(trigger: Mark, same: Sequence[Mark]) -> bool:
    """Whether the very next words say that somebody returned to the country abroad, not from it."""
    if trigger.kind not in ("return", "move", "back", "plan"):
        return False
    far = 5 if trigger.kind == "move" else 2  # "moved from Germany to Spain"
    return any(
        0 < mark.first - trigger.last <= (far if mark.way == "to" else 2 if mark.way == "at" else 1)
        for mark in same
        if mark.kind in ("host_in", "host_weak") or (mark.kind == "host" and mark.way)
        if mark.way in ("to", "at", "", "in")
    )
