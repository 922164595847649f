"""Dates as feeds and pages write them: RFC 822, ISO 8601, and words in Latvian, Russian, English and German.

A time without a zone is the outlet's own local time.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

OLDEST_YEAR = 1995
_AHEAD = timedelta(days=1)

# Hours from UTC. RFC 822 knows only the American ones; the European ones are read as UTC by most libraries,
# wrongly.
_ZONES: dict[str, float] = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "west": 1,
    "bst": 1,
    "cet": 1,
    "mez": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_MONTH_LETTERS = 3


@dataclass(frozen=True)
class _Words:
    """Date words by language-free meaning, from `data/dates.csv`: beginnings of words, as case folded text
    has them.
    """

    months: Mapping[str, int]
    days: tuple[tuple[re.Pattern[str], int], ...]  # how many days back
    units: Mapping[str, timedelta]  # how long one is, by the word's beginning
    ago: re.Pattern[str]
    one_ago: re.Pattern[str]  # "pirms stundas", "час назад": without a number


@cache
def _words() -> _Words:
    file = Path(__file__).resolve().parent.parent / "data" / "dates.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [(row["meaning"], row["value"], row["beginnings"].split("|")) for row in csv.DictReader(lines)]
    units = {word: _unit(value) for meaning, value, words in rows if meaning == "ago" for word in words}
    by_length = sorted(units, key=lambda word: -len(word))
    choice = "|".join(by_length)
    # "h" and "st" after a figure are hours; alone they begin any word.
    long = "|".join(word for word in by_length if len(word) > 2)
    before, after = (
        "|".join(word for meaning, _, words in rows if meaning == named for word in words)
        for named in ("before", "after")
    )
    return _Words(
        months={word: int(value) for meaning, value, words in rows if meaning == "month" for word in words},
        days=tuple(
            (re.compile(rf"\b(?:{'|'.join(words)})\b"), int(value))
            for meaning, value, words in rows
            if meaning == "day"
        ),
        units=units,
        ago=re.compile(rf"(?<!\d)(\d{{1,3}})\s*({choice})(?![\w])|(?<!\d)(\d{{1,3}})\s+({choice})"),
        one_ago=re.compile(rf"\b(?:{before})\s+({long})|\b({long})[^\W\d_]*\s+(?:{after})\b"),
    )


def _unit(told: str) -> timedelta:
    """How long "hours" or "30 days" are: a month is told so roughly that thirty days are as good."""
    number, _, name = told.rpartition(" ")
    return timedelta(**{name: int(number or 1)})


# What nearly all RSS tells, read without looking for words.
_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_USUAL = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d)(?::(\d\d))?"
    r" ([+-](?:0\d|1[0-4])[0-5]\d|GMT|UTC|UT|Z)"
)
_NO_OFFSET = timedelta(0)
_ISO_LENGTHS = (20, 25)  # with Z, with an offset
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2}|[A-Za-z]{2,4})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?")
_CTIME = re.compile(r"([^\W\d_]{3})\s+(\d{1,2})\s+(?=\d{1,2}:\d{2})(?:.*\s)?(\d{4})$")
_YEAR_DOTS = re.compile(r"(?<!\d)(\d{4})[./](\d{1,2})[./](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[./]\s?(\d{1,2})[./]\s?(\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*\.?\s*(?:gada|g\.)?\s*(\d{1,2})\.?\s*([^\W\d_]{3,})")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[.\s-]+([^\W\d_]{3,})\.?,?[\s-]+(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})[\s-]+([^\W\d_]{3,})[\s-]+(\d{2})(?!\d)")
_NO_YEAR = re.compile(r"(?<!\d)(\d{1,2})\.?\s+([^\W\d_]{3,})")
# Which part of a date each pattern's groups are.
_ORDERS = (
    (_NUMBERS, "dmy"),
    (_YEAR_DOTS, "ymd"),
    (_YEAR_FIRST, "ydm"),
    (_DAY_FIRST, "dmy"),
    (_MONTH_FIRST, "mdy"),
    (_CTIME, "mdy"),
    (_SHORT_YEAR, "dmy"),
)
_CLOCK = re.compile(r"(?<![\d.:])(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?![\d.])\s*(am|pm)?")
_ZONE = re.compile(r"(?<=[\s\d])([+-]\d{2}):?(\d{2})\b|\b([a-z]{1,4})\b\s*$")


def read_date(told: str, zone: ZoneInfo, seen_at: datetime) -> datetime | None:
    """The moment a text tells, in UTC, or None where it tells none.

    `zone` reads times without a zone, `seen_at` what is relative ("vakar 10:15"). A date alone is its noon:
    whatever the reader's zone, it stays on its day. Bounds are not checked here, see `sane_date`.
    """
    if (usual := _USUAL.fullmatch(told)) is not None and (moment := _as_usual(usual)) is not None:
        return moment
    if len(told) in _ISO_LENGTHS and told[10] == "T" and (moment := _as_iso(told)) is not None:
        return moment
    text = " ".join(told[:200].replace("\xa0", " ").split()).strip()
    if not text or (text.isdigit() and len(text) != 8):
        return None
    try:
        return _iso(text, zone, seen_at) or _worded(text.casefold(), zone, seen_at)
    except (ValueError, OverflowError):
        return None


def sane_date(moment: datetime | None, now: datetime) -> tuple[datetime | None, bool]:
    """The moment if it can be true, and whether one was told that cannot: before 1995 or over a day ahead
    of `now`.
    """
    if moment is None:
        return None, False
    if moment.year < OLDEST_YEAR or moment > now + _AHEAD:
        return None, True
    return moment, False


def _as_usual(match: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, zone = match.groups()
    is_told = zone[0] in "+-"
    offset = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:])) if is_told else _NO_OFFSET
    try:
        local = datetime(
            int(year), _MONTHS[month], int(day), int(hour), int(minute), min(59, int(second or 0)), tzinfo=UTC
        )
        return local - offset
    except (ValueError, OverflowError):
        return None


def _as_iso(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC).replace(microsecond=0)


def _iso(text: str, zone: ZoneInfo, seen_at: datetime) -> datetime | None:
    match = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if match[4] is None:
        return _at(date(year, month, day), None, zone, seen_at)
    clock = time(int(match[4]) % 24, int(match[5]), min(59, int(match[6] or 0)))
    return _at(date(year, month, day), clock, _named(match[7], zone), seen_at)


def _worded(text: str, zone: ZoneInfo, seen_at: datetime) -> datetime | None:
    local = seen_at.astimezone(zone)
    for pattern, back in _words().days:
        if pattern.search(text):
            day = local.date() - timedelta(days=back)
            clock = _clock(text)
            # "Today" without a clock: the moment it was seen is the best there is.
            return seen_at.astimezone(UTC) if clock is None and back == 0 else _at(day, clock, zone, seen_at)
    for pattern, order in _ORDERS:
        match = pattern.search(text)
        if match is None:
            continue
        day_found = _day(dict(zip(order, match.groups(), strict=True)))
        if day_found is None:
            continue
        rest = text[: match.start()] + " " + text[match.end() :] if pattern is not _CTIME else text
        return _at(day_found, _clock(rest), _zone(rest, zone), seen_at)
    if ago := _words().ago.search(text):
        return (seen_at - _words().units[ago[2] or ago[4]] * int(ago[1] or ago[3])).astimezone(UTC)
    if one_ago := _words().one_ago.search(text):
        return (seen_at - _words().units[one_ago[1] or one_ago[2]]).astimezone(UTC)
    if match := _NO_YEAR.search(text):
        # "23. novembris": this year's, or last year's where this year's would lie ahead.
        for year in (local.year, local.year - 1):
            day_found = _day({"d": match[1], "m": match[2], "y": str(year)})
            if day_found is not None and day_found <= local.date() + timedelta(days=1):
                return _at(day_found, _clock(text[: match.start()] + " " + text[match.end() :]), zone, seen_at)
    return None


def _day(parts: dict[str, str]) -> date | None:
    month = int(parts["m"]) if parts["m"].isdigit() else _words().months.get(parts["m"][:_MONTH_LETTERS])
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, int(parts["d"])) if month else None
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    for match in _CLOCK.finditer(text):
        hour, minute = int(match[1]), int(match[2])
        if match[4]:
            hour = hour % 12 + (12 if match[4] == "pm" else 0)
        if hour == 24 and minute == 0:
            hour = 0
        if hour < 24 and minute < 60:
            return time(hour, minute, min(59, int(match[3] or 0)))
    return None


def _zone(rest: str, zone: ZoneInfo) -> timezone | ZoneInfo:
    match = _ZONE.search(rest.strip())
    if match is None:
        return zone
    return _named(match[1] + match[2] if match[1] else match[3], zone)


def _named(name: str | None, zone: ZoneInfo) -> timezone | ZoneInfo:
    if not name:
        return zone
    if name[0] in "+-":
        sign = -1 if name[0] == "-" else 1
        digits = name[1:].replace(":", "")
        return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
    hours = _ZONES.get(name.lower())
    return zone if hours is None else timezone(timedelta(hours=hours))


def _at(day: date, clock: time | None, zone: timezone | ZoneInfo, seen_at: datetime) -> datetime:
    if clock is not None:
        return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)
    # Today's noon may lie ahead: what was seen is not published later than that.
    return min(noon, seen_at.astimezone(UTC)) if day == seen_at.astimezone(zone).date() else noon
