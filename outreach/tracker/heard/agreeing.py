"""Whether what somebody says of how they heard, and what was tracked, tell the same: pure, and never a guess."""

from collections.abc import Iterable
from dataclasses import dataclass

from outreach.core.intervals import wilson

AGREE, DIFFER, ONLY_SAID, ONLY_TRACKED, NEITHER, APART = "agree", "differ", "said", "tracked", "none", "apart"
VERDICTS = (AGREE, DIFFER, ONLY_SAID, ONLY_TRACKED, NEITHER, APART)
# The finest first: what both tell there decides.
LEVELS = ("campaign", "outlet", "channel")


@dataclass(frozen=True)
class Side:
    """What the lines of one side tell: campaigns by number, outlets by name, channels by the lexicon's source."""

    campaign: frozenset[int] = frozenset()
    outlet: frozenset[str] = frozenset()
    channel: frozenset[str] = frozenset()

    @property
    def tells(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.campaign or self.outlet or self.channel)

    def at(self, level: str) -> frozenset[int | str]:
        """What it tells at one of `LEVELS`."""
        if level == "campaign":
            return frozenset[int | str](self.campaign)
        return frozenset[int | str](self.outlet if level == "outlet" else self.channel)


@dataclass(frozen=True)
class Agreement:
    """One of `VERDICTS`; `level` is where the sides were compared. `apart`: both tell something, but not of the same
    level, so that nobody can say.
    """

    verdict: str
    level: str | None = None


@dataclass(frozen=True)
class Share:
    """How many of how many, and Wilson's 95 % limits of the true share."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None


def agree(said: Side, tracked: Side) -> Agreement:
    """Compares two sides at the finest level that both tell; one thing in common is enough."""
    if not (said.tells and tracked.tells):
        return Agreement(ONLY_SAID if said.tells else ONLY_TRACKED if tracked.tells else NEITHER)
    for level in LEVELS:
        one, other = said.at(level), tracked.at(level)
        if one and other:
            return Agreement(AGREE if one & other else DIFFER, level)
    return Agreement(APART)


def rate(agreements: Iterable[Agreement]) -> Share:
    """How many agree, of those that could be compared."""
    found = [one.verdict for one in agreements if one.verdict in {AGREE, DIFFER}]
    return share(found.count(AGREE), len(found))


def share(part: int, whole: int) -> Share:
    """A share with its limits."""
    return Share(part, whole, *wilson(part, whole))
