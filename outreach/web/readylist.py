"""The list before release of one post: what the store, the calendar and the channels' limits say of it, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from campaigns import conflicts, details, overview, queries
from campaigns.audience import audience
from campaigns.models import FamilyStory
from campaigns.moments import Yearly, expand, read_moments
from campaigns.queries import ChannelSeen, DeliverySeen
from campaigns.wording import Hint
from campaigns.writing import checklist, comments, reading, room, sets, variants
from campaigns.writing.checklist import Facts, Going, Item, Near, Room, Shown, Translation, Unagreed
from campaigns.writing.reading import PictureHeld
from campaigns.writing.sets import SetMember
from campaigns.writing.variants import Variant
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.web import terms, wordinghint
from outreach.web.planned import language_name
from outreach.web.visit import here, now

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One line of the list: `state` is stop, look or ok, `place` where it is dealt with."""

    state: str
    text: str
    place: str


@dataclass(frozen=True)
class Ready:
    """The list with what it stands on."""

    lines: tuple[Line, ...]
    pictures: tuple[PictureHeld, ...]
    story: FamilyStory | None
    wording: tuple[Hint, ...]
    costs: tuple[tuple[str, str], ...] = ()  # what a planned channel costs: its name, and how much


def ready(session: Session, t: Words, post: overview.PostSeen) -> Ready:
    """Looks through everything that could stand in a post's way; asks no channel."""
    app, office = here(), here().office
    zone = app.settings.zone
    beside = reading.beside(session, post.post_id)
    members = sets.set_of(session, post.post_id)
    deliveries = queries.deliveries_of_post(session, post.post_id)
    going = [row for row in deliveries if row.status == "scheduled"]
    channels = {one.channel_id: one for one in queries.channels(session)} if going else {}
    own = variants.of_post(session, post.post_id)
    shown = reading.pictures(session, post.post_id, speaks=post.language == app.settings.office.language)
    wording = wordinghint.for_texts(
        session, [(post.language, "\n".join([post.title, post.text, *(one.text for one in own.values())]))]
    )
    days = sorted({local_day(now(), zone), *(local_day(max(now(), row.due_at), zone) for row in going)})
    first, last = (days[0], days[-1])
    quiet = _quiet(read_moments(office.calendar) if going else (), first, last, t.language)
    facts = Facts(
        text="\n".join([post.text, *(one.text for one in own.values())]),
        title=post.title,
        target_url=post.target_url,
        approved=post.approved_at is not None,
        asked=post.asked_at is not None,
        pictures=tuple(Shown(one.seen.alt, one.worded) for one in shown),
        unagreed=_unagreed(shown, beside.story, days),
        with_people=beside.story is not None or any(one.row.of_people for one in shown),
        lags=any(one.lags for one in members if one.post_id == post.post_id),
        others=_others(members, post.post_id, t),
        comments=comments.open_count(session, post.post_id),
        rooms=tuple(_room(row, post, channels, own, app.settings.web.public_url, bool(shown)) for row in going),
        going=tuple(_going(row, quiet) for row in going),
        near=_near(session, going),
        embargo_until=post.embargo_until,
        now=now(),
        words=tuple(word for hint in wording for word in hint.found),
        paused=beside.paused,
        is_template=beside.is_template,
    )
    lines = tuple(Line(item.state, _said(t, item), item.place) for item in checklist.check(facts))
    return Ready(lines, tuple(shown), beside.story, wording, _costs(t, going, channels))


def _costs(
    t: Words, going: Iterable[DeliverySeen], channels: Mapping[int, ChannelSeen]
) -> tuple[tuple[str, str], ...]:
    found = []
    for row in going:
        kept = details.terms_of(channels[row.channel_id].kind) if row.channel_id in channels else None
        if kept is not None and kept.price:
            found.append((row.channel, terms.price(t, kept)))
    return tuple(found)


def _said(t: Words, item: Item) -> str:
    """A line in words: moments as the office's clock shows them."""
    told: dict[str, object] = {}
    for name, value in item.facts.items():
        if isinstance(value, datetime):
            told[name] = t.moment(value, here().settings.zone)
        elif isinstance(value, date):
            told[name] = t.day(value)
        elif isinstance(value, list):
            told[name] = ", ".join(str(one) for one in value)
        else:
            told[name] = value
    return t(item.key, **told)


def _unagreed(shown: list[PictureHeld], story: FamilyStory | None, days: list[date]) -> tuple[Unagreed, ...]:
    return tuple(
        Unagreed("picture" if kind == "picture" else "story", what, day)
        for kind, what, day in reading.unagreed(shown, story, days)
    )


def _others(members: Iterable[SetMember], post_id: int, t: Words) -> tuple[Translation, ...]:
    return tuple(
        Translation(language_name(t, one.language), one.approved, one.lags)
        for one in members
        if one.post_id != post_id
    )


def _room(
    row: DeliverySeen,
    post: overview.PostSeen,
    channels: Mapping[int, ChannelSeen],
    own: Mapping[int, Variant],
    public_url: str,
    has_pictures: bool,
) -> Room:
    channel = channels.get(row.channel_id)
    if channel is None:
        return Room(row.channel, None)
    text = own[row.channel_id].text if row.channel_id in own else post.text
    return Room(
        row.channel, room.excess(text, channel.kind, channel.settings, public_url, has_pictures=has_pictures)
    )


def _quiet(table: Iterable[Yearly], first: date, last: date, language: str) -> dict[date, str]:
    moments = expand(table, first, last)
    return {
        one.starts_on: one.names.get(language) or one.names["lv"] for one in moments if one.quiet and one.single
    }


def _going(row: DeliverySeen, quiet: Mapping[date, str]) -> Going:
    zone = here().settings.zone
    readers = audience(
        row.campaign_language,
        row.language,
        channel_countries=row.channel_countries,
        campaign_countries=row.campaign_countries,
    )
    wall = row.due_at.astimezone(readers.zone if readers is not None else zone)
    return Going(row.channel, row.due_at, wall.hour, quiet.get(local_day(row.due_at, zone), ""))


def _near(session: Session, going: list[DeliverySeen]) -> tuple[Near, ...]:
    """What else is due on the same channels within an hour."""
    if not going:
        return ()
    ours = {row.delivery_id for row in going}
    since, until = going[0].due_at - _HOUR, going[-1].due_at + _HOUR
    around = queries.deliveries_between(session, since, until, limit=500)
    by_number = {row.delivery_id: row for row in around}
    found = []
    for clash in conflicts.clashes(around):
        for number in clash.delivery_ids:
            if clash.kind == "close" and number not in ours and ours & {*clash.delivery_ids}:
                found.append(Near(clash.channel, by_number[number].due_at))
    return tuple(found[:5])
