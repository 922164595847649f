"""Texts in the reader's language: gettext catalogues by key, with the plural rules of Babel's locales.

A catalogue is one `.po` file a domain and a language, under `translations/<language>/<domain>.po`; a key's first part
names its domain (``web.start.title`` stands in ``web.po``). Numbers and dates are written as the language writes them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from outreach.core.errors import OutreachError

LANGUAGES = ("lv", "en")
# What strangers may read the public pages in, and reports are written in; of the last one the catalogues hold just
# what those say.
PUBLIC_LANGUAGES = ("lv", "en", "ru")
# CLDR's own order; the msgstr[n] of a catalogue stand in it.
_PLURAL_ORDER = ("zero", "one", "two", "few", "many", "other")

Translate = Callable[..., str]
T = TypeVar("T")


@dataclass(frozen=True)
class Catalogue:
    """One language's texts: a plain text by key, or one text a plural form."""

    language: str
    plain: Mapping[str, str] = field(repr=False)
    plural: Mapping[str, Mapping[str, str]] = field(repr=False)


@dataclass(frozen=True)
class Texts:
    """All catalogues of the product; the first language is the fall-back."""

    catalogues: Mapping[str, Catalogue]

    def in_language(self, language: str) -> "Words":
        """The words of one language; an unknown language gets the first one's."""
        return Words(self.catalogues.get(language) or self.catalogues[LANGUAGES[0]])


@dataclass(frozen=True)
class Words:
    """Speaks one language: `words("key", name=value)`; a plural is chosen by the fact `count`."""

    catalogue: Catalogue

    @property
    def language(self) -> str:
        return self.catalogue.language

    def __call__(self, key: str, /, **facts: object) -> str:
        forms = self.catalogue.plural.get(key)
        if forms is not None:
            count = facts.get("count", 0)
            number = abs(count) if isinstance(count, int | float) else 0
            template = forms[_form(self.language, number)]
        else:
            template = self.catalogue.plain[key]
        return str(template).format_map({name: self._shown(value) for name, value in facts.items()})

    def knows(self, key: str) -> bool:
        """Whether the catalogue has this key."""
        return key in self.catalogue.plain or key in self.catalogue.plural

    def error(self, error: OutreachError) -> str:
        """An error as one sentence; one without a text of its own still says its facts.

        A fact `reason_key` is itself a key: its text fills `{reason}`.
        """
        if self.knows(error.key):
            facts = dict(error.facts)
            for name, value in error.facts.items():
                if name.endswith("_key") and isinstance(value, str):
                    facts[name.removesuffix("_key")] = self(value, **error.facts)
            return self(error.key, **facts)
        return self("core.error.unnamed", error=str(error))

    def number(self, value: int | float) -> str:
        return _number(self.language, value)

    def day(self, value: date) -> str:
        """A calendar day in words: 2026. gada 23. novembris."""
        return _date(self.language, "long", value)

    def moment(self, value: datetime, zone: ZoneInfo) -> str:
        """A moment as the clock on the wall in `zone` shows it, short."""
        return _moment(self.language, self("core.moment_format"), value, zone)

    def ago(self, value: datetime, now: datetime) -> str:
        """How long before or after `now`, in words."""
        return format_timedelta(value - now, add_direction=True, locale=_locale(self.language))

    def weekday(self, value: datetime, zone: ZoneInfo) -> str:
        """The full local date with its weekday."""
        return format_date(value.astimezone(zone).date(), format="full", locale=_locale(self.language))

    def clock(self, value: datetime, zone: ZoneInfo) -> str:
        """The hour and minute alone, as the clock on the wall in `zone` shows it."""
        return format_time(value.astimezone(zone), format="HH:mm", locale=_locale(self.language))

    def short_day(self, value: date) -> str:
        """A day and month in figures, for tables and axes."""
        return _date(self.language, self("core.day_format"), value)

    def month(self, value: date) -> str:
        """A month with its year in words, as a heading."""
        return format_date(value, format=self("core.month_format"), locale=_locale(self.language))

    def percent(self, share: float) -> str:
        """A share of one as whole percent."""
        return _percent(self.language, share)

    def size(self, count: int) -> str:
        """Bytes as people say them."""
        for unit, power in (("MB", 2), ("kB", 1)):
            if count >= 1000**power:
                return f"{self.number(round(count / 1000**power, 1))} {unit}"
        return f"{count} B"

    def country(self, code: str) -> str:
        """A country's name by its ISO code; an unknown code stays as it is."""
        return str(_locale(self.language).territories.get(code, code))

    def fact(self, key: str, facts: Mapping[str, object] | None) -> str:
        """A stored error (its key and facts) as a sentence."""
        return self.error(OutreachError(key, **(facts or {})))

    def _shown(self, value: object) -> object:
        # Whole numbers are grouped as the language does; years and codes come as text already.
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000:
            return self.number(value)
        return value


@cache
def _locale(language: str) -> Locale:
    # The office's English is Europe's: 26 November 2026.
    return Locale.parse("en_GB" if language == "en" else language)


# A page writes hundreds of numbers and days, mostly the same ones again; Babel reads its patterns anew for each.
_kept = lru_cache(maxsize=8192, typed=True)


@_kept
def _form(language: str, number: float) -> str:
    return _locale(language).plural_form(number)


@_kept
def _number(language: str, value: int | float) -> str:
    return str(format_decimal(value, locale=_locale(language)))


@_kept
def _percent(language: str, share: float) -> str:
    return str(format_percent(share, format="#,##0 %", locale=_locale(language)))


@_kept
def _date(language: str, pattern: str, value: date) -> str:
    return format_date(value, format=pattern, locale=_locale(language))


@_kept
def _moment(language: str, pattern: str, value: datetime, zone: ZoneInfo) -> str:
    return format_datetime(value, format=pattern, tzinfo=zone, locale=_locale(language))


def plural_tags(language: str) -> tuple[str, ...]:
    """The plural forms of a language in the order of msgstr[0], msgstr[1] ...: Latvian zero, one, other."""
    tags = {*_locale(language).plural_form.tags, "other"}
    return tuple(tag for tag in _PLURAL_ORDER if tag in tags)


def plural_form(language: str, count: int) -> str:
    """Which plural form a number takes: 21 is `one` in Latvian, 11 `zero`, 2 `other`."""
    return _form(language, abs(count))


def read_catalogues(folder: Path) -> Texts:
    """Every catalogue below `folder`; each file is read when a text of its domain is first asked for.

    A broken one is an OutreachError `core.catalogue` then.
    """
    return Texts({language: _catalogue(folder / language, language) for language in PUBLIC_LANGUAGES})


def _catalogue(folder: Path, language: str) -> Catalogue:
    shelf = _Shelf(folder, language)
    return Catalogue(language, _Read(shelf, shelf.plain), _Read(shelf, shelf.plural))


class _Shelf:
    """One language's files, read domain by domain: a key's first part names its file."""

    def __init__(self, folder: Path, language: str) -> None:
        self.plain: dict[str, str] = {}
        self.plural: dict[str, Mapping[str, str]] = {}
        self._folder = folder
        self._language = language
        self._read: set[str] = set()
        self._lock = Lock()

    def domain(self, key: str) -> None:
        name = key.partition(".")[0]
        if name not in self._read:
            with self._lock:
                if name not in self._read:
                    # Never a path: a key may come from a row.
                    if name.isidentifier() and (file := self._folder / f"{name}.po").is_file():
                        self._take(file)
                    self._read.add(name)

    def everything(self) -> None:
        for file in sorted(self._folder.glob("*.po")):
            self.domain(file.stem)

    def _take(self, path: Path) -> None:
        tags = plural_tags(self._language)
        with path.open("rb") as file:
            catalogue = read_po(file, locale=self._language)
        for message in catalogue:
            if not message.id:
                continue
            if isinstance(message.id, str):
                self.plain[message.id] = str(message.string)
                continue
            texts = tuple(message.string)
            if len(texts) != len(tags):
                raise OutreachError("core.catalogue", file=str(path), key=message.id[0])
            self.plural[message.id[0]] = dict(zip(tags, texts, strict=True))


class _Read(Mapping[str, T]):
    """The texts of a shelf, whose files are read when they are needed."""

    def __init__(self, shelf: _Shelf, texts: dict[str, T]) -> None:
        self._shelf = shelf
        self._texts = texts

    def __getitem__(self, key: str) -> T:
        self._shelf.domain(key)
        return self._texts[key]

    def __iter__(self) -> Iterator[str]:
        self._shelf.everything()
        return iter(self._texts)

    def __len__(self) -> int:
        self._shelf.everything()
        return len(self._texts)
