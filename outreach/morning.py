"""What a morning's mail tells: asked of the wings, put into words. Sending it is `outreach.digest`'s.

`gather` reads, `compose` is pure; the start page draws from the same facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from sqlalchemy.orm import Session

from campaigns import queries as planned
from campaigns.queries import DeliverySeen
from outreach.core.markup import web_address
from outreach.core.text import Words
from outreach.tracker import queries as inquiries
from outreach.tracker.queries import SourceCount
from scrapers import queries as heard
from scrapers.queries import MentionRow, SourceState, Story
from scrapers.watch.marks import marked

# Senses that are watched but not counted as ours.
ELSEWHERE = ("expulsion", "russia")
# Weeklies date back, and a first poll finds a month: what is older than this is not told as news.
_BACKDATED = timedelta(days=3)
# Of each kind of story; a mail programme cuts what is longer, and nobody reads it. The screen shows the rest.
_MOST_STORIES = 60


@dataclass(frozen=True)
class Digest:
    """Everything one mail tells, for the time from `since` (included) to `until` (not included)."""

    day: date
    since: datetime
    until: datetime
    stories: Sequence[Story]
    doubtful: Sequence[Story]
    elsewhere: int  # mentions in a watched but not counted sense
    going_out: Sequence[DeliverySeen]
    needs_person: Sequence[DeliverySeen]
    inquiries: Sequence[SourceCount]
    troubles: Sequence[SourceState]
    sources: int
    answered: int

    @property
    def mentions(self) -> int:
        return sum(len(story.mentions) for story in self.stories)


@dataclass(frozen=True)
class Composed:
    """A digest in words."""

    subject: str
    text: str
    html: str


def gather(session: Session, now: datetime, day: date, since: datetime, until: datetime) -> Digest:
    """Asks every wing what a mail of that time must tell."""
    asked = [source for source in heard.source_states(session) if source.enabled]
    return Digest(
        day=day,
        since=since,
        until=until,
        stories=stories(session, since, until, "return"),
        doubtful=stories(session, since, until, "ambiguous"),
        elsewhere=sum(len(story.mentions) for story in stories(session, since, until, *ELSEWHERE)),
        going_out=planned.going_out(session, now + timedelta(days=1), 50),
        needs_person=planned.needs_person(session, now),
        inquiries=inquiries.counts_by_source(session, since, until),
        troubles=heard.troubles(session, now),
        sources=len(asked),
        answered=sum(
            source.last_ok_at is not None and now - timedelta(days=1) <= source.last_ok_at <= now for source in asked
        ),
    )


def stories(session: Session, since: datetime, until: datetime, *senses: str) -> list[Story]:
    """The news of that time in these senses, by story: the widest first, then the latest."""
    told = []
    for story in heard.stories(session, since, until, senses=senses):
        rows = tuple(row for row in story.mentions if is_news(row, since))
        if rows:
            told.append(replace(story, mentions=rows))
    return sorted(told, key=lambda story: -len({row.outlet for row in story.mentions}))


def is_news(row: MentionRow, since: datetime) -> bool:
    """Whether a mention belongs to the time from `since`: a new source's archive is found today, but is no news."""
    return row.published_at is None or row.published_at >= since - _BACKDATED


def compose(digest: Digest, words: Words, zone: ZoneInfo, page: str) -> Composed:
    """The mail in one language; pure. `page` is where the reader finds the same on a screen."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates" / "mail"),
        autoescape=jinja2.select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(t=words, zone=zone, page=page, most=_MOST_STORIES)
    environment.globals.update(marked=marked, web_address=web_address)
    facts = {"digest": digest, "sentence": sentence(digest, words)}
    return Composed(
        subject=words("digest.subject", count=digest.mentions, day=words.day(digest.day)),
        text=environment.get_template("digest.txt").render(facts).strip() + "\n",
        html=environment.get_template("digest.html").render(facts),
    )


def sentence(digest: Digest, words: Words) -> str:
    """The mail's first sentence: how much was written, in how many stories, or what the silence rests on."""
    if not digest.mentions:
        return words("digest.silence", answered=digest.answered, count=digest.sources)
    return words(
        "digest.sentence",
        mentions=words("digest.mentions", count=digest.mentions),
        stories=words("digest.in_stories", count=len(digest.stories)),
    )
