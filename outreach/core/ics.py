"""What calendar programs subscribe to: events as iCalendar (RFC 5545, with the names of RFC 7986).

Pure: the same events give the same bytes, so that a program that asks again can be told that nothing has changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import icalendar

_PRODUCT = "-//Outreach//Plan//LV"


@dataclass(frozen=True)
class Event:
    """One thing in a calendar. From a moment to a moment (UTC), or from a day to a day, both included.

    `uid` never changes and belongs to nothing else. `changed_at` is when it was last touched, `sequence` how often.
    A `tentative` one may not come about; one that is `free` keeps nobody from anything.
    """

    uid: str
    title: str
    first: date | datetime
    last: date | datetime
    changed_at: datetime
    text: str = ""
    url: str = ""
    kind: str = ""
    sequence: int = 0
    tentative: bool = False
    free: bool = False


def written(name: str, language: str, zone: str, refresh: timedelta, events: Iterable[Event]) -> bytes:
    """A calendar under its name; programs are asked to come again after `refresh`, whole minutes."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    said = {"language": language}
    # As texts: of these two names the library does not know that their commas are to be hidden.
    calendar.add("name", icalendar.vText(_clean(name), params=said))
    calendar.add("x-wr-calname", icalendar.vText(_clean(name)))
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", refresh, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(refresh))
    for event in events:
        calendar.add_component(_component(event, said))
    whole: bytes = calendar.to_ical()
    return whole


def _component(event: Event, said: dict[str, str]) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    # No clock: when the event was touched is also when it was last written down.
    made.add("dtstamp", _utc(event.changed_at))
    made.add("last-modified", _utc(event.changed_at))
    made.add("sequence", event.sequence)
    if isinstance(event.first, datetime) and isinstance(event.last, datetime):
        made.add("dtstart", _utc(event.first))
        made.add("dtend", _utc(event.last))
    else:
        made.add("dtstart", _day(event.first))
        # The end of a whole day is the morning after.
        made.add("dtend", _day(event.last) + timedelta(days=1))
    made.add("summary", _clean(event.title), parameters=said)
    if event.text:
        made.add("description", _clean(event.text), parameters=said)
    if event.url:
        made.add("url", event.url)
    if event.kind:
        made.add("categories", [_clean(event.kind)])
    made.add("status", "TENTATIVE" if event.tentative else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if event.free else "OPAQUE")
    return made


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _day(told: date | datetime) -> date:
    return told.date() if isinstance(told, datetime) else told


def _clean(text: str) -> str:
    """What RFC 5545 lets stand in a text: no control signs but the line's end, and no half letters."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in whole if sign in "\n\t" or (ord(sign) >= 0x20 and ord(sign) != 0x7F))
    return "".join(kept).encode("utf-8", "ignore").decode()
