"""How words stand in the source, letter for letter."""

import re
import unicodedata

from scrapers.query.tree import Form
from scrapers.watch.words import Words

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LINE_END = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011][ \t]*\r?\n[ \t]*(?=[^\W\d_])")


def written(found: Words, first: int, last: int) -> str:
    """The characters from word `first` to word `last` as a reader sees them: composed, without soft hyphens and
    zero-width characters, a word that goes on in the next line in one piece.
    """
    form = found.form(first, last)
    if form.isascii() and "\n" not in form:
        return form
    seen = unicodedata.normalize("NFC", _UNSEEN.sub("", form))
    return _LINE_END.sub(_joined, seen)


def _joined(match: re.Match[str]) -> str:
    # As words() does: a small letter goes on with the word, a capital begins another.
    return "" if match.string[match.end()].islower() else match.group()


def is_spelt(form: Form, found: Words, first: int) -> bool:
    """Whether the words of `form`, which stand from word `first` on, are spelt as it asks: capitals, every letter."""
    if form.capital and not found.capital(first):
        return False
    if form.upper and not all(found.form(first + at, first + at).isupper() for at in form.upper):
        return False
    return not form.exact or written(found, first, first + len(form.words) - 1) == form.exact
