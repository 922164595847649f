"""Which local days are worked on: not Saturdays and Sundays, not the country's days off."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from outreach.core.clock import local_day


@lru_cache(maxsize=16)
def _off(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def is_working(day: date, country: str = "LV") -> bool:
    """Whether offices of this country (ISO 3166) are open on that day."""
    return day.weekday() < 5 and day not in _off(country, day.year)


def working_days_since(moment: datetime, now: datetime, zone: ZoneInfo, country: str = "LV") -> int:
    """How many whole working days have gone by from `moment` to `now`, seen in `zone`.

    From Friday noon to Monday noon it is one. A day counts once its hour of `moment` has come; what came on a day off
    counts from the next working day's beginning.
    """
    begun, today = local_day(moment, zone), local_day(now, zone)
    ahead = [begun + timedelta(days=day) for day in range(1, (today - begun).days + 1)]
    if not is_working(begun, country):
        return sum(is_working(day, country) for day in ahead if day < today)
    whole = sum(is_working(day, country) for day in ahead)
    is_before_hour = now.astimezone(zone).time() < moment.astimezone(zone).time()
    return max(whole - (is_before_hour and is_working(today, country)), 0)
