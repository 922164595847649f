"""Sentences with their words marked: those that decided, and those that somebody looks for."""

from collections.abc import Iterable

from markupsafe import Markup

from scrapers import seeking
from scrapers.fulltext import Sought

_NOTHING = Sought()


def spans(text: str, forms: Iterable[str] = (), asked: Sought = _NOTHING) -> Markup:
    """The text with deciding forms in `mark` and what was asked in `mark.sought`, everything escaped."""
    return Markup("").join(
        Markup('<mark class="sought">{}</mark>').format(piece.words)
        if piece.kind == "sought"
        else Markup("<mark>{}</mark>").format(piece.words)
        if piece.kind
        else Markup("{}").format(piece.words)
        for piece in seeking.marked(text, asked, forms)
    )
