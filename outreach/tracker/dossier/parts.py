"""What an answer to a person is made of: named sections of plain values, the same for a program and for paper."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple


class Coded(NamedTuple):
    """A word of a closed list: `group` is the beginning of its text's key, `name` what stands in JSON."""

    group: str
    name: str


Value = str | int | bool | date | datetime | Coded | tuple[str, ...] | None
Item = dict[str, Value]  # every name is described in docs/person-data.md


@dataclass(frozen=True)
class Section:
    """Things of one kind; empty where there are none."""

    name: str
    items: tuple[Item, ...] = field(repr=False)


@dataclass(frozen=True)
class Kept:
    """A file that goes along: under which path in the archive, in which folder and under which token it lies."""

    path: str = field(repr=False)
    folder: str
    token: str
    size: int


@dataclass(frozen=True)
class Dossier:
    """All that is kept about a person or a family. `kind` household or inquiry."""

    kind: str
    number: int
    sections: tuple[Section, ...] = field(repr=False)
    files: tuple[Kept, ...] = field(repr=False)
