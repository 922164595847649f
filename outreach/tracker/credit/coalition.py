"""Shapley's value: what a touch adds to a company of touches, on average over every order in which they could join.

A company is worth the conversions of all journeys that need nobody else. Then the value has a closed form: each
journey's conversions are shared equally among the different touches on it, so it is exact however many there are.
Source: L. S. Shapley, A value for n-person games, 1953; K. Zhao, S. H. Mahboobi, S. R. Bagheri, Shapley value methods
for attribution modeling in online advertising, 2018.
"""

from collections.abc import Sequence

from outreach.tracker.credit.paths import UNKNOWN, Path, names


def shapley(paths: Sequence[Path]) -> dict[str, float]:
    """What each touch is credited with, in conversions; their sum is all conversions. Paths without a touch are
    credited to `UNKNOWN`.
    """
    credit = dict.fromkeys(names(paths), 0.0)
    for path in paths:
        members = set(path.touches) or {UNKNOWN}
        share = path.conversions / len(members)
        for member in members:
            credit[member] += share
    return credit
