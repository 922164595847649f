"""What must be in a document before a query can match it: the quick test that leaves the exact one little to do."""

from dataclasses import dataclass

from scrapers.query.tree import All, Any, Close, Fits, Form, Forms, Inside, Row, Sought, Without

# A form's word that is looked for in the line of words: whole, or (with True) the beginning of one.
Key = tuple[str, bool]
_LETTER = 0.6  # with every letter more, about as much of a word's frequency is left
_BEGINNING = 4.0  # a beginning is met about so much more often than a word of its length


@dataclass(frozen=True)
class Needs:
    """A document may match only where of each of `words` something is found in it and each of `facts` is so. `whole`:
    where that is so, it does match.
    """

    words: tuple[frozenset[Key], ...]
    facts: tuple[Fits, ...] = ()
    whole: bool = False

    @property
    def rarest(self) -> frozenset[Key] | None:
        """The one of `words` that fewest documents have, as far as the length of words tells."""
        return min(self.words, key=frequency, default=None)


def frequency(keys: frozenset[Key]) -> float:
    """How often one of these may be met, compared with others."""
    return sum(_LETTER ** len(word) * (_BEGINNING if begins else 1.0) for word, begins in keys)


def key_of(form: Form) -> tuple[Key, int]:
    """The rarest word of a form, and which of its words that is."""
    last = len(form.words) - 1
    if last == 0:
        return (form.words[0].removesuffix("*"), form.prefix or form.words[0].endswith("*")), 0
    keys = [(word.removesuffix("*"), word.endswith("*") or (form.prefix and at == last))
            for at, word in enumerate(form.words)]
    at = min(range(len(keys)), key=lambda one: (not keys[one][0], frequency(frozenset({keys[one]})), one))
    return keys[at], at


def is_plain(form: Form) -> bool:
    """Whether its key alone decides."""
    return len(form.words) == 1 and not (form.exact or form.capital or form.upper)


def needs(node: Sought) -> Needs:
    """The needs of a query, each worked out from what it is made of."""
    match node:
        case Forms(forms):
            return Needs((frozenset(key_of(form)[0] for form in forms),), (), all(map(is_plain, forms)))
        case Row(parts):
            return Needs(tuple(words for part in parts for words in needs(part).words))
        case Close(left, right):
            return Needs((*needs(left).words, *needs(right).words))
        case All(parts):
            inner = [needs(part) for part in parts]
            return Needs(
                tuple(dict.fromkeys(words for one in inner for words in one.words)),
                tuple(dict.fromkeys(fact for one in inner for fact in one.facts)),
                all(one.whole for one in inner),
            )
        case Any(parts):
            return _any([needs(part) for part in parts])
        case Inside(_, inner):
            own = needs(inner)
            return Needs(own.words, own.facts)
        case Fits():
            return Needs((), (node,), True)
        case Without():
            return Needs(())


def _any(parts: list[Needs]) -> Needs:
    chosen = [part.rarest for part in parts]
    if any(words is None for words in chosen):
        # Of facts that one of several asks for nothing can be said, unless each asks for one and the same.
        shared = set(parts[0].facts).intersection(*(part.facts for part in parts))
        return Needs((), tuple(fact for fact in parts[0].facts if fact in shared))
    union = frozenset[Key]().union(*(words for words in chosen if words is not None))
    return Needs((union,), (), all(part.whole and len(part.words) == 1 and not part.facts for part in parts))
