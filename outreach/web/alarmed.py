"""The term alarm in words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.core.clock import local_day
from outreach.core.text import Words
from scrapers.trendmath import Alarm, monday_of


def sentence(t: Words, language: str, alarm: Alarm, now: datetime, zone: ZoneInfo) -> str:
    """What is the matter, with its numbers and their time."""
    this = alarm.since == monday_of(local_day(now, zone))
    when = t("trends.alarm.this_week") if this else t("trends.alarm.since", day=t.short_day(alarm.since))
    return t(
        "trends.alarm.sentence",
        media=t(f"trends.media.{language}"),
        when=when,
        cases=t.number(alarm.told.found),
        uses=t.number(alarm.told.of),
        share=t.percent(alarm.told.value or 0),
        past=t.percent(alarm.past.value or 0),
    )
