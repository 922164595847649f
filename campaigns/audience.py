"""Where those live whom a post speaks to, as far as their clock differs from ours."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Audience:
    """The countries (ISO codes) in which a post is read, and the clock that they share."""

    countries: tuple[str, ...]
    zone: ZoneInfo


# Countries with one clock; islands far off the coast (the Canaries, the Azores) go with their mainland.
_CLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "AE": "Asia/Dubai", "AM": "Asia/Yerevan", "AT": "Europe/Vienna", "AZ": "Asia/Baku", "BE": "Europe/Brussels",
        "BG": "Europe/Sofia", "BY": "Europe/Minsk", "CH": "Europe/Zurich", "CN": "Asia/Shanghai",
        "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen",
        "EE": "Europe/Tallinn", "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
        "GB": "Europe/London", "GE": "Asia/Tbilisi", "GR": "Europe/Athens", "HR": "Europe/Zagreb",
        "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata",
        "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
        "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MD": "Europe/Chisinau",
        "MT": "Europe/Malta", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "NZ": "Pacific/Auckland",
        "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm",
        "SG": "Asia/Singapore", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "TH": "Asia/Bangkok",
        "TR": "Europe/Istanbul", "UA": "Europe/Kyiv", "ZA": "Africa/Johannesburg",
    }
)  # fmt: skip
_HOME = "LV"
_BRITISH = Audience(("GB", "IE"), ZoneInfo("Europe/London"))
_GERMAN = Audience(("DE",), ZoneInfo("Europe/Berlin"))
_NORWEGIAN = Audience(("NO",), ZoneInfo("Europe/Oslo"))
_BY_LANGUAGE: Mapping[str, Audience] = MappingProxyType(
    {"en": _BRITISH, "de": _GERMAN, "no": _NORWEGIAN, "nb": _NORWEGIAN}
)


def audience(
    campaign_language: str | None,
    post_language: str,
    *,
    channel_countries: Collection[str] = (),
    campaign_countries: Collection[str] = (),
) -> Audience | None:
    """Whose clock matters beside ours; None for readers at home, and for those who share no one clock.

    The channel's countries say it; else the post's own language, then the campaign's countries, where these share one
    clock, then the campaign's language. A Latvian post of a campaign for Britain is read in Britain. Of countries
    among which ours is, the others count. Which countries have no clock in common, `scattered` says.
    """
    if channel_countries:
        return _together(channel_countries)
    if post_language in _BY_LANGUAGE:
        return _BY_LANGUAGE[post_language]
    if campaign_countries and not scattered(campaign_countries):
        return _together(campaign_countries)
    return _BY_LANGUAGE.get(campaign_language or "")


def clock_of(country: str) -> ZoneInfo | None:
    """The clock of a country (its ISO code); None where it has several, and for one that we do not know."""
    name = _CLOCKS.get(country)
    return ZoneInfo(name) if name is not None else None


def scattered(countries: Iterable[str]) -> tuple[str, ...]:
    """The countries abroad, if they have no one clock in common: nobody can say an hour for all of them. Else none."""
    abroad = _abroad(countries)
    clocks = [_CLOCKS.get(country) for country in abroad]
    first = clocks[0] if clocks else None
    if not abroad or (first is not None and all(one is not None and _alike(first, one) for one in clocks)):
        return ()
    return abroad


def _together(countries: Iterable[str]) -> Audience | None:
    abroad = _abroad(countries)
    if not abroad or scattered(abroad):
        return None
    return Audience(abroad, ZoneInfo(_CLOCKS[abroad[0]]))


def _abroad(countries: Iterable[str]) -> tuple[str, ...]:
    return tuple(country for country in dict.fromkeys(countries) if country != _HOME)


@cache
def _alike(one: str, other: str) -> bool:
    """Whether two clocks show the same hour all year: as the rules of four years have it."""
    first, zones = datetime(2025, 1, 1, 1, 30, tzinfo=UTC), (ZoneInfo(one), ZoneInfo(other))
    days = (first + timedelta(days=number) for number in range(4 * 365))
    return one == other or all(len({day.astimezone(zone).utcoffset() for zone in zones}) == 1 for day in days)
