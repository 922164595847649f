"""What a touch is called: as the single item, its campaign, its channel, its outlet, or the kind of outreach it is.

A name is short, stays the same from run to run and says of what it is: `post:12`, `channel:3`, `said:radio`,
`kind:own`. How people call it stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from outreach.tracker.credit.paths import UNKNOWN

LEVELS = ("item", "campaign", "channel", "outlet", "kind")
KINDS = ("own", "earned", "partner", "mouth", "open")
# Whose doing it is, what people say they heard of us by. Nobody can tell of Facebook or a search whose page it was.
_KIND_OF_SOURCE = {
    "radio": "earned", "tv": "earned", "newspaper": "earned", "news_site": "earned",
    "friends": "mouth",
    "municipality": "partner", "embassy": "partner", "diaspora": "partner", "agency": "partner", "portal": "partner",
    "event": "own",
}  # fmt: skip
_KINDS_OF_TOUCH = {"link": "own", "coverage": "earned"}


class Ref(NamedTuple):
    """What of a touch's row its names follow from: its link (`link`), its mention (`coverage`), or `told`, the source
    they said (`said`), perhaps with the `campaign` or the `outlet` that they named. Of a link that is there no more
    `told` is the post and `campaign` the campaign of its label.
    """

    kind: str
    link_id: int | None = None
    mention_id: int | None = None
    told: str | None = None
    campaign: str | None = None
    outlet: str | None = None


@dataclass(frozen=True)
class Linked:
    """A tracked link as the store has it now; `place` is where a campaign's own link stands."""

    place: str
    post_id: int | None
    post: str | None
    campaign_id: int | None
    campaign: str | None
    channel_id: int | None
    channel: str | None


@dataclass(frozen=True)
class Printed:
    """A mention: its headline and outlet."""

    title: str
    outlet: str


@dataclass(frozen=True)
class Book:
    """Everything names are looked up in; `campaigns` are the numbers of those that people named."""

    links: Mapping[int, Linked]
    prints: Mapping[int, Printed]
    campaigns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """A name, and what people call it: `text` as it stands, or the catalogue's `key`."""

    name: str
    text: str = ""
    key: str = ""


NOBODY = Named(UNKNOWN, key="worked.unknown")


def named(ref: Ref, level: str, book: Book) -> Named:
    """A touch's name at one of `LEVELS`. What a level does not know has its own: the source they said, or its kind."""
    if level == "kind":
        return _kind(ref)
    if ref.kind == "said":
        return _said(ref, level, book)
    if ref.kind == "coverage":
        return _printed(ref, level, book)
    return _linked(ref, level, book)


def campaign_of(ref: Ref, book: Book) -> int | None:
    """The campaign a touch belongs to: its link's, or the one they named."""
    if ref.kind == "said":
        return book.campaigns.get(ref.campaign or "")
    link = book.links.get(ref.link_id or 0)
    return link.campaign_id if link else None


def _said(ref: Ref, level: str, book: Book) -> Named:
    if ref.outlet and level in {"item", "outlet"}:
        return Named(f"outlet:{ref.outlet}", ref.outlet)
    if ref.campaign and level in {"item", "campaign"}:
        number = book.campaigns.get(ref.campaign)
        return Named(f"campaign:{number}" if number is not None else f"label:{ref.campaign}", ref.campaign)
    source = ref.told or "other"
    return Named(f"said:{source}", key=f"tracker.source.{source}")


def _kind(ref: Ref) -> Named:
    if ref.kind == "said" and ref.campaign:
        return Named("kind:own", key="worked.kind.own")  # a campaign of ours, wherever they met it
    kind = _KINDS_OF_TOUCH.get(ref.kind) or _KIND_OF_SOURCE.get(ref.told or "", "open")
    return Named(f"kind:{kind}", key=f"worked.kind.{kind}")


def _printed(ref: Ref, level: str, book: Book) -> Named:
    found = book.prints.get(ref.mention_id or 0)
    if found is None or level not in {"item", "outlet"}:
        return _kind(ref)
    if level == "outlet":
        return Named(f"outlet:{found.outlet}", found.outlet)
    return Named(f"mention:{ref.mention_id}", f"{found.outlet}: {found.title}")


def _linked(ref: Ref, level: str, book: Book) -> Named:
    link = book.links.get(ref.link_id or 0)
    if level == "outlet":
        return _kind(ref)
    if link is None:
        label = ref.campaign if level == "campaign" else ref.told if level == "item" else None
        return Named(f"label:{label}", label) if label else _kind(ref)
    if level == "campaign":
        return Named(f"campaign:{link.campaign_id}", link.campaign or "") if link.campaign else _kind(ref)
    if level == "channel":
        if link.channel is not None:
            return Named(f"channel:{link.channel_id}", link.channel)
        return Named(f"place:{link.place}", link.place) if link.place else _kind(ref)
    if link.post is not None:
        return Named(f"post:{link.post_id}", link.post)
    return Named(f"link:{ref.link_id}", link.place or link.campaign or "")
