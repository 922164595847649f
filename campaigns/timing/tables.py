"""A plan as a table: heads in any order and language, cells to values, and at its cell what cannot be read. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from campaigns.addresses import check_target
from campaigns.timing.sheet import MOST_ROWS, Cell, Line
from outreach.core.errors import OutreachError

COLUMNS = (
    "campaign", "language", "title", "text", "link", "channels", "day", "hour", "clock", "until", "picture", "story",
)  # fmt: skip
NEEDED = ("campaign", "title", "text", "channels", "day", "hour")
_LONGEST = {"title": 200, "text": 10_000, "link": 2000}
_HEAD_WITHIN = 10  # lines from the top
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-.](?P<month>\d{1,2})[-.](?P<day>\d{1,2})\.?(?:[ T].*)?")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\.?")
_HOUR = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2}(?:\.\d+)?)?")
_BETWEEN = re.compile(r"[;\n|]+")


@dataclass(frozen=True)
class Vocabulary:
    """What people call things, in every language, folded by `folded`: heads -> columns, languages -> codes, and the
    words for the office's clock and for the readers'.
    """

    heads: Mapping[str, str]
    languages: Mapping[str, str]
    office: frozenset[str]
    readers: frozenset[str]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or with the whole row where `column` is empty; a `warning` keeps nothing back."""

    column: str
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False


@dataclass(frozen=True)
class Row:
    """A row as it was read. What could not be read is None or empty, and among the `problems`.

    `typed` is what stands in each cell, for showing; `by_readers`: the hour is one on the readers' wall.
    """

    number: int
    typed: Mapping[str, str]
    campaign: str
    language: str | None
    title: str
    text: str
    link: str
    channels: tuple[str, ...]
    day: date | None
    hour: time | None
    by_readers: bool
    until: time | None
    picture: str
    story: str
    problems: tuple[Problem, ...]


def folded(text: str) -> str:
    """A word without case, accents, and what is no letter or figure: "Kanāls(-i)" and "kanalsi" are one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def rows(lines: Sequence[Line], words: Vocabulary) -> list[Row]:
    """Every row below the head.

    Raises OutreachError `plantable.head.none` (no line looks like a head), `plantable.head.lacks` (which columns),
    `plantable.head.twice` (which one), `plantable.file.rows` or `plantable.file.empty`.
    """
    at, places = _head(lines, words)
    below = lines[at + 1 :]
    if len(below) > MOST_ROWS:
        raise OutreachError("plantable.file.rows", most=MOST_ROWS)
    if not below:
        raise OutreachError("plantable.file.empty")
    return [_row(line, places, words) for line in below]


def _head(lines: Sequence[Line], words: Vocabulary) -> tuple[int, dict[str, int]]:
    best: tuple[int, list[tuple[str, int]]] = (-1, [])
    for at, line in enumerate(lines[:_HEAD_WITHIN]):
        known = [(words.heads.get(folded(_shown(cell)), ""), place) for place, cell in enumerate(line.cells)]
        known = [(name, place) for name, place in known if name]
        if len(known) > len(best[1]):
            best = at, known
    at, known = best
    if len({name for name, _ in known}) < 2:
        raise OutreachError("plantable.head.none")
    places: dict[str, int] = {}
    for name, place in known:
        if name in places:
            raise OutreachError("plantable.head.twice", column_key=f"plantable.column.{name}")
        places[name] = place
    for name in NEEDED:
        if name not in places:
            raise OutreachError("plantable.head.lacks", column_key=f"plantable.column.{name}")
    return at, places


def _row(line: Line, places: Mapping[str, int], words: Vocabulary) -> Row:
    cells: dict[str, Cell] = {
        name: line.cells[places[name]] if name in places and places[name] < len(line.cells) else None
        for name in COLUMNS
    }
    typed = {name: _shown(cell).strip() for name, cell in cells.items()}
    problems = [Problem(name, "plantable.empty") for name in NEEDED if not typed[name] and name != "hour"]
    for name, most in _LONGEST.items():
        if len(typed[name]) > most:
            problems.append(Problem(name, "plantable.long", {"most": most}))
    day, hour = day_in(cells["day"]), hour_in(cells["hour"])
    if hour is None and not typed["hour"] and isinstance(cells["day"], datetime):
        hour = hour_in(cells["day"])  # a day and an hour in one cell
    if typed["day"] and day is None:
        problems.append(Problem("day", "plantable.day.unclear", {"given": typed["day"][:40]}))
    if hour is None:
        wrong = "plantable.hour.unclear" if typed["hour"] else "plantable.empty"
        problems.append(Problem("hour", wrong, {"given": typed["hour"][:40]}))
    until = hour_in(cells["until"])
    if typed["until"] and until is None:
        problems.append(Problem("until", "plantable.hour.unclear", {"given": typed["until"][:40]}))
    clock = folded(typed["clock"])
    if clock and clock not in words.office | words.readers:
        problems.append(Problem("clock", "plantable.clock", {"given": typed["clock"][:40]}))
    language = words.languages.get(folded(typed["language"])) if typed["language"] else None
    if typed["language"] and language is None:
        problems.append(Problem("language", "plantable.language", {"given": typed["language"][:40]}))
    if typed["link"]:
        try:
            check_target(typed["link"])
        except OutreachError as error:
            problems.append(Problem("link", error.key, error.facts))
    return Row(
        number=line.number,
        typed=typed,
        campaign=typed["campaign"],
        language=language,
        title=" ".join(typed["title"].split()),
        text=typed["text"].replace("\r\n", "\n"),
        link=typed["link"],
        channels=names_in(typed["channels"]),
        day=day,
        hour=hour,
        by_readers=clock in words.readers if clock else False,
        until=until,
        picture=typed["picture"],
        story=typed["story"],
        problems=tuple(problems),
    )


def names_in(text: str) -> tuple[str, ...]:
    """Names between semicolons, each once: a comma may be part of one."""
    return tuple(dict.fromkeys(name.strip() for name in _BETWEEN.split(text) if name.strip()))


def day_in(cell: Cell) -> date | None:
    """A cell's day: a date, "2026-12-01", "01.12.2026", "1.12.2026." or "2026.12.01."; None for what is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    typed = _shown(cell).strip()
    found = _YEAR_FIRST.fullmatch(typed) or _DAY_FIRST.fullmatch(typed)
    if found is None:
        return None
    try:
        told = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return told if 1990 <= told.year <= 2200 else None


def hour_in(cell: Cell) -> time | None:
    """A cell's hour: a time, a part of a day, "18:30", "18.30" or "18"; None for what is none."""
    if isinstance(cell, datetime | time):
        return _to_minute(cell.hour, cell.minute, cell.second)
    if isinstance(cell, float) and not isinstance(cell, bool):
        if 0 <= cell < 1:
            return _to_minute(0, 0, round(cell * 86_400))
        if not 1 <= cell < 24:
            return None
        minutes = round((cell % 1) * 100)  # 18.3 is what a spreadsheet makes of "18.30"
        return time(int(cell), minutes) if minutes < 60 else None
    found = _HOUR.fullmatch(_shown(cell).strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _to_minute(hour: int, minute: int, second: int) -> time:
    # A spreadsheet's 18:30 may be 18:29:59.99.
    midnight = datetime.combine(date(2000, 1, 1), time.min)
    moment = midnight + timedelta(hours=hour, minutes=minute, seconds=second + 30)
    return time(moment.hour, moment.minute)


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def vocabulary(
    heads: Iterable[tuple[str, str]],
    languages: Iterable[tuple[str, str]],
    office: Iterable[str],
    readers: Iterable[str],
) -> Vocabulary:
    """Words as they stand in the catalogues, folded: pairs of a word and what it stands for."""
    return Vocabulary(
        {folded(word): name for word, name in heads},
        {folded(word): code for word, code in languages},
        frozenset(folded(word) for word in office),
        frozenset(folded(word) for word in readers),
    )
