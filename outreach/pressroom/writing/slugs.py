"""A headline as the end of an address: Latin letters, digits and hyphens. Pure functions."""

import unicodedata
from collections.abc import Iterator

_LONGEST = 72  # what a number behind it still needs is left free
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhye", strict=True)) | {
    "ё": "e", "ж": "zh", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": "",
}  # fmt: skip
_LATIN = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "œ": "oe"}
_LETTERS = _CYRILLIC | _LATIN


def slug(headline: str) -> str:
    """The headline in small Latin letters, its words joined by hyphens, cut at a word; "relize" where none is left."""
    written = "".join(_LETTERS.get(letter, letter) for letter in headline.casefold())
    plain = "".join(one for one in unicodedata.normalize("NFKD", written) if not unicodedata.combining(one))
    words = "".join(one if one.isascii() and one.isalnum() else " " for one in plain).split()
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        kept = longer
    return kept or "relize"


def candidates(headline: str) -> Iterator[str]:
    """Addresses for a headline, the plainest first; each further one has the next number behind it."""
    first = slug(headline)
    yield first
    number = 2
    while True:
        yield f"{first}-{number}"
        number += 1
