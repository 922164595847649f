"""What the mails of a morning are made of: plain values, read once for all readers, then chosen from.

`Pool` is everything of the time; `Digest` is what one edition tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from campaigns.queries import DeliverySeen
from outreach.tracker.queries import SourceCount
from outreach.waiting import Waiting
from scrapers.queries import SourceState

# Senses that are watched but never counted as ours; one line tells of them.
ELSEWHERE = ("expulsion", "russia")


@dataclass(frozen=True)
class Telling:
    """One mention. `found_at`: when we first saw it, which decides the mail it belongs to; `at`: when it was published,
    or else found. `counted`: it is ours; `doubtful`: nobody has said yet. `tone` is None, critical, neutral, favourable
    (a person's "critical" included). `names_us`: the topic about the coordinator and the office has it. `campaigns` are
    those that it prints. `places` are what it names, `areas` those and the municipalities that they lie in.
    """

    mention_id: int
    story_id: int
    title: str
    url: str
    outlet: str
    source_id: int
    tier: str
    lang: str
    at: datetime
    found_at: datetime
    sense: str
    counted: bool
    doubtful: bool
    tone: str | None
    names_us: bool
    sentence: str
    forms: tuple[str, ...]
    places: tuple[str, ...]
    agency: str | None
    topics: frozenset[int]
    campaigns: tuple[int, ...]
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Story:
    """Tellings of one story in the order of pick-up; `known`: an earlier mail told it already, this is what is new."""

    story_id: int
    title: str
    tellings: tuple[Telling, ...]
    known: bool = False

    @property
    def first(self) -> Telling:
        return self.tellings[0]

    @property
    def outlets(self) -> tuple[str, ...]:
        """Names of the outlets, each once, in the order of pick-up."""
        return tuple(dict.fromkeys(one.outlet for one in self.tellings))

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place for one in self.tellings for place in one.places))

    @property
    def agency(self) -> str | None:
        return next((one.agency for one in self.tellings if one.agency), None)

    @property
    def tone(self) -> str | None:
        """The gravest tone of any telling."""
        tones = {one.tone for one in self.tellings}
        return next((tone for tone in ("critical", "favourable", "neutral") if tone in tones), None)

    @property
    def shown(self) -> Telling:
        """The telling that is quoted: a critical one, else one that names us, else the first that has a sentence."""
        told = sorted(self.tellings, key=lambda one: (one.tone != "critical", not one.names_us, not one.sentence))
        return told[0]


@dataclass(frozen=True)
class Choice:
    """What a reader asked for; what is empty stays open."""

    topics: frozenset[int] = frozenset()
    places: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    senses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Printed:
    """One of our campaigns that outlets wrote about in the time of the mail."""

    campaign_id: int
    title: str
    outlets: tuple[str, ...]
    mention_ids: tuple[int, ...]


@dataclass(frozen=True)
class DayCount:
    """Mentions that count as ours, first seen on one local day, by tier; `usual` is the median of the same weekday in
    the eight weeks before, None where there were none yet.
    """

    day: date
    by_tier: Mapping[str, int]
    usual: float | None

    @property
    def count(self) -> int:
        return sum(self.by_tier.values())


@dataclass(frozen=True)
class Business:
    """What is only the office's own: never in a mail to somebody without an account."""

    waiting: tuple[Waiting, ...]
    going_out: tuple[DeliverySeen, ...]
    unapproved: tuple[DeliverySeen, ...]
    inquiries: tuple[SourceCount, ...]


@dataclass(frozen=True)
class Pool:
    """Everything that any mail of this morning may tell, for the time from `since` (included) to `until` (not).

    `stories` hold every mention of that time, of any sense. `silent` are sources longer without news than is usual for
    them, among `troubles` too. `business` by role. `campaigns` and `topics` are titles by number.
    """

    since: datetime
    until: datetime
    stories: tuple[Story, ...]
    earlier: frozenset[int]  # stories that had a mention before `since`
    week: tuple[DayCount, ...]
    sources: int
    answered: int
    troubles: tuple[SourceState, ...]
    silent: tuple[SourceState, ...]
    business: Mapping[str, Business]
    campaigns: Mapping[int, str]
    topics: Mapping[int, str]


@dataclass(frozen=True)
class Digest:
    """What one edition tells. `stories` in the order of importance, `doubtful` those whose sense a person must say;
    `elsewhere` counts mentions in a watched, political sense. `business` and `troubles` only for the office's own.
    `missed` are earlier local days whose mail never went and that this one covers. `late`: it goes out after noon.
    """

    day: date
    since: datetime
    until: datetime
    choice: Choice
    stories: tuple[Story, ...]
    doubtful: tuple[Story, ...]
    elsewhere: int
    printed: tuple[Printed, ...]
    week: tuple[DayCount, ...]
    sources: int
    answered: int
    silent: tuple[SourceState, ...]
    troubles: tuple[SourceState, ...] = ()
    business: Business | None = None
    topics: tuple[str, ...] = ()  # names of the chosen topics, empty for all
    missed: int = 0
    late: bool = False

    @property
    def mentions(self) -> int:
        return sum(len(story.tellings) for story in self.stories)

    @property
    def critical(self) -> int:
        """How many mentions are critical of the office's work."""
        return sum(one.tone == "critical" for story in self.stories for one in story.tellings)
