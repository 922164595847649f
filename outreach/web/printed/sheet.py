"""What all printed sheets share: whose they are, when they were printed, where their letters lie."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import outreach.charts
from campaigns.audience import audience
from campaigns.queries import DeliverySeen
from outreach.core.clock import local_day
from outreach.core.office import Office
from outreach.core.text import Words
from outreach.core.typeset import About

# The letters that pictures are drawn with.
FONTS = Path(outreach.charts.__file__).parent / "fonts"

_TONES = {"published": "done", "failed": "critical", "unconfirmed": "person", "scheduled": "blue", "sending": "blue"}


def office_name(t: Words, office: Office) -> str:
    """The office's name in the reader's language."""
    return office.name.get(t.language) or office.name["lv"]


def about(t: Words, office: Office, title: str, today: date) -> About:
    """What the file says of itself."""
    return About(title, t.language, office_name(t, office), today)


def foot(t: Words, office: Office, now: datetime, zone: ZoneInfo) -> str:
    """The line at the foot of each page."""
    printed = f"{whole_day(t, local_day(now, zone))} {t.clock(now, zone)}"
    return t("brief.foot", office=office_name(t, office), moment=printed)


def tone(status: str) -> str:
    """The tone of a delivery's status."""
    return _TONES.get(status, "quiet")


def there(t: Words, row: DeliverySeen) -> str:
    """The hour of a delivery where it is read, after the countries' codes; empty where that is our hour."""
    readers = audience(
        row.campaign_language,
        row.language,
        channel_countries=row.channel_countries,
        campaign_countries=row.campaign_countries,
    )
    return f"{', '.join(readers.countries)} {t.clock(row.due_at, readers.zone)}" if readers is not None else ""


def whole_day(t: Words, day: date) -> str:
    """A day in figures with its year."""
    return t("brief.day", day=t.short_day(day), year=str(day.year))


def period(t: Words, starts_on: date, ends_on: date | None) -> str:
    """The days that a campaign lasts."""
    first = whole_day(t, starts_on)
    if ends_on is None:
        return t("brief.period.open", first=first)
    if ends_on == starts_on:
        return first
    return t("brief.period", first=first, last=whole_day(t, ends_on))
