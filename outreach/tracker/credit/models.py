"""The ways to share credit, by name."""

from collections.abc import Callable, Mapping, Sequence

from outreach.core.errors import OutreachError
from outreach.tracker.credit import rules
from outreach.tracker.credit.coalition import shapley
from outreach.tracker.credit.paths import Path

Model = Callable[[Sequence[Path]], dict[str, float]]


def _markov(paths: Sequence[Path]) -> dict[str, float]:
    from outreach.tracker.credit.chain import markov  # the arithmetic takes its time to load

    return markov(paths)


MODELS: Mapping[str, Model] = {
    "first": rules.by(rules.first),
    "last": rules.by(rules.last),
    "linear": rules.by(rules.linear),
    "position": rules.by(rules.position),
    "decay": rules.by(rules.decay),
    "markov": _markov,
    "shapley": shapley,
}


def credit(model: str, paths: Sequence[Path]) -> dict[str, float]:
    """What each touch is credited with, in conversions; `paths.UNKNOWN` stands for none.

    OutreachError `credit.model` for a name that is none of `MODELS`, `credit.no_days` as `rules.decay` says.
    """
    if model not in MODELS:
        raise OutreachError("credit.model", model=model, known=", ".join(MODELS))
    return MODELS[model](paths)
