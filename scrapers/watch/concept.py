"""Coming home said without the word: somebody, from abroad, to a Latvian place, and a verb of return, close together.

The reading is per trigger (a word of return, of moving house, of living again): what stands in its sentence and the
ones beside it is added up, and what shows that somebody else came back (a team, a minister, storks) taken off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scrapers.watch.scene import (
    ABROAD,
    GOALS,
    HOSTS,
    YEARS,
    Mark,
    Scene,
    gap,
    goal_of,
    goes_abroad,
    lands_after,
    lives,
    past,
    routes,
    source_of,
    still,
    swaps,
)

# What a trigger is worth by itself; a verb of moving or living gains by a word for "back" near it.
_TRIGGERS = {
    "return": 1.0, "returner": 1.2, "anew": 0.9, "route": 0.7, "leave": 0.7, "move": 0.75, "repatriate": 0.6,
    "choose": 0.6, "coordinator": 0.7, "arrive": 0.5, "dwell": 0.4, "back": 0.0, "plan": 1.0, "now": 0.5,
    "stay": 0.9, "life": 0.5, "swap": 0.3,
}  # fmt: skip
_AGAIN = 1.0
_AGAIN_KINDS = frozenset({"back", "return", "anew", "native"})
_AGAIN_WORDS = 6
_PEOPLE = {
    "family": 0.6, "person": 0.5, "compat": 0.5, "returner": 0.5, "latvian": 0.45, "diaspora": 0.35, "someone": 0.3,
    "kin": 0.45, "me": 0.4,
}  # fmt: skip
_OFFICER = 1.6
_OFFICER_NEAR = 8
_NOISE = {"noise": 1.6, "visit": 1.6, "noise_light": 0.8, "nation": 1.5, "neighbour": 1.5, "memory": 1.0,
          "seasonal": 1.0, "heritage": 1.0, "colony": 1.0, "depart": 0.7, "firm": 0.3}
_YEARS = 0.6
_SETTLE = 0.8
_STAYING = 0.5
_OFFICE = 0.5
_OFFICES = ("office", "coordinator", "mission", "invite")
_COUNTED = 0.4
_LIVELIHOOD = 0.35
_ELSEWHERE = 0.35
_FROM_ABROAD = 0.7
_TO_COUNTRY = 0.6
_COUNTRY_WORDS = 2
_TO_STAY = 0.5
_TO_SOMEWHERE = 0.35
_LIVING_IN = 3
_IMPLYING = frozenset({"coordinator", "return", "returner", "arrive", "anew", "move"})
_NOW = frozenset({"now", "anew", "settle", "former", "family", "home", "stay"})
# Triggers that say nothing without a country abroad near.
_NEEDING = frozenset({"now", "dwell", "choose", "arrive", "leave", "move", "stay"})
_FAR_AWAY = frozenset({*ABROAD, "settle"})
_LIVING = frozenset({"move", "dwell", "anew", "arrive", "choose", "stay"})
_SETTLED = frozenset({"anew", "dwell", "back"})
_OPENING_ROUTE = 0.3
_NOBODY = 0.35
_MOURNING = 1.0
# Triggers a parcel, an aeroplane or a firm can be the subject of.
_ANYTHING = frozenset({"return", "move", "arrive", "dwell", "back", "repatriate"})
_WITH_FAMILY = 0.6
_ROOTED = frozenset({*YEARS, "native", "former"})
_SWAP_WORDS = 6
_NEXT_SENTENCE = 0.78
_TOPIC = 0.7
_HEADLINE = 0.88
# Who may plan to come home, be asked to, or help with it; beside them "to return" needs no goal and no country.
_PARTIES = frozenset({"compat", "diaspora", "coordinator", "abroad", "mission", "returner"})
_HELPED = frozenset({"compat", "coordinator"})
_PLANNED_GOAL = 0.6
_PLANNED_SOURCE = 0.6
_OWN_GOAL = 0.6
_AWAY = 0.4
_HEADCOUNT = 0.5
_LIFE_SOURCE = 0.5
_LIFE_REACH = 6
_TOLD_REACH = 2
_STRANGERS = 0.8
# A life abroad that goes on speaks against whatever is not said to end it.
_EACH = 0.15
_ROOF = 0.25
_LOST = 1.2  # a lost cat is waited for at home
_HIMSELF = 2
_SETTLING = frozenset({"now", "life", "swap", "anew", "dwell", "choose", "move", "route", "stay", "back", "leave"})
_SPOKEN = frozenset({"return", "returner", "plan", "invite", "compat", "coordinator"})
_STILL = 1.2
_LATER = frozenset({"lately", "lives", "trade", "school", "kin", "house", "trace", "person", "now"})
NEEDED = 2.4


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
    triggers.extend(routes(scene.marks))
    triggers.extend(lives(scene.marks))
    if scene.short:
        triggers.extend(past(scene.marks))
        triggers.extend(swaps(scene))
    near: dict[int, list[Mark]] = {}
    for mark in scene.marks:
        near.setdefault(mark.sentence, []).append(mark)
    abroad = {mark.sentence for mark in scene.marks if mark.kind in _FAR_AWAY}
    triggers = [mark for mark in triggers if mark.kind not in _NEEDING or _within(scene, mark.sentence, abroad)]
    away = {mark.sentence for mark in triggers if goes_abroad(mark, near.get(mark.sentence, ()))}
    triggers = [mark for mark in triggers if mark.sentence not in away or mark.kind == "stay"]
    readings = [reading for mark in triggers if (reading := _around(scene, mark, near)) is not None]
    if not readings:
        return None
    best = max(readings, key=lambda reading: reading.score)
    # An article about a season abroad names sport all through; a story of a family tells of the return twice.
    noisy = len({mark.term + str(mark.first) for mark in scene.marks if mark.kind == "noise"})
    again = len({one.trigger.sentence for one in readings if one.score >= NEEDED - 0.8}) - 1
    mourning = sum(1 for mark in scene.marks if mark.kind == "memory")
    against = min(1.5, 0.15 * max(0, noisy - 2)) + (_MOURNING if mourning > 1 else 0.0)
    kinds = [mark.kind for mark in scene.marks]
    if kinds.count("nation") > 1 and not {"compat", "coordinator", "returner"} & set(kinds):
        against += _STRANGERS
    if "lost" in kinds and best.trigger.kind in _ANYTHING | {"plan"}:
        against += _LOST
    if best.trigger.kind in _SETTLING and not _SPOKEN & set(kinds) and any(True for _ in still(scene.marks)):
        against += _STILL
    score = best.score - against + min(0.6, 0.2 * max(0, again))
    return Reading(score, best.trigger, best.parts, best.noise)


def _within(scene: Scene, sentence: int, abroad: set[int]) -> bool:
    """Whether one of the sentences `abroad` is near enough to be read with `sentence`."""
    return any(one < scene.lead or sentence < scene.lead or -1 <= sentence - one <= _LIFE_REACH for one in abroad)


def _around(scene: Scene, trigger: Mark, near: dict[int, list[Mark]]) -> Reading | None:
    window = _window(scene, trigger, near)
    same = [mark for mark, _ in window if mark.sentence == trigger.sentence]
    base = _base(trigger, same)
    if base == 0.0:
        return None
    goal, goal_mark = _best(
        [(goal_of(scene, mark) * factor, mark) for mark, factor in window if mark.kind in GOALS]
    )
    source, source_mark = _best(
        [(source_of(mark, window) * factor, mark) for mark, factor in window if mark.kind in ABROAD]
    )
    people, people_mark = _best(
        [(_PEOPLE[mark.kind] * factor, mark) for mark, factor in window if mark.kind in _PEOPLE]
    )
    nearest: dict[str, float] = {}  # how near what stands beside the trigger is, by kind
    for mark, factor in window:
        if factor > nearest.get(mark.kind, 0.0):
            nearest[mark.kind] = factor
    years = _YEARS * max([nearest.get(kind, 0.0) for kind in YEARS])
    settle = max(_SETTLE * nearest.get("settle", 0.0), _STAYING * nearest.get("stay", 0.0))
    support = _OFFICE * max([nearest.get(kind, 0.0) for kind in _OFFICES])
    if trigger.kind != "dwell":
        support = max(support, _LIVELIHOOD if any(mark.kind == "dwell" for mark in same) else 0.0)
    support = max(support, _ROOF if any(mark.kind in ("house", "school") for mark in same) else 0.0)
    support = max([support, *(_COUNTED * factor for mark, factor in window if mark.counted)])
    bonds = any(mark.kind == "family" or mark.counted for mark in same)

    if trigger.kind == "returner":
        people, source = max(people, 0.5), max(source, 0.4)
    if trigger.kind == "leave":
        source = 1.0
    if trigger.kind in ("leave", "choose") and any(
        mark.kind == "place" and gap(mark, trigger) <= _SWAP_WORDS for mark in same
    ):
        base, goal = max(base, _AGAIN if trigger.kind == "leave" else 0.6), 1.0
    if source < _ELSEWHERE and (settle or people > 0.5) and any(mark.kind in HOSTS for mark in scene.marks):
        source = _ELSEWHERE
    if _emigrants(same):
        people, source, goal = max(people, 0.5), max(source, 0.9), max(goal, 0.6)
    if source_mark is not None:
        goal = max(goal, _implied(scene, trigger, source_mark, source, bool(settle) or bonds))
    if trigger.kind == "return" and goal_mark in same and any(
        mark.counted and mark.kind in ("person", "family") for mark in same
    ):
        # "23 people came back to the municipality": offices count those who come from abroad.
        source = max(source, _HEADCOUNT)
    if source < _TO_COUNTRY and people and _to_the_country(trigger, same):
        source = _TO_COUNTRY

    planned = _planned(scene, trigger, window, goal)
    if planned:
        goal, source = max(goal, _PLANNED_GOAL), max(source, _PLANNED_SOURCE)
    if (trigger.kind == "plan" and not planned) or (
        trigger.kind in ("now", "life") and not _life(trigger, window, source)
    ):
        return None

    if source_mark is not None and source_mark.way == "to" and source >= _LIFE_SOURCE:
        years = max(years, _AWAY)  # who left for England was there
    to_stay = settle or (people and years) or (bonds and support)
    if goal < 0.3 and not (source >= 0.5 and to_stay and (bonds or people) and scene.homely >= 0.7):
        return None
    if max(source, settle, years, support) < 0.3:
        return None
    compatriots = source_mark is not None and source_mark.kind == "compat"
    if trigger.kind == "coordinator" and (source < 0.85 or not (bonds or compatriots or people)):
        return None
    if trigger.kind == "leave" and not any(
        mark.kind in _PEOPLE or mark.kind in YEARS or goal_of(scene, mark) for mark in same
    ):
        return None
    if trigger.kind == "arrive" and not (settle or years or bonds):
        return None
    homecoming = goal >= 0.8 and (
        (trigger.kind == "anew" and years and people) or (trigger.kind == "arrive" and settle and bonds)
    )
    if trigger.kind in _LIVING and source < 0.5 and not homecoming and not (settle and (base == _AGAIN or support)):
        return None
    # "The minister is back from a visit": the word for "come back!" and for "has come back" is one.
    himself = any(mark.kind == "officer" and 0 <= trigger.first - mark.last <= _HIMSELF for mark in same)
    noise = _noise(trigger, window, (planned == 2 and not himself) or trigger.kind == "coordinator")
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
    for sentence in _reach(scene, trigger.sentence, _LIFE_REACH if trigger.kind == "now" else _TOLD_REACH):
        apart = abs(sentence - trigger.sentence)
        factor = 1.0 if apart == 0 else _NEXT_SENTENCE if apart == 1 else _TOPIC
        if (sentence < scene.lead) != (trigger.sentence < scene.lead):
            factor = _HEADLINE if max(sentence, trigger.sentence) <= scene.lead + 1 else _TOPIC
        window.extend((mark, factor) for mark in near.get(sentence, ()) if mark is not trigger)
    return window


def _planned(scene: Scene, trigger: Mark, window: Sequence[tuple[Mark, float]], goal: float) -> int:
    """Who stands beside a plan to return: 2 somebody abroad or who helps them home, 1 a goal at home, 0 none."""
    if scene.homely < 0.7 or trigger.kind not in ("plan", "returner", "return"):
        return 0
    if trigger.kind == "return":
        # "They come back", says the coordinator, or is said of compatriots; hosts and goals are weighed as they are.
        return 2 * any(mark.kind in _HELPED and factor >= _NEXT_SENTENCE for mark, factor in window)
    for mark, factor in window:
        if factor >= _NEXT_SENTENCE and (
            mark.kind in _PARTIES
            or (mark.kind in HOSTS and mark.way in ("from", "at", "in", "after"))
            or (mark.kind == "latvian" and goal >= _OWN_GOAL)
            or (mark.kind == "invite" and any(other.kind in ("place", "land", "local") for other, _ in window))
            or (trigger.kind == "returner" and mark.kind in ("latvian", "land", "land_in", "place"))
        ):
            return 2
    same = [mark for mark, factor in window if factor == 1.0]
    if any(mark.kind in _NOISE for mark, _ in window):
        return 0
    if trigger.kind == "returner":
        return 2
    kinds = {mark.kind for mark in same}
    homewards = _to_the_country(trigger, same) or ("land_in" in kinds and bool(kinds & _PEOPLE.keys()))
    return int(homewards or ("family" in kinds and goal >= _OWN_GOAL and bool(kinds & {"local", "place", "office"})))


def _life(trigger: Mark, window: Sequence[tuple[Mark, float]], source: float) -> bool:
    """Whether years abroad and a life at a Latvian place stand together: a returnee's story without the verb."""
    if source < _LIFE_SOURCE:
        return False
    kinds = {mark.kind for mark, factor in window if factor > _TOPIC or trigger.kind == "now"}
    here = any(
        mark.kind in ("place", "town", "town_in", "land", "land_in", "local")
        and factor >= _NEXT_SENTENCE
        and mark.way not in ("from", "after")
        and (mark.kind != "land" or mark.way)
        and not any(other.kind == "born" and gap(other, mark) <= 2 for other, _ in window)
        for mark, factor in window
    )
    if trigger.kind == "life" and trigger.way == "past":
        return here and bool(kinds & _NOW or len(kinds & _LATER) > 1)
    if trigger.kind == "life":
        settled = _NOW | {"person"} if "place" in kinds and trigger.way == "years" else _NOW
        return here and bool(kinds & settled)
    after = any(mark.kind in HOSTS and mark.way == "after" for mark, _ in window)
    return here and (after or bool(kinds & {"years", "former", "diaspora", "born"}))


def _base(trigger: Mark, same: Sequence[Mark]) -> float:
    """What the trigger itself is worth among the marks of its sentence; 0 where it is none after all."""
    again = any(mark.kind in _AGAIN_KINDS and gap(mark, trigger) <= _AGAIN_WORDS for mark in same)
    if trigger.kind == "back":
        return 0.9 if any(lands_after(trigger, mark) for mark in same) else 0.0
    if trigger.kind == "leave" and not any(
        mark.kind in HOSTS and mark.way != "to" and gap(mark, trigger) <= 3 for mark in same
    ):
        return 0.0
    if trigger.kind == "dwell" and any(mark.kind in HOSTS and 0 < mark.first - trigger.last <= 2 for mark in same):
        return 0.0  # who lives in London has not come back
    if trigger.kind == "dwell" and not again and not any(mark.kind in _ROOTED for mark in same):
        return 0.0
    if trigger.kind in ("move", "dwell") and again:
        return _AGAIN
    if trigger.kind == "swap":
        return _TRIGGERS["swap"] + _EACH * int(trigger.way)
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
    return any(mark.kind == "latvian" and gap(mark, host) <= _LIVING_IN for mark in same for host in hosts)


def _to_the_country(trigger: Mark, same: Sequence[Mark]) -> bool:
    """Whether the country itself is the goal: whoever comes back to it has been out of it."""
    return any(
        mark.kind in ("land", "land_in") and mark.way in ("to", "at", "in") and gap(mark, trigger) <= _COUNTRY_WORDS
        for mark in same
    )


def _reach(scene: Scene, sentence: int, back: int) -> Iterable[int]:
    if sentence < scene.lead:
        return range(0, scene.lead + 2)
    if sentence <= scene.lead + 1:
        return range(0, sentence + 2)
    return (*range(scene.lead), *range(max(scene.lead, sentence - back), sentence + 2))


def _best(values: Iterable[tuple[float, Mark]]) -> tuple[float, Mark | None]:
    best, found = 0.0, None
    for value, mark in values:
        if value > best:
            best, found = value, mark
    return best, found


def _noise(trigger: Mark, window: Iterable[tuple[Mark, float]], planned: bool) -> float:
    counted: dict[int, float] = {}
    bonds = any(mark.kind in ("family", "compat") or mark.counted for mark, factor in window if factor == 1.0)
    for mark, factor in window:
        weight = _NOISE.get(mark.kind, 0.0)
        if planned and mark.kind in ("visit", "officer"):
            # Officials travel to the diaspora and speak of its return.
            weight = 0.0
        elif mark.kind == "officer":
            # A minister comes back from a visit, or speaks of those who come back.
            weight = _OFFICER if gap(mark, trigger) <= _OFFICER_NEAR and not bonds else _OFFICER / 3
        if weight:
            near = 0.25 if factor <= _TOPIC else 0.45 if factor < _HEADLINE else 0.7
            near = 1.0 if mark.sentence == trigger.sentence else near
            counted[mark.first] = max(counted.get(mark.first, 0.0), weight * near)
    total = min(4.5, sum(counted.values()))
    # A family of musicians may come home to stay; a team never does.
    family = any(
        (mark.kind in ("family", "settle") and mark.sentence == trigger.sentence)
        or (trigger.kind == "move" and mark.kind == "back" and gap(mark, trigger) == 1)
        for mark, _ in window
    )
    nations = any(mark.kind in ("nation", "neighbour") for mark, _ in window)
    return total * _WITH_FAMILY if family and not nations else total
