"""How alike two names are, 0 to 100; pure. A person decides: nothing is put together by this alone."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from outreach.tracker.same.names import EITHER, Name, words

NEAR = 86  # from here on two names may well be one
_SLIP, _INITIAL, _WHOLE = 92.0, 90.0, 100.0
_OTHER = 75.0  # a man and a woman of one surname with sister names: Māris and Māra Ozoli
_ONE_OF_MANY = 80.0  # a mere surname beside a whole name


def names(one: str, other: str) -> int:
    """How alike two names are, in whichever order and alphabet their words stand; 0 where one has none.

    The shorter one's words are each held against the nearest of the longer one's, so that a father's name or a second
    adult of the household does no harm; the least alike of them weighs as much as all together.
    """
    return round(_names(words(one), words(other)))


def shared(one: str, other: str) -> int:
    """How many words the two have in common."""
    return len({name.key for name in words(one)} & {name.key for name in words(other)})


def _names(one: Sequence[Name], other: Sequence[Name]) -> float:
    short, long = sorted((one, other), key=len)
    if not short:
        return 0.0
    left, pairs = list(long), []
    # The surest pairs first: otherwise a near word may take a word's own.
    ranked = sorted(((word(a, b), i, b) for i, a in enumerate(short) for b in long), key=lambda told: -told[0])
    met: dict[int, tuple[float, Name]] = {}
    for likeness, at, name in ranked:
        if at not in met and name in left:
            met[at] = (likeness, name)
            left.remove(name)
    pairs = [(likeness, short[at], name) for at, (likeness, name) in met.items()]
    told = [likeness for likeness, _, _ in pairs]
    score = (sum(told) / len(told) + min(told)) / 2
    if len(short) == 1 and len(long) > 1:
        return min(score, _ONE_OF_MANY)
    if len(short) > 1 and all(EITHER != a.gender != b.gender != EITHER for _, a, b in pairs):
        return min(score, _OTHER)
    return score


def word(one: Name, other: Name) -> float:
    """How alike two words are: the same, an initial, a slip of the pen in a long one; anything else is another word.

    Where one goes on as the other begins they are two surnames (Ozols, Ozoliņš; Ivanovs, Ivanovskis), and so they are
    where the first letters differ (Zariņš, Kariņš).
    """
    a, b = one.key, other.key
    if a == b:
        return _WHOLE
    if one.initial or other.initial:
        return _INITIAL if a[0] == b[0] else 0.0
    longest = max(len(a), len(b))
    slips = 1 if longest >= 6 else 0
    if longest >= 10:
        slips = 2
    if a[0] == b[0] and not a.startswith(b) and not b.startswith(a) and OSA.distance(a, b) <= slips:
        return _SLIP
    return ratio(a, b) * 0.7
