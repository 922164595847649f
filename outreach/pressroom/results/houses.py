"""Which outlets of our contacts are which of the watched sources: one house has several editions; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Printed:
    """Outlets that were sent something and printed it, and sources that printed it without having been sent it."""

    sent: frozenset[str]
    asked: frozenset[str]
    others: frozenset[str]


def is_of(source: str, outlet: str) -> bool:
    """Whether a source is this outlet or one of its editions, which are called after their house: "LSM.lv: ziņas"."""
    theirs, house = source.strip().casefold(), outlet.strip().casefold()
    return bool(house) and (theirs == house or theirs.startswith(tuple(f"{house}{sign}" for sign in " :,")))


def printed(sent: Collection[str], sources: Iterable[str]) -> Printed:
    """Of the outlets `sent` those that printed, by the names of the sources in which it stood."""
    asked: set[str] = set()
    others: set[str] = set()
    for source in sources:
        mine = {outlet for outlet in sent if is_of(source, outlet)}
        # Of "Latvijas Radio" and "Latvijas Radio 4" the edition is meant that is named whole.
        longest = max((len(outlet) for outlet in mine), default=0)
        asked |= {outlet for outlet in mine if len(outlet) == longest}
        if not mine:
            others.add(source)
    return Printed(frozenset(sent), frozenset(asked), frozenset(others))
