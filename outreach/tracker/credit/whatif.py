"""What the figures would be without some touches together: "without the UK posts". A model's sum, never a forecast.

By the chain it is every walk that meets one of them and converts. Taken together they are one place of the chain: a
walk that meets none of them is the same walk in both, so that the sum is exact. By the other models it is the
journeys that met nothing else. Pure.
"""

from collections.abc import Collection
from dataclasses import dataclass

from outreach.core.intervals import wilson
from outreach.tracker.credit import certainty
from outreach.tracker.credit.journeys import Journeys
from outreach.tracker.credit.naming import Named
from outreach.tracker.credit.paths import UNKNOWN, Path, gathered
from outreach.tracker.credit.worked import Wanted

_TOGETHER = "without"  # no touch is called so: their names have a colon


@dataclass(frozen=True)
class WhatIf:
    """Without `named` the model has `less` journeys of the wanted end, of `total`; None where it has too little to go
    by. `met` met one of them, `only` met nothing else, with 95 % limits of that share.
    """

    named: tuple[Named, ...]
    total: int
    met: int
    only: int
    low: float
    high: float
    less: float | None


def what_if(journeys: Journeys, wanted: Wanted, names: Collection[str]) -> WhatIf | None:
    """None where none of `names` is a touch of these journeys at the wanted level."""
    called = journeys.called(wanted.level)
    paths = journeys.paths(wanted.end, wanted.level)
    known = {name for path in paths for name in path.touches}
    gone = {name for name in names if name in known and name != UNKNOWN}
    if not gone:
        return None
    met = [path for path in paths if not gone.isdisjoint(path.touches)]
    only = sum(gone.issuperset(path.touches) for path in met)
    less: float | None = None
    if certainty.enough(wanted.model, len(paths)) is None:
        less = _lost(paths, gone) if wanted.model == "markov" else float(only)
    ordered = sorted((called[name] for name in gone), key=lambda one: (one.text, one.name))
    return WhatIf(tuple(ordered), len(paths), len(met), only, *wilson(only, len(paths)), less)


def _lost(paths: Collection[Path], gone: Collection[str]) -> float:
    from outreach.tracker.credit.chain import removal  # the arithmetic takes its time to load

    merged = gathered(
        Path(tuple(_TOGETHER if name in gone else name for name in path.touches), path.conversions, path.nulls)
        for path in paths
    )
    return removal(merged).get(_TOGETHER, 0.0) * sum(path.conversions for path in merged if path.touches)
