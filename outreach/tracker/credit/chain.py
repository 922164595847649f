"""The removal effect in an absorbing Markov chain of the first order, worked out exactly.

Every journey is a walk from the start over its touches to a conversion or to nothing. How much of all conversions
would be lost if every walk that meets a touch ended in nothing there, is the touch's removal effect; credit is all
conversions, shared in proportion to these effects. Source: E. Anderl, I. Becker, F. von Wangenheim, J. H. Schumann,
Mapping the customer journey, 2016.
"""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from outreach.tracker.credit.paths import UNKNOWN, Path, names

Floats = NDArray[np.float64]


def removal(paths: Sequence[Path]) -> dict[str, float]:
    """The share of all conversions that is lost without each touch, 0 to 1; paths without a touch play no part."""
    walked = [path for path in paths if path.touches and path.conversions + path.nulls > 0]
    order = names(walked)
    if not order:
        return {}
    start, steps, ends = _counted(walked, order)
    leaving = steps.sum(axis=1) + ends.sum(axis=1)
    # How often a walk that is at one touch comes to each other before it ends, itself counted.
    visits = np.linalg.inv(np.eye(len(order)) - steps / leaving[:, None])
    converts = visits @ (ends[:, 0] / leaving)
    begins = start / start.sum()
    whole = float(begins @ converts)
    if whole <= 0:
        return dict.fromkeys(order, 0.0)
    # Whoever is met once may be met again: by the visits to itself, the chance of being met at all.
    met = (begins @ visits) / visits.diagonal()
    effects = np.clip(met * converts / whole, 0.0, 1.0)
    return dict(zip(order, map(float, effects), strict=True))


def markov(paths: Sequence[Path]) -> dict[str, float]:
    """What each touch is credited with, in conversions; their sum is all conversions. Paths without a touch are
    credited to `UNKNOWN`.
    """
    credit = dict.fromkeys(names(paths), 0.0)
    effects = removal(paths)
    together = sum(effects.values())
    total = sum(path.conversions for path in paths if path.touches)
    for name, effect in effects.items():
        if together > 0:
            credit[name] = total * effect / together
    if UNKNOWN in credit:
        credit[UNKNOWN] = sum(path.conversions for path in paths if not path.touches)
    return credit


def _counted(paths: Sequence[Path], order: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """How often walks begin at each touch; go from one (row) to the next (column); end from each in a conversion
    (column 0) and in nothing (column 1)."""
    number = {name: place for place, name in enumerate(order)}
    count = len(order)
    start, steps, ends = np.zeros(count), np.zeros(count * count), np.zeros((count, 2))
    places: list[int] = []
    weights: list[float] = []
    for path in paths:
        at = [number[touch] for touch in path.touches]
        weight = path.conversions + path.nulls
        start[at[0]] += weight
        ends[at[-1], 0] += path.conversions
        ends[at[-1], 1] += path.nulls
        if len(at) > 1:
            places.extend(one * count + other for one, other in itertools.pairwise(at))
            weights.extend([weight] * (len(at) - 1))
    if places:
        steps += np.bincount(places, weights=weights, minlength=count * count)
    return start, steps.reshape(count, count), ends
