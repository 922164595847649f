"""The office's municipalities by any of their written forms, read from its table of places."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from outreach.core.errors import OutreachError

_NEEDED = ("name_lv", "parent_municipality", "match_forms", "name_ru")
_FORMS = ("match_forms", "forms_ltg", "forms_ru", "forms_en")


@dataclass(frozen=True)
class Places:
    """Which municipality a town, a parish or a municipality's own name stands for."""

    by_form: Mapping[str, str]  # lower case -> municipality
    municipalities: tuple[str, ...]  # in the table's order: what a form offers

    def municipality(self, text: str) -> str | None:
        """The municipality of one place as people write it; None for a place that is not in the table."""
        return self.by_form.get(" ".join(text.split()).casefold())


def read_places(file: Path) -> Places:
    """Reads `places.csv`, anew when it has changed.

    OutreachError `tracker.error.places` without the columns it needs.
    """
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int) -> Places:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    missing = [name for name in _NEEDED if not rows or name not in rows[0]]
    if missing:
        raise OutreachError("tracker.error.places", file=str(file), columns=", ".join(missing))
    parents = {row["parent_municipality"] for row in rows} - {""}
    known = {row["name_lv"] for row in rows}
    forms: dict[str, str] = {}
    own: list[str] = []
    for row in rows:
        itself = row["name_lv"] in parents or _is_city(row)
        if itself:
            own.append(row["name_lv"])
        municipality = row["name_lv"] if itself else row["parent_municipality"]
        if municipality not in known:
            continue  # the region itself, or a place beyond it
        written = [row["name_lv"], *row["name_ru"].split("/")]
        for column in _FORMS:
            written.extend((row.get(column) or "").split("|"))
        for form in written:
            # A town before a parish of the same name: the table lists the larger first.
            if form.strip():
                forms.setdefault(form.strip().casefold(), municipality)
    return Places(forms, tuple(own))


def _is_city(row: Mapping[str, str]) -> bool:
    return row.get("type", "") == "valstspilsēta"
