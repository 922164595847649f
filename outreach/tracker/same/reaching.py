"""Telephone numbers and addresses in one form each; pure."""

import re
from collections.abc import Iterable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberMatcher

HOME = "LV"
_RUN = re.compile(r"(?<![\w.@])\+?\(?\d[\d\s()./\u2010-\u2014-]{4,}\d(?![\w@])")
# A day is no telephone number: 2026-11-23, 23.11.2026.
_DAY = re.compile(r"(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}\.?|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\.?")
_MAIL = re.compile(r"[^\s,;:<>()\[\]\"'|]+@[^\s,;:<>()\[\]\"'|@]+\.[^\W\d_]{2,}")
_LONGEST = 4000
_MOST = 10
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})


def phones(text: str, country: str | None = None) -> tuple[str, ...]:
    """The telephone numbers in a text as E.164 ("+37126123456"), in order; at most ten.

    A number without its country's code is read as one of `country` (ISO code) and as one of Latvia, for families abroad
    keep theirs; where both are possible both are told.
    """
    regions = tuple(dict.fromkeys(code for code in (country, HOME) if code))
    told: dict[str, None] = {}
    for run in _RUN.findall(_DAY.sub(";", text[:_LONGEST])):
        found = [number for region in regions for number in _read(run, region)]
        if not found:
            found = [number for region in regions for number in _several(run, region)]
        told.update(dict.fromkeys(found))
    return tuple(told)[:_MOST]


def mails(text: str) -> tuple[str, ...]:
    """The addresses in a text, one spelling for each mailbox, in order; at most ten.

    Case and dots at the end go. At Google's addresses dots and what follows a plus go too, for Google says that they
    are one mailbox; anywhere else they may be another person's and stay.
    """
    return tuple(dict.fromkeys(mailbox(found) for found in _MAIL.findall(text[:_LONGEST])))[:_MOST]


def mailbox(address: str) -> str:
    """One address in the form it is compared in."""
    name, _, host = address.strip().strip(".").casefold().rpartition("@")
    host = _ascii(host)
    if host in _GOOGLE:
        return f"{name.partition('+')[0].replace('.', '')}@gmail.com"
    return f"{name}@{host}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _read(run: str, region: str) -> Iterable[str]:
    """A run of figures as one number: as it stands, or with the plus that people leave out before a country's code."""
    figures = re.sub(r"\D", "", run)
    for told in (run, f"+{figures}" if not figures.startswith("0") and len(figures) >= 10 else ""):
        if told and (number := _valid(told, region)):
            return [number]
    return []


def _valid(told: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(told, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _several(run: str, region: str) -> Iterable[str]:
    """Numbers that stand beside each other with nothing but spaces between."""
    return [
        str(phonenumbers.format_number(match.number, PhoneNumberFormat.E164))
        for match in PhoneNumberMatcher(run, region)
    ]
