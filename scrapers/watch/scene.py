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
HERE = frozenset({"place", "land", "land_in", "town", "town_in"})
YEARS = frozenset({"years", "born"})
# Words of an ordinary life, and of its change.
LIFE = frozenset({
    "kin", "family", "me", "person", "someone", "house", "school", "trade", "toil", "lived", "lately", "before", "now",
    "settle", "stay", "farewell", "trace", "years", "dwell", "native", "home", "leave", "move", "anew",
})  # fmt: skip
_CHANGED = frozenset({
    "lived", "lately", "before", "now", "stay", "settle", "farewell", "trace", "leave", "native", "anew", "toil",
})  # fmt: skip
_HERE = frozenset({"place", "town", "town_in"})
PAST = frozenset({"lived", "before"})
_PAST_WORDS = 5
_STILL_WORDS = 2
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
    """All marks of a document. `homely`: "home" can only mean Latvia here (language or a Latvian name in sight).
    `short`: the whole is a headline or a few sentences.
    """

    marks: Sequence[Mark]
    lead: int
    homely: float
    short: bool = False


def gap(left: Mark, right: Mark) -> int:
    return max(left.first - right.last, right.first - left.last)


def lives(marks: Sequence[Mark]) -> Iterable[Mark]:
    """Years spent in a country abroad, told in one breath ("seven years in Copenhagen"), or a life after it."""
    hosts = [mark for mark in marks if mark.kind in HOSTS]
    for mark in marks:
        if mark.kind in HOSTS and mark.way == "after":
            yield Mark("life", mark.first, mark.last, mark.sentence, "years", mark.term)
        if mark.kind in YEARS and any(
            other.sentence == mark.sentence and gap(mark, other) <= _LIFE_WORDS
            and (other.way in ("at", "in", "after") or other.kind == "host_in")
            for other in hosts
        ):
            yield Mark("life", mark.first, mark.last, mark.sentence, mark.kind, mark.term)


def past(marks: Sequence[Mark]) -> Iterable[Mark]:
    """Work or life in a country abroad that is told as over ("worked in Edinburgh until now"), beside the country."""
    hosts = [mark for mark in marks if mark.kind in HOSTS]
    for mark in marks:
        if mark.kind in PAST and any(
            other.sentence == mark.sentence and gap(mark, other) <= _PAST_WORDS
            and other.way not in ("to",)
            for other in hosts
        ):
            yield Mark("life", mark.first, mark.last, mark.sentence, "past", mark.term)


def still(marks: Sequence[Mark]) -> Iterable[Mark]:
    """A life or work in a country abroad that goes on: "lives in Edinburgh"."""
    hosts = [mark for mark in marks if mark.kind in HOSTS]
    for mark in marks:
        if mark.kind == "lives" and any(
            other.sentence == mark.sentence and gap(mark, other) <= _STILL_WORDS
            and (other.kind == "host_in" or other.way in ("at", "in"))
            for other in hosts
        ):
            yield Mark("still", mark.first, mark.last, mark.sentence, "", mark.term)


def swaps(scene: "Scene") -> Iterable[Mark]:
    """A country abroad and a place in Latvia in one sentence of a short text, among words of an ordinary life.

    `way` of the mark is the number of different kinds of such words, as a figure.
    """
    by: dict[int, list[Mark]] = {}
    for mark in scene.marks:
        by.setdefault(mark.sentence, []).append(mark)
    for marks in by.values():
        there = [mark for mark in marks if mark.kind in HOSTS and mark.way not in ("to", "of", "from")]
        born = [mark for mark in marks if mark.kind == "born"]
        here = [
            mark
            for mark in marks
            if mark.kind in _HERE and mark.way not in ("from", "after", "of")
            and not any(gap(mark, other) <= 2 for other in born)
        ]
        life = {mark.kind for mark in marks if mark.kind in LIFE}
        if there and here and len(life) > 1 and life & _CHANGED and not any(mark.kind == "depart" for mark in marks):
            yield Mark("swap", there[0].first, there[0].last, there[0].sentence, str(min(len(life), 5)), there[0].term)


def _named(marks: Sequence[Mark], sentence: int) -> bool:
    return any(mark.kind == "place" and mark.sentence == sentence for mark in marks)


def routes(marks: Sequence[Mark]) -> Iterable[Mark]:
    """ "From Dublin to Dagda": a country abroad left and a Latvian place reached in one breath, no verb needed."""
    left = [mark for mark in marks if mark.kind in HOSTS and mark.way == "from"]
    if not left:
        return
    for at, mark in enumerate(marks):
        if mark.kind == "home" and any(0 < other.first - mark.last <= 2 for other in left):
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


# What `goal_of` knows of.
GOALS = frozenset({"land_in", "town_in", "land", "town", "place", "home", "local"})


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
    if trigger.kind not in ("return", "move", "back", "plan", "choose"):
        return False
    far = 5 if trigger.kind in ("move", "choose") else 2  # "moved from Germany to Spain"
    near = 4 if trigger.kind == "choose" else 0  # "chooses a job in Sweden"
    return any(
        0 < mark.first - trigger.last <= max(near, far if mark.way == "to" else 2 if mark.way == "at" else 1)
        for mark in same
        if mark.kind in ("host_in", "host_weak") or (mark.kind == "host" and mark.way)
        if mark.way in ("to", "at", "", "in")
    )
