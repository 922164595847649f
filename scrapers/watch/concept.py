"""Coming home said without the word: somebody, from abroad, to a Latvian place, and a verb of return, close together.

The reading is per trigger (a word of return, of moving house, of living again): what stands in its sentence and the
ones beside it is added up, and what shows that somebody else came back (a team, a minister, storks) taken off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What a trigger is worth by itself; a verb of moving or living gains by a word for "back" near it.
_TRIGGERS = {
    "return": 1.0, "returner": 1.2, "anew": 0.9, "route": 0.7, "leave": 0.7, "move": 0.75, "repatriate": 0.6,
    "choose": 0.6, "coordinator": 0.7, "arrive": 0.5, "dwell": 0.4, "back": 0.0,
}  # fmt: skip
_AGAIN = 1.0
_AGAIN_KINDS = frozenset({"back", "return", "anew", "native"})
_AGAIN_WORDS = 6
_BACK_TO_WORDS = 4
_ABROAD = {
    "host": 0.2, "host_in": 0.85, "abroad": 0.85, "host_weak": 0.4, "compat": 0.9, "diaspora": 0.7, "returner": 0.4,
}  # fmt: skip
_HOSTS = frozenset({"host", "host_in", "abroad", "host_weak"})
_PEOPLE = {
    "family": 0.6, "person": 0.5, "compat": 0.5, "returner": 0.5, "latvian": 0.45, "diaspora": 0.35, "someone": 0.3,
}  # fmt: skip
_OFFICER = 1.6
_OFFICER_NEAR = 8
_NOISE = {"noise": 1.6, "noise_light": 0.8, "nation": 1.5, "neighbour": 1.5, "memory": 1.0}
_REACHED = {"to": 1.0, "at": 1.0, "in": 1.0, "of": 0.8, "from": 0.3, "after": 0.0}
_YEARS = 0.6
_SETTLE = 0.8
_OFFICE = 0.5
_COUNTED = 0.4
_LIVELIHOOD = 0.35
_ELSEWHERE = 0.35
_FROM_ABROAD = 0.7
_TO_COUNTRY = 0.6
_COUNTRY_WORDS = 2
_TO_STAY = 0.5
_TO_SOMEWHERE = 0.35
_LIVING_IN = 3
_IMPLYING = frozenset({"coordinator", "return", "returner", "arrive", "anew"})
_LIVING = frozenset({"move", "dwell", "anew", "arrive", "choose"})
_SETTLED = frozenset({"anew", "dwell", "back"})
_OPENING_ROUTE = 0.3
_NOBODY = 0.35
_MOURNING = 1.0
# Triggers a parcel, an aeroplane or a firm can be the subject of.
_ANYTHING = frozenset({"return", "move", "arrive", "dwell", "back", "repatriate"})
_WITH_FAMILY = 0.65
_ROUTE_WORDS = 7
_SWAP_WORDS = 6
_NEXT_SENTENCE = 0.78
_TOPIC = 0.7
_HEADLINE = 0.88
NEEDED = 2.7


@dataclass(frozen=True, slots=True)
class Mark:
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


@dataclass(frozen=True)
class Reading:
    """The best trigger of a scene: its score (`NEEDED` or more is a mention), the marks that made it, the noise."""

    score: float
    trigger: Mark
    parts: tuple[Mark, ...]
    noise: float


def read(scene: Scene) -> Reading | None:
    """The reading of the strongest trigger, or None where nothing in the document could be one."""
    triggers = [mark for mark in scene.marks if mark.kind in _TRIGGERS]
    triggers.extend(_routes(scene.marks))
    near: dict[int, list[Mark]] = {}
    for mark in scene.marks:
        near.setdefault(mark.sentence, []).append(mark)
    away = {mark.sentence for mark in triggers if _goes_abroad(mark, near.get(mark.sentence, ()))}
    triggers = [mark for mark in triggers if mark.sentence not in away]
    readings = [reading for mark in triggers if (reading := _around(scene, mark, near)) is not None]
    if not readings:
        return None
    best = max(readings, key=lambda reading: reading.score)
    # An article about a season abroad names sport all through; a story of a family tells of the return twice.
    noisy = len({mark.term + str(mark.first) for mark in scene.marks if mark.kind == "noise"})
    again = len({one.trigger.sentence for one in readings if one.score >= NEEDED - 0.8}) - 1
    mourning = sum(1 for mark in scene.marks if mark.kind == "memory")
    against = min(1.5, 0.15 * max(0, noisy - 2)) + (_MOURNING if mourning > 1 else 0.0)
    score = best.score - against + min(0.6, 0.2 * max(0, again))
    return Reading(score, best.trigger, best.parts, best.noise)


def _around(scene: Scene, trigger: Mark, near: dict[int, list[Mark]]) -> Reading | None:
    window = _window(scene, trigger, near)
    same = [mark for mark, _ in window if mark.sentence == trigger.sentence]
    base = _base(trigger, same)
    if base == 0.0:
        return None
    goal, goal_mark = _best((_goal(scene, mark) * factor, mark) for mark, factor in window)
    source, source_mark = _best((_source(mark) * factor, mark) for mark, factor in window)
    people, people_mark = _best((_PEOPLE.get(mark.kind, 0.0) * factor, mark) for mark, factor in window)
    years = _most(window, "years", _YEARS)
    settle = _most(window, "settle", _SETTLE)
    support = max(_most(window, "office", _OFFICE), _most(window, "coordinator", _OFFICE))
    if trigger.kind != "dwell":
        support = max(support, _LIVELIHOOD if any(mark.kind == "dwell" for mark in same) else 0.0)
    support = max([support, *(_COUNTED * factor for mark, factor in window if mark.counted)])
    bonds = any(mark.kind == "family" or mark.counted for mark in same)

    if trigger.kind == "returner":
        people, source = max(people, 0.5), max(source, 0.4)
    if trigger.kind == "leave":
        source = 1.0
    if trigger.kind in ("leave", "choose") and any(
        mark.kind == "place" and _gap(mark, trigger) <= _SWAP_WORDS for mark in same
    ):
        base, goal = max(base, _AGAIN if trigger.kind == "leave" else 0.6), 1.0
    if source < _ELSEWHERE and (settle or people > 0.5) and any(mark.kind in _HOSTS for mark in scene.marks):
        source = _ELSEWHERE
    if _emigrants(same):
        people, source, goal = max(people, 0.5), max(source, 0.9), max(goal, 0.6)
    if source_mark is not None:
        goal = max(goal, _implied(scene, trigger, source_mark, source, bool(settle) or bonds))
    if source < _TO_COUNTRY and people and _to_the_country(trigger, same):
        source = _TO_COUNTRY

    if goal < 0.3 and not (source >= 0.5 and bonds and (years or settle or support) and scene.homely >= 0.7):
        return None
    if max(source, settle, years, support) < 0.3:
        return None
    compatriots = source_mark is not None and source_mark.kind == "compat"
    if trigger.kind == "coordinator" and (source < 0.85 or not (bonds or compatriots)):
        return None
    if trigger.kind == "arrive" and not (settle or years or bonds):
        return None
    if trigger.kind in _LIVING and source < 0.5 and not (settle and (base == _AGAIN or support)):
        return None
    noise = _noise(trigger, window)
    alone = source < 0.5 and not settle and not any(mark.kind in _PEOPLE for mark in same)
    # A dog that lives at home again has not come from abroad.
    alone = alone or (trigger.kind in _SETTLED and source < 0.5 and goal_mark is not None and goal_mark.kind == "home")
    if alone or (trigger.kind in _ANYTHING and not (people or years or settle)):
        noise += _NOBODY
    score = base + goal + source + people + years + settle + support - noise
    parts = tuple(mark for mark in (goal_mark, source_mark, people_mark) if mark is not None)
    return Reading(score, trigger, parts, noise)


def _window(scene: Scene, trigger: Mark, near: dict[int, list[Mark]]) -> list[tuple[Mark, float]]:
    window: list[tuple[Mark, float]] = []
    for sentence in _reach(scene, trigger.sentence):
        apart = abs(sentence - trigger.sentence)
        factor = 1.0 if apart == 0 else _NEXT_SENTENCE if apart == 1 else _TOPIC
        if (sentence < scene.lead) != (trigger.sentence < scene.lead):
            factor = _HEADLINE if max(sentence, trigger.sentence) <= scene.lead + 1 else _TOPIC
        window.extend((mark, factor) for mark in near.get(sentence, ()) if mark is not trigger)
    return window


def _base(trigger: Mark, same: Sequence[Mark]) -> float:
    """What the trigger itself is worth among the marks of its sentence; 0 where it is none after all."""
    again = any(mark.kind in _AGAIN_KINDS and _gap(mark, trigger) <= _AGAIN_WORDS for mark in same)
    if trigger.kind == "back":
        return 0.9 if any(_lands_after(trigger, mark) for mark in same) else 0.0
    if trigger.kind == "leave" and not any(mark.kind in _HOSTS and _gap(mark, trigger) <= 3 for mark in same):
        return 0.0
    if trigger.kind == "dwell" and not again and not any(mark.kind in ("years", "native") for mark in same):
        return 0.0
    if trigger.kind in ("move", "dwell") and again:
        return _AGAIN
    return _TRIGGERS[trigger.kind] + (_OPENING_ROUTE if trigger.kind == "route" and trigger.counted else 0.0)


def _implied(scene: Scene, trigger: Mark, source_mark: Mark, source: float, rooted: bool) -> float:
    """The goal of somebody who comes from abroad in a text at home in Latvia, where no goal is named."""
    if source_mark.kind == "compat":
        return 0.6
    if scene.homely < 0.7 or trigger.kind not in _IMPLYING or source < 0.7:
        return 0.0
    if source_mark.kind == "abroad":
        return _FROM_ABROAD
    if source_mark.way in ("from", "after"):
        return _TO_STAY if rooted else _TO_SOMEWHERE
    return 0.0


def _emigrants(same: Sequence[Mark]) -> bool:
    """Whether the sentence speaks of Latvians in a country abroad ("latvieši Anglijā")."""
    hosts = [mark for mark in same if mark.kind == "host_in" or (mark.kind == "host" and mark.way in ("at", "from"))]
    return any(mark.kind == "latvian" and _gap(mark, host) <= _LIVING_IN for mark in same for host in hosts)


def _to_the_country(trigger: Mark, same: Sequence[Mark]) -> bool:
    """Whether the country itself is the goal: whoever comes back to it has been out of it."""
    return any(
        mark.kind in ("land", "land_in") and mark.way in ("to", "at", "in") and _gap(mark, trigger) <= _COUNTRY_WORDS
        for mark in same
    )


def _most(window: Iterable[tuple[Mark, float]], kind: str, weight: float) -> float:
    return max((weight * factor for mark, factor in window if mark.kind == kind), default=0.0)


def _reach(scene: Scene, sentence: int) -> Iterable[int]:
    if sentence < scene.lead:
        return range(0, scene.lead + 2)
    if sentence <= scene.lead + 1:
        return range(0, sentence + 2)
    return (*range(scene.lead), *range(max(scene.lead, sentence - 2), sentence + 2))


def _routes(marks: Sequence[Mark]) -> Iterable[Mark]:
    """ "From Dublin to Dagda": a country abroad left and a Latvian place reached in one breath, no verb needed."""
    for at, mark in enumerate(marks):
        if mark.kind == "home" and any(
            other.kind in _HOSTS and other.way == "from" and 0 < other.first - mark.last <= 2 for other in marks[at:]
        ):
            yield Mark("route", mark.first, mark.last, mark.sentence, term=mark.term)
        if mark.kind not in _HOSTS or mark.way != "from":
            continue
        for other in marks[at + 1 : at + 12]:
            if other.first - mark.last > _ROUTE_WORDS or other.sentence != mark.sentence:
                break
            near = other.first - mark.last <= _ROUTE_WORDS // 2
            if (other.kind == "place" and other.way in ("to", "of", "at")) or (near and (
                other.kind == "home" or (other.kind == "land" and other.way in ("to", "at"))
            )):
                opening = other.kind == "place" and (at == 0 or marks[at - 1].sentence != mark.sentence)
                yield Mark("route", mark.first, other.last, mark.sentence, term=mark.term, counted=opening)
                break


def _gap(left: Mark, right: Mark) -> int:
    return max(left.first - right.last, right.first - left.last)


def _goal(scene: Scene, mark: Mark) -> float:
    if mark.kind in ("land_in", "town_in"):
        return 1.0
    if mark.kind in ("land", "town", "place"):
        return _REACHED.get(mark.way, 0.5 if mark.kind == "place" else 0.35)
    return {"home": scene.homely, "local": 0.65}.get(mark.kind, 0.0)


def _source(mark: Mark) -> float:
    value = _ABROAD.get(mark.kind, 0.0)
    if mark.kind in _HOSTS and mark.way:
        known = {"from": 1.0, "at": 0.85, "in": 0.85, "of": 0.5, "after": 0.9, "to": 0.35}[mark.way]
        return known if mark.kind != "host_weak" else known / 2
    return value


def _lands_after(back: Mark, mark: Mark) -> bool:
    if mark.kind in ("land_in", "town_in") or (
        mark.kind in ("land", "town", "place", "home") and mark.way in ("to", "at", "in", "")
    ):
        return 0 < mark.first - back.last <= _BACK_TO_WORDS and (mark.kind != "land" or bool(mark.way))
    return False


def _goes_abroad(trigger: Mark, same: Sequence[Mark]) -> bool:
    """Whether the very next words say that somebody returned to the country abroad, not from it."""
    if trigger.kind not in ("return", "move", "back"):
        return False
    return any(
        mark.kind in ("host", "host_in", "host_weak")
        and ((mark.way in ("to", "at") and mark.first - trigger.last <= 2) or mark.way in ("", "in"))
        and 0 < mark.first - trigger.last <= (2 if mark.way in ("to", "at") else 1)
        for mark in same
        if mark.kind != "host" or mark.way
    )


def _best(values: Iterable[tuple[float, Mark]]) -> tuple[float, Mark | None]:
    best, found = 0.0, None
    for value, mark in values:
        if value > best:
            best, found = value, mark
    return best, found


def _noise(trigger: Mark, window: Iterable[tuple[Mark, float]]) -> float:
    counted: dict[int, float] = {}
    bonds = any(mark.kind in ("family", "compat") or mark.counted for mark, factor in window if factor == 1.0)
    for mark, factor in window:
        weight = _NOISE.get(mark.kind, 0.0)
        if mark.kind == "officer":
            # A minister comes back from a visit, or speaks of those who come back.
            weight = _OFFICER if _gap(mark, trigger) <= _OFFICER_NEAR and not bonds else _OFFICER / 3
        if weight:
            near = 0.25 if factor <= _TOPIC else 0.45 if factor < _HEADLINE else 0.7
            near = 1.0 if mark.sentence == trigger.sentence else near
            counted[mark.first] = max(counted.get(mark.first, 0.0), weight * near)
    total = min(4.5, sum(counted.values()))
    # A family of musicians may come home to stay; a team never does.
    family = any(mark.kind == "family" and mark.sentence == trigger.sentence for mark, _ in window)
    nations = any(mark.kind in ("nation", "neighbour") for mark, _ in window)
    return total * _WITH_FAMILY if family and not nations else total
