"""What a query means, said as plainly as possible: the engine must give exactly this."""

from collections.abc import Mapping

from scrapers.query.spelt import written
from scrapers.query.tree import (
    All,
    Any,
    Close,
    Facts,
    Fits,
    Form,
    Forms,
    Inside,
    Match,
    Row,
    Sought,
    Span,
    Where,
    Without,
)
from scrapers.watch.words import Words

Fields = Mapping[Where, Words]
# From word to word in a field -> the best weight with which something stands there, and the words that make it up.
Stretch = tuple[Where, int, int]
Places = dict[Stretch, tuple[float, frozenset[Stretch]]]


def matches(queries: list[Sought], title: Words, text: Words, facts: Facts) -> dict[int, Match]:
    fields: Fields = {"title": title, "text": text}
    out = {}
    for number, query in enumerate(queries):
        held = holds(query, fields, facts)
        if held is not None:
            score, stretches = held
            spans = [
                Span(where, fields[where].starts[first], fields[where].ends[last]) for where, first, last in stretches
            ]
            out[number] = Match(
                score, tuple(sorted(spans, key=lambda span: (span.where != "title", span.start, span.end)))
            )
    return out


def holds(node: Sought, fields: Fields, facts: Facts) -> tuple[float, frozenset[Stretch]] | None:
    match node:
        case Forms() | Row() | Close():
            found = places(node, fields)
            if not found:
                return None
            return max(weight for weight, _ in found.values()), frozenset().union(*(made for _, made in found.values()))
        case All(parts):
            held = [holds(part, fields, facts) for part in parts]
            if None in held:
                return None
            return min(one[0] for one in held if one), frozenset().union(*(one[1] for one in held if one))
        case Any(parts):
            some = [one for part in parts if (one := holds(part, fields, facts)) is not None]
            if not some:
                return None
            return max(one[0] for one in some), frozenset().union(*(one[1] for one in some))
        case Without(inner):
            return (1.0, frozenset()) if holds(inner, fields, facts) is None else None
        case Inside(where, inner):
            return holds(inner, {name: words for name, words in fields.items() if name == where}, facts)
        case Fits(fact, value):
            told = facts.places if fact == "place" else (getattr(facts, fact),)
            return (1.0, frozenset()) if value in [one.lower() for one in told] else None


def places(node: Sought, fields: Fields) -> Places:
    found: Places = {}
    match node:
        case Forms(forms):
            for form in forms:
                for where, words in fields.items():
                    for first in range(len(words.lower) - len(form.words) + 1):
                        if stands(form, words, first):
                            stretch = (where, first, first + len(form.words) - 1)
                            add(found, stretch, form.weight, frozenset({stretch}))
        case Row(parts):
            found = places(parts[0], fields)
            for part in parts[1:]:
                further: Places = {}
                for (where, first, last), (weight, _) in found.items():
                    for (other, begin, end), (also, _) in places(part, fields).items():
                        if other == where and begin == last + 1:
                            whole = (where, first, end)
                            add(further, whole, min(weight, also), frozenset({whole}))
                found = further
        case Close(left, right, distance, ordered):
            for (where, first, last), (weight, made) in places(left, fields).items():
                for (other, begin, end), (also, makes) in places(right, fields).items():
                    between = max(first, begin) - min(last, end) - 1
                    if other != where or not 0 <= between <= distance or (ordered and begin < first):
                        continue
                    add(found, (where, min(first, begin), max(last, end)), min(weight, also), made | makes)
        case Any(parts):
            for part in parts:
                for stretch, (weight, made) in places(part, fields).items():
                    add(found, stretch, weight, made)
        case _:
            raise ValueError(node)
    return found


def add(found: Places, stretch: Stretch, weight: float, made: frozenset[Stretch]) -> None:
    known, makes = found.get(stretch, (0.0, frozenset()))
    found[stretch] = (max(known, weight), makes | made)


def stands(form: Form, words: Words, first: int) -> bool:
    last = first + len(form.words) - 1
    for at, piece in enumerate(form.words):
        word = words.lower[first + at]
        if piece.endswith("*"):
            fits = word.startswith(piece[:-1])
        elif form.prefix and first + at == last:
            fits = word.startswith(piece)
        else:
            fits = word == piece
        if not fits:
            return False
    return (
        (not form.capital or words.source[words.starts[first]].isupper())
        and all(words.form(first + at, first + at).isupper() for at in form.upper)
        and (not form.exact or written(words, first, last) == form.exact)
    )
