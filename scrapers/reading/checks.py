"""Checks that a person's settings of a source meet before anything is asked."""

from zoneinfo import ZoneInfo

import soupsieve

from outreach.core.errors import OutreachError
from scrapers.reading.plain import link_of


def check_address(url: str) -> None:
    """OutreachError `scrapers.url` unless it is an absolute http(s) address without a password."""
    if link_of(url, "") is None:
        raise OutreachError("scrapers.url", url=url[:200])


def check_zone(zone: str) -> None:
    """OutreachError `scrapers.zone` for a time zone that does not exist."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise OutreachError("scrapers.zone", zone=zone[:100]) from error


def check_selector(selector: str) -> None:
    """OutreachError `scrapers.selector` for what is no CSS selector; empty is none at all."""
    if not selector:
        return
    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
        raise OutreachError("scrapers.selector", selector=selector[:200]) from error
