"""Long texts out of short ones: several pieces of news one after the other, and a story of coming home among them.

What is written to be learnt from is short and to the point; what the press prints is long, and most of it is about
something else. A model that has seen no long plain text takes every one for a story.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random

from scrapers.learn.examples import Graded
from scrapers.watch.language import language
from scrapers.watch.words import Document

_SEED = 7
_SHORTEST = 60  # characters of a text that is news by itself
_FEWEST = 4
_PLAIN_WEIGHT, _MEANT_WEIGHT = 0.6, 0.4
_MEANT_SHARE = 0.35


def blended(texts: Iterable[Graded]) -> list[Graded]:
    """Further examples, each of one writer's texts in one language. The same texts in the same order give the same."""
    chance = Random(_SEED)  # noqa: S311
    plain: dict[tuple[str, str], list[Graded]] = defaultdict(list)
    meant: dict[tuple[str, str], list[Graded]] = defaultdict(list)
    for one in texts:
        if len(one.document.text) > _SHORTEST:
            told, _ = language(f"{one.document.title} {one.document.text}")
            (plain if one.sense == "none" else meant)[one.writer, told].append(one)
    out: list[Graded] = []
    for group, news in plain.items():
        if len(news) < _FEWEST:
            continue
        writer = group[0]
        for _ in news:
            some = chance.sample(news, chance.choice((2, 3, 4)))
            out.append(Graded(_document(some[0].document.title, some), "none", writer, _PLAIN_WEIGHT, tried=False))
        for one in meant[group]:
            if chance.random() < _MEANT_SHARE:
                before, after = chance.sample(news, 2)
                parts = [before, one, after] if chance.random() < 1 / 2 else [one, after]
                out.append(Graded(_document(one.document.title, parts), one.sense, writer, _MEANT_WEIGHT, tried=False))
    return out


def _document(title: str, parts: Sequence[Graded]) -> Document:
    return Document(title, "\n".join(part.document.text for part in parts))
