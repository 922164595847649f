"""Names of people as newspapers sign with them: Latvian or Cyrillic letters, initials, several at once; pure.

A name is worn down to what its spellings share: without marks on letters, in Latin letters, without the last s that
Latvian adds. A woman's and a man's name stay two.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "z", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "i", "ь": "", "э": "e",
}  # fmt: skip
# After a consonant they only soften it: Берзиня is Bērziņa. Elsewhere they are two sounds: Янис is Jānis.
_SOFTENING = {"я": "a", "ю": "u"}
_VOWELS = frozenset("аеёиоуыэюя")
_LATIN = (
    ("sch", "s"), ("sh", "s"), ("zh", "z"), ("kh", "h"), ("ch", "c"), ("x", "ks"), ("w", "v"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[,;/|&+•·\n]|\s(?:un|and|и)\s", re.IGNORECASE)


@lru_cache(maxsize=8192)
def worn(word: str) -> str:
    """One word of a name, worn down: Bērziņš, Berzins and Берзиньш are one."""
    told = unicodedata.normalize("NFC", word).casefold()
    letters: list[str] = []
    for at, letter in enumerate(told):
        if letter in _SOFTENING:
            alone = at == 0 or told[at - 1] in _VOWELS or told[at - 1] in "ьъ"
            letters.append(("i" if alone else "") + _SOFTENING[letter])
        else:
            letters.append(_CYRILLIC.get(letter, letter))
    plain = unicodedata.normalize("NFKD", "".join(letters))
    plain = "".join(letter for letter in plain if letter.isalpha())
    for written, sound in _LATIN:
        plain = plain.replace(written, sound)
    plain = re.sub(r"(.)\1", r"\1", plain)
    if plain.startswith("ie"):
        plain = plain[1:]
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain


def words(text: str) -> tuple[str, ...]:
    """The words of a name, each worn down, in their order."""
    return tuple(told for told in (worn(word) for word in _WORD.findall(text)) if told)


def folded(text: str) -> str:
    """A text as a search compares it: small letters without their marks, one space between words."""
    # Signs that stand for a capital letter show it only when they are taken apart.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def wrote(author: str, name: str, bylines: Iterable[str], *, at_home: bool) -> bool:
    """Whether somebody of this name signed a text so. `at_home`: it stood in their own outlet; only then an initial
    or the family name alone is enough, and so is a byline of one word.
    """
    parts = _parts(author)
    return any(_signs(part, one, at_home) for one in (name, *bylines) if one.strip() for part in parts)


def _parts(author: str) -> list[tuple[str, ...]]:
    pieces = [words(piece) for piece in _BETWEEN.split(author[:400])]
    parts = [piece for piece in pieces if piece]
    if len(parts) == 2 and all(len(part) == 1 for part in parts):
        parts.append(parts[0] + parts[1])  # "Bērziņa, Anna" is one person
    return parts


def _signs(part: Sequence[str], name: str, at_home: bool) -> bool:
    own = words(name)
    if not own:
        return False
    if len(own) == 1:
        return at_home and part == own
    if part == own:
        return True
    given, families = own[0], own[1:]
    if at_home and len(part) == 1 and part[0] in families and len(part[0]) > 1:
        return True
    for first, second in pairwise(part):
        for called, family in ((first, second), (second, first)):
            if family in families and len(family) > 1 and _called(called, given, at_home):
                return True
    return False


def _called(word: str, given: str, at_home: bool) -> bool:
    return word == given or (at_home and len(word) == 1 and given.startswith(word))
