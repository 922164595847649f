"""The linear model of senses: a weight for each feature and sense, added up. Pure, without scikit-learn."""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from outreach.core.errors import OutreachError
from scrapers.learn.features import WORD, Features, Key

SENSES = ("none", "return", "expulsion", "russia", "ambiguous")
FORMAT = 1
_PAIR = "+"


@dataclass(frozen=True)
class Model:
    """`weights` holds for each feature how far it speaks for each of `SENSES` (log odds), `words` the same of stems;
    `bias` is where the sum begins. `limits` are the probabilities from which a sense is said where no watched word
    stands. `told` is what is known of the model: examples, scores.
    """

    weights: Mapping[Key, tuple[float, ...]]
    words: Mapping[str, tuple[float, ...]]
    bias: tuple[float, ...]
    limits: Mapping[str, float]
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A feature of a document and how far it moved each of `SENSES`."""

    key: Key
    weights: tuple[float, ...]


def scores(model: Model, found: Features) -> tuple[float, ...]:
    """The log odds of `SENSES`, but for a number that is added to all."""
    sums = [*model.bias]
    for keys, table, share in _blocks(model, found):
        rows = [row for row in map(table.get, keys) if row is not None]
        if rows:
            sums = [held + share * sum(column) for held, column in zip(sums, zip(*rows, strict=True), strict=True)]
    return tuple(sums)


def _blocks(model: Model, found: Features) -> Iterable[tuple[Set[Any], Mapping[Any, tuple[float, ...]], float]]:
    kept = (model.weights, model.weights, model.weights, model.words)
    return zip((found.facts, found.marks, found.pairs, found.words), kept, found.shares, strict=True)


def chances(told: Sequence[float]) -> dict[str, float]:
    """The probability of each sense (they add up to 1) from log odds."""
    most = max(told)
    powers = [math.exp(one - most) for one in told]
    total = sum(powers)
    return {sense: power / total for sense, power in zip(SENSES, powers, strict=True)}


def parts(model: Model, found: Features) -> list[Part]:
    """What moved the sum, feature by feature; with the bias they add up to `scores`."""
    told = [
        Part(WORD + key if table is model.words else key, tuple(one * share for one in table[key]))
        for keys, table, share in _blocks(model, found)
        for key in keys & table.keys()
    ]
    return sorted(told, key=lambda part: (-max(map(abs, part.weights)), name_of(part.key)))


def name_of(key: Key) -> str:
    """A feature's name in one piece."""
    return key if isinstance(key, str) else _PAIR.join(key)


def key_of(name: str) -> Key:
    """The feature of a name, as `name_of` tells it."""
    first, sign, second = name.partition(_PAIR)
    return (first, second) if sign else name


def as_json(model: Model) -> dict[str, Any]:
    """The model as JSON keeps it; `from_json` reads it."""
    return {
        "format": FORMAT,
        "senses": list(SENSES),
        "bias": list(model.bias),
        "limits": dict(model.limits),
        "told": dict(model.told),
        "weights": {name_of(key): list(model.weights[key]) for key in sorted(model.weights, key=name_of)},
        "words": {word: list(model.words[word]) for word in sorted(model.words)},
    }


def from_json(told: Mapping[str, Any]) -> Model:
    """Raises OutreachError `learn.error.model` for what is no model of this format."""
    try:
        if told["format"] != FORMAT or tuple(told["senses"]) != SENSES:
            raise OutreachError("learn.error.model")
        return Model(
            {key_of(name): _row(row) for name, row in told["weights"].items()},
            {word: _row(row) for word, row in told["words"].items()},
            _row(told["bias"]),
            {str(sense): float(limit) for sense, limit in told["limits"].items()},
            dict(told["told"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OutreachError("learn.error.model") from error


def _row(told: Iterable[float]) -> tuple[float, ...]:
    row = tuple(float(one) for one in told)
    if len(row) != len(SENSES) or not all(map(math.isfinite, row)):
        raise ValueError(row)
    return row
