"""Rules of a series as a form says them, and read back for a page: pure functions."""

from dataclasses import dataclass
from datetime import date

from campaigns.timing.series import DAYS, LAST_WORKING, SKIPS_OFF, checked, with_end
from outreach.core.errors import OutreachError

KINDS = ("weekly", "day", "nth", "working", "typed")
_LONG_MONTH = 28  # every month has this day


@dataclass(frozen=True)
class Wanted:
    """A rule as a form says it: one of `KINDS`, every so many weeks or months.

    `weekdays` (1 for Monday) for `weekly`; `day` of the month for `day`, its last one in months that are shorter;
    `nth` (1 to 4, -1 the last) of `weekday` for `nth`; `typed` is a rule as it stands. It ends on the day `until`, or
    after so many `times`, or never.
    """

    kind: str
    every: int = 1
    weekdays: tuple[int, ...] = ()
    day: int = 1
    nth: int = 1
    weekday: int = 1
    typed: str = ""
    until: date | None = None
    times: int | None = None
    skips_off: bool = False


def rule_of(wanted: Wanted) -> str:
    """The rule, checked.

    Raises OutreachError `series.rule.weekdays` where none is chosen, `series.rule.end` for two ends, and as `checked`.
    """
    if wanted.until is not None and wanted.times is not None:
        raise OutreachError("series.rule.end")
    rule = wanted.typed.strip() if wanted.kind == "typed" else _said(wanted)
    if wanted.until is not None or wanted.times is not None:
        rule = with_end(checked(rule), wanted.until, wanted.times)
    if wanted.skips_off and SKIPS_OFF not in rule.upper().split(";"):
        rule = f"{rule.rstrip(';')};{SKIPS_OFF}"
    return checked(rule)


def read_back(rule: str) -> Wanted:
    """What a form would say for a rule; one that no form says is `typed`."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    until = parts.get("UNTIL")
    ends = {
        "until": date(int(until[:4]), int(until[4:6]), int(until[6:8])) if until else None,
        "times": int(parts["COUNT"]) if "COUNT" in parts else None,
    }
    plain = with_end(";".join(part for part in rule.split(";") if part != SKIPS_OFF), None, None)
    every = int(parts.get("INTERVAL", 1))
    for wanted in _guesses(parts, every):
        if checked(_said(wanted)) == plain:
            return Wanted(**{**vars(wanted), **ends, "skips_off": SKIPS_OFF in rule.split(";")})
    return Wanted("typed", typed=plain, skips_off=SKIPS_OFF in rule.split(";"), **ends)  # type: ignore[arg-type]


def _said(wanted: Wanted) -> str:
    every = f"INTERVAL={wanted.every}"
    if wanted.kind == "weekly":
        if not wanted.weekdays:
            raise OutreachError("series.rule.weekdays")
        return f"FREQ=WEEKLY;{every};BYDAY={','.join(DAYS[day - 1] for day in sorted(set(wanted.weekdays)))}"
    if wanted.kind == "day":
        if wanted.day <= _LONG_MONTH:
            return f"FREQ=MONTHLY;{every};BYMONTHDAY={wanted.day}"
        there = ",".join(str(day) for day in range(_LONG_MONTH, wanted.day + 1))
        return f"FREQ=MONTHLY;{every};BYMONTHDAY={there};BYSETPOS=-1"
    if wanted.kind == "nth":
        return f"FREQ=MONTHLY;{every};BYDAY={wanted.nth}{DAYS[wanted.weekday - 1]}"
    return ";".join((LAST_WORKING[0], every, *LAST_WORKING[1:]))


def _guesses(parts: dict[str, str], every: int) -> list[Wanted]:
    by_day, month_day = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    guesses = [Wanted("working", every)]
    if by_day and all(day in DAYS for day in by_day.split(",")):
        guesses.append(Wanted("weekly", every, tuple(DAYS.index(day) + 1 for day in by_day.split(","))))
    elif by_day[-2:] in DAYS and by_day[:-2].lstrip("-").isdecimal():
        guesses.append(Wanted("nth", every, nth=int(by_day[:-2]), weekday=DAYS.index(by_day[-2:]) + 1))
    if month_day and month_day.split(",")[-1].isdecimal():
        guesses.append(Wanted("day", every, day=int(month_day.split(",")[-1])))
    return guesses
