"""What one edition tells of what a morning holds: chosen by what its readers asked for, the weightiest first. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from outreach.digest.facts import ELSEWHERE, Choice, Digest, Pool, Printed, Story, Telling

# Regional before national before social; a parish's paper is as near to us as the region's, the diaspora's is next.
_NEARNESS = {"regional": 0, "local": 0, "national": 1, "diaspora": 2, "social": 3}
_FAR = len(_NEARNESS)
# Senses of which a mention may be told, where a reader asks for them, though it does not count as ours.
_WATCHED = (*ELSEWHERE, "other")


def choose(
    pool: Pool,
    choice: Choice,
    *,
    day: date,
    since: datetime,
    until: datetime,
    role: str | None,
    late: bool = False,
    missed: int = 0,
) -> Digest:
    """What the mail of `day` about `since` <= t < `until`, a part of the pool's time or all of it, tells.

    A story keeps the tellings that pass, and is doubtful where all of these are. Without a chosen sense what counts is
    told, and the political one is only counted. `role` None: a reader without an account, who is told nothing of the
    office's own business.
    """
    near = [(story, [one for one in story.tellings if _is_near(one, choice, since, until)]) for story in pool.stories]
    told = [_told(story, tellings, choice, pool.earlier) for story, tellings in near]
    passing = sorted((story for story in told if story is not None), key=_weight)
    business = pool.business.get(role) if role is not None else None
    return Digest(
        day=day,
        since=since,
        until=until,
        choice=choice,
        stories=tuple(story for story in passing if not _is_doubtful(story)),
        doubtful=tuple(story for story in passing if _is_doubtful(story)),
        elsewhere=sum(_is_elsewhere(one) and not _is_told(one, choice) for _, tellings in near for one in tellings),
        printed=_printed(passing, pool),
        week=pool.week,
        sources=pool.sources,
        answered=pool.answered,
        silent=pool.silent,
        troubles=pool.troubles if business is not None else (),
        business=business,
        topics=tuple(pool.topics[number] for number in sorted(choice.topics) if number in pool.topics),
        missed=missed,
        late=late,
    )


def _is_near(one: Telling, choice: Choice, since: datetime, until: datetime) -> bool:
    """Whether it is of the time, and of the topics, places and tiers that are asked for."""
    return (
        since <= one.found_at < until
        and (not choice.topics or not choice.topics.isdisjoint(one.topics))
        and (not choice.places or not choice.places.isdisjoint(one.areas | {*one.places}))
        and (not choice.tiers or one.tier in choice.tiers)
    )


def _is_told(one: Telling, choice: Choice) -> bool:
    """Whether its sense is one to tell of. What a person took out ("not about us") is in nobody's mail."""
    if not choice.senses:
        return one.counted or one.doubtful
    return one.sense in choice.senses and (one.counted or one.doubtful or one.sense in _WATCHED)


def _is_elsewhere(one: Telling) -> bool:
    return not one.counted and one.sense in ELSEWHERE


def _told(story: Story, tellings: Iterable[Telling], choice: Choice, earlier: frozenset[int]) -> Story | None:
    kept = sorted((one for one in tellings if _is_told(one, choice)), key=lambda one: (one.at, one.mention_id))
    return replace(story, tellings=tuple(kept), known=story.story_id in earlier) if kept else None


def _is_doubtful(story: Story) -> bool:
    return all(one.doubtful for one in story.tellings)


def _weight(story: Story) -> tuple[bool, bool, bool, int, int, float, int]:
    """Its place among others: what is critical, prints us, names us, is near, wide, late. Numbers decide the rest."""
    tellings = story.tellings
    return (
        story.tone != "critical",
        not any(one.campaigns for one in tellings),
        not any(one.names_us for one in tellings),
        min(_NEARNESS.get(one.tier, _FAR) for one in tellings),
        -len(story.outlets),
        -max(one.at for one in tellings).timestamp(),
        story.story_id,
    )


def _printed(stories: Iterable[Story], pool: Pool) -> tuple[Printed, ...]:
    """Our campaigns that the told mentions print, the widest first."""
    found: dict[int, list[Telling]] = {}
    for one in sorted((one for story in stories for one in story.tellings), key=lambda one: (one.at, one.mention_id)):
        for campaign in one.campaigns:
            if campaign in pool.campaigns:
                found.setdefault(campaign, []).append(one)
    printed = [
        Printed(
            campaign,
            pool.campaigns[campaign],
            tuple(dict.fromkeys(one.outlet for one in tellings)),
            tuple(one.mention_id for one in tellings),
        )
        for campaign, tellings in found.items()
    ]
    return tuple(sorted(printed, key=lambda one: (-len(one.outlets), one.title, one.campaign_id)))
