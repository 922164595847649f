"""What somebody may tick when they are asked how they heard: kinds of sources, outlets with decoys among them, what
is running, a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Delivery, Post
from outreach.tracker.heard import channels, decoys
from outreach.tracker.lexicon import sources
from scrapers.models import Mention, Source

_OUTLETS, _CAMPAIGNS, _MOST = 5, 4, 40
_LATELY = 5_000  # of the newest mentions


@dataclass(frozen=True)
class Choice:
    """One thing to tick. `value` is what a form sends: it does not tell an outlet from a decoy. `kind` is the source of
    the lexicon that it counts as, None where it counts as none.
    """

    value: str
    what: str  # source, outlet, campaign, person, decoy
    name: str
    kind: str | None = None
    source_id: int | None = None
    campaign_id: int | None = None


@dataclass(frozen=True)
class Offer:
    """The list: `general` kinds of sources, and `named` outlets, decoys and campaigns."""

    general: tuple[Choice, ...]
    named: tuple[Choice, ...]


PERSON = Choice("person", "person", "person", "other")


def offered(session: Session, today: date, invented: Sequence[str], seed: str, *, plans: bool = True) -> Offer:
    """The list for one inquiry, the same each time for its `seed`. Outlets are those that wrote of us most, lately;
    where there is none there is nothing to mix decoys into. `plans`: also what runs, of which something is out.
    """
    outlets = [_outlet(*row) for row in _known(session)]
    fakes = decoys.drawn(_unknown(session, invented), seed) if outlets else ()
    mixed = decoys.mixed([*outlets, *(_decoy(name) for name in fakes)], seed)
    return Offer(_general(), (*mixed, *(_running(session, today) if plans else ())))


def kinds() -> Offer:
    """The list without outlets and campaigns, which asks the store nothing."""
    return Offer(_general(), ())


def outlets(session: Session) -> list[tuple[str, str]]:
    """Every outlet of the catalogue for a person of the office: the value and the name."""
    return [(f"named-{name}", name) for name in session.scalars(select(Source.name).order_by(func.lower(Source.name)))]


def chosen(session: Session, values: Iterable[str], invented: Sequence[str]) -> tuple[Choice, ...]:
    """What a form sent, each once; what nobody offers is left out."""
    told = list(dict.fromkeys(value for value in values if len(value) <= 210))[:_MOST]
    names = [value.removeprefix("named-") for value in told if value.startswith("named-")]
    numbers = [int(rest) for value in told if (rest := value.removeprefix("campaign-")).isdecimal() and len(rest) < 10]
    held: dict[str, Choice] = {PERSON.value: PERSON, **{one.value: one for one in map(_source, sources())}}
    held |= {one.value: one for one in (_decoy(name) for name in invented if name in names)}
    if names:
        rows = session.execute(select(Source.id, Source.name, Source.medium).where(Source.name.in_(names)))
        held |= {one.value: one for one in (_outlet(*row) for row in rows)}
    if numbers:
        plans = session.execute(
            select(Campaign.id, Campaign.name).where(Campaign.id.in_(numbers), Campaign.is_template.is_(False))
        )
        held |= {one.value: one for one in (_campaign(*row) for row in plans)}
    return tuple(held[value] for value in told if value in held)


def _known(session: Session) -> list[tuple[int, str, str]]:
    newest = select(func.coalesce(func.max(Mention.id), 0)).scalar_subquery()
    counted = (
        select(Mention.source_id, func.count().label("mentions"))
        .where(Mention.id > newest - _LATELY, Mention.relevant)
        .group_by(Mention.source_id)
        .subquery()
    )
    rows = session.execute(
        select(Source.id, Source.name, Source.medium)
        .join(counted, counted.c.source_id == Source.id)
        .where(Source.owner == "earned")
        .order_by(counted.c.mentions.desc(), Source.name)
        .limit(_OUTLETS)
    )
    return [(number, name, medium) for number, name, medium in rows]


def _unknown(session: Session, invented: Sequence[str]) -> list[str]:
    """Decoys that the catalogue has no outlet of: one that came into being would be a true answer."""
    there = {name.casefold() for name in session.scalars(select(Source.name).where(Source.name.in_(invented)))}
    return [name for name in invented if name.casefold() not in there]


def _running(session: Session, today: date) -> list[Choice]:
    out = select(Delivery.id).join(Post, Post.id == Delivery.post_id)
    rows = session.execute(
        select(Campaign.id, Campaign.name)
        .where(
            Campaign.is_template.is_(False),
            Campaign.paused.is_(False),
            Campaign.starts_on <= today,
            or_(Campaign.ends_on.is_(None), Campaign.ends_on >= today),
            out.where(Post.campaign_id == Campaign.id, Delivery.status == "published").exists(),
        )
        .order_by(Campaign.starts_on.desc(), Campaign.id.desc())
        .limit(_CAMPAIGNS)
    )
    return [_campaign(number, name) for number, name in rows]


def _general() -> tuple[Choice, ...]:
    return (*(_source(name) for name in sources() if name != "other"), PERSON)


def _source(name: str) -> Choice:
    return Choice(f"source-{name}", "source", name, name)


def _outlet(number: int, name: str, medium: str) -> Choice:
    return Choice(f"named-{name}", "outlet", name, channels.of_medium(medium) or "other", source_id=number)


def _decoy(name: str) -> Choice:
    return Choice(f"named-{name}", "decoy", name)


def _campaign(number: int, name: str) -> Choice:
    return Choice(f"campaign-{number}", "campaign", name, "other", campaign_id=number)
