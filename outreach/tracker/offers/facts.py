"""What the office knows of each municipality, topic by topic and language by language: kept in the data folder as
`municipalities/facts.json`, written whole, with the day it was looked up and who wrote it down.

The names and the sites of municipalities come with the office's profile, `municipalities.toml`; it may have none.
"""

import json
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.core.office import Office
from outreach.core.text import PUBLIC_LANGUAGES

TOPICS = ("work", "housing", "school", "language", "benefits", "health", "documents", "business")
CONTACT = "contact"  # whom those who return may ask, and the municipality's site
SUBJECTS = (CONTACT, *TOPICS)
LONGEST = 2000  # signs of a text in one language
_lock = threading.Lock()


@dataclass(frozen=True)
class Fact:
    """What is known of one subject, by language; `as_of` is the day on which it was so. `site` of a contact alone."""

    texts: Mapping[str, str]
    as_of: date
    by: str
    at: datetime
    site: str = ""

    def is_stale(self, today: date) -> bool:
        """Whether it was looked up more than twelve months ago."""
        return (today.year - self.as_of.year, today.month, today.day) > (1, self.as_of.month, self.as_of.day)

    @property
    def stamp(self) -> str:
        """Which writing this is: a form that was drawn from another must not write over it."""
        return self.at.isoformat()


Book = Mapping[str, Mapping[str, Fact]]  # municipality -> subject -> fact


@dataclass(frozen=True)
class Profile:
    """What the office's profile says of a municipality: its site, its name and "in it" by language."""

    site: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)


def profiles(office: Office) -> Mapping[str, Profile]:
    """The municipalities of the office's profile. OutreachError `offers.error.profile` (file) for a broken one."""
    file = office.folder / "municipalities.toml"
    return _profiles(file, file.stat().st_mtime_ns) if file.is_file() else {}


def read(folder: Path) -> Book:
    """All that is known; `folder` is the data folder. OutreachError `offers.error.book` (file) for a broken file."""
    file = _file(folder)
    try:
        return _book(file, file.stat().st_mtime_ns, file.stat().st_size)
    except FileNotFoundError:
        return {}


def save(folder: Path, place: str, subject: str, fact: Fact, seen: str) -> None:
    """Writes a subject of a municipality anew; without any text and site it is forgotten. `seen` is the stamp of what
    the form was drawn from, empty where nothing was known. OutreachError `offers.error.meanwhile` where somebody else
    has written since, `core.file` where the disk takes nothing.
    """
    file = _file(folder)
    with _lock, _alone(file):
        book = {name: dict(held) for name, held in read(folder).items()}
        held = book.setdefault(place, {})
        before = held.pop(subject, None)
        if (before.stamp if before is not None else "") != seen:
            raise OutreachError("offers.error.meanwhile")
        if fact.site or any(fact.texts.values()):
            held[subject] = fact
        told = {name: {topic: _plain(one) for topic, one in held.items()} for name, held in book.items() if held}
        try:
            write_whole(file, (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
        except OSError as error:
            raise OutreachError("core.file", file=str(file), reason=error.strerror or "") from error


def _plain(fact: Fact) -> dict[str, object]:
    texts = {language: fact.texts[language] for language in PUBLIC_LANGUAGES if fact.texts.get(language)}
    told: dict[str, object] = {"texts": texts, "as_of": fact.as_of.isoformat(), "by": fact.by, "at": fact.stamp}
    return told | ({"site": fact.site} if fact.site else {})


@lru_cache(maxsize=4)
def _book(file: Path, _changed: int, _size: int) -> Book:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {
            place: {
                subject: Fact(
                    dict(one["texts"]),
                    date.fromisoformat(one["as_of"]),
                    str(one["by"]),
                    datetime.fromisoformat(one["at"]),
                    str(one.get("site", "")),
                )
                for subject, one in held.items()
            }
            for place, held in told.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutreachError("offers.error.book", file=str(file)) from error


@lru_cache(maxsize=8)
def _profiles(file: Path, _changed: int) -> Mapping[str, Profile]:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return {
            place: Profile(str(one.get("site", "")), dict(one.get("name", {})), dict(one.get("inside", {})))
            for place, one in told.items()
        }
    except (tomllib.TOMLDecodeError, ValueError, TypeError, AttributeError) as error:
        raise OutreachError("offers.error.profile", file=str(file)) from error


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other process writes this file meanwhile; where the system has no such lock, the process's own must do."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = file.with_suffix(".lock").open("a")
    except OSError as error:
        raise OutreachError("core.file", file=str(file.parent), reason=error.strerror or "") from error
    with held:
        try:
            import fcntl
        except ImportError:
            pass
        else:
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _file(folder: Path) -> Path:
    return folder / "municipalities" / "facts.json"
