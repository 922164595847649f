"""Where those live whom a language speaks to, as far as their clock differs from ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Audience:
    """The countries (ISO codes) in which a post is read, and the clock that they share."""

    countries: tuple[str, ...]
    zone: ZoneInfo


_BRITISH = Audience(("GB", "IE"), ZoneInfo("Europe/London"))
_GERMAN = Audience(("DE",), ZoneInfo("Europe/Berlin"))
_NORWEGIAN = Audience(("NO",), ZoneInfo("Europe/Oslo"))
_BY_LANGUAGE: Mapping[str, Audience] = MappingProxyType(
    {"en": _BRITISH, "de": _GERMAN, "no": _NORWEGIAN, "nb": _NORWEGIAN}
)


def audience(campaign_language: str | None, post_language: str) -> Audience | None:
    """Whose clock matters beside ours: the post's own language says it, else its campaign's; None for readers at home.

    A Latvian post of a campaign for Britain is read in Britain.
    """
    return _BY_LANGUAGE.get(post_language) or _BY_LANGUAGE.get(campaign_language or "")
