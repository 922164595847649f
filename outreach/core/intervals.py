"""Between which limits a true share lies, seen some times out of some: few cases say little, and say so."""

from math import sqrt

_SURE = 1.959963984540054  # deviations on either side of the middle that hold 95 %


def wilson(part: float, whole: float) -> tuple[float, float]:
    """Wilson's 95 % limits of `part` of `whole`; nothing seen is nothing known: 0 to 1.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    if whole <= 0:
        return 0.0, 1.0
    share, spread = part / whole, _SURE**2 / whole
    middle = (share + spread / 2) / (1 + spread)
    half = _SURE * sqrt(max(0.0, share * (1 - share) / whole + spread / (4 * whole))) / (1 + spread)
    return max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)


def jeffreys(part: int, whole: int) -> tuple[float, float]:
    """Jeffreys' 95 % limits: the middle of what a Beta(1/2, 1/2) prior becomes; at none and at all of them the outer
    limit is 0 and 1. Nothing seen: 0 to 1.

    Source: L. D. Brown, T. T. Cai, A. DasGupta, Interval estimation for a binomial proportion, 2001.
    """
    if whole <= 0:
        return 0.0, 1.0
    from scipy.special import betaincinv  # it takes its time to load

    low = 0.0 if part == 0 else float(betaincinv(part + 0.5, whole - part + 0.5, 0.025))
    high = 1.0 if part == whole else float(betaincinv(part + 0.5, whole - part + 0.5, 0.975))
    return low, high


def poisson(count: int) -> tuple[float, float]:
    """Exact 95 % limits of the mean of what was counted once: Garwood's, from the Gamma distribution."""
    from scipy.special import gammaincinv

    low = 0.0 if count == 0 else float(gammaincinv(count, 0.025))
    return low, float(gammaincinv(count + 1, 0.975))


def apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two pairs of limits share nothing, so that one may be said to be more than the other."""
    return one[1] < other[0] or other[1] < one[0]
