"""Until which day somebody is away, as an automatic answer says it: in Latvian, English, Russian or German. Pure.

How a day is understood:
- "until the 5th" is until and with the 5th; who is "back on the 5th" is away until the 4th.
- A day without a year is the next one of that name, but one of the last sixty days is past: somebody forgot to turn the
  answer off. A day without a month is the next one with that number, a weekday the next of that name.
- 05/01/2027 is the 5th of January, as here; a number above twelve in the second place shows that it is the month's.
- "Until February" ends with January, "until the end of February" with its last day.
- Of several days the last counts: the same is often said twice, in two languages, or as an end and a return.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.postbox.plainwords import plain

_PAST = timedelta(days=60)
# What is further away is no holiday, and rather a mistake of ours.
_FURTHEST = timedelta(days=550)
_LONGEST = 8_000

_MONTHS = (
    r"jan(?:v(?:ar\w*)?|uar\w*|ner)?|янв(?:ар\w*)?",
    r"feb(?:r(?:uar\w*)?)?|фев(?:р(?:ал\w*)?)?",
    r"mar(?:ch|t(?:[sau]|am)?|z)?|мар(?:т[аеу]?)?",
    r"apr(?:il\w*)?|апр(?:ел\w*)?",
    r"mai(?:j\w*)?|may|ма[яие]",
    r"jun(?:e|i(?:j\w*)?)?|июн\w?",
    r"jul(?:y|i(?:j\w*)?)?|июл\w?",
    r"aug(?:ust\w*)?|авг(?:уст\w*)?",
    r"sep(?:t(?:emb\w*)?)?|сен(?:т(?:ябр\w*)?)?",
    r"o[ck]t(?:ob\w*)?|окт(?:ябр\w*)?",
    r"nov(?:emb\w*)?|ноя(?:бр\w*)?",
    r"de[cz](?:emb\w*)?|дек(?:абр\w*)?",
)
_WEEKDAYS = (
    r"pirmdien\w*|monday|понедельник\w*|montag\w*",
    r"otrdien\w*|tuesday|вторник\w*|dienstag\w*",
    r"tresdien\w*|wednesday|сред[ауые]|mittwoch\w*",
    r"ceturtdien\w*|thursday|четверг\w*|donnerstag\w*",
    r"piektdien\w*|friday|пятниц\w*|freitag\w*",
    r"sestdien\w*|saturday|суббот\w*|samstag\w*|sonnabend\w*",
    r"svetdien\w*|sunday|воскресень\w*|sonntag\w*",
)
_MONTH = rf"(?:{'|'.join(_MONTHS)})\b"
_DAY = r"(?<![\d:/])(?<!\d\.)\d{1,2}"
_YEAR = r"(?:,?\.? ?(?:gada )?(?P<{0}>20\d\d))?"
# The first that fits at a place counts; each has its own names for what it holds.
_DATE = re.compile(
    "|".join(
        (
            r"(?<!\d)(?P<iso_y>20\d\d)[-./](?P<iso_m>\d{1,2})[-./](?P<iso_d>\d{1,2})(?!\d)",
            rf"(?<!\d)(?P<lv_y>20\d\d)\.? ?(?:g\.|gada) ?(?P<lv_d>\d{{1,2}})\.? ?(?P<lv_m>{_MONTH})",
            rf"(?P<end>(?:end of|конца|ende|ende des) (?P<end_m>{_MONTH})|(?P<end_lv>{_MONTH}) beig\w+)",
            r"(?<![\d./])(?P<num_d>\d{1,2})(?P<sep>[./-])(?P<num_m>\d{1,2})(?P=sep)(?P<num_y>20\d\d|\d\d)(?!\d)",
            rf"(?P<d>{_DAY})(?:st|nd|rd|th|-?(?:ого|го|ое|е|о))?\.? ?(?:of )?(?P<m>{_MONTH}){_YEAR.format('y')}",
            rf"(?<!\w)(?P<us_m>{_MONTH})\.? (?P<us_d>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"(?: ?- ?(?P<us_to>\d{{1,2}})(?:st|nd|rd|th)?)?(?![\d:]){_YEAR.format('us_y')}",
            r"(?<![\d./:])(?P<short_d>\d{1,2})[./](?P<short_m>\d{1,2})(?![\d/:])",
            rf"(?P<only>{_DAY})(?:(?:st|nd|rd|th)\b|-?го\b|\.(?!\d))?(?P<word> (?:datum\w*|числа))?",
            *(rf"\b(?P<week{number}>{names})\b" for number, names in enumerate(_WEEKDAYS)),
            r"\b(?P<next>ritdien\w*|rit|tomorrow|завтра|morgen)\b",
            rf"(?<!\w)(?P<bare_m>{_MONTH})(?: (?P<bare_y>20\d\d))?",
        )
    )
)
# What stands before a day, and at most so far from it.
_CLEAR = r"[^\d.!?;¶]"
_TO = r"\b(?:lidz|until|untill|till?|through|thru|up to|до|bis)"
_UNTIL = re.compile(rf"{_TO}\b{_CLEAR}{{0,30}}$|\bпо $")
_RANGE = re.compile(r"\d[^!?;¶]{0,22}?(?:-|\bto(?: the)?|\band) ?$")
_BACK = (
    r"atgriez\w+|atpakal|darba bus\w+|atsaks\w+|saks\w+ (?:stradat|darbu)"
    r"|bus\w* (?:biroja|darba|sasniedz\w+|pieejam\w+)"
    r"|(?:sasniedzam\w+|pieejam\w+)(?: atkal)? no|back|return\w*|(?<!not )available|reachable|resum\w+"
    r"|верну\w*|возвра\w+|выид\w+|выхо\w+ на работу|приступ\w+|буду (?:на|в|доступ\w*|снова)|снова"
    r"|wieder|zuruck\w*|ruckkehr"
)
_BACK_BEFORE = re.compile(rf"\b(?:{_BACK})\b{_CLEAR}{{0,45}}$")
_BACK_AFTER = re.compile(rf"^{_CLEAR}{{0,40}}\b(?:{_BACK})\b")
# The same right before what is a day only there: a number without a month, a month without a number.
_UNTIL_CLOSE = re.compile(
    rf"{_TO}(?: (?:the|zum|dem|next|nakam\w+|around|about|approximately|aptuveni|ca\.?))* $|\bпо $"
)
_BACK_CLOSE = re.compile(
    rf"\b(?:{_BACK})(?: (?:in|on|at|the|office|work|am|an|im|ab|dem|buro|darba|biroja|no|с|на|в|работ\w+|офис\w*))*,? $"
)
_FROM = re.compile(
    r"\b(?:from|since|starting|as of|beginning|no|kops|sakot ar|со?|начиная с|ab|seit|vom|von)" + _CLEAR + r"{0,25}$"
)
_HOURS = re.compile(r"^ ?(?:h\b|am\b|pm\b|uhr|час|stund|plkst|:\d)")
_WEEKDAY_BEFORE = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b{_CLEAR}{{0,20}}$")


@dataclass(frozen=True)
class _Named:
    """A day that is named from `start` to `end` of a text. `ends`: it is an end by itself, the last of a range.
    `loose`: named by so little that only a sign makes a day of it; `bare`: and it must stand right before.
    """

    day: date
    start: int
    end: int
    ends: bool = False
    loose: bool = False
    bare: bool = False


def until(text: str, day: date) -> date | None:
    """The last day of the absence that a text of `day` tells; None where it names none. Never raises."""
    told = plain(text[:_LONGEST])
    ends: list[date] = []
    others: list[date] = []
    for one in _named(told, day):
        found = _end(told, one)
        if found is not None:
            ends.append(found)
        elif not one.loose and not _FROM.search(told[max(0, one.start - 40) : one.start]):
            others.append(one.day)
    fit = [found for found in ends or others if found <= day + _FURTHEST]
    return max(fit, default=None)


def _end(told: str, one: _Named) -> date | None:
    """The last day away by what stands around a day; None where nothing says that it is an end."""
    before, after = told[max(0, one.start - 60) : one.start], told[one.end : one.end + 60]
    eve = one.day - timedelta(days=1)
    until_at = (_UNTIL_CLOSE if one.bare else _UNTIL).search(before)
    back_at = (_BACK_CLOSE if one.bare else _BACK_BEFORE).search(before)
    if one.loose and _WEEKDAY_BEFORE.search(before):
        return None  # from Monday to Friday: hours of work
    if one.ends or (until_at and (back_at is None or until_at.start() > back_at.start())):
        return one.day
    if back_at:
        return eve
    if not one.loose and _RANGE.search(before):
        return one.day
    if _BACK_AFTER.search(after) and (not one.loose or _FROM.search(before)):
        return eve
    return one.day if one.loose and re.search(r"\d(?:st|nd|rd|th|\.)? to the $", before) else None


def _named(told: str, day: date) -> Iterator[_Named]:
    for match in _DATE.finditer(told):
        held = {name: value for name, value in match.groupdict().items() if value is not None}
        try:
            found = _read(held, day)
        except ValueError:
            continue  # the 31st of February
        if found is None or ("only" in held and not _is_day(told, match)):
            continue
        bare = "only" in held or "bare_m" in held
        loose = bare or "next" in held or any(name.startswith("week") for name in held)
        if loose and any(name.startswith("week") for name in held) and re.match(r",? ?\(?\d", told[match.end() :]):
            continue  # Monday, the 5th: the number says it
        yield _Named(found, match.start(), match.end(), ends="us_to" in held, loose=loose, bare=bare)


def _is_day(told: str, match: "re.Match[str]") -> bool:
    """Whether a bare number is a day: marked as one, and no hour."""
    bare = match[0].isdecimal()
    return not bare and _HOURS.match(told[match.end() :]) is None


def _read(held: dict[str, str], day: date) -> date | None:
    if "iso_y" in held:
        return date(int(held["iso_y"]), int(held["iso_m"]), int(held["iso_d"]))
    if "lv_y" in held:
        return date(int(held["lv_y"]), _month(held["lv_m"]), int(held["lv_d"]))
    if "end" in held:
        return _last_of(_month(held.get("end_m") or held["end_lv"]), day)
    if "num_d" in held:
        first, second, year = int(held["num_d"]), int(held["num_m"]), int(held["num_y"])
        year += 2000 if year < 100 else 0
        return date(year, first, second) if second > 12 else date(year, second, first)
    if "d" in held:
        return _dated(int(held["d"]), _month(held["m"]), held.get("y"), day)
    if "us_d" in held:
        return _dated(int(held.get("us_to") or held["us_d"]), _month(held["us_m"]), held.get("us_y"), day)
    if "short_d" in held:
        return _dated(int(held["short_d"]), int(held["short_m"]), None, day)
    if "only" in held:
        return _numbered(int(held["only"]), day)
    if "next" in held:
        return day + timedelta(days=1)
    if "bare_m" in held:
        return _dated(1, _month(held["bare_m"]), held.get("bare_y"), day) - timedelta(days=1)
    weekday = next(int(name.removeprefix("week")) for name in held if name.startswith("week"))
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _month(word: str) -> int:
    return next(number for number, names in enumerate(_MONTHS, 1) if re.fullmatch(names, word))


def _dated(number: int, month: int, year: str | None, day: date) -> date:
    if year is not None:
        return date(int(year), month, number)
    for maybe in range(day.year - 1, day.year + 9):  # the 29th of February may be eight years away
        try:
            found = date(maybe, month, number)
        except ValueError:
            continue
        if found >= day - _PAST:
            return found
    raise ValueError


def _last_of(month: int, day: date) -> date:
    found = _dated(1, month, None, day.replace(day=1) + _PAST)
    return found.replace(day=calendar.monthrange(found.year, found.month)[1])


def _numbered(number: int, day: date) -> date | None:
    """The next day with this number, today's among them."""
    year, month = day.year, day.month
    for _ in range(3):
        if 1 <= number <= calendar.monthrange(year, month)[1] and date(year, month, number) >= day:
            return date(year, month, number)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None
