"""Rows of a plan held against the office: what is unknown, past, too long, there already, or in its own way. Pure."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Protocol
from zoneinfo import ZoneInfo

from campaigns.audience import audience
from campaigns.conflicts import NEAR
from campaigns.models import STATUSES
from campaigns.moments import Moment
from campaigns.timing import walls
from campaigns.timing.tables import Problem, Row, folded
from outreach.core.clock import local_day

_FAR = 3  # years: what lies further ahead is a slip of the pen
WAY = tuple(status for status in STATUSES if status not in ("cancelled", "failed"))


@dataclass(frozen=True)
class CampaignKnown:
    """A campaign that a row may name."""

    campaign_id: int
    name: str
    language: str | None
    countries: tuple[str, ...]


@dataclass(frozen=True)
class ChannelKnown:
    """A channel that a row may name. `too_long` says by how much a text is (with a picture or without) and the limit;
    None where it fits or nobody knows offline.
    """

    channel_id: int
    name: str
    paused: bool
    countries: tuple[str, ...]
    needs_picture: bool
    too_long: Callable[[str, bool], tuple[int, int] | None]


class Agreeing(Protocol):
    """Something that people agreed to: whether it may be shown on a local day."""

    def __call__(self, day: date) -> bool: ...


@dataclass(frozen=True)
class ThingKnown:
    """A picture or a family's story that a row may name, by its number or its words."""

    number: int
    name: str
    holds: Agreeing


@dataclass(frozen=True)
class PostKnown:
    """A post that is there: `due` is when it goes out, by channel."""

    post_id: int
    due: Mapping[int, datetime]


@dataclass(frozen=True)
class Planned:
    """What is due on a channel already."""

    channel_id: int
    title: str
    due_at: datetime


@dataclass(frozen=True)
class Known:
    """The office as rows see it. `posts` by campaign, language, title, text and address; `planned` in order."""

    campaigns: Sequence[CampaignKnown]
    channels: Sequence[ChannelKnown]
    pictures: Sequence[ThingKnown]
    stories: Sequence[ThingKnown]
    posts: Mapping[tuple[int, str, str, str, str], PostKnown]
    planned: Sequence[Planned]
    moments: Sequence[Moment]
    link: str  # where a post leads that names no address
    language: str  # the office's


@dataclass(frozen=True)
class Going:
    """A row's way to one channel: `wall` on the clocks of `zone` where the readers' hour was meant."""

    channel_id: int
    due_at: datetime
    not_after: datetime | None
    wall: datetime | None
    zone: ZoneInfo | None


@dataclass(frozen=True)
class Judged:
    """A row with what is wrong with it. `state`: `good`, `warned`, `there` (nothing is left to plan) or `wrong`.

    `post_id` is the post it adds channels to, None for one that is made.
    """

    row: Row
    problems: tuple[Problem, ...]
    state: str
    campaign_id: int | None
    language: str
    link: str
    going: tuple[Going, ...]
    picture_id: int | None
    story_id: int | None
    post_id: int | None

    @property
    def plans(self) -> bool:
        """Whether anything is made of it."""
        return self.state in ("good", "warned")


def judge(rows: Sequence[Row], known: Known, now: datetime, zone: ZoneInfo) -> list[Judged]:
    """Every row with everything that is wrong with it; `zone` is the office's."""
    judged: list[Judged] = []
    places: dict[tuple[object, ...], int] = {}
    on_channel: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for one in known.planned:
        on_channel[one.channel_id].append((one.due_at, one.title))
    for row in rows:
        found = _Judge(row, known, now, zone).judged(places)
        extra = [problem for going in found.going for problem in _close(going, on_channel, known, zone)]
        if found.plans:
            for going in found.going:
                on_channel[going.channel_id].append((going.due_at, row.title))
            if extra:
                found = _with(found, extra)
        judged.append(found)
    return judged


def _with(found: Judged, extra: Sequence[Problem]) -> Judged:
    values = {**vars(found), "problems": (*found.problems, *extra), "state": "warned"}
    return Judged(**values)


def _close(
    going: Going, on_channel: Mapping[int, Sequence[tuple[datetime, str]]], known: Known, zone: ZoneInfo
) -> list[Problem]:
    names = {channel.channel_id: channel.name for channel in known.channels}
    for due_at, title in on_channel.get(going.channel_id, ()):
        if abs(due_at - going.due_at) < NEAR:
            facts = {"title": title, "channel": names[going.channel_id], "hour": f"{due_at.astimezone(zone):%H:%M}"}
            return [Problem("hour", "plantable.near", facts, warning=True)]
    return []


class _Judge:
    """One row before the office."""

    def __init__(self, row: Row, known: Known, now: datetime, zone: ZoneInfo) -> None:
        self.row, self.known, self.now, self.zone = row, known, now, zone
        self.problems = list(row.problems)

    def judged(self, places: dict[tuple[object, ...], int]) -> Judged:
        row = self.row
        campaign = self._campaign()
        channels = self._channels()
        language = row.language or (campaign.language if campaign else None) or self.known.language
        link = row.link or self.known.link
        picture = self._thing("picture", row.picture, self.known.pictures)
        story = self._thing("story", row.story, self.known.stories)
        going = [made for channel in channels if (made := self._going(campaign, channel, language)) is not None]
        for channel in channels:
            self._fits(channel, picture is not None)
        for thing, column in ((picture, "picture"), (story, "story")):
            self._agreed(thing, column, going)
        post = None
        if campaign is None:
            self._past(going)
        else:
            key = (campaign.campaign_id, language, row.title, row.text.strip(), link)
            post = self.known.posts.get(key)
            going = self._not_there(key, post, going, places)
        self._quiet(going)
        is_wrong = any(not problem.warning for problem in self.problems)
        is_there = not is_wrong and not going and post is not None
        if is_there:
            self.problems = [Problem("", "plantable.there", warning=True)]
        warned = any(problem.warning for problem in self.problems)
        return Judged(
            row=row,
            problems=tuple(self.problems),
            state="wrong" if is_wrong else "there" if is_there else "warned" if warned else "good",
            campaign_id=campaign.campaign_id if campaign else None,
            language=language,
            link=link,
            going=tuple(going),
            picture_id=picture.number if picture else None,
            story_id=story.number if story else None,
            post_id=post.post_id if post else None,
        )

    def _say(self, column: str, key: str, *, warning: bool = False, **facts: object) -> None:
        self.problems.append(Problem(column, key, facts, warning))

    def _campaign(self) -> CampaignKnown | None:
        if not self.row.campaign:
            return None
        wanted = folded(self.row.campaign)
        for one in self.known.campaigns:
            if folded(one.name) == wanted:
                return one
        near = self._like(self.row.campaign, [one.name for one in self.known.campaigns])
        if near:
            self._say("campaign", "plantable.campaign.like", given=self.row.campaign[:80], name=near)
        else:
            self._say("campaign", "plantable.campaign.unknown", given=self.row.campaign[:80])
        return None

    def _channels(self) -> list[ChannelKnown]:
        by_name = {folded(one.name): one for one in self.known.channels}
        found = []
        for name in self._names(by_name):
            channel = by_name.get(folded(name))
            if channel is None:
                near = self._like(name, [one.name for one in self.known.channels])
                if near:
                    self._say("channels", "plantable.channel.like", given=name[:80], name=near)
                else:
                    self._say("channels", "plantable.channel.unknown", given=name[:80])
                continue
            if channel.paused:
                self._say("channels", "plantable.channel.paused", warning=True, name=channel.name)
            if channel not in found:
                found.append(channel)
        return found

    def _names(self, by_name: Mapping[str, ChannelKnown]) -> list[str]:
        """The names between semicolons; between commas where that is how they are meant."""
        names: list[str] = []
        for name in self.row.channels:
            parts = [part.strip() for part in name.split(",") if part.strip()]
            apart = folded(name) not in by_name and len(parts) > 1
            names.extend(parts if apart else [name])
        return names

    def _thing(self, column: str, told: str, things: Sequence[ThingKnown]) -> ThingKnown | None:
        if not told:
            return None
        number = int(told) if told.isdecimal() and len(told) < 10 else None
        named = [one for one in things if one.number == number or folded(one.name) == folded(told)]
        if len(named) == 1:
            return named[0]
        if named:
            self._say(column, "plantable.thing.several", given=told[:80])
            return None
        near = self._like(told, [one.name for one in things])
        if near:
            self._say(column, "plantable.thing.like", given=told[:80], name=near)
        else:
            self._say(column, "plantable.thing.unknown", given=told[:80])
        return None

    def _going(self, campaign: CampaignKnown | None, channel: ChannelKnown, language: str) -> Going | None:
        row = self.row
        if row.day is None or row.hour is None:
            return None
        readers = None
        if row.by_readers:
            readers = audience(
                campaign.language if campaign else None,
                language,
                channel_countries=channel.countries,
                campaign_countries=campaign.countries if campaign else (),
            )
            if readers is None:
                self._once("clock", "plantable.clock.home", warning=True)
        zone = readers.zone if readers else self.zone
        wall = datetime.combine(row.day, row.hour)
        if not walls.exists(wall, zone):
            later = walls.next_there_is(wall, zone)
            self._once("hour", "plantable.hour.gap", hour=f"{wall:%H:%M}", next=f"{later:%H:%M}")
            return None
        due_at = walls.moment_of(wall, zone)
        if row.day.year > local_day(self.now, self.zone).year + _FAR:
            self._once("day", "plantable.day.far", year=str(row.day.year))
            return None
        not_after = None
        if row.until is not None:
            not_after = datetime.combine(row.day, row.until, tzinfo=zone).astimezone(UTC)
            if not_after <= due_at:
                self._once("until", "plantable.until")
                return None
        by = readers.zone if readers else None
        return Going(channel.channel_id, due_at, not_after, wall if readers else None, by)

    def _past(self, going: Sequence[Going]) -> None:
        if any(one.due_at <= self.now for one in going):
            self._once("day", "plantable.day.past")

    def _once(self, column: str, key: str, *, warning: bool = False, **facts: object) -> None:
        """A problem that several channels share."""
        if not any(one.key == key and one.column == column for one in self.problems):
            self._say(column, key, warning=warning, **facts)

    def _fits(self, channel: ChannelKnown, has_picture: bool) -> None:
        if channel.needs_picture and not has_picture:
            self._say("picture", "plantable.picture.needed", name=channel.name)
        excess = channel.too_long(self.row.text, has_picture) if self.row.text else None
        if excess is not None:
            self._say("text", "plantable.overlong", name=channel.name, excess=excess[0], most=excess[1])

    def _agreed(self, thing: ThingKnown | None, column: str, going: Sequence[Going]) -> None:
        if thing is None:
            return
        for day in (local_day(self.now, self.zone), *sorted({local_day(one.due_at, self.zone) for one in going})):
            if not thing.holds(day):
                self._once(column, "plantable.consent", name=thing.name, day=day)
                return

    def _not_there(
        self,
        key: tuple[int, str, str, str, str],
        post: PostKnown | None,
        going: Sequence[Going],
        places: dict[tuple[object, ...], int],
    ) -> list[Going]:
        """What of the row is new; the same row twice in the file is a problem."""
        left = []
        names = {channel.channel_id: channel.name for channel in self.known.channels}
        for one in going:
            earlier = places.setdefault((*key, one.channel_id), self.row.number)
            if earlier != self.row.number:
                self._once("", "plantable.twice", row=earlier)
                continue
            due_at = post.due.get(one.channel_id) if post is not None else None
            if due_at is None:
                self._past([one])
                left.append(one)
            elif due_at != one.due_at:
                hour = due_at.astimezone(self.zone)
                self._say(
                    "channels",
                    "plantable.there.otherwise",
                    name=names[one.channel_id],
                    day=hour.date(),
                    hour=f"{hour:%H:%M}",
                )
        if post is not None and left:
            self._once("", "plantable.there.adds", warning=True)
        return left

    def _quiet(self, going: Sequence[Going]) -> None:
        days = {local_day(one.due_at, self.zone) for one in going}
        if going and self.row.day is not None:
            days.add(self.row.day)
        for moment in self.known.moments:
            if moment.quiet and any(moment.starts_on <= day <= moment.ends_on for day in days):
                self._once("day", "plantable.quiet", warning=True, names=dict(moment.names))

    def _like(self, told: str, names: Sequence[str]) -> str:
        by_fold = {folded(name): name for name in names}
        near = get_close_matches(folded(told), list(by_fold), 1, 0.6)
        return by_fold[near[0]] if near else ""
