"""How long a text is and how long it takes to read. Pure functions."""

from dataclasses import dataclass
from math import ceil

_WORDS_A_MINUTE = 180  # of somebody who reads with care
LONGEST_HEADLINE = 90
LONGEST_RELEASE = 600  # words; what is longer is cut by whoever prints it


@dataclass(frozen=True)
class Counts:
    """Words and letters of a release, minutes to read it, letters of its headline."""

    words: int
    letters: int
    minutes: int
    headline: int

    @property
    def long_headline(self) -> bool:
        return self.headline > LONGEST_HEADLINE

    @property
    def long_release(self) -> bool:
        return self.words > LONGEST_RELEASE


def counted(headline: str, *texts: str) -> Counts:
    """Counts of a headline with all that follows it; the marks of headings and points are not read."""
    pieces = [line.strip().removeprefix("## ").removeprefix("- ") for text in texts for line in text.splitlines()]
    words = [word for piece in (headline, *pieces) for word in piece.split() if any(map(str.isalnum, word))]
    letters = len(headline.strip()) + sum(map(len, pieces))
    return Counts(len(words), letters, ceil(len(words) / _WORDS_A_MINUTE), len(headline.strip()))
