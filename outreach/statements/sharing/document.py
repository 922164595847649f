"""Figures as a file between offices: plain JSON with a sum over it.

The sum shows that nothing changed on the way. It proves nothing of who made the file: whoever brings one in answers for
where it came from.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from outreach.core import smallcells
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import PUBLIC_LANGUAGES
from outreach.statements.reading import StatementSeen
from outreach.statements.sharing.figures import FIGURES, KINDS, Numbers, of_statement

MOST_BYTES = 64 * 1024
_FORMAT = "outreach-figures"
_EDITION = 1
_OFFICE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_HIGHEST = 10_000_000
_YEARS = (1990, 2200)


@dataclass(frozen=True)
class Shared:
    """What a file says: one version of one report of one office; `name` is its region by language."""

    office: str
    name: Mapping[str, str]
    kind: str
    first: date
    last: date
    version: int
    numbers: Numbers
    given_at: datetime


def shared(given: StatementSeen, office: Office) -> Shared:
    """A statement as it goes to other offices. OutreachError `regions.error.kind`."""
    line = given.line
    name = {language: office.region[language] for language in PUBLIC_LANGUAGES if office.region.get(language)}
    numbers = of_statement(given)
    return Shared(
        office.folder.name, name, line.kind, line.first, line.last, line.version, numbers, line.published_at
    )


def written(told: Shared) -> bytes:
    """The file; the same for the same figures."""
    plain: dict[str, Any] = {
        "format": _FORMAT,
        "edition": _EDITION,
        "office": told.office,
        "region": dict(told.name),
        "report": told.kind,
        "period": {"first": told.first.isoformat(), "last": told.last.isoformat()},
        "version": told.version,
        "given_at": told.given_at.astimezone(UTC).isoformat(timespec="seconds"),
        "kept_back_below": smallcells.LEAST,
        "numbers": dict(told.numbers),
    }
    whole = {**plain, "sum": _sum(plain)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def file_name(told: Shared) -> str:
    """figures-latgale-results-2023-01-01_2023-12-31-v2.json"""
    return f"figures-{told.office}-{told.kind}-{told.first}_{told.last}-v{told.version}.json"


def read(data: bytes) -> Shared:
    """What a file says. OutreachError `regions.error.file` for another file, `.newer` for one of a later program,
    `.sum` where it was changed, `.number` (name) for a figure that is none.
    """
    plain = _plain(data)
    if plain.pop("sum", None) != _sum(plain):
        raise OutreachError("regions.error.sum")
    try:
        period = plain["period"]
        told = Shared(
            str(plain["office"]),
            {language: str(plain["region"][language]) for language in PUBLIC_LANGUAGES if language in plain["region"]},
            str(plain["report"]),
            date.fromisoformat(period["first"]),
            date.fromisoformat(period["last"]),
            plain["version"],
            _numbers(plain["numbers"]),
            datetime.fromisoformat(plain["given_at"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OutreachError("regions.error.file") from error
    if not _is_whole(told):
        raise OutreachError("regions.error.file")
    return told


def _plain(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise OutreachError("regions.error.file")
    try:
        plain = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise OutreachError("regions.error.file") from error
    if not isinstance(plain, dict) or plain.get("format") != _FORMAT:
        raise OutreachError("regions.error.file")
    if plain.get("edition") != _EDITION:
        raise OutreachError("regions.error.newer")
    return plain


def _numbers(told: object) -> dict[str, int | None]:
    """The figures that are known here; small ones stay out, should the other office have let them through."""
    if not isinstance(told, dict):
        raise OutreachError("regions.error.file")
    found: dict[str, int | None] = {}
    for name in FIGURES:
        if name not in told:
            continue
        value = told[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _HIGHEST):
            raise OutreachError("regions.error.number", name=name)
        found[name] = None if value is not None and smallcells.few(value) else value
    return found


def _is_whole(told: Shared) -> bool:
    return (
        _OFFICE.fullmatch(told.office) is not None
        and bool(told.name.get("lv"))
        and all(name.isprintable() and 0 < len(name) <= 80 for name in told.name.values())
        and told.kind in KINDS
        and _YEARS[0] <= told.first.year <= told.last.year <= _YEARS[1]
        and told.first <= told.last
        and isinstance(told.version, int)
        and not isinstance(told.version, bool)
        and 1 <= told.version <= 10_000
        and told.given_at.tzinfo is not None
        and bool(told.numbers)
    )


def _sum(plain: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise OutreachError("regions.error.file") from error
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def _refuse(value: str) -> None:
    raise ValueError(value)
