"""Outlets that nobody can have heard of us by, mixed among those that are offered: how much ticks are worth."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from outreach.tracker.heard.agreeing import Share, share

MIXED = 3
T = TypeVar("T")


@lru_cache(maxsize=4)
def read_decoys(path: Path) -> tuple[str, ...]:
    """The names of an office's table of decoys; none where it has no table."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(dict.fromkeys(name for row in csv.DictReader(file) if (name := (row.get("name") or "").strip())))


def drawn(names: Iterable[str], seed: str, count: int = MIXED) -> tuple[str, ...]:
    """So many of the names, the same ones for the same seed."""
    return tuple(sorted(names, key=lambda name: _place(seed, f"decoy:{name}"))[:count])


def mixed(values: Sequence[T], seed: str) -> tuple[T, ...]:
    """The values in an order that belongs to the seed and tells nothing of what they are."""
    return tuple(sorted(values, key=lambda value: _place(seed, str(value))))


def reliability(answers: Iterable[bool]) -> Share:
    """Of the answers ticked on the list, how many (True) chose a decoy."""
    told = list(answers)
    return share(sum(told), len(told))


def _place(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode(errors="replace")).digest()
