"""What people write into cells, to plain values; pure. None is for what cannot be read: the words are then kept."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from campaigns.timing.sheet import Cell
from outreach.tracker.bringing.words import count_of, month_of
from outreach.tracker.lexicon import lexicon, words_of
from outreach.tracker.same import reaching

MOST_PEOPLE = 40
_FIRST_DAY = date(1990, 1, 1)
_SERIALS = range(30_000, 75_000)  # days since the beginning of 1900 as spreadsheets count: 1982 to 2105
_EPOCH = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})[-./ ]{1,2}(\d{1,2})[-./ ]{1,2}(\d{1,2})(?!\d)")
_EUROPEAN = re.compile(r"(\d{1,2})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{4}|\d{2})(?!\d)")
_PACKED = re.compile(r"(?:19|20)\d{6}")
_HOUR = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_SUM = re.compile(r"\d{1,2}(?:\s*\+\s*\d{1,2})+")
_FRACTION = re.compile(r"(?<=\d{6})[.,]0+(?!\d)")  # a number that a spreadsheet took for one to count with
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


@dataclass(frozen=True)
class Moment:
    """A day, and the hour on the wall where one was told."""

    day: date
    hour: time | None = None


def text(cell: Cell) -> str:
    """A cell as it is read: whole numbers without a fraction, days in ISO form, its lines without stray spaces."""
    if cell is None or cell is False:
        return ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if abs(cell) < 1e15 and cell == int(cell) else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != time(0) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    lines = (" ".join(line.split()) for line in str(cell).replace("\x00", "").splitlines())
    return "\n".join(line for line in lines if line)


def is_broken(told: str) -> bool:
    """Whether a cell holds a formula, or what a broken one leaves."""
    return told in _ERRORS or (told.startswith("=") and len(told) > 1)


def moment(cell: Cell) -> Moment | None:
    """The day a cell names: a date, a day's number of a spreadsheet, or text in any of the usual ways, the day before
    the month. None where it is none, or none that can be believed.
    """
    if isinstance(cell, datetime):
        return _believed(cell.date(), cell.time() if cell.time() != time(0) else None)
    if isinstance(cell, date):
        return _believed(cell)
    told = text(cell)
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", told):
        days = float(told.replace(",", "."))
        return _believed(_EPOCH + timedelta(days=int(days))) if int(days) in _SERIALS else None
    hour = _HOUR.search(told)
    rest = told.replace(hour[0], " ") if hour else told
    day = _day(rest.strip())
    return _believed(day, time(int(hour[1]), int(hour[2])) if hour else None) if day is not None else None


def people(told: str) -> int | None:
    """How many people a cell counts: "4", "2+2", "2 adults, 2 children", a word for a number; 1 to 40."""
    told = re.sub(r"^(\d{1,2})[.,]0+$", r"\1", told)
    if _SUM.fullmatch(told):
        return _few(sum(int(part) for part in _NUMBER.findall(told)))
    numbers = [int(part) for part in _NUMBER.findall(told)]
    words = words_of(told)
    kinds = [hit for hit in lexicon().find("people", words) if hit.start]
    if len(numbers) > 1:
        parts = [hit.name for hit in kinds]
        whole = "adults" in parts and "people" not in parts and len(numbers) == len(parts)
        return _few(sum(numbers)) if whole else None
    if len(re.findall(r"\d+", told)) > len(numbers):
        return None  # a number of three figures, or a telephone
    if numbers:
        return _few(numbers[0])
    counted = [number for number in map(count_of, words) if number is not None]
    return _few(counted[0]) if len(counted) == 1 else None


def phones(told: str, country: str | None) -> tuple[str, tuple[str, ...]]:
    """A cell of telephone numbers as it is kept, and the numbers that are real in it (E.164). One without its
    plus, as in spreadsheets, gets it back.
    """
    kept = _FRACTION.sub("", " ".join(told.split()))
    found = reaching.phones(kept, country)
    figures = re.sub(r"\D", "", kept)
    if len(found) == 1 and found[0] == f"+{figures}":
        kept = found[0]
    return kept, found


def mails(told: str) -> tuple[str, tuple[str, ...]]:
    """A cell of addresses as it is kept, and those that are real in it; spaces that strayed into one go."""
    kept = re.sub(r"\s*(?:\(at\)|\[at\]|@)\s*", "@", told.strip())
    kept = re.sub(r"\s*\.\s*(?=[A-Za-z]{2,}(?:$|[\s,;]))", ".", kept) if "@" in kept else kept
    if kept.count("@") == 1 and not reaching.mails(kept):
        kept = re.sub(r"\s+", "", kept)
    kept = re.sub(r",(?=[a-z]{2,3}$)", ".", kept)
    found = reaching.mails(kept)
    whole = kept.count("@") == len(found)
    return kept, found if whole else ()


def _day(told: str) -> date | None:
    if _PACKED.fullmatch(told):
        return _made(told[:4], told[4:6], told[6:])
    iso = _ISO.search(told)
    if iso:
        return _made(*iso.groups())
    european = _EUROPEAN.search(told)
    if european:
        day, month, year = european.groups()
        return _made(year if len(year) == 4 else f"20{year}", month, day)
    year_told = _YEAR.search(told)
    months = [month for month in map(month_of, re.findall(r"[^\W\d_]+", told)) if month]
    if year_told is None or len(months) != 1:
        return None
    days = _NUMBER.findall(told.replace(year_told[0], " ", 1))
    return _made(year_told[0], str(months[0]), days[0]) if len(days) == 1 else None


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _believed(day: date, hour: time | None = None) -> Moment | None:
    return Moment(day, hour) if day >= _FIRST_DAY else None


def _few(number: int) -> int | None:
    return number if 1 <= number <= MOST_PEOPLE else None
