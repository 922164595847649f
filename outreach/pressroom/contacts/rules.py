"""A rule of a list: any of each kind that is named, and all kinds that are named; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from outreach.core.errors import OutreachError

KINDS = ("tiers", "languages", "beats", "places", "outlets")
_MOST = 60


class Asked(Protocol):
    """What of a contact a rule looks at."""

    @property
    def tier(self) -> str | None: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def beats(self) -> tuple[str, ...]: ...
    @property
    def places(self) -> tuple[str, ...]: ...
    @property
    def outlet(self) -> str: ...


@dataclass(frozen=True)
class Rule:
    """Whom a list takes by itself; empty kinds mean anything."""

    tiers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    beats: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()

    def takes(self, one: Asked) -> bool:
        """Whether it takes this contact."""
        return (
            (not self.tiers or one.tier in self.tiers)
            and _any(self.languages, one.languages)
            and _any(self.beats, one.beats)
            and _any(self.places, one.places)
            and _any(self.outlets, (one.outlet,))
        )

    def kept(self) -> dict[str, list[str]]:
        """As the store keeps it."""
        return {kind: list(getattr(self, kind)) for kind in KINDS if getattr(self, kind)}


def rule_of(kept: Mapping[str, Iterable[str]]) -> Rule:
    """A rule from what the store keeps."""
    return Rule(**{kind: tuple(kept.get(kind, ())) for kind in KINDS})


def fit(rule: Rule) -> Rule:
    """A rule that says something, each word once; OutreachError `contacts.error.rule_empty` or `.rule_long`."""
    tidy = Rule(**{kind: _tidy(getattr(rule, kind)) for kind in KINDS})
    if not tidy.kept():
        raise OutreachError("contacts.error.rule_empty")
    if any(len(getattr(tidy, kind)) > _MOST for kind in KINDS):
        raise OutreachError("contacts.error.rule_long", most=_MOST)
    return tidy


def _tidy(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(one.split()) for one in words if one.strip()))


def _any(wanted: tuple[str, ...], has: tuple[str, ...]) -> bool:
    return not wanted or not {one.casefold() for one in wanted}.isdisjoint(one.casefold() for one in has)
