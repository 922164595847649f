"""Somebody's table from its bytes to its rows: what pages, the command and the work itself read alike; pure but for old
workbooks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.timing.sheet import Line
from outreach.tracker.bringing import columns, rows
from outreach.tracker.bringing.columns import Table
from outreach.tracker.bringing.places import Atlas
from outreach.tracker.bringing.rows import Row
from outreach.tracker.bringing.words import FIELDS
from outreach.tracker.places import Places

_TOLD = re.compile(r"(\d{1,2})=([a-z]*)")


@dataclass(frozen=True)
class Brought:
    """A table as it is understood."""

    table: Table
    rows: tuple[Row, ...] = field(repr=False)


def read(
    lines: Sequence[Line], places: Places, now: datetime, zone: ZoneInfo, told: Mapping[int, str] | None = None
) -> Brought:
    """The table in these rows, its columns as a person said (`told`, by number from 0) or as they look.

    Raises as `columns.read`.
    """
    table = columns.read(lines, places, told)
    return Brought(table, tuple(rows.read(table, Atlas(places), now, zone)))


def written(told: Mapping[int, str] | None) -> str:
    """What a person said of columns in one word, for `said`; empty where nothing was said."""
    return ",".join(f"{at}={name}" for at, name in sorted((told or {}).items()))


def said(text: str) -> dict[int, str] | None:
    """What `written` wrote; None for nothing."""
    found = {int(at): name for at, name in _TOLD.findall(text) if name in {"", *FIELDS}}
    return found or None
