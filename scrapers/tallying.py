"""Mentions counted: by day, outlet, language, place. Every count says mentions and stories. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

K = TypeVar("K")


class Told(NamedTuple):
    """What is counted of a mention, and the day on which it was first seen."""

    id: int
    day: date
    source_id: int
    lang: str
    story_id: int


@dataclass(frozen=True)
class Count:
    """So many mentions in so many stories."""

    mentions: int = 0
    stories: int = 0

    @property
    def repeated(self) -> int:
        """Mentions that tell what another of these tells too."""
        return self.mentions - self.stories


def count(told: Sequence[Told]) -> Count:
    """These mentions and their stories."""
    return Count(len(told), len({one.story_id for one in told}))


def by(told: Iterable[Told], key: Callable[[Told], K]) -> dict[K, Count]:
    """Counted by what `key` says, the most mentions first."""
    mentions: dict[K, int] = {}
    stories: dict[K, set[int]] = {}
    for one in told:
        name = key(one)
        if name in mentions:
            mentions[name] += 1
            stories[name].add(one.story_id)
        else:
            mentions[name], stories[name] = 1, {one.story_id}
    counted = {name: Count(number, len(stories[name])) for name, number in mentions.items()}
    return dict(sorted(counted.items(), key=lambda item: (-item[1].mentions, -item[1].stories, str(item[0]))))


def by_name(told: Iterable[Told], names: Mapping[int, Iterable[str]]) -> dict[str, Count]:
    """Counted by the names that a mention has (`names`, by its number): one with two names counts for both."""
    groups: dict[str, list[Told]] = {}
    for one in told:
        for name in names.get(one.id, ()):
            groups.setdefault(name, []).append(one)
    return {name: count(group) for name, group in groups.items()}
