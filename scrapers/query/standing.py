"""Exactly where and whether a query stands in a document: for the few documents that may match at all."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scrapers.query.needs import is_plain, key_of
from scrapers.query.spelt import is_spelt
from scrapers.query.tree import (
    All,
    Any,
    Close,
    Facts,
    Fits,
    Form,
    Forms,
    Inside,
    Row,
    Sought,
    Span,
    Where,
    Without,
)
from scrapers.watch.words import Words

WHERES: tuple[Where, ...] = ("title", "text")
Stretch = tuple[int, int]  # from word to word, inclusive
Places = dict[Stretch, tuple[float, frozenset[Stretch]]]  # the best weight there, and the words that make it up
Held = tuple[float, frozenset[tuple[Where, int, int]]]
_NOTHING: Held = (1.0, frozenset())


@dataclass(frozen=True, eq=False)
class Leaf:
    """Forms by the words under which they are looked up: whole ones, and beginnings; with the place of that word."""

    whole: Mapping[str, tuple[tuple[int, Form], ...]]
    begun: Mapping[str, tuple[tuple[int, Form], ...]]


def leaf_of(forms: Forms) -> Leaf:
    found: tuple[dict[str, list[tuple[int, Form]]], dict[str, list[tuple[int, Form]]]] = ({}, {})
    for form in forms.forms:
        (word, begins), at = key_of(form)
        found[begins].setdefault(word, []).append((at, form))
    whole, begun = ({word: tuple(told) for word, told in one.items()} for one in found)
    return Leaf(whole, begun)


@dataclass
class Standing:
    """One document while its queries are looked into; what is found out about a leaf is kept for the next query.

    `leaves` has the leaf of each `Forms` of the queries by its id(); one and the same for equal ones. `relevant` and
    `beginnings` are the words of all leaves that the document has: no other is looked up.
    """

    fields: Mapping[Where, Words]
    facts: frozenset[tuple[str, str]]
    leaves: Mapping[int, Leaf]
    relevant: frozenset[str]
    beginnings: tuple[str, ...]
    _known: dict[tuple[Leaf, Where], Places] = field(default_factory=dict)
    _at: dict[Where, dict[str, list[int]]] = field(default_factory=dict)

    def holds(self, node: Sought, wheres: tuple[Where, ...] = WHERES) -> Held | None:
        """Score and stretches of a query that matches within these fields, else None."""
        match node:
            case Forms() | Row() | Close():
                return self._stands(node, wheres)
            case All(parts):
                every = []
                for part in parts:
                    held = self.holds(part, wheres)
                    if held is None:
                        return None
                    every.append(held)
                return min(score for score, _ in every), _all_of(every)
            case Any(parts):
                some = [held for part in parts if (held := self.holds(part, wheres)) is not None]
                return (max(score for score, _ in some), _all_of(some)) if some else None
            case Inside(where, inner):
                return self.holds(inner, (where,) if where in wheres else ())
            case Fits(fact, value):
                return _NOTHING if (fact, value) in self.facts else None
            case Without(inner):
                return _NOTHING if self.holds(inner, wheres) is None else None

    def spans(self, held: Held) -> tuple[Span, ...]:
        """The stretches as characters, in the order in which they are read."""
        inside = sorted((WHERES.index(where), first, last) for where, first, last in held[1])
        return tuple(
            Span(WHERES[where], self.fields[WHERES[where]].starts[first], self.fields[WHERES[where]].ends[last])
            for where, first, last in inside
        )

    def _stands(self, node: Sought, wheres: tuple[Where, ...]) -> Held | None:
        best = 0.0
        stretches: set[tuple[Where, int, int]] = set()
        for where in wheres:
            for weight, made in self._places(node, where).values():
                best = max(best, weight)
                stretches.update((where, first, last) for first, last in made)
        return (best, frozenset(stretches)) if stretches else None

    def _places(self, node: Sought, where: Where) -> Places:
        match node:
            case Forms():
                leaf = self.leaves[id(node)]
                known = self._known.get((leaf, where))
                if known is None:
                    known = self._known[leaf, where] = self._leaf(leaf, where)
                return known
            case Row(parts):
                return self._row(parts, where)
            case Close(left, right, distance, ordered):
                one = self._places(left, where)
                other = self._places(right, where) if one else {}
                return _close(one, other, distance, ordered) if other else {}
            case Any(parts):
                found: Places = {}
                for part in parts:
                    for stretch, (weight, made) in self._places(part, where).items():
                        _add(found, stretch, weight, made)
                return found
            case _:
                # What only a whole document can be stands at no word of it.
                raise TypeError(node)

    def _leaf(self, leaf: Leaf, where: Where) -> Places:
        found: Places = {}
        at = self._index(where)
        words = self.fields[where]
        for word in leaf.whole.keys() & at.keys():
            self._look(leaf.whole[word], at[word], words, found)
        for begun, forms in leaf.begun.items():
            for word in at:
                if word.startswith(begun):
                    self._look(forms, at[word], words, found)
        return found

    def _look(self, forms: Iterable[tuple[int, Form]], places: list[int], words: Words, found: Places) -> None:
        for offset, form in forms:
            plain = is_plain(form)
            size = len(form.words)
            for place in places:
                first = place - offset
                if plain or (
                    first >= 0
                    and first + size <= len(words.lower)
                    and _is_there(form, words.lower, first)
                    and is_spelt(form, words, first)
                ):
                    stretch = (first, first + size - 1)
                    _add(found, stretch, form.weight, frozenset((stretch,)))

    def _index(self, where: Where) -> dict[str, list[int]]:
        """Where in a field each of the relevant words stands."""
        known = self._at.get(where)
        if known is None:
            known = {}
            relevant, beginnings = self.relevant, self.beginnings
            for at, word in enumerate(self.fields[where].lower):
                if word in relevant or (beginnings and word.startswith(beginnings)):
                    known.setdefault(word, []).append(at)
            self._at[where] = known
        return known

    def _row(self, parts: tuple[Forms, ...], where: Where) -> Places:
        found = self._places(parts[0], where)
        for part in parts[1:]:
            if not found:
                break
            begins: dict[int, list[tuple[int, float]]] = {}
            for (first, last), (weight, _) in self._places(part, where).items():
                begins.setdefault(first, []).append((last, weight))
            further: Places = {}
            for (first, last), (weight, _) in found.items():
                for end, also in begins.get(last + 1, ()):
                    _add(further, (first, end), min(weight, also), frozenset(((first, end),)))
            found = further
        return found


def _is_there(form: Form, lower: list[str], first: int) -> bool:
    last = len(form.words) - 1
    for at, piece in enumerate(form.words):
        word = lower[first + at]
        if word == piece:
            continue
        begins = piece[:-1] if piece.endswith("*") else piece if form.prefix and at == last else None
        if begins is None or not word.startswith(begins):
            return False
    return True


def _close(left: Places, right: Places, distance: int, ordered: bool) -> Places:
    """The stretches from one to the other where at most `distance` words stand between the two."""
    found: Places = {}
    by_first = sorted(right)
    firsts = [first for first, _ in by_first]
    by_last = sorted(right, key=lambda stretch: stretch[1])
    lasts = [last for _, last in by_last]
    for (first, last), (weight, made) in left.items():
        reached = by_first[bisect_left(firsts, last + 1) : bisect_right(firsts, last + 1 + distance)]
        if not ordered:
            reached += by_last[bisect_left(lasts, first - 1 - distance) : bisect_right(lasts, first - 1)]
        for stretch in reached:
            also, makes = right[stretch]
            whole = (min(first, stretch[0]), max(last, stretch[1]))
            _add(found, whole, min(weight, also), made | makes)
    return found


def _add(found: Places, stretch: Stretch, weight: float, made: frozenset[Stretch]) -> None:
    known = found.get(stretch)
    found[stretch] = (weight, made) if known is None else (max(known[0], weight), known[1] | made)


def _all_of(every: list[Held]) -> frozenset[tuple[Where, int, int]]:
    return frozenset[tuple[Where, int, int]]().union(*(stretches for _, stretches in every))


def facts_of(facts: Facts) -> frozenset[tuple[str, str]]:
    """The facts as `Fits` names them."""
    told = {("source", facts.source.lower()), ("tier", facts.tier.lower()), ("lang", facts.lang.lower())}
    return frozenset(told | {("place", place.lower()) for place in facts.places})
