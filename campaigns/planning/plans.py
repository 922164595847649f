"""How a campaign is planned towards a moment of the year: steps counted from its day, read from the office's file.

`plans.toml` in the office's folder holds a list of `[[plan]]`: `key`, `names` by language, for which `moments` (keys of
the calendar's table) or `kinds` of moments it is, its `anchor` (`start` or `end` of the moment), `starts` (days from
the anchor to the campaign's first day) and `ends` (days from the moment's end to its last), and `[[plan.step]]`: `days`
from the anchor (or from `since`, again `start` or `end`), `kind`, `lv`, `en`. `late = "drop"`: done too late it helps
nobody. A plan for no moment and no kind is the one for all others. An office without the file has the general one.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from campaigns.models import STEPS
from campaigns.moments import Moment
from outreach.core.errors import OutreachError

_FILE = "plans.toml"
_ENDS = ("start", "end")
_LONGEST = 400  # days


@dataclass(frozen=True)
class PlanStep:
    """A step as the file has it: `place` is its number in the plan, `since` the end of the moment it counts from."""

    place: int
    kind: str
    days: int
    since: str
    names: Mapping[str, str]  # language -> title
    drop: bool


@dataclass(frozen=True)
class Plan:
    """A way to plan, with its steps in the file's order."""

    key: str
    names: Mapping[str, str]
    moments: frozenset[str]
    kinds: frozenset[str]
    anchor: str
    starts: int
    ends: int
    steps: tuple[PlanStep, ...]


def read_plans(folder: Path) -> tuple[Plan, ...]:
    """The plans of the office whose profile lies in `folder`, read anew when the file has changed.

    Raises OutreachError `plan.file.toml` or `plan.file.fact`, which name the file and what is wrong in it.
    """
    file = folder / _FILE
    if not file.is_file():
        file = Path(__file__).with_name(_FILE)
    return _read(file, file.stat().st_mtime_ns)


def plan_for(plans: Iterable[Plan], moment: Moment) -> Plan:
    """The plan that names the moment, else its kind, else the one for all others."""
    plans = tuple(plans)
    named = next((plan for plan in plans if moment.key in plan.moments), None)
    alike = next((plan for plan in plans if moment.kind in plan.kinds), None)
    return named or alike or next(plan for plan in plans if not plan.moments and not plan.kinds)


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int) -> tuple[Plan, ...]:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        plans = tuple(_plan(plan) for plan in told["plan"])
        if not any(not plan.moments and not plan.kinds for plan in plans):
            raise ValueError("moments")
    except tomllib.TOMLDecodeError as error:
        raise OutreachError("plan.file.toml", file=str(file), reason=str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OutreachError("plan.file.fact", file=str(file), fact=str(error)) from error
    return plans


def _plan(told: Mapping[str, Any]) -> Plan:
    anchor = _among(told.get("anchor", "start"), _ENDS)
    return Plan(
        key=str(told["key"]),
        names={language: str(told["names"][language]) for language in ("lv", "en")},
        moments=frozenset(map(str, told.get("moments", ()))),
        kinds=frozenset(map(str, told.get("kinds", ()))),
        anchor=anchor,
        starts=_days(told["starts"]),
        ends=_days(told["ends"]),
        steps=tuple(_step(place, step, anchor) for place, step in enumerate(told["step"])),
    )


def _step(place: int, told: Mapping[str, Any], anchor: str) -> PlanStep:
    return PlanStep(
        place=place,
        kind=_among(told["kind"], STEPS),
        days=_days(told["days"]),
        since=_among(told.get("since", anchor), _ENDS),
        names={"lv": str(told["lv"]), "en": str(told["en"])},
        drop=_among(told.get("late", "today"), ("today", "drop")) == "drop",
    )


def _days(told: Any) -> int:
    if not isinstance(told, int) or abs(told) > _LONGEST:
        raise ValueError(told)
    return told


def _among(told: Any, known: Iterable[str]) -> str:
    if told not in known:
        raise ValueError(told)
    return str(told)
