"""Learning the model's weights; the only file that wakes scikit-learn.

Whoever wrote a text left habits in it. So a model is always tried on writers that it has not read: each writer's texts
are left out in turn, and the scores that are told are of texts left out.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scrapers.learn.decide import sense_of
from scrapers.learn.features import WORD, Features, Key
from scrapers.learn.model import SENSES, Model, chances, scores

# Features of fewer documents, or of one writer alone, are accidents: nobody's name is learnt.
FEWEST_DOCUMENTS = 3
FEWEST_WRITERS = 2
_STRENGTH = 0.5
_TOLERANCE = 1e-3
_DIGITS = 4
_SMALLEST = 0.01
_MOST_FOLDS = 12


@dataclass(frozen=True)
class Example:
    """A text by what the model is told of it, and the `sense` that it has. `writer` names who wrote it; `weight` is
    how much it counts. `passed`: the gate lets it through; `has_word`: a watched word stands in it; `ruled` is the
    sense that the rules say; `tried`: models are tried on it.
    """

    found: Features
    sense: str
    writer: str
    weight: float = 1.0
    passed: bool = True
    has_word: bool = False
    ruled: str = "none"
    tried: bool = True


@dataclass(frozen=True)
class Told:
    """What was said of an example by a model that had not read its writer: a sense, or "none"."""

    example: Example
    said: str


def train(examples: Sequence[Example], limits: Mapping[str, float], told: Mapping[str, Any]) -> Model:
    """The model of these examples; the same examples in any order give the same weights (to rounding)."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    kept = _kept(examples)
    at = {key: number for number, key in enumerate(kept)}
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in examples:
        for key, value in one.found.values().items():
            column = at.get(key)
            if column is not None:
                columns.append(column)
                values.append(value)
        ends.append(len(columns))
    matrix = csr_matrix((values, columns, ends), shape=(len(examples), len(kept)))
    # The solver wants its indices small.
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    solver = LogisticRegression(C=_STRENGTH, solver="newton-cg", tol=_TOLERANCE, max_iter=200)
    solver.fit(matrix, [one.sense for one in examples], sample_weight=[one.weight for one in examples])
    weights, bias = solver.coef_, solver.intercept_
    if len(solver.classes_) == 2:
        # Of two senses only the difference is told.
        weights, bias = [-weights[0] / 2, weights[0] / 2], [-bias[0] / 2, bias[0] / 2]
    rows = {sense: number for number, sense in enumerate(solver.classes_)}
    return _model(kept, weights, bias, rows, limits, told)


def _kept(examples: Sequence[Example]) -> list[Key]:
    documents: Counter[Key] = Counter()
    writers: dict[Key, set[str]] = {}
    for one in examples:
        for key in one.found.values():
            documents[key] += 1
            writers.setdefault(key, set()).add(one.writer)
    fewest = min(FEWEST_WRITERS, len({one.writer for one in examples}))
    return sorted(
        (key for key, count in documents.items() if count >= FEWEST_DOCUMENTS and len(writers[key]) >= fewest), key=str
    )


def _model(
    kept: Sequence[Key],
    weights: Any,
    bias: Any,
    rows: Mapping[str, int],
    limits: Mapping[str, float],
    told: Mapping[str, Any],
) -> Model:
    def row(number: int) -> tuple[float, ...]:
        # A sense that no example has never comes out.
        told = (weights[rows[sense]][number] if sense in rows else 0.0 for sense in SENSES)
        return tuple(round(float(one), _DIGITS) for one in told)

    plain: dict[Key, tuple[float, ...]] = {}
    words: dict[str, tuple[float, ...]] = {}
    for number, key in enumerate(kept):
        told_of = row(number)
        if max(map(abs, told_of)) < _SMALLEST:
            continue
        if isinstance(key, str) and key.startswith(WORD):
            words[key.removeprefix(WORD)] = told_of
        else:
            plain[key] = told_of
    start = tuple(
        round(float(bias[rows[sense]]), _DIGITS) if sense in rows else -math.log(1e6) for sense in SENSES
    )
    return Model(plain, words, start, dict(limits), dict(told))


def left_out(examples: Sequence[Example], limits: Mapping[str, float]) -> list[Told]:
    """What is said of each example, by rules and a model that has read nothing of its writer."""
    out = []
    for fold in _folds(examples):
        model = train([one for one in examples if one.writer not in fold], limits, {})
        for one in examples:
            if one.tried and one.writer in fold:
                told = chances(scores(model, one.found))
                said = sense_of(told, one.has_word, one.ruled, limits, one.found.marks) if one.passed else "none"
                out.append(Told(one, "none" if said == "other" else said))
    return out


def _folds(examples: Sequence[Example]) -> list[set[str]]:
    """Writers in at most `_MOST_FOLDS` parts of about the same size."""
    sizes = Counter(one.writer for one in examples)
    folds: list[tuple[int, set[str]]] = [(0, set()) for _ in range(min(_MOST_FOLDS, len(sizes)))]
    for writer, size in sorted(sizes.items(), key=lambda told: (-told[1], told[0])):
        at = min(range(len(folds)), key=lambda number: (folds[number][0], number))
        folds[at] = (folds[at][0] + size, folds[at][1] | {writer})
    return [fold for _, fold in folds]


def shares(told: Sequence[Told]) -> dict[str, float | int]:
    """The scores by which a model is told: shares of 1, and how many examples they rest on.

    `return_recall`, `return_precision` and `accuracy` are of all examples; `slogan_as_return` is the share of the
    slogan taken for people coming home, `plain_labelled` that of plain texts that are said to have a sense.
    """
    pairs = Counter((one.example.sense, one.said) for one in told)
    meant, said = Counter(one.example.sense for one in told), Counter(one.said for one in told)
    right = sum(count for (sense, other), count in pairs.items() if sense == other)
    return {
        "return_recall": _of(pairs["return", "return"], meant["return"]),
        "return_precision": _of(pairs["return", "return"], said["return"]),
        "accuracy": _of(right, len(told)),
        "slogan_as_return": _of(pairs["expulsion", "return"], meant["expulsion"]),
        "plain_labelled": _of(meant["none"] - pairs["none", "none"], meant["none"]),
        "tried_on": len(told),
    }


def _of(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
