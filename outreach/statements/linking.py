"""Where a sentence says which number: frozen sentences are plain text, and a reader opens the records behind them."""

import re
from collections.abc import Mapping
from functools import lru_cache

# A number as the languages write it: thousands may stand apart.
_FIGURE = re.compile(r"\d{1,3}(?:[\u00a0\u202f,]\d{3})+(?!\d)|\d+")
_SHARE = re.compile(r"[\u00a0\u202f ]?%")


def pieces(sentence: str, numbers: Mapping[str, int]) -> list[tuple[str, str]]:
    """The sentence in pieces, each with the name of the number it is, or without one.

    Sentences say numbers in their order, and the period before them: of all ways to give names to figures in that order
    the one with most names holds, and of those the one that stands furthest back.
    """
    figures = [found for found in _FIGURE.finditer(sentence) if not _SHARE.match(sentence, found.end())]
    values = tuple(_value(found.group()) for found in figures)
    names = _aligned(values, tuple(numbers.values()))
    order = list(numbers)
    told, at = [], 0
    for found, place in zip(figures, names, strict=True):
        if place is not None:
            told += [(sentence[at : found.start()], ""), (found.group(), order[place])]
            at = found.end()
    return [(text, name) for text, name in [*told, (sentence[at:], "")] if text]


def _value(text: str) -> int:
    digits = re.sub(r"\D", "", text)
    return -1 if len(digits) > 1 and digits[0] == "0" else int(digits)  # 01 is part of a day


@lru_cache(maxsize=256)
def _aligned(figures: tuple[int, ...], numbers: tuple[int, ...]) -> tuple[int | None, ...]:
    """For each figure the place of its number; the longest common run, read from the back."""
    most = [[0] * (len(numbers) + 1) for _ in range(len(figures) + 1)]
    for at, figure in enumerate(figures, 1):
        for place, number in enumerate(numbers, 1):
            most[at][place] = (
                most[at - 1][place - 1] + 1 if figure == number else max(most[at - 1][place], most[at][place - 1])
            )
    told: list[int | None] = [None] * len(figures)
    at, place = len(figures), len(numbers)
    while at and place:
        if most[at][place] == most[at][place - 1]:
            place -= 1  # an earlier number of the same worth
        elif figures[at - 1] == numbers[place - 1]:
            at, place = at - 1, place - 1
            told[at] = place
        else:
            at -= 1
    return tuple(told)
