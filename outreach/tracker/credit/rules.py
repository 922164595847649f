"""Rules that divide one journey's conversion among its own touches, whatever other journeys did."""

from collections.abc import Callable, Sequence
from functools import partial

from outreach.core.errors import OutreachError
from outreach.tracker.credit.paths import UNKNOWN, Path, names

HALF_LIFE = 7.0  # days
ENDS = 0.4  # of the credit, for the first and for the last touch

Weights = Callable[[Path], Sequence[float]]


def first(path: Path) -> Sequence[float]:
    """All to the touch that came first."""
    return [1.0, *[0.0] * (len(path.touches) - 1)]


def last(path: Path) -> Sequence[float]:
    """All to the touch that came last."""
    return [*[0.0] * (len(path.touches) - 1), 1.0]


def linear(path: Path) -> Sequence[float]:
    """To every touch the same."""
    return [1.0 / len(path.touches)] * len(path.touches)


def position(path: Path) -> Sequence[float]:
    """40 % to the first, 40 % to the last, 20 % to those between them; of two, half to each."""
    count = len(path.touches)
    if count < 3:
        return linear(path)
    return [ENDS, *[(1.0 - 2 * ENDS) / (count - 2)] * (count - 2), ENDS]


def decay(path: Path, half_life: float = HALF_LIFE) -> Sequence[float]:
    """Half as much to a touch for every `half_life` days that it lay further back.

    OutreachError `credit.no_days` for a path that does not say how far back its touches lie.
    """
    if path.days is None:
        raise OutreachError("credit.no_days", path=" > ".join(path.touches))
    # From the latest one on: the oldest of a long journey must not vanish below the smallest number there is.
    latest = min(path.days)
    weights = [0.5 ** min((day - latest) / half_life, 1_000.0) for day in path.days]
    total = sum(weights)
    return [weight / total for weight in weights]


def credited(paths: Sequence[Path], weights: Weights) -> dict[str, float]:
    """What each touch is credited with, in conversions; their sum is all conversions. Paths without a touch are
    credited to `UNKNOWN`.
    """
    credit = dict.fromkeys(names(paths), 0.0)
    for path in paths:
        if not path.conversions:
            continue
        if not path.touches:
            credit[UNKNOWN] += path.conversions
            continue
        for touch, weight in zip(path.touches, weights(path), strict=True):
            credit[touch] += weight * path.conversions
    return credit


def by(weights: Weights) -> Callable[[Sequence[Path]], dict[str, float]]:
    """The rule as a model over paths."""
    return partial(credited, weights=weights)
