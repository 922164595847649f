"""The calendar as a page shows it: read once, put together for the view that was asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from campaigns import agenda, conflicts, overview, queries
from campaigns.moments import Moment, expand, read_moments
from campaigns.planning import reading, timetable
from outreach.core.clock import local_day
from outreach.pressroom.results import due as press_due
from outreach.web import access, calendar_items, calendar_tones
from outreach.web.calendar_asked import FIRST, LAST, Asked
from outreach.web.calendar_items import ROWS, Item
from outreach.web.visit import here, now, only_place, role, words

# How many of a day are drawn; a line says how many more there are.
MOST = {"month": 3, agenda.ONE_DAY: 1000}
_OTHERWISE = 40
_CLASHES = 5
# What the year brings for longer stands below the calendar alone: school breaks are bars, a year of something is none.
_SEASON = timedelta(days=16)


@dataclass(frozen=True)
class Cell:
    """A day with what stands on it; `more` are not drawn."""

    day: agenda.Day
    items: tuple[Item, ...]
    steps: tuple[reading.StepSeen, ...]
    more: int
    press: tuple[press_due.Due, ...] = ()

    @property
    def bare(self) -> bool:
        return not (self.items or self.steps or self.press or self.more or self.day.moments or self.day.quiet)


@dataclass(frozen=True)
class Read:
    """What the store said of a span."""

    due: list[timetable.Due]
    drawn: dict[int, timetable.Drawn]
    chosen: frozenset[int]
    counts: Mapping[date, int]
    clashes: tuple[conflicts.Clash, ...]
    campaigns: list[overview.Stretch]
    steps: list[reading.StepSeen]
    moments: list[Moment]
    press: list[press_due.Due]


@dataclass(frozen=True)
class Aside:
    """The drafts beside the calendar, and what a dropped one is asked."""

    drafts: list[timetable.Draft]
    campaigns: list[tuple[int, str]]
    channels: list[queries.ChannelSeen]


def read(session: Session, first: date, last: date, most: int = _OTHERWISE) -> Read:
    """Everything from `first` to `last`, `most` deliveries of a day in full; a partner's place narrows it."""
    app, place = here(), only_place()
    zone = app.settings.zone
    since, until = agenda.moments_between(first, last, zone)
    due = timetable.due_between(session, since, until, place=place)
    chosen, counts = agenda.first_of_days(due, zone, most)
    clashes = conflicts.clashes(due)
    shown = frozenset(chosen)
    # Whoever clashes with something that is drawn is named beside it.
    named = {
        number
        for at, one in enumerate(clashes)
        if at < _CLASHES or shown.intersection(one.delivery_ids)
        for number in one.delivery_ids
    }
    return Read(
        due=due,
        drawn={row.delivery_id: row for row in timetable.drawn(session, shown | named)},
        chosen=shown,
        counts=counts,
        clashes=clashes,
        campaigns=overview.stretches(session, first, last, place=place),
        steps=reading.steps_between(session, first, last, place=place),
        moments=expand(read_moments(app.office.calendar), first, last),
        press=press_due.between(session, since, until) if access.may(role(), "press_releases.one") else [],
    )


def aside(asked: Asked, session: Session) -> Aside | None:
    """The drafts, for whoever may send them on their way and wants to see them."""
    if not asked.drafts or not access.may(role(), "calendar_deeds.drop", "POST"):
        return None
    return Aside(
        timetable.drafts(session, asked.campaign),
        timetable.campaigns_of_drafts(session),
        [channel for channel in queries.channels(session) if not channel.paused],
    )


def drawn_items(asked: Asked, told: Read) -> tuple[list[Item], list[calendar_items.Said]]:
    """The deliveries to draw, and the first clashes in words."""
    t, zone = words(), here().settings.zone
    beside, once = calendar_items.clash_sentences(told.clashes, told.drawn, t, zone, _CLASHES)
    opens = access.may(role(), "deliveries.one")
    shown = [row for number, row in told.drawn.items() if number in told.chosen]
    made = calendar_items.items(
        shown,
        t,
        zone,
        by=asked.by,
        tones=tones_of(asked, shown, told.campaigns),
        clash=beside,
        address=url_for("deliveries.one", delivery_id=0).removesuffix("0") if opens else "",
    )
    return made, once


def tones_of(
    asked: Asked, shown: Iterable[timetable.Drawn], campaigns: Iterable[overview.Stretch]
) -> Mapping[int, calendar_tones.Tone]:
    """The tones of what the colours tell apart on this page."""
    if asked.by == "channel":
        return calendar_tones.tones({row.channel_id: row.channel for row in shown})
    names = {one.campaign_id: one.name for one in campaigns}
    return calendar_tones.tones(names | {row.campaign_id: row.campaign_name for row in shown})


def context(asked: Asked) -> dict[str, Any]:
    """What the templates of the calendar are given."""
    app = here()
    zone = app.settings.zone
    today = local_day(now(), zone)
    first, last = agenda.span(asked.view, asked.day)
    with app.store.reading() as session:
        told = read(session, first, last, MOST.get(asked.view, _OTHERWISE))
        beside = aside(asked, session)
    made, said = drawn_items(asked, told)
    cells = _cells(agenda.days(first, last, zone, (), told.moments), made, told)
    before, after = agenda.neighbours(asked.view, asked.day)
    tones = tones_of(asked, (told.drawn[item.id] for item in made), told.campaigns)
    drawn_tones = {item.tone for item in made}
    moves = access.may(role(), "calendar_deeds.move", "POST")
    language = words().language
    brought = [
        overview.Stretch(0, one.names.get(language) or one.names["lv"], one.starts_on, one.ends_on)
        for one in told.moments
        if not one.single and one.ends_on - one.starts_on <= _SEASON
    ]
    return {
        "asked": asked,
        "view": asked.view,
        "views": agenda.VIEWS,
        "day": asked.day,
        "today": today,
        "first": first,
        "last": last,
        "week": first.isocalendar(),
        "cells": cells,
        "weeks": [
            (
                row,
                agenda.bars(row[0].day.day, row[-1].day.day, told.campaigns),
                agenda.bars(row[0].day.day, row[-1].day.day, brought),
            )
            for row in (cells[at : at + 7] for at in range(0, len(cells), 7))
        ],
        "rows": _rows(cells, told) if asked.view == "audience" else [],
        "campaigns": told.campaigns,
        "tones": tones if asked.by == "campaign" else {},
        "legend": sorted(drawn_tones, key=lambda tone: (tone.name, tone.letters)),
        "seasons": [moment for moment in told.moments if not moment.single],
        "clashes": len(told.clashes),
        "said": said,
        "cut": len(told.due) == timetable.MOST,
        "before": before if before >= FIRST else None,
        "after": after if after <= LAST else None,
        "moves": moves,
        "beside_it": beside,
        "starts": _start(asked, now(), today),
        "printable": access.may(role(), "briefs.calendar"),
    }


def _cells(days: Sequence[agenda.Day], made: Iterable[Item], told: Read) -> list[Cell]:
    on_day: dict[date, list[Item]] = {}
    for item in made:
        on_day.setdefault(item.day, []).append(item)
    steps: dict[date, list[reading.StepSeen]] = {}
    for step in told.steps:
        steps.setdefault(step.due_on, []).append(step)
    press: dict[date, list[press_due.Due]] = {}
    for one in told.press:
        press.setdefault(local_day(one.at, here().settings.zone), []).append(one)
    return [
        Cell(
            day=day,
            items=tuple(on_day.get(day.day, ())),
            steps=tuple(steps.get(day.day, ())),
            more=told.counts.get(day.day, 0) - len(on_day.get(day.day, ())),
            press=tuple(press.get(day.day, ())),
        )
        for day in days
    ]


def _rows(cells: Sequence[Cell], told: Read) -> list[tuple[str, list[tuple[Cell, list[tuple[Item, str, str]]]]]]:
    """Of each row the days, and on each the items with the hour there and, where that is another, ours."""
    zone = here().settings.zone
    found = []
    for name, _, clock in ROWS:
        row = []
        for cell in cells:
            entries = []
            for item in cell.items:
                if name not in calendar_items.rows_of(item):
                    continue
                there = f"{told.drawn[item.id].due_at.astimezone(clock or zone):%H:%M}"
                if name == "other" and item.there:
                    there = item.there
                entries.append((item, there, item.hour if there != item.hour else ""))
            row.append((cell, entries))
        found.append((name, row))
    return found


def _start(asked: Asked, moment: datetime, today: date) -> tuple[date, str]:
    """The day and hour that a draft is offered: ten o'clock of a day to come, or the next full hour of today."""
    zone = here().settings.zone
    first, last = agenda.span(asked.view, asked.day)
    day = asked.day if first <= asked.day <= last and asked.day > today else today
    local = moment.astimezone(zone)
    hour = 10 if day > today else min(local.hour + 1, 23)
    return day, f"{hour:02}:00"
