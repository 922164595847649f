"""What the linear model is told of a document: present or not, each with a name that a person can be shown.

Words count little and only together as much as one other feature or two; what stands in one sentence (people, a
country abroad, a Latvian place, a verb of return or of leaving, what the words are about) counts most, because that is
how texts of other writers are alike.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations, compress
from operator import attrgetter

from scrapers.learn.themes import Themes, themes
from scrapers.watch.seeing import Field, Seen

Key = str | tuple[str, str]
"""A name as ``group:what``, or two of one sentence, in the order of the alphabet."""

WORD = "w:"
# What the kinds of marks are to a story of coming home, roughly; those that are not here are what they are. Countries
# and places keep which way they are governed.
_ROLES = {
    "host": "abroad", "host_in": "abroad", "host_weak": "abroad_weak", "abroad": "abroad", "diaspora": "diaspora",
    "compat": "diaspora", "place": "here", "land": "here", "land_in": "here", "town": "here", "town_in": "here",
    "home": "home", "local": "local", "return": "returns", "returner": "returns", "repatriate": "returns",
    "plan": "returns", "back": "back", "anew": "back", "move": "moves", "arrive": "moves", "dwell": "moves",
    "choose": "moves", "settle": "settles", "stay": "settles", "leave": "leaves", "now": "present", "family": "people",
    "person": "people", "latvian": "people", "someone": "somebody", "years": "years", "born": "years",
    "former": "years", "native": "home", "coordinator": "office", "office": "office", "noise": "noise",
    "visit": "noise", "nation": "noise", "neighbour": "noise", "officer": "noise", "memory": "noise",
    "expel": "expels", "russian": "russians", "to_russia": "to_russia",
}  # fmt: skip
# Kinds that are what they are, and have a name that a person can be shown; others are "another sign".
_NAMED = frozenset({
    "alien", "audit", "before", "colony", "contrast", "depart", "envoy", "faraway", "farewell", "firm", "foreign",
    "forum", "heritage", "house", "invite", "kin", "lately", "life", "lived", "lives", "lost", "mass", "me", "meta",
    "mission", "noise_light", "party", "permit", "resettle", "route", "rus_town", "scheme", "school", "science",
    "seasonal", "span", "street", "toil", "trace", "trade", "twofold", "went",
})  # fmt: skip
OTHER = "_sign"
_WAYED = frozenset({"abroad", "here"})
# What a sentence of any document may also speak of: enough to try what one thing more would change.
PLAIN = frozenset({"_people", "_here", "_abroad", "kin", "nowadays"})
_GROUPS = frozenset({"about", "alone", "beside", "near", "title"})
_LENGTHS = (8, 16, 40, 100)
_NEAR_CORE = 6
_MOST_WORDS = 600
_MARKS, _PAIRS, _WORDS = 5.0, 5.0, 2.0
_QUOTES = frozenset("“„\"«”»")
_CONTINUES = bytes(range(0xE3))  # no first byte of a character from U+3000 on
_SIGNS = re.compile(rb"\xe2[\x98-\xbf]")  # U+2600 to U+2FFF
_SPEAKS, _OF_STEM = attrgetter("speaks"), attrgetter("stem")


@dataclass(frozen=True)
class Features:
    """`facts` count one each; `marks`, `pairs` and `words` (stems) each share what their kind may count together, so
    that a long text does not outshout a headline.
    """

    facts: frozenset[str]
    marks: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    words: frozenset[str]

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """How much one of `facts`, `marks`, `pairs` and `words` counts."""
        return 1.0, _share(_MARKS, len(self.marks)), _share(_PAIRS, len(self.pairs)), _share(_WORDS, len(self.words))

    def values(self) -> dict[Key, float]:
        """Each feature with how much it counts."""
        fact, mark, pair, word = self.shares
        told: dict[Key, float] = dict.fromkeys(self.facts, fact)
        told.update(dict.fromkeys(self.marks, mark))
        told.update(dict.fromkeys(self.pairs, pair))
        told.update({WORD + one: word for one in self.words})
        return told


def _share(most: float, count: int) -> float:
    """What one of `count` counts, where as many as `most` squared count one each."""
    return min(1.0, most / math.sqrt(count)) if count else 0.0


def features(seen: Seen, known: Themes | None = None) -> Features:
    """The features of a document that passed the gate. Pure."""
    known = themes() if known is None else known
    stems: set[str] = set()
    sentences: dict[int, set[str]] = {}
    near: set[str] = set()
    core = [at for _, at in seen.core]
    marked = {at for mark in seen.scene.marks for at in range(mark.first, mark.last + 1)}
    before = 0
    for field in seen.fields:
        before += _read(field, before, known, sentences, stems, core, near, marked)
    marks: set[str] = set()
    lead = seen.scene.lead
    for kind, way, counted, headline in {
        (mark.kind, mark.way, mark.counted, mark.sentence < lead) for mark in seen.scene.marks
    }:
        marks.update(_of_mark(kind, way, counted, headline))
    for mark in seen.scene.marks:
        roles = _roles_of(mark.kind, mark.way)
        if roles:
            sentences.setdefault(mark.sentence, set()).update(roles)
            if core and any(0 < abs(mark.first - at) <= _NEAR_CORE for at in core):
                near.update(roles)
    about: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for number, told in sentences.items():
        about |= told
        if number < seen.scene.lead:
            marks.update([f"title:{one}" for one in told])
        pairs.update(combinations(sorted(told), 2))
    marks.update([f"about:{one}" for one in about])
    marks.update([f"{'beside' if core else 'alone'}:{one}" for one in about])
    marks.update([f"near:{one}" for one in near])
    return Features(frozenset(_facts(seen)), frozenset(marks), frozenset(pairs), frozenset(stems))


def _length(seen: Seen) -> int:
    count = len(seen.title.lower) + len(seen.text.lower)
    return sum(count >= limit for limit in _LENGTHS)


def _looks(field: Field) -> Iterable[str]:
    source = field.words.source
    for sign, name in (("?", "asks"), ("!", "calls"), ("#", "hashtag")):
        if sign in source:
            yield f"look:{name}"
    if any(quote in source for quote in _QUOTES):
        yield f"look:quote_{field.where}"
    if _has_picture(source):
        yield "look:picture"


def _has_picture(source: str) -> bool:
    """Whether a character from U+2600 on stands there: that is where those begin that are pictures."""
    if source.isascii():
        return False
    line = source.encode("utf-8", "surrogatepass")
    return bool(line.translate(None, _CONTINUES)) or _SIGNS.search(line) is not None


def _read(
    field: Field,
    before: int,
    known: Themes,
    sentences: dict[int, set[str]],
    stems: set[str],
    core: list[int],
    near: set[str],
    marked: set[int],
) -> int:
    """What the words of a field are about, by sentence counted from `before`; how many sentences it has."""
    words = field.words
    lower = words.lower[:_MOST_WORDS]
    if not lower:
        return 0
    edges = words.edges
    starts = words.starts
    # Where each sentence begins, in words.
    begins = [0, *[bisect_left(starts, edge) for edge in edges]]
    told = list(map(known.__getitem__, lower))
    stems.update(map(_OF_STEM, told))
    size = len(told)
    for at in compress(range(size), map(_SPEAKS, told)):
        one = told[at]
        number = bisect_right(begins, at) - 1
        found = list(one.themes)
        follows = at + 1 < size and (number + 1 == len(begins) or at + 1 < begins[number + 1])
        if follows and one.leads:
            following = told[at + 1].folded
            found.extend([theme for begun, theme in one.leads if following.startswith(begun)])
        if follows and one.frame and at + 1 + field.offset not in marked and words.capital(at + 1):
            found.append(f"unknown_{one.frame}")
        if found:
            sentences.setdefault(before + number, set()).update(found)
    for at in core:
        here = at - field.offset
        low, high = max(0, here - _NEAR_CORE), max(0, here + _NEAR_CORE + 1)
        near.update([theme for one in told[low:high] for theme in one.themes])
    return len(edges) + 1


def _of_mark(kind: str, way: str, counted: bool, headline: bool) -> Iterable[str]:
    yield f"kind:{kind}"
    if way:
        yield f"kind:{kind}:{way}"
    if counted:
        yield f"kind:{kind}:counted"
    if headline:
        yield f"headline:{kind}"


@cache
def _roles_of(kind: str, way: str) -> tuple[str, ...]:
    role = _ROLES.get(kind, kind)
    if way and role in _WAYED:
        return (f"_{role}", f"_{role}:{way}")
    return (f"_{role}",)


def _facts(seen: Seen) -> Iterable[str]:
    yield f"lang:{seen.lang}"
    yield f"length:{_length(seen)}"
    yield "title" if seen.title.lower else "no_title"
    for field in seen.fields:
        yield from _looks(field)
    support = sum(max(0.0, hit.entry.weight) for hit, _ in seen.evidence)
    against = sum(max(0.0, -hit.entry.weight) for hit, _ in seen.evidence) + 2 * len(seen.cues)
    if seen.cues:
        yield "cue"
    if seen.combined:
        yield "combined"
    if not seen.core:
        yield "word:none"
        yield f"evidence:{min(2, int(support / 2))}:{min(2, int(against))}"
        return
    yield "word"
    yield f"word:{seen.lang}"
    for hit, _ in seen.core:
        yield f"word:{hit.entry.kind or 'plain'}"
        yield f"word:sense:{hit.entry.sense}"
    yield f"weighed:{min(3, int(support))}:{min(3, int(against))}"
    yield f"for:{min(4, int(support))}"
    yield f"against:{min(4, int(against))}"


def concept_of(key: Key) -> tuple[str, ...]:
    """What a feature is about: one or two names for which there are texts; nothing for what only tells the kind of
    text, and for words that stand for no theme.
    """
    if not isinstance(key, str):
        return tuple(dict.fromkeys(_named(one.partition(":")[0]) for one in key))
    group, _, what = key.partition(":")
    if group in _GROUPS and what:
        return (_named(what.partition(":")[0]),)
    if group in ("kind", "headline"):
        kind = what.partition(":")[0]
        return (_named(f"_{_ROLES.get(kind, kind)}"),)
    if group in ("word", "weighed", "for", "against", "evidence", "cue"):
        return ("_word",)
    return ()


def _named(concept: str) -> str:
    known = not concept.startswith("_") or concept[1:] in _NAMED or concept[1:] in _ROLES.values()
    return concept if known else OTHER


def found_by(seen: Seen, wanted: Collection[str], known: Themes | None = None) -> dict[str, list[str]]:
    """The words of a document, as they stand, from which each of the wanted concepts was read."""
    known = themes() if known is None else known
    out: dict[str, list[str]] = {}
    for mark in seen.scene.marks:
        role = _named(f"_{_ROLES.get(mark.kind, mark.kind)}")
        if role in wanted:
            out.setdefault(role, []).append(seen.form(mark.first, mark.last))
    if "_word" in wanted:
        out["_word"] = [seen.form(at, at + hit.last - hit.first) for hit, at in seen.core]
    for field in seen.fields:
        for at, word in enumerate(field.words.lower[:_MOST_WORDS]):
            for theme in known[word].themes:
                if theme in wanted:
                    out.setdefault(theme, []).append(field.words.form(at, at))
    return out
