"""Checks that a person's settings of a source meet before anything is asked."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from outreach.core.errors import OutreachError
from scrapers.reading.plain import link_of

_VARIABLE = re.compile(r"OUTREACH_SOURCE_[A-Z0-9_]{1,60}")
_OURSELVES = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")


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
    import soupsieve  # brings a whole parser of pages, which most kinds never need

    try:
        soupsieve.compile(selector)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
        raise OutreachError("scrapers.selector", selector=selector[:200]) from error


def check_server(url: str, secret: bool = False, home: str = "") -> None:
    """OutreachError `scrapers.url` unless it is a server's address alone; a `secret` goes there only over
    TLS, and to nobody but `home` where the platform has one server: else whoever may set an address could have it.
    """
    check_address(url)
    parts = urlsplit(url)
    ours = _OURSELVES.fullmatch(parts.hostname or "") is not None
    is_open = secret and parts.scheme != "https" and not ours
    is_strange = bool(home) and parts.hostname != home and not ours
    if parts.path.strip("/") or parts.query or parts.fragment or is_open or is_strange:
        raise OutreachError("scrapers.url", url=url[:200])


def check_one(kind: str, fields: Mapping[str, str]) -> str:
    """The name of the one field that is set; OutreachError `scrapers.one_of` for none or several."""
    named = [name for name, value in fields.items() if value.strip()]
    if len(named) != 1:
        raise OutreachError("scrapers.one_of", kind=kind, fields=", ".join(fields))
    return named[0]


def check_form(kind: str, field: str, value: str, form: re.Pattern[str]) -> None:
    """OutreachError `registry.value` for a value that is not of this form."""
    if not form.fullmatch(value):
        raise OutreachError("registry.value", kind=kind, field=field, value=value[:100])


def check_variable(kind: str, field: str, name: str) -> None:
    """OutreachError `scrapers.variable` for a variable that is not a source's; empty is none at all.

    Else a source could be told to send any other secret of this program to a server of somebody's choice.
    """
    if name and not _VARIABLE.fullmatch(name):
        raise OutreachError("scrapers.variable", kind=kind, field=field, name=name[:100])
