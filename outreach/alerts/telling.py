"""All that waits for one rule, as one letter: the most urgent first, a story once, at most twenty lines. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.alerts import wording
from outreach.core.text import Words

# What cannot be undone any more if it waits stands first.
URGENCY = ("critical", "unconfirmed", "unanswered", "spike", "source_down")
MOST_LINES = 20
_OUTLETS = 3
_SUBJECT = 120


@dataclass(frozen=True)
class Happened:
    """An event that is to be told."""

    kind: str
    at: datetime
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Line:
    """One line of a letter. `where` is the outlet, outlets or tier, or empty; `link` leads to its page."""

    kind: str
    text: str
    at: datetime
    where: str
    link: str


@dataclass(frozen=True)
class Told:
    """One letter in words. `id` stays the same however often it is sent; `more` counts what no line tells, and
    `more_text` says so (empty where everything is told). `page` lists all alerts, `settings_link` leads to the rule.
    """

    id: str
    at: datetime
    language: str
    office: str
    subject: str
    lines: tuple[Line, ...]
    more: int
    more_text: str
    page: str
    settings_link: str


def tell(
    happened: Sequence[Happened], words: Words, zone: ZoneInfo, base: str, *, letter: str, at: datetime, office: str
) -> Told:
    """The letter about these events, at least one; `base` is where the pages are, `letter` its lasting name."""
    stories = sorted(_stories(happened), key=lambda group: (URGENCY.index(group[0].kind), -_last(group).timestamp()))
    lines = tuple(_line(group, words, zone, base) for group in stories[:MOST_LINES])
    more = len(stories) - len(lines)
    return Told(
        id=letter,
        at=at,
        language=words.language,
        office=office,
        subject=_subject(lines[0].text, len(stories) - 1),
        lines=lines,
        more=more,
        more_text=words("alerts.more", count=more) if more else "",
        page=f"{base}/alerts",
        settings_link=f"{base}/alerts",
    )


def _stories(happened: Sequence[Happened]) -> list[list[Happened]]:
    """The events, the tellings of one story together in the order of pick-up; every other one by itself."""
    groups: dict[object, list[Happened]] = {}
    for place, one in enumerate(sorted(happened, key=lambda event: event.at)):
        story = one.facts.get("story") if one.kind == "critical" else None
        groups.setdefault(("story", story) if story is not None else place, []).append(one)
    return list(groups.values())


def _line(group: Sequence[Happened], words: Words, zone: ZoneInfo, base: str) -> Line:
    first = group[0]
    names = list(dict.fromkeys(wording.where(one.kind, one.facts, words) for one in group))
    shown = ", ".join(names[:_OUTLETS]) + (f" +{len(names) - _OUTLETS}" if len(names) > _OUTLETS else "")
    return Line(
        first.kind,
        wording.sentence(first.kind, first.facts, words, zone),
        _last(group),
        shown,
        wording.link(first.kind, first.facts, base),
    )


def _last(group: Sequence[Happened]) -> datetime:
    return max(one.at for one in group)


def _subject(sentence: str, others: int) -> str:
    short = sentence if len(sentence) <= _SUBJECT else sentence[: _SUBJECT - 1].rstrip() + "…"
    return f"{short} +{others}" if others else short
