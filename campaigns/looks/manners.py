"""How each kind of channel shows a post, as far as it is known: a table.

Where a text is folded no platform promises; the numbers are what their pages and programs do, so they are told with
"about".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Layout = Literal["grid", "row", "whole"]


@dataclass(frozen=True)
class Fold:
    """Where readers have to ask for more: after about so many characters, or so many lines."""

    characters: int
    lines: int


@dataclass(frozen=True)
class Manners:
    """What a kind of channel makes of a post.

    `layout` of several pictures: a `grid` that the platform cuts about their middles, a `row` to leaf through, or
    `whole`, one after the other. `has_card`: a link without pictures beside it becomes a card. `has_title`: the post's
    title is its headline there. `most_tags` and `most_names`: more than these are refused. `names_stay_plain`: through
    its API a name with an @ is only text. `is_copied`: the text is carried on as it stands.
    """

    fold: Fold | None = None
    layout: Layout = "grid"
    has_card: bool = False
    has_title: bool = False
    most_tags: int | None = None
    most_names: int | None = None
    most_bytes: int | None = None
    names_stay_plain: bool = False
    is_copied: bool = False


COPIED = Manners(layout="whole", is_copied=True)
MANNERS: Mapping[str, Manners] = MappingProxyType(
    {
        "bluesky": Manners(most_bytes=3000),
        "facebook": Manners(fold=Fold(477, 5), has_card=True, names_stay_plain=True),
        "instagram": Manners(fold=Fold(125, 3), layout="row", most_tags=30, most_names=20),
        "linkedin": Manners(fold=Fold(210, 3), names_stay_plain=True),
        "mastodon": Manners(has_card=True),
        "telegram": Manners(has_card=True),
        "wordpress": Manners(layout="whole", has_title=True),
        "x": Manners(has_card=True),
    }
)


def manners_of(kind: str) -> Manners:
    """How a kind shows a post; one that is not known shows the text as it stands."""
    return MANNERS.get(kind, COPIED)
