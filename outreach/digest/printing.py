"""Which of our own texts an article prints: whole, with another headline, or rewritten in part. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scrapers.fulltext import folded

# So many words in a row; two people who write about the same thing hardly ever hit upon the same five.
_ROW = 5
# Printed is what has this share of a text, and at least so many rows of it: sixteen words on end. A name, a title or
# a short quotation reaches neither.
_SHARE, _FEWEST = 0.3, 12
_WORD = re.compile(r"[^\W_]+")
# Addresses, and what a post keeps open for them, are not what an outlet prints.
_ADDRESS = re.compile(r"https?://\S+|\{[a-z_]+\}")


@dataclass(frozen=True)
class Printing:
    """Our texts, by number, laid out so that an article is walked through once, however many they are."""

    sizes: Mapping[int, int]
    holders: Mapping[tuple[str, ...], tuple[int, ...]]
    known: frozenset[tuple[str, ...]]

    def printed_in(self, article: str) -> frozenset[int]:
        """The numbers of the texts that the article prints."""
        found = Counter(number for row in self.known & rows(article) for number in self.holders[row])
        return frozenset(
            number for number, count in found.items() if count >= _FEWEST and count >= _SHARE * self.sizes[number]
        )


def laid_out(posts: Iterable[tuple[int, int, str]]) -> Printing:
    """Texts to look for: each with its number and its campaign's.

    What texts of two campaigns have in common is said under every release (who we are, whom to call): it is no text's
    own, and proves nothing.
    """
    sizes: dict[int, int] = {}
    holders: dict[tuple[str, ...], list[int]] = {}
    whose: dict[tuple[str, ...], int] = {}
    shared: set[tuple[str, ...]] = set()
    told = [(number, campaign, rows(text)) for number, campaign, text in posts]
    for _, campaign, own in told:
        for row in own:
            if whose.setdefault(row, campaign) != campaign:
                shared.add(row)
    for number, _, own in told:
        kept = own - shared
        sizes[number] = len(kept)
        for row in kept:
            holders.setdefault(row, []).append(number)
    return Printing(sizes, {row: tuple(numbers) for row, numbers in holders.items()}, frozenset(holders))


def prints(post_text: str, article_text: str) -> float:
    """The share of the post's rows of five words that stand in the article, 0 to 1; 0 where the post has none."""
    own = rows(post_text)
    return len(own & rows(article_text)) / len(own) if own else 0.0


def rows(text: str) -> frozenset[tuple[str, ...]]:
    """Every five words that follow each other, in small letters without diacritics, each once."""
    words = _WORD.findall(folded(_ADDRESS.sub(" ", text)))
    return frozenset(zip(*(words[at:] for at in range(_ROW)), strict=False))
