"""Latvian sounds at the seam of stem and ending: how a stem softens, and what a softened one may have been."""

# Before the endings of the second, fifth and sixth declension: groups of letters first, they change as one.
_GROUPS = (
    ("ll", "ļļ"),
    ("nn", "ņņ"),
    ("ln", "ļņ"),
    ("sn", "šņ"),
    ("zn", "žņ"),
    ("sl", "šļ"),
    ("zl", "žļ"),
    ("dz", "dž"),
    ("kst", "kš"),
)
_SINGLE = {
    "t": "š",
    "d": "ž",
    "s": "š",
    "z": "ž",
    "c": "č",
    "n": "ņ",
    "l": "ļ",
    "b": "bj",
    "p": "pj",
    "m": "mj",
    "v": "vj",
}
VOWELS = "aāeēiīoōuū"


def softened(stem: str) -> str:
    """ "ģimen" -> "ģimeņ", "latviet" -> "latvieš", "upe" without its e -> "upj"; "st" stays ("kast")."""
    for hard, soft in _GROUPS:
        if stem.endswith(hard):
            return stem[: -len(hard)] + soft
    if stem.endswith("st"):
        return stem
    return stem[:-1] + _SINGLE.get(stem[-1:], stem[-1:])


def hardened(stem: str) -> tuple[str, ...]:
    """Every stem that softens to this one, itself first where it would stay as it is."""
    found = [stem] if softened(stem) == stem else []
    for hard, soft in (*_GROUPS, *_SINGLE.items()):
        if stem.endswith(soft):
            found.append(stem[: -len(soft)] + hard)
    return tuple(one for one in dict.fromkeys(found) if softened(one) == stem)


def syllables(word: str) -> int:
    """Vowels that stand alone or as a pair count once."""
    before, count = False, 0
    for letter in word:
        now = letter in VOWELS
        count += now and not before
        before = now
    return count


def front(stem: str) -> str:
    """k and g before i and e in diminutives and participles: "roka" -> "roc-iņa", "draugs" -> "draudz-iņš"."""
    if stem.endswith("k"):
        return stem[:-1] + "c"
    if stem.endswith("g"):
        return stem[:-1] + "dz"
    return stem
