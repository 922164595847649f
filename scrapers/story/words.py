"""One spelling for a word in any of the languages that outlets write in, without its ending: "Preiļos", "Прейли" and
"Preili" are one word. Not linguistics: a key by which two texts can be held against each other.
"""

import re

# What is left of a word; longer ones differ in their endings only, or in a way that does not matter here.
_LONGEST = 8
_SHORTEST = 3
# Endings are cut from words that are longer than this.
_WHOLE = 4

_LATIN = str.maketrans(
    "āčēģīķļņōŗšūžėąęįųłśóćńźżäöüßéèáåõjyw",
    "acegiklnorsuzeaeiulsocnzzaouseeaaoiiv",
)
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ж": "z", "з": "z", "и": "i", "й": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c",
    "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ы": "i", "ь": "", "э": "e",
}  # fmt: skip
_SOFT = {"е": "e", "ё": "e", "ю": "u", "я": "a"}
# After these, and at the beginning of a word, a soft vowel has a sound before it: Яунпиебалга, Кондратьев.
_OPENS = frozenset("аеёиоуыэюяьъ")
_TWICE = re.compile(r"(.)\1+")
_IS_CYRILLIC = re.compile(r"[а-яё]")


def folded(word: str) -> str:
    """`word` in the 23 letters that all spellings share: "Kārkliņš", "Карклиньш" and "Karklins" are one."""
    low = word.lower()
    plain = low.translate(_LATIN)
    if not plain.isascii() and _IS_CYRILLIC.search(low):
        plain = _from_cyrillic(low).translate(_LATIN)
    return _TWICE.sub(r"\1", plain)


def stem(word: str) -> str:
    """`word` folded, without what the cases of nouns change at its end."""
    plain = folded(word)
    if len(plain) <= _WHOLE:
        return plain
    cut = plain.rstrip("aeioums")
    return cut[:_LONGEST] if len(cut) >= _SHORTEST else plain[:_WHOLE]


def _from_cyrillic(word: str) -> str:
    told = []
    before = "ь"
    for letter in word:
        soft = _SOFT.get(letter)
        if soft is None:
            told.append(_CYRILLIC.get(letter, letter))
        else:
            told.append("i" + soft if before in _OPENS else soft)
        before = letter
    return "".join(told)
