"""A month or a week of the calendar in words, as its template sets it; what has no room is counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from campaigns import agenda
from campaigns.moments import Moment
from campaigns.overview import Stretch
from campaigns.planning.reading import StepSeen
from campaigns.queries import DeliverySeen
from outreach.core.text import Words
from outreach.web.printed.sheet import there, tone, whole_day

VIEWS = ("month", "week")
# An A4 page on its side, in millimetres, as the template measures it.
_WEEKS, _LANE, _HEAD, _NOTE = 168.0, 4.0, 5.0, 3.2
# What an item takes: told whole, in two lines, in one.
_TAKES = {"whole": 18.0, "two": 7.4, "one": 3.2}
_LANES = {"month": 3, "week": 8}
_NOTES = 2


@dataclass(frozen=True)
class Planned:
    """What stands on the days from `first` to `last`."""

    first: date
    last: date
    deliveries: Sequence[DeliverySeen]
    campaigns: Sequence[Stretch]
    steps: Sequence[StepSeen]
    moments: Sequence[Moment]


def told(t: Words, view: str, day: date, planned: Planned, zone: ZoneInfo, today: date) -> dict[str, object]:
    """The sheet as data of words alone."""
    days = agenda.days(planned.first, planned.last, zone, planned.deliveries, planned.moments)
    weeks = [days[at : at + 7] for at in range(0, len(days), 7)]
    height = _WEEKS / len(weeks)
    steps: dict[date, list[StepSeen]] = {}
    for step in planned.steps:
        steps.setdefault(step.due_on, []).append(step)
    seasons = [moment for moment in planned.moments if not moment.single]
    return {
        "title": _title(t, view, day, planned.first, planned.last),
        "heads": [t(f"planning.weekday.{number}") for number in range(1, 8)],
        "height": height,
        "seasons": t("brief.seasons", names=", ".join(_name(t, one) for one in seasons)) if seasons else "",
        "legend": [t("brief.legend.off"), t("brief.legend.quiet"), t("brief.legend.zone")],
        "weeks": [
            _week(t, view, week, planned.campaigns, steps, zone, _Frame(height, day.month, today)) for week in weeks
        ],
    }


@dataclass(frozen=True)
class _Frame:
    height: float
    month: int
    today: date


def lanes(bars: Iterable[agenda.Bar], most: int) -> tuple[list[list[agenda.Bar]], int]:
    """Bars side by side where their days do not meet, in at most so many lanes; and how many have no room."""
    found: list[list[agenda.Bar]] = []
    left = 0
    for bar in bars:
        lane = next((lane for lane in found if lane[-1].end < bar.start), None)
        if lane is not None:
            lane.append(bar)
        elif len(found) < most:
            found.append([bar])
        else:
            left += 1
    return found, left


def _week(
    t: Words,
    view: str,
    days: Sequence[agenda.Day],
    campaigns: Sequence[Stretch],
    steps: Mapping[date, Sequence[StepSeen]],
    zone: ZoneInfo,
    frame: _Frame,
) -> dict[str, object]:
    packed, left = lanes(agenda.bars(days[0].day, days[-1].day, campaigns), _LANES[view])
    room = frame.height - _HEAD - len(packed) * _LANE - (_LANE if left else 0)
    return {
        "number": str(days[0].day.isocalendar().week),
        "lanes": [
            [
                {
                    "name": bar.name,
                    "start": bar.start,
                    "end": bar.end,
                    "began": bar.began_before,
                    "goes": bar.goes_on,
                }
                for bar in lane
            ]
            for lane in packed
        ],
        "more": t("brief.more.campaigns", count=left) if left else "",
        "days": [_day(t, view, day, steps.get(day.day, ()), zone, room, frame) for day in days],
    }


def _day(
    t: Words,
    view: str,
    day: agenda.Day,
    steps: Sequence[StepSeen],
    zone: ZoneInfo,
    room: float,
    frame: _Frame,
) -> dict[str, object]:
    notes = [t("brief.quiet")] if day.quiet else []
    notes += [_name(t, moment) for moment in day.moments]
    items = [_step(t, step, frame.today) for step in steps]
    items += [_delivery(t, row, zone) for row in day.deliveries]
    room -= min(len(notes), _NOTES) * _NOTE
    looks = ("whole", "two", "one") if view == "week" else ("one",)
    look = next((one for one in looks if len(items) * _TAKES[one] <= room), "one")
    most = max(1, int(room / _TAKES[look]))
    # The line that counts the rest takes room too.
    most = most if len(items) <= most else most - 1
    return {
        "date": t.short_day(day.day) if view == "week" or day.day.day == 1 else f"{day.day.day}.",
        "beyond": view == "month" and day.day.month != frame.month,
        "today": day.day == frame.today,
        "off": day.off,
        "quiet": day.quiet,
        "notes": notes[:_NOTES],
        "look": look,
        "items": items[:most],
        "more": t("brief.more", count=len(items) - most) if len(items) > most else "",
    }


def _delivery(t: Words, row: DeliverySeen, zone: ZoneInfo) -> dict[str, object]:
    waits = row.status == "scheduled" and not row.approved
    hour = t.clock(row.due_at, zone)
    return {
        "step": False,
        "line": f"{hour} {row.channel} · {row.title}",
        "hour": hour,
        "there": there(t, row),
        "where": row.channel,
        "title": row.title,
        "tone": "person" if waits else tone(row.status),
        "state": t("brief.post.unapproved") if waits else t(f"campaigns.status.{row.status}"),
    }


def _step(t: Words, step: StepSeen, today: date) -> dict[str, object]:
    if step.done_at is not None:
        state = ("done", t("brief.step.done"))
    else:
        state = ("person", t("brief.step.late")) if step.due_on < today else ("quiet", t("brief.step.open"))
    return {
        "step": True,
        "line": step.title,
        "hour": "",
        "there": "",
        "where": f"{t(f'brief.step.{step.kind}')} · {step.campaign_name}",
        "title": step.title,
        "tone": state[0],
        "state": state[1],
    }


def _title(t: Words, view: str, day: date, first: date, last: date) -> str:
    if view == "month":
        return t.month(day)
    week = first.isocalendar()
    span = t("brief.period", first=whole_day(t, first), last=whole_day(t, last))
    return t("brief.week", year=str(week.year), week=str(week.week), span=span)


def _name(t: Words, moment: Moment) -> str:
    name = moment.names.get(t.language) or moment.names["lv"]
    return f"{name} {t('brief.moved')}" if moment.moved else name
