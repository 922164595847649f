"""In which of its senses a watched word stands: evidence for and against, weighed by how near it is."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from scrapers.watch.concept import NEEDED, Reading
from scrapers.watch.lexicon import Entry, Hit
from scrapers.watch.scene import Mark

# Languages in which the bare word means people coming home as often as not; elsewhere it is a slogan by default.
_HOME_LANGUAGES = frozenset({"lv", "ltg", "ru"})
_SLOGAN = 1.4
_ANCHOR = 3.0
_PHRASE = 3.0
_WORD = 1.2
_CUE = 2.0
_TITLE = 1.5
_ANCHORED = 0.35
_RETURN_AT = 0.9
_EXPULSION_AT = -0.6
_WEAK = 0.7
_QUOTED = 0.3
_STRONG = -0.8
_BESIDE = 0.6
_EXPLAINING = 4
_EXPLAINED = 2.0
_EXPLAINED_AWAY = 3
_CONTRASTED = 1.7
# What marks near the word speak for (above 0) and against; said once a kind, however often it stands there.
_SPEAKING = {
    "party": -2.0, "street": -1.1, "alien": -1.0, "expel": -1.0, "mass": -0.7,
    "invite": 1.2, "compat": 0.8, "coordinator": 1.0, "settle": 0.8, "stay": 0.6, "place": 0.8, "kin": 0.3,
    "school": 0.4, "trace": 0.5, "house": 0.3, "office": 0.4, "home": 0.3, "trade": 0.3, "returner": 0.8,
    "land_in": 0.3, "audit": 0.7, "return": 0.4,
}  # fmt: skip
_HEARD = 25  # words: how far such a mark may stand from the word
_ASIDE = 0.4
# Where the word is only named: lists, panels, definitions. Little else then tells its sense.
_NAMED = frozenset({"forum", "meta"})
_UNTOLD = 1.6
_OURS = frozenset({"land", "land_in", "town", "town_in", "place", "latvian", "compat", "coordinator"})


@dataclass(frozen=True)
class Evidence:
    """A hit that speaks for (`weight` > 0) or against; positions are global word positions."""

    hit: Hit
    first: int
    last: int
    weight: float


@dataclass(frozen=True)
class Decision:
    """`sense` as in Verdict; `margin` is how far the evidence stood from the border, 0 or more; `used` what counted."""

    sense: str
    margin: float
    used: tuple[Evidence, ...]


def decide(
    core: Sequence[tuple[Hit, int]],
    evidence: Iterable[tuple[Hit, int]],
    marks: Sequence[Mark],
    reading: Reading | None,
    lang: str,
    title: int,
) -> Decision:
    """The sense of the core hits. Hits come with their global first position; positions below `title` are the title."""
    places = sorted({first for _, first in core})
    told = _weighed(evidence, places, marks, title)
    support = sum(one.weight for one in told if one.weight > 0)
    against = -sum(one.weight for one in told if one.weight < 0)
    prior, certain = _prior(core)
    anchored = certain or any(one.hit.entry.weight >= _ANCHOR for one in told)
    # A text about the word itself uses it in no sense.
    word_only = not anchored and not told and any(mark.kind == "meta" for mark in marks)
    support += prior * (_QUOTED if word_only else 1.0)
    pleading, blaming = _spoken(marks, places)
    support += pleading
    against += blaming
    if against and _told_apart(places, told, marks, reading is not None and reading.score >= NEEDED, support):
        # "There it means expulsion, in Latvia the word means help for those who come home."
        anchored, support = True, support + _EXPLAINED
    if anchored:
        against *= _ANCHORED
    elif not prior and any(one.weight <= _STRONG for one in told):
        # Beside a far-right party, words such as "family" or "Latvia" say little.
        support *= _BESIDE
    if reading is not None and reading.score >= NEEDED - 0.6:
        support += 1.5 if reading.score >= NEEDED else 0.8
    if lang not in _HOME_LANGUAGES and not prior and not anchored:
        against += _SLOGAN * (_QUOTED if word_only else 1.0)
    resettle = [hit for hit, _ in core if hit.entry.kind == "resettle"]
    if resettle and (len(resettle) == len(core) or 2.0 * len(resettle) >= support):
        return Decision("russia", 1.5, told)
    net = support - against
    kinds = {mark.kind for mark in marks}
    if not certain and _undecided(kinds, anchored or prior > 0, pleading, blaming, [one.weight for one in told]):
        return Decision("ambiguous", 0.0, told)
    if "neighbour" in kinds and not kinds & _OURS and not blaming and not any(one.weight < 0 for one in told):
        return Decision("other", 0.5, told)
    needed = _RETURN_AT if blaming or lang not in _HOME_LANGUAGES else _RETURN_AT / 2
    if net >= needed:
        return Decision("return", net - needed, told)
    if any(mark.kind == "science" for mark in marks) and not any(one.weight < -1 for one in told):
        return Decision("other", 0.5, told)
    if net <= _EXPULSION_AT:
        return Decision("expulsion", _EXPULSION_AT - net, told)
    return Decision("ambiguous", 0.0, told)


def _spoken(marks: Iterable[Mark], places: Sequence[int]) -> tuple[float, float]:
    """What the kinds of marks near the word speak for coming home, and against it."""
    said: dict[str, float] = {}
    for mark in marks:
        weight = _SPEAKING.get(mark.kind)
        if weight is not None and min(abs(mark.first - place) for place in places) > 0:
            near = any(abs(mark.first - place) <= _HEARD for place in places)
            told = weight * (1.0 if near else _ASIDE)
            if abs(told) > abs(said.get(mark.kind, 0.0)):
                said[mark.kind] = told
    return sum(v for v in said.values() if v > 0), -sum(v for v in said.values() if v < 0)


def _undecided(
    kinds: Set[str], anchored: bool, pleading: float, blaming: float, told: Sequence[float]
) -> bool:
    """Whether the text speaks of the word alone, or of its two meanings alike."""
    if "twofold" in kinds and "contrast" not in kinds:
        return kinds & _OURS != set() or blaming > 0 or any(one < 0 for one in told)
    strongest = max((abs(one) for one in told), default=0.0)
    told_against = blaming >= 1.0 or any(one < 0 for one in told)
    return bool(kinds & _NAMED) and not (anchored or told_against) and strongest <= 1.0 and pleading <= _UNTOLD


def _told_apart(
    places: Sequence[int], told: Sequence[Evidence], marks: Sequence[Mark], returning: bool, support: float
) -> bool:
    """Whether the text sets the word's meaning in Latvia against the slogan.

    It does where it says of people that they come home and the word, or a word about it, stands by a Latvian name and
    clear of what speaks against; or where it contrasts ("unlike", "while") and has enough to say for coming home.
    """
    against = [one.first for one in told if one.weight < 0]
    if len(against) > _EXPLAINED_AWAY:
        return False
    ours = [mark.first for mark in marks if mark.kind in _OURS]
    if ours and support >= _CONTRASTED and any(mark.kind == "contrast" for mark in marks):
        return True
    words = [*places, *(mark.first for mark in marks if mark.kind == "meta")]
    return returning and any(
        abs(here - at) <= _EXPLAINING and all(abs(at - other) > abs(here - at) for other in against)
        for here in ours
        for at in words
    )


def _prior(core: Iterable[tuple[Hit, int]]) -> tuple[float, bool]:
    """What the core words bring with them: their usual sense, and whether one of them can mean nothing else."""
    seen: dict[Entry, float] = {}
    anchored = False
    for hit, _ in core:
        if hit.entry.sense == "return":
            phrase = hit.last > hit.first and hit.entry.kind != "lean"
            anchored = anchored or phrase
            seen[hit.entry] = max(seen.get(hit.entry, 0.0), (_PHRASE if phrase else _WORD) * hit.quality)
    return min(4.5, sum(seen.values())), anchored


def _weighed(
    evidence: Iterable[tuple[Hit, int]], places: Sequence[int], marks: Sequence[Mark], title: int
) -> tuple[Evidence, ...]:
    remembered = {mark.sentence for mark in marks if mark.kind == "memory"}
    mourned = {
        position
        for mark in marks
        if mark.sentence in remembered
        for position in range(mark.first - 12, mark.last + 13)
        if mark.kind == "memory"
    }
    free: dict[int, Evidence] = {}
    for hit, first in evidence:
        last = first + hit.last - hit.first
        weight = _strength(hit.entry) * _distance(first, places) * (_TITLE if last < title else 1.0)
        if weight < 0 and remembered:
            weight *= 0.1 if first in mourned else 0.4
        one = Evidence(hit, first, last, weight)
        held = [free[at] for at in range(first, last + 1) if at in free]
        if all(abs(weight) > abs(other.weight) for other in held):
            for other in held:
                for at in range(other.first, other.last + 1):
                    free.pop(at, None)
            for at in range(first, last + 1):
                free[at] = one
    kept = sorted({id(one): one for one in free.values()}.values(), key=lambda one: -abs(one.weight))
    times: dict[str, int] = {}
    counted: list[Evidence] = []
    for one in kept:
        seen = times.get(one.hit.entry.term, 0)
        times[one.hit.entry.term] = seen + 1
        if seen < 3:
            counted.append(Evidence(one.hit, one.first, one.last, round(one.weight / 2**seen, 3)))
    return tuple(counted)


def _strength(entry: Entry) -> float:
    if entry.role == "cue":
        return -_CUE
    return entry.weight * _WEAK if entry.weight == -1.0 else entry.weight


def _distance(position: int, places: Sequence[int]) -> float:
    nearest = min((abs(position - place) for place in places), default=1000)
    return 1.0 if nearest <= 15 else 0.7 if nearest <= 50 else 0.4
