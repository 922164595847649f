"""A release's way from its first words to the last print, in order of time; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from outreach.core.clock import local_day
from outreach.pressroom.ledger.reading import PrintSeen
from outreach.pressroom.results.delivery import SendingTold
from outreach.pressroom.writing.reading import ReleaseSeen

_NAMED = 3  # outlets of a day


@dataclass(frozen=True)
class Event:
    """Something that happened to a release, or will: a text with its facts. `release_id`, `print_id`: where to look.

    `tone` is one of the timeline's, empty for a plain one.
    """

    at: datetime
    key: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    who: str = ""
    tone: str = ""
    release_id: int | None = None
    print_id: int | None = None


def course(
    release: ReleaseSeen,
    sendings: Sequence[SendingTold],
    prints: Sequence[PrintSeen],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Event, ...]:
    """Everything in order of time, what is to come last. Prints that a person refused are left out."""
    told = [Event(release.made_at, "pressresult.course.written", who=release.made_by)]
    if release.approved_at is not None:
        told.append(
            Event(release.approved_at, "pressresult.course.approved", who=release.approved_by or "", tone="blue")
        )
    if release.embargo_until is not None:
        ends = release.embargo_until
        key = "pressresult.course.embargo_ended" if ends <= now else "pressresult.course.embargo_ends"
        told.append(Event(ends, key, tone="" if ends <= now else "person"))
    if release.published_at is not None:
        told.append(Event(release.published_at, "pressresult.course.published", tone="blue"))
    told += [event for one in sendings if (event := _sent(one)) is not None]
    told += _printed([one for one in prints if one.counts], zone)
    told += [
        Event(
            one.out_at, "pressresult.course.corrected", {"headline": one.headline}, tone="person",
            release_id=one.release_id,
        )
        for one in release.corrected_by
        if one.out_at is not None
    ]  # fmt: skip
    if release.withdrawn_at is not None:
        told.append(Event(release.withdrawn_at, "pressresult.course.withdrawn", tone="critical"))
    return tuple(sorted(told, key=lambda event: event.at))


def _sent(one: SendingTold) -> Event | None:
    lists = ", ".join(one.lists)
    if one.started_at is not None:
        key = "pressresult.course.sent_to" if lists else "pressresult.course.sent"
        return Event(one.started_at, key, {"count": one.mails.sent, "lists": lists}, tone="blue")
    if one.due_at is not None and one.state == "ready":
        return Event(one.due_at, "pressresult.course.due")
    return None


def _printed(prints: Sequence[PrintSeen], zone: ZoneInfo) -> list[Event]:
    """The first print by itself, and then what each day brought."""
    ordered = sorted(prints, key=lambda one: (one.at, one.id))
    if not ordered:
        return []
    first, *rest = ordered
    told = [Event(first.at, *_first(first), tone="done", print_id=first.id)]
    for _, group in groupby(rest, key=lambda one: local_day(one.at, zone)):
        day = list(group)
        names = list(dict.fromkeys(one.outlet for one in day))
        key = "pressresult.course.prints" if len(names) <= _NAMED else "pressresult.course.prints_more"
        told.append(Event(day[0].at, key, {"count": len(day), "outlets": ", ".join(names[:_NAMED])}, tone="done"))
    return told


def _first(one: PrintSeen) -> tuple[str, dict[str, str | int]]:
    if one.hours is None or one.hours < 0:
        return "pressresult.course.first", {"outlet": one.outlet}
    if one.hours < 48:
        return "pressresult.course.first_hours", {"outlet": one.outlet, "count": round(one.hours)}
    return "pressresult.course.first_days", {"outlet": one.outlet, "count": round(one.hours / 24)}
