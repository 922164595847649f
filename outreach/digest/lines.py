"""The mail's lines about the office's own things, in words: what waits, what goes out, who asked, what sources do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.core.text import Words
from outreach.digest.addresses import Addresses
from outreach.digest.facts import Digest
from outreach.waiting import Thing, Waiting
from scrapers.queries import SourceState

_THINGS, _POSTS, _SOURCES, _NAMED = 3, 6, 5, 6
_GRAVE = frozenset({"failed", "gone", "blocked", "erring"})
_OF_DELIVERIES = frozenset({"unconfirmed", "failed"})


@dataclass(frozen=True)
class Line:
    """One line: `said` is what is the matter (grave or not), `name` a thing that leads to `url`, `after` the rest."""

    name: str
    url: str = ""
    said: str = ""
    grave: bool = False
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Lines:
    """What is shown, and how many more there are."""

    shown: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True)
class Speech:
    """Whose words, whose clock, whose links."""

    words: Words
    zone: ZoneInfo
    addresses: Addresses


def waiting(digest: Digest, speech: Speech) -> tuple[Lines, ...]:
    """What waits for a person, by kind; sources have a part of their own."""
    found = digest.business.waiting if digest.business is not None else ()
    return tuple(_kind(one, digest, speech) for one in found if one.kind != "source" and one.things)


def posts(digest: Digest, speech: Speech) -> Lines:
    """What goes out today, and what would but is not approved, by the hour."""
    if digest.business is None:
        return Lines(())
    # One that is not approved stands in both lists.
    planned = {row.delivery_id: row for row in (*digest.business.going_out, *digest.business.unapproved)}
    rows = sorted(planned.values(), key=lambda row: (row.due_at, row.delivery_id))
    shown = tuple(
        Line(
            row.title,
            speech.addresses.page(f"/deliveries/{row.delivery_id}"),
            said="" if row.approved else speech.words("today.state.delivery.unapproved"),
            before=hour(row.due_at, digest, speech),
            after=f"{row.channel},\u00a0{row.language}",
        )
        for row in rows[:_POSTS]
    )
    return Lines(shown, len(rows) - len(shown))


def inquiries(digest: Digest, words: Words) -> tuple[tuple[str, int], ...]:
    """New inquiries by source, the most first; the smallest ones together. Counts alone, never a person."""
    rows = digest.business.inquiries if digest.business is not None else ()
    counts: dict[str, int] = {}
    for row in rows:
        name = words(row.label_key) if row.label_key else row.label or words("digest.source_unknown")
        counts[name] = counts.get(name, 0) + row.count
    ranked = sorted(((name, count) for name, count in counts.items() if count), key=lambda one: (-one[1], one[0]))
    rest = sum(count for _, count in ranked[_NAMED:])
    return (*ranked[:_NAMED], *([(words("digest.other_sources"), rest)] if rest else []))


def sources(digest: Digest, speech: Speech) -> Lines:
    """Sources in trouble, for the office; who only reads is told of those that are silent."""
    rows = digest.troubles or digest.silent
    words = speech.words
    shown = tuple(
        Line(
            row.name,
            speech.addresses.page(f"/settings/sources/{row.id}") if digest.business is not None else "",
            after=_reason(row, words),
        )
        for row in rows[:_SOURCES]
    )
    return Lines(shown, len(rows) - len(shown))


def follows(digest: Digest, words: Words) -> str:
    """Which topics, places, tiers and senses this mail is about, in a sentence."""
    choice = digest.choice
    tiers = [words(f"report.tier.{name}") for name in sorted(choice.tiers)]
    senses = [words(f"watch.sense.{name}") for name in sorted(choice.senses)]
    named = [few(group, _NAMED) for group in (digest.topics, sorted(choice.places), tiers, senses) if group]
    return words("digest.follows", what="; ".join(named)) if named else words("digest.follows_all")


def few(names: Sequence[str], most: int, between: str = ", ") -> str:
    """The first names, and how many there are besides: A → B (+3)."""
    told = between.join(_short(name) for name in names[:most])
    return f"{told} (+{len(names) - most})" if len(names) > most else told


def hour(moment: datetime, digest: Digest, speech: Speech) -> str:
    """The hour alone on the mail's own day; the day with it on any other."""
    same = moment.astimezone(speech.zone).date() == digest.day
    return speech.words.clock(moment, speech.zone) if same else speech.words.moment(moment, speech.zone)


def _reason(row: SourceState, words: Words) -> str:
    if row.reason_key is None:
        return words(f"scrapers.state.{row.state}")
    return words.fact(row.reason_key, row.reason_facts)


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39].rstrip()}…"


def _kind(one: Waiting, digest: Digest, speech: Speech) -> Lines:
    shown = tuple(_thing(one, thing, digest, speech) for thing in one.things[:_THINGS])
    return Lines(shown, len(one.things) - len(shown))


def _thing(one: Waiting, thing: Thing, digest: Digest, speech: Speech) -> Line:
    words = speech.words
    after = ""
    if one.kind == "delivery":
        after = ", ".join(part for part in (thing.where, hour(thing.at, digest, speech) if thing.at else "") if part)
    return Line(
        _name(one, thing, speech),
        speech.addresses.page(_way(one.kind, thing)),
        said=words(_matter(one.kind, thing.state)),
        grave=thing.state in _GRAVE,
        after=after,
    )


def _name(one: Waiting, thing: Thing, speech: Speech) -> str:
    words, moment = speech.words, speech.words.moment(thing.at, speech.zone) if thing.at else ""
    if one.kind == "inquiry":
        return words("today.unanswered", count=one.count)
    if one.kind in {"task", "consent"}:
        return words(f"today.{one.kind}", count=one.count)
    if one.kind == "withdrawal":
        return words("today.withdrawal", number=thing.where, purpose=words(f"cases.purpose.{thing.title}"))
    if one.kind == "reply":
        return words("today.reply", count=one.count)
    if one.kind == "pressreply":
        return words("today.pressreply", count=one.count)
    if one.kind == "mail":
        return words("today.mail", day=moment)
    if one.kind == "alarm":
        return words(f"trends.media.{thing.title}")
    if one.kind == "model":
        return words("today.model", moment=moment)
    return thing.title


def _matter(kind: str, state: str) -> str:
    if kind == "mail":
        return f"digest.status.{state}"
    if state in _OF_DELIVERIES:
        return f"campaigns.status.{state}"
    return f"today.state.{kind}.{state}"


def _way(kind: str, thing: Thing) -> str:
    """The page where something is done about it."""
    return {
        "delivery": f"/deliveries/{thing.id}",
        "approval": f"/posts/{thing.id}",
        "release": f"/press/releases/{thing.id}",
        "inquiry": "/inquiries?unanswered=1",
        "task": "/families/list?waits=step&sort=step",
        "consent": "/families/list?waits=consent",
        "reply": "/replies",
        "pressreply": "/press/replies",
        "alarm": "/trends/term",
        "model": "/quality",
    }.get(kind, "/attention")
