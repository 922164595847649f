"""The list before release: what of a post is in order, what needs a look, what stops it. A pure function."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

State = Literal["stop", "look", "ok"]
# Where something is done about it.
Place = Literal["", "approve", "text", "pictures", "story", "set", "talk", "check", "when", "campaign", "wording"]

_ORDER: tuple[State, ...] = ("stop", "look", "ok")
_WEB = re.compile(r"https?://[^\s/?#@\\]+\.[^\s/?#@\\.]+(?:[/?#]\S*)?|https?://(?:localhost|[\d.]+)(?::\d+)?(?:[/?#]\S*)?")
# What a pattern leaves to be filled in.
_GAP = re.compile(r"\[[^\]\n]{1,60}\]|\bXX+\b|\bNN+\b|_{3,}|\bTODO\b|\{(?!link\})[^}\n]{1,60}\}")
_NIGHT_FROM, _NIGHT_TO = 22, 7


@dataclass(frozen=True)
class Shown:
    """A picture of the post: its own words `alt`, and whether words in the post's language stand with it."""

    alt: str
    worded: bool


@dataclass(frozen=True)
class Unagreed:
    """A picture (`what`) or the story that may not be shown on that local day."""

    kind: Literal["picture", "story"]
    what: str
    day: date


@dataclass(frozen=True)
class Translation:
    """Another post of the set: not approved yet, or lagging behind the original."""

    language: str
    approved: bool
    lags: bool


@dataclass(frozen=True)
class Room:
    """How a post fits a channel it is planned in: characters too many (`excess`), None where it was not asked."""

    channel: str
    excess: int | None


@dataclass(frozen=True)
class Going:
    """A delivery that is planned: when, which hour its readers' clock shows, and the quiet day it falls on."""

    channel: str
    due_at: datetime
    wall_hour: int
    quiet: str = ""


@dataclass(frozen=True)
class Near:
    """Something else that is due on the same channel within an hour."""

    channel: str
    due_at: datetime


@dataclass(frozen=True)
class Facts:
    """Everything the list asks about a post as it stands."""

    text: str
    title: str
    target_url: str
    approved: bool = False
    asked: bool = False
    pictures: tuple[Shown, ...] = ()
    unagreed: tuple[Unagreed, ...] = ()
    with_people: bool = False  # a picture of people or a story is in it
    lags: bool = False
    others: tuple[Translation, ...] = ()
    comments: int = 0
    rooms: tuple[Room, ...] = ()
    going: tuple[Going, ...] = ()
    near: tuple[Near, ...] = ()
    embargo_until: datetime | None = None
    now: datetime | None = None
    words: tuple[str, ...] = ()  # that have a second meaning now
    paused: bool = False
    is_template: bool = False


@dataclass(frozen=True)
class Item:
    """One line: its state, the text's key with facts (moments and days as they are), and where it is dealt with."""

    state: State
    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    place: Place = ""


def check(facts: Facts) -> tuple[Item, ...]:
    """Every line of the list, what stops the post first, then what needs a look, then what is in order."""
    found = [
        *_campaign(facts),
        *_approval(facts),
        *_text(facts),
        *_pictures(facts),
        *_set(facts),
        *_room(facts),
        *_when(facts),
    ]
    return tuple(item for state in _ORDER for item in found if item.state == state)


def _campaign(facts: Facts) -> Iterator[Item]:
    if facts.is_template:
        yield Item("stop", "writing.check.template", place="campaign")
    if facts.paused:
        yield Item("look", "writing.check.paused", place="campaign")


def _approval(facts: Facts) -> Iterator[Item]:
    if facts.approved:
        yield Item("ok", "writing.check.approved")
    elif facts.asked:
        yield Item("stop", "writing.check.asked", place="approve")
    else:
        yield Item("stop", "writing.check.unapproved", place="approve")
    if facts.comments:
        yield Item("look", "writing.check.comments", {"count": facts.comments}, "talk")
    else:
        yield Item("ok", "writing.check.no_comments")


def _text(facts: Facts) -> Iterator[Item]:
    gaps = tuple(dict.fromkeys(_GAP.findall(f"{facts.title}\n{facts.text}")))
    if gaps:
        yield Item("stop", "writing.check.gaps", {"gaps": ", ".join(gaps[:3])}, "text")
    if _WEB.fullmatch(facts.target_url):
        yield Item("ok", "writing.check.link", {"url": facts.target_url})
    else:
        yield Item("look", "writing.check.link_odd", {"url": facts.target_url}, "text")
    if facts.words:
        yield Item("look", "writing.check.words", {"words": ", ".join(facts.words[:5])}, "wording")


def _pictures(facts: Facts) -> Iterator[Item]:
    for picture in facts.pictures:
        if not picture.worded:
            yield Item("look", "writing.check.alt", {"picture": picture.alt}, "pictures")
    if facts.pictures and all(picture.worded for picture in facts.pictures):
        yield Item("ok", "writing.check.alts", {"count": len(facts.pictures)})
    for one in facts.unagreed:
        if one.kind == "picture":
            yield Item("stop", "writing.check.picture", {"picture": one.what, "day": one.day}, "pictures")
        else:
            yield Item("stop", "writing.check.story", {"story": one.what, "day": one.day}, "story")
    if facts.with_people and not facts.unagreed:
        yield Item("ok", "writing.check.agreed")


def _set(facts: Facts) -> Iterator[Item]:
    if facts.lags:
        yield Item("look", "writing.check.lags", place="text")
    late = sorted({one.language for one in facts.others if one.lags})
    open_ = sorted({one.language for one in facts.others if not one.lags and not one.approved})
    if late:
        yield Item("look", "writing.check.others_lag", {"languages": late}, "set")
    if open_:
        yield Item("look", "writing.check.others_open", {"languages": open_}, "set")
    if facts.others and not (late or open_ or facts.lags):
        yield Item("ok", "writing.check.set", {"count": len(facts.others) + 1})


def _room(facts: Facts) -> Iterator[Item]:
    fine = True
    for room in facts.rooms:
        if room.excess is None:
            fine = False
            yield Item("look", "writing.check.unasked", {"channel": room.channel}, "check")
        elif room.excess:
            fine = False
            yield Item("stop", "writing.check.overlong", {"channel": room.channel, "count": room.excess}, "text")
    if facts.rooms and fine:
        yield Item("ok", "writing.check.fits")


def _when(facts: Facts) -> Iterator[Item]:
    if not facts.going:
        yield Item("look", "writing.check.unplanned", place="when")
    until = facts.embargo_until
    for one in facts.going:
        told = {"channel": one.channel, "moment": one.due_at}
        if until is not None and one.due_at < until:
            yield Item("stop", "writing.check.embargo", {**told, "until": until}, "when")
        if one.quiet:
            yield Item("look", "writing.check.quiet", {**told, "name": one.quiet}, "when")
        if one.wall_hour >= _NIGHT_FROM or one.wall_hour < _NIGHT_TO:
            yield Item("look", "writing.check.night", {**told, "hour": f"{one.wall_hour:02}:00"}, "when")
    for near in facts.near:
        yield Item("look", "writing.check.near", {"channel": near.channel, "moment": near.due_at}, "when")
    if until is not None and facts.now is not None and until > facts.now:
        yield Item("look", "writing.check.held_until", {"moment": until})
