"""Periods as pages offer them: years, quarters and the months of a year so far, by the names `Period` reads."""

from datetime import date
from zoneinfo import ZoneInfo

from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.report import Period
from outreach.web.fields import Choices


def offered(t: Words, today: date, zone: ZoneInfo, asked: str = "") -> Choices:
    """Names and labels: this year, the last two, the last five quarters, nine months; and what is asked for."""
    this = Period.of_year(today.year, zone)
    quarter = Period.of_quarter(today.year, (today.month + 2) // 3, zone)
    quarters = [quarter]
    while len(quarters) < 5:
        quarters.append(quarters[-1].before())
    years = [this, this.before(), this.before().before()]
    nine = [
        Period.of_dates(date(year, 1, 1), date(year, 9, 30), zone)
        for year in (today.year, today.year - 1)
        if date(year, 9, 30) < today
    ]
    periods = {one.name: one for one in (*years, *quarters, *nine)}
    if asked and asked not in periods:
        try:
            own = read(asked, zone)
        except OutreachError:
            own = None
        if own is not None:
            periods.setdefault(own.name, own)
    return [(name, called(t, period)) for name, period in periods.items()]


def read(text: str, zone: ZoneInfo) -> Period:
    """A period of an address, of years that an office has; OutreachError `report.error.period`."""
    period = Period.parse(text, zone)
    if not 1990 <= period.first.year <= period.last.year <= 2200:
        raise OutreachError("report.error.period", given=text)
    return period


def called(t: Words, period: Period) -> str:
    """A period in words."""
    if period.kind == "year":
        return t("reports.period.year", year=str(period.first.year))
    if period.kind == "quarter":
        return t("reports.period.quarter", year=str(period.first.year), quarter=period.quarter)
    if (period.first.month, period.first.day, period.last.month, period.last.day) == (1, 1, 9, 30):
        return t("reports.period.nine_months", year=str(period.first.year))
    return t("reports.period.dates", first=t.day(period.first), last=t.day(period.last))
