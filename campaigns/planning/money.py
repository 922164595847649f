"""Euro and hours as people type them. Pure."""

import re
from decimal import Decimal

from outreach.core.errors import OutreachError

_SPACES = re.compile(r"[\s\u00a0\u202f']")
# Whole euro, perhaps in groups of three, and cents behind a comma or a point.
_EURO = re.compile(
    r"(?P<euro>[0-9]{1,9}|[0-9]{1,3}(?P<sign>[.,])[0-9]{3}(?:(?P=sign)[0-9]{3})*)"
    r"(?:(?!(?P=sign))[.,](?P<cents>[0-9]{1,2}))?"
)
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9])")
_HOURS = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})?")
MOST_CENTS = 2**31 - 1


def cents(typed: str) -> int:
    """Cents of a sum in euro: "1 250,50", "1250.50", "1.250,50" and "1250 €" alike; three digits behind a point are
    thousands. Raises OutreachError `plan.money.unread`.
    """
    plain = _SPACES.sub("", typed).removeprefix("€").removesuffix("€").removesuffix("EUR")
    found = _EURO.fullmatch(plain)
    if found is None:
        raise OutreachError("plan.money.unread", typed=typed.strip())
    euro = int(re.sub(r"[.,]", "", found["euro"]))
    value = euro * 100 + int((found["cents"] or "").ljust(2, "0"))
    if value > MOST_CENTS:
        raise OutreachError("plan.money.unread", typed=typed.strip())
    return value


def typed(value: int | None) -> str:
    """Cents as a form holds them: "1250,50"; empty for None."""
    return "" if value is None else f"{value // 100},{value % 100:02}"


def minutes(typed: str) -> int:
    """Minutes of a time typed in hours: "1,5", "1.5" or "1:30". Raises OutreachError `plan.hours.unread`."""
    plain = _SPACES.sub("", typed).removesuffix("h")
    if clock := _CLOCK.fullmatch(plain):
        return int(clock[1]) * 60 + int(clock[2])
    if _HOURS.fullmatch(plain):
        return round(Decimal(plain.replace(",", ".")) * 60)
    raise OutreachError("plan.hours.unread", typed=typed.strip())
