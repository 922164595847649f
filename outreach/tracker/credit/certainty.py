"""How sure a share of the credit is, whether one touch may be said to stand before another, and whether there is enough
to ask a model at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.core.errors import OutreachError
from outreach.core.intervals import apart, wilson
from outreach.tracker.credit.models import credit
from outreach.tracker.credit.paths import Path, names

FEWEST_DRAWN = 30  # conversions; below, drawing again from the same few would promise too much
FEWEST = {"markov": 50, "shapley": 30}  # conversions a model needs before its answer is more than chance
DRAWS = 1_000
_DRAWS_OF_A_CHAIN = 200


@dataclass(frozen=True)
class Share:
    """A touch's credit in conversions, its share of all (0 to 1) with 95 % limits, and its place. Touches whose limits
    meet those of the first of a place have the same place: which of them did more, nobody can say.
    """

    name: str
    credit: float
    share: float
    low: float
    high: float
    place: int


def enough(model: str, conversions: float) -> OutreachError | None:
    """Why a model is not asked: `credit.few`, with how many conversions there are and it needs; None if it may be."""
    needed = FEWEST.get(model, 0)
    if conversions >= needed:
        return None
    return OutreachError("credit.few", model=model, count=int(conversions), needed=needed)


def shares(model: str, paths: Sequence[Path], *, seed: int = 0) -> list[Share]:
    """Every touch with its share, the largest first; the same input gives the same answer for the same `seed`.

    From `FEWEST_DRAWN` conversions on the limits come from drawing as many journeys again (percentiles of a bootstrap);
    below from Wilson's interval, which is never narrower than credit in parts deserves. Raises as `models.credit`.
    """
    total = sum(path.conversions for path in paths)
    told = credit(model, paths)
    if not total:
        return [Share(name, 0.0, 0.0, 0.0, 1.0, 1) for name in told]
    limits = _drawn(model, paths, seed) if total >= FEWEST_DRAWN else {}
    found = []
    for name, value in told.items():
        low, high = limits.get(name) or wilson(value, total)
        share = value / total
        found.append((name, value, share, min(low, share), max(high, share)))
    found.sort(key=lambda one: -one[1])
    return _placed(found)


def _placed(found: Sequence[tuple[str, float, float, float, float]]) -> list[Share]:
    ordered: list[Share] = []
    leader: tuple[float, float] | None = None
    place = 0
    for number, (name, value, share, low, high) in enumerate(found, 1):
        if leader is None or apart(leader, (low, high)):
            leader, place = (low, high), number
        ordered.append(Share(name, value, share, low, high, place))
    return ordered


def _drawn(model: str, paths: Sequence[Path], seed: int) -> dict[str, tuple[float, float]]:
    import numpy as np  # it takes its time to load

    generator = np.random.default_rng(seed)
    order = names(paths)
    if model == "markov":
        drawn = np.array([_one_chain(paths, order, generator) for _ in range(_DRAWS_OF_A_CHAIN)])
    else:
        # These rules share each journey by itself: once shared, a draw is a sum.
        known = [path for path in paths if path.conversions]
        each = [credit(model, [Path(path.touches, 1.0, 0.0, path.days)]) for path in known]
        matrix = np.array([[one.get(name, 0.0) for name in order] for one in each])
        counts = np.array([path.conversions for path in known])
        times = round(float(counts.sum()))
        drawn = generator.multinomial(times, counts / counts.sum(), size=DRAWS) @ matrix / times
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return {name: (float(low[place]), float(high[place])) for place, name in enumerate(order)}


def _one_chain(paths: Sequence[Path], order: Sequence[str], generator: object) -> list[float]:
    import numpy as np

    assert isinstance(generator, np.random.Generator)
    cells = np.array([[path.conversions, path.nulls] for path in paths])
    total = cells.sum()
    counts = generator.multinomial(round(float(total)), (cells / total).ravel()).reshape(-1, 2)
    again = [
        Path(path.touches, float(yes), float(no), path.days) for path, (yes, no) in zip(paths, counts, strict=True)
    ]
    told = credit("markov", again)
    together = sum(told.values())
    return [told.get(name, 0.0) / together if together else 0.0 for name in order]
