"""Where the deciding words stand in a shown sentence: for a page, a mail or a terminal alike."""

import re
from collections.abc import Iterable


def marked(sentence: str, forms: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """`sentence` cut into pieces, each with whether it is one of `forms` standing as whole words.

    The pieces put together are the sentence again. The longest form wins where two overlap.
    """
    wanted = sorted({form for form in forms if form}, key=len, reverse=True)
    if not wanted:
        return ((sentence, False),)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)")
    pieces: list[tuple[str, bool]] = []
    at = 0
    for hit in pattern.finditer(sentence):
        if hit.start() > at:
            pieces.append((sentence[at : hit.start()], False))
        pieces.append((hit.group(), True))
        at = hit.end()
    if at < len(sentence) or not pieces:
        pieces.append((sentence[at:], False))
    return tuple(pieces)
