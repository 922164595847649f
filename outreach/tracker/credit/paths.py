"""What lay before inquiries, as paths: touches in their order, how often they ended in one and how often in none."""

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from outreach.core.errors import OutreachError

UNKNOWN = ""  # the touch of a path without any


@dataclass(frozen=True)
class Path:
    """Touches in the order they happened, perhaps none; `conversions` journeys along them ended in what is counted and
    `nulls` did not. `days`: how long before its end each touch lay, where that is known.
    """

    touches: tuple[str, ...]
    conversions: float = 1.0
    nulls: float = 0.0
    days: tuple[float, ...] | None = None


def gathered(paths: Iterable[Path]) -> list[Path]:
    """The same journeys with each path once, in the order of first appearance."""
    sums: dict[tuple[tuple[str, ...], tuple[float, ...] | None], list[float]] = {}
    for path in paths:
        held = sums.setdefault((path.touches, path.days), [0.0, 0.0])
        held[0] += path.conversions
        held[1] += path.nulls
    return [Path(touches, held[0], held[1], days) for (touches, days), held in sums.items()]


def names(paths: Sequence[Path]) -> list[str]:
    """Every touch of these paths once, in the order of first appearance; `UNKNOWN` where a path has none."""
    seen: dict[str, None] = {}
    for path in paths:
        seen.update(dict.fromkeys(path.touches or (UNKNOWN,)))
    return list(seen)


def read(raw: str, where: str) -> list[Path]:
    """The paths of a JSON document ``{"paths": [{"touches": [...], "conversions": n, "nulls": n, "days": [...]}]}``;
    a count that is left out is 0, `days` may be.

    OutreachError `credit.json` for what is no such document, `credit.path` for the path (counted from 1) that does not
    fit, with `what` as the name of the field.
    """
    try:
        told = json.loads(raw)
        listed = told["paths"]
        if not isinstance(listed, list):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise OutreachError("credit.json", where=where) from error
    return [_path(one, number, where) for number, one in enumerate(listed, 1)]


def _path(told: object, number: int, where: str) -> Path:
    def refuse(what: str) -> OutreachError:
        return OutreachError("credit.path", number=number, what=what, where=where)

    if not isinstance(told, dict):
        raise refuse("touches")
    touches = told.get("touches")
    if not isinstance(touches, list) or not all(isinstance(touch, str) and touch for touch in touches):
        raise refuse("touches")
    counts = {}
    for name in ("conversions", "nulls"):
        count = told.get(name, 0)
        if isinstance(count, bool) or not isinstance(count, int | float) or not _counts(count):
            raise refuse(name)
        counts[name] = float(count)
    days = told.get("days")
    if days is None:
        return Path(tuple(touches), counts["conversions"], counts["nulls"])
    if not isinstance(days, list) or len(days) != len(touches):
        raise refuse("days")
    if not all(isinstance(day, int | float) and not isinstance(day, bool) and _counts(day) for day in days):
        raise refuse("days")
    if any(later > earlier for earlier, later in itertools.pairwise(days)):
        raise refuse("days")
    return Path(tuple(touches), counts["conversions"], counts["nulls"], tuple(float(day) for day in days))


def _counts(value: float) -> bool:
    try:
        return value >= 0 and isfinite(value)
    except OverflowError:
        return False
